package io.github.durablestore.standin;

import io.github.durablestore.StateStore;

/** A store that stands in for another, which may be a different one at each call. */
public interface StandIn extends StateStore {
  /**
   * Returns the store that it stands in for now.
   *
   * @return the store
   * @throws IllegalStateException if there is none
   */
  StateStore original();
}
