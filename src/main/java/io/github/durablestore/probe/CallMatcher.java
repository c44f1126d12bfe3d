package io.github.durablestore.probe;

import static java.util.Objects.requireNonNull;

import io.github.durablestore.egopb.DurableState;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which calls of a store are meant: those of an operation, of a persistence id, with a state such
 * as this.
 *
 * <p>Immutable. No parameter may be {@code null}.
 *
 * <pre>{@code
 * CallMatcher.writes().of("account-42").where(state -> state.getVersionNumber() == 3)
 * }</pre>
 */
public final class CallMatcher {
  private static final CallMatcher ANY = new CallMatcher(null, null, null);

  private final @Nullable Operation operation;
  private final @Nullable String persistenceId;
  private final @Nullable Predicate<? super DurableState> state;

  private CallMatcher(
      @Nullable Operation operation,
      @Nullable String persistenceId,
      @Nullable Predicate<? super DurableState> state) {
    this.operation = operation;
    this.persistenceId = persistenceId;
    this.state = state;
  }

  /**
   * Matches every call.
   *
   * @return the matcher
   */
  public static CallMatcher anyCall() {
    return ANY;
  }

  /**
   * Matches the calls of one operation.
   *
   * @param operation the operation
   * @return the matcher
   */
  public static CallMatcher calls(Operation operation) {
    return new CallMatcher(requireNonNull(operation, "operation"), null, null);
  }

  /**
   * Matches writes.
   *
   * @return the matcher
   */
  public static CallMatcher writes() {
    return calls(Operation.WRITE_STATE);
  }

  /**
   * Matches reads.
   *
   * @return the matcher
   */
  public static CallMatcher reads() {
    return calls(Operation.GET_LATEST_STATE);
  }

  /**
   * Narrows to one id; a call without an id does not match.
   *
   * @param persistenceId the id, compared exactly
   * @return a narrower matcher
   */
  public CallMatcher of(String persistenceId) {
    return new CallMatcher(operation, requireNonNull(persistenceId, "persistenceId"), state);
  }

  /**
   * Narrows to calls whose state is such; a call without a state does not match. A write has its
   * state before it reaches the store, a read only when it has returned.
   *
   * @param state tells whether a state is meant
   * @return a narrower matcher
   */
  public CallMatcher where(Predicate<? super DurableState> state) {
    return new CallMatcher(operation, persistenceId, requireNonNull(state, "state"));
  }

  boolean matches(Call call) {
    return (operation == null || operation == call.operation())
        && (persistenceId == null || persistenceId.equals(call.persistenceId()))
        && (state == null || (call.state() != null && state.test(call.state())));
  }

  /** Returns the matcher in words, as in {@code writeState of "account-42"}. */
  @Override
  public String toString() {
    return (operation == null ? "any call" : operation.toString())
        + (persistenceId == null ? "" : " of \"" + persistenceId + '"')
        + (state == null ? "" : " with such a state");
  }
}
