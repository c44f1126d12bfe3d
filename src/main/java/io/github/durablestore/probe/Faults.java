package io.github.durablestore.probe;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The faults that were injected into a probe, in this order, and how often each was used.
 *
 * <p>Safe for use by many threads. Predicates are asked without a lock, and before anything is
 * counted: if one throws, no fault is used.
 */
final class Faults {
  private final List<Injected> all = new CopyOnWriteArrayList<>();

  void add(Fault fault) {
    all.add(new Injected(fault));
  }

  void clear() {
    all.clear();
  }

  /** Returns the faults that have not fired as often as expected. */
  Stream<Injected> unused() {
    return all.stream().filter(injected -> !injected.isFulfilled());
  }

  /**
   * Counts a call, and returns the fault that fails it. A call that one fault fails is counted
   * among those that the others skip, and never uses them.
   *
   * @return the fault; {@code null} if none fails the call
   */
  @Nullable Fault use(Call call, boolean replyLost) {
    while (true) {
      var matching = new ArrayList<Injected>();
      boolean fails = false;
      for (Injected injected : all) {
        // asks no predicate whose answer would not matter
        if ((!fails || injected.skips()) && injected.fault.appliesTo(call, replyLost)) {
          matching.add(injected);
          fails |= injected.isReady();
        }
      }
      Injected firing = matching.isEmpty() ? null : count(matching, fails);
      if (firing != null || !fails) {
        return firing == null ? null : firing.fault;
      }
    }
  }

  /** Counts nothing if a fault should fire that another thread has used up in the meantime. */
  private synchronized @Nullable Injected count(List<Injected> matching, boolean fails) {
    Injected firing = matching.stream().filter(Injected::isReady).findFirst().orElse(null);
    if (firing == null && fails) {
      return null;
    }
    for (Injected injected : matching) {
      if (injected.skips()) {
        injected.skipped++;
      }
    }
    if (firing != null && ++firing.fired == firing.fault.times) {
      all.remove(firing);
    }
    return firing;
  }

  /** A fault, with the numbers of calls that it has let pass and that it has failed. */
  static final class Injected {
    final Fault fault;
    private volatile int skipped;
    private volatile long fired;

    private Injected(Fault fault) {
      this.fault = fault;
    }

    private boolean skips() {
      return skipped < fault.skip;
    }

    /** Returns whether the fault fails the next call that matches. */
    private boolean isReady() {
      return !skips() && (fault.times == Fault.ALWAYS || fired < fault.times);
    }

    private boolean isFulfilled() {
      return fired >= Math.max(1, fault.times);
    }

    /** Returns the fault in words, and how often it fired. */
    @Override
    public String toString() {
      return fault.times == Fault.ALWAYS && fired == 0
          ? fault + ": never used"
          : "%s: used %d of %d times".formatted(fault, fired, Math.max(1, fault.times));
    }
  }
}
