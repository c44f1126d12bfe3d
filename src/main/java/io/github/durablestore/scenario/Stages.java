package io.github.durablestore.scenario;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds the stages of futures that two threads may run: the one that completes the future, and an
 * actor that waits for it and is woken. The JVM chooses which does. A task that a stage submits is
 * the same in both.
 */
final class Stages {
  private static final String FUTURE = CompletableFuture.class.getName();

  /** Where the future is awaited that has submitted a task, since somebody was chosen. */
  private @Nullable String submittedFor;

  /** An actor that waits for a future, as the future knows it, and its line. */
  record Wait(ForkJoinPool.ManagedBlocker waiter, String place) {
    /** Returns whether its actor was woken. */
    boolean isOver() {
      return isReleasable(waiter);
    }
  }

  /** Forgets what was submitted, as somebody is chosen. */
  synchronized void reset() {
    submittedFor = null;
  }

  /**
   * Returns whether another thread may run the stage in which an actor calls the store, or submits
   * a task after the first one.
   *
   * @return where the future is awaited; {@code null} if no other thread may
   */
  synchronized @Nullable String shared(Actor me, boolean isSubmitting, List<Actor> actors) {
    String submitted = submittedFor;
    String place = submitted == null ? awaited(me, actors) : submitted;
    if (place == null || !isStage(me.stack())) {
      return null;
    }
    if (isSubmitting && submitted == null) {
      submittedFor = place;
      return null;
    }
    return place;
  }

  private static @Nullable String awaited(Actor me, List<Actor> actors) {
    Wait own = me.futureWait;
    if (own != null && own.isOver()) {
      if (isStageOfAwaited(me.stack())) {
        return own.place;
      }
      me.futureWait = null;
    }
    for (Actor actor : actors) {
      Wait wait = actor != me && actor.isBlocked ? actor.futureWait : null;
      if (wait != null && wait.isOver()) {
        return wait.place;
      }
    }
    return null;
  }

  /** Returns what waits for a future; {@code null} if it is something else. */
  static ForkJoinPool.@Nullable ManagedBlocker waiter(@Nullable Object blocker) {
    return blocker instanceof ForkJoinPool.ManagedBlocker waiter
            && blocker.getClass().getName().startsWith(FUTURE + "$")
        ? waiter
        : null;
  }

  /** Asks a waiter, which would take an interrupt of the current thread as its own. */
  static boolean isReleasable(ForkJoinPool.ManagedBlocker waiter) {
    boolean interrupted = Thread.interrupted();
    try {
      return waiter.isReleasable();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Returns whether a thread goes on with what depends on a future that is complete. */
  static boolean isStage(StackTraceElement[] frames) {
    return Stream.of(frames).anyMatch(Stages::isCompleting);
  }

  /** Returns whether a thread goes on with what depends on a future that it has waited for. */
  private static boolean isStageOfAwaited(StackTraceElement[] frames) {
    return IntStream.range(1, frames.length)
        .anyMatch(
            i ->
                isCompleting(frames[i - 1])
                    && frames[i].getClassName().equals(FUTURE)
                    && frames[i].getMethodName().endsWith("Get")); // waitingGet or timedGet
  }

  private static boolean isCompleting(StackTraceElement frame) {
    return frame.getClassName().equals(FUTURE) && frame.getMethodName().equals("postComplete");
  }
}
