package io.github.durablestore.scenario;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The threads of one exploration. The exploration has a thread of its own, in which processes start
 * and are checked; the thread of the test watches it.
 */
final class Conductor implements AutoCloseable {
  private static final long LOOK_NANOS = TimeUnit.MICROSECONDS.toNanos(100);
  private static final int LOOKS_WHEN_ABANDONED = 100;

  final Workers workers = new Workers();
  final Watch watch = new Watch(workers);
  final Refusals refusals = new Refusals();

  /** Whether no time limit runs. */
  final boolean isReplay;

  private volatile @Nullable Scheduler current;
  private volatile boolean isInterrupted;

  Conductor(boolean isReplay) {
    this.isReplay = isReplay;
  }

  /** Watches a process from now on. */
  void watch(Scheduler scheduler) {
    current = scheduler;
    requireOngoing();
  }

  /** Fails if the exploration is to end. */
  void requireOngoing() {
    if (isInterrupted) {
      throw Failures.cannotExplore("the thread was interrupted during a run");
    }
    refusals.requireNone();
  }

  /** Waits for threads that the scenario does not schedule, in case they call a store. */
  void settle() {
    watch.foreign.settle(Limits.SETTLE_NANOS);
    requireOngoing();
  }

  /**
   * Explores in a thread of its own.
   *
   * @throws RuntimeException what the exploration threw
   * @throws Error what the exploration threw
   */
  <T> T conduct(Callable<T> exploration) {
    isInterrupted = Thread.interrupted();
    var task = new FutureTask<>(exploration);
    Thread thread = workers.thread(task, Workers.PROCESS);
    thread.start();
    int abandoned = 0;
    while (!task.isDone()) {
      LockSupport.parkNanos(this, LOOK_NANOS);
      Scheduler scheduler = current;
      if (Thread.interrupted()) {
        isInterrupted = true;
      }
      if (isInterrupted) {
        thread.interrupt();
      }
      if (scheduler == null) { // a supplier of stores may take long
        continue;
      }
      scheduler.lookout.look();
      if (isInterrupted) {
        scheduler.end(null);
      }
      abandoned = scheduler.lookout.isAbandoned() ? abandoned + 1 : 0;
      if (abandoned > LOOKS_WHEN_ABANDONED) {
        restoreInterrupt();
        requireOngoing();
        throw here(scheduler.whenAbandoned.apply(String.valueOf(scheduler.trouble())));
      }
    }
    restoreInterrupt();
    try {
      return task.get();
    } catch (ExecutionException e) {
      throw here(requireNonNull(e.getCause(), "cause"));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e); // it is done
    }
  }

  private void restoreInterrupt() {
    if (isInterrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns an exception to be thrown; one of the scenario's own shows the line of the test. */
  private static RuntimeException here(Throwable thrown) {
    StackTraceElement[] frames = thrown.getStackTrace();
    if (frames.length > 0 && Frames.isOwn(frames[0].getClassName())) {
      thrown.setStackTrace(new Throwable().getStackTrace());
    }
    return Thrown.asItIs(thrown);
  }

  @Override
  public void close() {
    workers.close();
  }
}
