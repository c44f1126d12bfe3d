package io.github.durablestore.scenario;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The threads that had nothing to do before the exploration, such as those of a static pool: what a
 * process gives to one may end the wait of an actor. As most of them have nothing to do with the
 * process, only those are asked each time that have worked since.
 */
final class EarlierThreads {
  /** The first times, all are asked: one may have been given work that it has not begun. */
  private static final int FIRST_LOOKS = 2_000;

  private final List<Thread> idle;
  private final Map<Thread, Long> timed = new HashMap<>();
  private final Set<String> used = new HashSet<>();
  private @Nullable Map<Thread, Long> stops;
  private int looks;
  private boolean haveAnswered;

  EarlierThreads(Set<Thread> threads) {
    idle = threads.stream().filter(EarlierThreads::isIdle).toList();
    for (Thread thread : idle) {
      if (thread.getState() == Thread.State.TIMED_WAITING && !ForeignThreads.isIdleWorker(thread)) {
        timed.put(thread, Watch.stops(thread));
      }
    }
  }

  private static boolean isIdle(Thread thread) {
    ThreadGroup group = thread.getThreadGroup();
    boolean isOfJvm =
        (group == null || group.getParent() == null) && !ForeignThreads.isTimer(thread);
    boolean isOfTests = thread.getClass().getName().startsWith("org.junit.");
    return !isOfJvm
        && !isOfTests
        && !Workers.isOfScenario(thread)
        && thread.getState() != Thread.State.RUNNABLE;
  }

  /** Returns whether a thread is one of these, and may work for the process. */
  synchronized boolean mayWork(Thread thread) {
    Map<Thread, Long> before = stops();
    Long its = before.get(thread);
    if (its == null) {
      return false;
    }
    if (its != Watch.stops(thread)) {
      used.add(ForeignThreads.place(thread));
    }
    return haveAnswered || looks++ < FIRST_LOOKS || used.contains(ForeignThreads.place(thread));
  }

  /** From now on, all are asked: one may have worked unnoticed, just when it was asked. */
  synchronized void noteAnswer() {
    haveAnswered = true;
  }

  /**
   * Returns whether one of them was waiting for some time before the exploration. For a timer, that
   * is so until it looks for an earlier time.
   */
  boolean isTimedByOthers(Thread thread) {
    Long stops = timed.get(thread);
    return stops != null && (!ForeignThreads.isTimer(thread) || stops == Watch.stops(thread));
  }

  /** Notes whether a thread was idle, after it was asked. */
  synchronized void note(Thread thread, boolean isIdle) {
    Map<Thread, Long> before = stops();
    if (!before.containsKey(thread)) {
      return;
    }
    if (!isIdle) {
      used.add(ForeignThreads.place(thread));
    }
    before.put(thread, Watch.stops(thread));
  }

  /** Returns how often each of them had stopped when it was last asked. */
  private Map<Thread, Long> stops() {
    Map<Thread, Long> before = stops;
    if (before == null) {
      before = new HashMap<>();
      for (Thread thread : idle) {
        before.put(thread, Watch.stops(thread));
      }
      stops = before;
    }
    return before;
  }
}
