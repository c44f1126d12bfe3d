package io.github.durablestore.contract;

import static com.google.protobuf.ByteString.copyFromUtf8;
import static io.github.durablestore.text.Text.quote;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.Any;
import com.google.protobuf.BoolValue;
import com.google.protobuf.ByteString;
import com.google.protobuf.BytesValue;
import com.google.protobuf.DoubleValue;
import com.google.protobuf.Duration;
import com.google.protobuf.Empty;
import com.google.protobuf.FieldMask;
import com.google.protobuf.FloatValue;
import com.google.protobuf.Int32Value;
import com.google.protobuf.Int64Value;
import com.google.protobuf.ListValue;
import com.google.protobuf.Message;
import com.google.protobuf.StringValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Timestamp;
import com.google.protobuf.UInt32Value;
import com.google.protobuf.UInt64Value;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.Value;
import io.github.durablestore.egopb.DurableState;
import java.text.Normalizer;
import java.text.Normalizer.Form;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Payloads and unknown fields that change in a store that interprets or converts them. */
final class Payloads {
  static final int MEBIBYTE = 1 << 20;

  /** More than a MEDIUMBLOB in MySQL takes. */
  static final int LARGEST = 1 << 24;

  private static final String PREFIX = "type.googleapis.com/";
  private static final String STRING = PREFIX + "google.protobuf.StringValue";
  private static final String DURATION = PREFIX + "google.protobuf.Duration";
  private static final String NO_TYPE = PREFIX + "no.such.Type";

  // What trimming, padding, decoding and zero bytes change.
  private static final String BYTES =
      "00 0000 ff 0a 0d0a 20 6100 610000 0061 2061 6120 610a efbbbf61 fffe6100 c3a9 65cc81 eda080 80"
          + " 1a 04";

  // Type URLs whole, or what stands before and after the name of a type.
  private static final List<String> URLS =
      List.of(
          "/",
          "java.lang.String",
          "no.such.Type/",
          " example.invalid/no.such.Type ",
          "example.invalid/no.such.type",
          "example.invalid/%6eo.such.Type",
          "example.invalid/caf\u00e9.\ud83d\udcb6",
          "https://example.invalid:8080/a/b/no.such.Type?c=d#e");
  private static final List<String> HOSTS =
      Ids.words(
          " / // example.invalid/ EXAMPLE.invalid/ caf\u00e9.invalid/ type.googleprod.com/"
              + " TYPE.GOOGLEAPIS.COM/ @ @/ @a/ @@ https://@ http://@".replace("@", PREFIX));
  private static final List<String> ENDS = List.of(" ", "/", "#a", "?a=b");
  private static final List<Integer> LENGTHS = List.of(1_000, 2_500, 5_000, 70_000);

  // Each with a value that a database, a language or a text would round, sort or refuse.
  private static final List<Message> KNOWN =
      List.of(
          Empty.getDefaultInstance(),
          BoolValue.of(true),
          StringValue.of("a"),
          BytesValue.of(ByteString.fromHex("00ff80")),
          Int32Value.of(-1),
          Int64Value.of((1L << 53) + 1),
          UInt32Value.of(-1),
          UInt64Value.of(-1),
          FloatValue.of(Float.intBitsToFloat(0x7fc00001)), // not the usual NaN
          DoubleValue.of(Double.longBitsToDouble(0x7ff8000000000001L)),
          Timestamp.newBuilder().setSeconds(1).setNanos(999_999_999).build(),
          Duration.newBuilder().setSeconds(1).setNanos(-1).build(),
          FieldMask.newBuilder().addPaths("b").addPaths("a_b").addPaths("b").build(),
          ListValue.newBuilder().addValues(Value.newBuilder().setNumberValue(-0.0)).build(),
          Struct.newBuilder()
              .putFields("b", Value.getDefaultInstance())
              .putFields("a", Value.newBuilder().setNumberValue(1e30).build())
              .build());

  private Payloads() {}

  /** Returns payloads of unknown and known types, whose bytes must not change. */
  static Map<String, Any> untouched(boolean few) {
    var payloads = new LinkedHashMap<String, Any>();
    addUrls(payloads);
    addBytesOfKnownTypes(payloads);
    addBytes(payloads);
    Formats.addTo(payloads, few);
    return payloads;
  }

  private static void addUrls(Map<String, Any> payloads) {
    List<String> plain = new ArrayList<>(URLS);
    for (String type : List.of("no.such.Type", "google.protobuf.StringValue")) {
      HOSTS.forEach(host -> plain.add(host + type));
      ENDS.forEach(end -> plain.add(PREFIX + type + end));
      LENGTHS.forEach(length -> plain.add("a".repeat(length) + "/" + type));
    }
    var urls = new LinkedHashSet<>(plain);
    for (Form form : Form.values()) {
      plain.forEach(url -> urls.add(Normalizer.normalize(url, form)));
    }
    // A store may keep each type URL once, and find it by a hash.
    Collisions.ENDINGS.forEach(equal -> equal.forEach(ending -> urls.add(NO_TYPE + ending)));
    Collisions.BEGINNINGS.forEach(equal -> equal.forEach(start -> urls.add(start + NO_TYPE)));
    for (String url : urls) {
      String shown = url.length() > 100 ? "of %,d characters".formatted(url.length()) : url;
      payloads.put("of type URL " + shown, any(url, StringValue.of("value").toByteString()));
    }
    payloads.put("with a type URL and no value", any(NO_TYPE, ByteString.EMPTY));
    payloads.put("with a known type URL and no value", any(STRING, ByteString.EMPTY));
    for (String none : Formats.NONE) {
      payloads.put(
          "with the type URL %s and no value".formatted(none), any(none, ByteString.EMPTY));
    }
    payloads.put("with a value and no type URL", any("", StringValue.of("a").toByteString()));
  }

  /** Returns payloads whose type URL contains a zero character. */
  static Map<String, Any> zeroCharacters() {
    var payloads = new LinkedHashMap<String, Any>();
    for (String url : List.of("\0", "\0" + NO_TYPE, NO_TYPE + "\0", "a\0b/no.such.Type")) {
      payloads.put("of type URL " + quote(url), any(url, "0a0161"));
    }
    return payloads;
  }

  /** Returns pairs of values of the same length, alone and amid others, with the same hash. */
  static List<List<ByteString>> ofEqualHashes() {
    var pairs = new ArrayList<List<ByteString>>();
    for (String pair : List.of("Aa BB", "AaAaAaAa BBBBBBBB", "AaBBAa BBAaBB", "bab aca")) {
      String[] both = pair.split(" ", -1); // the last by Adler-32, the others by 31 * hash + next
      pairs.add(List.of(copyFromUtf8(both[0]), copyFromUtf8(both[1])));
    }
    for (long polynomial : new long[] {0x104C11DB7L, 0x11EDC6F41L}) { // CRC-32, CRC-32C
      byte[] value = "checksum".getBytes(UTF_8);
      ByteString first = ByteString.copyFrom(value);
      for (int bit = 0; bit <= Integer.SIZE; bit++) {
        long set = polynomial >> (Integer.SIZE - bit) & 1;
        value[bit / Byte.SIZE] ^= (byte) (set << bit % Byte.SIZE);
      }
      pairs.add(List.of(first, ByteString.copyFrom(value)));
    }
    Collisions.ENDINGS.forEach(endings -> pairs.add(utf8(endings.subList(0, 2))));
    ByteString around = random(500, 1).getValue();
    for (List<ByteString> pair : List.copyOf(pairs)) {
      pairs.add(pair.stream().map(value -> around.concat(value).concat(around)).toList());
    }
    Collisions.BEGINNINGS.forEach(beginnings -> pairs.add(utf8(beginnings)));
    ByteString end = random(5_000, 2).getValue(); // hashes by murmur need a multiple of 4
    for (List<ByteString> pair : List.copyOf(pairs)) {
      if (pair.get(0).size() % 4 == 0) {
        pairs.add(pair.stream().map(value -> value.concat(end)).toList());
      }
    }
    return pairs;
  }

  private static List<ByteString> utf8(List<String> texts) {
    return texts.stream().map(ByteString::copyFromUtf8).toList();
  }

  private static void addBytesOfKnownTypes(Map<String, Any> payloads) {
    payloads.put("of a known type", any(STRING, "0a0161"));
    payloads.put("of a known type, with a field that is there twice", any(STRING, "0a01610a0162"));
    payloads.put("of a known type, with an unknown field", any(STRING, "0a0161c03e07"));
    payloads.put("of a known type, with an unknown field first", any(STRING, "c03e070a0161"));
    payloads.put("of a known type, with an unknown group", any(STRING, "0a0161c33e0807c43e"));
    payloads.put("of a known type, with a default value written", any(STRING, "0a00"));
    payloads.put("of a known type, with a length too long", any(STRING, "0a810061"));
    payloads.put("of a known type, with a field of another kind", any(STRING, "0807"));
    payloads.put("of a known type, with bytes that are not UTF-8", any(STRING, "0a02c328"));
    payloads.put("of a known type, with bytes that do not parse", any(STRING, "0affffff"));
    payloads.put("of a known type, with fields out of order", any(DURATION, "10020801"));
    payloads.put("of a known type, with a varint too long", any(DURATION, "08818000"));
    payloads.put("of a known type, with a value out of range", any(DURATION, "10ffffffff07"));
    Any inner = any(DURATION, "10020801");
    payloads.put("of an Any in an Any", Any.pack(Any.pack(inner)));
    payloads.put(
        "of an Any in an Any of another prefix",
        any("example.invalid/google.protobuf.Any", inner.toByteString()));
    payloads.put("of a known type, with zero", Any.pack(Duration.getDefaultInstance()));
    for (Message known : KNOWN) {
      String type = known.getDescriptorForType().getName();
      String url = PREFIX + known.getDescriptorForType().getFullName();
      ByteString value = known.toByteString();
      payloads.put("of type " + type, any(url, value));
      payloads.put("of type " + type + ", with each field twice", any(url, value.concat(value)));
      ByteString unknown = fields(1_000, field().addVarint(7)).toByteString();
      payloads.put("of type " + type + ", with an unknown field", any(url, value.concat(unknown)));
      payloads.put(
          "of type " + type + ", with an unknown field first", any(url, unknown.concat(value)));
    }
  }

  private static void addBytes(Map<String, Any> payloads) {
    byte[] each = new byte[256];
    for (int value = 0; value < each.length; value++) {
      each[value] = (byte) value;
    }
    payloads.put("with every byte there is", of(ByteString.copyFrom(each)));
    for (String hex : BYTES.split(" ", -1)) {
      payloads.put("with the bytes " + hex, any(NO_TYPE, hex));
    }
    for (int first = 0; first < each.length; first++) {
      byte[] marked = {(byte) first, 0x7f, (byte) first, 0, (byte) ~first, 1};
      payloads.put(
          "that begins with the byte %02x".formatted(first), of(ByteString.copyFrom(marked)));
    }
    payloads.put("of a DurableState", of(States.of("a", 1).toByteString()));
    payloads.put("of a state with a payload alone", of(withPayload().toByteString()));
    ByteString noise = random(5_000, 1).getValue();
    payloads.put("of 5,000 bytes and as many zeros", of(noise.concat(zeros(5_000).getValue())));
  }

  private static DurableState withPayload() {
    return DurableState.newBuilder().setResultingState(any(STRING, "0a0161")).build();
  }

  /** Returns sizes around the limits of common fields, pages and buffers. */
  static int[] sizes() {
    return new int[] {
      127, 128, 255, 256, 257, 1_023, 1_024, 4_000, 4_001, 8_191, 8_192, 16_383, 16_384, 32_767,
      32_768, 65_534, 65_535, 65_536, 65_537, 131_072, 262_144, 524_288
    };
  }

  /** Returns a payload whose value has the given size, derives from a seed, and is random. */
  static Any random(int size, long seed) {
    byte[] value = new byte[size];
    new SplittableRandom(seed).nextBytes(value);
    return of(ByteString.copyFrom(value));
  }

  /** Returns a payload of a type that no store knows. */
  static Any of(ByteString value) {
    return any(NO_TYPE, value);
  }

  /** Returns a payload whose value is this many zero bytes. */
  static Any zeros(int size) {
    return of(ByteString.copyFrom(new byte[size]));
  }

  /**
   * Returns unknown fields: of every wire type, repeated, nested, and with low and high numbers.
   */
  static Map<String, UnknownFieldSet> unknownFields() {
    var fields = new LinkedHashMap<String, UnknownFieldSet>();
    UnknownFieldSet.Field.Builder all = field();
    everyWireType(1).asMap().values().forEach(all::mergeFrom);
    UnknownFieldSet.Field every = all.build();
    fields.put("a varint", fields(1_000, field().addVarint(7)));
    fields.put("a varint of 2^64-1", fields(1_000, field().addVarint(-1)));
    fields.put("a varint of 0", fields(1_000, field().addVarint(0)));
    fields.put("32 bits", fields(1_000, field().addFixed32(-8)));
    fields.put("64 bits", fields(1_000, field().addFixed64(Long.MIN_VALUE + 1)));
    fields.put("bytes", fields(1_000, field().addLengthDelimited(ByteString.fromHex("00ff80"))));
    fields.put("no bytes", fields(1_000, field().addLengthDelimited(ByteString.EMPTY)));
    fields.put(
        "an empty group", fields(1_000, field().addGroup(UnknownFieldSet.getDefaultInstance())));
    fields.put("a group", fields(1_000, field().addGroup(fields(1, every))));
    fields.put("nested groups", fields(1_000, field().addGroup(nested(20))));
    fields.put("every wire type", fields(1_000, every));
    fields.put(
        "repeated values",
        fields(
            1_000,
            UnknownFieldSet.Field.newBuilder(every)
                .addVarint(7)
                .addVarint(6)
                .addVarint(7)
                .mergeFrom(every)));
    fields.put(
        "70,000 bytes", fields(1_000, field().addLengthDelimited(random(70_000, 1).getValue())));
    for (int number : new int[] {4, 7, 15, 16, 2_047, 2_048, 19_000, 262_144, (1 << 29) - 1}) {
      fields.put("number " + number, fields(number, every));
    }
    fields.put("the number of a known field", fields(2, field().addFixed64(9)));
    fields.put(
        "several numbers",
        fields(7, field().addVarint(1)).toBuilder()
            .mergeFrom(fields(1_000, every))
            .mergeFrom(fields((1 << 29) - 1, field().addFixed32(1)))
            .build());
    return fields;
  }

  /**
   * Returns a state of which both itself and its payload have unknown fields of every wire type.
   */
  static DurableState withUnknownFields(DurableState state) {
    return withUnknownFields(state, everyWireType(1));
  }

  /** Returns a state with other unknown fields, some under the same numbers. */
  static DurableState withOtherUnknownFields(DurableState state) {
    UnknownFieldSet.Builder fields = everyWireType(2).toBuilder();
    fields.clearField(1_001).clearField(1_002).clearField(1_003);
    return withUnknownFields(state, fields.mergeFrom(fields(1_005, field().addVarint(8))).build());
  }

  private static DurableState withUnknownFields(DurableState state, UnknownFieldSet fields) {
    return state.toBuilder()
        .setUnknownFields(fields)
        .setResultingState(withUnknownFields(state.getResultingState(), fields))
        .build();
  }

  /** Returns a payload with unknown fields, set by a method that protobuf-java 3 and 4 share. */
  static Any withUnknownFields(Any payload, UnknownFieldSet fields) {
    Message.Builder builder = payload.toBuilder();
    return (Any) builder.setUnknownFields(fields).build();
  }

  private static UnknownFieldSet nested(int depth) {
    UnknownFieldSet fields = fields(1, field().addVarint(depth));
    return depth == 0
        ? fields
        : fields.toBuilder().addField(2, field().addGroup(nested(depth - 1)).build()).build();
  }

  /** Returns a field of each wire type, under numbers from 1000 on. */
  private static UnknownFieldSet everyWireType(int value) {
    UnknownFieldSet group = fields(value + 4, field().addVarint(value + 5));
    return fields(1_000, field().addVarint(value)).toBuilder()
        .addField(1_001, field().addFixed32(value + 1).build())
        .addField(1_002, field().addFixed64(value + 2).build())
        .addField(1_003, field().addLengthDelimited(copyFromUtf8("" + (value + 3))).build())
        .addField(1_004, field().addGroup(group).build())
        .build();
  }

  private static UnknownFieldSet.Field.Builder field() {
    return UnknownFieldSet.Field.newBuilder();
  }

  private static UnknownFieldSet fields(int number, UnknownFieldSet.Field.Builder field) {
    return fields(number, field.build());
  }

  private static UnknownFieldSet fields(int number, UnknownFieldSet.Field field) {
    return UnknownFieldSet.newBuilder().addField(number, field).build();
  }

  private static Any any(String url, String hex) {
    return any(url, ByteString.copyFrom(HexFormat.of().parseHex(hex)));
  }

  private static Any any(String url, ByteString value) {
    return Any.newBuilder().setTypeUrl(url).setValue(value).build();
  }
}
