package io.github.durablestore.scenario;

/** Thrown when the outcome of a run is none that is possible; its message is the whole story. */
final class Refutation extends Exception {
  private static final long serialVersionUID = 1L;

  private final String what;

  Refutation(String what) {
    super(what, null, false, false);
    this.what = what;
  }

  /** Returns the outcome, and those that are possible. */
  String what() {
    return what;
  }
}
