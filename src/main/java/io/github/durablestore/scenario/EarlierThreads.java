package io.github.durablestore.scenario;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The threads that had nothing to do before the exploration, such as those of a static pool: what a
 * process gives to one may end the wait of an actor. As most of them have nothing to do with the
 * process, only those are asked each time that have worked since.
 */
final class EarlierThreads {
  /** The first times, all are asked: one may have been given work that it has not begun. */
  private static final int FIRST_LOOKS = 2_000;

  private static final int MAX_ANSWERS = 5;

  /** Later, one of this many times: a JVM may have hundreds of threads. An odd number meets all. */
  private static final int LATER_LOOKS = 17;

  /** In this time, a thread that has done its work comes to rest, or uses the processor. */
  private static final long REST_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private static final long BUSY_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  private final List<Thread> idle = new ArrayList<>();
  private final Map<Thread, Long> timed = new HashMap<>();
  private final Map<Thread, Long> blocked = new HashMap<>();
  private final Set<String> used = new HashSet<>();
  private @Nullable Map<Thread, Long> stops;
  private int looks;
  private int answers;

  EarlierThreads(Set<Thread> threads, Workers workers) {
    List<Thread> others =
        threads.stream().filter(thread -> ForeignThreads.mayBeOfProcess(thread, workers)).toList();
    awaitRest(others);
    for (Thread thread : others) {
      Thread.State state = thread.getState(); // once, as it may wake between two looks
      if (state != Thread.State.RUNNABLE) {
        idle.add(thread);
      }
      if (state == Thread.State.BLOCKED) {
        blocked.put(thread, Jvm.stops(thread));
      }
      if (state == Thread.State.TIMED_WAITING && !ForeignThreads.isIdleWorker(thread)) {
        timed.put(thread, ForeignThreads.wakesOthers(thread) ? Jvm.stops(thread) : 0);
      }
    }
  }

  /** One that has done its work may not have had the processor since. */
  private static void awaitRest(List<Thread> threads) {
    Map<Thread, Long> running = new HashMap<>();
    for (Thread thread : threads) {
      if (thread.getState() == Thread.State.RUNNABLE && !isInNative(thread)) {
        running.put(thread, Jvm.cpuNanos(thread));
      }
    }
    long start = System.nanoTime();
    for (int looks = 0; !running.isEmpty() && System.nanoTime() - start < REST_NANOS; looks++) {
      running
          .entrySet()
          .removeIf(
              each ->
                  each.getKey().getState() != Thread.State.RUNNABLE
                      || Jvm.cpuNanos(each.getKey()) - each.getValue() > BUSY_NANOS);
      Spin.pause(looks);
    }
  }

  /** Returns whether a thread waits for input. */
  private static boolean isInNative(Thread thread) {
    StackTraceElement[] frames = thread.getStackTrace();
    return frames.length == 0 || frames[0].isNativeMethod();
  }

  /** Returns whether a thread is one of these, and may work for the process. */
  synchronized boolean mayWork(Thread thread) {
    Map<Thread, Long> before = stops();
    Long its = before.get(thread);
    if (its == null) {
      return false;
    }
    boolean isEarly = looks++ < FIRST_LOOKS;
    boolean isRunning = thread.getState() == Thread.State.RUNNABLE;
    if (isRunning || ((isEarly || looks % LATER_LOOKS == 0) && its != Jvm.stops(thread))) {
      used.add(ForeignThreads.place(thread));
    }
    return isEarly || used.contains(ForeignThreads.place(thread));
  }

  /** All are asked for longer, as one may have worked unnoticed, just when it was asked. */
  synchronized void noteAnswer() {
    if (answers++ < MAX_ANSWERS) {
      looks = 0;
    }
  }

  /**
   * Returns whether one of them was waiting for some time before the exploration. For a timer, that
   * is so until it looks for an earlier time.
   */
  boolean isTimedByOthers(Thread thread) {
    Long stops = timed.get(thread);
    return stops != null && (!ForeignThreads.wakesOthers(thread) || stops == Jvm.stops(thread));
  }

  /** Returns whether one of them has waited for the same monitor since before the exploration. */
  boolean isBlockedByOthers(Thread thread) {
    Long stops = blocked.get(thread);
    return stops != null && stops == Jvm.stops(thread);
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
    before.put(thread, Jvm.stops(thread));
  }

  /** Returns how often each of them had stopped when it was last asked. */
  private Map<Thread, Long> stops() {
    Map<Thread, Long> before = stops;
    if (before == null) {
      before = new HashMap<>();
      for (Thread thread : idle) {
        before.put(thread, Jvm.stops(thread));
      }
      stops = before;
    }
    return before;
  }
}
