package io.github.durablestore.scenario;

import io.github.durablestore.text.Text;
import java.lang.management.LockInfo;
import java.lang.management.MonitorInfo;
import java.lang.management.ThreadInfo;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Describes actors that do not go on. */
final class Deadlock {
  private static final int MAX_FRAMES = 12;

  private static final String VIRTUAL =
      "\nit waits for a virtual thread, which the scenario cannot see; start with Scenario.withThreads((store, threads) -> ...), and use threads.pool() instead";

  private Deadlock() {}

  static String describeLate(Actor actor) {
    return "%s neither called the store nor ended:%s%s"
        .formatted(name(actor), stack(actor), Watch.isForVirtualThread(actor) ? VIRTUAL : "");
  }

  static String describePoller(Actor task) {
    return "%s reads the same few states again and again; let scheduleWithFixedDelay(...) repeat its work, not a loop"
        .formatted(name(task));
  }

  static String describeSurvivor(Actor actor) {
    return "%s did not end with its process:%s\nno interrupt ends its loop; let it wait for a lock or a future, or sleep, or leave out crashes()"
        .formatted(name(actor), stack(actor));
  }

  /** Describes what each actor holds and waits for. Locks are numbered, as hash codes vary. */
  static String describe(List<Actor> actors) {
    var text = new StringBuilder("deadlock: no actor can go on");
    Map<String, Integer> locks = new LinkedHashMap<>();
    for (Actor actor : actors) {
      boolean isWaiting = actor.isBlocked || actor.condition != null;
      boolean isQueued = actor.task != null && actor.phase == Actor.Phase.NEW;
      if (isQueued && !actor.isPeriodic()) {
        text.append(
            "\n  %s of %s: not started, as all threads of its pool are taken"
                .formatted(actor.name, Text.name(actor.root.name)));
      } else if (isWaiting) {
        text.append("\n  ").append(name(actor)).append(':');
        appendLocks(text, actor, actors, locks);
        text.append(stack(actor).replace("\n  ", "\n    "));
      }
    }
    return text.toString();
  }

  static IllegalStateException inGiven(String trouble) {
    return Failures.cannotExplore("in given(...), " + trouble);
  }

  static IllegalStateException oneByOne(String trouble) {
    return new IllegalStateException(
        "cannot run the operations one by one, as thenAsIfOneByOne(...) does: %s\nuse then(...) for actors that wait for one another"
            .formatted(trouble));
  }

  static IllegalStateException afterCrash(@Nullable String trouble) {
    return new IllegalStateException(
        "cannot run one by one after a crash what the actors had not begun: %s\nleave out crashes() for actors that wait for one another"
            .formatted(trouble));
  }

  /** Returns the name of an actor; of the process's own thread, that of the operation it does. */
  static String name(Actor actor) {
    if (actor.isProcess) {
      Ending doing = actor.ending;
      return doing == null || doing.op == null ? "the process" : Text.name(doing.op.name());
    }
    return actor.task == null
        ? Text.name(actor.name)
        : actor.name + " of " + Text.name(actor.root.name);
  }

  private static void appendLocks(
      StringBuilder text, Actor actor, List<Actor> actors, Map<String, Integer> locks) {
    Thread thread = actor.thread;
    ThreadInfo info = thread == null ? null : Jvm.infoWithLocks(thread);
    if (info == null) {
      return;
    }
    for (MonitorInfo monitor : info.getLockedMonitors()) {
      if (Frames.isOwn(monitor.getLockedStackFrame().getClassName())) {
        continue; // it is about to stop
      }
      text.append("\n    holds ").append(name(monitor, locks));
      text.append(", locked at ").append(Frames.print(monitor.getLockedStackFrame()));
    }
    for (LockInfo lock : info.getLockedSynchronizers()) {
      if (!lock.getClassName().startsWith("java.util.concurrent.ThreadPoolExecutor$")) {
        text.append("\n    holds ").append(name(lock, locks));
      }
    }
    if (actor.condition != null) {
      text.append("\n    waits for a task");
      return;
    }
    LockInfo awaited = info.getLockInfo();
    text.append("\n    waits for ")
        .append(awaited == null ? "something" : name(awaited, locks))
        .append(", which ")
        .append(owner(info.getLockOwnerId(), actors));
  }

  private static String owner(long id, List<Actor> actors) {
    Actor owner = Watch.find(id, actors);
    if (owner != null) {
      return name(owner) + (owner.isDone() ? " did not release" : " holds");
    }
    return id == -1
        ? "has no owner"
        : "a thread outside this run holds; static fields survive a crash, so create it in the process";
  }

  private static String stack(Actor actor) {
    return Frames.of(actor.stack(), MAX_FRAMES);
  }

  private static String name(LockInfo lock, Map<String, Integer> locks) {
    int number = locks.computeIfAbsent(lock.toString(), key -> locks.size() + 1);
    String type = lock.getClassName().replaceAll("\\$(NonfairSync|FairSync|Sync)$", "");
    return "lock %d, a %s".formatted(number, type);
  }
}
