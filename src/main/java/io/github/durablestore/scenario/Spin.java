package io.github.durablestore.scenario;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * A short wait for another thread, before the longer one that parks. Most waits of a run are over
 * in a microsecond, and waking a thread that is parked takes fifty.
 */
final class Spin {
  private static final int SPINS = 50;
  private static final int YIELDS = 200;
  // A yield that takes longer gave the processor to an unrelated thread.
  private static final long LONG_NANOS = 500_000;
  private static final int WAITS_WITHOUT_YIELD = 200;
  private static final AtomicInteger BUSY = new AtomicInteger();

  private Spin() {}

  /** Waits a while; returns whether the wait is over. */
  @SuppressWarnings("ThreadPriorityCheck") // if the yield does nothing, the caller parks
  static boolean until(BooleanSupplier over) {
    for (int i = 0; i < SPINS; i++) {
      if (over.getAsBoolean()) {
        return true;
      }
      Thread.onSpinWait();
    }
    if (BUSY.get() > 0) {
      BUSY.decrementAndGet();
      return over.getAsBoolean();
    }
    for (int i = 0; i < YIELDS; i++) {
      if (over.getAsBoolean()) {
        return true;
      }
      long start = System.nanoTime();
      Thread.yield();
      if (System.nanoTime() - start > LONG_NANOS) {
        BUSY.set(WAITS_WITHOUT_YIELD);
        break;
      }
    }
    return over.getAsBoolean();
  }
}
