package io.github.durablestore.scenario;

import org.jspecify.annotations.Nullable;

/** An operation in a run: when it began and ended, and how. */
final class Ending {
  static final int NEVER = Integer.MAX_VALUE;

  final Actor actor;

  /** Its operation; {@code null} for a task. */
  final Plan.@Nullable Op<?> op;

  /** The actor to whose operations it belongs, by its place in the scenario; -1 for none. */
  final int role;

  /** Its place among the operations of its actor, from 0. */
  final int place;

  final int began;
  int ended = NEVER;
  @Nullable Result result;
  @Nullable Throwable thrown;

  /** What it threw, as it is compared and shown. */
  @Nullable Thrown threw;

  /** Whether a fault was injected into a call of it or of its tasks. */
  boolean hadFault;

  /** Whether it threw because of that. */
  boolean byFault;

  boolean afterRestart;

  /** Whether the check has looked at the exception, so that it does not fail the run. */
  boolean judged;

  Ending(Actor actor, Plan.@Nullable Op<?> op, int role, int place, int began) {
    this.actor = actor;
    this.op = op;
    this.role = role;
    this.place = place;
    this.began = began;
  }

  /** Returns the name of the operation, or of the task. */
  String name() {
    return op == null ? actor.name : op.name();
  }

  /** Returns whether it had begun, but not ended, when the process died. */
  boolean died() {
    return ended == NEVER;
  }

  /** Returns whether it is a certain operation, or a task of it. */
  boolean belongsTo(Ending other) {
    return this == other || (op == null && actor.operation() == other);
  }

  /** Returns whether both were going on at some time; what dies ends at the restart. */
  boolean overlaps(Ending other) {
    return began < other.ended && other.began < ended && !(died() && other.afterRestart);
  }

  /** Returns whether it returned normally. */
  boolean returned() {
    return !died() && thrown == null;
  }

  /** Returns whether it threw an exception, after a fault, that does not say so. */
  boolean hidesFault() {
    return hadFault && thrown != null && !byFault;
  }

  /** Returns how it ended, as in {@code returned 4300}. */
  String describe() {
    return describe(this);
  }

  /** Returns how it ended; of what is long, where it differs from that of another ending. */
  String describe(Ending other) {
    if (died()) {
      return "died";
    }
    if (threw != null) {
      return "threw "
          + (byFault
              ? threw.type().getSimpleName() + ", because of the fault"
              : threw.describe(other.threw));
    }
    boolean hasResult = op != null && op.hasResult();
    return hasResult && result != null
        ? "returned " + result.describe(other.result)
        : op == null ? "ended" : "returned";
  }
}
