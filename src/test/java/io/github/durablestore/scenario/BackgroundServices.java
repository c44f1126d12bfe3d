package io.github.durablestore.scenario;

import static java.util.concurrent.TimeUnit.DAYS;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.github.durablestore.StateStore;
import io.github.durablestore.scenario.ThreadServices.Pooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;

/** Services of which a part works in the background, as many real ones do. */
final class BackgroundServices {
  private BackgroundServices() {}

  /** Sends what is in its outbox from time to time, also after a restart. */
  static final class Outbox extends Pooled {
    Outbox(StateStore store, ScheduledExecutorService pool) {
      super(store, pool);
      var unused = pool.scheduleWithFixedDelay(this::relay, 1, 1, SECONDS);
    }

    void order() {
      put("outbox", 1);
    }

    private void relay() {
      if (get("outbox") == 1) {
        put("sent", 1);
        put("outbox", 2);
      }
    }
  }

  /** Writes what others wait for from time to time. */
  static final class GroupCommit extends Pooled {
    private record Item(String id, CompletableFuture<Long> written) {}

    private final Queue<Item> items = new ConcurrentLinkedQueue<>();

    GroupCommit(StateStore store, ScheduledExecutorService pool) {
      super(store, pool);
      var unused = pool.scheduleAtFixedRate(this::flush, 10, 10, MILLISECONDS);
    }

    private void flush() {
      for (Item item = items.poll(); item != null; item = items.poll()) {
        item.written.complete(put(item.id, 1));
      }
    }

    long append(String id) {
      var item = new Item(id, new CompletableFuture<>());
      items.add(item);
      return item.written.join();
    }
  }

  /** Asks its queue with a timeout, until it is closed. */
  static final class Worker extends Pooled implements AutoCloseable {
    private final BlockingQueue<CompletableFuture<Long>> queue = new LinkedBlockingQueue<>();
    private final long millis;
    private volatile boolean isRunning = true;

    Worker(StateStore store, ScheduledExecutorService pool, long millis) {
      super(store, pool);
      this.millis = millis;
      pool.execute(this::work);
    }

    private void work() {
      try {
        while (isRunning) {
          CompletableFuture<Long> next = queue.poll(millis, MILLISECONDS);
          if (next != null) {
            next.complete(put("x", 1));
          }
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    long send() {
      var next = new CompletableFuture<Long>();
      queue.add(next);
      return next.join();
    }

    @Override
    public void close() {
      isRunning = false;
      pool.shutdown();
      try {
        if (!pool.awaitTermination(1, DAYS)) {
          throw new IllegalStateException("the worker did not end");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Multiplies by 100 when it starts, in a task that it waits for. */
  static final class Migration extends Pooled {
    Migration(StateStore store, ScheduledExecutorService pool, boolean isSafe) {
      super(store, pool);
      try {
        pool.submit(() -> migrate(isSafe)).get();
      } catch (ExecutionException | InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    private void migrate(boolean isSafe) {
      if (get("schema") == 1) {
        if (isSafe) {
          put("amount", 500);
        } else {
          put("amount", get("amount") * 100);
        }
        put("schema", 2);
      }
    }

    void oldVersion() {
      put("amount", 5);
      put("schema", 1);
    }
  }

  /** Gives its tasks a time, of which much passes on a busy machine. */
  static final class Invoking extends Pooled {
    Invoking(StateStore store, ScheduledExecutorService pool) {
      super(store, pool);
    }

    List<Long> all() throws InterruptedException, ExecutionException {
      List<Long> values = new ArrayList<>();
      for (Future<Long> task : pool.invokeAll(reads(), 5, MILLISECONDS)) {
        values.add(task.get());
      }
      return values;
    }

    long any() throws InterruptedException, ExecutionException, TimeoutException {
      return pool.invokeAny(reads(), 5, MILLISECONDS);
    }

    private List<Callable<Long>> reads() {
      return List.of(() -> get("x"), () -> get("x"));
    }
  }

  /** Computes in a thread that was there before, and calls no store in it. */
  static final class Computing extends Pooled {
    enum Where {
      POOL,
      SCHEDULED_POOL,
      TIMER,
      WORKER
    }

    private static final ThreadFactory DAEMONS =
        work -> {
          var thread = new Thread(work, "computing");
          thread.setDaemon(true);
          return thread;
        };
    private static final ExecutorService POOL = Executors.newFixedThreadPool(2, DAEMONS);
    private static final ScheduledExecutorService SCHEDULED_POOL =
        Executors.newScheduledThreadPool(1, DAEMONS);
    private static final Timer TIMER = new Timer("computing", true);
    private static final BlockingQueue<Runnable> QUEUE = new LinkedBlockingQueue<>();

    static {
      DAEMONS.newThread(Computing::workForEver).start();
    }

    private final Where where;

    Computing(StateStore store, ScheduledExecutorService pool, Where where) {
      super(store, pool);
      this.where = where;
    }

    private static void workForEver() {
      try {
        while (true) {
          QUEUE.take().run();
        }
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    static void startThreads(Where where) {
      add(where, 1, 1).join();
    }

    private static CompletableFuture<Long> add(Where where, long before, long amount) {
      var sum = new CompletableFuture<Long>();
      Runnable work = () -> sum.complete(before + amount);
      switch (where) {
        case POOL -> POOL.execute(work);
        case SCHEDULED_POOL -> {
          var unused = SCHEDULED_POOL.schedule(work, 5, MILLISECONDS);
        }
        case TIMER ->
            TIMER.schedule(
                new TimerTask() {
                  @Override
                  public void run() {
                    work.run();
                  }
                },
                5);
        case WORKER -> QUEUE.add(work);
      }
      return sum;
    }

    long add(long amount) {
      return put("x", add(where, get("x"), amount).join());
    }

    synchronized long addAlone(long amount) {
      return add(amount);
    }
  }

  /** Adds in tasks that follow each other, and waits for its own. */
  static final class Chain extends Pooled {
    private CompletableFuture<?> last = CompletableFuture.completedFuture(0L);

    Chain(StateStore store, ScheduledExecutorService pool) {
      super(store, pool);
    }

    private CompletableFuture<Long> addLast() {
      return last.thenApplyAsync(ignored -> put("x", get("x") + 1), pool);
    }

    synchronized CompletableFuture<Long> handled() {
      CompletableFuture<Long> own = addLast();
      last = own.handle((value, thrown) -> value);
      return own;
    }

    synchronized CompletableFuture<Long> handledInATask() {
      CompletableFuture<Long> own = addLast();
      last = own.handleAsync((value, thrown) -> value, pool);
      return own;
    }
  }

  /** Adds under a lock that each operation enters once. */
  static final class Locked extends Pooled {
    private final ReentrantLock lock = new ReentrantLock();

    Locked(StateStore store, ScheduledExecutorService pool) {
      super(store, pool);
    }

    long add(long amount) {
      lock.lock();
      try {
        return put("x", get("x") + amount);
      } finally {
        lock.unlock();
      }
    }
  }

  /** Waits for a flag that a dead process has set, on the processor. */
  static final class Spinning extends Pooled {
    private volatile boolean isReady;

    Spinning(StateStore store, ScheduledExecutorService pool) {
      super(store, pool);
    }

    void load() {
      put("x", 1);
      isReady = true;
    }

    long use() {
      while (!isReady && !Thread.currentThread().isInterrupted()) { // or it would slow later tests
        Thread.onSpinWait();
      }
      return get("x");
    }
  }

  /** Writes later by the JDK's timer, which nobody waits for. */
  static final class Later extends Pooled {
    Later(StateStore store, ScheduledExecutorService pool) {
      super(store, pool);
    }

    void write() {
      CompletableFuture.delayedExecutor(5, MILLISECONDS).execute(() -> put("x", 1));
    }
  }
}
