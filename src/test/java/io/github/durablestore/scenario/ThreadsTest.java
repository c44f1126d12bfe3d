package io.github.durablestore.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.durablestore.ForeignStateStore;
import io.github.durablestore.StateStore;
import io.github.durablestore.StateStoreException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Threads that wait, loop or die; and none that is left in the end: {@link Execution}, {@link
 * Gate}.
 */
@Tag("same-on-any-protobuf")
@Timeout(60)
class ThreadsTest {

  @AfterEach
  void noThreadIsLeft() throws InterruptedException {
    assertThat(Thread.interrupted()).isFalse();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith("scenario: of this test")) {
        thread.join(30_000);
        assertThat(thread.isAlive()).isFalse();
      }
    }
  }

  @Test
  void explore_busyLoopWithoutCalls_fails() {
    assertThat(
            Failing.of(
                () ->
                    Scenario.<StateStore>of(store -> store)
                        .whenRunning(
                            "of this test",
                            store -> {
                              while (!Thread.currentThread().isInterrupted()) {
                                Thread.onSpinWait();
                              }
                            })
                        .whenRunning("of this test too", store -> {})
                        .then((store, run) -> {})))
        .startsWith("of this test neither called the store nor ended:\n    at ");
  }

  static Stream<Task<StateStore>> endless() {
    return Stream.of(
        store -> {
          while (!Thread.currentThread().isInterrupted()) {
            Thread.onSpinWait();
          }
        },
        store -> {
          store.getLatestState("x");
          while (!Thread.currentThread().isInterrupted()) {
            Thread.onSpinWait();
          }
        });
  }

  @ParameterizedTest
  @MethodSource("endless")
  void explore_oneActorThatNeverEnds_fails(Task<StateStore> task) {
    assertThat(
            Failing.of(
                () ->
                    Scenario.<StateStore>of(store -> store)
                        .whenRunning("of this test", task)
                        .then((store, run) -> {})))
        .startsWith("of this test neither called the store nor ended:\n    at ")
        .contains("ThreadsTest");
  }

  @Test
  void explore_oneActorThatWaitsForNothing_isADeadlock() {
    assertThat(
            Failing.of(
                () ->
                    Scenario.<StateStore>of(store -> store)
                        .whenRunning("of this test", store -> new CountDownLatch(1).await())
                        .then((store, run) -> {})))
        .startsWith("deadlock: no actor can go on\n  of this test:\n")
        .contains("ThreadsTest");
  }

  @Test
  void explore_actorThatCatchesWhatEndsIt_isLeftBehind() {
    assertThat(
            Scenario.<StateStore>of(store -> store)
                .whenRunning("undying", ThreadsTest::writeAtAnyPrice)
                .whenRunning("other", StateStore::ping)
                .crashes()
                .thenAsIfOneByOne(store -> Values.get(store, "x"))
                .complete())
        .isTrue();
  }

  private static void writeAtAnyPrice(StateStore store) {
    while (true) {
      try {
        Values.put(store, "x", 1, 1);
        return;
      } catch (Throwable e) {
        // again
      }
    }
  }

  /** Overflows the stack, anywhere: also inside a call of the store. */
  @SuppressWarnings("InfiniteRecursion") // on purpose
  private static int recurse(StateStore store) {
    try {
      return recurse(store) + 1;
    } finally {
      store.ping();
    }
  }

  @Test
  void explore_stackThatIsFull_isRefused() {
    for (Scenario<StateStore> scenario :
        List.of(
            Scenario.<StateStore>of(store -> store).when("of this test", ThreadsTest::recurse),
            Scenario.<StateStore>of(store -> store)
                .when("of this test", ThreadsTest::recurse)
                .whenRunning("of this test too", StateStore::ping))) {
      assertThatIllegalStateException()
          .isThrownBy(() -> scenario.switches(0).then((store, run) -> {}))
          .withMessageStartingWith(
              "cannot explore the scenario: the stack is full where the store");
    }
  }

  /** A store whose calls take longer than an actor may take between two. */
  private static final class SlowStore extends ForeignStateStore {
    private final AtomicBoolean isSlow;

    SlowStore(AtomicBoolean isSlow) {
      this.isSlow = isSlow;
    }

    @Override
    public void ping() {
      if (isSlow.getAndSet(false)) { // once is enough
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2_200));
      }
    }
  }

  @Test
  void explore_slowStore_passes() {
    for (boolean alone : List.of(true, false)) {
      var isSlow = new AtomicBoolean(true);
      Scenario<StateStore> scenario =
          Scenario.<StateStore>of(store -> store)
              .over(() -> new SlowStore(isSlow))
              .whenRunning("of this test", StateStore::ping);
      if (!alone) {
        scenario = scenario.whenRunning("of this test too", store -> {});
      }

      assertThat(scenario.switches(0).then((store, run) -> {}).runsWithFault()).isZero();
    }
  }

  @Test
  void explore_actorThatSleeps_isWaitedFor() {
    Exploration found =
        Scenario.<StateStore>of(store -> store)
            .whenRunning(
                "of this test",
                store -> {
                  TimeUnit.MILLISECONDS.sleep(30); // longer than one waits for what has no owner
                  Values.put(store, "x", 1, 1);
                })
            .whenRunning("of this test too", store -> {})
            .then((store, run) -> assertThat(Values.get(store, "x")).isEqualTo(1));

    assertThat(found.complete()).isTrue();
  }

  @Test
  void explore_causesThatGoRound_areNotTheFault() {
    var cause = new IllegalStateException("the cause");
    var thrown = new IllegalStateException("who knows why", cause);
    cause.initCause(thrown);

    assertThat(failureOfReadThatThrows(thrown))
        .contains(
            "who knows why",
            "\n  if it may throw this, look at run.thrown(\"of this test\") in the check\n");
  }

  /** Returns the text of a scenario whose actor throws this if it cannot read. */
  private static String failureOfReadThatThrows(RuntimeException thrown) {
    return Failing.of(
        () ->
            Scenario.<StateStore>of(store -> store)
                .whenRunning(
                    "of this test",
                    store -> {
                      try {
                        store.getLatestState("x");
                      } catch (StateStoreException e) {
                        throw thrown;
                      }
                    })
                .faults()
                .then((store, run) -> {}));
  }

  @Test
  void explore_errorFromAnActor_isShownWithItsStack() {
    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(
            () ->
                Scenario.<StateStore>of(store -> store)
                    .whenRunning("of this test", store -> store.getLatestState("x"))
                    .whenRunning(
                        "of this test too",
                        store -> {
                          throw new StackOverflowError("too deep");
                        })
                    .then((store, run) -> {}))
        .withMessageStartingWith(
            "of this test too threw java.lang.StackOverflowError: too deep\n    at io.github.durablestore.scenario.ThreadsTest")
        .withCauseInstanceOf(StackOverflowError.class);
  }

  @Test
  void explore_exceptionThatTheCheckAskedFor_passes() {
    Exploration found =
        Scenario.<StateStore>of(store -> store)
            .whenRunning(
                "of this test",
                store -> {
                  throw new StateStoreException("as designed");
                })
            .then((store, run) -> assertThat(run.thrown("of this test")).isPresent());

    assertThat(found.runs()).isEqualTo(1);
  }

  @Test
  void explore_exceptionWithoutTheFaultAsCause_failsTheRun() {
    assertThat(failureOfReadThatThrows(new IllegalStateException("who knows why")))
        .startsWith("of this test threw java.lang.IllegalStateException: who knows why");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void explore_interruptFromOutside_endsIt(int actors) {
    Thread.currentThread().interrupt();

    assertThatIllegalStateException()
        .isThrownBy(() -> Calls.scenario(actors, 2).then((process, run) -> {}))
        .withMessage("cannot explore the scenario: the thread was interrupted during a run");
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void explore_interruptWhileAnActorWaits_endsIt() throws InterruptedException {
    var started = new CountDownLatch(1);
    var explored =
        new FutureTask<>(
            () ->
                Scenario.<StateStore>of(store -> store)
                    .whenRunning(
                        "of this test",
                        store -> {
                          started.countDown();
                          TimeUnit.SECONDS.sleep(30);
                        })
                    .whenRunning("of this test too", store -> {})
                    .then((store, run) -> {}));
    var thread = new Thread(explored);
    thread.start();
    started.await();

    thread.interrupt();

    assertThatExceptionOfType(java.util.concurrent.ExecutionException.class)
        .isThrownBy(explored::get)
        .withMessageContaining("the thread was interrupted");
  }

  @Test
  void explore_actorThatInterruptsItself_leavesNoFlag() {
    Exploration found =
        Scenario.<StateStore>of(store -> store)
            .whenRunning(
                "of this test",
                store -> {
                  Thread.currentThread().interrupt();
                  store.getLatestState("x");
                  assertThat(Thread.currentThread().isInterrupted()).isTrue();
                })
            .whenRunning(
                "of this test too",
                store -> assertThat(Thread.currentThread().isInterrupted()).isFalse())
            .then((store, run) -> {});

    assertThat(found.complete()).isTrue();
  }

  @Test
  void explore_singleActorThatInterruptsItself_leavesNoFlag() {
    Exploration found =
        Scenario.<StateStore>of(store -> store)
            .whenRunning(
                "of this test",
                store -> {
                  store.getLatestState("x");
                  Thread.currentThread().interrupt();
                })
            .faults()
            .crashes()
            .then((store, run) -> assertThat(Thread.currentThread().isInterrupted()).isFalse());

    assertThat(found).hasToString("explored all 6 runs: 1 order, 2 with a fault, 3 with a crash");
  }

  @Test
  void explore_crash_releasesLocks() {
    var lock = new ReentrantLock(); // outlives the processes
    Scenario.<StateStore>of(store -> store)
        .whenRunning("of this test", store -> underLock(lock, store))
        .whenRunning("of this test too", store -> underLock(lock, store))
        .crashes()
        .then((store, run) -> assertThat(lock.isLocked()).isFalse());
  }

  private static void underLock(ReentrantLock lock, StateStore store) {
    lock.lock();
    try {
      store.getLatestState("x");
    } finally {
      lock.unlock();
    }
  }

  @Test
  void explore_actorThatOutlivesItsProcess_isNamed() {
    assertThat(
            Failing.of(
                () ->
                    Scenario.<StateStore>of(store -> store)
                        .whenRunning("of this test", store -> store.getLatestState("x"))
                        .whenRunning("of this test too", ThreadsTest::readAndCatchAll)
                        .crashes()
                        .then((store, run) -> {})))
        .contains(
            "of this test too did not end with its process:\n    at ",
            "\nno interrupt ends its loop; let it wait for a lock or a future,");
    release.countDown();
  }

  private static final CountDownLatch release = new CountDownLatch(1);

  private static void readAndCatchAll(StateStore store) {
    try {
      store.getLatestState("x");
    } catch (Throwable e) {
      while (release.getCount() > 0) {
        Thread.onSpinWait();
      }
    }
  }
}
