package io.github.durablestore.scenario;

import java.lang.management.ThreadInfo;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.locks.AbstractOwnableSynchronizer;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.StampedLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What actors wait for that one at a time can have, whether the JVM knows its owner or not. */
final class Locks {
  static final String REENTRANT_LOCK = "java.util.concurrent.locks.ReentrantLock$";

  private static final String MAP = "java.util.concurrent.ConcurrentHashMap$";

  private Locks() {}

  /** Returns which object an actor waits for; an empty text if it does not wait. */
  static String of(Actor actor) {
    ThreadInfo info = Jvm.info(actor.thread);
    if (info == null || info.getLockInfo() == null || Jvm.isRunning(info.getThreadState())) {
      return "";
    }
    return info.getLockInfo().toString();
  }

  /**
   * Returns which monitor an actor waits to enter, or has left in {@code wait()}. A map has one for
   * each entry, and a condition does not tell its lock, so that these are all alike.
   */
  static String monitor(Actor actor) {
    return key(of(actor));
  }

  /**
   * Returns whether the entry of a map for which an actor waited was left, and the next is held.
   */
  static boolean isAtNextOfMap(Actor actor) {
    String now = of(actor);
    return actor.lock.startsWith(MAP) && now.startsWith(MAP) && !now.equals(actor.lock);
  }

  /** Returns which monitors an actor holds. */
  static Set<String> monitors(Actor actor) {
    Thread thread = actor.thread;
    ThreadInfo info = thread == null ? null : Jvm.infoWithMonitors(thread);
    return info == null
        ? Set.of()
        : Arrays.stream(info.getLockedMonitors())
            .map(monitor -> key(monitor.toString()))
            .collect(Collectors.toSet());
  }

  private static String key(String lock) {
    return lock.startsWith(MAP)
        ? "map"
        : lock.contains("$ConditionObject@") || lock.startsWith(REENTRANT_LOCK) ? "lock" : lock;
  }

  /** Returns whether an actor waits for a lock, with an owner or without. */
  static boolean isAtAnyLock(Actor actor) {
    return actor.verdict == Watch.Verdict.HELD || isAtLock(actor);
  }

  /** Returns whether an actor waits for a lock that has no owner, such as a semaphore. */
  static boolean isAtLock(Actor actor) {
    Thread thread = actor.thread;
    if (thread == null) {
      return false;
    }
    Object blocker = LockSupport.getBlocker(thread);
    return isLock(blocker) || (blocker instanceof Condition && isAtQueue(actor));
  }

  /** Returns whether what a thread waits for is a lock or permits. */
  static boolean isLock(@Nullable Object blocker) {
    boolean isSynchronizer =
        blocker instanceof AbstractOwnableSynchronizer
            && !blocker.getClass().getName().equals("java.util.concurrent.CountDownLatch$Sync");
    return isSynchronizer || blocker instanceof StampedLock;
  }

  /**
   * Returns whether an actor waits for the lock for which it was last seen to wait, so that it is
   * woken only if the lock is released.
   *
   * @param hasQueue whether others waited too; one that gets a permit wakes the next one
   */
  static boolean isWaitedForStill(Actor actor, boolean hasQueue) {
    return actor.isAtLock()
        && (actor.lock.isEmpty() || actor.lock.equals(of(actor)))
        && !(hasQueue && actor.verdict != Watch.Verdict.HELD && isShared(actor));
  }

  /** Returns whether several can get at once what an actor waits for: permits, or a read lock. */
  static boolean isShared(Actor actor) {
    Thread thread = actor.thread;
    Object blocker = thread == null ? null : LockSupport.getBlocker(thread);
    String type = blocker == null ? "" : blocker.getClass().getName();
    if (type.startsWith("java.util.concurrent.Semaphore$")) {
      return true;
    }
    if (type.startsWith(REENTRANT_LOCK)) {
      return false;
    }
    for (StackTraceElement frame : actor.stack()) {
      String method = frame.getMethodName();
      if (method.startsWith("acquireShared") || method.equals("acquireRead")) {
        return true;
      }
    }
    return false;
  }

  /** A queue gives an element to one of those that wait, and may contain the token of a lock. */
  private static boolean isAtQueue(Actor actor) {
    for (StackTraceElement frame : actor.stack()) {
      String type = frame.getClassName();
      boolean isOfJdk = type.startsWith("java.util.concurrent.");
      if (isOfJdk && (type.endsWith("Queue") || type.endsWith("Deque"))) {
        return true;
      }
    }
    return false;
  }
}
