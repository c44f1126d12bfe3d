package io.github.durablestore.scenario;

import io.github.durablestore.egopb.DurableState;
import org.jspecify.annotations.Nullable;

/** What happened in a run, at which of its choices: a row of the picture. */
final class Event {
  final int place;
  final Actor actor;

  /** The call; {@code null} if the actor ended, or began to wait for another. */
  final @Nullable Step step;

  /** What was written or read. */
  @Nullable DurableState state;

  @Nullable Throwable thrown;

  /** Whether the exception is one that was injected. */
  boolean injected;

  /** Whether the store carried out the call, though its caller does not hear of it. */
  boolean replyLost;

  /** Whether the actor began to wait for another, instead of ending. */
  boolean waits;

  Event(int place, Actor actor, @Nullable Step step) {
    this.place = place;
    this.actor = actor;
    this.step = step;
  }
}
