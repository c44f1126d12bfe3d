package io.github.durablestore.scenario;

import io.github.durablestore.probe.Operation;
import io.github.durablestore.text.Text;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A call that an actor is about to make. A run that repeats choices must make the same calls. */
record Step(Operation operation, @Nullable String persistenceId) {

  boolean isWrite() {
    return operation == Operation.WRITE_STATE;
  }

  // The generated two would cost a fresh JVM some 25 ms, for method handles.

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Step step
        && operation == step.operation
        && Objects.equals(persistenceId, step.persistenceId);
  }

  @Override
  public int hashCode() {
    return Objects.hash(operation, persistenceId);
  }

  /** Returns the step as in {@code read "account-42"}. */
  @Override
  public String toString() {
    return Text.call(operation.toString(), persistenceId, null);
  }
}
