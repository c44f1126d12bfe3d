package io.github.durablestore.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.google.protobuf.Int64Value;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

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
        arguments(Int64Value.of(5), "{value: 5}"),
        arguments(new Hostile(), "a \"io.github.durablestore.scenario.TextTest$Hostile\""));
  }

  @ParameterizedTest
  @MethodSource("values")
  void value_ofAnyKind_isOneLine(@Nullable Object value, String text) {
    assertThat(Text.value(value)).isEqualTo(text);
  }

  @Test
  void value_long_isCut() {
    assertThat(Text.value(List.of("a".repeat(1_000)))).hasSizeLessThan(400).startsWith("\"[aaa");
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
  void frames_ofUserCode_leaveOutOurOwnAndTheInsideOfTheJdk() {
    StackTraceElement[] frames = {
      frame("jdk.internal.misc.Unsafe", "park", "Unsafe.java"),
      frame("java.util.concurrent.locks.LockSupport", "park", "LockSupport.java"),
      frame("acme.Service", "move", null),
      frame("acme.Test$$Lambda/0x1", "run", null),
      frame(Stage.class.getName(), "perform", "Stage.java"),
      frame("java.lang.Thread", "run", "Thread.java"),
    };

    assertThat(Text.frames(frames, 9))
        .isEqualTo(
            "\n    at java.util.concurrent.locks.LockSupport.park(LockSupport.java:7)"
                + "\n    at acme.Service.move(unknown source)");
    assertThat(Text.frames(frames, 1)).endsWith("(LockSupport.java:7)");
    assertThat(Text.frames(new StackTraceElement[] {frames[5]}, 9)).contains("Thread.run");
  }

  private static StackTraceElement frame(String type, String method, @Nullable String file) {
    return new StackTraceElement("app", "module", "1", type, method, file, 7);
  }

  /** What shows itself badly. */
  private static final class Hostile extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
      throw new IllegalStateException();
    }

    @Override
    public String toString() {
      throw new IllegalStateException();
    }
  }
}
