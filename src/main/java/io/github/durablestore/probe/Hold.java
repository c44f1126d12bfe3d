package io.github.durablestore.probe;

import io.github.durablestore.StateStoreException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * Stops one call of a {@link StateStoreProbe}, before it reaches the store or before its caller
 * gets the reply. This way a test runs a race in a chosen order, without sleeping.
 *
 * <p>Safe for use by many threads. Closing it releases it.
 *
 * <pre>{@code
 * try (Hold hold = probe.hold(CallMatcher.writes().of("account-42"))) {
 *   Future<?> deposit = executor.submit(() -> service.deposit("account-42", 100));
 *   hold.awaitHeld();
 *   // the write is in flight: do the concurrent work here
 *   hold.release();
 *   deposit.get();
 * }
 * }</pre>
 */
public final class Hold implements AutoCloseable {
  private enum Stage {
    WAITING,
    HOLDING,
    UNREACHED
  }

  private final CallMatcher calls;
  private final boolean ofReply;
  private final Duration limit;
  private final Consumer<Hold> onRelease;
  private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.WAITING);
  private final CountDownLatch heldOrReleased = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);

  Hold(CallMatcher calls, boolean ofReply, Duration limit, Consumer<Hold> onRelease) {
    this.calls = calls;
    this.ofReply = ofReply;
    this.limit = limit;
    this.onRelease = onRelease;
  }

  /**
   * Waits until a call is held. Returns at once if one was, even if it has been released since.
   *
   * @throws IllegalStateException if there is none within the limit, or the hold is released before
   *     there was one
   * @throws StateStoreException if the thread is interrupted
   */
  public void awaitHeld() {
    if (!await(heldOrReleased, "await " + calls)) {
      throw new IllegalStateException(
          ("cannot await %s: there was no such call within %s;"
                  + " make it in another thread, after hold()")
              .formatted(calls, limit()));
    }
    if (!wasReached()) {
      throw new IllegalStateException(
          "cannot await %s: the hold was released before a call; release it after awaitHeld()"
              .formatted(calls));
    }
  }

  /** Releases the call, and holds no later one. Does nothing if it was released before. */
  public void release() {
    stage.compareAndSet(Stage.WAITING, Stage.UNREACHED);
    heldOrReleased.countDown();
    released.countDown();
    onRelease.accept(this);
  }

  /** Releases the call: the same as {@link #release()}. */
  @Override
  public void close() {
    release();
  }

  CallMatcher calls() {
    return calls;
  }

  boolean wasReached() {
    return stage.get() == Stage.HOLDING;
  }

  /** Returns whether the hold takes this call, which must then be blocked. It takes only one. */
  boolean takes(Call call, boolean atReply) {
    return ofReply == atReply
        && stage.get() == Stage.WAITING // before it calls a user's predicate
        && calls.matches(call)
        && stage.compareAndSet(Stage.WAITING, Stage.HOLDING);
  }

  /** Blocks the calling thread until the hold is released. */
  void block(Call call) {
    heldOrReleased.countDown();
    if (!await(released, call.description())) {
      throw new StateStoreException(
          "cannot %s: the probe held %s for %s; call release() on the hold"
              .formatted(
                  call.description(), ofReply ? "the reply of this call" : "this call", limit()));
    }
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

  /** Returns the hold in words. */
  @Override
  public String toString() {
    return "hold " + (ofReply ? "the reply of " : "") + calls;
  }
}
