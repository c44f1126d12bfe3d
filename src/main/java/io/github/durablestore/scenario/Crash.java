package io.github.durablestore.scenario;

import io.github.durablestore.text.Text;

/**
 * Unwinds an actor whose process has died. It is an error, so that handlers of exceptions ignore
 * it.
 */
final class Crash extends Error {
  private static final long serialVersionUID = 1L;

  Crash() {
    super("the process died in this run of the scenario", null, false, false);
  }

  /** Returns whether something was thrown because a process is dead. */
  static boolean isCauseOf(Throwable thrown) {
    return Text.causes(thrown).anyMatch(cause -> cause instanceof Crash);
  }
}
