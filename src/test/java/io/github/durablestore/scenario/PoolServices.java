package io.github.durablestore.scenario;

import static java.util.concurrent.TimeUnit.HOURS;
import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.github.durablestore.StateStore;
import io.github.durablestore.StateStoreException;
import io.github.durablestore.scenario.LockServices.Guard;
import io.github.durablestore.scenario.ThreadServices.Pooled;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/** Services that use their pool wrongly, beside the same that use it well. */
final class PoolServices {
  private PoolServices() {}

  /** Writes in a task that takes what is to be written from a queue: a crash loses the queue. */
  static final class Queue extends Pooled {
    /** What is to be written, and who waits for it. */
    private record Item(String id, CompletableFuture<Long> written) {}

    private final BlockingQueue<Item> items = new LinkedBlockingQueue<>();

    Queue(StateStore store, ScheduledExecutorService pool) {
      this(store, pool, false);
    }

    /**
     * @param mortal whether the worker ends with the first write that fails
     */
    Queue(StateStore store, ScheduledExecutorService pool, boolean mortal) {
      super(store, pool);
      pool.execute(() -> work(mortal));
    }

    private void work(boolean mortal) {
      try {
        while (true) { // is idle for ever in the end, which is right
          Item item = items.take();
          try {
            item.written.complete(put(item.id, 1));
          } catch (StateStoreException e) {
            if (mortal) {
              throw e;
            }
            item.written.completeExceptionally(e);
          }
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private CompletableFuture<Long> add(String id) {
      var item = new Item(id, new CompletableFuture<>());
      items.add(item);
      return item.written;
    }

    void send(String id) {
      CompletableFuture<Long> unused = add(id);
    }

    void sendAndWait(String id) throws Exception {
      add(id).get();
    }

    List<Long> sent() {
      return List.of(get("a"), get("b"));
    }
  }

  /** A task that needs the monitor that its waiter holds. */
  static final class Flushes extends Pooled {
    Flushes(StateStore store, ScheduledExecutorService pool) {
      super(store, pool);
    }

    synchronized long flush() throws Exception {
      return pool.submit(this::write).get();
    }

    /** Waits outside the monitor. */
    long flushOutside() throws Exception {
      return pool.submit(this::write).get();
    }

    private synchronized long write() {
      return put("x", 1);
    }
  }

  /** A task that waits for a task of the same pool: too few threads, and none goes on. */
  static final class Nested extends Pooled {
    Nested(StateStore store, ScheduledExecutorService pool) {
      super(store, pool);
    }

    long read() throws Exception {
      return pool.submit(() -> pool.submit(() -> get("x")).get()).get();
    }

    long readInOneTask() throws Exception {
      return pool.submit(() -> get("x")).get();
    }
  }

  /** Ends its pool while it is used. */
  static final class Closing extends Pooled implements AutoCloseable {
    Closing(StateStore store, ScheduledExecutorService pool) {
      super(store, pool);
    }

    void order() throws Exception {
      pool.submit(() -> put("order", 1)).get();
    }

    /** Says that it takes no orders any more. */
    boolean orderIfOpen() throws Exception {
      try {
        order();
        return true;
      } catch (RejectedExecutionException e) {
        return false;
      }
    }

    void stop() {
      pool.shutdown();
    }

    /** Drops the task if it has not begun. */
    void orderAndStopNow() throws InterruptedException {
      pool.execute(() -> put("order", 1));
      pool.shutdownNow();
      pool.awaitTermination(1, TimeUnit.MINUTES);
    }

    void orderAndStop() throws InterruptedException {
      pool.execute(() -> put("order", 1));
      pool.shutdown();
      pool.awaitTermination(1, TimeUnit.MINUTES);
    }

    @Override
    public void close() {
      pool.shutdown();
      try {
        if (!pool.awaitTermination(1, TimeUnit.MINUTES)) {
          throw new AssertionError("the pool does not end");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Cancels a task that waits, and waits until it has ended. */
  static final class Cancelling extends Pooled {
    Cancelling(StateStore store, ScheduledExecutorService pool) {
      super(store, pool);
    }

    long cancel(boolean mayInterrupt) throws InterruptedException {
      var started = new CountDownLatch(1);
      var ended = new CountDownLatch(1);
      Future<?> task = pool.submit(() -> waitForEver(started, ended));
      started.await();
      task.cancel(mayInterrupt);
      ended.await();
      return get("cancelled");
    }

    private void waitForEver(CountDownLatch started, CountDownLatch ended) {
      try {
        started.countDown();
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        put("cancelled", 1);
      } finally {
        ended.countDown();
      }
    }
  }

  /** Interrupts a task under a lock that another operation may wait for. */
  static class Guarded extends Pooled {
    final Guard guard;

    Guarded(StateStore store, ScheduledExecutorService pool, Guard guard) {
      super(store, pool);
      this.guard = guard;
    }

    void cancel() throws Exception {
      guard.run(
          () -> {
            Future<?> deadline = pool.schedule(() -> {}, 1, HOURS);
            add();
            deadline.cancel(true);
          });
    }

    void shutDown() throws Exception {
      guard.run(
          () -> {
            add();
            pool.shutdownNow();
          });
    }

    /** Counts, and returns the count. */
    final long add() {
      long count = get("x") + 1;
      put("x", count);
      return count;
    }
  }

  /** Counts under a lock, and publishes the count in a task. */
  static final class Published extends Guarded {
    Published(StateStore store, ScheduledExecutorService pool, Guard guard) {
      super(store, pool, guard);
    }

    void underLock() throws Exception {
      guard.run(() -> publish(add()));
    }

    /** Another may count and publish in between. */
    void behindLock() throws Exception {
      var count = new AtomicLong();
      guard.run(() -> count.set(add()));
      publish(count.get());
    }

    void twice() {
      publish(1);
      publish(2);
    }

    void publish(long count) {
      pool.execute(() -> put("published", 10 * get("published") + count));
    }
  }

  /** Throws in a task. */
  static final class Throwing extends Pooled {
    Throwing(StateStore store, ScheduledExecutorService pool) {
      super(store, pool);
    }

    private void work() {
      put("x", 1);
      throw new UnsupportedOperationException("poison");
    }

    void execute() {
      pool.execute(this::work);
    }

    void submit() {
      Future<?> unused = pool.submit(this::work);
    }

    void submitAndGet() throws Exception {
      pool.submit(this::work).get();
    }

    String submitAndCatch() throws InterruptedException {
      try {
        pool.submit(this::work).get();
        return "done";
      } catch (ExecutionException e) {
        return "failed";
      }
    }

    /** Fails by a fault of the store alone. */
    void executeWrite() {
      pool.execute(() -> put("x", 1));
    }
  }

  /** Waits for a task for some time, which passes only when nothing else can go on. */
  static final class TimedGets extends Pooled {
    TimedGets(StateStore store, ScheduledExecutorService pool) {
      super(store, pool);
    }

    long write() throws Exception {
      return pool.submit(() -> put("x", 1)).get(50, MILLISECONDS);
    }

    /** Waits for a future that is not the pool's, for 200 milliseconds of the real clock. */
    long writeInTime() throws Exception {
      return CompletableFuture.supplyAsync(() -> put("x", 1), pool).get(200, MILLISECONDS);
    }

    /** As a timeout of the JDK's own. */
    long writeOrTimeOut() {
      return CompletableFuture.supplyAsync(() -> put("x", 1), pool)
          .orTimeout(200, MILLISECONDS)
          .join();
    }

    /** Waits for long enough. */
    long writeInAnHour() throws Exception {
      return CompletableFuture.supplyAsync(() -> put("x", 1), pool).get(1, HOURS);
    }

    private Future<Long> endless() {
      return pool.submit(
          () -> {
            new CountDownLatch(1).await();
            return put("x", 1);
          });
    }

    long waitForEndless() throws Exception {
      return endless().get(50, MILLISECONDS);
    }

    String waitForEndlessAndCatch() throws Exception {
      try {
        endless().get(50, MILLISECONDS);
        return "done";
      } catch (TimeoutException e) {
        return "late";
      }
    }
  }
}
