package io.github.durablestore.scenario;

import io.github.durablestore.scenario.Actor.Phase;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Ends the threads of a process that is dead: each gets an error when it goes on. */
final class Unwinding {
  private static final int INTERRUPT_LOOKS = 50;
  private static final int MAX_SLEEPS = 30;

  private final List<Actor> actors;
  private final Watch watch;
  private final Trace trace;
  private final Set<Actor> waiting = new HashSet<>();

  /**
   * Creates an unwinding.
   *
   * @param actors those to end, and the process's own thread
   */
  Unwinding(List<Actor> actors, Watch watch, Trace trace) {
    this.actors = actors;
    this.watch = watch;
    this.trace = trace;
  }

  /**
   * Resumes each thread with an error. One that waits, and that nothing can end, is left behind.
   *
   * @return which one goes on all the same; {@code null} if none does
   */
  @Nullable String unwind() {
    Actor process = actors.get(0);
    Phase before = process.phase;
    process.phase = Phase.AWAITING; // until then, it releases no lock that it has
    try {
      return resumeAll();
    } finally {
      process.phase = before;
    }
  }

  private @Nullable String resumeAll() {
    long start = System.nanoTime();
    boolean isMoving = true;
    for (int looks = 0; isMoving; looks++) {
      isMoving = false;
      for (Actor actor : actors) {
        Phase phase = actor.phase;
        boolean isOver = actor.isProcess || phase == Phase.NEW || phase == Phase.DONE;
        if (!isOver && isMoving(actor, phase, looks)) {
          isMoving = true;
          if (hasOutlived(actor, start, looks)) {
            return Deadlock.describeSurvivor(actor);
          }
        }
      }
      if (isMoving) {
        Spin.pause(looks);
      }
    }
    return null;
  }

  private boolean isMoving(Actor actor, Phase phase, int looks) {
    actor.isBlocked = true; // others may wait for it
    if (phase.isStop) {
      actor.grant();
      return true;
    }
    if (looks % INTERRUPT_LOOKS == 1) {
      interrupt(actor);
    }
    if (looks < 2) {
      return true;
    }
    if (watch.judge(actor, actors, trace) == Watch.Verdict.MOVING) {
      return !actor.hasPolled(MAX_SLEEPS, Long.MAX_VALUE); // it ignores that it is interrupted
    }
    boolean isFirst = waiting.add(actor);
    if (isFirst) { // an earlier interrupt may have come before it began to wait
      interrupt(actor);
    }
    return isFirst;
  }

  private static void interrupt(Actor actor) {
    Thread thread = actor.thread;
    if (thread != null) {
      thread.interrupt();
    }
  }

  private static boolean hasOutlived(Actor actor, long start, int looks) {
    if (looks == 1) {
      actor.mark();
    }
    return looks > 1
        && (actor.hasLooked(Integer.MAX_VALUE, 2 * Limits.SPIN_NANOS)
            || System.nanoTime() - start > Limits.IDLE_NANOS);
  }
}
