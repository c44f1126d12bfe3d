package io.github.durablestore.scenario;

import static io.github.durablestore.text.Text.quote;

import io.github.durablestore.probe.Operation;
import org.jspecify.annotations.Nullable;

/** A call that an actor is about to make. A run that repeats choices must make the same calls. */
record Step(Operation operation, @Nullable String persistenceId) {

  /** Returns the step as in {@code read "account-42"}. */
  @Override
  public String toString() {
    String name =
        switch (operation) {
          case WRITE_STATE -> "write";
          case GET_LATEST_STATE -> "read";
          default -> operation.toString();
        };
    return persistenceId == null ? name : name + " " + quote(persistenceId);
  }
}
