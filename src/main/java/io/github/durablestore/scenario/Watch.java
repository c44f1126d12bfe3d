package io.github.durablestore.scenario;

import java.lang.management.LockInfo;
import java.lang.management.ThreadInfo;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether an actor that has not stopped goes on by itself, or waits for another one. No
 * answer depends on how busy the machine is: a thread that {@link Thread#getState} calls waiting
 * may have been woken already, so that each kind of wait is asked in a way of its own.
 */
final class Watch {
  /** Between two looks no more than this counts: a machine that stands still ends no wait. */
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private static final String VIRTUAL_THREAD = "java.lang.VirtualThread";

  /** What is known of an actor that has not stopped. */
  enum Verdict {
    /** It goes on by itself. */
    MOVING,
    /** It waits for a lock whose owner cannot release it now. */
    HELD,
    /** It waits for something that has no owner. */
    WAITING,
    /** It waits for another, but goes on by itself in the end. */
    TIMED
  }

  /** Whether it is worth the time to find out whether locks are entered again. */
  volatile boolean looksForReentry;

  /** Whether actors note their stacks when they stop, as one may hold a monitor. */
  volatile boolean notesStacks;

  final ForeignThreads foreign;
  private final Set<String> longWaits = new HashSet<>();
  private final Set<String> spins = ConcurrentHashMap.newKeySet();
  private final Map<Thread, TimedWait> timedWaits = new HashMap<>();

  /** A wait with a timeout: its number among those of its thread, when it was seen, how long. */
  private record TimedWait(long count, long seen, long nanos) {
    TimedWait seenAt(long now) {
      return new TimedWait(count, now, nanos + Math.min(now - seen, LOOK_NANOS));
    }
  }

  /**
   * What an actor waits for.
   *
   * @param blocker what it is parked for
   * @param ownerId the thread that has the lock; -1 for none
   * @param owner the actor of that thread
   */
  private record Wait(
      Actor actor,
      Thread thread,
      @Nullable Object blocker,
      ThreadInfo info,
      long ownerId,
      @Nullable Actor owner) {
    boolean hasTimeout() {
      return info.getThreadState() == Thread.State.TIMED_WAITING;
    }

    boolean hasChanged() {
      return Jvm.changed(thread, info);
    }

    Wait seenAs(ThreadInfo now) {
      return new Wait(actor, thread, blocker, now, ownerId, owner);
    }
  }

  Watch(Workers workers) {
    foreign = new ForeignThreads(workers);
  }

  /**
   * Judges an actor. The verdict is kept with it, so that it need not be asked for twice.
   *
   * @param trace takes down that orders are missing
   */
  Verdict judge(Actor actor, List<Actor> actors, Trace trace) {
    int calls = actor.callChanges();
    boolean hasMoved = actor.isBlocked && Jvm.stops(actor.thread) != actor.stopsWhenJudged;
    Verdict judged = judge(actor, actors, trace, Set.of());
    // In a call, it waits for the store.
    boolean mayBeInCall = actor.isInCall() || actor.callChanges() != calls;
    Verdict verdict = mayBeInCall ? Verdict.MOVING : judged;
    actor.verdict = verdict;
    if (verdict != Verdict.MOVING) {
      actor.timedWait = null; // others go on now, and may end it
      noteFuture(actor);
      actor.stopsWhenJudged = Jvm.stops(actor.thread);
    }
    // If it went on before it waited again, it may have woken one that was judged in between.
    return hasMoved && verdict != Verdict.TIMED ? Verdict.MOVING : verdict;
  }

  /**
   * Judges an actor, and those that hold what it waits for.
   *
   * @param waiting those that wait for it, one for the other
   */
  private Verdict judge(Actor actor, List<Actor> actors, Trace trace, Set<Actor> waiting) {
    Wait wait = waitOf(actor, actors);
    if (wait == null) {
      return Verdict.MOVING;
    }
    boolean mayBeEnded = wait.owner == null && hasTasks(actor, actors);
    boolean isTimed = wait.hasTimeout() && !(mayBeEnded && isCoroutine(wait.blocker));
    if (isTimed && wait.info.getLockInfo() == null) { // it sleeps
      return Verdict.MOVING;
    }
    if (!isTimed && mayBeEnded && foreign.isTimerMoving()) {
      return Verdict.MOVING;
    }
    boolean isTimeout = isTimed && !isCoroutine(wait.blocker);
    boolean hasTimer = isTimed ? isTimeout : mayBeEnded && foreign.isTimerSet();
    if (hasTimer && !isLong(wait, actors)) { // it times out by itself
      if (isTimeout && isNews(wait, actors, trace)) {
        trace.addOmission(actor, Trace.WITH_TIMEOUT);
      }
      return Verdict.MOVING;
    }
    Verdict verdict =
        wait.owner != null
            ? judgeOwner(wait.owner, actors, trace, with(actor, waiting))
            : wait.ownerId != -1
                ? judgeForeignOwner(wait, actors, trace)
                : judgeWithoutOwner(wait, actors, trace);
    if (verdict == Verdict.MOVING || actor.phase != Actor.Phase.RUNNING) { // has stopped by now
      return Verdict.MOVING;
    }
    if (isTimeout) {
      trace.addOmission(actor, Trace.WITH_TIMEOUT);
    }
    boolean endsByItself = isTimed || (verdict == Verdict.WAITING && foreign.isTimerSet());
    return endsByItself ? Verdict.TIMED : verdict;
  }

  /** Returns what an actor waits for; {@code null} if it runs, or is about to. */
  private static @Nullable Wait waitOf(Actor actor, List<Actor> actors) {
    Thread thread = actor.thread;
    if (thread == null || Jvm.isRunning(thread.getState())) {
      return null;
    }
    Object blocker = LockSupport.getBlocker(thread);
    if (blocker instanceof Actor) { // about to stop
      return null;
    }
    ThreadInfo info = Jvm.info(thread);
    if (info == null || Jvm.isRunning(info.getThreadState())) {
      return null;
    }
    boolean isBlocked = Jvm.isBlocked(info);
    if (!isBlocked && actor.isInterrupted()) { // and about to notice it
      return null;
    }
    boolean isInWait = !isBlocked && Jvm.isInWait(thread, info); // needs no lock until notified
    long ownerId = isInWait ? -1 : info.getLockOwnerId();
    Actor owner = ownerId == -1 ? null : find(ownerId, actors);
    if (owner == actor) { // it has just got the lock
      return null;
    }
    boolean isOnItsWay = isBlocked && owner != null && !isInQueue(actor, actors);
    return isOnItsWay ? null : new Wait(actor, thread, blocker, info, ownerId, owner);
  }

  /** Returns whether a wait that times out is one for others, which is not known yet. */
  private boolean isNews(Wait wait, List<Actor> actors, Trace trace) {
    return !trace.hasOmission(wait.actor, Trace.WITH_TIMEOUT)
        && !foreign.isBusy(actors)
        && (wait.owner != null || !isAboutToGoOn(wait))
        && waitsStill(wait);
  }

  private Verdict judgeWithoutOwner(Wait wait, List<Actor> actors, Trace trace) {
    boolean hasForeign = foreign.hasAny();
    boolean isMoving =
        Jvm.isBlocked(wait.info)
            || isAboutToGoOn(wait)
            || (!Locks.isLock(wait.blocker) && isForOutside(wait.actor))
            || foreign.isActive(actors, trace, wait.actor)
            || (hasForeign && isAnswered(wait));
    return isMoving ? Verdict.MOVING : Verdict.WAITING;
  }

  /**
   * Returns whether an actor at a monitor has come to rest. Before, it spins, and could get the
   * monitor before another that has waited for longer.
   */
  private static boolean isInQueue(Actor actor, List<Actor> actors) {
    if (actors.stream().noneMatch(other -> other != actor && other.isBlocked)) {
      return true;
    }
    long before = actor.cpuAtMonitor;
    actor.cpuAtMonitor = Jvm.cpuNanos(actor.thread);
    return actor.cpuAtMonitor == before;
  }

  private static Set<Actor> with(Actor actor, Set<Actor> others) {
    Set<Actor> all = new HashSet<>(others);
    all.add(actor);
    return all;
  }

  private Verdict judgeOwner(Actor owner, List<Actor> actors, Trace trace, Set<Actor> waiting) {
    Actor.Phase phase = owner.phase;
    boolean isCycle = waiting.contains(owner); // the owners wait for each other
    if (phase.isStop || phase == Actor.Phase.DONE || isCycle) {
      return Verdict.HELD;
    }
    boolean waits = owner.isBlocked && judge(owner, actors, trace, waiting) != Verdict.MOVING;
    return waits ? Verdict.HELD : Verdict.MOVING;
  }

  /** Judges an actor that waits for a lock of a thread that the scenario does not schedule. */
  private Verdict judgeForeignOwner(Wait wait, List<Actor> actors, Trace trace) {
    if (foreign.isActive(actors, trace, wait.actor)) {
      return Verdict.MOVING;
    }
    ThreadInfo now = Jvm.info(wait.thread);
    boolean waitsStill =
        now != null
            && now.getLockOwnerId() == wait.ownerId
            && now.getBlockedCount() == wait.info.getBlockedCount()
            && now.getWaitedCount() == wait.info.getWaitedCount();
    return waitsStill ? Verdict.HELD : Verdict.MOVING;
  }

  /**
   * Returns whether a thread that is waiting for something without an owner has been woken: asks
   * the future that it waits for, or lets it look at its condition once more.
   */
  private static boolean isAboutToGoOn(Wait wait) {
    ForkJoinPool.ManagedBlocker waiter = Stages.waiter(wait.blocker);
    if (waiter != null) {
      return Stages.isReleasable(waiter) || wait.hasChanged();
    }
    if (wait.blocker instanceof Future<?> future) {
      return future.isDone() || wait.hasChanged();
    }
    LockInfo lock = wait.info.getLockInfo();
    if (lock != null && lock.getClassName().startsWith(Locks.REENTRANT_LOCK)) {
      return true; // whoever was given the lock is about to take it
    }
    boolean isMonitor = wait.blocker == null && lock != null;
    if (isMonitor) { // Object.wait() shows a notification at once, join() not the end of a thread
      return isJoining(wait.actor) && ForeignThreads.find(lock.getIdentityHashCode()) == null;
    }
    return !wait.actor.looksAgain();
  }

  /** Returns whether an actor is in the same wait as before, which has not been answered. */
  @SuppressWarnings("ReferenceEquality") // the very object
  private static boolean waitsStill(Wait wait) {
    return wait.actor.phase == Actor.Phase.RUNNING
        && !Jvm.isRunning(wait.thread.getState())
        && LockSupport.getBlocker(wait.thread) == wait.blocker
        && (wait.blocker != null || !wait.hasChanged());
  }

  /** Asks once more, as a thread that has ended by now may have woken the actor before. */
  private boolean isAnswered(Wait wait) {
    ThreadInfo now = Jvm.info(wait.thread);
    boolean isAnswered =
        now == null || Jvm.isRunning(now.getThreadState()) || isAboutToGoOn(wait.seenAs(now));
    if (isAnswered) {
      foreign.noteAnswer();
    }
    return isAnswered;
  }

  /** Returns whether an actor waits with a timeout for something, rather than sleeps. */
  static boolean isInTimedWait(Actor actor) {
    ThreadInfo info = Jvm.info(actor.thread);
    return info != null
        && info.getThreadState() == Thread.State.TIMED_WAITING
        && info.getLockInfo() != null;
  }

  /** Returns whether an actor waits for a notification or signal of one that has the lock. */
  boolean isInWait(Actor actor) {
    Thread thread = actor.thread;
    ThreadInfo info = Jvm.info(thread);
    if (thread == null || info == null || Jvm.isBlocked(info)) {
      return false;
    }
    return Jvm.isInWait(thread, info) || LockSupport.getBlocker(thread) instanceof Condition;
  }

  /** Returns whether an actor that waited for something else was woken, and waits for a lock. */
  boolean hasComeToLock(Actor actor) {
    if (actor.verdict == Verdict.HELD || actor.stopsWhenBlocked == actor.stopsWhenJudged) {
      return actor.verdict == Verdict.HELD;
    }
    actor.stopsWhenBlocked = actor.stopsWhenJudged;
    return Locks.isAtLock(actor);
  }

  /**
   * Returns whether the monitor that an actor waits for was released, and entered again by the same
   * owner, since this was asked last.
   */
  boolean isHeldAgain(Actor actor, List<Actor> actors) {
    ThreadInfo waiting = notesStacks ? Jvm.info(actor.thread) : null;
    LockInfo lock = waiting == null ? null : waiting.getLockInfo();
    Actor owner = waiting == null ? null : find(waiting.getLockOwnerId(), actors);
    if (lock == null || owner == null || !owner.phase.isStop) {
      return false;
    }
    Holding before = actor.held;
    Holding now = Holding.of(owner, lock.getIdentityHashCode());
    actor.held = now;
    return before != null && now != null && now.mayBeEnteredAfter(before);
  }

  @SuppressWarnings("ReferenceEquality") // the very waiter
  private static void noteFuture(Actor actor) {
    Thread thread = actor.thread;
    ForkJoinPool.ManagedBlocker waiter =
        Stages.waiter(thread == null ? null : LockSupport.getBlocker(thread));
    Stages.Wait before = actor.futureWait;
    if (waiter != null && (before == null || before.waiter() != waiter)) {
      actor.futureWait = new Stages.Wait(waiter, Frames.innermost(actor.stack()));
    }
  }

  private static boolean isJoining(Actor actor) {
    for (StackTraceElement frame : actor.stack()) {
      if (frame.getClassName().equals("java.lang.Thread") && frame.getMethodName().equals("join")) {
        return true;
      }
    }
    return false;
  }

  /**
   * Returns whether a wait with a timeout is so long that it is one for another actor. A short one
   * is left to end by itself. The place in the code decides, so that it is decided once.
   */
  private synchronized boolean isLong(Wait of, List<Actor> actors) {
    Actor actor = of.actor;
    boolean hasOwnTasks = hasTasks(actor, other -> other.isTaskOf(actor), actors);
    boolean isOfATask = !hasOwnTasks && hasTasks(actor, actors); // as that of a worker at a queue
    if (isOfATask || hasSpun(actor)) {
      return true;
    }
    StackTraceElement[] frames = actor.stack();
    String place = Frames.of(frames, 2);
    if (!longWaits.contains(place)) {
      // Nothing else can end it now, so that it is too short if it ends.
      String at = Frames.innermost(frames);
      boolean isThere = !Jvm.isRunning(of.thread.getState()) && !of.hasChanged() && !at.isEmpty();
      if (isThere && hasOwnTasks && !actor.isBlocked && !foreign.isBusy(actors)) {
        actor.timedWait = at;
      }
      TimedWait wait = timedWaits.get(of.thread);
      if (wait == null || wait.count != of.info.getWaitedCount()) {
        wait = new TimedWait(of.info.getWaitedCount(), System.nanoTime(), 0);
      }
      wait = wait.seenAt(System.nanoTime());
      timedWaits.put(of.thread, wait);
      boolean isLong =
          wait.nanos > Limits.TIMEOUT_NANOS
              && (LockSupport.getBlocker(of.thread) == null || actor.looksAgain());
      if (!isLong) {
        return false;
      }
      longWaits.add(place);
    }
    actor.timedWait = null;
    return true;
  }

  /** Returns whether tasks of an actor, or of the one whose task it is, have not ended. */
  private static boolean hasTasks(Actor actor, List<Actor> actors) {
    return hasTasks(actor, other -> other.task != null && other.root == actor.root, actors);
  }

  private static boolean hasTasks(Actor actor, Predicate<Actor> areMeant, List<Actor> actors) {
    return actors.stream()
        .anyMatch(other -> other != actor && areMeant.test(other) && !other.isDone());
  }

  /** A coroutine that waits for tasks parks with the greatest timeout that there is. */
  private static boolean isCoroutine(@Nullable Object blocker) {
    return blocker != null
        && blocker.getClass().getName().equals("kotlinx.coroutines.BlockingCoroutine");
  }

  /** A virtual thread and an HTTP request, which are in no thread group, end by themselves. */
  private static boolean isForOutside(Actor actor) {
    StackTraceElement[] frames = actor.stack();
    return Frames.contains(frames, VIRTUAL_THREAD)
        || Frames.contains(frames, "jdk.internal.net.http.");
  }

  /** Returns whether an actor waits for a virtual thread, or for a monitor that one holds. */
  static boolean isForVirtualThread(Actor actor) {
    ThreadInfo info = Jvm.info(actor.thread);
    boolean isOwnerUnknown = info != null && Jvm.isBlocked(info) && info.getLockOwnerId() == -1;
    return isOwnerUnknown || Frames.contains(actor.stack(), VIRTUAL_THREAD);
  }

  /** Returns whether an actor is where one was taken to poll. */
  boolean hasSpun(Actor actor) {
    return !spins.isEmpty() && spins.contains(method(actor));
  }

  void addSpin(Actor actor) {
    spins.add(method(actor));
  }

  /** Returns the user's method in which an actor is. */
  private static String method(Actor actor) {
    return Frames.method(actor.stack());
  }

  /** Returns the actor of a thread; a task may have the thread of one that is done. */
  static @Nullable Actor find(long thread, List<Actor> actors) {
    Actor found = null;
    for (Actor actor : actors) {
      Thread its = actor.thread;
      boolean isHere = its != null && Jvm.id(its) == thread && actor.phase != Actor.Phase.NEW;
      if (isHere && (found == null || found.isDone())) {
        found = actor;
      }
    }
    return found;
  }
}
