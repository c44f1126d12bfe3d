package io.github.durablestore.contract;

import static io.github.durablestore.text.Text.quote;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.github.durablestore.egopb.DurableState;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** How a state that was read differs from the one written, field by field. */
final class Difference {
  private final List<String> found = new ArrayList<>();

  private Difference() {}

  /** Returns the differences as text, or an empty string if there are none. */
  static String between(DurableState written, DurableState read) {
    if (written.equals(read)) {
      return "";
    }
    var difference = new Difference();
    difference.compareFields(written, read);
    return difference.found.isEmpty()
        ? "the states are not equal, though each field is"
        : String.join("; ", difference.found);
  }

  /** Returns whether a state or its payload has unknown fields. */
  static boolean hasUnknownFields(DurableState state) {
    return !withoutUnknownFields(state).equals(state);
  }

  /** Returns whether the store may have lost unknown fields, and nothing else. */
  static boolean isLackOfUnknownFields(DurableState written, DurableState read) {
    return withoutUnknownFields(written).equals(withoutUnknownFields(read))
        && isNoneOrEqual(read.getUnknownFields(), written.getUnknownFields())
        && isNoneOrEqual(
            read.getResultingState().getUnknownFields(),
            written.getResultingState().getUnknownFields());
  }

  private static boolean isNoneOrEqual(UnknownFieldSet read, UnknownFieldSet written) {
    return read.asMap().isEmpty() || read.equals(written);
  }

  private static DurableState withoutUnknownFields(DurableState state) {
    UnknownFieldSet none = UnknownFieldSet.getDefaultInstance();
    DurableState.Builder without = state.toBuilder().setUnknownFields(none);
    if (state.hasResultingState()) {
      without.setResultingState(Payloads.withUnknownFields(state.getResultingState(), none));
    }
    return without.build();
  }

  /** Returns whether the timestamps differ, and nothing else. */
  static boolean isOfTimestamps(DurableState written, DurableState read) {
    return written.getTimestamp() != read.getTimestamp()
        && written.equals(read.toBuilder().setTimestamp(written.getTimestamp()).build());
  }

  private void compareFields(DurableState written, DurableState read) {
    compareText("persistence_id", written.getPersistenceId(), read.getPersistenceId());
    compare(
        "version_number",
        Long.toUnsignedString(written.getVersionNumber()),
        Long.toUnsignedString(read.getVersionNumber()));
    compare("timestamp", String.valueOf(written.getTimestamp()), read.getTimestamp());
    compare(
        "shard", Long.toUnsignedString(written.getShard()), Long.toUnsignedString(read.getShard()));
    comparePayloads(written, read);
    compareUnknown("unknown fields", written.getUnknownFields(), read.getUnknownFields());
  }

  private void comparePayloads(DurableState written, DurableState read) {
    compare(
        "resulting_state",
        written.hasResultingState() ? "one" : "none",
        read.hasResultingState() ? "one" : "none");
    Any payload = written.getResultingState();
    Any readPayload = read.getResultingState();
    compareText("resulting_state.type_url", payload.getTypeUrl(), readPayload.getTypeUrl());
    compareBytes(payload.getValue(), readPayload.getValue());
    compareUnknown(
        "unknown fields of resulting_state",
        payload.getUnknownFields(),
        readPayload.getUnknownFields());
  }

  private void compareBytes(ByteString written, ByteString read) {
    if (written.size() != read.size()) {
      compare("size of resulting_state.value", "" + written.size(), read.size());
    }
    if (!written.equals(read)) {
      int at = 0;
      while (at < Math.min(written.size(), read.size()) && written.byteAt(at) == read.byteAt(at)) {
        at++;
      }
      compare("resulting_state.value from byte " + at + " on", hex(written, at), hex(read, at));
    }
  }

  private static String hex(ByteString bytes, int from) {
    int end = Math.min(bytes.size(), from + 8);
    String hex = HexFormat.of().formatHex(bytes.substring(from, end).toByteArray());
    return hex.isEmpty() ? "nothing" : end < bytes.size() ? hex + "..." : hex;
  }

  private void compareUnknown(String what, UnknownFieldSet written, UnknownFieldSet read) {
    Set<Integer> numbers = new TreeSet<>(written.asMap().keySet());
    numbers.addAll(read.asMap().keySet());
    numbers.removeIf(number -> written.getField(number).equals(read.getField(number)));
    if (!numbers.isEmpty()) {
      found.add(what + " differ in field " + numbers);
    }
  }

  private void compare(String field, String written, Object read) {
    if (!written.equals(read.toString())) {
      found.add("%s: expected %s but was %s".formatted(field, written, read));
    }
  }

  private void compareText(String field, String written, String read) {
    if (!written.equals(read)) {
      compare(field, quote(written, read), quote(read, written));
    }
  }
}
