package io.github.durablestore.contract;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.text.Text;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** How a state that was read differs from the one written, field by field. */
final class Difference {
  private static final int BYTES = 8;

  private Difference() {}

  /** Returns the differences as text, or an empty string if there are none. */
  static String between(DurableState written, DurableState read) {
    if (written.equals(read)) {
      return "";
    }
    var found = new ArrayList<String>();
    compare("", written, read, found);
    return found.isEmpty()
        ? "the states are not equal, though each field is"
        : String.join("; ", found);
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

  private static void compare(String of, Message written, Message read, List<String> found) {
    for (FieldDescriptor field : written.getDescriptorForType().getFields()) {
      String name = field.getName() + of;
      Object value = written.getField(field);
      Object other = read.getField(field);
      if (value instanceof Message message) {
        if (written.hasField(field) != read.hasField(field)) {
          String one =
              written.hasField(field) ? "one but there was none" : "none but there was one";
          found.add("%s: expected %s".formatted(name, one));
        }
        compare(" of " + name, message, (Message) other, found);
      } else if (!value.equals(other)) {
        found.add(
            "%s: expected %s but was %s"
                .formatted(name, show(field, value, other), show(field, other, value)));
      }
    }
    UnknownFieldSet fields = written.getUnknownFields();
    UnknownFieldSet others = read.getUnknownFields();
    Set<Integer> numbers = new TreeSet<>(fields.asMap().keySet());
    numbers.addAll(others.asMap().keySet());
    numbers.removeIf(number -> fields.getField(number).equals(others.getField(number)));
    if (!numbers.isEmpty()) {
      found.add("unknown fields%s differ in field %s".formatted(of, numbers));
    }
  }

  /** Returns a value: of bytes, in hex, only the first that differs from the other, and a few. */
  private static String show(FieldDescriptor field, Object value, Object other) {
    if (!(value instanceof ByteString bytes && other instanceof ByteString others)) {
      return Text.scalar(field, value, other);
    }
    int size = bytes.size();
    int at = 0;
    while (at < Math.min(size, others.size()) && bytes.byteAt(at) == others.byteAt(at)) {
      at++;
    }
    if (at == size) {
      return size == 0 ? "no bytes" : "... (ends after byte %d)".formatted(size);
    }
    int end = Math.min(size, at + BYTES);
    String hex = HexFormat.of().formatHex(bytes.substring(at, end).toByteArray());
    String part = (at > 0 ? "..." : "") + hex + (end < size ? "..." : "");
    return "%s (differs at byte %d of %d)".formatted(part, at + 1, size);
  }
}
