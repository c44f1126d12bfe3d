package io.github.durablestore.benchmark;

import io.github.durablestore.egopb.DurableState;

/** What is asked of every contender, so that each is measured by the same code. */
interface Store {
  void write(DurableState state);

  /** Returns the state, or {@code null}: what a caller makes of an absent one is not measured. */
  DurableState read(String persistenceId);
}
