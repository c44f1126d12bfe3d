package io.github.durablestore.benchmark;

import io.github.durablestore.egopb.DurableState;

/** The operations of a contender, so that the same code measures them all. */
interface Store {
  void write(DurableState state);

  /** Returns the state, or {@code null}: how a caller handles an absent one is not measured. */
  DurableState read(String persistenceId);
}
