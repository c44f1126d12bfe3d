package io.github.durablestore.assertj;

import io.github.durablestore.StateStore;
import org.jspecify.annotations.Nullable;

/**
 * Assertions about the contents of a store. They read from the store, or from the store inside a
 * probe; it must be connected. Another decorator is asked itself, as it may change what is read, so
 * a probe inside it records these calls. No parameter may be {@code null}.
 */
public final class StateStoreAssert extends AbstractStateStoreAssert<StateStoreAssert, StateStore> {
  StateStoreAssert(@Nullable StateStore actual) {
    super(actual, StateStoreAssert.class);
  }
}
