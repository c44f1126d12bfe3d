package io.github.durablestore.probe;

import io.github.durablestore.StateStoreException;
import io.github.durablestore.text.Entries;
import io.github.durablestore.text.Limits;
import io.github.durablestore.text.Text;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

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
  private final StateStoreProbe probe;
  private final Thread maker = Thread.currentThread();
  private final long made;
  private volatile long unreached = Long.MAX_VALUE;
  private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.WAITING);
  private final CountDownLatch heldOrReleased = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);

  Hold(CallMatcher calls, boolean ofReply, Duration limit, StateStoreProbe probe) {
    this.calls = calls;
    this.ofReply = ofReply;
    this.limit = limit;
    this.probe = probe;
    this.made = probe.time();
  }

  /**
   * Waits until a call is held. Returns at once if one was, even if it has been released since.
   *
   * @throws IllegalStateException if there is none within the limit, or the hold is released before
   *     there was one
   * @throws StateStoreException if the thread is interrupted
   */
  public void awaitHeld() {
    if (!await(heldOrReleased, "await " + inWords())) {
      List<Call> failed = failedBeforeReply();
      String near = probe.near(calls, made);
      String problem =
          failed.isEmpty()
              ? "cannot await %s: %s within %s%s"
                  .formatted(
                      inWords(),
                      near.isEmpty() ? "there was no such call" : "no call reached the hold",
                      Text.time(limit),
                      near.isEmpty() ? "; make it in another thread, after hold()" : near)
              : "cannot await %s: the call failed before its reply, and no other came within %s; to hold it before it fails, use hold(...):%s"
                  .formatted(
                      inWords(),
                      Text.time(limit),
                      Entries.lastLines(failed, Limits.CALLS_IN_SENTENCE));
      throw new IllegalStateException(probe.lookalikes(calls.exactId()).apart(problem));
    }
    if (!wasReached()) {
      throw new IllegalStateException(
          "cannot await %s: the hold was released before a call; release it after awaitHeld()"
              .formatted(inWords()));
    }
  }

  /** Releases the call, and holds no later one. Does nothing if it was released before. */
  public void release() {
    if (stage.compareAndSet(Stage.WAITING, Stage.UNREACHED)) {
      unreached = probe.time();
    }
    heldOrReleased.countDown();
    released.countDown();
    probe.forget(this);
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

  /** Returns the calls whose reply would have been held, had they not failed before it. */
  List<Call> failedBeforeReply() {
    return ofReply
        ? probe.endedCalls(made, unreached).stream()
            .filter(call -> !call.tookEffect() && calls.matchesFailed(call))
            .toList()
        : List.of();
  }

  /** Blocks the calling thread until the hold is released. */
  void block(Call call) {
    heldOrReleased.countDown();
    if (!await(released, call.action())) {
      throw new StateStoreException(
          "cannot %s: the probe held %s for %s%s"
              .formatted(
                  call.action(),
                  ofReply ? "the reply of the call" : "the call",
                  Text.time(limit),
                  Thread.currentThread() == maker
                      ? ", in the thread that made the hold; make the call in another thread, and release() in this one"
                      : "; call release() on the hold"));
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

  private String inWords() {
    return (ofReply ? "the reply of " : "") + calls;
  }

  /** Returns the hold in words. */
  @Override
  public String toString() {
    return "hold " + inWords();
  }
}
