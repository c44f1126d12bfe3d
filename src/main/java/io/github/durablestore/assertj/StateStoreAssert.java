package io.github.durablestore.assertj;

import io.github.durablestore.StateStore;
import org.jspecify.annotations.Nullable;

/**
 * Assertions about what a store holds. They read from it, so that one that is not connected throws
 * what it throws to any reader; of a probe, from the store that it wraps. No parameter may be
 * {@code null}.
 */
public final class StateStoreAssert extends AbstractStateStoreAssert<StateStoreAssert, StateStore> {
  StateStoreAssert(@Nullable StateStore actual) {
    super(actual, StateStoreAssert.class);
  }
}
