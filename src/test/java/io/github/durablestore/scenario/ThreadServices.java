package io.github.durablestore.scenario;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.github.durablestore.StateStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicLong;

/** Services that do part of their work in a pool: a bug each, beside the same without it. */
final class ThreadServices {
  private ThreadServices() {}

  /** A process that has a pool. */
  abstract static class Pooled {
    final StateStore store;
    final ScheduledExecutorService pool;

    Pooled(StateStore store, ScheduledExecutorService pool) {
      this.store = store;
      this.pool = pool;
    }

    final long get(String id) {
      return Values.get(store, id);
    }

    final long put(String id, long value) {
      Values.put(store, id, 1, value);
      return value;
    }
  }

  /** Reads in the caller's thread, and writes in a task: another may write in between. */
  static final class TaskDeposits extends Pooled {
    private CompletableFuture<Long> last = CompletableFuture.completedFuture(0L);

    TaskDeposits(StateStore store, ScheduledExecutorService pool) {
      super(store, pool);
    }

    long deposit(long cents) throws Exception {
      long balance = get("account") + cents;
      return pool.submit(() -> put("account", balance)).get();
    }

    /** Holds the monitor while the task, which does not need it, writes. */
    synchronized long depositAlone(long cents) throws Exception {
      return deposit(cents);
    }

    /** Is right if the pool runs one task at a time. */
    long depositInOneTask(long cents) throws Exception {
      return pool.submit(() -> put("account", get("account") + cents)).get();
    }

    long depositByStages(long cents) {
      return stages(cents).join();
    }

    /** Starts when the deposit before has ended. */
    long depositByStagesInTurn(long cents) {
      CompletableFuture<Long> mine;
      synchronized (this) {
        mine = last.thenCompose(balance -> stages(cents));
        last = mine;
      }
      return mine.join();
    }

    private CompletableFuture<Long> stages(long cents) {
      return CompletableFuture.supplyAsync(() -> get("account"), pool)
          .thenApplyAsync(balance -> put("account", balance + cents), pool);
    }

    /** As a coroutine does: each resumption is a task, and a delay is a task that waits. */
    long depositAfterDelay(long cents) throws Exception {
      CompletableFuture<Long> result = new CompletableFuture<>();
      pool.execute(
          () -> {
            long balance = get("account") + cents;
            Future<?> unused =
                pool.schedule(
                    () -> {
                      result.complete(put("account", balance));
                    },
                    10,
                    MILLISECONDS);
          });
      return result.get();
    }

    synchronized long depositAfterDelayAlone(long cents) throws Exception {
      return depositAfterDelay(cents);
    }
  }

  /** Ships an order that was cancelled after the look at it. */
  static final class Shipping extends Pooled {
    static final long ORDERED = 1;
    static final long SHIPPED = 2;
    static final long CANCELLED = 3;

    Shipping(StateStore store, ScheduledExecutorService pool) {
      super(store, pool);
    }

    void order() {
      put("order", ORDERED);
    }

    void ship() throws Exception {
      if (get("order") == ORDERED) {
        pool.submit(() -> put("order", SHIPPED)).get();
      }
    }

    void cancel() {
      put("order", CANCELLED);
    }

    synchronized void shipAlone() throws Exception {
      ship();
    }

    /** Leaves the monitor before the task has written. */
    synchronized void shipAloneButLater() {
      if (get("order") == ORDERED) {
        pool.execute(() -> put("order", SHIPPED));
      }
    }

    synchronized void cancelAlone() {
      cancel();
    }
  }

  /** Says that an order is placed, and writes it later: a crash in between loses it. */
  static final class Orders extends Pooled {
    Future<?> written = CompletableFuture.completedFuture(null);

    Orders(StateStore store, ScheduledExecutorService pool) {
      super(store, pool);
    }

    void place() {
      written = pool.submit(() -> put("order", 1));
    }

    void placeAndWait() throws Exception {
      place();
      written.get();
    }

    void placeLater() {
      written = pool.schedule(() -> put("order", 1), 20, MILLISECONDS);
    }

    void placeLaterAndWait() throws Exception {
      placeLater();
      written.get();
    }

    /** Goes on to write when the process is dead, which no process can. */
    void placeAtAnyPrice() {
      pool.execute(
          () -> {
            try {
              put("order", 1);
            } catch (Throwable e) {
              put("order", 2);
            } finally {
              put("end", 1);
            }
          });
    }

    long placed() {
      return get("order");
    }
  }

  /** Counts in memory, and writes the count now and then: some hits are lost at a crash. */
  static final class Hits extends Pooled {
    private final AtomicLong hits = new AtomicLong();

    Hits(StateStore store, ScheduledExecutorService pool) {
      super(store, pool);
      Future<?> unused =
          pool.scheduleAtFixedRate(() -> put("hits", hits.get()), 10, 10, MILLISECONDS);
    }

    void hit() {
      hits.incrementAndGet();
    }

    long stored() {
      return get("hits");
    }
  }

  /** Reads two values in two tasks. */
  static final class Totals extends Pooled {
    Totals(StateStore store, ScheduledExecutorService pool) {
      super(store, pool);
    }

    synchronized void set(long value) {
      put("a", value);
      put("b", value);
    }

    List<Long> read() throws Exception {
      List<Callable<Long>> reads = List.of(() -> get("a"), () -> get("b"));
      List<Long> values = new ArrayList<>();
      for (Future<Long> value : pool.invokeAll(reads)) {
        values.add(value.get());
      }
      return values;
    }

    /** Holds the monitor that who writes needs. */
    synchronized List<Long> readAlone() throws Exception {
      return read();
    }
  }

  /** Starts several tasks in one operation. */
  static final class Tasks extends Pooled {
    Tasks(StateStore store, ScheduledExecutorService pool) {
      super(store, pool);
    }

    /** One after another: each waits for the one before. */
    long addThreeTimes() throws Exception {
      for (int i = 0; i < 3; i++) {
        pool.submit(this::add).get();
      }
      return get("x");
    }

    /** At once: right if the pool runs one task at a time. */
    long addTwice() throws Exception {
      Future<Long> one = pool.submit(this::add);
      Future<Long> other = pool.submit(this::add);
      one.get();
      other.get();
      return get("x");
    }

    private long add() {
      return put("x", get("x") + 1);
    }

    long setAndGet() {
      pool.execute(() -> put("x", 1));
      return get("x");
    }

    long setAndWaitAndGet() throws Exception {
      pool.submit(() -> put("x", 1)).get();
      return get("x");
    }

    void addOften(int times) {
      for (int i = 0; i < times; i++) {
        pool.execute(this::add);
      }
    }

    /** A coroutine that sleeps ten times. */
    long addAfterDelays() throws Exception {
      CompletableFuture<Long> result = new CompletableFuture<>();
      delay(10, result);
      return result.get();
    }

    private void delay(int times, CompletableFuture<Long> result) {
      Future<?> unused =
          pool.schedule(
              () -> {
                if (times == 1) {
                  result.complete(add());
                } else {
                  delay(times - 1, result);
                }
              },
              5,
              MILLISECONDS);
    }
  }

  /** Makes two writes in two tasks, one of which may be the last that was done. */
  static final class Halves extends Pooled {
    Halves(StateStore store, ScheduledExecutorService pool) {
      super(store, pool);
    }

    void writeBoth() {
      CompletableFuture.allOf(write("a"), write("b")).join();
    }

    void writeBothInOneState() {
      CompletableFuture.allOf(write("both")).join();
    }

    long writeBothAndRead() {
      CompletableFuture.allOf(write("a"), write("b")).join();
      return get("a") + get("b");
    }

    /** Waits for either, and reads both. */
    long writeEitherAndRead() {
      CompletableFuture.anyOf(write("a"), write("b")).join();
      return get("a") + get("b");
    }

    private CompletableFuture<Void> write(String id) {
      return CompletableFuture.runAsync(() -> put(id, 1), pool);
    }

    List<Long> both() {
      return List.of(get("a"), get("b"));
    }

    long bothInOneState() {
      return get("both");
    }
  }

  /** Takes the first answer of two; the other task may still do its work. */
  static final class Replicas extends Pooled {
    Replicas(StateStore store, ScheduledExecutorService pool) {
      super(store, pool);
    }

    long readEither() throws Exception {
      return pool.<Long>invokeAny(List.of(() -> get("a"), () -> get("b")));
    }

    /** Says which value was written, though the other may be written after it. */
    long writeEither() throws Exception {
      return pool.<Long>invokeAny(List.of(() -> put("x", 1), () -> put("x", 2)));
    }

    long writeTheSame() throws Exception {
      return pool.<Long>invokeAny(List.of(() -> put("x", 1), () -> put("x", 1)));
    }
  }
}
