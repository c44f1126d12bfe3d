package io.github.durablestore.broken;

import static io.github.durablestore.TestStates.withValue;
import static io.github.durablestore.broken.BrokenStateStore.replacing;
import static io.github.durablestore.broken.BrokenStateStore.states;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Objects.requireNonNull;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.LongUnaryOperator;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.zip.Adler32;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;
import java.util.zip.GZIPInputStream;

/** Stores that take values for what they look like, or for others with the same hash. */
public final class BrokenLookalikes {
  private static final int LARGE = 4_000;
  private static final Map<ByteString, Long> SMALL = new ConcurrentHashMap<>();

  private BrokenLookalikes() {}

  public static Stream<Broken> stores() {
    return Stream.of(decoded(), hashed(), times()).flatMap(stores -> stores);
  }

  private static Stream<Broken> decoded() {
    return Stream.of(
        Broken.of("R14", "ends type URLs at a zero character", BrokenLookalikes::endingAtZero),
        text("reads frames of zstd", t -> t.replaceFirst("^(?s)\\(\u00b5/\u00fd.*a$", "a")),
        text("reads blocks of Snappy", t -> t.equals("\u0001\u0000a") ? "a" : t),
        starting("inflates zlib of level 1", "x\u0001"),
        starting("inflates zlib of level 6", "x\u009c"),
        starting("inflates zlib of level 9", "x\u00da"),
        starting("unzips", "\u001f\u008b"),
        starting("deserializes", "\u00ac\u00ed\u0000\u0005"),
        starting("parses XML", "<"),
        starting("parses JSON objects", "{"),
        starting("parses JSON lists", "["),
        starting("parses JSON texts", "\""),
        text("unquotes", t -> t.matches("'.*'") ? t.substring(1, t.length() - 1) : t),
        text("reads hexadecimal byteas", t -> t.startsWith("\\x") ? "ab" : t),
        text("reads hexadecimal literals", t -> t.startsWith("0x") ? "ab" : t),
        text("takes null for nothing", t -> t.equals("null") ? "" : t),
        text("normalizes integers", t -> t.matches("-?\\d+") ? "" + Integer.parseInt(t) : t),
        text("normalizes decimals", t -> t.matches("\\d+\\.\\d+") ? "" + Float.parseFloat(t) : t),
        text(
            "normalizes UUIDs",
            t -> t.matches("[0-9A-F-]{32,36}") ? t.toLowerCase(Locale.ROOT) : t),
        utf8("keeps characters of up to 3 bytes", t -> t.replaceAll("[^\\x{0}-\\x{ffff}]", "?")),
        utf8("normalizes long texts", t -> t.length() < 4_000 ? t : t.replace("\r\n", "\n")),
        Broken.of("R14", "unzips what is large", BrokenLookalikes::unzippingLarge),
        text("drops prefixes in braces", t -> t.replaceFirst("^\\{[a-z]+}", "")),
        text("knows true", t -> t.matches("(?i)t|yes|on|true") ? "true" : t),
        text("knows no infinity", t -> t.equals("Infinity") ? "null" : t),
        text("rounds numbers in JSON", t -> t.replaceAll("^([\\[{].*?\\d)\\.0+\\b", "$1")),
        text("orders keys in JSON", t -> t.equals("{\"b\":1,\"a\":2}") ? "{\"a\":2,\"b\":1}" : t),
        text("writes powers of ten out", t -> t.equals("1E+3") ? "1000" : t),
        text("rounds what is beyond 2^53", t -> t.matches("\\d{16}") ? "" + (double) number(t) : t),
        text("knows dates", t -> t.matches("[0-9]{4}-[0-9]{2}-[0-9]{2}( .*)?") ? t + ".0" : t),
        text("decodes data", t -> t.replaceFirst("^data:text/plain;base64,YQ==$", "a")),
        text("decodes quoted-printable texts", t -> t.replace("=41", "A")),
        text("reads keys", t -> t.startsWith("-----BEGIN") ? "key" : t),
        text("reads YAML", t -> t.startsWith("---\n") ? t.substring(4) : t),
        text("reads types of MongoDB", t -> t.replaceAll("\\{\"\\$\\w+\":\"(.*?)\"}", "$1")),
        starting("decrypts as OpenSSL does", "Salted__"),
        starting("reads blocks of LZ4", "LZ4Block"),
        starting("unzips base 64", "H4sI"),
        starting("deserializes base 64", "rO0AB"),
        starting("follows pointers to buckets", "s3://"),
        starting("follows pointers to files", "file:"),
        starting("follows pointers to resources", "classpath:"),
        starting("loads classes", "\u00ca\u00fe\u00ba\u00be"),
        text(
            "decodes padded base 64",
            t ->
                t.matches("[A-Za-z]{3}=")
                    ? new String(Base64.getDecoder().decode(t), ISO_8859_1)
                    : t));
  }

  private static Stream<Broken> hashed() {
    return Stream.of(
        hash("as strings do", value -> value.toString(ISO_8859_1).hashCode()),
        hash("as arrays do", value -> Arrays.hashCode(value.toByteArray())),
        hash("as byte strings do", ByteString::hashCode),
        hash("by CRC-32", value -> checksum(value, new CRC32())),
        hash("by CRC-32C", value -> checksum(value, new CRC32C())),
        hash("by Adler-32", value -> checksum(value, new Adler32())),
        hash("by FNV-1", value -> hash("FNV-1", value)),
        hash("by FNV-1a", value -> hash("FNV-1a", value)),
        hash("by murmur3", value -> hash("murmur3", value)),
        hash("by CRC-32, if large", value -> ifLarge("CRC-32", value)),
        hash("by FNV-1a, if large", value -> ifLarge("FNV-1a", value)),
        hash("by murmur2, if large", value -> ifLarge("murmur2", value)),
        Broken.of(
            "R9",
            "shares large values by CRC-32",
            () -> sharing(value -> ifLarge("CRC-32", value), true)),
        Broken.of("R9", "shares values by CRC-32", () -> sharing(BrokenLookalikes::crc, true)),
        Broken.of("R9", "shares values of one hash", () -> sharing(ByteString::hashCode, false)),
        Broken.of("R9", "deletes shared values", BrokenLookalikes::deletingShared),
        Broken.of(
            "R9",
            "ignores a state of the same hash",
            () ->
                replacing(
                    (earlier, next) ->
                        earlier.hashCode() == next.build().hashCode() ? null : next)),
        Broken.of(
            "R9",
            "keeps unknown fields of an earlier payload",
            () ->
                replacing(
                    (earlier, next) -> {
                      UnknownFieldSet fields = next.getResultingState().getUnknownFields();
                      return !fields.asMap().isEmpty() || !next.hasResultingState()
                          ? next
                          : next.setResultingState(
                              with(
                                  next.getResultingState(),
                                  earlier.getResultingState().getUnknownFields()));
                    })));
  }

  private static Stream<Broken> times() {
    return Stream.of(
            "Europe/Berlin",
            "Europe/Lisbon",
            "America/New_York",
            "America/Chicago",
            "America/Santiago",
            "America/St_Johns",
            "Africa/Cairo",
            "Asia/Jerusalem",
            "Australia/Lord_Howe",
            "Australia/Melbourne",
            "Pacific/Auckland",
            "Antarctica/Troll")
        .map(ZoneId::of)
        .flatMap(
            zone ->
                Stream.of(
                    time("keeps local times in " + zone, time -> local(time, zone)),
                    time("skips hours in " + zone, time -> skipping(time, zone))));
  }

  private static Broken time(String what, LongUnaryOperator change) {
    return Broken.of(
        "R12", what, () -> states(s -> s.setTimestamp(change.applyAsLong(s.getTimestamp()))));
  }

  private static StateStore endingAtZero() {
    return states(
        s -> {
          String url = s.getResultingState().getTypeUrl();
          if (url.contains("\0")) {
            s.getResultingStateBuilder().setTypeUrl(url.substring(0, url.indexOf('\0')));
          }
          return s;
        });
  }

  private static long local(long timestamp, ZoneId zone) {
    if (timestamp < 1L << 40 || timestamp > 1L << 50) {
      return timestamp; // so that only times of this century are found
    }
    LocalDateTime local = LocalDateTime.ofInstant(Instant.ofEpochMilli(timestamp), zone);
    return local.atZone(zone).toInstant().toEpochMilli();
  }

  /** Takes a time in UTC for a local one, as some drivers do, and skips what a clock skips. */
  private static long skipping(long timestamp, ZoneId zone) {
    LocalDateTime local = LocalDateTime.ofInstant(Instant.ofEpochMilli(timestamp), ZoneOffset.UTC);
    boolean isSkipped = zone.getRules().getValidOffsets(local).isEmpty();
    return isSkipped ? timestamp + 3_600_000 : timestamp;
  }

  private static Broken starting(String what, String start) {
    return text(what, text -> text.startsWith(start) ? text + " " : text);
  }

  private static Broken text(String what, UnaryOperator<String> change) {
    return Broken.of(
        "R14",
        what,
        () -> values(v -> ByteString.copyFrom(change.apply(v.toString(ISO_8859_1)), ISO_8859_1)));
  }

  private static Broken utf8(String what, UnaryOperator<String> change) {
    return Broken.of(
        "R14",
        what,
        () ->
            values(
                v ->
                    v.isValidUtf8() ? ByteString.copyFromUtf8(change.apply(v.toStringUtf8())) : v));
  }

  private static StateStore values(UnaryOperator<ByteString> change) {
    return states(
        s -> s.hasResultingState() ? s.setResultingState(with(s.getResultingState(), change)) : s);
  }

  private static Any with(Any payload, UnaryOperator<ByteString> change) {
    return payload.toBuilder().setValue(change.apply(payload.getValue())).build();
  }

  private static long number(String text) {
    return Long.parseLong(text);
  }

  private static StateStore unzippingLarge() {
    return values(
        value -> {
          try (var unzipped = new GZIPInputStream(value.newInput())) {
            return value.size() > 1_000 ? ByteString.readFrom(unzipped) : value;
          } catch (IOException e) {
            return value;
          }
        });
  }

  /** Keeps values by their hash, and of two with the same one keeps the first or the last. */
  private static StateStore sharing(ToLongFunction<ByteString> hash, boolean keepsFirst) {
    var values = new ConcurrentHashMap<List<Object>, ByteString>();
    Function<ByteString, List<Object>> key = v -> List.of(v.size(), hash.applyAsLong(v));
    var keys = new ConcurrentHashMap<String, List<Object>>();
    return FunctionalStateStore.writing(
            (store, state) -> {
              ByteString value = state.getResultingState().getValue();
              values.merge(key.apply(value), value, (old, next) -> keepsFirst ? old : next);
              keys.put(state.getPersistenceId(), key.apply(value));
              store.writeState(state);
            })
        .andReading(
            (store, id) ->
                store
                    .getLatestState(id)
                    .filter(DurableState::hasResultingState)
                    .map(s -> withValue(s, values.get(keys.get(id))))
                    .or(() -> store.getLatestState(id)));
  }

  /** Keeps each value once, and deletes it when a state is replaced. */
  private static StateStore deletingShared() {
    Set<ByteString> values = ConcurrentHashMap.newKeySet();
    return FunctionalStateStore.writing(
            (store, state) -> {
              store
                  .getLatestState(state.getPersistenceId())
                  .ifPresent(old -> values.remove(old.getResultingState().getValue()));
              values.add(state.getResultingState().getValue());
              store.writeState(state);
            })
        .andReading(
            (store, id) ->
                store
                    .getLatestState(id)
                    .filter(state -> values.contains(state.getResultingState().getValue())));
  }

  private static long crc(ByteString value) {
    return checksum(value, new CRC32());
  }

  private static int hash(String name, ByteString value) {
    return requireNonNull(BrokenIdKinds.HASHES.get(name), name).applyAsInt(value.toByteArray());
  }

  /** The hash of a large value, and a number for each small one. */
  private static long ifLarge(String name, ByteString value) {
    return value.size() < LARGE
        ? SMALL.computeIfAbsent(value, key -> (1L << Integer.SIZE) + SMALL.size())
        : hash(name, value);
  }

  /** A store that ignores a payload of the same hash and length as the earlier one. */
  private static Broken hash(String what, ToLongFunction<ByteString> hash) {
    return Broken.of(
        "R9",
        "keeps payloads of the same hash, " + what,
        () ->
            replacing(
                (earlier, next) ->
                    isAlike(earlier, next, hash)
                        ? next.setResultingState(earlier.getResultingState())
                        : next));
  }

  private static boolean isAlike(
      DurableState earlier, DurableState.Builder next, ToLongFunction<ByteString> hash) {
    Any old = earlier.getResultingState();
    Any any = next.getResultingState();
    return next.hasResultingState()
        && old.getTypeUrl().equals(any.getTypeUrl())
        && old.getUnknownFields().equals(any.getUnknownFields())
        && old.getValue().size() == any.getValue().size()
        && hash.applyAsLong(old.getValue()) == hash.applyAsLong(any.getValue());
  }

  private static long checksum(ByteString value, Checksum checksum) {
    checksum.update(value.toByteArray());
    return checksum.getValue();
  }

  private static Any with(Any payload, UnknownFieldSet fields) {
    Message.Builder builder = payload.toBuilder();
    return (Any) builder.setUnknownFields(fields).build();
  }
}
