package io.github.durablestore.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.durablestore.StateStore;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The pools of {@link Scenario#withThreads}: {@link TaskPool}. */
@Tag("same-on-any-protobuf")
@Timeout(60)
class TaskPoolTest {

  /** A process with a pool. */
  record Pooled(StateStore store, ScheduledExecutorService pool) {
    void put(String id) {
      Values.put(store, id, 1, 1);
    }

    long get(String id) {
      return Values.get(store, id);
    }

    void putSlowly(String id) {
      get(id);
      put(id);
    }
  }

  static Scenario<Pooled> scenario(int size) {
    return Scenario.withThreads((store, threads) -> new Pooled(store, threads.pool(size)));
  }

  @Test
  void submit_awaitedWrite_isARunLikeAnyOther() {
    Exploration found =
        scenario(2)
            .whenRunning("add", pooled -> pooled.pool.submit(() -> pooled.putSlowly("x")).get())
            .faults()
            .then(
                (pooled, run) -> {
                  if (run.succeeded("add")) {
                    assertThat(pooled.get("x")).isOne();
                  }
                });

    assertThat(found.runsWithFault()).isEqualTo(4);
    assertThat(found.complete()).isTrue();
  }

  @Test
  void submit_twoActors_showsTheTasksInTheirColumns() {
    Task<Pooled> task = pooled -> pooled.pool.submit(() -> pooled.putSlowly("x")).get();

    assertThat(
            Failing.of(
                () ->
                    scenario(2)
                        .whenRunning("ann", task)
                        .whenRunning("bob", task)
                        .switches(0)
                        .then((pooled, run) -> assertThat(pooled.get("x")).isZero())))
        .contains("| ann ", "| task 1 write \"x\" version 1 ", "| task 1 ended");
  }

  @Test
  void execute_asManyAsThereAreLetters_areExplored() {
    Exploration found =
        scenario(1)
            .whenRunning("run", pooled -> executeOften(pooled, 25))
            .switches(0)
            .then((pooled, run) -> assertThat(pooled.get("x")).isOne());

    assertThat(found.runs()).isPositive();
  }

  @Test
  void execute_moreThanThereAreLetters_failsAndCountsThem() {
    assertThat(
            Failing.of(
                () ->
                    scenario(1)
                        .whenRunning("run", pooled -> executeOften(pooled, 26))
                        .whenRunning("other", pooled -> {})
                        .then((pooled, run) -> {})))
        .startsWith(
            "run submits more tasks than a run can have: there are 2 actors and 25 tasks, and at most 26 are allowed in all; submit fewer");
  }

  private static void executeOften(Pooled pooled, int times) {
    for (int i = 0; i < times; i++) {
      pooled.pool.execute(() -> pooled.put("x"));
    }
  }

  @Test
  void submit_afterShutdown_isRejected() {
    Exploration found =
        scenario(1)
            .whenRunning(
                "run",
                pooled -> {
                  Future<?> before = pooled.pool.submit(() -> pooled.put("x"));
                  pooled.pool.shutdown();
                  assertThatThrownBy(() -> pooled.pool.execute(() -> {}))
                      .isInstanceOf(RejectedExecutionException.class)
                      .hasMessage("cannot run a task: its pool was shut down");
                  assertThat(pooled.pool.isShutdown()).isTrue();
                  before.get();
                  assertThat(pooled.pool.awaitTermination(1, TimeUnit.DAYS)).isTrue();
                  assertThat(pooled.pool.isTerminated()).isTrue();
                })
            .then((pooled, run) -> assertThat(pooled.get("x")).isOne());

    assertThat(found.runs()).isPositive();
  }

  @Test
  void shutdownNow_tasksThatWait_areReturnedAndNotRun() {
    Exploration found =
        scenario(1)
            .when(
                "run",
                pooled -> {
                  pooled.pool.execute(() -> pooled.put("x"));
                  pooled.pool.execute(() -> pooled.put("y"));
                  List<Runnable> dropped = pooled.pool.shutdownNow();
                  pooled.pool.awaitTermination(1, TimeUnit.DAYS);
                  return dropped.size();
                })
            .then(
                (pooled, run) ->
                    assertThat(run.result("run"))
                        .contains((int) (2 - pooled.get("x") - pooled.get("y"))));

    assertThat(found.runs()).isPositive();
  }

  @Test
  void cancel_taskJustSubmitted_mayComeBeforeDuringOrAfterIt() {
    Set<String> seen = new TreeSet<>();
    Exploration found =
        scenario(1)
            .when(
                "run",
                pooled -> {
                  Future<?> task = pooled.pool.submit(() -> pooled.put("x"));
                  boolean isCancelled = task.cancel(false);
                  assertThat(task.isCancelled()).isEqualTo(isCancelled);
                  return isCancelled;
                })
            .then((pooled, run) -> seen.add(run.result("run").orElse("") + " " + pooled.get("x")));

    assertThat(found.complete()).isTrue();
    assertThat(seen).containsExactly("false 1", "true 0", "true 1");
  }

  private static @Nullable Object waitForEver() throws InterruptedException {
    new CountDownLatch(1).await();
    return null;
  }

  @Test
  void awaitTermination_endlessTask_timesOutInVirtualTime() {
    Exploration found =
        scenario(1)
            .when(
                "run",
                pooled -> {
                  Future<?> endless = pooled.pool.submit(TaskPoolTest::waitForEver);
                  pooled.pool.shutdown();
                  boolean isTerminated = pooled.pool.awaitTermination(100, TimeUnit.DAYS);
                  endless.cancel(true);
                  pooled.put("x");
                  return isTerminated;
                })
            .then((pooled, run) -> assertThat(run.result("run")).contains(false));

    assertThat(found.omissions()).contains("orders may be missing, as run waited with a timeout");
  }

  @Test
  void close_whereTheJdkHasIt_waitsForTheTasks() {
    assumeTrue(
        Arrays.stream(ExecutorService.class.getMethods())
            .anyMatch(method -> method.getName().equals("close")));

    Exploration found =
        scenario(1)
            .whenRunning(
                "run",
                pooled -> {
                  pooled.pool.execute(() -> pooled.put("x"));
                  ExecutorService.class.getMethod("close").invoke(pooled.pool);
                  assertThat(pooled.get("x")).isOne();
                })
            .crashes()
            .then((pooled, run) -> {});

    assertThat(found.runsWithCrash()).isPositive();
  }

  @Test
  void pool_noThreads_isRefused() {
    assertThatIllegalStateException()
        .isThrownBy(() -> scenario(0).whenRunning("run", pooled -> {}).then((pooled, run) -> {}))
        .withMessageContaining(
            "cannot create a pool of 0 threads: it could run no task; pass at least 1");
  }

  @Test
  void scheduleAtFixedRate_noPeriod_isRefused() {
    Exploration found =
        scenario(1)
            .whenRunning(
                "run",
                pooled ->
                    assertThatThrownBy(
                            () -> pooled.pool.scheduleAtFixedRate(() -> {}, 0, 0, TimeUnit.SECONDS))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage("cannot run a task every 0: a period is more than 0"))
            .then((pooled, run) -> {});

    assertThat(found.runs()).isOne();
  }

  @Test
  void execute_inThePoolOfAnEarlierProcess_isRejectedAndSaysWhoseItWas() {
    var old = new AtomicReference<ScheduledExecutorService>();
    Exploration found =
        Scenario.withThreads(
                (store, threads) -> {
                  ScheduledExecutorService before = old.getAndSet(threads.pool(1));
                  if (before != null) {
                    assertThatThrownBy(() -> before.execute(() -> {}))
                        .isInstanceOf(RejectedExecutionException.class)
                        .hasMessage(
                            "cannot run a task: its pool belongs to the process of an earlier run; take a new pool for each process");
                  }
                  return new Calls(store);
                })
            .when("call", calls -> calls.make(1))
            .faults()
            .then((calls, run) -> {});

    assertThat(found.runs()).isEqualTo(3);
  }

  @Test
  void check_submitsATask_runsIt() {
    Exploration found =
        scenario(1)
            .whenRunning("write", pooled -> pooled.put("x"))
            .then(
                (pooled, run) ->
                    assertThat(pooled.pool.submit(() -> pooled.get("x")).get()).isOne());

    assertThat(found.runs()).isOne();
  }

  /** A process that writes when it is closed. */
  @SuppressWarnings("ArrayRecordComponent") // it is filled, and never compared
  private record Flushing(StateStore store, Throwable[] thrown) implements AutoCloseable {
    @Override
    public void close() {
      try {
        Values.put(store, "closed", 1, 1);
      } catch (Throwable e) {
        thrown[0] = e;
        throw e;
      }
    }
  }

  @Test
  void close_ofADeadProcessThatThrows_isIgnored() {
    var thrown = new Throwable[1];

    Exploration found =
        Scenario.of(store -> new Flushing(store, thrown))
            .whenRunning("write", flushing -> Values.put(flushing.store, "x", 1, 1))
            .crashes()
            .then((flushing, run) -> assertThat(Values.get(run.store(), "closed")).isZero());

    assertThat(found.runsWithCrash()).isEqualTo(3);
    assertThat(thrown[0]).hasMessage("the process died in this run of the scenario");
  }

  @Test
  void close_ofALivingProcessThatThrows_isShown() {
    assertNotClosed(
        () -> {
          throw new IOException("still open");
        },
        "java.io.IOException: still open");
  }

  /** A wait that hides that it was interrupted. */
  @Test
  void close_ofALivingProcessThatWaitsInVain_isShown() {
    assertNotClosed(
        () -> {
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            // closed enough
          }
        },
        "deadlock: no actor can go on");
  }

  private static void assertNotClosed(AutoCloseable process, String why) {
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                Scenario.of(store -> process)
                    .whenRunning("nothing", closeable -> {})
                    .then((closeable, run) -> {}))
        .withMessageStartingWith("cannot explore the scenario: the process did not close: " + why);
  }

  @Test
  void close_thatThrowsOnceMoreWhatHasFailed_isNoFailure() {
    record Buffer(StateStore store, AtomicReference<RuntimeException> failure)
        implements AutoCloseable {
      void write() {
        try {
          Values.put(store, "x", 1, 1);
        } catch (RuntimeException e) {
          failure.set(e);
        }
      }

      @Override
      public void close() throws IOException {
        if (failure.get() != null) {
          throw new IOException("not all was written", failure.get());
        }
      }
    }

    Exploration explored =
        Scenario.of(store -> new Buffer(store, new AtomicReference<>()))
            .whenRunning("write", Buffer::write)
            .faults()
            .then((buffer, run) -> {});

    assertThat(explored.runs()).isEqualTo(3);
  }
}
