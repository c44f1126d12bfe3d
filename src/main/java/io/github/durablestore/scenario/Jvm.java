package io.github.durablestore.scenario;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** What the JVM tells of a thread. */
final class Jvm {
  private static final long SHAKE_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** A thread that has used more CPU time than this has found something to do. */
  private static final long BUSY_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  /** On a busy machine, a thread that was woken gets no processor for some time. */
  private static final long UNSCHEDULED_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** Loaded only when an actor waits, since loading it is slow and most runs do not need it. */
  private static final class Management {
    static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  }

  private Jvm() {}

  @SuppressWarnings("deprecation") // its replacement is not in Java 17
  static long id(Thread thread) {
    return thread.getId();
  }

  static Thread.@Nullable State state(@Nullable Thread thread) {
    return thread == null ? null : thread.getState();
  }

  /** Returns what is known of a thread; {@code null} if it has ended, or if there is none. */
  static @Nullable ThreadInfo info(@Nullable Thread thread) {
    return thread == null ? null : Management.THREADS.getThreadInfo(id(thread));
  }

  /** Returns what a thread waits for, and which monitors it holds. */
  static @Nullable ThreadInfo infoWithMonitors(Thread thread) {
    return Management.THREADS.getThreadInfo(new long[] {id(thread)}, true, false)[0];
  }

  /** Returns what a thread waits for, and which monitors and locks it holds. */
  static @Nullable ThreadInfo infoWithLocks(Thread thread) {
    return Management.THREADS.getThreadInfo(new long[] {id(thread)}, true, true)[0];
  }

  /** Returns the CPU time of a thread; 0 if it has ended, or if the JVM does not tell. */
  static long cpuNanos(@Nullable Thread thread) {
    return thread != null && Management.THREADS.isThreadCpuTimeSupported()
        ? Math.max(0, Management.THREADS.getThreadCpuTime(id(thread)))
        : 0;
  }

  /** Returns how often a thread has waited, or was blocked. */
  static long stops(@Nullable Thread thread) {
    ThreadInfo info = info(thread);
    return info == null ? 0 : info.getWaitedCount() + info.getBlockedCount();
  }

  /** Returns how often a thread has waited. */
  static long waits(@Nullable Thread thread) {
    ThreadInfo info = info(thread);
    return info == null ? 0 : info.getWaitedCount();
  }

  /** Returns whether a thread does not wait. */
  static boolean isRunning(Thread.State state) {
    return state == Thread.State.RUNNABLE
        || state == Thread.State.NEW
        || state == Thread.State.TERMINATED;
  }

  /** Returns whether a thread waits to enter a monitor. */
  static boolean isBlocked(ThreadInfo info) {
    return info.getThreadState() == Thread.State.BLOCKED;
  }

  /** Returns whether a thread is in {@code Object.wait()}, which no one can wake for no reason. */
  static boolean isInWait(Thread thread, ThreadInfo info) {
    return !isRunning(info.getThreadState())
        && info.getLockInfo() != null
        && LockSupport.getBlocker(thread) == null;
  }

  /** Returns whether a thread has waited since. */
  static boolean changed(Thread thread, ThreadInfo before) {
    ThreadInfo now = info(thread);
    return now == null || now.getWaitedCount() != before.getWaitedCount();
  }

  /** What a thread did that was woken. */
  enum Look {
    /** It did not wait, and was not woken. */
    NONE,
    /** It found its condition false, and waits as before. */
    IN_VAIN,
    WENT_ON
  }

  /** Returns whether a parked thread that is woken waits on as before. */
  static boolean looksAgain(@Nullable Thread thread) {
    return look(thread) == Look.IN_VAIN;
  }

  /** Wakes a parked thread and waits until it is parked again. */
  static Look look(@Nullable Thread thread) {
    return new Waking(thread).await();
  }

  /**
   * Lets a parked thread look at its condition: wakes it, and then waits until it is parked again.
   * A thread may be woken for no reason, so that this changes nothing.
   */
  static final class Waking {
    private final @Nullable Thread thread;
    private final @Nullable ThreadInfo before;
    private final @Nullable Object blocker;
    private final long start;

    /** Wakes a thread, if it is parked. */
    Waking(@Nullable Thread thread) {
      this.thread = thread;
      before = info(thread);
      blocker = thread == null ? null : LockSupport.getBlocker(thread);
      start = System.nanoTime();
      if (before != null && !isRunning(before.getThreadState())) {
        LockSupport.unpark(thread);
      }
    }

    /** Returns what it did, once it is known. */
    @SuppressWarnings("ReferenceEquality") // the very object
    Look await() {
      if (thread == null || before == null || isRunning(before.getThreadState())) {
        return Look.NONE;
      }
      long cpuNanos = 0;
      for (int looks = 0; ; looks++) {
        ThreadInfo now = info(thread);
        if (now == null || isBlocked(now) || LockSupport.getBlocker(thread) instanceof Actor) {
          return Look.WENT_ON;
        }
        boolean hasWaited = now.getWaitedCount() > before.getWaitedCount();
        if ((hasWaited || blocker == null) && isInWait(thread, now)) { // else about to wake
          return Look.WENT_ON;
        }
        boolean isParked = !isRunning(now.getThreadState());
        if (isParked && hasWaited) {
          boolean waitsAsBefore =
              LockSupport.getBlocker(thread) == blocker
                  && now.getLockOwnerId() == before.getLockOwnerId();
          return waitsAsBefore ? Look.IN_VAIN : Look.WENT_ON;
        }
        long nanos = System.nanoTime() - start;
        if (!isParked && cpuNanos == 0) {
          cpuNanos = cpuNanos(thread);
        }
        boolean isBusy = !isParked && cpuNanos(thread) - cpuNanos > BUSY_NANOS;
        if (isBusy || nanos > (isParked ? SHAKE_NANOS : UNSCHEDULED_NANOS)) {
          return Look.WENT_ON;
        }
        Spin.pause(looks);
      }
    }
  }
}
