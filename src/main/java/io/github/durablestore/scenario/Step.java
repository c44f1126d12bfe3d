package io.github.durablestore.scenario;

import io.github.durablestore.probe.Operation;
import io.github.durablestore.text.Text;
import org.jspecify.annotations.Nullable;

/** A call that an actor is about to make. A run that repeats choices must make the same calls. */
record Step(Operation operation, @Nullable String persistenceId) {

  /** Returns the step as in {@code read "account-42"}. */
  @Override
  public String toString() {
    return Text.call(operation.toString(), persistenceId, null);
  }
}
