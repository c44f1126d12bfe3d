package io.github.durablestore.scenario;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The threads of pools that were idle before the exploration, such as a static pool: what a process
 * submits to one may end the wait of an actor. As most of these pools have nothing to do with the
 * process, only those are asked each time that have worked since.
 */
final class EarlierPools {
  /** The first times, all are asked: one may have been given work that it has not begun. */
  private static final int FIRST_LOOKS = 200;

  private final List<Thread> idle;
  private final Set<String> used = new HashSet<>();
  private @Nullable Map<Thread, Long> waits;
  private int looks;

  EarlierPools(Set<Thread> threads) {
    idle = threads.stream().filter(EarlierPools::isIdle).toList();
  }

  private static boolean isIdle(Thread thread) {
    boolean isOfTests = thread.getClass().getName().startsWith("org.junit.");
    boolean isParked = LockSupport.getBlocker(thread) != null;
    return isParked && !isOfTests && ForeignThreads.isIdleWorker(thread);
  }

  /** Returns whether a thread is one of these, and may work for the process. */
  synchronized boolean mayWork(Thread thread) {
    Map<Thread, Long> before = waits();
    Long its = before.get(thread);
    if (its == null) {
      return false;
    }
    if (its != Watch.waits(thread)) {
      used.add(ForeignThreads.place(thread));
    }
    return looks++ < FIRST_LOOKS || used.contains(ForeignThreads.place(thread));
  }

  /** Notes whether a thread was idle, after it was asked. */
  synchronized void note(Thread thread, boolean isIdle) {
    Map<Thread, Long> before = waits();
    if (!before.containsKey(thread)) {
      return;
    }
    if (!isIdle) {
      used.add(ForeignThreads.place(thread));
    }
    before.put(thread, Watch.waits(thread));
  }

  /** Returns how often each of them had waited when it was last asked. */
  private Map<Thread, Long> waits() {
    Map<Thread, Long> before = waits;
    if (before == null) {
      before = new HashMap<>();
      for (Thread thread : idle) {
        before.put(thread, Watch.waits(thread));
      }
      waits = before;
    }
    return before;
  }
}
