package io.github.durablestore.scenario;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A short wait for another thread, before the longer one that parks. Most waits of a run are over
 * in a microsecond, and waking a thread that is parked takes fifty.
 */
final class Spin {
  // Few, as the one to wait for may need the processor.
  private static final int SPINS = 5;
  private static final int YIELDS = 200;
  // A yield that takes longer gave the processor to an unrelated thread.
  private static final long LONG_NANOS = 500_000;
  private static final long PAUSE_NANOS = 20_000;
  private static final int WAITS_WITHOUT_YIELD = 200;
  private static final AtomicInteger BUSY = new AtomicInteger();

  private Spin() {}

  /** Waits a while; returns whether the wait is over. */
  static boolean until(BooleanSupplier over) {
    for (int i = 0; i < SPINS; i++) {
      if (over.getAsBoolean()) {
        return true;
      }
      Thread.onSpinWait();
    }
    for (int i = 0; i < YIELDS; i++) {
      if (over.getAsBoolean()) {
        return true;
      }
      if (!yieldsBriefly()) {
        break;
      }
    }
    return over.getAsBoolean();
  }

  /**
   * Waits a moment, between two looks at other threads.
   *
   * @param looks how many there were
   */
  static void pause(int looks) {
    if (looks >= YIELDS || !yieldsBriefly()) {
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  /** Lets others go on, unless that lately took long; returns whether it did not take long. */
  @SuppressWarnings("ThreadPriorityCheck") // if the yield does nothing, callers park
  private static boolean yieldsBriefly() {
    if (BUSY.get() > 0) {
      BUSY.decrementAndGet();
      return false;
    }
    long start = System.nanoTime();
    Thread.yield();
    boolean isLong = System.nanoTime() - start > LONG_NANOS;
    if (isLong) {
      BUSY.set(WAITS_WITHOUT_YIELD);
    }
    return !isLong;
  }
}
