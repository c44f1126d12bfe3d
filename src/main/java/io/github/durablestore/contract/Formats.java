package io.github.durablestore.contract;

import static com.google.protobuf.ByteString.copyFromUtf8;
import static io.github.durablestore.text.Text.quote;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.StringValue;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Values in the formats that a store may recognize, and decode or rewrite: small and large ones.
 */
final class Formats {
  // zlib at four levels, gzip, both whole and as headers; Java serialization, bzip2, zstd, LZ4 of
  // the standard and of lz4-java, Snappy of Java and as frames, xz, zip, Avro, Smile, CBOR, a Java
  // class, pickle of two versions, OpenSSL's encryption. Then whole ones of the letter a: zstd in
  // three ways, frames and a block of LZ4, bzip2, xz, LZMA, Snappy as frames and raw, Brotli.
  private static final String HEADERS =
      "7801 785e 789c 78da 78014b040000620062 785e4b040000620062 789c4b040000620062"
          + " 78da4b040000620062 1f8b 1f8b0800 1f8b08000000000000ff4b040043beb7e801000000 aced0005"
          + " aced000574000161 425a68 28b52ffd 04224d18 4c5a34426c6f636b"
          + " 82534e4150505900 ff060000734e61507059 fd377a585a00 504b0304"
          + " 4f626a01 3a290a d9d9f7 cafebabe00000034 80049505000000 8003580100000061712e"
          + " 53616c7465645f5f"
          + " 28b52ffd2401090000615b6e8ca9 28b52ffd005809000061 28b52ffd200109000061"
          + " 04224d186440a701000080610000000056740d55 04224d18604082010000806100000000 1061"
          + " 425a683931415926535919939b6b00000001002000200021184682ee48a70a120332736d60"
          + " fd377a585a000004e6d6b4460200210116000000742fe5a30100006100000000052b652e7784023300011901a52c81cc"
          + "1fb6f37d010000000004595a 5d00008000ffffffffffffffff0030c1fbffffffe0000000"
          + " ff060000734e6150705901050000786ee42861 010061 0b00806103";

  /** Texts, with a vertical bar or a new line between them. */
  private static final String[] TEXTS =
      """
      \\x6162|\\\\x6162|\\141|6162|0x6162|x'6162'|YQ==|YWI=|{}|[ ]|{ "a" : 1, "a": 2 }
      true|0|-1|007|1.50|1e3|NaN|"a"|'a'|''|\\|<a/>|<?xml version="1.0"?><a>&amp;</a>
      550e8400-e29b-41d4-a716-446655440000|550E8400E29B41D4A716446655440000|2024-03-31T02:30:00Z|%41
      a+b|=?UTF-8?B?YQ==?=|data:;base64,YQ==|data:text/plain;base64,YQ==|${a}|ENC(YQ==)|{cipher}6162
      {noop}a|\\u0041|=41|a=41=|[1.0]|{"a":1.0}|{"b":1,"a":2}|{"a":1E+3,"b":12345678901234567890}
      {"$numberLong":"1"}|{"$oid":"550e8400e29b41d4a7164466"}|TRUE|yes|on|t|Infinity|-Infinity|1E+3
      1,5|1_000|9007199254740993|12345678901234567890|0.1000000000000000055|2024-03-31
      2024-03-31 02:30:00|2024-03-31T02:30:00+01:00|31.03.2024|02:30:00|java.lang.String
      class java.lang.String|!!str a|a: 1|O:8:"stdClass":0:{}|s3://bucket/key|s3a://bucket/key
      gs://bucket/key|hdfs:///a|file:a|file:/a|file:///a|classpath:a|classpath*:a|jar:file:a.jar!/a
      http://example.invalid/a|https://example.invalid/a|blob:a|ref:a|env:HOME|vault:v1:YQ==|@a|#/a
      {"$ref":"a"}|{"__type":"Pointer","a":1}|eyJhIjoxfQ.e30.|caf\u00e9|\ud83d\udcb6
      a \ud83d\ude00\ud83c\udffd b"""
          .split("[|\n]", -1);

  /** What means that there is nothing, in some format or language. */
  static final List<String> NONE =
      List.of("null", "NULL", "nil", "None", "\\N", "(null)", "<null>", "undefined", "N/A", "NaT");

  private static final List<String> LONGER_TEXTS =
      List.of(
          "---\na: 1\n",
          "-----BEGIN PUBLIC KEY-----\nYQ==\n-----END PUBLIC KEY-----\n",
          "MIME-Version: 1.0\r\n\r\na",
          "\ta line\r\n".repeat(600),
          "a line\r".repeat(600),
          "[\n  1.0\n]\n",
          "\ud83d\udcb6 ".repeat(1_000));

  /** A few hundred bytes, more than usual rows hold, and more than a small column does. */
  private static final List<Integer> SIZES = List.of(300, 5_000, 70_000);

  /** The levels of zlib of which each has a header of its own. */
  private static final List<Integer> LEVELS = List.of(1, 2, 6, 9);

  private Formats() {}

  /**
   * Adds payloads by what they are.
   *
   * @param few adds large ones of one size only
   */
  static void addTo(Map<String, Any> payloads, boolean few) {
    for (String hex : HEADERS.split(" ", -1)) {
      ByteString header = ByteString.fromHex(hex);
      payloads.put("with the bytes of a header, " + hex, Payloads.of(header));
      payloads.put(
          "with the bytes of a header and more, " + hex,
          Payloads.of(header.concat(ByteString.fromHex("4b0400"))));
      String text = base64(header);
      payloads.put("with the base64 of a header, " + text, Payloads.of(copyFromUtf8(text)));
      payloads.put(
          "with a StringValue of the base64 of a header, " + text, Any.pack(StringValue.of(text)));
    }
    for (String text : Stream.concat(Stream.of(TEXTS), NONE.stream()).toList()) {
      payloads.put("with the text " + text, Payloads.of(copyFromUtf8(text)));
      payloads.put("with a StringValue of " + text, Any.pack(StringValue.of(text)));
    }
    for (String text : LONGER_TEXTS) {
      String start = text.substring(0, Math.min(text.length(), 20));
      payloads.put("with a longer text, " + quote(start), Payloads.of(copyFromUtf8(text)));
    }
    payloads.put("of a small zip file", Payloads.of(zipped(copyFromUtf8("a"), Formats::zip)));
    (few ? SIZES.subList(1, 2) : SIZES).forEach(size -> addLarge(payloads, size));
  }

  private static void addLarge(Map<String, Any> payloads, int size) {
    String of = " of %,d bytes or more".formatted(size);
    ByteString noise = Payloads.random(size, 1).getValue();
    for (String hex : HEADERS.split(" ", -1)) {
      ByteString value = ByteString.fromHex(hex).concat(noise);
      payloads.put("with a header, " + hex + "," + of, Payloads.of(value));
      payloads.put(
          "with the base64 of a header, " + hex + "," + of,
          Payloads.of(copyFromUtf8(base64(value))));
    }
    for (int level : LEVELS) {
      payloads.put(
          "compressed by zlib at level " + level + of,
          Payloads.of(
              zipped(noise, bytes -> new DeflaterOutputStream(bytes, new Deflater(level)))));
    }
    payloads.put("of a gzip file" + of, Payloads.of(zipped(noise, GZIPOutputStream::new)));
    payloads.put("of a zip file" + of, Payloads.of(zipped(noise, Formats::zip)));
    String hex = HexFormat.of().formatHex(noise.toByteArray());
    for (String text : List.of(hex, "\\x" + hex, "0x" + hex, "x'" + hex + "'")) {
      String start = text.substring(0, 4);
      payloads.put("in hex, from " + start + " on," + of, Payloads.of(copyFromUtf8(text)));
    }
    for (String text : TEXTS) {
      payloads.put(
          "with the text " + text + ", stretched," + of,
          Payloads.of(copyFromUtf8(stretched(text, size))));
      payloads.put(
          "with a list of the text " + text + "," + of,
          Payloads.of(copyFromUtf8("[\n  " + repeated(text, ",\n  ", size) + "\n]")));
    }
  }

  /** Repeats a character in the middle, so that the length is a multiple of 4, as base64 is. */
  private static String stretched(String text, int size) {
    int end = text.offsetByCodePoints(0, (text.codePointCount(0, text.length()) + 1) / 2);
    int start = text.offsetByCodePoints(end, -1);
    int times = (size - text.length()) / (end - start) & ~3;
    return text.substring(0, end) + text.substring(start, end).repeat(times) + text.substring(end);
  }

  private static String repeated(String text, String separator, int size) {
    String each = text + separator;
    return each.repeat(size / each.length()) + text;
  }

  private static String base64(ByteString value) {
    return Base64.getEncoder().encodeToString(value.toByteArray());
  }

  private interface Zip {
    OutputStream into(OutputStream bytes) throws IOException;
  }

  private static ByteString zipped(ByteString content, Zip zip) {
    var bytes = new ByteArrayOutputStream();
    try (OutputStream zipped = zip.into(bytes)) {
      content.writeTo(zipped);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return ByteString.copyFrom(bytes.toByteArray());
  }

  private static OutputStream zip(OutputStream bytes) throws IOException {
    var zip = new ZipOutputStream(bytes);
    zip.putNextEntry(new ZipEntry("a"));
    return zip;
  }
}
