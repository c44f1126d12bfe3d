package io.github.durablestore.scenario;

import java.util.concurrent.TimeUnit;

/**
 * How long a run waits before it draws a conclusion.
 *
 * @param windowNanos for an actor that waits for something without an owner, before others go on
 * @param limitNanos for an actor that neither calls the store nor ends
 * @param deadlockNanos when no actor can go on
 */
record Patience(long windowNanos, long limitNanos, long deadlockNanos) {
  static final long STUCK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  static final long UNWIND_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long LIMIT = TimeUnit.SECONDS.toNanos(2);

  /** Returns more patience at each attempt, as the last one may have been too short. */
  static Patience of(int attempt) {
    return new Patience(TimeUnit.MILLISECONDS.toNanos(5) << (attempt - 1), LIMIT, LIMIT);
  }

  /** Returns the patience for a run in a debugger. */
  static Patience inDebugger() {
    return new Patience(TimeUnit.MILLISECONDS.toNanos(10), Long.MAX_VALUE, LIMIT);
  }
}
