package io.github.durablestore.probe;

import io.github.durablestore.StateStoreException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A stop that a {@link StateStoreProbe} makes to one call, before it reaches the store. So a race
 * happens in the order that a test wants, without sleeping.
 *
 * <p>Safe for use by many threads. Closing it releases it.
 *
 * <pre>{@code
 * try (Hold hold = probe.hold(CallMatcher.writes().of("account-42"))) {
 *   Future<?> deposit = executor.submit(() -> service.deposit("account-42", 100));
 *   hold.awaitHeld();
 *   // the write is under way: do here what it is to race with
 *   hold.release();
 *   deposit.get();
 * }
 * }</pre>
 */
public final class Hold implements AutoCloseable {
  private final CallMatcher calls;
  private final Duration limit;
  private final AtomicBoolean taken = new AtomicBoolean();
  private final CountDownLatch reached = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);

  Hold(CallMatcher calls, Duration limit) {
    this.calls = calls;
    this.limit = limit;
  }

  /**
   * Waits until a call is held.
   *
   * @throws IllegalStateException if there is none within the limit
   * @throws StateStoreException if the thread is interrupted
   */
  public void awaitHeld() {
    if (!await(reached, "await " + calls)) {
      throw new IllegalStateException(
          ("cannot await %s: there was no such call within %s;"
                  + " make it in another thread, after hold()")
              .formatted(calls, limit()));
    }
  }

  /** Lets the call go on; the next one is not held. Does nothing when done before. */
  public void release() {
    taken.set(true);
    released.countDown();
  }

  /** Releases the call: the same as {@link #release()}. */
  @Override
  public void close() {
    release();
  }

  /** Holds the call until released, if it is the first that matches; tells whether it was. */
  boolean holdIfFirstMatch(Call call) {
    if (!calls.matches(call) || !taken.compareAndSet(false, true)) {
      return false;
    }
    reached.countDown();
    if (!await(released, call.description())) {
      throw new StateStoreException(
          "cannot %s: the probe held this call for %s; call release() on the hold"
              .formatted(call.description(), limit()));
    }
    return true;
  }

  private boolean await(CountDownLatch latch, String action) {
    try {
      return latch.await(TimeUnit.NANOSECONDS.convert(limit), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StateStoreException(
          "cannot " + action + ": the thread was interrupted; interrupt it after release()", e);
    }
  }

  private String limit() {
    return limit.toString().substring("PT".length()).toLowerCase(Locale.ROOT);
  }
}
