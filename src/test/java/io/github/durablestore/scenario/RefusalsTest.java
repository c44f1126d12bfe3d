package io.github.durablestore.scenario;

import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.durablestore.StateStore;
import io.github.durablestore.scenario.OwnThreadServices.Reader;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A thread that the scenario does not schedule is refused, with its line and the remedy: {@link
 * ForeignThreads}.
 */
@Tag("same-on-any-protobuf")
@Timeout(60)
class RefusalsTest {

  /** Calls the store in another thread, and waits for it. */
  interface Elsewhere {
    void run(Callable<?> call) throws Exception;
  }

  private static void requireRefused(Elsewhere elsewhere, String remedy) {
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                Scenario.<StateStore>of(store -> store)
                    .whenRunning(
                        "read", store -> elsewhere.run(() -> store.getLatestState("account-42")))
                    .then((store, run) -> {}))
        .withMessageStartingWith("cannot explore the scenario: thread ")
        .withMessageContaining(
            ", which the scenario does not schedule, calls the store at "
                + RefusalsTest.class.getName())
        .withMessageContaining("(RefusalsTest.java:")
        .withMessageEndingWith(
            "; start with Scenario.withThreads((store, threads) -> ...), and " + remedy);
  }

  @Test
  void call_inAThread_isRefused() {
    requireRefused(
        call -> {
          var task = new FutureTask<>(call);
          new Thread(task, "of the process").start();
          task.get();
        },
        "use threads.pool().execute(work) instead of the process's own Thread");
  }

  /** The thread that starts a parallel stream does some of the work, or all of it. */
  @Test
  void calls_inAParallelStream_areRefusedWhichThreadEverMakesThem() {
    for (int size = 2; size < 12; size++) {
      int most = size;
      assertThatIllegalStateException()
          .isThrownBy(
              () ->
                  Scenario.<StateStore>of(store -> store)
                      .when(
                          "sum",
                          store ->
                              IntStream.range(0, most)
                                  .parallel()
                                  .mapToLong(i -> Values.get(store, "account-" + i))
                                  .sum())
                      .then((store, run) -> {}))
          .withMessageStartingWith("cannot explore the scenario: the store is called at ")
          .withMessageEndingWith(
              ", in work that any thread of the common pool may do; make the stream sequential(), or submit its work to threads.pool(2)");
    }
  }

  @Test
  void call_inAPool_isRefused() {
    ExecutorService pool = Executors.newFixedThreadPool(1);

    requireRefused(
        call -> pool.submit(call).get(),
        "use threads.pool(2) instead of the process's own ExecutorService");
    pool.shutdown();
  }

  @Test
  void call_inAScheduledPool_isRefused() {
    ScheduledExecutorService pool = Executors.newScheduledThreadPool(1);

    requireRefused(
        call -> pool.schedule(call, 1, TimeUnit.MICROSECONDS).get(),
        "use threads.pool(1) instead of the process's own ScheduledExecutorService");
    pool.shutdown();
  }

  @Test
  void call_inATimer_isRefused() {
    var timer = new Timer(true);

    requireRefused(
        call -> {
          var task = new FutureTask<>(call);
          timer.schedule(
              new TimerTask() {
                @Override
                public void run() {
                  task.run();
                }
              },
              1);
          task.get();
        },
        "use threads.pool(1).schedule(work, delay, unit) instead of the process's own Timer");
    timer.cancel();
  }

  @Test
  void submit_byADelayedExecutor_isRefused() {
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                Scenario.withThreads((store, threads) -> threads.pool())
                    .whenRunning(
                        "run later",
                        pool -> {
                          Executor later =
                              CompletableFuture.delayedExecutor(1, TimeUnit.MILLISECONDS, pool);
                          CompletableFuture.runAsync(() -> {}, later).get();
                        })
                    .then((pool, run) -> {}))
        .withMessageContaining("submits a task")
        .withMessageEndingWith(
            "use threads.pool().schedule(work, delay, unit) instead of CompletableFuture.delayedExecutor(...)");
  }

  @Test
  void call_inTheCommonPool_isRefused() {
    requireRefused(
        call ->
            CompletableFuture.runAsync(() -> callUnchecked(call), ForkJoinPool.commonPool()).get(),
        "pass threads.pool() as the executor, as in supplyAsync(work, threads.pool())");
  }

  private static void callUnchecked(Callable<?> call) {
    try {
      call.call();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void call_inAStreamOfAThread_isRefusedAsTheCallOfThatThread() {
    requireRefused(
        call -> {
          var thread = new Thread(() -> Stream.of(call).forEach(RefusalsTest::callUnchecked));
          thread.start();
          thread.join();
        },
        "use threads.pool().execute(work) instead of the process's own Thread");
  }

  @Test
  void call_inAStageOfTheFutureOfAClient_isRefused() {
    requireRefused(
        call -> {
          var answer = new CompletableFuture<Long>();
          var stage = answer.thenRun(() -> callUnchecked(call));
          new Thread(() -> answer.complete(1L)).start();
          stage.join();
        },
        "await the future first, as in future.join(), and go on in the thread that awaits it");
  }

  @Test
  void call_inAForkJoinPool_isRefused() {
    var pool = new ForkJoinPool(1);

    requireRefused(
        call -> pool.submit(call).get(), "use threads.pool(2) instead of the ForkJoinPool");
    pool.shutdown();
  }

  @Test
  void call_inAParallelStream_isRefused() {
    assertThatIllegalStateException()
        .isThrownBy(
            () -> Scenario.of(Reader::new).when("read", Reader::sum).then((reader, run) -> {}))
        .withMessageEndingWith(
            "make the stream sequential(), or submit its work to threads.pool(2)");
  }

  @Test
  void submit_inAThread_isRefused() {
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                Scenario.withThreads((store, threads) -> threads.pool(1))
                    .whenRunning(
                        "submit",
                        pool -> {
                          var thread = new Thread(() -> pool.execute(() -> {}), "of the process");
                          thread.start();
                          thread.join();
                        })
                    .then((pool, run) -> {}))
        .withMessageContaining(
            "thread of the process, which the scenario does not schedule, submits a task at ");
  }

  @Test
  void call_inAThreadOfTheCheck_isRefused() {
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                Calls.scenario(1, 1)
                    .then((calls, run) -> CompletableFuture.runAsync(() -> calls.make(1)).join()))
        .withMessageContaining("calls the store");
  }

  @Test
  void call_afterTheExploration_getsTheErrorItself() {
    var last = new AtomicReference<StateStore>();
    Exploration unused =
        Scenario.of(
                store -> {
                  last.set(store);
                  return new Calls(store);
                })
            .when("call", calls -> calls.make(1))
            .then((calls, run) -> {});

    assertThatIllegalStateException()
        .isThrownBy(() -> last.get().getLatestState("account-42"))
        .withMessageContaining("which the scenario does not schedule, calls the store at ");
  }
}
