package io.github.durablestore.scenario;

import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A task of a {@link TaskPool}. Whoever waits for it waits in the scheduler. */
final class PoolTask<V extends @Nullable Object> extends FutureTask<V>
    implements RunnableScheduledFuture<V> {
  final TaskPool pool;

  /** When it may start, in virtual nanoseconds. */
  final long due;

  private final boolean isPeriodic;

  /** Whether no future is returned to the submitter, who so cannot see an exception. */
  final boolean isExecuted;

  /** How often the turn had been passed on when it was submitted. */
  final int movesBefore;

  private volatile @Nullable Throwable thrown;

  /** Whether it runs when all else has ended, as a periodic task does the second time. */
  boolean isLast;

  /** Whether it has run when all else had ended, or waited. */
  boolean isAgain;

  /** The last round of tasks in which it ran, one by one. */
  int round;

  /** How far all others had come when it began. */
  int progress = -1;

  /** How often in a row it has run although nothing else had happened. */
  int idleRounds;

  PoolTask(TaskPool pool, Callable<V> work, long due, boolean isPeriodic, boolean isExecuted) {
    super(work);
    this.pool = pool;
    this.due = due;
    this.isPeriodic = isPeriodic;
    this.isExecuted = isExecuted;
    movesBefore = pool.moves();
  }

  /** Returns what it threw; {@code null} for nothing. */
  @Nullable Throwable thrown() {
    return thrown;
  }

  /**
   * Returns whether it runs once more, after it has run.
   *
   * @param isChoosing whether it then runs when all else has ended
   */
  boolean repeats(int round, boolean isChoosing) {
    if (!isPeriodic || isOver() || pool.isShutdown()) {
      return false;
    }
    this.round = round;
    isAgain = isLast;
    isLast = isChoosing;
    return true;
  }

  @Override
  public void run() {
    if (isPeriodic) {
      runAndReset();
    } else {
      super.run();
    }
  }

  /** Returns whether it is done, without a stop of the current thread. */
  boolean isOver() {
    return super.isDone();
  }

  @Override
  public boolean isDone() {
    pool.letStart(this);
    return isOver();
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    pool.letStart(this);
    boolean isCancelled = super.cancel(mayInterruptIfRunning);
    if (mayInterruptIfRunning) {
      pool.letInterruptedStop();
    }
    return isCancelled;
  }

  @Override
  protected void setException(Throwable thrown) {
    this.thrown = thrown;
    super.setException(thrown);
  }

  @Override
  public V get() throws InterruptedException, ExecutionException {
    pool.await(this::isOver, Long.MAX_VALUE);
    return super.get();
  }

  @Override
  public V get(long timeout, TimeUnit unit)
      throws InterruptedException, ExecutionException, TimeoutException {
    if (!isOver()) {
      pool.noteTimeout();
    }
    if (!pool.await(this::isOver, Math.max(0, unit.toNanos(timeout)))) {
      return super.get(timeout, unit);
    }
    if (!isOver()) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      throw new TimeoutException("the task has not ended, and nothing else can go on");
    }
    return super.get();
  }

  @Override
  public boolean isPeriodic() {
    return isPeriodic;
  }

  @Override
  public long getDelay(TimeUnit unit) {
    return unit.convert(due - pool.now(), TimeUnit.NANOSECONDS);
  }

  @Override
  public int compareTo(Delayed other) {
    return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // each task is a future of its own
  public boolean equals(@Nullable Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }
}
