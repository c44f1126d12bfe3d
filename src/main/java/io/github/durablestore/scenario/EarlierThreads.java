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
  private static final int FIRST_LOOKS = 200;

  private final List<Thread> idle;
  private final Set<Thread> timed = new HashSet<>();
  private final Set<String> used = new HashSet<>();
  private @Nullable Map<Thread, Long> work;
  private int looks;

  EarlierThreads(Set<Thread> threads) {
    idle = threads.stream().filter(EarlierThreads::isIdle).toList();
    for (Thread thread : idle) {
      if (thread.getState() == Thread.State.TIMED_WAITING && !ForeignThreads.isIdleWorker(thread)) {
        timed.add(thread);
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
        && (thread.getState() != Thread.State.RUNNABLE || isInNative(thread));
  }

  /** Returns whether a thread waits for input or output. */
  private static boolean isInNative(Thread thread) {
    StackTraceElement[] frames = thread.getStackTrace();
    return frames.length > 0 && frames[0].isNativeMethod();
  }

  /** Returns whether a thread is one of these, and may work for the process. */
  synchronized boolean mayWork(Thread thread) {
    Map<Thread, Long> before = work();
    Long its = before.get(thread);
    if (its == null) {
      return false;
    }
    if (its != work(thread)) {
      used.add(ForeignThreads.place(thread));
    }
    return looks++ < FIRST_LOOKS || isUsed(thread);
  }

  private boolean isUsed(Thread thread) {
    return used.contains(ForeignThreads.place(thread));
  }

  /** Returns whether one of them waits for the time that it was waiting for before. */
  synchronized boolean isTimedByOthers(Thread thread) {
    boolean isUsedTimer = ForeignThreads.isTimer(thread) && isUsed(thread);
    return timed.contains(thread) && !isUsedTimer;
  }

  /** Returns whether one of them waits for input or output. */
  synchronized boolean isAtInput(Thread thread) {
    return work().containsKey(thread)
        && thread.getState() == Thread.State.RUNNABLE
        && isInNative(thread);
  }

  /** Returns whether one of them waits for input or output, and has not worked since. */
  synchronized boolean isInVain(Thread thread) {
    return isAtInput(thread) && !isUsed(thread);
  }

  /** Notes whether a thread was idle, after it was asked. */
  synchronized void note(Thread thread, boolean isIdle) {
    Map<Thread, Long> before = work();
    if (!before.containsKey(thread)) {
      return;
    }
    if (!isIdle) {
      used.add(ForeignThreads.place(thread));
    }
    before.put(thread, work(thread));
  }

  /** Returns how much each of them had worked when it was last asked. */
  private Map<Thread, Long> work() {
    Map<Thread, Long> before = work;
    if (before == null) {
      before = new HashMap<>();
      for (Thread thread : idle) {
        before.put(thread, work(thread));
      }
      work = before;
    }
    return before;
  }

  private static long work(Thread thread) {
    return Watch.stops(thread) + Watch.cpuNanos(thread);
  }
}
