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

  /** Notes an actor that has lost the turn to wait for a lock. */
  void note(Actor actor) {
    schedule.noteWait();
    boolean isInQueue = isAnyOtherAtLock(actor);
    trace.hasQueue |= isInQueue;
    if (!isInQueue) { // else it could get the lock before one that came earlier
      trace.lockWaits.add(schedule.length() - 1);
    }
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
    if (before - waiting.size() > 1) {
      trace.omissions.add(WOKEN_AT_ONCE);
      schedule.noteWait();
    }
    for (Actor actor : actors) {
      boolean isAtLock = actor.isBlocked && !actor.isNotedAtLock && watch.hasComeToLock(actor);
      boolean hasMoved = !actor.isBlocked || actor.stopsWhenJudged != actor.stopsWhenBlocked;
      if (isAtLock || (actor.isInWait && hasMoved)) {
        trace.hasContention = true;
        trace.hasHandOver |= isAtLock && !actor.isInWait; // else its waker held the lock before
        actor.isNotedAtLock |= isAtLock;
        actor.isInWait = false;
        schedule.noteWait();
      }
    }
  }
}
