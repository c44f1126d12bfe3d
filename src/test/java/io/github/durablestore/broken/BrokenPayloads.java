package io.github.durablestore.broken;

import static io.github.durablestore.broken.BrokenContents.NO_FIELDS;
import static io.github.durablestore.broken.BrokenStateStore.refuseIf;
import static io.github.durablestore.broken.BrokenStateStore.states;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.StringValue;
import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import java.io.IOException;
import java.nio.charset.Charset;
import java.text.Normalizer;
import java.text.Normalizer.Form;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.InflaterInputStream;

/** Stores that change payloads, or refuse some. */
public final class BrokenPayloads {
  private static final Any EMPTY = Any.getDefaultInstance();
  private static final ByteString ZERO = ByteString.copyFrom(new byte[1]);

  private BrokenPayloads() {}

  public static Stream<Broken> stores() {
    return Stream.of(sizes(), values(), largeValues(), types(), urls(), tablesOfUrls())
        .flatMap(List::stream);
  }

  private static List<Broken> sizes() {
    return List.of(
        stored("requires a payload", s -> refuseIf(!s.hasResultingState(), s)),
        stored(
            "takes an empty payload for none",
            s -> s.getResultingState().equals(EMPTY) ? s.clearResultingState() : s),
        stored(
            "takes none for an empty payload",
            s -> s.hasResultingState() ? s : s.setResultingState(EMPTY)),
        stored("refuses 400 KiB", s -> refuseIf(s.build().getSerializedSize() > 400 << 10, s)),
        value("R13", "truncates to 65,535 bytes", v -> start(v, 65_535)),
        value(
            "R13",
            "loses what is a multiple of 65,536 bytes",
            v -> v.size() % 65_536 == 0 ? ByteString.EMPTY : v),
        value("R13", "refuses 65,535 bytes", v -> refuseIf(v.size() == 65_535, v)),
        value("R13", "truncates to 1,000,000 bytes", v -> start(v, 1_000_000)),
        value(
            "R13",
            "drops bytes that are all zero",
            v ->
                v.size() > 1_000 && v.byteAt(0) == 0 && v.byteAt(v.size() - 1) == 0
                    ? ByteString.EMPTY
                    : v));
  }

  private static List<Broken> values() {
    return List.of(
        text("drops trailing zero bytes", ISO_8859_1, t -> t.replaceAll("(?<!\0)\0+\\z", "")),
        value("R14", "takes fe for a mark", v -> isMarked(v) ? v.substring(1) : v),
        value("R14", "pads to an even size", v -> v.size() % 2 == 0 ? v : v.concat(ZERO)),
        text("keeps values as UTF-8", UTF_8, t -> t),
        text("keeps values as ASCII", US_ASCII, t -> t),
        text("ends values at a zero byte", ISO_8859_1, t -> t.replaceAll("(?s)\0.*", "")),
        value(
            "R14",
            "strips values",
            v ->
                v.isValidUtf8() && v.size() < 10
                    ? ByteString.copyFromUtf8(v.toStringUtf8().strip())
                    : v),
        value(
            "R14",
            "decodes base 64",
            v -> v.toStringUtf8().equals("YQ==") ? ByteString.copyFromUtf8("a") : v));
  }

  private static List<Broken> largeValues() {
    return List.of(
        value("R14", "inflates large values", v -> v.size() > 1_024 ? inflated(v) : v),
        text(
            "decodes large values in base 64",
            ISO_8859_1,
            t ->
                t.length() > 1_000 && t.length() % 4 == 0 && t.matches("[A-Za-z0-9+/]+={0,2}")
                    ? new String(Base64.getDecoder().decode(t), ISO_8859_1)
                    : t),
        text(
            "decodes large values in hex",
            ISO_8859_1,
            t -> t.matches("([0-9a-f]{2}){250,}") ? t.substring(1) : t),
        text(
            "compacts large JSON",
            ISO_8859_1,
            t -> t.length() > 4_000 && t.matches("(?s)\\[.*]") ? t.replaceAll("\\s", "") : t));
  }

  private static ByteString inflated(ByteString value) {
    try {
      return ByteString.readFrom(new InflaterInputStream(value.newInput()));
    } catch (IOException e) {
      return value;
    }
  }

  private static boolean isMarked(ByteString value) {
    return !value.isEmpty() && value.byteAt(0) == (byte) 0xfe;
  }

  private static List<Broken> types() {
    return List.of(
        payload(
            "drops types that it does not know",
            any -> any.getTypeUrl().contains("no.such.Type") ? any.clear() : any),
        known("writes known types once more", StringValue.class, m -> m),
        known("writes durations once more", Duration.class, m -> m),
        known(
            "drops unknown fields of known types",
            StringValue.class,
            m -> m.toBuilder().setUnknownFields(NO_FIELDS).build()),
        payload(
            "refuses known types that do not parse",
            any -> refuseIf(any.build().is(StringValue.class) && !parses(any.getValue()), any)),
        payload(
            "refuses a value without a URL",
            any -> refuseIf(any.getTypeUrl().isEmpty() && !any.getValue().isEmpty(), any)),
        payload(
            "drops a URL without a value",
            any -> any.getValue().isEmpty() ? any.clearTypeUrl() : any),
        payload(
            "drops a value without a URL",
            any -> any.getTypeUrl().isEmpty() ? any.clearValue() : any));
  }

  private static List<Broken> urls() {
    return List.of(
        url(
            "has one prefix for all URLs",
            u -> u.isEmpty() ? u : "type.googleapis.com/" + u.substring(u.lastIndexOf('/') + 1)),
        url("folds URLs to lower case", u -> u.toLowerCase(Locale.ROOT)),
        url(
            "folds hosts to lower case",
            u ->
                u.contains("/")
                    ? u.substring(0, u.indexOf('/')).toLowerCase(Locale.ROOT)
                        + u.substring(u.indexOf('/'))
                    : u),
        url("strips URLs", String::strip),
        url("truncates URLs to 255 characters", u -> u.substring(0, Math.min(255, u.length()))),
        url("truncates URLs to 4,000 characters", u -> u.substring(0, Math.min(4_000, u.length()))),
        url(
            "truncates URLs to 65,535 characters",
            u -> u.substring(0, Math.min(65_535, u.length()))),
        url("drops a leading slash", u -> u.startsWith("/") ? u.substring(1) : u),
        url("drops a trailing slash", u -> u.replaceAll("/$", "")),
        url("keeps the last segment", u -> u.replaceAll("^(type\\.googleapis\\.com/).*/", "$1")),
        url("drops https", u -> u.replaceAll("^https://(?=type\\.googleapis)", "")),
        url("drops double slashes", u -> u.replaceAll("(?<=[^:/])//+", "/")),
        url("drops a fragment", u -> u.replaceAll("(?<=such\\.Type)#.*", "")),
        url("drops a query", u -> u.replaceAll("\\?.*", "")),
        url("decodes URLs", BrokenIds::percent),
        url("keeps URLs as ASCII", u -> new String(u.getBytes(US_ASCII), US_ASCII)),
        url("refuses URLs without a slash", u -> refuseIf(!u.contains("/") && !u.isEmpty(), u)));
  }

  private static List<Broken> tablesOfUrls() {
    return List.of(
        table("String.hashCode", String::hashCode),
        table("CRC-32", BrokenPayloads::crc),
        table("its normal form", u -> Normalizer.normalize(u, Form.NFC)));
  }

  /** A store that keeps the first URL of each key in a table, and reads that. */
  private static Broken table(String key, Function<String, Object> keys) {
    return Broken.of(
        "R14",
        "finds a URL by " + key,
        () -> {
          var table = new ConcurrentHashMap<Object, String>();
          return payloads(
              any ->
                  any.setTypeUrl(
                      table.computeIfAbsent(
                          keys.apply(any.getTypeUrl()), each -> any.getTypeUrl())));
        });
  }

  private static long crc(String url) {
    var crc = new CRC32();
    crc.update(url.getBytes(UTF_8));
    return crc.getValue();
  }

  private static Broken stored(String what, UnaryOperator<DurableState.Builder> change) {
    return Broken.of("R13", what, () -> states(change));
  }

  private static Broken payload(String what, UnaryOperator<Any.Builder> change) {
    return Broken.of("R14", what, () -> payloads(change));
  }

  private static Broken value(String rule, String what, UnaryOperator<ByteString> change) {
    return Broken.of(rule, what, () -> payloads(any -> any.setValue(change.apply(any.getValue()))));
  }

  private static Broken text(String what, Charset charset, UnaryOperator<String> change) {
    return value("R14", what, v -> ByteString.copyFrom(change.apply(v.toString(charset)), charset));
  }

  private static Broken url(String what, UnaryOperator<String> change) {
    return payload(what, any -> any.setTypeUrl(change.apply(any.getTypeUrl())));
  }

  /** Parses payloads of a known type, and serializes the changed message. */
  private static <T extends Message> Broken known(
      String what, Class<T> type, UnaryOperator<Message> change) {
    return payload(
        what,
        any -> {
          try {
            return any.build().is(type)
                ? any.setValue(change.apply(any.build().unpack(type)).toByteString())
                : any;
          } catch (InvalidProtocolBufferException e) {
            return any;
          }
        });
  }

  private static boolean parses(ByteString value) {
    try {
      return StringValue.parseFrom(value).isInitialized();
    } catch (InvalidProtocolBufferException e) {
      return false;
    }
  }

  private static ByteString start(ByteString value, int most) {
    return value.substring(0, Math.min(most, value.size()));
  }

  private static StateStore payloads(UnaryOperator<Any.Builder> change) {
    return states(
        s ->
            s.hasResultingState()
                ? s.setResultingState(change.apply(s.getResultingState().toBuilder()))
                : s);
  }

  /** Discards unknown fields of the Any, by a method that protobuf-java 3 and 4 share. */
  static StateStore withoutUnknownFields() {
    return payloads(
        any -> {
          ((Message.Builder) any).setUnknownFields(NO_FIELDS);
          return any;
        });
  }
}
