package io.github.durablestore.probe;

import static java.util.Objects.requireNonNull;

import io.github.durablestore.StateStoreException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A failure that a {@link StateStoreProbe} is to bring about: of which calls, how often, with which
 * exception, and whether before the store is touched or after.
 *
 * <p>Immutable. No parameter may be {@code null}.
 *
 * <pre>{@code
 * probe.inject(Fault.on(anyCall()));                           // the next call
 * probe.inject(Fault.on(writes()).times(3));                   // the next three writes
 * probe.inject(Fault.on(reads().of("account-42")).always());   // until clearFaults()
 * probe.inject(Fault.on(writes()).replyLost().throwing(() -> new StateStoreException("no answer")));
 * }</pre>
 */
public final class Fault {
  private static final int ALWAYS = 0;

  private final CallMatcher calls;
  private final int times;
  private final boolean replyLost;
  private final @Nullable Supplier<? extends RuntimeException> exception;

  private Fault(
      CallMatcher calls,
      int times,
      boolean replyLost,
      @Nullable Supplier<? extends RuntimeException> exception) {
    this.calls = calls;
    this.times = times;
    this.replyLost = replyLost;
    this.exception = exception;
  }

  /**
   * Fails the next of these calls with a {@link StateStoreException}, before the store is touched.
   *
   * @param calls the calls
   * @return the fault
   */
  public static Fault on(CallMatcher calls) {
    return new Fault(requireNonNull(calls, "calls"), 1, false, null);
  }

  /**
   * Fails this many of the calls.
   *
   * @param times the number, at least 1
   * @return the altered fault
   * @throws IllegalArgumentException if {@code times} is less than 1
   */
  public Fault times(int times) {
    if (times < 1) {
      throw new IllegalArgumentException(
          "cannot fail \"" + times + "\" calls: it is less than 1; leave the fault out");
    }
    return new Fault(calls, times, replyLost, exception);
  }

  /**
   * Fails the calls until {@link StateStoreProbe#clearFaults()}.
   *
   * @return the altered fault
   */
  public Fault always() {
    return new Fault(calls, ALWAYS, replyLost, exception);
  }

  /**
   * Fails a call after the store has carried it out: the time-out whose commit landed. A call that
   * the store itself refuses is not failed.
   *
   * @return the altered fault
   */
  public Fault replyLost() {
    return new Fault(calls, times, true, exception);
  }

  /**
   * Fails with an exception of the caller's.
   *
   * @param exception makes the exception, for each call anew
   * @return the altered fault
   */
  public Fault throwing(Supplier<? extends RuntimeException> exception) {
    return new Fault(calls, times, replyLost, requireNonNull(exception, "exception"));
  }

  boolean appliesTo(Call call, boolean replyLost) {
    return this.replyLost == replyLost && calls.matches(call);
  }

  /** Tells whether the fault has a use left, when it has had so many. */
  boolean allows(int uses) {
    return times == ALWAYS || uses < times;
  }

  /** Tells whether nothing more is to be expected of the fault, when it has had so many uses. */
  boolean isUsedUp(int uses) {
    return times == ALWAYS ? uses > 0 : uses >= times;
  }

  RuntimeException exceptionFor(Call call) {
    return exception != null
        ? requireNonNull(exception.get(), "exception")
        : new StateStoreException(
            "cannot %s: the probe was told to %s; leave that out to let the call through"
                .formatted(call.description(), this));
  }

  /** Returns the fault in words. */
  @Override
  public String toString() {
    return "fail %s%s, %s"
        .formatted(
            calls,
            replyLost ? " with its reply lost" : "",
            times == ALWAYS ? "always" : times == 1 ? "once" : times + " times");
  }
}
