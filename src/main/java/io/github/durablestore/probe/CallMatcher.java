package io.github.durablestore.probe;

import static java.util.Objects.requireNonNull;

import io.github.durablestore.egopb.DurableState;
import java.util.function.Predicate;

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
  private final String description;
  private final Predicate<Call> calls;

  private CallMatcher(String description, Predicate<Call> calls) {
    this.description = description;
    this.calls = calls;
  }

  /**
   * Matches every call.
   *
   * @return the matcher
   */
  public static CallMatcher anyCall() {
    return new CallMatcher("any call", call -> true);
  }

  /**
   * Matches the calls of one operation.
   *
   * @param operation the operation
   * @return the matcher
   */
  public static CallMatcher calls(Operation operation) {
    return new CallMatcher(
        requireNonNull(operation, "operation").toString(), call -> call.operation() == operation);
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
    requireNonNull(persistenceId, "persistenceId");
    return and(" of \"" + persistenceId + '"', call -> persistenceId.equals(call.persistenceId()));
  }

  /**
   * Narrows to calls whose state is such; a call without a state does not match. A write has its
   * state before it reaches the store, a read only when it has returned.
   *
   * @param state tells whether a state is meant
   * @return a narrower matcher
   */
  public CallMatcher where(Predicate<? super DurableState> state) {
    requireNonNull(state, "state");
    return and(" with such a state", call -> call.state() != null && state.test(call.state()));
  }

  private CallMatcher and(String narrower, Predicate<Call> others) {
    return new CallMatcher(description + narrower, calls.and(others));
  }

  boolean matches(Call call) {
    return calls.test(call);
  }

  /** Returns the matcher in words, as in {@code writeState of "account-42"}. */
  @Override
  public String toString() {
    return description;
  }
}
