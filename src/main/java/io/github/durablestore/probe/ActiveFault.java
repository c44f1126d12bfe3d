package io.github.durablestore.probe;

/**
 * A fault that was injected, with the numbers of calls that it has let pass and that it has failed.
 *
 * <p>Safe for use by many threads.
 */
final class ActiveFault {
  private final Fault fault;
  private int skipped;
  private long fired;

  ActiveFault(Fault fault) {
    this.fault = fault;
  }

  Fault fault() {
    return fault;
  }

  /**
   * Counts a call if it matches, and returns whether this fault is to fail it. A call that another
   * fault fails is counted among those to skip, and never uses this one.
   */
  boolean claims(Call call, boolean replyLost, boolean failedByAnother) {
    if (failedByAnother && !isSkipping()) { // asks no predicate whose answer would not matter
      return false;
    }
    return fault.appliesTo(call, replyLost) && count(failedByAnother);
  }

  private synchronized boolean count(boolean failedByAnother) {
    if (isSkipping()) {
      skipped++;
      return false;
    }
    if (failedByAnother || isUsedUp()) {
      return false;
    }
    fired++;
    return true;
  }

  private synchronized boolean isSkipping() {
    return fault.skips(skipped);
  }

  synchronized boolean isUsedUp() {
    return fault.isUsedUp(fired);
  }

  synchronized boolean isFulfilled() {
    return fault.isFulfilled(fired);
  }

  /** Returns the fault in words, and how often it fired. */
  @Override
  public synchronized String toString() {
    return fault + ": " + fault.used(fired);
  }
}
