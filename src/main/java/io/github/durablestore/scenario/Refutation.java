package io.github.durablestore.scenario;

/** Thrown when the outcome of a run is none that is possible; its message is the whole story. */
final class Refutation extends Exception {
  private static final long serialVersionUID = 1L;

  Refutation(String message) {
    super(message, null, false, false);
  }
}
