package io.github.durablestore.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.memory.MemoryStateStore;
import io.github.durablestore.probe.ForwardingStateStore;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a user's code throws, wherever it does: {@link Thrown}, {@link Execution}, {@link Gate}. */
class ThrownTest {
  static Stream<Throwable> ofJvm() {
    Object text = "a";
    Object[] texts = new String[1];
    return Stream.of(
        catchThrowable(() -> texts[0].hashCode()),
        catchThrowable(() -> System.out.print(1 / (texts.length - 1))),
        catchThrowable(() -> texts[texts.length].hashCode()),
        catchThrowable(() -> texts[0] = 1),
        catchThrowable(() -> ((Long) text).hashCode()));
  }

  /** Compiled code throws these without a message. */
  @ParameterizedTest
  @MethodSource("ofJvm")
  void message_thatTheJvmOmits_mayBeAny(Throwable thrown) throws Exception {
    Throwable bare = thrown.getClass().getConstructor().newInstance();
    bare.setStackTrace(new StackTraceElement[0]);

    assertThat(thrown(thrown)).isEqualTo(thrown(bare)).hasSameHashCodeAs(thrown(bare));
    assertThat(thrown(new CompletionException(thrown)))
        .isEqualTo(thrown(new CompletionException(bare)));
    assertThat(thrown(thrown).toString()).contains(thrown.getMessage());
  }

  @Test
  void message_ofTheCode_isCompared() {
    assertThat(thrown(new NullPointerException("Cannot be null at 1")))
        .isNotEqualTo(thrown(new NullPointerException("Cannot be null at 2")))
        .isNotEqualTo(thrown(new NullPointerException()));
    assertThat(thrown(new ArrayStoreException("1")))
        .isNotEqualTo(thrown(new ArrayStoreException("2")));
    assertThat(thrown(new CompletionException(new ClassCastException("class of 1"))))
        .isNotEqualTo(thrown(new CompletionException(new ClassCastException("class of 2"))));
  }

  private static Thrown thrown(Throwable thrown) {
    return Thrown.of(thrown, ProcessIds.SAME);
  }

  /** Starts a task in its constructor. */
  record Started(StateStore store, ExecutorService pool) {
    Started {
      pool.execute(
          () -> {
            throw new IllegalStateException("not started");
          });
    }
  }

  @Test
  void execute_inTheConstructor_failsTheRun() {
    assertThat(
            Failing.of(
                () ->
                    Scenario.withThreads((store, threads) -> new Started(store, threads.pool(1)))
                        .whenRunning("read", process -> Values.get(process.store(), "x"))
                        .then((process, run) -> {})))
        .startsWith("task 1 of process threw java.lang.IllegalStateException: not");
  }

  @Test
  void execute_inTheCheck_failsTheRun() {
    assertThat(
            Failing.of(
                () ->
                    Scenario.withThreads((store, threads) -> Map.entry(store, threads.pool(1)))
                        .whenRunning("read", process -> Values.get(process.getKey(), "x"))
                        .then((process, run) -> new Started(process.getKey(), process.getValue()))))
        .startsWith("task 1 of process threw java.lang.IllegalStateException: not");
  }

  @SuppressWarnings("unchecked") // only the compiler checks what may be thrown
  private static <E extends Throwable> void sneak(Throwable thrown) throws E {
    throw (E) thrown;
  }

  @Test
  void constructor_throwsACheckedExceptionAfterACrash_isShownWithTheRun() {
    assertThat(
            Failing.of(
                () ->
                    Scenario.<StateStore>of(
                            store -> {
                              if (Values.get(store, "x") > 0) {
                                ThrownTest.<RuntimeException>sneak(new IOException("corrupt"));
                              }
                              return store;
                            })
                        .whenRunning("write", store -> Values.put(store, "x", 1, 1))
                        .crashes()
                        .then((store, run) -> {})))
        .startsWith("the process did not start again: java.io.IOException: corrupt")
        .contains("to see it in a debugger");
  }

  @Test
  void errorThatAStoreThrows_isNoOverflow() {
    class Full extends ForwardingStateStore {
      Full() {
        super(new MemoryStateStore());
      }

      @Override
      public Optional<DurableState> getLatestState(String persistenceId) {
        throw new StackOverflowError("by hand");
      }
    }

    assertThat(
            Failing.of(
                () ->
                    Scenario.<StateStore>of(store -> store)
                        .over(Full::new)
                        .whenRunning("read", store -> Values.get(store, "x"))
                        .whenRunning("read too", store -> Values.get(store, "x"))
                        .then((store, run) -> {})))
        .startsWith("read threw java.lang.StackOverflowError: by hand");
  }

  @SuppressWarnings("InfiniteRecursion") // on purpose
  private static long deep(StateStore store) {
    try {
      return deep(store) + 1;
    } catch (StackOverflowError e) {
      return Values.get(store, "x");
    }
  }

  /** How deep the code gets depends on the compiler, so this is asked often. */
  @RepeatedTest(10)
  void recursionThatFillsTheStack_isRefused() {
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                Scenario.<StateStore>of(store -> store)
                    .when("read", ThrownTest::deep)
                    .when("read too", ThrownTest::deep)
                    .thenAsIfOneByOne(store -> 0))
        .withMessageStartingWith("cannot explore the scenario: the stack is full where the store")
        .withRootCauseInstanceOf(StackOverflowError.class);
  }
}
