package io.github.durablestore.scenario;

import io.github.durablestore.scenario.Actor.Phase;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Waits for those that lost the turn: each has stopped, or is known to wait still. */
final class Settling {
  private static final long WAKE_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

  private final List<Actor> actors;
  private final Watch watch;
  private final Trace trace;
  private final boolean isReplay;

  Settling(List<Actor> actors, Watch watch, Trace trace, boolean isReplay) {
    this.actors = actors;
    this.watch = watch;
    this.trace = trace;
    this.isReplay = isReplay;
  }

  /**
   * Waits.
   *
   * @param last who had the turn
   * @param isOver whether it is no longer of use
   * @return {@code false} if one goes on for too long
   */
  boolean settle(@Nullable Actor last, BooleanSupplier isOver) {
    if (last != null && last.phase == Phase.AFTER_CALL && !isAnyAtLock()) {
      // it called the store, and woke no one
      actors.forEach(Settling::hasArrived);
      return true;
    }
    return settle(false, isOver);
  }

  /**
   * Lets those that poll look once more, as what they look for may be there by now, and waits.
   *
   * @param isOver whether it is no longer of use
   * @return {@code false} if one goes on for too long
   */
  boolean letPollersLook(BooleanSupplier isOver) {
    return settle(true, isOver);
  }

  private boolean settle(boolean areToLook, BooleanSupplier isOver) {
    boolean isMoving = markPolls();
    if (isMoving) {
      letWake();
    }
    long start = isMoving ? System.nanoTime() : 0;
    for (int looks = 0; isMoving && !isOver.getAsBoolean(); looks++) {
      isMoving = false;
      for (Actor actor : actors) {
        // One that has arrived may have woken another that was looked at before.
        isMoving |= actor.isBlocked && (hasArrived(actor) || isMoving(actor, areToLook));
      }
      if (isMoving) {
        Spin.pause(looks);
        if (!isReplay && System.nanoTime() - start > Limits.IDLE_NANOS) {
          return false;
        }
      }
    }
    return true;
  }

  /** Returns whether one waits for a lock; it may have been woken in vain some time before. */
  private boolean isAnyAtLock() {
    for (Actor actor : actors) { // a stream would take most of the time of a choice
      if (actor.isBlocked && actor.isAtLock()) {
        return true;
      }
    }
    return false;
  }

  /** A look would hide that one was woken in vain, if it came before that one has the processor. */
  private void letWake() {
    if (trace.hasReentry || !watch.looksForReentry) {
      return;
    }
    long start = System.nanoTime();
    for (Actor actor : actors) {
      boolean isParked = actor.isBlocked && Jvm.state(actor.thread) == Thread.State.WAITING;
      if (isParked && actor.isAtLock()) {
        for (int looks = 0;
            !actor.hasWokenInVain() && System.nanoTime() - start < WAKE_NANOS;
            looks++) {
          Spin.pause(looks);
        }
      }
    }
  }

  private boolean markPolls() {
    boolean isAny = false;
    for (Actor actor : actors) {
      if (actor.isBlocked) {
        isAny = true;
        if (actor.isPolling) {
          actor.mark();
        }
      }
    }
    return isAny;
  }

  private static boolean hasArrived(Actor actor) {
    if (!actor.isBlocked || !actor.hasStopped()) {
      return false;
    }
    actor.isBlocked = false;
    actor.isPolling = false;
    actor.forgetWaits();
    return true;
  }

  private boolean isMoving(Actor actor, boolean isToLook) {
    if (actor.isPolling && (isToLook || !Watch.isInTimedWait(actor))) {
      return !actor.hasLookedAgain() || watch.foreign.isActive(actors, trace, actor);
    }
    Watch.Verdict verdict = watch.judge(actor, actors, trace);
    boolean isAlone = verdict == Watch.Verdict.HELD && !trace.hasQueue;
    trace.hasReentry |= isAlone && Locks.isAtNextOfMap(actor);
    if (!trace.hasReentry && Locks.isWaitedForStill(actor, trace.hasQueue)) {
      trace.hasReentry = actor.hasWokenInVain() || watch.isHeldAgain(actor, actors);
    }
    return verdict == Watch.Verdict.MOVING;
  }
}
