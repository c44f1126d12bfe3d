package io.github.durablestore.scenario;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.RunnableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A pool of a process: its tasks are actors of the run. */
final class TaskPool extends AbstractExecutorService implements ScheduledExecutorService {
  private static final int UNBOUNDED = Integer.MAX_VALUE;

  private final Scheduler scheduler;
  private final Gate gate;
  final int size;
  private volatile boolean isShutdown;

  /** Returns what gives a process its pools. */
  static Threads of(Scheduler scheduler, Gate gate) {
    return new Threads() {
      @Override
      public ScheduledExecutorService pool(int size) {
        if (size < 1) {
          throw new IllegalArgumentException(
              "cannot create a pool of %d threads: it could run no task; pass at least 1"
                  .formatted(size));
        }
        return new TaskPool(scheduler, gate, size);
      }

      @Override
      public ScheduledExecutorService pool() {
        return new TaskPool(scheduler, gate, UNBOUNDED);
      }
    };
  }

  private TaskPool(Scheduler scheduler, Gate gate, int size) {
    this.scheduler = scheduler;
    this.gate = gate;
    this.size = size;
  }

  boolean isBounded() {
    return size != UNBOUNDED;
  }

  int moves() {
    return scheduler.moves;
  }

  long now() {
    return scheduler.agenda.now();
  }

  /**
   * Waits in virtual time.
   *
   * @return {@code false} if the scenario does not schedule the current thread, so that it must
   *     wait by itself
   */
  boolean await(BooleanSupplier condition, long nanos) throws InterruptedException {
    Actor me = scheduler.me();
    if (me == null) {
      return false;
    }
    if (scheduler.isDead()) {
      throw new Crash();
    }
    scheduler.await(me, condition, nanos);
    if (!condition.getAsBoolean() && Thread.interrupted()) {
      throw new InterruptedException();
    }
    return true;
  }

  /** Lets a task that was just submitted start, unless it is delayed, before it is asked for. */
  void letStart(PoolTask<?> task) {
    Actor me = scheduler.me();
    boolean isNew = !task.isOver() && task.movesBefore == scheduler.moves;
    if (me != null && isNew && task.due <= now() && scheduler.isChoosing(me)) {
      var hasStopped = new AtomicBoolean();
      scheduler.await(me, () -> hasStopped.getAndSet(true), Long.MAX_VALUE);
    }
  }

  /** Records that the current thread waits for a task with a timeout. */
  void noteTimeout() {
    Actor me = scheduler.me();
    if (me != null) {
      scheduler.noteTimeout(me);
    }
  }

  private <T extends PoolTask<?>> T submit(T task) {
    if (scheduler.hasEnded()) {
      throw new RejectedExecutionException(
          "cannot run a task: its pool belongs to the process of an earlier run; take a new pool for each process");
    }
    Actor me = gate.requireActor(true);
    if (isShutdown) {
      throw new RejectedExecutionException("cannot run a task: its pool was shut down");
    }
    scheduler.submit(me, task);
    return task;
  }

  @Override
  protected <T extends @Nullable Object> RunnableFuture<T> newTaskFor(Callable<T> work) {
    return new PoolTask<>(this, work, now(), false, false);
  }

  @Override
  protected <T extends @Nullable Object> RunnableFuture<T> newTaskFor(Runnable work, T result) {
    return newTaskFor(Executors.callable(work, result));
  }

  @Override
  public void execute(Runnable work) {
    requireNonNull(work, "work");
    if (work instanceof PoolTask<?> task && task.pool == this) {
      var unused = submit(task);
    } else {
      var unused = submit(new PoolTask<>(this, Executors.callable(work), now(), false, true));
    }
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable work, long delay, TimeUnit unit) {
    return schedule(Executors.callable(work), delay, unit);
  }

  @Override
  public <V extends @Nullable Object> ScheduledFuture<V> schedule(
      Callable<V> work, long delay, TimeUnit unit) {
    return submit(new PoolTask<>(this, work, due(delay, unit), false, false));
  }

  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(
      Runnable work, long delay, long period, TimeUnit unit) {
    if (period <= 0) {
      throw new IllegalArgumentException(
          "cannot run a task every %d: a period is more than 0".formatted(period));
    }
    return submit(new PoolTask<>(this, Executors.callable(work), due(delay, unit), true, false));
  }

  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(
      Runnable work, long initialDelay, long delay, TimeUnit unit) {
    return scheduleAtFixedRate(work, initialDelay, delay, unit);
  }

  @Override
  public <T extends @Nullable Object> List<Future<T>> invokeAll(
      Collection<? extends Callable<T>> tasks) throws InterruptedException {
    return invokeAll(tasks, Long.MAX_VALUE, TimeUnit.NANOSECONDS);
  }

  @Override
  public <T extends @Nullable Object> List<Future<T>> invokeAll(
      Collection<? extends Callable<T>> tasks, long timeout, TimeUnit unit)
      throws InterruptedException {
    List<PoolTask<T>> futures = new ArrayList<>();
    try {
      for (Callable<T> task : tasks) {
        futures.add(submit(new PoolTask<>(this, task, now(), false, false)));
      }
      if (unit.toNanos(timeout) != Long.MAX_VALUE) {
        noteTimeout();
      }
      await(() -> futures.stream().allMatch(PoolTask::isOver), unit.toNanos(timeout));
      return List.copyOf(futures);
    } finally {
      futures.forEach(TaskPool::cancel);
    }
  }

  @Override
  public <T extends @Nullable Object> T invokeAny(Collection<? extends Callable<T>> tasks)
      throws InterruptedException, ExecutionException {
    try {
      return invokeAny(tasks, Long.MAX_VALUE, TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new IllegalStateException(e); // there is no timeout
    }
  }

  @Override
  public <T extends @Nullable Object> T invokeAny(
      Collection<? extends Callable<T>> tasks, long timeout, TimeUnit unit)
      throws InterruptedException, ExecutionException, TimeoutException {
    if (tasks.isEmpty()) {
      throw new IllegalArgumentException("cannot invoke any task: there is none");
    }
    var ended = new LinkedBlockingQueue<Future<T>>();
    var service = new ExecutorCompletionService<T>(this, ended);
    List<PoolTask<?>> futures = new ArrayList<>();
    try {
      for (Callable<T> task : tasks) {
        futures.add((PoolTask<?>) service.submit(task));
      }
      if (unit.toNanos(timeout) != Long.MAX_VALUE) {
        noteTimeout();
      }
      long deadline = due(timeout, unit);
      for (int failed = 1; ; failed++) {
        await(() -> !ended.isEmpty(), deadline - now());
        Future<T> first = ended.poll();
        if (first == null) {
          throw new TimeoutException("no task has ended, and nothing else can go on");
        }
        try {
          return first.get();
        } catch (ExecutionException e) {
          if (failed == futures.size()) {
            throw e;
          }
        }
      }
    } finally {
      futures.forEach(TaskPool::cancel);
    }
  }

  private static void cancel(PoolTask<?> task) {
    if (!task.isOver()) {
      task.cancel(true);
    }
  }

  private long due(long delay, TimeUnit unit) {
    long due = now() + Math.max(0, unit.toNanos(delay));
    return due < 0 ? Long.MAX_VALUE : due;
  }

  @Override
  public void shutdown() {
    isShutdown = true;
    for (Actor actor : scheduler.actors) {
      PoolTask<?> task = actor.task;
      if (task != null && isMine(task) && task.isPeriodic() && actor.phase == Actor.Phase.NEW) {
        task.cancel(false);
      }
    }
  }

  @Override
  public List<Runnable> shutdownNow() {
    for (Actor actor : scheduler.agenda.tasks()) {
      if (actor.task != null && isMine(actor.task)) {
        letStart(actor.task);
      }
    }
    isShutdown = true;
    List<Runnable> dropped = new ArrayList<>();
    for (Actor actor : scheduler.actors) {
      PoolTask<?> task = actor.task;
      Thread thread = actor.thread;
      if (!isMine(task) || actor.isDone()) {
        continue;
      }
      if (actor.phase == Actor.Phase.NEW) {
        actor.phase = Actor.Phase.DONE;
        dropped.add(task);
      } else if (thread != null) {
        thread.interrupt();
      }
    }
    letInterruptedStop();
    return dropped;
  }

  /**
   * Lets tasks that were just interrupted go on alone, so that they do not race the interrupter.
   */
  void letInterruptedStop() {
    Actor me = scheduler.me();
    if (me != null) {
      scheduler.letWokenStop(me);
    }
  }

  private boolean isMine(@Nullable PoolTask<?> task) {
    return task != null && task.pool == this;
  }

  @Override
  public boolean isShutdown() {
    return isShutdown || scheduler.isDead();
  }

  @Override
  public boolean isTerminated() {
    if (scheduler.isDead()) {
      return true;
    }
    for (Actor actor : scheduler.actors) {
      if (isMine(actor.task) && !actor.isDone() && !actor.isCancelled()) {
        return false;
      }
    }
    return isShutdown;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
    if (!isTerminated()) {
      await(this::isTerminated, unit.toNanos(timeout));
    }
    return isTerminated();
  }
}
