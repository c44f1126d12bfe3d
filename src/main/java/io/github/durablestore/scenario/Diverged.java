package io.github.durablestore.scenario;

/** Thrown when a run cannot repeat the choices of an earlier one; the message is what differs. */
final class Diverged extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * Whether an actor had waited for another by then, so that the JVM may have passed on a lock to
   * another than before.
   */
  final boolean isBehindWait;

  Diverged(String what, boolean isBehindWait) {
    super(what, null, false, false);
    this.isBehindWait = isBehindWait;
  }
}
