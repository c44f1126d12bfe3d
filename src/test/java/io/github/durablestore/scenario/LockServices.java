package io.github.durablestore.scenario;

import io.github.durablestore.StateStore;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.concurrent.locks.StampedLock;
import java.util.function.Supplier;

/** Services whose operations wait for one another: a bug each, beside the same without it. */
final class LockServices {
  private LockServices() {}

  /** Something that lets one at a time do its work. */
  interface Guard {
    void run(Runnable work) throws Exception;

    /** Returns one that is taken before the work, and given back after it. */
    static Guard between(Taking taking, Runnable givingBack) {
      return work -> {
        taking.take();
        try {
          work.run();
        } finally {
          givingBack.run();
        }
      };
    }
  }

  interface Taking {
    void take() throws Exception;
  }

  /** What a guard can be. */
  enum Guards implements Supplier<Guard> {
    MONITOR {
      @Override
      public Guard get() {
        var monitor = new Object();
        return work -> {
          synchronized (monitor) {
            work.run();
          }
        };
      }
    },
    LOCK {
      @Override
      public Guard get() {
        return lock(new ReentrantLock());
      }
    },
    FAIR_LOCK {
      @Override
      public Guard get() {
        return lock(new ReentrantLock(true));
      }
    },
    WRITE_LOCK {
      @Override
      public Guard get() {
        return lock(new ReentrantReadWriteLock().writeLock());
      }
    },
    MAP {
      @Override
      public Guard get() {
        var map = new ConcurrentHashMap<String, Integer>();
        return work ->
            map.compute(
                "key",
                (key, value) -> {
                  work.run();
                  return 1;
                });
      }
    },
    STAMPED_LOCK {
      @Override
      public Guard get() {
        return lock(new StampedLock().asWriteLock());
      }
    },
    SEMAPHORE {
      @Override
      public Guard get() {
        var semaphore = new Semaphore(1);
        return Guard.between(semaphore::acquire, semaphore::release);
      }
    };

    private static Guard lock(java.util.concurrent.locks.Lock lock) {
      return Guard.between(lock::lock, lock::unlock);
    }
  }

  /** Moves an amount from one account to another, each under a guard of its own. */
  record Transfers(StateStore store, Guard from, Guard to) {
    Transfers(StateStore store, Supplier<Guard> guards) {
      this(store, guards.get(), guards.get());
    }

    void transfer() throws Exception {
      from.run(() -> add("from", -100));
      to.run(() -> add("to", 100));
    }

    /** Calls the store in between, so that another may come first. */
    void transferWithCall() throws Exception {
      from.run(() -> add("from", -100));
      store.ping();
      to.run(() -> add("to", 100));
    }

    void addFrom() throws Exception {
      from.run(() -> add("from", -100));
    }

    void addTo() throws Exception {
      to.run(() -> add("to", 100));
    }

    private void add(String account, long cents) {
      Values.put(store, account, 1, Values.get(store, account) + cents);
    }

    long total() throws Exception {
      long[] total = new long[1];
      from.run(() -> total[0] += Values.get(store, "from"));
      to.run(() -> total[0] += Values.get(store, "to"));
      return total[0];
    }
  }

  /** Reads and writes under a guard. */
  record Deposits(StateStore store, Guard guard) {
    long depositAlone(long cents) throws Exception {
      long[] balance = new long[1];
      guard.run(
          () -> {
            balance[0] = balance() + cents;
            Values.put(store, "account", 1, balance[0]);
          });
      return balance[0];
    }

    /** Guards the write alone. */
    long depositHalfAlone(long cents) throws Exception {
      long balance = balance() + cents;
      guard.run(() -> Values.put(store, "account", 1, balance));
      return balance;
    }

    /** Enters the guard twice, so that another may write in between. */
    long depositInTwoSteps(long cents) throws Exception {
      long[] balance = new long[1];
      guard.run(() -> balance[0] = balance() + cents);
      guard.run(() -> Values.put(store, "account", 1, balance[0]));
      return balance[0];
    }

    /** Enters the guard twice, for two updates that do not need each other. */
    void depositAndCount(long cents) throws Exception {
      guard.run(() -> add("account", cents));
      guard.run(() -> add("count", 1));
    }

    private void add(String id, long amount) {
      Values.put(store, id, 1, Values.get(store, id) + amount);
    }

    long balance() {
      return Values.get(store, "account");
    }
  }

  /** Locks two things in the order in which they are given. */
  record Monitors(StateStore store, Object one, Object other) {
    void up() {
      lockBoth(one, other);
    }

    void down() {
      lockBoth(other, one);
    }

    private void lockBoth(Object first, Object second) {
      synchronized (first) {
        add();
        synchronized (second) {
          add();
        }
      }
    }

    private void add() {
      Values.put(store, "x", 1, stored() + 1);
    }

    long stored() {
      return Values.get(store, "x");
    }
  }

  /** As {@link Monitors}. */
  record Locks(StateStore store, ReentrantLock one, ReentrantLock other) {
    void up() throws InterruptedException {
      lockBoth(one, other);
    }

    void down() throws InterruptedException {
      lockBoth(other, one);
    }

    void lockForEver() throws InterruptedException {
      one.lockInterruptibly();
      Values.get(store, "x");
    }

    private void lockBoth(ReentrantLock first, ReentrantLock second) throws InterruptedException {
      first.lockInterruptibly();
      try {
        Values.get(store, "x");
        second.lockInterruptibly();
        try {
          Values.get(store, "x");
        } finally {
          second.unlock();
        }
      } finally {
        first.unlock();
      }
    }
  }

  /** Waits until another has written: for a signal that may come before the wait. */
  static final class Signals {
    final StateStore store;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition written = lock.newCondition();

    Signals(StateStore store) {
      this.store = store;
    }

    long read() {
      return Values.get(store, "x");
    }

    void write() {
      Values.put(store, "x", 1, 1);
      synchronized (this) {
        notifyAll();
      }
    }

    /** Looks before it has the monitor. */
    @SuppressWarnings("WaitNotInLoop") // on purpose
    long awaitTooLate() throws InterruptedException {
      if (read() == 0) {
        synchronized (this) {
          wait();
        }
      }
      return read();
    }

    synchronized long await() throws InterruptedException {
      while (read() == 0) {
        wait();
      }
      return read();
    }

    synchronized void writeAlone() {
      write();
    }

    long awaitCondition() throws InterruptedException {
      lock.lock();
      try {
        while (read() == 0) {
          written.await();
        }
        return read();
      } finally {
        lock.unlock();
      }
    }

    void writeAndSignal() {
      lock.lock();
      try {
        Values.put(store, "x", 1, 1);
        written.signalAll();
      } finally {
        lock.unlock();
      }
    }

    /** Signals nobody who looks after that. */
    void writeWithoutSignal() {
      lock.lock();
      try {
        Values.put(store, "x", 1, 1);
      } finally {
        lock.unlock();
      }
    }
  }

  /** Waits until another has written: for a latch. */
  static final class Latches {
    final StateStore store;
    private final CountDownLatch latch = new CountDownLatch(1);

    Latches(StateStore store) {
      this.store = store;
    }

    private void write() {
      Values.put(store, "x", 1, 1);
    }

    private long read() {
      return Values.get(store, "x");
    }

    void writeAndOpen() {
      write();
      latch.countDown();
    }

    /** Opens too early. */
    void openAndWrite() {
      latch.countDown();
      write();
    }

    long awaitLatch() throws InterruptedException {
      latch.await();
      return read();
    }
  }
}
