package io.github.durablestore.probe;

import static java.util.Objects.requireNonNull;

import io.github.durablestore.StateStoreException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A failure for {@link StateStoreProbe#inject}. It says which calls fail, how often, with which
 * exception, and whether before or after they take effect.
 *
 * <p>Immutable. No parameter may be {@code null}.
 *
 * <pre>{@code
 * probe.inject(Fault.on(anyCall()));                           // the next call
 * probe.inject(Fault.on(writes()).times(3));                   // the next three writes
 * probe.inject(Fault.on(writes()).skip(2));                    // the third write from now
 * probe.inject(Fault.on(reads().of("account-42")).always());   // until clearFaults()
 * probe.inject(Fault.on(writes()).replyLost().throwing(() -> new StateStoreException("no answer")));
 * }</pre>
 */
public final class Fault {
  /** The value of {@link #times} for a fault that fails every call. */
  static final int ALWAYS = 0;

  final CallMatcher calls;
  final int skip;
  final int times;
  private final boolean replyLost;
  private final @Nullable Supplier<? extends RuntimeException> exception;

  private Fault(
      CallMatcher calls,
      int skip,
      int times,
      boolean replyLost,
      @Nullable Supplier<? extends RuntimeException> exception) {
    this.calls = calls;
    this.skip = skip;
    this.times = times;
    this.replyLost = replyLost;
    this.exception = exception;
  }

  /**
   * Fails the next matching call with a {@link StateStoreException}, before it reaches the store.
   *
   * @param calls the calls
   * @return the fault
   */
  public static Fault on(CallMatcher calls) {
    return new Fault(requireNonNull(calls, "calls"), 0, 1, false, null);
  }

  /**
   * Lets the first matching calls pass, and fails those after them. A matching call that another
   * fault fails counts as one that passed. So {@code skip(0)}, {@code skip(1)} and {@code skip(2)},
   * injected together, fail the next three calls.
   *
   * @param calls the number of calls that pass, at least 0
   * @return the altered fault
   * @throws IllegalArgumentException if {@code calls} is negative
   */
  public Fault skip(int calls) {
    if (calls < 0) {
      throw new IllegalArgumentException(
          "cannot skip " + calls + " calls: it is negative; pass 0 to fail the next call");
    }
    return new Fault(this.calls, calls, times, replyLost, exception);
  }

  /**
   * Fails several calls instead of one.
   *
   * @param times the number, at least 1
   * @return the altered fault
   * @throws IllegalArgumentException if {@code times} is less than 1
   */
  public Fault times(int times) {
    if (times < 1) {
      throw new IllegalArgumentException(
          "cannot fail " + times + " calls: it is less than 1; inject no fault");
    }
    return new Fault(calls, skip, times, replyLost, exception);
  }

  /**
   * Fails every matching call until {@link StateStoreProbe#clearFaults()}.
   *
   * @return the altered fault
   */
  public Fault always() {
    return new Fault(calls, skip, ALWAYS, replyLost, exception);
  }

  /**
   * Fails a call after the store has carried it out: the call takes effect, but its caller gets an
   * exception. A call that fails before that, or that the store itself refuses, neither uses the
   * fault nor counts for {@link #skip}.
   *
   * @return the altered fault
   */
  public Fault replyLost() {
    return new Fault(calls, skip, times, true, exception);
  }

  /**
   * Fails with another exception. If the supplier throws, the call throws that; if it returns
   * {@code null}, the call throws a {@link NullPointerException}. The fault is used in both cases.
   *
   * @param exception makes a new exception for each call, in the thread of the call
   * @return the altered fault
   */
  public Fault throwing(Supplier<? extends RuntimeException> exception) {
    return new Fault(calls, skip, times, replyLost, requireNonNull(exception, "exception"));
  }

  void requireMatchable() {
    calls.requireMatchable("fail", replyLost ? null : "add replyLost()");
  }

  boolean appliesTo(Call call, boolean replyLost) {
    return this.replyLost == replyLost && calls.matches(call);
  }

  RuntimeException exceptionFor(Call call) {
    return exception != null
        ? requireNonNull(exception.get(), "exception")
        : new StateStoreException(
            "injected fault: " + call.description() + (replyLost ? ", reply lost" : ""));
  }

  /** Returns the fault in words. */
  @Override
  public String toString() {
    return "fail %s%s, %s%s"
        .formatted(
            calls,
            replyLost ? " with its reply lost" : "",
            times == ALWAYS ? "always" : times == 1 ? "once" : times + " times",
            skip == 0 ? "" : ", after the first " + skip);
  }
}
