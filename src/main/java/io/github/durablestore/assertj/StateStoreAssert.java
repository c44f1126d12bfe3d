package io.github.durablestore.assertj;

import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import java.util.Optional;
import org.assertj.core.api.AbstractAssert;
import org.jspecify.annotations.Nullable;

/**
 * Assertions about what a store holds. They read from it, so that one that is not connected throws
 * what it throws to any reader. No parameter may be {@code null}.
 */
public final class StateStoreAssert extends AbstractAssert<StateStoreAssert, StateStore> {
  StateStoreAssert(@Nullable StateStore actual) {
    super(actual, StateStoreAssert.class);
  }

  /**
   * Verifies that the store has a state under an id.
   *
   * @param persistenceId the id
   * @return this
   */
  public StateStoreAssert hasState(String persistenceId) {
    state(persistenceId);
    return this;
  }

  /**
   * Verifies that the store has no state under an id.
   *
   * @param persistenceId the id
   * @return this
   */
  public StateStoreAssert hasNoState(String persistenceId) {
    latest(persistenceId)
        .ifPresent(
            state -> {
              throw failure(
                  "expected no state of \"%s\" but there is:%n%s", persistenceId, Text.of(state));
            });
    return this;
  }

  /**
   * Verifies that the store has a state under an id, and goes on to it.
   *
   * @param persistenceId the id
   * @return assertions about the state
   */
  public DurableStateAssert state(String persistenceId) {
    DurableState state =
        latest(persistenceId)
            .orElseThrow(
                () -> failure("expected a state of \"%s\" but there is none", persistenceId));
    return new DurableStateAssert(state).as(info.description());
  }

  private Optional<DurableState> latest(String persistenceId) {
    isNotNull();
    return actual.getLatestState(persistenceId);
  }
}
