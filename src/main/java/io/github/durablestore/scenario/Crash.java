package io.github.durablestore.scenario;

/**
 * Unwinds an actor whose process has died. It is an error, so that handlers of exceptions ignore
 * it.
 */
final class Crash extends Error {
  private static final long serialVersionUID = 1L;

  Crash() {
    super("the process died in this run of the scenario", null, false, false);
  }
}
