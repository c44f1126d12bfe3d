package io.github.durablestore.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import com.google.protobuf.StringValue;
import com.google.protobuf.UnknownFieldSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** Payloads and unknown fields that change in a store that interprets or converts them. */
final class Payloads {
  static final int MEBIBYTE = 1 << 20;

  private static final String PREFIX = "type.googleapis.com/";
  private static final String STRING = PREFIX + "google.protobuf.StringValue";
  private static final String DURATION = PREFIX + "google.protobuf.Duration";
  private static final String NO_TYPE = PREFIX + "no.such.Type";

  private Payloads() {}

  /** Returns payloads of unknown and known types, whose bytes must not change. */
  static Map<String, Any> untouched() {
    var payloads = new LinkedHashMap<String, Any>();
    addUrls(payloads);
    addBytesOfKnownTypes(payloads);
    addBytes(payloads);
    return payloads;
  }

  private static void addUrls(Map<String, Any> payloads) {
    String known = "google.protobuf.StringValue";
    for (String url :
        new String[] {
          NO_TYPE,
          "example.invalid/no.such.Type",
          "EXAMPLE.invalid/no.such.Type",
          "example.invalid/no.such.type",
          "no.such.Type",
          "/no.such.Type",
          "//no.such.Type",
          "no.such.Type/",
          "https://example.invalid:8080/a/b/no.such.Type?c=d#e",
          "example.invalid/%6eo.such.Type",
          " example.invalid/no.such.Type ",
          "example.invalid/caf\u00e9.\ud83d\udcb6\0",
          "java.lang.String",
          "\u0000",
          "/",
          "a".repeat(1_000) + "/no.such.Type",
          known,
          "/" + known,
          PREFIX + known + " ",
          "type.googleprod.com/" + known,
          "example.invalid/" + known,
          "TYPE.GOOGLEAPIS.COM/" + known
        }) {
      String shown = url.length() > 100 ? "a URL of 1,000 characters" : url.replace('\0', '?');
      payloads.put("of type URL " + shown, any(url, StringValue.of("value").toByteString()));
    }
    payloads.put("with a type URL and no value", any(NO_TYPE, ByteString.EMPTY));
    payloads.put("with a known type URL and no value", any(STRING, ByteString.EMPTY));
    payloads.put("with a value and no type URL", any("", StringValue.of("a").toByteString()));
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
    payloads.put("of a known type, with zero", Any.pack(Duration.getDefaultInstance()));
  }

  private static void addBytes(Map<String, Any> payloads) {
    byte[] each = new byte[256];
    for (int value = 0; value < each.length; value++) {
      each[value] = (byte) value;
    }
    payloads.put("with every byte there is", any(NO_TYPE, ByteString.copyFrom(each)));
    for (String hex :
        new String[] {
          "00",
          "0000",
          "ff",
          "0a",
          "0d0a",
          "20",
          "6100",
          "610000",
          "0061",
          "2061",
          "6120",
          "610a",
          "efbbbf61",
          "fffe6100",
          "c3a9",
          "65cc81",
          "eda080",
          "80",
          "1f8b0800",
          "7b7d",
          "6e756c6c",
          "5c",
          "27",
          "22",
          "59513d3d",
          "1a",
          "04"
        }) {
      payloads.put("with the bytes " + hex, any(NO_TYPE, hex));
    }
  }

  /** Returns sizes around the limits of common fields, pages and buffers. */
  static int[] sizes() {
    return new int[] {
      127, 128, 255, 256, 257, 1_023, 1_024, 4_000, 4_001, 8_191, 8_192, 16_383, 16_384, 32_767,
      32_768, 65_534, 65_535, 65_536, 65_537, 131_072, 262_144, 524_288
    };
  }

  /** Returns a payload whose value has the given size and does not compress. */
  static Any random(int size) {
    byte[] value = new byte[size];
    new Random(size).nextBytes(value);
    return any(NO_TYPE, ByteString.copyFrom(value));
  }

  /** Returns a payload whose value is this many zero bytes. */
  static Any zeros(int size) {
    return any(NO_TYPE, ByteString.copyFrom(new byte[size]));
  }

  /**
   * Returns unknown fields: of every wire type, repeated, nested, and with low and high numbers.
   */
  static Map<String, UnknownFieldSet> unknownFields() {
    var fields = new LinkedHashMap<String, UnknownFieldSet>();
    UnknownFieldSet.Field every = everyWireType();
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
        "70,000 bytes", fields(1_000, field().addLengthDelimited(random(70_000).getValue())));
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

  private static UnknownFieldSet.Field everyWireType() {
    return field()
        .addVarint(1)
        .addFixed32(2)
        .addFixed64(3)
        .addLengthDelimited(ByteString.copyFrom("4", UTF_8))
        .addGroup(fields(5, field().addVarint(6)))
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
