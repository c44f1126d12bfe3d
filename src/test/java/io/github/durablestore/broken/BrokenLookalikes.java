package io.github.durablestore.broken;

import static io.github.durablestore.broken.BrokenStateStore.replacing;
import static io.github.durablestore.broken.BrokenStateStore.states;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.function.LongUnaryOperator;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.zip.Adler32;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;

/** Stores that take values for what they look like, or for others with the same hash. */
public final class BrokenLookalikes {
  private BrokenLookalikes() {}

  public static Stream<Broken> stores() {
    return Stream.of(decoded(), hashed(), times()).flatMap(stores -> stores);
  }

  private static Stream<Broken> decoded() {
    return Stream.of(
        Broken.of("R14", "ends type URLs at a zero character", BrokenLookalikes::endingAtZero),
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
        () ->
            states(
                s -> {
                  Any any = s.getResultingState();
                  String text = change.apply(any.getValue().toString(ISO_8859_1));
                  return s.hasResultingState()
                      ? s.setResultingState(
                          any.toBuilder().setValue(ByteString.copyFrom(text, ISO_8859_1)))
                      : s;
                }));
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
