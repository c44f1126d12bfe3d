package io.github.durablestore.scenario;

import java.lang.management.ThreadInfo;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds out whether an actor leaves a lock, for which another waits, and enters a second one before
 * it stops. No stop lies in between, so that the one that waited never comes to the second lock
 * first, unless the JVM lets it.
 */
final class LockChanges {
  private final List<Actor> actors;

  /** For which lock each actor waits. */
  private final Map<Actor, String> waits = new HashMap<>();

  /** Which locks an actor has left for others, until it goes on from its first stop after that. */
  private final Map<Actor, Set<String>> left = new HashMap<>();

  LockChanges(List<Actor> actors) {
    this.actors = actors;
  }

  /** Notes that an actor waits for a lock; returns whether it is the second one of another. */
  boolean noteWait(Actor actor) {
    String lock = Locks.of(actor);
    if (lock.isEmpty()) {
      return false;
    }
    waits.put(actor, lock);
    return isSecond(actor, lock);
  }

  /**
   * Notes who no longer waits, now that all have stopped or wait; returns whether the one that had
   * the turn has entered a second lock, or waits for it.
   */
  boolean noteMoves(Actor last) {
    if (waits.isEmpty()) {
      return false;
    }
    Map<Actor, String> given = new HashMap<>();
    waits.forEach((actor, lock) -> noteMove(actor, lock, given));
    given.keySet().forEach(waits::remove);
    given.remove(last);
    if (last.isProcess || given.isEmpty()) {
      return false;
    }
    if (last.isBlocked) {
      String lock = waits.getOrDefault(last, "");
      return !lock.isEmpty()
          && given.entrySet().stream()
              .anyMatch(each -> !each.getValue().equals(lock) && mayHave(each.getKey(), last));
    }
    if (last.phase.isStop && last.phase != Actor.Phase.BETWEEN) {
      left.computeIfAbsent(last, actor -> new HashSet<>()).addAll(given.values());
    }
    return given.keySet().stream()
        .filter(actor -> actor.isBlocked && Locks.isAtAnyLock(actor))
        .anyMatch(this::noteWait);
  }

  private static void noteMove(Actor actor, String lock, Map<Actor, String> given) {
    if (!actor.isBlocked || !lock.equals(Locks.of(actor))) {
      given.put(actor, lock);
    }
  }

  /** Notes that an actor goes on. */
  void goesOn(Actor actor) {
    left.remove(actor);
  }

  private boolean isSecond(Actor waiting, String lock) {
    return left.entrySet().stream()
        .anyMatch(each -> !each.getValue().contains(lock) && mayHave(each.getKey(), waiting));
  }

  /** Returns whether an actor has the lock that another waits for, as far as is known. */
  private boolean mayHave(Actor actor, Actor waiting) {
    ThreadInfo info = Jvm.info(waiting.thread);
    return actor != waiting
        && info != null
        && (info.getLockOwnerId() == -1 || Watch.find(info.getLockOwnerId(), actors) == actor);
  }
}
