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

  /** What an actor did whose wait may have hidden orders. */
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
    Thread thread = actor.thread;
    if (thread == null || Jvm.isRunning(thread.getState())) {
      return Verdict.MOVING;
    }
    Object blocker = LockSupport.getBlocker(thread);
    if (blocker instanceof Actor) { // about to stop
      return Verdict.MOVING;
    }
    ThreadInfo info = Jvm.info(thread);
    if (info == null || Jvm.isRunning(info.getThreadState())) {
      return Verdict.MOVING;
    }
    boolean isBlocked = Jvm.isBlocked(info);
    if (!isBlocked && actor.isInterrupted()) { // and about to notice it
      return Verdict.MOVING;
    }
    boolean isInWait = !isBlocked && Jvm.isInWait(thread, info); // needs no lock until notified
    long ownerId = isInWait ? -1 : info.getLockOwnerId();
    Actor owner = ownerId == -1 ? null : find(ownerId, actors);
    if (owner == actor) { // it has just got the lock
      return Verdict.MOVING;
    }
    if (isBlocked && owner != null && !isInQueue(actor, actors)) {
      return Verdict.MOVING;
    }
    boolean mayBeEnded = owner == null && hasTasks(actor, actors);
    boolean isTimed =
        info.getThreadState() == Thread.State.TIMED_WAITING
            && !(mayBeEnded && isCoroutine(blocker));
    if (isTimed && info.getLockInfo() == null) { // it sleeps
      return Verdict.MOVING;
    }
    if (!isTimed && mayBeEnded && foreign.isTimerMoving()) {
      return Verdict.MOVING;
    }
    boolean isTimeout = isTimed && !isCoroutine(blocker);
    boolean hasTimer = isTimed ? isTimeout : mayBeEnded && foreign.isTimerSet();
    if (hasTimer && !isLong(thread, info, actor, actors)) {
      if (isTimeout
          && !trace.hasOmission(actor, Trace.WITH_TIMEOUT)
          && !foreign.isBusy(actors)
          && (owner != null || !isAboutToGoOn(actor, thread, blocker, info))
          && waitsStill(actor, thread, blocker, info)) {
        trace.addOmission(actor, Trace.WITH_TIMEOUT);
      }
      return Verdict.MOVING; // it times out by itself
    }
    boolean isHeldOutside = owner == null && ownerId != -1;
    boolean hasForeign = owner == null && foreign.hasAny();
    Verdict verdict =
        owner != null
            ? judgeOwner(owner, actors, trace, with(actor, waiting))
            : isHeldOutside
                ? judgeForeignOwner(actor, thread, info, actors, trace)
                : isBlocked
                        || isAboutToGoOn(actor, thread, blocker, info)
                        || (!Locks.isLock(blocker) && isForOutside(actor))
                        || foreign.isActive(actors, trace, actor)
                        || (hasForeign && isAnswered(actor, thread, blocker))
                    ? Verdict.MOVING
                    : Verdict.WAITING;
    if (verdict == Verdict.MOVING || actor.phase != Actor.Phase.RUNNING) { // has stopped by now
      return Verdict.MOVING;
    }
    if (isTimeout) {
      trace.addOmission(actor, Trace.WITH_TIMEOUT);
    }
    boolean endsByItself = isTimed || (verdict == Verdict.WAITING && foreign.isTimerSet());
    return endsByItself ? Verdict.TIMED : verdict;
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
  private Verdict judgeForeignOwner(
      Actor actor, Thread thread, ThreadInfo info, List<Actor> actors, Trace trace) {
    if (foreign.isActive(actors, trace, actor)) {
      return Verdict.MOVING;
    }
    ThreadInfo now = Jvm.info(thread);
    boolean waitsStill =
        now != null
            && now.getLockOwnerId() == info.getLockOwnerId()
            && now.getBlockedCount() == info.getBlockedCount()
            && now.getWaitedCount() == info.getWaitedCount();
    return waitsStill ? Verdict.HELD : Verdict.MOVING;
  }

  /**
   * Returns whether a thread that is waiting for something without an owner has been woken: asks
   * the future that it waits for, or lets it look at its condition once more.
   */
  private static boolean isAboutToGoOn(
      Actor actor, Thread thread, @Nullable Object blocker, ThreadInfo info) {
    ForkJoinPool.ManagedBlocker waiter = Stages.waiter(blocker);
    if (waiter != null) {
      return Stages.isReleasable(waiter) || Jvm.changed(thread, info);
    }
    if (blocker instanceof Future<?> future) {
      return future.isDone() || Jvm.changed(thread, info);
    }
    LockInfo lock = info.getLockInfo();
    if (lock != null && lock.getClassName().startsWith(Locks.REENTRANT_LOCK)) {
      return true; // whoever was given the lock is about to take it
    }
    boolean isMonitor = blocker == null && lock != null;
    if (isMonitor) { // Object.wait() shows a notification at once, join() not the end of a thread
      return isJoining(actor) && ForeignThreads.find(lock.getIdentityHashCode()) == null;
    }
    return !actor.looksAgain();
  }

  /** Returns whether an actor is in the same wait as before, which has not been answered. */
  @SuppressWarnings("ReferenceEquality") // the very object
  private static boolean waitsStill(
      Actor actor, Thread thread, @Nullable Object blocker, ThreadInfo info) {
    return actor.phase == Actor.Phase.RUNNING
        && !Jvm.isRunning(thread.getState())
        && LockSupport.getBlocker(thread) == blocker
        && (blocker != null || !Jvm.changed(thread, info));
  }

  /** Asks once more, as a thread that has ended by now may have woken the actor before. */
  private boolean isAnswered(Actor actor, Thread thread, @Nullable Object blocker) {
    ThreadInfo info = Jvm.info(thread);
    boolean isAnswered =
        info == null
            || Jvm.isRunning(info.getThreadState())
            || isAboutToGoOn(actor, thread, blocker, info);
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
  private synchronized boolean isLong(
      Thread thread, ThreadInfo info, Actor actor, List<Actor> actors) {
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
      boolean isThere =
          !Jvm.isRunning(thread.getState()) && !Jvm.changed(thread, info) && !at.isEmpty();
      if (isThere && hasOwnTasks && !actor.isBlocked && !foreign.isBusy(actors)) {
        actor.timedWait = at;
      }
      TimedWait wait = timedWaits.get(thread);
      if (wait == null || wait.count != info.getWaitedCount()) {
        wait = new TimedWait(info.getWaitedCount(), System.nanoTime(), 0);
      }
      wait = wait.seenAt(System.nanoTime());
      timedWaits.put(thread, wait);
      boolean isLong =
          wait.nanos > Limits.TIMEOUT_NANOS
              && (LockSupport.getBlocker(thread) == null || actor.looksAgain());
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
