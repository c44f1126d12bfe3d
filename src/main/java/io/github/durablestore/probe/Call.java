package io.github.durablestore.probe;

import static io.github.durablestore.text.Text.oneLine;

import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.text.Text;
import org.jspecify.annotations.Nullable;

/**
 * A recorded call and its outcome.
 *
 * @param operation the method that was called
 * @param persistenceId the id of a write or a read; {@code null} for other calls, and if the caller
 *     passed none
 * @param state the state that was written, or that was read; {@code null} if none was
 * @param thrown what the call threw; {@code null} if it threw nothing
 * @param tookEffect whether the store carried the call out; also true if the reply was lost, so
 *     that the call threw
 */
public record Call(
    Operation operation,
    @Nullable String persistenceId,
    @Nullable DurableState state,
    @Nullable Throwable thrown,
    boolean tookEffect) {

  Call(Operation operation, @Nullable String persistenceId, @Nullable DurableState state) {
    this(operation, persistenceId, state, null, false);
  }

  /**
   * Returns whether the call returned to its caller.
   *
   * @return {@code false} if it threw
   */
  public boolean succeeded() {
    return thrown == null;
  }

  /** Returns the call after the store has carried it out. */
  Call carriedOut(@Nullable DurableState read) {
    return new Call(operation, persistenceId, read == null ? state : read, null, true);
  }

  Call failed(Throwable thrown) {
    return new Call(operation, persistenceId, state, thrown, tookEffect);
  }

  /** Returns the call in one line, as in {@code write "account-42" version 3}. */
  @Override
  public String toString() {
    if (thrown != null) {
      return description() + (tookEffect ? " (reply lost)" : "") + " threw " + oneLine(thrown);
    }
    boolean readNothing = operation == Operation.GET_LATEST_STATE && tookEffect && state == null;
    return description() + (readNothing ? " empty" : "");
  }

  /** Returns what the caller wanted, as in {@code write state of "account-42"}. */
  String action() {
    return Text.action(operation.toString(), persistenceId);
  }

  /** Returns the call while it is in flight. */
  String soFar() {
    return description() + (tookEffect ? " (took effect)" : "");
  }

  /** Returns the call without its outcome. */
  String description() {
    return Text.call(operation.toString(), persistenceId, state);
  }
}
