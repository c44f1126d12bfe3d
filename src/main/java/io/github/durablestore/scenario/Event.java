package io.github.durablestore.scenario;

import io.github.durablestore.egopb.DurableState;
import org.jspecify.annotations.Nullable;

/** Something that happened in a run, after a certain number of choices: a row of the picture. */
final class Event {
  final int place;
  final Actor actor;

  /** The call; {@code null} if the actor ended or started to wait for another. */
  final @Nullable Step step;

  /** The state that was written or read. */
  @Nullable DurableState state;

  @Nullable Throwable thrown;

  /** Whether the exception was injected. */
  boolean injected;

  /** Whether the call took effect although it threw. */
  boolean replyLost;

  /** Whether the actor started to wait for another, rather than ended. */
  boolean waits;

  Event(int place, Actor actor, @Nullable Step step) {
    this.place = place;
    this.actor = actor;
    this.step = step;
  }
}
