package io.github.durablestore.scenario;

import static io.github.durablestore.scenario.LockServices.Guards.SEMAPHORE;
import static io.github.durablestore.scenario.Verdict.fails;
import static io.github.durablestore.scenario.Verdict.passes;
import static io.github.durablestore.scenario.Verdict.passesInPart;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.durablestore.StateStore;
import io.github.durablestore.scenario.LockServices.Deposits;
import io.github.durablestore.scenario.LockServices.Guard;
import io.github.durablestore.scenario.LockServices.Guards;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Phaser;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.concurrent.locks.StampedLock;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Verdicts on actors that wait for a lock whose owner waits too, or that several wait for. */
final class HeldVerdicts {
  private HeldVerdicts() {}

  static Stream<Verdict> all() {
    return Stream.of(eachLock(), handMade(), signals()).flatMap(verdicts -> verdicts);
  }

  static Stream<Verdict> eachLock() {
    return Stream.of(
            pairs(),
            gates(),
            crowds(),
            entered(),
            Arrays.stream(HandMadeGuards.values()).map(HeldVerdicts::three))
        .flatMap(verdicts -> verdicts);
  }

  /** Enters two locks, one inside the other. */
  private record Pair(StateStore store, Guard one, Guard other, AtomicLong counted) {
    Pair(StateStore store, Guard one, Guard other) {
      this(store, one, other, new AtomicLong());
    }

    /** Reads, and writes a little later: nothing else may come in between. */
    void count() {
      long before = counted.get();
      for (int spins = 0; spins < 10_000; spins++) {
        Thread.onSpinWait();
      }
      counted.set(before + 1);
    }

    void up() throws Exception {
      enter(one, other);
    }

    void down() throws Exception {
      enter(other, one);
    }

    private void enter(Guard first, Guard second) throws Exception {
      first.run(
          () -> {
            Values.get(store, "x");
            unchecked(() -> second.run(() -> Values.put(store, "x", 1, 1)));
          });
    }
  }

  private interface Throwing {
    void run() throws Exception;
  }

  private static void unchecked(Throwing work) {
    try {
      work.run();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static Stream<Verdict> pairs() {
    return Arrays.stream(Guards.values())
        .flatMap(one -> EnumSet.range(one, SEMAPHORE).stream().flatMap(other -> pair(one, other)));
  }

  private static Stream<Verdict> pair(Guards one, Guards other) {
    Verdict wrong =
        fails(
            one + " and " + other + " in either order",
            () -> explore(one, other, Pair::down),
            "deadlock");
    Verdict right =
        passes(one + " and " + other + " in one order", () -> explore(one, other, Pair::up));
    return other == SEMAPHORE ? Stream.of(wrong, right) : Stream.of(wrong);
  }

  private static Exploration explore(Guards one, Guards other, Task<Pair> second) {
    return Scenario.of(store -> new Pair(store, one.get(), other.get()))
        .whenRunning("up", Pair::up)
        .whenRunning("second", second)
        .then((pair, run) -> {});
  }

  /** Something that an actor waits for until another opens it. */
  private interface Gate {
    void await() throws Exception;

    void open() throws Exception;

    static Gate of(Throwing await, Throwing open) {
      return new Gate() {
        @Override
        public void await() throws Exception {
          await.run();
        }

        @Override
        public void open() throws Exception {
          open.run();
        }
      };
    }
  }

  private enum Gates implements Supplier<Gate> {
    LATCH {
      @Override
      public Gate get() {
        var latch = new CountDownLatch(1);
        return Gate.of(latch::await, latch::countDown);
      }
    },
    FUTURE {
      @Override
      public Gate get() {
        var future = new CompletableFuture<Integer>();
        return Gate.of(future::get, () -> future.complete(1));
      }
    },
    QUEUE {
      @Override
      public Gate get() {
        var queue = new LinkedBlockingQueue<Integer>();
        return Gate.of(queue::take, () -> queue.put(1));
      }
    },
    PHASER {
      @Override
      public Gate get() {
        var phaser = new Phaser(1);
        return Gate.of(() -> phaser.awaitAdvance(0), phaser::arrive);
      }
    }
  }

  /** One operation waits under a lock that another needs. */
  private record Gated(StateStore store, Guard guard, Gate gate) {
    void await() throws Exception {
      guard.run(
          () -> {
            unchecked(gate::await);
            Values.put(store, "x", 1, 1);
          });
    }

    void change() throws Exception {
      guard.run(() -> Values.put(store, "y", 1, 1));
    }

    void open() throws Exception {
      Values.get(store, "x");
      gate.open();
    }
  }

  private static Stream<Verdict> gates() {
    return Stream.concat(
        Arrays.stream(Guards.values()).map(guard -> gated(Gates.LATCH, guard)),
        EnumSet.complementOf(EnumSet.of(Gates.LATCH)).stream()
            .map(gate -> gated(gate, Guards.LOCK)));
  }

  private static Verdict gated(Gates gate, Guards guard) {
    return passes(
        gate + " that is awaited under " + guard,
        () ->
            Scenario.of(store -> new Gated(store, guard.get(), gate.get()))
                .whenRunning("await", Gated::await)
                .whenRunning("change", Gated::change)
                .whenRunning("open", Gated::open)
                .then((gated, run) -> assertThat(run.succeeded("await")).isTrue()));
  }

  private static Stream<Verdict> crowds() {
    return Stream.concat(
        Arrays.stream(Guards.values())
            .map(
                guard ->
                    passes(
                        "three deposits under " + guard,
                        () ->
                            LockVerdicts.guarded(guard, Deposits::depositAlone)
                                .when("deposit 7", deposits -> deposits.depositAlone(7))
                                .thenAsIfOneByOne(Deposits::balance))),
        Stream.of(
            passes(
                "two that write and one that reads under a ReentrantReadWriteLock",
                () -> {
                  return shared(
                      () -> {
                        var lock = new ReentrantReadWriteLock();
                        return List.of(lock.writeLock(), lock.readLock());
                      });
                }),
            passes(
                "two that write and one that reads under a StampedLock",
                () -> {
                  return shared(
                      () -> {
                        var lock = new StampedLock();
                        return List.of(lock.asWriteLock(), lock.asReadLock());
                      });
                })));
  }

  /** Reads and writes under a lock, or only reads under one that others share. */
  private record Shared(StateStore store, Lock write, Lock read) {
    void add() {
      locked(write, () -> Values.put(store, "x", 1, stored() + 1));
    }

    long sum() {
      long[] sum = new long[1];
      locked(read, () -> sum[0] = stored() + stored());
      return sum[0];
    }

    long stored() {
      return Values.get(store, "x");
    }

    private static void locked(Lock lock, Runnable work) {
      lock.lock();
      try {
        work.run();
      } finally {
        lock.unlock();
      }
    }
  }

  private static Exploration shared(Supplier<List<Lock>> locks) {
    return Scenario.of(
            store -> {
              List<Lock> both = locks.get();
              return new Shared(store, both.get(0), both.get(1));
            })
        .whenRunning("add", Shared::add)
        .whenRunning("add too", Shared::add)
        .when("sum", Shared::sum)
        .thenAsIfOneByOne(Shared::stored);
  }

  /** Enters a lock again while it has it, or gives it up to get it in another way. */
  private record Entered(Deposits deposits, StampedLock stamped) {
    Entered(StateStore store, Guards guard) {
      this(new Deposits(store, guard.get()), new StampedLock());
    }

    void nested() throws Exception {
      deposits
          .guard()
          .run(
              () -> {
                unchecked(() -> deposits.guard().run(deposits::balance));
                unchecked(() -> deposits.depositAlone(100));
              });
    }

    void converted() {
      long stamp = stamped.readLock();
      try {
        long balance = deposits.balance();
        long converted = stamped.tryConvertToWriteLock(stamp);
        if (converted == 0) {
          stamped.unlockRead(stamp);
          stamp = stamped.writeLock();
          balance = deposits.balance();
        } else {
          stamp = converted;
        }
        Values.put(deposits.store(), "account", 1, balance + 100);
      } finally {
        stamped.unlock(stamp);
      }
    }
  }

  private static Exploration entered(Guards guard, Task<Entered> operation) {
    return Scenario.of(store -> new Entered(store, guard))
        .whenRunning("one", operation)
        .whenRunning("other", operation)
        .thenAsIfOneByOne(entered -> entered.deposits.balance());
  }

  private static Stream<Verdict> entered() {
    return Stream.concat(
        Stream.of(
            passes(
                "read lock that is given up for a write lock",
                () -> entered(Guards.STAMPED_LOCK, Entered::converted))),
        EnumSet.of(Guards.MONITOR, Guards.LOCK, Guards.FAIR_LOCK, Guards.WRITE_LOCK).stream()
            .map(
                guard ->
                    passes(
                        guard + " that is entered again inside",
                        () -> entered(guard, Entered::nested))));
  }

  private static Scenario<Deposits> handMade(HandMadeGuards guard, Task<Deposits> operation) {
    return Scenario.of(store -> new Deposits(store, guard.get()))
        .whenRunning("one", operation)
        .whenRunning("other", operation);
  }

  private static Stream<Verdict> handMade() {
    return Arrays.stream(HandMadeGuards.values())
        .flatMap(
            guard ->
                Stream.of(
                    alone(guard),
                    passesInPart(
                        "deposits and counts, twice under " + guard,
                        () ->
                            handMade(guard, deposits -> deposits.depositAndCount(100))
                                .then(
                                    (deposits, run) ->
                                        assertThat(deposits.balance()).isEqualTo(200)),
                        "two operations are about to enter the same lock")));
  }

  private static Verdict alone(HandMadeGuards guard) {
    String name = "deposits under " + guard;
    Supplier<Exploration> exploration =
        () ->
            handMade(guard, deposits -> deposits.depositAlone(100))
                .thenAsIfOneByOne(Deposits::balance);
    return guard == HandMadeGuards.PARKED
        ? passesInPart(name, exploration, "parked its thread")
        : passes(name, exploration);
  }

  private static Verdict three(HandMadeGuards guard) {
    String name = "deposits of three under " + guard;
    Supplier<Exploration> exploration =
        () ->
            handMade(guard, deposits -> deposits.depositAlone(100))
                .whenRunning("third", deposits -> deposits.depositAlone(7))
                .thenAsIfOneByOne(Deposits::balance);
    return switch (guard) {
      case PARKED -> passesInPart(name, exploration, "parked its thread");
      case FUTURE, LATCH -> passesInPart(name, exploration, "several actors were woken at once");
      default -> passes(name, exploration);
    };
  }

  /** Several actors wait for a signal of one that has the lock, or for permits of another. */
  private record Waiting(StateStore store, ReentrantLock lock, Condition ready, Semaphore permits) {
    Waiting(StateStore store, ReentrantLock lock) {
      this(store, lock, lock.newCondition(), new Semaphore(0));
    }

    void await() throws InterruptedException {
      lock.lock();
      try {
        while (Values.get(store, "ready") == 0) {
          ready.await();
        }
      } finally {
        lock.unlock();
      }
    }

    void signalAll() {
      lock.lock();
      try {
        Values.put(store, "ready", 1, 1);
        ready.signalAll();
      } finally {
        lock.unlock();
      }
    }

    void acquire() throws InterruptedException {
      permits.acquire();
      Values.put(store, "x", 1, 1);
    }

    void release() {
      Values.put(store, "ready", 1, 1);
      permits.release(2);
    }
  }

  private static Exploration waiting(Task<Waiting> wait, Task<Waiting> wake) {
    return Scenario.of(store -> new Waiting(store, new ReentrantLock()))
        .whenRunning("one", wait)
        .whenRunning("other", wait)
        .whenRunning("wake", wake)
        .then((waiting, run) -> assertThat(run.succeeded("other")).isTrue());
  }

  private static Stream<Verdict> signals() {
    return Stream.of(
        passes("two that a signal wakes", () -> waiting(Waiting::await, Waiting::signalAll)),
        passesInPart(
            "two that get a permit at once",
            () -> waiting(Waiting::acquire, Waiting::release),
            "several actors were woken at once"),
        passes("interrupt of one that waits for a permit", HeldVerdicts::interrupted),
        passes("field that is changed before a lock and after it", HeldVerdicts::besideALock),
        fails("lock that the process keeps", HeldVerdicts::keptByProcess, "deadlock"));
  }

  /** Interrupts another actor, which may be waiting. */
  private record Interrupted(
      StateStore store, Semaphore permits, AtomicReference<@Nullable Thread> waiting) {
    Interrupted(StateStore store) {
      this(store, new Semaphore(0), new AtomicReference<@Nullable Thread>());
    }

    void acquire() {
      waiting.set(Thread.currentThread());
      Values.get(store, "x");
      try {
        permits.acquire();
      } catch (InterruptedException e) {
        Values.put(store, "interrupted", 1, 1);
      }
    }

    void interrupt() {
      Values.get(store, "y");
      Thread thread = waiting.getAndSet(null);
      if (thread == null) {
        permits.release();
      } else {
        thread.interrupt();
      }
    }
  }

  private static Exploration interrupted() {
    return Scenario.of(Interrupted::new)
        .whenRunning("acquire", Interrupted::acquire)
        .whenRunning("interrupt", Interrupted::interrupt)
        .then((interrupted, run) -> assertThat(run.succeeded("acquire")).isTrue());
  }

  private static Exploration besideALock() {
    return Scenario.of(store -> new Pair(store, Guards.LOCK.get(), Guards.LOCK.get()))
        .whenRunning("one", HeldVerdicts::countAfter)
        .whenRunning("other", HeldVerdicts::countBefore)
        .then((pair, run) -> assertThat(pair.counted.get()).isEqualTo(2));
  }

  private static void countAfter(Pair pair) throws Exception {
    pair.one.run(() -> Values.put(pair.store, "x", 1, 1));
    pair.count();
    Values.get(pair.store, "x");
  }

  private static void countBefore(Pair pair) throws Exception {
    pair.count();
    pair.one.run(() -> Values.put(pair.store, "x", 1, 2));
    Values.get(pair.store, "x");
  }

  private static Exploration keptByProcess() {
    return Scenario.of(store -> new Waiting(store, new ReentrantLock()))
        .given(waiting -> waiting.lock.lock())
        .whenRunning("signal", Waiting::signalAll)
        .then((waiting, run) -> {});
  }
}
