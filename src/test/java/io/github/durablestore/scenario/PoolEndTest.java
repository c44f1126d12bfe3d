package io.github.durablestore.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.durablestore.StateStore;
import io.github.durablestore.scenario.TaskPoolTest.Pooled;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * How the pools of {@link Scenario#withThreads} and their tasks end, and in which order: {@link
 * TaskPool}.
 */
@Tag("same-on-any-protobuf")
@Timeout(60)
class PoolEndTest {
  private static final long NEVER = 100;

  private static Scenario<Pooled> scenario(int size) {
    return TaskPoolTest.scenario(size);
  }

  @Test
  void shutdown_periodicTaskThatHasNotBegun_isDropped() {
    Exploration found =
        scenario(1)
            .when(
                "shutdown",
                pooled -> {
                  ScheduledFuture<?> task =
                      pooled
                          .pool()
                          .scheduleAtFixedRate(() -> pooled.put("x"), NEVER, NEVER, TimeUnit.DAYS);
                  pooled.pool().shutdown();
                  return task.isCancelled();
                })
            .then(
                (pooled, run) -> {
                  assertThat(run.result("shutdown")).contains(true);
                  assertThat(pooled.get("x")).isZero();
                });

    assertThat(found.complete()).isTrue();
  }

  private static Scenario<Pooled> waitingFor(int rounds) {
    return scenario(1)
        .when(
            "wait",
            pooled -> {
              var latch = new CountDownLatch(rounds);
              ScheduledFuture<?> task =
                  pooled.pool().scheduleAtFixedRate(latch::countDown, NEVER, NEVER, TimeUnit.DAYS);
              latch.await();
              pooled.put("x");
              return task.cancel(false);
            });
  }

  @Test
  void periodicTask_neededSeveralTimes_runsAsOften() {
    waitingFor(5).then((pooled, run) -> assertThat(run.result("wait")).contains(true));
  }

  @Test
  void periodicTask_neededTooOften_isADeadlock() {
    assertThat(Failing.of(() -> waitingFor(30).then((pooled, run) -> {})))
        .startsWith("deadlock: no actor can go on");
  }

  @Test
  void shutdownNow_taskThatWaits_isInterrupted() {
    var interrupted = Collections.synchronizedList(new ArrayList<Boolean>());

    Exploration found =
        scenario(1)
            .whenRunning(
                "shutdown",
                pooled -> {
                  pooled.pool().execute(() -> interrupted.add(isInterrupted(pooled)));
                  pooled.get("x");
                  pooled.pool().shutdownNow();
                  pooled.pool().awaitTermination(1, TimeUnit.SECONDS);
                  assertThat(pooled.pool().isTerminated()).isTrue();
                })
            .then((pooled, run) -> {});

    assertThat(found.complete()).isTrue();
    assertThat(interrupted).isNotEmpty().containsOnly(true);
  }

  private static boolean isInterrupted(Pooled pooled) {
    try {
      pooled.get("x");
      new CountDownLatch(1).await();
      return false;
    } catch (InterruptedException e) {
      return true;
    }
  }

  @Test
  void scheduleWithFixedDelay_runsLikeAPeriodicTask() {
    Exploration found =
        scenario(1)
            .whenRunning(
                "schedule",
                pooled -> {
                  var unused =
                      pooled
                          .pool()
                          .scheduleWithFixedDelay(
                              () -> Values.put(pooled.store(), "x", 1, pooled.get("x") + 1),
                              1,
                              1,
                              TimeUnit.DAYS);
                })
            .then((pooled, run) -> assertThat(pooled.get("x")).isEqualTo(2));

    assertThat(found.complete()).isTrue();
  }

  @Test
  void schedule_poolOfOne_runsByDueTime() {
    Exploration found =
        scenario(1)
            .whenRunning(
                "schedule",
                pooled -> {
                  schedule(pooled, 3, 20);
                  schedule(pooled, 2, 10);
                  schedule(pooled, 1, Long.MAX_VALUE);
                })
            .thenAsIfOneByOne(pooled -> pooled.get("x"));

    assertThat(found.complete()).isTrue();
  }

  @Test
  void schedule_inGiven_runsBeforeOrAfterAnOperation() {
    var seen = new HashSet<Object>();
    Exploration found =
        scenario(1)
            .given(pooled -> schedule(pooled, 5, 20))
            .when(
                "read",
                pooled -> {
                  long x = pooled.get("x");
                  seen.add(x);
                  return x;
                })
            .thenAsIfOneByOne(pooled -> pooled.get("x"));

    assertThat(found.complete()).isTrue();
    assertThat(seen).containsExactlyInAnyOrder(0L, 5L);
  }

  private static void schedule(Pooled pooled, long value, long delay) {
    var unused =
        pooled
            .pool()
            .schedule(() -> Values.put(pooled.store(), "x", 1, value), delay, TimeUnit.SECONDS);
  }

  @Test
  void compareTo_twoTasks_areOrderedByDueTime() {
    Exploration found =
        scenario(2)
            .when(
                "schedule",
                pooled -> {
                  ScheduledFuture<?> late =
                      pooled.pool().schedule(() -> pooled.put("x"), 2, TimeUnit.SECONDS);
                  ScheduledFuture<?> soon =
                      pooled.pool().schedule(() -> pooled.put("y"), 1, TimeUnit.SECONDS);
                  return List.of(soon.compareTo(late) < 0, late.getDelay(TimeUnit.SECONDS) == 2);
                })
            .switches(0)
            .then(
                (pooled, run) -> assertThat(run.result("schedule")).contains(List.of(true, true)));

    assertThat(found.runs()).isPositive();
  }

  @Test
  void get_inAThreadOfTheProcess_waits() {
    Exploration found =
        scenario(1)
            .when(
                "get",
                pooled -> {
                  Future<Long> task = pooled.pool().submit(() -> pooled.get("x"));
                  var seen = new CompletableFuture<Long>();
                  var thread =
                      new Thread(
                          () -> {
                            try {
                              seen.complete(task.get());
                            } catch (Exception e) {
                              seen.completeExceptionally(e);
                            }
                          });
                  thread.start();
                  return seen.get();
                })
            .then((pooled, run) -> assertThat(run.result("get")).contains(0L));

    assertThat(found.runs()).isPositive();
  }

  @Test
  void get_thatIsInterrupted_throws() {
    Exploration found =
        scenario(1)
            .when(
                "get",
                pooled -> {
                  Future<Long> task = pooled.pool().submit(() -> pooled.get("x"));
                  Thread.currentThread().interrupt();
                  try {
                    return task.get(1, TimeUnit.SECONDS);
                  } catch (InterruptedException e) {
                    return "interrupted";
                  }
                })
            .then(
                (pooled, run) ->
                    assertThat(run.result("get").orElseThrow()).isIn("interrupted", 0L));

    assertThat(found.runs()).isPositive();
  }

  @Test
  void get_ofATaskThatWaitsForEver_timesOut() {
    var seen = new ArrayList<Object>();

    Exploration found =
        scenario(1)
            .when(
                "get",
                pooled -> {
                  Future<?> task =
                      pooled.pool().submit(() -> new CountDownLatch(1).await(1, TimeUnit.DAYS));
                  try {
                    return task.get(1, TimeUnit.SECONDS);
                  } catch (TimeoutException e) {
                    task.cancel(true);
                    return pooled.get("x");
                  }
                })
            .then((pooled, run) -> seen.add(run.result("get").orElseThrow()));

    assertThat(seen).containsOnly(0L);
    assertThat(found.omissions()).contains("orders may be missing, as get waited with a timeout");
  }

  @Test
  void timeoutOfTheJdk_thatIsLongEnough_isNotReached() {
    Exploration found =
        scenario(1)
            .when(
                "get",
                pooled ->
                    CompletableFuture.supplyAsync(() -> pooled.get("x"), pooled.pool())
                        .orTimeout(1, TimeUnit.MINUTES)
                        .join())
            .then((pooled, run) -> assertThat(run.result("get")).contains(0L));

    assertThat(found.runs()).isPositive();
  }

  @Test
  void given_thatWaitsForEver_isNamed() {
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(
            () ->
                scenario(1)
                    .given(pooled -> new CountDownLatch(1).await())
                    .whenRunning("read", pooled -> pooled.get("x"))
                    .then((pooled, run) -> {}))
        .withMessageStartingWith(
            "cannot explore the scenario: in given(...), deadlock: no actor can go on");
  }

  @Test
  void check_thatWaitsForEver_isNamed() {
    assertThat(
            Failing.of(
                () ->
                    scenario(1)
                        .whenRunning("read", pooled -> pooled.get("x"))
                        .then((pooled, run) -> new CountDownLatch(1).await())))
        .startsWith("in the check, deadlock: no actor can go on");
  }

  @Test
  void restart_thatWaitsForEver_isNamed() {
    assertThat(
            Failing.of(
                () ->
                    Scenario.of(store -> waitingAfter(store, "x"))
                        .whenRunning("write", store -> Values.put(store, "x", 1, 1))
                        .crashes()
                        .then((store, run) -> {})))
        .startsWith("after the restart, deadlock: no actor can go on");
  }

  private static StateStore waitingAfter(StateStore store, String id) {
    if (Values.get(store, id) != 0) {
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
    return store;
  }

  @Test
  void crash_whatHasNotBegunWaitsForAnother_isNamed() {
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(
            () ->
                Scenario.of(store -> new LocksTest.Handover(store, new CountDownLatch(1)))
                    .whenRunning("await", LocksTest.Handover::await)
                    .whenRunning("release", LocksTest.Handover::release)
                    .crashes()
                    .then((process, run) -> {}))
        .withMessageStartingWith(
            "cannot run one by one after a crash what the actors had not begun: deadlock")
        .withMessageEndingWith("leave out crashes() for actors that wait for one another");
  }

  /** Counts in the store who uses its one permit, and so loses it in a crash. */
  private static final class Permit {
    private final StateStore store;
    private final Semaphore free;

    Permit(StateStore store) {
      this.store = store;
      free = new Semaphore(1 - (int) Values.get(store, "used"));
    }

    void use() throws InterruptedException {
      free.acquire();
      Values.put(store, "used", 1, 1);
      Values.put(store, "used", 2, 0);
      free.release();
    }
  }

  @Test
  void crash_whatHasNotBegunWaitsForWhatIsLost_isJudged() {
    List<Scenario<Permit>> scenarios =
        List.of(
            Scenario.of(Permit::new).operationRunning("use", Permit::use),
            Scenario.of(Permit::new)
                .whenRunning("use", Permit::use)
                .whenRunning("use", Permit::use));

    for (Scenario<Permit> scenario : scenarios) {
      assertThat(Failing.of(() -> scenario.crashes().then((permit, run) -> {})))
          .startsWith("after the restart, deadlock: no actor can go on\n  use")
          .contains("| restart\n", ".replay(");
    }
  }
}
