package io.github.durablestore.scenario;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.github.durablestore.StateStore;
import java.util.List;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/** Services that start threads which their scenario does not know. */
final class OwnThreadServices {
  static final String NAME = "own thread";

  private OwnThreadServices() {}

  /** Returns a pool whose threads all have the same name, and end when they are idle. */
  static ScheduledExecutorService pool(int size) {
    var pool = new ScheduledThreadPoolExecutor(size, OwnThreadServices::daemon);
    pool.setKeepAliveTime(1, TimeUnit.SECONDS);
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  private static Thread daemon(Runnable work) {
    var thread = new Thread(work, NAME);
    thread.setDaemon(true);
    return thread;
  }

  /** Adds in another thread, by {@code start}, and waits until it has ended. */
  record Adder(StateStore store, Executor start) {
    long add() throws InterruptedException {
      var ended = new CountDownLatch(1);
      start.execute(
          () -> {
            try {
              Values.put(store, "x", 1, Values.get(store, "x") + 1);
            } finally {
              ended.countDown();
            }
          });
      ended.await();
      return Values.get(store, "x");
    }

    long stored() {
      return Values.get(store, "x");
    }
  }

  /** The ways to start a thread. */
  enum Start implements Executor {
    THREAD {
      @Override
      public void execute(Runnable work) {
        new Thread(work).start();
      }
    },
    FIXED_POOL {
      @Override
      public void execute(Runnable work) {
        once(Executors.newFixedThreadPool(1), work);
      }
    },
    CACHED_POOL {
      @Override
      public void execute(Runnable work) {
        once(Executors.newCachedThreadPool(), work);
      }
    },
    SCHEDULED_POOL {
      @Override
      public void execute(Runnable work) {
        ScheduledExecutorService pool = Executors.newScheduledThreadPool(1);
        Future<?> unused = pool.schedule(work, 1, MILLISECONDS);
        pool.shutdown();
      }
    },
    FORK_JOIN_POOL {
      @Override
      public void execute(Runnable work) {
        once(new ForkJoinPool(1), work);
      }
    },
    COMMON_POOL {
      @Override
      public void execute(Runnable work) {
        ForkJoinPool.commonPool().execute(work);
      }
    },
    DEFAULT_EXECUTOR {
      @Override
      public void execute(Runnable work) {
        CompletableFuture<Void> unused = CompletableFuture.runAsync(work);
      }
    },
    DELAYED_EXECUTOR {
      @Override
      public void execute(Runnable work) {
        CompletableFuture.delayedExecutor(1, MILLISECONDS).execute(work);
      }
    },
    TIMER {
      @Override
      public void execute(Runnable work) {
        var timer = new Timer(true);
        timer.schedule(
            new TimerTask() {
              @Override
              public void run() {
                work.run();
                timer.cancel();
              }
            },
            1);
      }
    };

    /** Lets the pool end after the work. */
    private static void once(ExecutorService pool, Runnable work) {
      pool.execute(work);
      pool.shutdown();
    }
  }

  /**
   * Reads in a parallel stream. It is started in a pool of its own: the thread that starts one in
   * the common pool does some of the work, or all of it.
   */
  record Reader(StateStore store) {
    long sum() {
      var pool = new ForkJoinPool(2);
      try {
        return pool.submit(
                () ->
                    List.of("a", "b", "c", "d").parallelStream()
                        .mapToLong(id -> Values.get(store, id))
                        .sum())
            .join();
      } finally {
        pool.shutdown();
      }
    }
  }

  /** Reads what it needs in a thread that its constructor starts. */
  static final class WarmUp {
    private final StateStore store;
    private long warm;

    WarmUp(StateStore store) {
      this.store = store;
      Thread thread = daemon(() -> warm = Values.get(store, "x"));
      thread.start();
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    long read() {
      return warm + Values.get(store, "x");
    }
  }

  /** Computes in a thread of its own for some milliseconds, without a call of the store. */
  record Computing(StateStore store, Executor executor, IntSupplier millis) {
    long add(long amount) {
      long computed = CompletableFuture.supplyAsync(() -> compute(amount), executor).join();
      Values.put(store, "x", 1, Values.get(store, "x") + computed);
      return computed;
    }

    synchronized long addAlone(long amount) {
      return add(amount);
    }

    /** Is busy for an odd time, and asleep for an even one. */
    private long compute(long amount) {
      int time = millis.getAsInt();
      long end = System.nanoTime() + MILLISECONDS.toNanos(time);
      while (System.nanoTime() < end) {
        if (time % 2 == 0) {
          sleep(1);
        } else {
          Thread.onSpinWait();
        }
      }
      return amount;
    }

    long sumInAParallelStream() {
      long computed =
          List.of(1L, 2L, 3L, 4L).parallelStream().mapToLong(each -> compute(each)).sum();
      Values.put(store, "x", 1, computed);
      return computed;
    }

    long stored() {
      return Values.get(store, "x");
    }
  }

  static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
