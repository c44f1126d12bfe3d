package io.github.durablestore.scenario;

import static io.github.durablestore.scenario.Verdict.fails;
import static io.github.durablestore.scenario.Verdict.passes;
import static io.github.durablestore.scenario.Verdict.passesInPart;
import static io.github.durablestore.scenario.Verdicts.pooled;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.durablestore.StateStore;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Verdicts on what is woken at once, held by an unknown thread, or asked for at once. */
final class WokenVerdicts {
  private static final String AT_ONCE = "several actors were woken at once";

  private WokenVerdicts() {}

  static Stream<Verdict> all() {
    return Stream.of(wokenAtOnce(), heldOutside(), askedAtOnce(), heartbeats(), keptFailures())
        .flatMap(verdicts -> verdicts);
  }

  /** Those that wait for a start take a number when they have been woken. */
  private record Numbers(StateStore store, CountDownLatch start, AtomicInteger last) {
    Numbers(StateStore store) {
      this(store, new CountDownLatch(1), new AtomicInteger());
    }

    void take() throws InterruptedException {
      start.await();
      Values.put(store, "number " + last.incrementAndGet(), 1, 1);
    }

    void takeLater() throws InterruptedException {
      start.await();
      Values.get(store, "start");
      Values.put(store, "number " + last.incrementAndGet(), 1, 1);
    }
  }

  private static Exploration taken(Task<Numbers> take) {
    return Scenario.of(Numbers::new)
        .whenRunning("start", numbers -> numbers.start.countDown())
        .whenRunning("take", take)
        .whenRunning("take too", take)
        .then(
            (numbers, run) ->
                assertThat(
                        Values.get(numbers.store, "number 1")
                            + Values.get(numbers.store, "number 2"))
                    .isEqualTo(2));
  }

  private static Stream<Verdict> wokenAtOnce() {
    return Stream.of(
        passesInPart("numbers of two that are woken", () -> taken(Numbers::take), AT_ONCE),
        passesInPart(
            "numbers of two that are woken, and read first",
            () -> taken(Numbers::takeLater),
            AT_ONCE));
  }

  /** A thread of the process holds a lock until an operation has ended. */
  private record Held(StateStore store, Lock lock, CompletableFuture<Long> over) {
    Held(StateStore store) {
      this(store, new ReentrantLock(), new CompletableFuture<>());
    }

    void hold(boolean isMonitor) throws InterruptedException {
      Values.get(store, "x");
      var held = new CountDownLatch(1);
      Runnable work = isMonitor ? () -> holdMonitor(held) : () -> holdLock(held);
      new Thread(work, "holder").start();
      held.await();
      Values.get(store, "y");
      over.complete(1L);
    }

    private void holdMonitor(CountDownLatch held) {
      synchronized (lock) {
        held.countDown();
        var unused = over.join();
      }
    }

    private void holdLock(CountDownLatch held) {
      lock.lock();
      try {
        held.countDown();
        var unused = over.join();
      } finally {
        lock.unlock();
      }
    }

    long read(boolean isMonitor) {
      if (isMonitor) {
        synchronized (lock) {
          return Values.get(store, "x");
        }
      }
      lock.lock();
      try {
        return Values.get(store, "x");
      } finally {
        lock.unlock();
      }
    }
  }

  private static Exploration held(boolean isMonitor) {
    return Scenario.of(Held::new)
        .whenRunning("hold", held -> held.hold(isMonitor))
        .when("read", held -> held.read(isMonitor))
        .then((held, run) -> assertThat(run.succeeded("read")).isTrue());
  }

  private static Stream<Verdict> heldOutside() {
    return Stream.of(
        passes("monitor of a thread of the process, which waits for another", () -> held(true)),
        passes("lock of a thread of the process, which waits for another", () -> held(false)));
  }

  /** What a pool is asked for right after a task was submitted. */
  private record Asking(StateStore store, ScheduledExecutorService pool) {
    Future<?> submit() {
      return pool.submit(() -> Values.put(store, "x", 1, 1));
    }

    boolean cancel() {
      return submit().cancel(false);
    }

    boolean isDone() {
      return submit().isDone();
    }

    boolean stopNow() {
      var unused = submit();
      return !pool.shutdownNow().isEmpty();
    }

    /** A heartbeat runs beside it. */
    long writeLater() throws Exception {
      pool.schedule(() -> Values.put(store, "x", 1, 1), 30, SECONDS).get();
      return Values.get(store, "x");
    }

    static Asking withHeartbeat(StateStore store, ScheduledExecutorService pool) {
      var unused = pool.scheduleAtFixedRate(() -> Values.get(store, "heartbeat"), 1, 1, SECONDS);
      return new Asking(store, pool);
    }
  }

  /**
   * A task that was cancelled while it ran has written, and one that was not done may end later.
   */
  private static Exploration asked(Action<Asking> ask, boolean isWritten) {
    return pooled(1, Asking::new)
        .when("ask", ask)
        .then(
            (asking, run) ->
                assertThat(Values.get(asking.store, "x") == 1)
                    .isEqualTo(run.result("ask").equals(Optional.of(isWritten))));
  }

  private static Stream<Verdict> askedAtOnce() {
    return Stream.of(
        fails("cancel right after the submission", () -> asked(Asking::cancel, false)),
        passes("shutdownNow right after the submission", () -> asked(Asking::stopNow, false)),
        fails("isDone right after the submission", () -> asked(Asking::isDone, true)));
  }

  private static Stream<Verdict> heartbeats() {
    return Stream.of(
        passes(
            "delayed task beside a heartbeat",
            () ->
                pooled(2, Asking::withHeartbeat)
                    .when("write", Asking::writeLater)
                    .thenAsIfOneByOne(asking -> Values.get(asking.store, "x"))),
        passes(
            "delayed task beside a heartbeat, in a pool without a bound",
            () ->
                pooled(Asking::withHeartbeat)
                    .when("write", Asking::writeLater)
                    .thenAsIfOneByOne(asking -> Values.get(asking.store, "x"))));
  }

  /** Remembers what it has read, or why it could not. */
  private static final class Memory {
    private final StateStore store;
    private final boolean keepsFailures;
    private @Nullable CompletableFuture<Long> read;

    Memory(StateStore store, boolean keepsFailures) {
      this.store = store;
      this.keepsFailures = keepsFailures;
    }

    synchronized long read() {
      CompletableFuture<Long> known = read;
      if (known == null || (!keepsFailures && known.isCompletedExceptionally())) {
        known = new CompletableFuture<>();
        read = known;
        try {
          known.complete(Values.get(store, "x"));
        } catch (RuntimeException e) {
          known.completeExceptionally(e);
        }
      }
      return known.join();
    }
  }

  private static Exploration remembered(boolean keepsFailures) {
    return Scenario.of(store -> new Memory(store, keepsFailures))
        .operation("read", Memory::read)
        .faults()
        .thenAsIfOneByOne(memory -> Values.get(memory.store, "x"));
  }

  private static Stream<Verdict> keptFailures() {
    return Stream.of(
        fails("failed read that is remembered", () -> remembered(true), "one by one"),
        passes("failed read that is forgotten", () -> remembered(false)),
        fails(
            "failed read that is remembered, checked by hand",
            () ->
                Scenario.of(store -> new Memory(store, true))
                    .when("read", Memory::read)
                    .when("read", Memory::read)
                    .faults()
                    .then((memory, run) -> {}),
            "read 2 threw"));
  }
}
