package io.github.durablestore.scenario;

/** Thrown when a run cannot repeat the choices of an earlier one. */
final class Diverged extends Exception {
  private static final long serialVersionUID = 1L;

  private final String what;
  private final boolean isBehindWait;

  /**
   * Creates an exception.
   *
   * @param isBehindWait whether an actor had waited for another by then, so that the JVM may have
   *     passed on a lock to another than before
   */
  Diverged(String what, boolean isBehindWait) {
    super(what, null, false, false);
    this.what = what;
    this.isBehindWait = isBehindWait;
  }

  boolean isBehindWait() {
    return isBehindWait;
  }

  /** Returns the step that differs. */
  String what() {
    return what;
  }
}
