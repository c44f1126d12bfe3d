package io.github.durablestore.scenario;

/** Thrown when a run cannot repeat the choices of an earlier one. */
final class DivergedException extends Exception {
  private static final long serialVersionUID = 1L;

  DivergedException(int place, String before, String now) {
    super("step %d was %s, and now is %s".formatted(place, before, now), null, false, false);
  }
}
