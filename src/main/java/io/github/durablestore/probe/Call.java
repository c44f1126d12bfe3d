package io.github.durablestore.probe;

import io.github.durablestore.egopb.DurableState;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A call of a store, and what came of it.
 *
 * @param operation the method that was called
 * @param persistenceId the id, of a write or a read
 * @param state the state that was written, or that was read; {@code null} if none was
 * @param thrown what the call threw; {@code null} if it returned
 */
public record Call(
    Operation operation,
    @Nullable String persistenceId,
    @Nullable DurableState state,
    @Nullable Throwable thrown) {

  /**
   * Tells whether the call returned.
   *
   * @return {@code false} if it threw
   */
  public boolean succeeded() {
    return thrown == null;
  }

  Call returning(Optional<DurableState> read) {
    return new Call(operation, persistenceId, read.orElse(state), null);
  }

  Call failed(Throwable thrown) {
    return new Call(operation, persistenceId, state, thrown);
  }

  /** Returns the call in one line, as in {@code writeState "account-42" version 3}. */
  @Override
  public String toString() {
    if (thrown != null) {
      return description() + " threw " + thrown;
    }
    return operation == Operation.GET_LATEST_STATE && state == null
        ? description() + " empty"
        : description();
  }

  /** Returns the call without what came of it. */
  String description() {
    var line = new StringBuilder(operation.toString());
    if (persistenceId != null) {
      line.append(" \"").append(persistenceId).append('"');
    }
    if (state != null) {
      line.append(" version ").append(Long.toUnsignedString(state.getVersionNumber()));
    }
    return line.toString();
  }
}
