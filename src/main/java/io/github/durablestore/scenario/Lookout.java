package io.github.durablestore.scenario;

import java.util.concurrent.TimeUnit;

/**
 * Looks from another thread whether the one that has the turn waits for another, or hangs, and
 * takes the turn from it.
 */
final class Lookout {
  private static final int MAX_LOOKS_AGAIN = 5;
  private static final int MAX_LOOKS_AT_NOTHING = 1_000;

  private static final long MEASURE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private final Scheduler scheduler;

  private final Watch watch;
  private final Schedule schedule;
  private final Trace trace;
  private final LockWaits lockWaits;
  private final boolean isReplay;
  private int seen = -1;
  private int seenCalls;
  private long since;
  private boolean isMeasured;

  /** Since when the one that has the turn has hardly used the processor, and its CPU time then. */
  private long idleSince;

  private long cpuNanos;

  Lookout(
      Scheduler scheduler,
      Watch watch,
      Schedule schedule,
      Trace trace,
      LockWaits lockWaits,
      boolean isReplay) {
    this.scheduler = scheduler;
    this.watch = watch;
    this.schedule = schedule;
    this.trace = trace;
    this.lockWaits = lockWaits;
    this.isReplay = isReplay;
  }

  /** Looks once. */
  void look() {
    if (scheduler.isDead()) {
      return;
    }
    if (scheduler.refusals.hasOverflow()) {
      scheduler.end(null);
      return;
    }
    Actor holder = scheduler.holder();
    int moves = scheduler.moves;
    int calls = holder == null ? 0 : holder.callChanges();
    if (moves != seen || calls != seenCalls) {
      seen = moves;
      seenCalls = calls;
      since = System.nanoTime();
      idleSince = since;
      isMeasured = false;
    } else if (holder == null) {
      if (scheduler.isStuck) {
        goOnOrGiveUp();
      }
    } else if (holder.phase == Actor.Phase.RUNNING && !holder.isInCall()) {
      look(holder);
    }
  }

  private void look(Actor holder) {
    Watch.Verdict verdict = watch.judge(holder, scheduler.actors, trace);
    if (verdict != Watch.Verdict.MOVING) {
      if (holder.phase == Actor.Phase.RUNNING) {
        boolean isPolling = verdict == Watch.Verdict.TIMED && watch.hasSpun(holder);
        block(holder, isPolling, Locks.isAtAnyLock(holder));
      }
      return;
    }
    long nanos = System.nanoTime() - since;
    if (nanos > MEASURE_NANOS && !isMeasured) {
      holder.mark();
      isMeasured = true;
    } else if (isMeasured) {
      boolean isKnown = watch.hasSpun(holder);
      boolean isPolling =
          holder.hasPolled(
                  isKnown ? MAX_LOOKS_AGAIN : Limits.SLEEPS,
                  isKnown ? Limits.SPUN_NANOS : Limits.SPIN_NANOS)
              && !watch.foreign.isActive(scheduler.actors, trace, holder);
      if (holder.callChanges() != seenCalls) {
        return; // it has called the store since
      }
      if (isPolling) {
        block(holder, true, false);
      } else if (isIdle(holder) && !isReplay) {
        scheduler.end(Deadlock.describeLate(holder));
      }
    }
  }

  /**
   * Returns whether an actor has hardly used the processor, which it may have to share, for long.
   */
  private boolean isIdle(Actor holder) {
    long now = Jvm.cpuNanos(holder.thread);
    if (Math.abs(now - cpuNanos) > MEASURE_NANOS) {
      cpuNanos = now;
      idleSince = System.nanoTime();
    }
    return System.nanoTime() - idleSince > Limits.IDLE_NANOS;
  }

  /** Takes the turn from an actor that waits, and gives it to another. */
  private void block(Actor holder, boolean isPolling, boolean isAtLock) {
    if (!scheduler.take(holder)) {
      return;
    }
    holder.isBlocked = true;
    lockWaits.begin(holder, isAtLock);
    if (isPolling) {
      notePolling(holder);
    }
    if (scheduler.isChoosing()) {
      trace.add(Event.Kind.WAIT, holder);
      if (isPolling) { // whoever looks first goes on
        schedule.isBehindWait = true;
      }
      lockWaits.note(holder);
    }
    scheduler.goOn();
  }

  /** From now on, an actor polls until it stops. */
  private void notePolling(Actor actor) {
    actor.isPolling = true;
    actor.mark();
    actor.verdict = Watch.Verdict.TIMED;
    watch.addSpin(actor);
    trace.addOmission(actor, Trace.POLLED);
  }

  /** Goes on if one that waited has been woken, or if all have ended; fails if none can go on. */
  private void goOnOrGiveUp() {
    boolean isCertain = true;
    for (Actor actor : scheduler.actors) {
      if (actor.isBlocked) {
        Watch.Verdict verdict =
            actor.hasStopped()
                ? Watch.Verdict.MOVING
                : actor.isPolling
                    ? Watch.Verdict.TIMED
                    : watch.judge(actor, scheduler.actors, trace);
        if (verdict == Watch.Verdict.MOVING) {
          scheduler.goOn();
          return;
        }
        if (verdict == Watch.Verdict.TIMED) {
          if (actor.task != null && System.nanoTime() - since > Limits.WORKER_NANOS) {
            notePolling(actor);
          }
          boolean isHopeless = isHopeless(actor);
          if (isHopeless && (actor.isPolling || Watch.isInTimedWait(actor))) {
            scheduler.end(Deadlock.describeLate(actor));
            return;
          }
          isCertain &= isHopeless;
        }
      }
    }
    scheduler.goOnOrDie(isCertain);
  }

  /** Returns whether one that goes on by itself has had its time, while no other can. */
  private boolean isHopeless(Actor actor) {
    boolean hasLookedInVain =
        actor.isPolling && actor.hasLooked(MAX_LOOKS_AT_NOTHING, Limits.SPIN_NANOS);
    return !isReplay && (hasLookedInVain || System.nanoTime() - since > Limits.IDLE_NANOS);
  }

  /** Returns whether the process's own thread waits for ever, and ignores that it should end. */
  boolean isAbandoned() {
    Actor process = scheduler.process;
    return scheduler.isDead() && process.isBlocked && isForGood(process);
  }

  /** Returns whether an actor that lost the turn waits or polls on, whatever happens. */
  private boolean isForGood(Actor actor) {
    return actor.phase == Actor.Phase.RUNNING
        && ((actor.isPolling && actor.hasLooked(Integer.MAX_VALUE, Limits.SPIN_NANOS))
            || watch.judge(actor, scheduler.actors, trace) != Watch.Verdict.MOVING);
  }
}
