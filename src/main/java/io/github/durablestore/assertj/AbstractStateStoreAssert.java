package io.github.durablestore.assertj;

import static java.util.Objects.requireNonNull;

import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.probe.StateStoreProbe;
import java.util.Optional;
import org.assertj.core.api.AbstractAssert;
import org.jspecify.annotations.Nullable;

/** Assertions about what a store holds. */
abstract class AbstractStateStoreAssert<
        S extends AbstractStateStoreAssert<S, A>, A extends StateStore>
    extends AbstractAssert<S, A> {
  AbstractStateStoreAssert(@Nullable A actual, Class<S> self) {
    super(actual, self);
  }

  /**
   * Verifies that the store has a state under an id.
   *
   * @param persistenceId the id
   * @return this
   */
  public S hasState(String persistenceId) {
    state(persistenceId);
    return myself;
  }

  /**
   * Verifies that the store has no state under an id.
   *
   * @param persistenceId the id
   * @return this
   */
  public S hasNoState(String persistenceId) {
    Optional<DurableState> latest = latest(persistenceId);
    if (latest.isPresent()) {
      throw failure(
          "expected no state of \"%s\" but there is:%n%s", persistenceId, Text.of(latest.get()));
    }
    return myself;
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

  /** Reads past a probe, whose calls and faults are for what is tested. */
  private Optional<DurableState> latest(String persistenceId) {
    requireNonNull(persistenceId, "persistenceId");
    isNotNull();
    StateStore store = actual instanceof StateStoreProbe probe ? probe.store() : actual;
    return store.getLatestState(persistenceId);
  }
}
