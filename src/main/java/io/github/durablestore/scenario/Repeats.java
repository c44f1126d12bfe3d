package io.github.durablestore.scenario;

import io.github.durablestore.probe.Operation;
import java.util.HashSet;
import java.util.Set;

/** The last calls of an actor, as far as they only read the same few states again. */
final class Repeats {
  private final Set<Step> different = new HashSet<>();
  private int calls;

  /** Adds a call; returns how many in a row have only repeated reads. */
  int add(Step step) {
    calls++;
    different.add(step);
    if (step.operation() == Operation.WRITE_STATE || different.size() >= Limits.DIFFERENT_CALLS) {
      clear();
    }
    return calls;
  }

  void clear() {
    calls = 0;
    different.clear();
  }
}
