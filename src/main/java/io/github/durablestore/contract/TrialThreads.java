package io.github.durablestore.contract;

import static io.github.durablestore.text.Text.quote;
import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads of one trial. They are daemons, so that one that hangs does not keep the JVM alive.
 */
final class TrialThreads implements AutoCloseable {
  private static final int SPINS = 1_000;

  private final List<Thread> threads = new CopyOnWriteArrayList<>();
  private final ExecutorService pool = Executors.newCachedThreadPool(this::daemon);
  private final List<ExecutorService> lanes = new CopyOnWriteArrayList<>();
  private volatile boolean closed;

  Future<?> start(Runnable work) {
    return pool.submit(work);
  }

  /** Starts work on a new thread, for which the operating system chooses a processor. */
  Future<?> startNew(Runnable work) {
    var task = new FutureTask<>(Executors.callable(work));
    daemon(task).start();
    return task;
  }

  /**
   * Does works at the same time, each in a thread of its own. They wait for each other without
   * parking, since threads that are woken start one after the other.
   *
   * @return what they returned
   */
  <T> List<T> atOnce(List<Callable<T>> works) {
    var missing = new AtomicInteger(works.size());
    var started = new ArrayList<Future<T>>();
    for (Callable<T> work : works) {
      started.add(pool.submit(() -> startWithOthers(work, missing)));
    }
    var results = new ArrayList<T>();
    for (Future<T> each : started) {
      results.add(get(each));
    }
    return results;
  }

  private <T> T startWithOthers(Callable<T> work, AtomicInteger missing) throws Exception {
    missing.decrementAndGet();
    for (int spins = 1; missing.get() > 0; spins++) {
      pause(spins, SPINS);
    }
    return work.call();
  }

  /** Waits a moment, without parking, and now and then lets other threads run. */
  @SuppressWarnings("ThreadPriorityCheck") // correct whatever the scheduler does
  void pause(int spins, int spinsBeforeYield) {
    if (spins % spinsBeforeYield != 0) {
      Thread.onSpinWait();
    } else if (closed) {
      throw new CancellationException("the trial is over");
    } else {
      Thread.yield(); // there may be fewer processors than threads
    }
  }

  /** Returns whether the trial is over, so that its threads make no more calls. */
  boolean isOver() {
    return closed;
  }

  /** Waits without parking, for a random time that is mostly short. */
  static void delay(long mostNanos) {
    var random = ThreadLocalRandom.current();
    long end = System.nanoTime() + (random.nextLong(mostNanos + 1) >> random.nextInt(8));
    while (System.nanoTime() - end < 0) {
      Thread.onSpinWait();
    }
  }

  /** Returns a new thread, which runs its tasks one after the other. */
  ExecutorService lane() {
    ExecutorService lane = Executors.newSingleThreadExecutor(this::daemon);
    lanes.add(lane);
    return lane;
  }

  /** Returns what the work returned, or throws what it threw. */
  static <T> T get(Future<T> work) {
    try {
      return work.get();
    } catch (ExecutionException e) {
      throw asItIs(requireNonNull(e.getCause(), "cause"));
    } catch (InterruptedException e) {
      throw asItIs(e);
    }
  }

  static void getAll(List<? extends Future<?>> works) {
    works.forEach(TrialThreads::get);
  }

  /** Throws a failure, which may be a checked exception of a store in another language. */
  @SuppressWarnings("unchecked")
  static <E extends Throwable> RuntimeException asItIs(Throwable failure) throws E {
    throw (E) failure;
  }

  /** Adds the current stack trace of each thread to a failure. */
  void addStackTracesTo(Throwable failure) {
    for (Thread thread : threads) {
      StackTraceElement[] trace = thread.getStackTrace();
      if (trace.length > 0) {
        var where = new Throwable("the stack trace of thread " + quote(thread.getName()));
        where.setStackTrace(trace);
        failure.addSuppressed(where);
      }
    }
  }

  @Override
  public void close() {
    closed = true; // a store may have swallowed the interrupts
    pool.shutdownNow();
    lanes.forEach(ExecutorService::shutdownNow);
    threads.forEach(Thread::interrupt);
  }

  private Thread daemon(Runnable work) {
    var thread = new Thread(work, "contract-" + (threads.size() + 1));
    thread.setDaemon(true);
    threads.add(thread);
    return thread;
  }
}
