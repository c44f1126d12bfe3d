package io.github.durablestore.text;

import static io.github.durablestore.TestStates.state;
import static java.util.Collections.nCopies;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.google.protobuf.ByteString;
import com.google.protobuf.Int64Value;
import com.google.protobuf.StringValue;
import io.github.durablestore.egopb.DurableState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** {@link Text}: values, exceptions, calls, lists and times. */
class TextTest {

  static Stream<Arguments> values() {
    return Stream.of(
        arguments(null, "null"),
        arguments(4300L, "4300"),
        arguments("a\n", "\"a\\n\""),
        arguments(List.of("a", "\"b\"\\"), "[a, \"b\"\\]"),
        arguments(List.of("a\n"), "\"[a\\n]\""),
        arguments(new int[] {1, 2}, "[1, 2]"),
        arguments(new Object[] {"a", new byte[] {1}}, "[a, [1]]"),
        arguments(Optional.of(new int[] {1}), "Optional[[1]]"),
        arguments(Optional.empty(), "Optional.empty"),
        arguments(List.of(new long[] {1}, List.of(new int[] {2})), "[[1], [[2]]]"),
        arguments(Map.of("a", new byte[] {1}), "{a=[1]}"),
        arguments(new TreeMap<>(Map.of("a", 1, "b", 2)), "{a=1, b=2}"),
        arguments(List.of(), "[]"),
        arguments(Int64Value.of(5), "{value: 5}"),
        arguments(ByteString.copyFrom(new byte[] {1, 'a'}), "\"\\001a\""),
        arguments(
            Optional.of(new Seal(ByteString.copyFromUtf8("a"), Int64Value.of(5))),
            "Optional[Seal[bytes=\"a\", count={value: 5}]]"),
        arguments(new Named("a"), "a named one"),
        arguments(
            Map.of("a", List.of(StringValue.of("b\n"), state("c", 1))),
            "{a=[{value: \"b\\n\"}, {persistence_id: \"c\" version_number: 1}]}"),
        arguments(new Hostile(), "a \"io.github.durablestore.text.TextTest$Hostile\""));
  }

  @ParameterizedTest
  @MethodSource("values")
  void value_ofAnyKind_isOneLine(@Nullable Object value, String text) {
    assertThat(Text.value(value)).isEqualTo(text);
  }

  private record Seal(ByteString bytes, Int64Value count) {}

  private record Named(String name) {
    @Override
    public String toString() {
      return name + " named one";
    }
  }

  @Test
  void value_longBytesInsideAnother_showsWhereTheyDiffer() {
    List<Seal> one = List.of(new Seal(bytes("\u0000".repeat(1_000) + "b"), Int64Value.of(1)));
    List<Seal> other = List.of(new Seal(bytes("\u0000".repeat(1_000) + "c"), Int64Value.of(1)));

    assertThat(Text.value(one, other))
        .endsWith("\\000\\000b\" (differs at byte 1001 of 1001), count={value: 1}]]");
    assertThat(Text.value(one.get(0).bytes, other.get(0).bytes))
        .isEqualTo("...\"%sb\" (differs at byte 1001 of 1001)", "\\000".repeat(50));
  }

  private static ByteString bytes(String text) {
    return ByteString.copyFromUtf8(text);
  }

  @Test
  void value_manyMessages_haveNoEscapes() {
    List<StringValue> one = new ArrayList<>(nCopies(100, StringValue.of("a\\")));
    one.set(50, StringValue.of("b"));

    assertThat(Text.value(one, nCopies(100, StringValue.of("a\\"))))
        .contains("{value: \"a\\\\\"}, {value: \"b\"}, {value: \"a\\\\\"}");
  }

  @Test
  void value_long_isCut() {
    assertThat(Text.value(List.of("a".repeat(1_000)))).hasSizeLessThan(400).startsWith("\"[aaa");
  }

  @Test
  void value_ofManyOrDeepElements_isBounded() {
    Object deep = 1;
    for (int i = 0; i < 100_000; i++) {
      deep = new Object[] {deep, deep};
    }

    assertThat(Text.value(deep)).hasSizeLessThan(400).startsWith("\"[[[");
    assertThat(Text.value(Map.of("a", new byte[50_000_000]))).hasSizeLessThan(400);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          5000 | b | c   | 50 | b" (differs at character 5001 of 5001)
          5000 | b | ''  | 50 | b" (differs at character 5001 of 5001)
          5000 | '' | b  | 50 | " (ends after character 5000)
          290  | b | c   | 50 | b" (differs at character 291 of 291)
          """)
  void quote_longTextBesideAnother_showsWhereItDiffers(
      int same, String rest, String otherRest, int before, String end) {
    String head = "a".repeat(same);

    assertThat(Text.quote(head + rest, head + otherRest + "x".repeat(300)))
        .isEqualTo("...\"" + "a".repeat(before) + end);
  }

  @Test
  void quote_besideAnother_showsTheDifferenceWhereverItIs() {
    for (int size : new int[] {299, 300, 301, 325, 400, 1_000}) {
      for (int at = 0; at < size; at++) {
        String one = "a".repeat(at) + "X" + "a".repeat(size - at - 1);
        String other = one.replace('X', 'Y');

        assertThat(Text.quote(one, other)).contains("X");
        assertThat(Text.part(one, other)).contains("X");
      }
    }
  }

  @Test
  void quote_besideAnother_isWholeIfItIsShort() {
    assertThat(Text.quote("a", "b".repeat(5_000))).isEqualTo("\"a\"");
    assertThat(Text.quote("a".repeat(299) + "b", "a".repeat(300))).endsWith("ab\"");
    assertThat(Text.quote("a".repeat(301), "b".repeat(301))).endsWith("a\" (301 characters)");
    assertThat(Text.quote("a".repeat(301), "a".repeat(301))).endsWith("a\" (301 characters)");
    assertThat(Text.quote("a".repeat(1_000), "a".repeat(400) + "b"))
        .startsWith("...\"aaa")
        .endsWith("a\"... (differs at character 401 of 1000)");
  }

  @Test
  void quote_cutBesideASurrogatePair_keepsIt() {
    String pair = "\ud83d\ude00";

    assertThat(Text.quote(pair.repeat(400) + "b", pair.repeat(400) + "c"))
        .isEqualTo("...\"" + pair.repeat(25) + "b\" (differs at character 801 of 801)");
    assertThat(Text.quote(pair.repeat(400) + "xb", pair.repeat(400) + "xc"))
        .isEqualTo("...\"" + pair.repeat(25) + "xb\" (differs at character 802 of 802)");
    assertThat(Text.quote("aa".repeat(400) + pair, "aa".repeat(400) + "\ud83d\ude01"))
        .isEqualTo("...\"" + "a".repeat(49) + pair + "\" (differs at character 802 of 802)");
  }

  @Test
  void value_longBesideAnother_showsWhereItDiffers() {
    List<String> one = List.of("a".repeat(1_000), "b");
    List<String> other = List.of("a".repeat(1_000), "c");

    assertThat(Text.value(one, other)).endsWith("aaa, b]\" (differs at character 1004 of 1005)");
    assertThat(Text.value(one, one)).endsWith("aaa, b]\" (1005 characters)");
    assertThat(Text.value(one, null)).endsWith("aaa, b]\" (1005 characters)");
    assertThat(Text.value(one, new Hostile())).endsWith("aaa, b]\" (1005 characters)");
    assertThat(
            Text.value(
                StringValue.of("a".repeat(1_000) + "b"), StringValue.of("a".repeat(1_000) + "c")))
        .startsWith("{value: ...\"aaa")
        .endsWith("ab\" (differs at character 1001 of 1001)}");
  }

  @Test
  void thrown_anyException_isItsClassAndMessage() {
    assertThat(Text.thrown(new IllegalStateException("a"))).endsWith("IllegalStateException: a");
    assertThat(Text.thrown(new IllegalStateException())).endsWith("IllegalStateException");
    assertThat(Text.thrown(new Hostile())).endsWith("TextTest$Hostile");
  }

  @Test
  void failure_ofAnAssertion_isItsMessage() {
    assertThat(Text.failure(new AssertionError("a"))).isEqualTo("a");
    assertThat(Text.failure(new AssertionError())).isEqualTo("java.lang.AssertionError");
    assertThat(Text.failure(new IllegalStateException("a"))).endsWith("Exception: a");
  }

  @Test
  void lines_ofLongText_areIndentedAndBounded() {
    assertThat(Text.lines("\na \n\tb\n")).isEqualTo("\n  a\n  \"\\tb\"");
    assertThat(Text.lines("a\n".repeat(100)).lines()).hasSize(2 + Limits.LINES);
  }

  @Test
  void oneLine_anyText_hasNoQuotesOfItsOwn() {
    assertThat(Text.oneLine("a \"b\"\n")).isEqualTo("a \"b\"\\n");
    assertThat(Text.oneLine("\"...\"x" + "y".repeat(300)))
        .startsWith("\"...\"xy")
        .endsWith("y...%s (306 characters)".formatted("y".repeat(50)));
    assertThat(Text.oneLine(new Hostile())).isEqualTo(Hostile.class.getName());
  }

  @Test
  void list_longerThanIsShown_endsInTheNumberLeftOut() {
    assertThat(Entries.list(Stream.of("a", "b", "c"), 5, 2)).isEqualTo("a, b and 3 more");
    assertThat(Entries.list(Stream.of("a", "b"), 2, 2)).isEqualTo("a, b");
  }

  @Test
  void lastLines_longerThanIsShown_startsWithTheNumberLeftOut() {
    assertThat(Entries.lastLines(List.of("a", "b", "c"), 2))
        .isEqualTo("\n  1 earlier one\n  b\n  c");
    assertThat(Entries.lastLines(List.of("a", "b", "c"), 1)).isEqualTo("\n  2 earlier ones\n  c");
    assertThat(Entries.lastLines(List.of("a"), 2)).isEqualTo("\n  a");
  }

  @Test
  void call_anyOperation_readsAsInLists() {
    var state = DurableState.newBuilder().setPersistenceId("a").setVersionNumber(-1).build();

    assertThat(Text.call("write", "a\n", state))
        .isEqualTo("write \"a\\n\" version 18446744073709551615");
    assertThat(Text.call("read", "a", null)).isEqualTo("read \"a\"");
    assertThat(Text.call("connect", null, null)).isEqualTo("connect");
  }

  @Test
  void action_anyOperation_readsAsInErrors() {
    assertThat(Text.action("write", "a")).isEqualTo("write state of \"a\"");
    assertThat(Text.action("connect", null)).isEqualTo("connect");
  }

  @ParameterizedTest
  @CsvSource({
    "PT0S, 0 ms",
    "PT0.0000005S, 0.0005 ms",
    "PT0.05S, 50 ms",
    "PT1S, 1 s",
    "PT1.5S, 1.5 s",
    "PT2H, 7200 s",
    "PT-0.5S, -0.5 s"
  })
  void time_anyDuration_isInMillisecondsOrSeconds(Duration time, String text) {
    assertThat(Text.time(time)).isEqualTo(text);
  }

  @Test
  void sentence_thatCanBeSeen_isLeftAsItIs() {
    assertThat(Text.sentence("'\\q' is \"bad\"")).isEqualTo("'\\q' is \"bad\"");
    assertThat(Text.sentence("a\u200b")).isEqualTo("\"a\\u200b\"");
  }

  @Test
  void stackTrace_thatTheExceptionDoesNotGive_isEmpty() {
    assertThat(Text.stackTrace(new Hostile())).isEmpty();
  }

  /** What shows itself badly. */
  private static final class Hostile extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
      throw new IllegalStateException();
    }

    @Override
    public StackTraceElement[] getStackTrace() {
      throw new IllegalStateException();
    }

    @Override
    public String toString() {
      throw new IllegalStateException();
    }
  }
}
