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
 * probe.fail(Fault.of(anyCall()));                           // the next call
 * probe.fail(Fault.of(writes()).times(3));                   // the next three writes
 * probe.fail(Fault.of(reads().of("account-42")).always());   // until clearFaults()
 * probe.fail(Fault.of(writes()).afterEffect().with(() -> new StateStoreException("no answer")));
 * }</pre>
 */
public final class Fault {
  private static final int ALWAYS = 0;

  private final CallMatcher calls;
  private final int times;
  private final boolean afterEffect;
  private final @Nullable Supplier<? extends RuntimeException> exception;

  private Fault(
      CallMatcher calls,
      int times,
      boolean afterEffect,
      @Nullable Supplier<? extends RuntimeException> exception) {
    this.calls = calls;
    this.times = times;
    this.afterEffect = afterEffect;
    this.exception = exception;
  }

  /**
   * Fails the next of these calls with a {@link StateStoreException}, before the store is touched.
   *
   * @param calls the calls
   * @return the fault
   */
  public static Fault of(CallMatcher calls) {
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
    return new Fault(calls, times, afterEffect, exception);
  }

  /**
   * Fails the calls until {@link StateStoreProbe#clearFaults()}.
   *
   * @return the altered fault
   */
  public Fault always() {
    return new Fault(calls, ALWAYS, afterEffect, exception);
  }

  /**
   * Fails a call after the store has carried it out: the time-out whose commit landed. A call that
   * the store itself refuses is not failed.
   *
   * @return the altered fault
   */
  public Fault afterEffect() {
    return new Fault(calls, times, true, exception);
  }

  /**
   * Fails with an exception of the caller's.
   *
   * @param exception makes the exception, for each call anew
   * @return the altered fault
   */
  public Fault with(Supplier<? extends RuntimeException> exception) {
    return new Fault(calls, times, afterEffect, requireNonNull(exception, "exception"));
  }

  boolean isOf(Call call, boolean afterEffect) {
    return this.afterEffect == afterEffect && calls.matches(call);
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
                .formatted(call.pending(), this));
  }

  /** Returns the fault in words. */
  @Override
  public String toString() {
    return "fail %s%s, %s"
        .formatted(
            calls,
            afterEffect ? " after its effect" : "",
            times == ALWAYS ? "always" : times == 1 ? "once" : times + " times");
  }
}
