package io.github.durablestore.scenario;

import static io.github.durablestore.scenario.Verdict.fails;
import static io.github.durablestore.scenario.Verdict.passesInPart;
import static io.github.durablestore.scenario.Verdict.refused;
import static io.github.durablestore.scenario.Verdicts.pooled;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.durablestore.StateStore;
import io.github.durablestore.scenario.ThreadServices.Pooled;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** Verdicts on workers of a pool that look for work again and again, and on those who wait so. */
final class WorkerVerdicts {
  private WorkerVerdicts() {}

  static Stream<Verdict> all() {
    return Stream.concat(
        Stream.of(
            adds(Idle.SLEEP, false),
            adds(Idle.SLEEP, true),
            adds(Idle.PARK, true),
            adds(Idle.SPIN, false),
            adds(Idle.YIELD, true)),
        Stream.of(acknowledgedBeforeWritten(), awaitedInTheStore(), flushes(), relays())
            .flatMap(verdicts -> verdicts));
  }

  /** What a worker does while there is no work. */
  private enum Idle {
    SLEEP,
    PARK,
    SPIN,
    YIELD;

    @SuppressWarnings("ThreadPriorityCheck") // as the code of some does
    void pause() throws InterruptedException {
      switch (this) {
        case SLEEP -> Thread.sleep(1);
        case PARK -> LockSupport.parkNanos(100_000);
        case SPIN -> Thread.onSpinWait();
        case YIELD -> Thread.yield();
      }
    }
  }

  /** Does all work in one task of its pool. */
  private static final class Worker extends Pooled implements AutoCloseable {
    private final Queue<Runnable> work = new ConcurrentLinkedQueue<>();
    private final Idle idle;
    private boolean isStarted;
    private volatile boolean isClosed;

    Worker(StateStore store, ScheduledExecutorService pool, Idle idle, boolean isLazy) {
      super(store, pool);
      this.idle = idle;
      if (!isLazy) {
        start();
      }
    }

    private synchronized void start() {
      if (!isStarted) {
        isStarted = true;
        pool.execute(this::run);
      }
    }

    private void run() {
      try {
        while (!isClosed) {
          Runnable next = work.poll();
          if (next == null) {
            idle.pause();
          } else {
            next.run();
          }
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    long add(long amount) {
      start();
      var sum = new CompletableFuture<Long>();
      work.add(() -> sum.complete(put("x", get("x") + amount)));
      return sum.join();
    }

    void send() {
      work.add(() -> put("x", 1));
    }

    @Override
    public void close() {
      isClosed = true;
      pool.shutdownNow();
    }
  }

  private static Verdict adds(Idle idle, boolean isLazy) {
    return passesInPart(
        "worker that looks for work, and then %s%s"
            .formatted(idle, isLazy ? ", started by an operation" : ""),
        () ->
            Verdicts.<Worker>pooled(1, (store, pool) -> new Worker(store, pool, idle, isLazy))
                .when("add 1", worker -> worker.add(1))
                .when("add 2", worker -> worker.add(2))
                .thenAsIfOneByOne(worker -> worker.get("x")),
        "polled");
  }

  /** Explores two workers at one queue: which of them wakes first is a matter of time. */
  static Exploration ofTwoThatSleep() {
    return Verdicts.<Worker>pooled(
            2,
            (store, pool) -> {
              var worker = new Worker(store, pool, Idle.SLEEP, false);
              pool.execute(worker::run);
              return worker;
            })
        .when("add 1", worker -> worker.add(1))
        .when("get", worker -> worker.get("x"))
        .crashes()
        .thenAsIfOneByOne(worker -> worker.get("x"));
  }

  private static Stream<Verdict> acknowledgedBeforeWritten() {
    return Stream.of(
        fails(
            "acknowledged before a worker that looks for work has written",
            () ->
                Verdicts.<Worker>pooled(
                        1, (store, pool) -> new Worker(store, pool, Idle.SLEEP, false))
                    .whenRunning("send", Worker::send)
                    .crashes()
                    .thenAsIfOneByOne(worker -> worker.get("x")),
            "no order of the operations"));
  }

  /** Waits for its own task by reading what that writes. */
  private record Reading(StateStore store, ScheduledExecutorService pool) {
    long await(boolean isLater) {
      Runnable write = () -> Values.put(store, "x", 1, 1);
      if (isLater) {
        var unused = pool.schedule(write, 1, TimeUnit.SECONDS);
      } else {
        pool.execute(write);
      }
      long read = 0;
      while (read == 0) {
        read = Values.get(store, "x");
      }
      return read;
    }
  }

  /** Relays what it finds in the store, in a loop. */
  private static final class Relay extends Pooled {
    private final CompletableFuture<Long> relayed = new CompletableFuture<>();

    Relay(StateStore store, ScheduledExecutorService pool, boolean isLazy) {
      super(store, pool);
      if (!isLazy) {
        pool.execute(this::run);
      }
    }

    private void run() {
      try {
        while (get("sent") == 0) {
          if (get("outbox") == 1) {
            relayed.complete(put("sent", 1));
          }
          Thread.sleep(1);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    void order() {
      put("outbox", 1);
    }

    long orderAndWait() {
      pool.execute(this::run);
      order();
      return relayed.join();
    }
  }

  private static Stream<Verdict> relays() {
    return Stream.of(
        refused(
            "task that reads in a loop until an operation has written",
            () ->
                Verdicts.<Relay>pooled(1, (store, pool) -> new Relay(store, pool, false))
                    .whenRunning("order", Relay::order)
                    .then((relay, run) -> {}),
            "scheduleWithFixedDelay(...)"),
        passesInPart(
            "task that reads in a loop until the operation that awaits it has written",
            () ->
                Verdicts.<Relay>pooled(1, (store, pool) -> new Relay(store, pool, true))
                    .when("order", Relay::orderAndWait)
                    .switches(1)
                    .then((relay, run) -> assertThat(run.result("order")).contains(1L)),
            "polls more than once in a row"));
  }

  private static Stream<Verdict> awaitedInTheStore() {
    return Stream.of(true, false)
        .map(
            isLater ->
                passesInPart(
                    "operation that reads until its own task%s has written"
                        .formatted(isLater ? ", which is due later," : ""),
                    () ->
                        pooled(1, Reading::new)
                            .when("await", reading -> reading.await(isLater))
                            .switches(1)
                            .thenAsIfOneByOne(reading -> Values.get(reading.store, "x")),
                    "polls more than once in a row"));
  }

  /** Writes what it was given from time to time. */
  private static final class WriteBehind extends Pooled {
    private final AtomicLong latest = new AtomicLong();

    WriteBehind(StateStore store, ScheduledExecutorService pool) {
      super(store, pool);
      var unused = pool.scheduleWithFixedDelay(this::flush, 10, 10, TimeUnit.MILLISECONDS);
    }

    private void flush() {
      long next = latest.get();
      if (next > get("x")) {
        put("x", next);
      }
    }

    long write(boolean waits) {
      long mine = latest.incrementAndGet();
      while (waits && get("x") < mine) {
        // it looks again
      }
      return mine;
    }
  }

  private static Stream<Verdict> flushes() {
    return Stream.of(
        passesInPart(
            "operations that read until a periodic task has written",
            () ->
                Verdicts.<WriteBehind>pooled(1, WriteBehind::new)
                    .when("one", service -> service.write(true))
                    .when("other", service -> service.write(true))
                    .switches(1)
                    .thenAsIfOneByOne(service -> service.get("x")),
            "polls more than once in a row"),
        fails(
            "operation that ends before a periodic task has written",
            () ->
                Verdicts.<WriteBehind>pooled(1, WriteBehind::new)
                    .when("one", service -> service.write(true))
                    .when("other", service -> service.write(false))
                    .switches(1)
                    .crashes()
                    .then(
                        (service, run) ->
                            assertThat(service.get("x"))
                                .isGreaterThanOrEqualTo((long) run.result("other").orElse(0L))),
            "Expecting actual:"));
  }
}
