package io.github.durablestore.scenario;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Interrupts a single actor, which runs in the thread of the test, if it waits or is busy for
 * seconds. It has no thread of its own, which would take longer to start than most explorations:
 * the JDK has one for timeouts. All alarms share one timeout, as setting one takes longer than a
 * run.
 */
final class Alarm implements AutoCloseable {
  private static final long LIMIT_SECONDS = 2;
  private static final Set<Alarm> SET = ConcurrentHashMap.newKeySet();
  private static final AtomicBoolean TICKING = new AtomicBoolean();

  private final Thread thread = Thread.currentThread();
  private volatile long steps;
  private long seen = -1;
  private @Nullable Actor acting;
  private @Nullable String late;

  Alarm() {
    SET.add(this);
    tick();
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

  private static void tick() {
    if (TICKING.compareAndSet(false, true)) {
      var unused =
          new CompletableFuture<@Nullable Void>()
              .orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS)
              .whenComplete((none, timeout) -> ring());
    }
  }

  private static void ring() {
    SET.forEach(Alarm::look);
    TICKING.set(false);
    if (!SET.isEmpty()) {
      tick();
    }
  }

  private synchronized void look() {
    if (acting != null && !acting.isInCall && steps == seen) {
      if (late == null) {
        late = Waits.describeLate(acting);
      }
      thread.interrupt();
    }
    seen = steps;
  }

  @Override
  public void close() {
    SET.remove(this);
  }
}
