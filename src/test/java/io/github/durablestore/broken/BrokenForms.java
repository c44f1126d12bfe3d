package io.github.durablestore.broken;

import static io.github.durablestore.TestStates.withValue;
import static io.github.durablestore.broken.BrokenIds.mapping;
import static io.github.durablestore.broken.BrokenStateStore.replacing;
import static io.github.durablestore.broken.BrokenStateStore.states;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.BytesValue;
import com.google.protobuf.DoubleValue;
import com.google.protobuf.FieldMask;
import com.google.protobuf.Int64Value;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import com.google.protobuf.Timestamp;
import com.google.protobuf.UnknownFieldSet;
import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Stores that take one form of an id, a field or a state for another. */
public final class BrokenForms {
  private static final String PREFIX = "type.googleapis.com/google.protobuf.";

  private BrokenForms() {}

  public static Stream<Broken> stores() {
    return Stream.of(escaped(), unchanged(), rewritten(), nothing()).flatMap(List::stream);
  }

  /** Ids that a store escapes, but not what looks like such an escape. */
  private static List<Broken> escaped() {
    return List.of(
        id("writes %3A for a colon", id -> id.replace(":", "%3A")),
        id("writes %23 for a hash", id -> id.replace("#", "%23").replace("?", "%3F")),
        id("writes a star as LDAP does", id -> id.replace("*", "\\2a")),
        id("writes a slash as -2F", id -> id.replace("/", "-2F")),
        id("writes a colon as CSS does", id -> id.replace(":", "\\3a ")),
        id(
            "writes references beyond Latin-1",
            id -> escaped(id, c -> c > 255, c -> "&#" + c + ";")),
        id(
            "writes hexadecimal references of pictures",
            id -> escaped(id, c -> c > 0xffff, c -> "&#x" + Integer.toHexString(c) + ";")),
        id("writes as ASCIISTR", id -> escaped(id, c -> c > 127, "\\%04X"::formatted)),
        id("writes as Java beyond Latin-1", id -> escaped(id, c -> c > 255, "\\u%04x"::formatted)),
        id(
            "writes signs as Cygwin does",
            id -> escaped(id, c -> "*:<>?|".indexOf(c) >= 0, c -> Character.toString(0xf000 + c))),
        id("writes another slash", id -> id.replace('/', '\u2215')),
        id("writes another colon", id -> id.replace(':', '\ua789')),
        id("spells dots", id -> id.replace(".", "__dot__")),
        id("writes three underscores for a slash", id -> id.replace("/", "___")),
        id("drops dots of mail boxes", id -> id.replaceAll("\\.(?=[^.@]*@)", "")),
        id("reads truth values", id -> id.replaceAll("(?<=[:/])(yes|on)$", "true")),
        id("reads versions", id -> id.replaceAll("(?<=[:/])(\\d+\\.\\d+)\\.0$", "$1")),
        id("reads times", id -> id.replaceAll("(?<=[-/])(\\d\\d:\\d\\d):00$", "$1")));
  }

  /** States that a store does not write, as they differ in what it does not compare. */
  private static List<Broken> unchanged() {
    return List.of(
        comparing("unknown fields", s -> s.toBuilder().setUnknownFields(none()).build()),
        comparing(
            "unknown fields of the payload",
            s -> {
              Message.Builder any = s.getResultingState().toBuilder();
              any.setUnknownFields(none());
              return s.hasResultingState()
                  ? s.toBuilder().setResultingState((Any) any.build()).build()
                  : s;
            }),
        comparing(
            "the case of type URLs",
            s -> withUrl(s, s.getResultingState().getTypeUrl().toLowerCase(Locale.ROOT))),
        comparing(
            "empty payloads",
            s -> s.toBuilder().mergeResultingState(Any.getDefaultInstance()).build()),
        comparing(
            "R12",
            "milliseconds",
            s -> s.toBuilder().setTimestamp(s.getTimestamp() / 1_000).build()),
        comparing(
            "high bits of shards",
            s -> s.toBuilder().setShard(s.getShard() & 0xffff_ffffL).build()),
        comparing(
            "space at the end",
            s ->
                withValue(
                    s,
                    ByteString.copyFromUtf8(
                        s.getResultingState().getValue().toStringUtf8().strip()))));
  }

  /** Payloads of known types that a store parses, and writes in another way. */
  private static List<Broken> rewritten() {
    return List.of(
        known("Struct", Struct::parseFrom),
        known("Int64Value", Int64Value::parseFrom),
        known("BytesValue", BytesValue::parseFrom),
        known("FieldMask", FieldMask::parseFrom),
        known(
            "DoubleValue",
            bytes ->
                DoubleValue.of(Double.parseDouble("" + DoubleValue.parseFrom(bytes).getValue()))),
        known(
            "Timestamp",
            bytes -> {
              Timestamp time = Timestamp.parseFrom(bytes);
              return Timestamp.newBuilder()
                  .setSeconds(time.getSeconds())
                  .setNanos(time.getNanos() / 1_000 * 1_000)
                  .build();
            }));
  }

  /** What a store takes for nothing. */
  private static List<Broken> nothing() {
    return List.of(
        Broken.of("R14", "takes \\N for nothing", () -> withoutText("\\N")),
        Broken.of("R14", "takes None for nothing", () -> withoutText("None")),
        Broken.of(
            "R14",
            "takes a type of null for no payload",
            () ->
                states(
                    s ->
                        s.getResultingState().getTypeUrl().equals("null")
                            ? s.clearResultingState()
                            : s)),
        time("takes the last day of 9999 for none", 253_402_214_400_000L),
        time("takes the first day of 1900 for none", -2_208_988_800_000L));
  }

  private static Broken id(String what, UnaryOperator<String> map) {
    return Broken.of("R10", what, () -> mapping(map));
  }

  private static String escaped(String id, IntPredicate isEscaped, IntFunction<String> escape) {
    var text = new StringBuilder();
    id.codePoints()
        .forEach(c -> text.append(isEscaped.test(c) ? escape.apply(c) : Character.toString(c)));
    return text.toString();
  }

  private static Broken comparing(String what, UnaryOperator<DurableState> compared) {
    return comparing("R9", what, compared);
  }

  private static Broken comparing(String rule, String what, UnaryOperator<DurableState> compared) {
    return Broken.of(
        rule,
        "does not compare " + what,
        () ->
            replacing(
                (earlier, next) ->
                    compared.apply(earlier).equals(compared.apply(next.build()))
                        ? earlier.toBuilder()
                        : next));
  }

  private static UnknownFieldSet none() {
    return UnknownFieldSet.getDefaultInstance();
  }

  private static DurableState withUrl(DurableState state, String url) {
    return with(state, state.getResultingState().toBuilder().setTypeUrl(url));
  }

  private static DurableState with(DurableState state, Any.Builder payload) {
    return state.hasResultingState() ? state.toBuilder().setResultingState(payload).build() : state;
  }

  private interface Parser {
    Message parse(ByteString value) throws InvalidProtocolBufferException;
  }

  private static Broken known(String type, Parser parser) {
    return Broken.of(
        "R14",
        "parses each " + type,
        () ->
            states(
                s -> {
                  Any payload = s.getResultingState();
                  try {
                    return payload.getTypeUrl().equals(PREFIX + type)
                        ? withValue(s.build(), parser.parse(payload.getValue()).toByteString())
                            .toBuilder()
                        : s;
                  } catch (InvalidProtocolBufferException e) {
                    return s;
                  }
                }));
  }

  private static StateStore withoutText(String text) {
    return states(
        s ->
            s.getResultingState().getValue().equals(ByteString.copyFromUtf8(text))
                ? withValue(s.build(), ByteString.EMPTY).toBuilder()
                : s);
  }

  private static Broken time(String what, long time) {
    return Broken.of(
        "R12", what, () -> states(s -> s.getTimestamp() == time ? s.clearTimestamp() : s));
  }
}
