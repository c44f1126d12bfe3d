package io.github.durablestore.scenario;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Notes which actors wait for locks, as the JVM chooses who gets a lock, and which are woken at
 * once, as it chooses who goes on first.
 */
final class LockWaits {
  private static final String WOKEN_AT_ONCE =
      "orders may be missing, as several actors were woken at once, and the JVM chooses which goes on first";

  private final List<Actor> actors;
  private final Watch watch;
  private final Schedule schedule;
  private final Trace trace;
  private final Set<Actor> waiting = new HashSet<>();

  LockWaits(List<Actor> actors, Watch watch, Schedule schedule, Trace trace) {
    this.actors = actors;
    this.watch = watch;
    this.schedule = schedule;
    this.trace = trace;
  }

  /** Begins to look at an actor that has lost the turn. */
  void begin(Actor actor, boolean isAtLock) {
    if (!isAtLock || Locks.isShared(actor)) {
      waiting.add(actor);
    }
    actor.isNotedAtLock = isAtLock;
    actor.isInWait = !isAtLock && watch.isInWait(actor);
    actor.stopsWhenBlocked = actor.stopsWhenJudged;
  }

  /** Notes an actor that has lost the turn to wait for a lock, or for a notification. */
  void note(Actor actor) {
    boolean isInQueue = isAnyOtherAtLock(actor);
    if (!isInQueue && (actor.isNotedAtLock || actor.isInWait)) {
      trace.lockWaits.add(
          schedule.length() - 1); // else it could get it before one that came earlier
    }
    if (!actor.isNotedAtLock) {
      return;
    }
    schedule.noteWait();
    trace.hasQueue |= isInQueue;
    actor.lock = Locks.of(actor);
    trace.hasReentry |= hasPassedOn(actor.lock, actor);
    actor.countWaits();
  }

  /** Returns whether an actor left a lock, for which another waited, before it waits for it. */
  private boolean hasPassedOn(String lock, Actor actor) {
    return !lock.isEmpty()
        && actors.stream()
            .anyMatch(
                other ->
                    other != actor
                        && other.isBlocked
                        && other.isNotedAtLock
                        && lock.equals(other.lock)
                        && !lock.equals(Locks.of(other)));
  }

  private boolean isAnyOtherAtLock(Actor actor) {
    return actors.stream()
        .anyMatch(other -> other != actor && other.isBlocked && other.isNotedAtLock);
  }

  /** Notes those that were woken, and enter a lock beside their waker. */
  void noteWoken() {
    int before = waiting.size();
    waiting.removeIf(actor -> !actor.isBlocked);
    int woken = before - waiting.size();
    if (woken > 1) {
      trace.omissions.add(WOKEN_AT_ONCE);
      schedule.noteWait();
    }
    for (Actor actor : actors) {
      boolean hasMoved = !actor.isBlocked || actor.stopsWhenJudged != actor.stopsWhenBlocked;
      boolean isAtLock = actor.isBlocked && !actor.isNotedAtLock && watch.hasComeToLock(actor);
      if (isAtLock || (actor.isInWait && hasMoved)) {
        boolean isBack = !isAtLock && actor.isBlocked && watch.isInWait(actor);
        trace.hasContention = true;
        trace.hasHandOver |= isAtLock && !actor.isInWait; // else its waker held the lock before
        trace.hasReentry |= isBack && woken == 0; // its waker itself has what it was woken for
        actor.isNotedAtLock |= isAtLock;
        actor.isInWait = isBack;
        schedule.noteWait();
      }
    }
  }
}
