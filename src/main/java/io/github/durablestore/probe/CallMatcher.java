package io.github.durablestore.probe;

import static io.github.durablestore.text.Text.oneLine;
import static io.github.durablestore.text.Text.quote;
import static java.util.Objects.requireNonNull;

import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.text.Text;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Matches calls of a store by operation, persistence id and state.
 *
 * <p>Immutable. No parameter may be {@code null}. A predicate may be called by any thread that
 * calls the store. If it throws, so does the call.
 *
 * <pre>{@code
 * CallMatcher.writes().of("account-42").where(state -> state.getVersionNumber() == 3)
 * }</pre>
 */
public final class CallMatcher {
  private static final Set<Operation> WITH_ID =
      Set.of(Operation.WRITE_STATE, Operation.GET_LATEST_STATE);

  private final @Nullable Operation operation;
  private final @Nullable String exactId;
  private final @Nullable Predicate<String> id;
  private final String states;
  private final Predicate<DurableState> state;

  private CallMatcher(
      @Nullable Operation operation,
      @Nullable String exactId,
      @Nullable Predicate<String> id,
      String states,
      Predicate<DurableState> state) {
    this.operation = operation;
    this.exactId = exactId;
    this.id = id;
    this.states = states;
    this.state = state;
  }

  /**
   * Matches every call.
   *
   * @return the matcher
   */
  public static CallMatcher anyCall() {
    return new CallMatcher(null, null, null, "", state -> true);
  }

  /**
   * Matches the calls of one operation.
   *
   * @param operation the operation
   * @return the matcher
   */
  public static CallMatcher calls(Operation operation) {
    requireNonNull(operation, "operation");
    return new CallMatcher(operation, null, null, "", state -> true);
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
   * Matches writes of an id, for a method that takes only the id.
   *
   * @param action what the method does with them
   */
  static CallMatcher writesOf(String persistenceId, String action) {
    if (requireNonNull(persistenceId, "persistenceId").isEmpty()) {
      throw new IllegalArgumentException(
          "cannot %s writes of \"\": persistence id is empty; pass a non-empty id"
              .formatted(action));
    }
    return writes().of(persistenceId);
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
   * Narrows the matcher to calls with this id. Only writes and reads have one.
   *
   * @param persistenceId the id, compared exactly
   * @return a narrower matcher
   * @throws IllegalArgumentException if the id is empty, or the matcher requires another one
   *     already
   */
  public CallMatcher of(String persistenceId) {
    if (requireNonNull(persistenceId, "persistenceId").isEmpty()) {
      throw new IllegalArgumentException(
          "cannot match calls of \"\": persistence id is empty; pass a non-empty id, or a predicate for calls that a store refuses");
    }
    if (exactId != null && !exactId.equals(persistenceId)) {
      throw new IllegalArgumentException(
          "cannot narrow %s to calls of %s: it names an id already; use of(Predicate) for several ids"
              .formatted(this, quote(persistenceId)));
    }
    return new CallMatcher(operation, persistenceId, id, states, state);
  }

  /**
   * Narrows the matcher to calls whose id satisfies a predicate. Only writes and reads have an id.
   *
   * @param persistenceId the predicate
   * @return a narrower matcher
   */
  public CallMatcher of(Predicate<String> persistenceId) {
    requireNonNull(persistenceId, "persistenceId");
    return new CallMatcher(
        operation, exactId, id == null ? persistenceId : id.and(persistenceId), states, state);
  }

  /**
   * Narrows the matcher to calls whose state satisfies a predicate. A write has its state before it
   * reaches the store, a read only when the store has returned it.
   *
   * @param state the predicate
   * @return a narrower matcher
   */
  public CallMatcher where(Predicate<? super DurableState> state) {
    return where("the state matches", state);
  }

  /**
   * The same as {@link #where(Predicate)}, with a description for failures and dumps.
   *
   * @param description what is required of the state, as in {@code "the balance is negative"}
   * @param state the predicate
   * @return a narrower matcher
   * @throws IllegalArgumentException if the description is blank
   */
  public CallMatcher where(String description, Predicate<? super DurableState> state) {
    if (requireNonNull(description, "description").isBlank()) {
      throw new IllegalArgumentException(
          "cannot describe a state as %s: it is blank; pass words, or only the predicate"
              .formatted(quote(description)));
    }
    requireNonNull(state, "state");
    String words = (states.isEmpty() ? " where " : states + " and ") + description;
    return new CallMatcher(operation, exactId, id, words, this.state.and(state));
  }

  boolean matches(Call call) {
    return isNear(call)
        && hasMatchingId(call)
        && (states.isEmpty() || (call.state() != null && state.test(call.state())));
  }

  private boolean hasMatchingId(Call call) {
    String persistenceId = call.persistenceId();
    return !narrowsIds()
        || (persistenceId != null
            && (exactId == null || exactId.equals(persistenceId))
            && (id == null || id.test(persistenceId)));
  }

  private boolean narrowsIds() {
    return exactId != null || id != null;
  }

  /** Returns the id that it names, if any. */
  Stream<String> exactId() {
    return Stream.ofNullable(exactId);
  }

  @Nullable Operation operation() {
    return operation;
  }

  /**
   * Returns whether a call that failed would have matched. A read that failed has no state, so only
   * its id counts.
   */
  boolean matchesFailed(Call call) {
    try {
      return call.state() == null ? isNear(call) && hasMatchingId(call) : matches(call);
    } catch (RuntimeException | Error e) { // a predicate that nobody had asked about this call
      return false;
    }
  }

  /** Returns whether the operation of the call matches, whatever its id and state. */
  boolean isNear(Call call) {
    return operation == null || operation == call.operation();
  }

  /**
   * Refuses a matcher that no call can match.
   *
   * @param action what the matcher is used for
   * @param remedy where a read has its state; {@code null} if it has it here
   */
  void requireMatchable(String action, @Nullable String remedy) {
    boolean hasId = operation == null || WITH_ID.contains(operation);
    if (!hasId && (narrowsIds() || !states.isEmpty())) {
      throw new IllegalArgumentException(
          "cannot %s %s: %s has no id and no state; remove %s"
              .formatted(action, this, operation, narrowsIds() ? "of(...)" : "where(...)"));
    }
    if (remedy != null && operation == Operation.GET_LATEST_STATE && !states.isEmpty()) {
      throw new IllegalArgumentException(
          "cannot %s %s: a read has no state before the store returns it; %s"
              .formatted(action, this, remedy));
    }
  }

  /** Returns the matcher in words, as in {@code write "account-42"} or {@code any write}. */
  @Override
  public String toString() {
    String calls =
        operation == null || exactId == null
            ? "any " + (operation == null ? "call" : operation)
            : Text.call(operation.toString(), exactId, null);
    String ids = operation == null && exactId != null ? " of " + quote(exactId) : "";
    return calls + ids + (id == null ? "" : " with a matching id") + oneLine(states);
  }
}
