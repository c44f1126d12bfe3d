package io.github.durablestore.contract;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import com.google.protobuf.StringValue;
import com.google.protobuf.UnknownFieldSet;
import io.github.durablestore.egopb.DurableState;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The states that the contract writes. */
final class States {
  private States() {}

  /** Returns a state whose fields all follow from its version, so that a mix of two is seen. */
  static DurableState of(String persistenceId, long version) {
    return DurableState.newBuilder()
        .setPersistenceId(persistenceId)
        .setVersionNumber(version)
        .setResultingState(Any.pack(StringValue.of("version " + version)))
        .setTimestamp(version + 1)
        .setShard(version + 2)
        .build();
  }

  /** Returns numbers around each power of two and ten, as 64 bits, unsigned. */
  static Set<Long> numbers() {
    Set<Long> numbers = new LinkedHashSet<>();
    for (int bits : new int[] {0, 7, 8, 15, 16, 24, 31, 32, 33, 48, 53, 54, 62, 63, 64}) {
      BigInteger power = BigInteger.TWO.pow(bits);
      for (int i = -1; i <= 1; i++) {
        numbers.add(power.add(BigInteger.valueOf(i)).longValue());
      }
    }
    numbers.addAll(
        List.of(999L, 1_000L, 1_001L, 1_234_567_890_123L, 1_234_567_890_123_456_789L, -2L));
    return numbers;
  }

  /** Returns unknown fields of every kind, by what is special in them. */
  static Map<String, UnknownFieldSet> unknownFields() {
    UnknownFieldSet nested =
        UnknownFieldSet.newBuilder().addField(1, varint(7)).addField(2, text("nested")).build();
    Map<String, UnknownFieldSet> fields = new LinkedHashMap<>();
    fields.put("a varint", set(1_000, varint(-1)));
    fields.put("a 32-bit", set(1_000, field().addFixed32(-1).build()));
    fields.put("a 64-bit", set(1_000, field().addFixed64(Long.MIN_VALUE).build()));
    fields.put("bytes", set(1_000, text("\0\u00ff")));
    fields.put("empty bytes", set(1_000, text("")));
    fields.put("a group", set(1_000, field().addGroup(nested).build()));
    fields.put("a message", set(1_000, field().addLengthDelimited(nested.toByteString()).build()));
    fields.put(
        "repeated values",
        set(1_000, field().addVarint(2).addVarint(1).addVarint(2).addFixed32(1).build()));
    for (int number : new int[] {4, 7, 15, 16, 2_047, 2_048, 18_999, 20_000, (1 << 29) - 1}) {
      fields.put("number " + number, set(number, varint(number)));
    }
    return fields;
  }

  /** Returns payloads of any type, known or not, by what is special in them. */
  static Map<String, Any> payloads() {
    String known = "type.googleapis.com/google.protobuf.StringValue";
    Map<String, Any> payloads = new LinkedHashMap<>();
    payloads.put(
        "an unknown type", any("example.invalid/no.such.Type", "\0\1 not protobuf \u00ff"));
    payloads.put("bytes that are not of their type", any(known, "\u00ff"));
    payloads.put("a field that is written twice", any(known, "\n\1a\n\1b"));
    payloads.put("a length that is longer than needed", any(known, "\n\u0081\0a"));
    payloads.put("unknown fields in it", any(known, "\n\1a\u0098?\7"));
    payloads.put("fields in another order", any(known, "\u0098?\7\n\1a"));
    payloads.put("a default that is written", any(known, "\n\0"));
    payloads.put("an Any in it", Any.pack(any(known, "\n\1a")));
    payloads.put("no value", any(known, ""));
    payloads.put("no type URL", any("", "\n\1a"));
    payloads.put("zeros at its end", any("example.invalid/no.such.Type", "a\0\0"));
    payloads.put("zeros alone", any("example.invalid/no.such.Type", "\0\0\0"));
    payloads.put("blanks around it", any("example.invalid/no.such.Type", " a\r\n"));
    for (String prefix : new String[] {"", "/", "example.com/", "TYPE.googleapis.com/", "a/b//"}) {
      payloads.put(
          "the prefix \"" + prefix + "\"", any(prefix + "google.protobuf.StringValue", "\n\1a"));
    }
    payloads.put("a type URL of other letters", any("\u00e9 \ud83d\udcb6/\n'x.Y", "a"));
    return payloads;
  }

  /** Returns bytes of a length that cannot be made shorter. */
  static ByteString bytes(int length) {
    byte[] bytes = new byte[length];
    new java.util.Random(length).nextBytes(bytes);
    return ByteString.copyFrom(bytes);
  }

  /** Returns states that each lack some fields. */
  static List<DurableState> withEachSetOfFields(String persistenceId) {
    List<DurableState> states = new ArrayList<>();
    for (int present = 0; present < 16; present++) {
      DurableState whole = of(persistenceId + "-" + present, 7);
      DurableState.Builder state = whole.toBuilder();
      if ((present & 1) == 0) {
        state.clearVersionNumber();
      }
      if ((present & 2) == 0) {
        state.clearResultingState();
      }
      if ((present & 4) == 0) {
        state.clearTimestamp();
      }
      if ((present & 8) == 0) {
        state.clearShard();
      }
      states.add(state.build());
    }
    return states;
  }

  static UnknownFieldSet set(int number, UnknownFieldSet.Field field) {
    return UnknownFieldSet.newBuilder().addField(number, field).build();
  }

  static UnknownFieldSet.Field varint(long value) {
    return field().addVarint(value).build();
  }

  private static UnknownFieldSet.Field text(String latin1) {
    return field().addLengthDelimited(ByteString.copyFrom(latin1, ISO_8859_1)).build();
  }

  private static UnknownFieldSet.Field.Builder field() {
    return UnknownFieldSet.Field.newBuilder();
  }

  /** Goes by the interface, as the builder's own method differs between versions of protobuf. */
  static Any withUnknown(Any payload, UnknownFieldSet unknown) {
    Message.Builder builder = payload.toBuilder();
    return (Any) builder.setUnknownFields(unknown).build();
  }

  static Any any(String typeUrl, String latin1) {
    return Any.newBuilder()
        .setTypeUrl(typeUrl)
        .setValue(ByteString.copyFrom(latin1, ISO_8859_1))
        .build();
  }
}
