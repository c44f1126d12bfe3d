package io.github.durablestore.scenario;

import java.lang.StackWalker.Option;
import java.lang.StackWalker.StackFrame;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A thread of control in a run: the process itself, an actor of the scenario, or a task. */
final class Actor {
  /** What it is doing. At a stop, it does nothing until it gets the turn. */
  enum Phase {
    NEW(false),
    GRANTED(false),
    RUNNING(false),
    BEFORE_CALL(true),
    AFTER_CALL(true),
    /** Between two operations. */
    BETWEEN(true),
    /** Before something that needs the turn. */
    ASKING(true),
    /** Before it submits a task whose place among those of others matters. */
    SUBMITTING(true),
    /** Until a condition is true. */
    AWAITING(true),
    DONE(false);

    final boolean isStop;

    Phase(boolean isStop) {
      this.isStop = isStop;
    }
  }

  private static final StackWalker WALKER =
      StackWalker.getInstance(Set.of(Option.RETAIN_CLASS_REFERENCE, Option.SHOW_HIDDEN_FRAMES));
  private static final int MAX_CALLS_WHEN_DEAD = 200_000;
  private static final long UNKNOWN = -1;

  /** A part of the CPU time that one who spins gets. */
  private static final int YIELD_PART = 50;

  final String name;

  /** Whether it is the process's own thread. */
  final boolean isProcess;

  /** The actor that submitted it; {@code null} if it is no task. */
  private final @Nullable Actor parent;

  /** The actor that submitted it, or whose task did; an actor that is no task is its own. */
  final Actor root;

  final @Nullable PoolTask<?> task;

  /** What it does in its thread. */
  final Consumer<Actor> work;

  /** Its letter in a schedule. */
  int index;

  volatile Phase phase = Phase.NEW;
  volatile @Nullable Thread thread;

  /** How often it has begun or ended a call of the store: odd during a call. */
  private volatile int callChanges;

  /** Whether it lost the turn because it waits for another actor. */
  volatile boolean isBlocked;

  /** Whether it polls, so that it goes on beside the others until it stops. */
  volatile boolean isPolling;

  /** How it was last judged. */
  volatile Watch.Verdict verdict = Watch.Verdict.MOVING;

  /** Its CPU time when it was last seen at a monitor. */
  volatile long cpuAtMonitor;

  /** Whether it lost the turn in a wait for a notification, which needs the lock to return. */
  volatile boolean isInWait;

  /** The user's method in which it waits for something else; empty for none. */
  volatile String waitsIn = "";

  /** Which monitor it waits to enter, or has left to wait; empty for none. */
  volatile String monitor = "";

  /** Whether its wait for a lock is noted. */
  volatile boolean isNotedAtLock;

  /** Which lock that is; empty if it is not known. */
  volatile String lock = "";

  /** How often it had stopped when it was last seen to wait for something other than a lock. */
  volatile long stopsWhenBlocked;

  /** How often it had stopped when it was last judged to wait. */
  volatile long stopsWhenJudged;

  /** Where it waits for tasks of its own with a timeout that may be short. */
  volatile @Nullable String timedWait;

  /** The future that it waited for when it was last judged, until it makes its next call. */
  volatile Stages.@Nullable Wait futureWait;

  /** Who held the lock that it waits for, when that was last looked at. */
  @Nullable Holding held;

  /** Where it was at its last stop, the outermost method first; empty if that was not noted. */
  volatile List<StackFrame> places = List.of();

  /** The stack of a wait, and how often its thread had stopped by then. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Rest(long stops, StackTraceElement[] stack) {}

  private volatile @Nullable Rest rest;

  private volatile long waitsWhenBlocked = UNKNOWN;
  private volatile long cpuNanos;
  private volatile long waits;
  private volatile boolean go;
  private volatile boolean interrupted;

  private int callsWhenDead; // only its thread touches it

  // Only whoever has the turn touches these; the turn is passed on by a volatile write.
  int calls;
  int tasks;
  int begun;

  /** The call that it is about to make. */
  @Nullable Event pending;

  final Repeats repeats = new Repeats();
  Choice.Kind order = Choice.Kind.GO;
  @Nullable BooleanSupplier condition;
  long deadline = Long.MAX_VALUE;

  /** The operation that it has begun, until its end is recorded. */
  @Nullable Ending ending;

  /** The operation that submitted it; {@code null} if none did. */
  private final @Nullable Ending submittedBy;

  private Actor(
      int index,
      String name,
      boolean isProcess,
      @Nullable Actor parent,
      @Nullable PoolTask<?> task,
      Consumer<Actor> work) {
    this.index = index;
    this.name = name;
    this.isProcess = isProcess;
    this.parent = parent;
    this.root = parent == null ? this : parent.root;
    this.task = task;
    this.work = work;
    this.submittedBy = parent == null ? null : parent.operation();
  }

  static Actor of(int index, String name, Consumer<Actor> work) {
    return new Actor(index, name, false, null, null, work);
  }

  static Actor ofProcess(String name) {
    return new Actor(0, name, true, null, null, me -> {});
  }

  static Actor ofTask(int index, Actor submitter, PoolTask<?> task) {
    Consumer<Actor> work =
        me -> {
          var ending = new Ending(me, null, -1, 0, me.begun);
          me.ending = ending;
          task.run();
          ending.thrown = task.thrown();
        };
    return new Actor(index, "task " + ++submitter.root.tasks, false, submitter, task, work);
  }

  /** Returns whether it is a task that another submitted, or that a task of the other did. */
  boolean isTaskOf(Actor other) {
    return parent != null && (parent == other || parent.isTaskOf(other));
  }

  /** Returns the operation that it does, or that submitted it; {@code null} for none. */
  @Nullable Ending operation() {
    return task == null ? ending : submittedBy;
  }

  int callChanges() {
    return callChanges;
  }

  boolean isInCall() {
    return callChanges % 2 != 0;
  }

  /** Begins or ends a call; only its own thread does. */
  @SuppressWarnings("NonAtomicVolatileUpdate")
  void changeCall() {
    callChanges++;
  }

  boolean isDone() {
    return phase == Phase.DONE;
  }

  /** Returns whether it is a periodic task, or was submitted by one. */
  boolean isPeriodic() {
    return (task != null && task.isPeriodic()) || (parent != null && parent.isPeriodic());
  }

  /** Returns whether it is a task that was cancelled before it started. */
  boolean isCancelled() {
    return task != null && phase == Phase.NEW && task.isCancelled();
  }

  /** Returns whether it stopped before or after a call. */
  boolean isAtCall() {
    return phase == Phase.BEFORE_CALL || phase == Phase.AFTER_CALL;
  }

  /** Returns whether it is at a stop, or done. */
  boolean hasStopped() {
    Phase now = phase;
    return now.isStop || now == Phase.DONE;
  }

  /** Notes where it is, in its own thread. */
  void noteStack() {
    List<StackFrame> frames = new ArrayList<>(WALKER.walk(Stream::toList));
    Collections.reverse(frames);
    places = frames;
  }

  /** Stops; the caller then waits for the turn. */
  void stop(Phase stop) {
    go = false;
    phase = stop;
  }

  void grant() {
    go = true;
    Thread stopped = thread;
    if (stopped != null && stopped != Thread.currentThread()) {
      LockSupport.unpark(stopped);
    }
  }

  /** Waits for the turn. An interrupt is kept for the actor's own code. */
  void awaitTurn() {
    if (!Spin.until(() -> go)) {
      while (!go) {
        LockSupport.park(this);
        if (Thread.currentThread().isInterrupted()) {
          interrupted = true;
          Thread.interrupted();
        }
      }
    }
    if (interrupted) {
      interrupted = false;
      Thread.currentThread().interrupt();
    }
  }

  /** Returns whether its thread has been interrupted, also while it waits for the turn. */
  boolean isInterrupted() {
    Thread its = thread;
    return interrupted || (its != null && its.isInterrupted());
  }

  /**
   * Returns its stack; empty if it has no thread yet. That of a wait is kept, since a stack is slow
   * to get beside busy threads, and a wait is looked at often.
   */
  StackTraceElement[] stack() {
    Thread its = thread;
    if (its == null) {
      return new StackTraceElement[0];
    }
    if (Jvm.isRunning(its.getState())) {
      return its.getStackTrace();
    }
    long stops = Jvm.stops(its);
    Rest last = rest;
    if (last == null || last.stops != stops) {
      last = new Rest(stops, its.getStackTrace());
      if (!Jvm.isRunning(its.getState()) && Jvm.stops(its) == stops) { // has not moved
        rest = last;
      }
    }
    return last.stack;
  }

  /** Starts counting its CPU time and its waits. */
  void mark() {
    cpuNanos = Jvm.cpuNanos(thread);
    waits = Jvm.waits(thread);
  }

  /** Returns whether it is asleep, after this many waits, or has used this much CPU time. */
  boolean hasPolled(int times, long nanos) {
    boolean isAsleep =
        Jvm.state(thread) == Thread.State.TIMED_WAITING
            && !Frames.contains(stack(), "java.util.stream."); // it helps, and waits for others
    return hasLooked(isAsleep ? times : Integer.MAX_VALUE, nanos) || hasYielded(nanos);
  }

  /**
   * Returns whether it gives the processor to others all the time, so that it gets little of it.
   */
  private boolean hasYielded(long nanos) {
    return Jvm.cpuNanos(thread) - cpuNanos >= nanos / YIELD_PART && Frames.isYielding(stack());
  }

  /** Returns whether it has looked again, as one does that polls. */
  boolean hasLookedAgain() {
    return hasLooked(2, Limits.SPUN_NANOS) || hasYielded(Limits.SPUN_NANOS);
  }

  /** Returns whether it has waited this many times, or used this much CPU time, since the mark. */
  boolean hasLooked(int times, long nanos) {
    return Jvm.waits(thread) - waits >= times || Jvm.cpuNanos(thread) - cpuNanos >= nanos;
  }

  /** Starts counting how often it is woken while it waits. */
  void countWaits() {
    boolean isParked =
        look(Jvm.stops(thread)) == Jvm.Look.IN_VAIN; // has used up what woke it before
    waitsWhenBlocked = isParked ? Jvm.waits(thread) : UNKNOWN;
  }

  /** Returns whether it looks at its condition and waits as before; does not count that wait. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // whoever has the turn counts, or the watch
  boolean looksAgain() {
    long stops = Jvm.stops(thread);
    Jvm.Look look = look(stops);
    boolean isInVain = look == Jvm.Look.IN_VAIN;
    if (look != Jvm.Look.NONE && waitsWhenBlocked != UNKNOWN) {
      waitsWhenBlocked++;
    }
    if (isInVain && stopsWhenJudged == stops) {
      stopsWhenJudged++;
    }
    if (isInVain && stopsWhenBlocked == stops) {
      stopsWhenBlocked++;
    }
    return isInVain;
  }

  /** Lets it look at its condition, and keeps the stack of its wait if it waits as before. */
  private Jvm.Look look(long stops) {
    Jvm.Look look = Jvm.look(thread);
    Rest last = rest;
    if (look == Jvm.Look.IN_VAIN && last != null && last.stops == stops) {
      rest = new Rest(stops + 1, last.stack);
    }
    return look;
  }

  void forgetWaits() {
    waitsWhenBlocked = UNKNOWN;
    lock = "";
    held = null;
  }

  /** Returns whether it was last judged to wait for a lock, with an owner or without. */
  boolean isAtLock() {
    return verdict == Watch.Verdict.HELD || (verdict == Watch.Verdict.WAITING && isNotedAtLock);
  }

  /** Returns whether a lock that it waits for was released, and is held again. */
  boolean hasWokenInVain() {
    return waitsWhenBlocked != UNKNOWN
        && Jvm.state(thread) == Thread.State.WAITING
        && Jvm.waits(thread) > waitsWhenBlocked;
  }

  /**
   * Counts a call of the dead process's store; returns whether there are more of them than the
   * finally blocks of a full stack make.
   */
  boolean goesOnWhenDead() {
    return ++callsWhenDead > MAX_CALLS_WHEN_DEAD;
  }

  /** Stops the current thread, whatever it would do with an exception. */
  static void stopForGood() {
    while (true) {
      LockSupport.park();
      Thread.interrupted(); // or it would not park again
    }
  }
}
