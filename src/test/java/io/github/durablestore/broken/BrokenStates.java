package io.github.durablestore.broken;

import static java.util.Objects.requireNonNull;

import io.github.durablestore.StateStoreException;
import io.github.durablestore.egopb.DurableState;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** A store that keeps something else than is written, as a map of ids or of states says. */
public final class BrokenStates extends BrokenStateStore {
  private final UnaryOperator<String> ids;
  private final UnaryOperator<DurableState> states;

  private BrokenStates(UnaryOperator<String> ids, UnaryOperator<DurableState> states) {
    this.ids = ids;
    this.states = states;
  }

  /** Takes ids for one another. */
  public static BrokenStates ids(UnaryOperator<String> ids) {
    return new BrokenStates(ids, state -> state);
  }

  /** Refuses some ids. */
  public static BrokenStates refusingIds(Predicate<String> refused) {
    return ids(
        id -> {
          if (refused.test(id)) {
            throw new StateStoreException("syntax error");
          }
          return id;
        });
  }

  /** Changes states. */
  public static BrokenStates states(UnaryOperator<DurableState> states) {
    return new BrokenStates(id -> id, states);
  }

  /** Changes states, by a builder. */
  public static BrokenStates edits(UnaryOperator<DurableState.Builder> edit) {
    return states(state -> edit.apply(state.toBuilder()).build());
  }

  @Override
  public void writeState(DurableState state) {
    String id = requireNonNull(state, "state").getPersistenceId();
    if (!id.isEmpty()) {
      state = states.apply(state).toBuilder().setPersistenceId(ids.apply(id)).build();
    }
    store.writeState(state);
  }

  @Override
  public Optional<DurableState> getLatestState(String persistenceId) {
    boolean named = !requireNonNull(persistenceId, "persistenceId").isEmpty();
    return store
        .getLatestState(named ? ids.apply(persistenceId) : persistenceId)
        .map(state -> state.toBuilder().setPersistenceId(persistenceId).build());
  }
}
