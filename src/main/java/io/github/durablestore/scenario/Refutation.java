package io.github.durablestore.scenario;

/** Thrown when the outcome of a run is not allowed. Its message says everything. */
final class Refutation extends Exception {
  private static final long serialVersionUID = 1L;

  private final String what;

  Refutation(String what) {
    super(what, null, false, false);
    this.what = what;
  }

  /** Returns the outcome and the allowed ones. */
  String what() {
    return what;
  }
}
