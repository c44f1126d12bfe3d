package io.github.durablestore.scenario;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.github.durablestore.StateStore;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Phaser;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Services whose operations wait in unusual ways: without interrupts, by polling, for each other.
 */
final class WaitServices {
  private WaitServices() {}

  /** Waits without an end if who must wake it has died with the process, as it should. */
  static final class Uninterruptible {
    final StateStore store;
    private final Semaphore permits = new Semaphore(1);
    private final AtomicBoolean led = new AtomicBoolean();
    private final Phaser phaser = new Phaser(1);
    private volatile long read;

    Uninterruptible(StateStore store) {
      this.store = store;
    }

    long deposit(long cents) {
      permits.acquireUninterruptibly();
      long balance;
      try {
        balance = stored() + cents;
        Values.put(store, "x", 1, balance);
      } catch (RuntimeException e) {
        permits.release();
        throw e;
      }
      permits.release(); // not if the process died
      return balance;
    }

    /** Lets the first who comes read for all. */
    long readOnce() {
      if (led.compareAndSet(false, true)) {
        read = stored();
        phaser.arrive();
      } else {
        phaser.awaitAdvance(0);
      }
      return read;
    }

    long stored() {
      return Values.get(store, "x");
    }
  }

  /** Looks again and again whether it can go on. */
  static final class Polling {
    final StateStore store;
    private final ReentrantLock lock = new ReentrantLock();
    private final AtomicBoolean taken = new AtomicBoolean();
    private volatile boolean ready;

    Polling(StateStore store) {
      this.store = store;
    }

    long depositByTries(long cents) throws InterruptedException {
      while (!lock.tryLock()) {
        Thread.sleep(2);
      }
      try {
        return deposit(cents);
      } finally {
        lock.unlock();
      }
    }

    long depositBySpinning(long cents) {
      while (!taken.compareAndSet(false, true)) {
        Thread.onSpinWait();
      }
      try {
        return deposit(cents);
      } finally {
        taken.set(false);
      }
    }

    /** Does not look whether it was taken in the meantime. */
    long depositByLooking(long cents) {
      while (taken.get()) {
        Thread.onSpinWait();
      }
      long balance = balance() + cents;
      taken.set(true);
      Values.put(store, "account", 1, balance);
      taken.set(false);
      return balance;
    }

    long depositWithPatience(long cents) throws InterruptedException {
      if (!lock.tryLock(20, SECONDS)) {
        throw new IllegalStateException("too busy");
      }
      try {
        return deposit(cents);
      } finally {
        lock.unlock();
      }
    }

    private long deposit(long cents) {
      long balance = balance() + cents;
      Values.put(store, "account", 1, balance);
      return balance;
    }

    long balance() {
      return Values.get(store, "account");
    }

    void writeAndReady() {
      Values.put(store, "account", 1, 1);
      ready = true;
    }

    void readyAndWrite() {
      ready = true;
      Values.put(store, "account", 1, 1);
    }

    long awaitReady() throws InterruptedException {
      while (!ready) {
        Thread.sleep(1);
      }
      return balance();
    }
  }

  /** Lets one read for all who ask at the same time. */
  static final class SingleFlight {
    final StateStore store;
    private final Map<String, CompletableFuture<Long>> flights = new ConcurrentHashMap<>();

    SingleFlight(StateStore store) {
      this.store = store;
    }

    void set(long value) {
      Values.put(store, "x", 1, value);
    }

    long get() {
      return get(true);
    }

    /** Keeps what failed, and gives that to all who come after. */
    long getAndKeepFailure() {
      return get(false);
    }

    /** Looks for what another reads again and again, whoever interrupts that. */
    long getAfterSleeps() {
      var mine = new CompletableFuture<Long>();
      CompletableFuture<Long> flight = flights.putIfAbsent("x", mine);
      if (flight == null) {
        mine.complete(Values.get(store, "x"));
        return mine.join();
      }
      while (!flight.isDone()) {
        try {
          Thread.sleep(1);
        } catch (InterruptedException e) {
          // it sleeps again
        }
      }
      return flight.join();
    }

    private long get(boolean forgetsFailure) {
      var mine = new CompletableFuture<Long>();
      CompletableFuture<Long> flight = flights.putIfAbsent("x", mine);
      if (flight != null) {
        return flight.join();
      }
      try {
        mine.complete(Values.get(store, "x"));
      } catch (RuntimeException e) {
        if (forgetsFailure) {
          flights.remove("x");
        }
        mine.completeExceptionally(e);
      }
      return mine.join();
    }
  }
}
