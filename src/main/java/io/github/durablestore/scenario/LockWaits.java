package io.github.durablestore.scenario;

import io.github.durablestore.scenario.Actor.Phase;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Notes which actors wait for locks, as the JVM chooses who gets a lock, and which are woken at
 * once, as it chooses who goes on first.
 */
final class LockWaits {
  private static final String WOKEN_AT_ONCE =
      "several actors were woken at once, and the JVM chooses which goes on first";

  private static final String PARKED = "parked its thread";

  private final List<Actor> actors;
  private final Watch watch;
  private final Schedule schedule;
  private final Trace trace;
  private final Set<Actor> waiting = new HashSet<>();

  /** The choices after which an actor started to wait for something that may be no lock. */
  private final Set<Integer> others = new HashSet<>();

  private final LockChanges changes;
  private @Nullable Actor racer;
  private Set<String> racerHolds = Set.of();

  LockWaits(List<Actor> actors, Watch watch, Schedule schedule, Trace trace) {
    this.actors = actors;
    this.watch = watch;
    this.schedule = schedule;
    this.trace = trace;
    changes = new LockChanges(actors);
  }

  /** Notes that an actor goes on from a stop. */
  void goesOn(Actor actor) {
    changes.goesOn(actor);
  }

  /** Notes one that goes on beside another that is about to wait for a lock. */
  void beginBeside(@Nullable Actor beside) {
    racer = beside;
    racerHolds = beside == null ? Set.of() : Locks.monitors(beside);
  }

  /** Begins to look at an actor that has lost the turn. */
  void begin(Actor actor, boolean isAtLock) {
    if (!isAtLock || Locks.isShared(actor)) {
      waiting.add(actor);
    }
    actor.isNotedAtLock = isAtLock;
    actor.isInWait = !isAtLock && watch.isInWait(actor);
    boolean isOther = !isAtLock && !actor.isInWait && actor.verdict == Watch.Verdict.WAITING;
    actor.waitsIn = isOther ? Frames.method(actor.stack()) : "";
    actor.monitor = isOther ? "" : Locks.monitor(actor);
    actor.stopsWhenBlocked = actor.stopsWhenJudged;
  }

  /** Notes an actor that has lost the turn to wait for a lock, or for a notification. */
  void note(Actor actor) {
    int place = schedule.length() - 1;
    boolean isInQueue = isAnyOtherAtLock(actor);
    if (!isInQueue && (actor.isNotedAtLock || actor.isInWait)) {
      trace.lockWaits.add(place); // else it could get it before one that came earlier
    }
    if (!actor.waitsIn.isEmpty()) {
      others.add(place);
      if (Frames.isParkedByUser(actor.stack())) { // whether it is woken in vain cannot be seen
        trace.addOmission(actor, PARKED);
        waiting.remove(actor);
        schedule.isBehindWait = true;
      }
    }
    if (!actor.isNotedAtLock) {
      return;
    }
    schedule.isBehindWait = true;
    trace.hasQueue |= isInQueue;
    trace.hasReentry |= actor == racer && racerHolds.contains(actor.monitor);
    actor.lock = Locks.of(actor);
    trace.hasReentry |= hasPassedOn(actor.lock, actor);
    trace.hasReentry |= changes.noteWait(actor);
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

  /**
   * Notes those that were woken, and enter a lock beside their waker.
   *
   * @param waker who had the turn; {@code null} if others went on beside it
   */
  void noteWoken(@Nullable Actor waker) {
    trace.hasReentry |= waker != null && changes.noteMoves(waker);
    int before = waiting.size();
    waiting.removeIf(actor -> !actor.isBlocked);
    int woken = before - waiting.size();
    for (Actor actor : actors) {
      boolean hasMoved = !actor.isBlocked || actor.stopsWhenJudged != actor.stopsWhenBlocked;
      boolean isAtLock = actor.isBlocked && !actor.isNotedAtLock && watch.hasComeToLock(actor);
      if (isAtLock || (actor.isInWait && hasMoved)) {
        boolean isBack = !isAtLock && actor.isBlocked && watch.isInWait(actor);
        trace.hasContention = true;
        trace.hasHandOver |= isAtLock && !actor.isInWait; // else its waker held the lock before
        trace.hasReentry |= isBack && woken == 0; // its waker itself has what it was woken for
        trace.hasReentry |= actor.isInWait && hasLeft(waker, actor);
        actor.isNotedAtLock |= isAtLock;
        actor.isInWait = isBack;
        schedule.isBehindWait = true;
      } else if (!actor.waitsIn.isEmpty() && hasMoved) {
        noteWokenOf(actor, waker);
        woken += actor.isBlocked && !trace.hasOmission(actor, PARKED) ? 1 : 0;
      }
    }
    if (woken > 1) {
      trace.omissions.add(Trace.missing(WOKEN_AT_ONCE));
      schedule.isBehindWait = true;
    }
  }

  /**
   * Notes one that was woken, and perhaps waits again. A lock made by hand, for example of a
   * reference and a latch, is known by its use: who releases it goes on, and one of them waits.
   */
  private void noteWokenOf(Actor actor, @Nullable Actor waker) {
    boolean isBack = actor.isBlocked;
    if (waker != null && waker != actor && goesOn(waker, actor)) {
      trace.hasContention = true;
      trace.hasReentry = true;
      trace.lockWaits.addAll(others);
      schedule.isBehindWait = true;
    }
    actor.waitsIn = isBack ? actor.waitsIn : "";
    actor.stopsWhenBlocked = actor.stopsWhenJudged;
  }

  /** Returns whether one woke another, and then entered the lock again that both need. */
  private static boolean hasLeft(@Nullable Actor waker, Actor woken) {
    return waker != null
        && waker != woken
        && waker.isBlocked
        && (waker.isInWait || waker.isNotedAtLock)
        && waker.monitor.equals(woken.monitor);
  }

  /** Returns whether one woke another, and may have taken what it gave back. */
  private static boolean goesOn(Actor waker, Actor woken) {
    boolean waitsToo = waker.isBlocked && waker.waitsIn.equals(woken.waitsIn);
    boolean goesOn = waker.isBlocked || waker.phase == Phase.BEFORE_CALL;
    return !waker.isProcess && (waitsToo || (woken.isBlocked && goesOn));
  }
}
