package io.github.durablestore.scenario;

import io.github.durablestore.egopb.DurableState;
import org.jspecify.annotations.Nullable;

/** Something that happened in a run. */
final class Event {
  enum Kind {
    /** The actor got the turn from another. */
    TURN,
    CALL,
    /** The actor started to wait for another. */
    WAIT,
    /** An operation or a task ended. */
    END,
    /** The process died. */
    CRASH
  }

  final Kind kind;
  final Actor actor;

  /** The call; {@code null} for another kind. */
  final @Nullable Step step;

  /** The state that is written, or was read. */
  @Nullable DurableState state;

  @Nullable Throwable thrown;

  /** Whether the exception was injected. */
  boolean injected;

  /** Whether the call took effect although it threw. */
  boolean replyLost;

  /** What ended; {@code null} for another kind. */
  final @Nullable Ending ending;

  Event(Kind kind, Actor actor, @Nullable Step step, @Nullable Ending ending) {
    this.kind = kind;
    this.actor = actor;
    this.step = step;
    this.ending = ending;
  }
}
