package io.github.durablestore.scenario;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Interrupts a single actor, which runs in the thread of the test, if it waits or is busy for
 * seconds. It has no thread of its own, which would take longer to start than most explorations:
 * the JDK has one for timeouts.
 */
final class Alarm implements AutoCloseable {
  private static final long LIMIT_SECONDS = 2;

  private final Thread thread = Thread.currentThread();
  private volatile long steps;
  private @Nullable Actor acting;
  private @Nullable String late;
  private CompletableFuture<@Nullable Void> timer = new CompletableFuture<>();
  private boolean closed;

  Alarm() {
    arm();
  }

  /** An actor begins. */
  synchronized void begin(Actor actor) {
    steps++;
    acting = actor;
    late = null;
  }

  /** The actor makes a call of the store. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // by one thread
  void step() {
    steps++;
  }

  /** The actor has ended; returns what was wrong if it was interrupted. */
  synchronized @Nullable String end() {
    steps++;
    acting = null;
    if (late != null) {
      Thread.interrupted(); // the actor may not have seen it
    }
    return late;
  }

  private synchronized void arm() {
    if (!closed) {
      long seen = steps;
      timer = new CompletableFuture<>();
      var unused =
          timer
              .orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS)
              .whenComplete((none, timeout) -> ring(seen, timeout != null));
    }
  }

  private synchronized void ring(long seen, boolean isTime) {
    if (!isTime || closed) {
      return;
    }
    if (acting != null && !acting.isInCall && steps == seen) {
      if (late == null) {
        late = Waits.describeLate(acting);
      }
      thread.interrupt();
    }
    arm();
  }

  @Override
  public synchronized void close() {
    closed = true;
    timer.complete(null);
  }
}
