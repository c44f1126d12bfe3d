package io.github.durablestore.scenario;

import static io.github.durablestore.scenario.Verdict.fails;
import static io.github.durablestore.scenario.Verdict.passes;
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
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.concurrent.locks.StampedLock;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Verdicts on actors that wait for a lock whose owner waits too, or that several wait for. */
final class HeldVerdicts {
  private static final String HAND_OVER = "about to enter the same lock";

  private HeldVerdicts() {}

  static Stream<Verdict> all() {
    return Stream.of(pairs(), gates(), crowds(), entered()).flatMap(verdicts -> verdicts);
  }

  /** Enters two locks, one inside the other. */
  private record Pair(StateStore store, Guard one, Guard other) {
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
        .flatMap(
            one ->
                Arrays.stream(Guards.values())
                    .flatMap(
                        other ->
                            Stream.of(
                                fails(
                                    one + " and " + other + " in either order",
                                    () -> explore(one, other, Pair::down),
                                    "deadlock"),
                                passes(
                                    one + " and " + other + " in one order",
                                    () -> explore(one, other, Pair::up)))));
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
    var converted =
        new Verdict(
            "read lock that is given up for a write lock",
            Verdict.Kind.PASSES,
            false,
            List.of(HAND_OVER),
            false,
            () -> entered(Guards.STAMPED_LOCK, Entered::converted));
    return Stream.concat(
        Stream.of(converted),
        EnumSet.of(Guards.MONITOR, Guards.LOCK, Guards.FAIR_LOCK, Guards.WRITE_LOCK).stream()
            .map(
                guard ->
                    passes(
                        guard + " that is entered again inside",
                        () -> entered(guard, Entered::nested))));
  }
}
