package io.github.durablestore.assertj;

import static io.github.durablestore.assertj.MessageRepresentation.carryOver;
import static io.github.durablestore.text.Text.quote;
import static java.util.Objects.requireNonNull;

import io.github.durablestore.NotConnectedException;
import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.probe.StateStoreProbe;
import io.github.durablestore.standin.StandIn;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.assertj.core.api.AbstractAssert;
import org.jspecify.annotations.Nullable;

/** Assertions about the contents of a store. */
abstract class AbstractStateStoreAssert<
        S extends AbstractStateStoreAssert<S, A>, A extends StateStore>
    extends AbstractAssert<S, A> {
  AbstractStateStoreAssert(@Nullable A actual, Class<S> self) {
    super(actual, self);
    MessageRepresentation.use(info, actual);
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
    latest(persistenceId)
        .ifPresent(
            state -> {
              throw failure(
                  "expected no state of %s but there is:\n%s",
                  quote(persistenceId), info.representation().toStringOf(state));
            });
    return myself;
  }

  /**
   * Verifies that the store has a state under an id, and returns assertions about it.
   *
   * @param persistenceId the id
   * @return assertions about the state
   */
  public DurableStateAssert state(String persistenceId) {
    DurableState state =
        latest(persistenceId)
            .orElseThrow(
                () ->
                    failure(
                        "expected a state of %s but there is none%s",
                        StateIds.quote(persistenceId, innermost(actual)),
                        StateIds.near(persistenceId, innermost(actual))));
    return carryOver(info, new DurableStateAssert(state, innermost(actual)));
  }

  /**
   * Verifies the ids of all states in the store, which must be a {@code MemoryStateStore} or a
   * probe around one. Other stores cannot list their ids.
   *
   * @param persistenceIds the ids, in any order
   * @return this
   */
  public S hasOnlyStates(String... persistenceIds) {
    Set<String> expected = new TreeSet<>();
    for (String persistenceId : persistenceIds) {
      expected.add(requireId(persistenceId));
    }
    isNotNull();
    StateStore store = innermost(actual);
    Set<String> found = StateIds.of(store);
    if (found == null) {
      throw failure(
          "cannot list the ids of %s; use hasState(...) and hasNoState(...)",
          store.getClass().getName());
    }
    Set<String> missing = without(expected, found);
    Set<String> others = without(found, expected);
    if (!missing.isEmpty() || !others.isEmpty()) {
      throw failure(
          "%s but%s%s%s",
          expected.isEmpty()
              ? "expected no states"
              : "expected only states of " + StateIds.inWords(expected, others),
          missing.isEmpty() ? "" : " there are none of " + StateIds.inWords(missing, others),
          missing.isEmpty() || others.isEmpty() ? "" : " and",
          others.isEmpty() ? "" : " there are states of " + StateIds.inWords(others, missing));
    }
    return myself;
  }

  /**
   * Verifies that the store is empty. It must be a {@code MemoryStateStore} or a probe around one.
   *
   * @return this
   */
  public S hasNoStates() {
    return hasOnlyStates();
  }

  private static String requireId(String persistenceId) {
    if (requireNonNull(persistenceId, "persistenceId").isEmpty()) {
      throw new IllegalArgumentException(
          "cannot check state of \"\": persistence id is empty; pass a non-empty id");
    }
    return persistenceId;
  }

  private static Set<String> without(Set<String> ids, Set<String> others) {
    Set<String> rest = new TreeSet<>(ids);
    rest.removeAll(others);
    return rest;
  }

  private Optional<DurableState> latest(String persistenceId) {
    requireId(persistenceId);
    isNotNull();
    try {
      return requireNonNull(
          innermost(actual).getLatestState(persistenceId),
          "getLatestState returned null; return an Optional");
    } catch (NotConnectedException e) {
      AssertionError failure =
          failure(
              "%s; if the tested code has closed the store, create it with OnDisconnect.KEEP, and"
                  + " connect it again",
              e.getMessage());
      failure.initCause(e);
      throw failure;
    }
  }

  /**
   * Returns the store inside probes, which must not record or fail the calls of an assertion. Other
   * decorators are asked themselves, as they may change what is read.
   */
  static StateStore innermost(StateStore actual) {
    if (actual instanceof StandIn standIn) {
      return innermost(standIn.original());
    }
    return actual instanceof StateStoreProbe probe ? innermost(probe.store()) : actual;
  }
}
