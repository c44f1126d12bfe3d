package io.github.durablestore.scenario;

import static io.github.durablestore.scenario.Text.frame;
import static io.github.durablestore.scenario.Text.frames;

import io.github.durablestore.scenario.Actor.Phase;
import io.github.durablestore.text.Text;
import java.lang.management.LockInfo;
import java.lang.management.ManagementFactory;
import java.lang.management.MonitorInfo;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds out which actor waits for which. */
final class Waits {
  private static final String REENTRANT_LOCK = "java.util.concurrent.locks.ReentrantLock$";
  private static final int MOST_FRAMES = 12;

  /** Loaded only when an actor waits, since loading it is slow and most runs do not need it. */
  private static final class Management {
    static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  }

  /** What is known of an actor that has not stopped. */
  enum Verdict {
    /** It goes on by itself. */
    MOVING,
    /** It waits for a lock whose owner cannot release it now. */
    HELD,
    /** It waits for something that has no owner. */
    WAITING
  }

  private Waits() {}

  static Verdict judge(Actor actor, List<Actor> actors) {
    return judge(actor, actors, actor);
  }

  private static Verdict judge(Actor actor, List<Actor> actors, Actor first) {
    if (isOnItsWay(actor.thread().getState())) {
      return Verdict.MOVING;
    }
    ThreadInfo info = info(actor.thread());
    if (info == null) {
      return Verdict.WAITING;
    }
    if (info.getLockOwnerId() == -1) {
      return isAboutToGoOn(info) ? Verdict.MOVING : Verdict.WAITING;
    }
    Actor owner = find(info.getLockOwnerId(), actors);
    if (owner == null) {
      return Verdict.WAITING;
    }
    if (owner.isStopped() || owner.phase == Phase.DONE || owner == first) {
      return Verdict.HELD; // if by the first, the owners wait for each other
    }
    return owner.blocked && judge(owner, actors, first) != Verdict.MOVING
        ? Verdict.HELD
        : Verdict.MOVING;
  }

  /** Returns whether an actor waits with a timeout, after which it goes on by itself. */
  static boolean isTimed(Actor actor) {
    return actor.thread().getState() == Thread.State.TIMED_WAITING;
  }

  private static boolean isOnItsWay(Thread.State state) {
    return state == Thread.State.RUNNABLE
        || state == Thread.State.NEW
        || state == Thread.State.TERMINATED;
  }

  /** A lock without an owner has just been released; a sleeping thread waits for no one. */
  private static boolean isAboutToGoOn(ThreadInfo info) {
    LockInfo lock = info.getLockInfo();
    return info.getThreadState() == Thread.State.BLOCKED
        || isOnItsWay(info.getThreadState())
        || (lock == null
            ? info.getThreadState() == Thread.State.TIMED_WAITING
            : lock.getClassName().startsWith(REENTRANT_LOCK));
  }

  private static @Nullable Actor find(long thread, List<Actor> actors) {
    for (Actor actor : actors) {
      Thread its = actor.thread;
      if (its != null && id(its) == thread && actor.phase != Phase.NEW) {
        return actor;
      }
    }
    return null;
  }

  @SuppressWarnings("deprecation") // its replacement is not in Java 17
  private static long id(Thread thread) {
    return thread.getId();
  }

  private static @Nullable ThreadInfo info(Thread thread) {
    return Management.THREADS.getThreadInfo(id(thread));
  }

  static String describeLate(Actor actor) {
    return "%s neither called the store nor ended within 2 seconds:%s"
        .formatted(Text.name(actor.name), stack(actor));
  }

  static String stack(Actor actor) {
    return frames(actor.thread().getStackTrace(), MOST_FRAMES);
  }

  /** Describes what each actor holds and waits for. Locks are numbered, as hash codes vary. */
  static String describeDeadlock(List<Actor> actors) {
    var text = new StringBuilder("deadlock: no actor can go on");
    Map<String, Integer> locks = new LinkedHashMap<>();
    for (Actor actor : actors) {
      if (actor.phase == Phase.DONE || actor.phase == Phase.NEW) {
        continue;
      }
      long[] ids = {id(actor.thread())};
      ThreadInfo[] infos = Management.THREADS.getThreadInfo(ids, true, true);
      ThreadInfo info = infos[0];
      text.append("\n  ").append(Text.name(actor.name)).append(':');
      if (info != null) {
        for (MonitorInfo monitor : info.getLockedMonitors()) {
          text.append("\n    holds ").append(name(monitor, locks));
          text.append(", locked at ").append(frame(monitor.getLockedStackFrame()));
        }
        for (LockInfo lock : info.getLockedSynchronizers()) {
          if (!lock.getClassName().startsWith("java.util.concurrent.ThreadPoolExecutor$")) {
            text.append("\n    holds ").append(name(lock, locks));
          }
        }
        LockInfo awaited = info.getLockInfo();
        Actor owner = find(info.getLockOwnerId(), actors);
        text.append("\n    waits for ")
            .append(awaited == null ? "something" : name(awaited, locks))
            .append(owner == null ? ", which has no owner" : ", which " + Text.name(owner.name))
            .append(owner == null ? "" : owner.phase == Phase.DONE ? " did not release" : " holds");
      }
      text.append(stack(actor).replace("\n  ", "\n    "));
    }
    return text.toString();
  }

  private static String name(LockInfo lock, Map<String, Integer> locks) {
    int number = locks.computeIfAbsent(lock.toString(), key -> locks.size() + 1);
    String type = lock.getClassName().replaceAll("\\$(NonfairSync|FairSync|Sync)$", "");
    return "lock %d, a %s".formatted(number, type);
  }
}
