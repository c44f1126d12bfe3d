package io.github.durablestore.scenario;

import java.util.HashSet;
import java.util.Set;

/** The last calls of an actor, as far as they only read the same few states again. */
final class Repeats {
  private final Set<Step> different = new HashSet<>();
  private int calls;

  /** Returns whether the actor polls, as long as no one writes. */
  boolean arePolls() {
    return calls > Limits.IDLE_CALLS_IN_A_ROW;
  }

  /** Adds a call; returns how many in a row have only repeated reads. */
  int add(Step step) {
    calls++;
    different.add(step);
    if (step.isWrite() || different.size() >= Limits.DIFFERENT_CALLS) {
      clear();
    }
    return calls;
  }

  /** Begins again, as what is read may have changed. */
  void clear() {
    calls = 0;
    different.clear();
  }
}
