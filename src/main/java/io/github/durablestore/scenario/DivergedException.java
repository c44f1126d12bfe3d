package io.github.durablestore.scenario;

/** Thrown when a run cannot repeat the choices of an earlier one. */
final class DivergedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String what;

  DivergedException(int place, String before, String now) {
    this("step %d was %s, and now is %s".formatted(place, before, now));
  }

  private DivergedException(String what) {
    super(what, null, false, false);
    this.what = what;
  }

  /** Returns the step that differs. */
  String what() {
    return what;
  }
}
