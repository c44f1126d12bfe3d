package io.github.durablestore.scenario;

import io.github.durablestore.scenario.Actor.Phase;
import io.github.durablestore.text.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Who goes on in a process. One of its threads at a time has the turn. When it stops, it picks the
 * next one and hands the turn over, so that no scheduler thread is needed. Another thread watches,
 * and takes the turn from those that wait for each other.
 *
 * <p>The process's own thread starts it and checks it; meanwhile tasks run one by one. In between,
 * it lets the actors run, in an order that a {@link Schedule} chooses.
 */
final class Scheduler {
  private static final int MOST_CALLS = 1_000;

  /** More than the finally blocks of a full stack make. */
  private static final int MOST_CALLS_WHEN_DEAD = 200_000;

  private static final int INTERRUPT_LOOKS = 50;
  private static final int MOST_LOOKS = 20;
  private static final int MOST_LOOKS_AT_NOTHING = 1_000;
  private static final long BUSY_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final long MEASURE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final long SPIN_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long SPUN_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(30);

  /** How the next one is chosen. */
  private enum Mode {
    /** One by one: a task runs when the process's own thread waits. */
    SERIAL,
    /** By the schedule: the actors and the tasks. */
    CHOOSING,
    /** By the schedule: only the process's own thread, whose calls may fail and which may die. */
    RECOVERING
  }

  private final Workers workers;
  private final Watch watch;
  private final Schedule schedule;
  private final Trace trace;
  private final boolean isReplay;
  private final Race race;
  private final List<Actor> actors = new CopyOnWriteArrayList<>();
  private final AtomicReference<@Nullable Actor> turn = new AtomicReference<>();

  /** The process's own thread. */
  final Actor process;

  private volatile Mode mode = Mode.SERIAL;
  private volatile boolean isEnding;
  private boolean runsDelayed;
  private int round;
  private boolean isRaceOn;
  private @Nullable Actor last;
  private volatile long now;

  private volatile boolean dead;
  private volatile boolean ended;
  private volatile boolean stuck;
  private volatile int moves;
  private volatile @Nullable String trouble;
  private volatile @Nullable Diverged diverged;
  private volatile boolean hasDeadlock;
  volatile boolean isDiscarded;
  volatile boolean isOverflown;

  // Only the watching thread touches these.
  private int seen = -1;
  private long since;
  private boolean isMeasured;

  /**
   * Creates the scheduler of a process, which the current thread starts.
   *
   * @param name the name of the process
   */
  Scheduler(String name, Conductor conductor, Schedule schedule, Trace trace, Race race) {
    workers = conductor.workers();
    watch = conductor.watch();
    isReplay = conductor.isReplay();
    this.schedule = schedule;
    this.trace = trace;
    this.race = race;
    process = Actor.ofProcess(name);
    process.phase = Phase.RUNNING;
    process.thread = Thread.currentThread();
    actors.add(process);
    turn.set(process);
  }

  /** Returns the process's own thread, and the actors and tasks by their letters. */
  List<Actor> actors() {
    return actors;
  }

  /** Returns what was wrong; {@code null} for nothing. */
  @Nullable String trouble() {
    return trouble;
  }

  /** Returns whether what was wrong is that no actor could go on. */
  boolean hasDeadlock() {
    return hasDeadlock;
  }

  /** Returns how the run differs from the choices that it should repeat; {@code null} if not. */
  @Nullable Diverged diverged() {
    return diverged;
  }

  /** Returns whether nothing of the process may go on, for example because it died. */
  boolean isDead() {
    return dead;
  }

  /** Returns whether the process has come to its end, rather than died. */
  boolean hasEnded() {
    return ended;
  }

  // What the process's own thread does.

  /** Lets the actors run, and all tasks, until all have ended or the process has died. */
  void play(List<Actor> own) {
    var all = new ArrayList<>(own);
    actors.stream().filter(task -> task.task != null && !task.isDone()).forEach(all::add);
    for (int index = 0; index < all.size(); index++) {
      all.get(index).index = index;
    }
    actors.retainAll(List.of(process));
    actors.addAll(all);
    mode = Mode.CHOOSING;
    awaitEnd();
    mode = Mode.SERIAL;
  }

  /**
   * Runs the tasks that can run, one by one.
   *
   * @param delayed whether those too that are due later, and periodic ones once
   */
  void drain(boolean delayed) {
    if (actors.size() == 1 || dead) {
      return;
    }
    runsDelayed = delayed;
    round++;
    awaitEnd();
    runsDelayed = false;
  }

  /** Lets the schedule disturb the calls that the process's own thread makes from now on. */
  void recover() {
    mode = Mode.RECOVERING;
  }

  /** Lets nothing be disturbed from now on. */
  void calm() {
    mode = Mode.SERIAL;
  }

  private void awaitEnd() {
    isEnding = true;
    last = null;
    stop(process, Phase.AWAITING);
    isEnding = false;
  }

  /** Ends the process: its threads get an error from whatever they do next. */
  void finish(boolean crashed) {
    ended = !crashed && !dead;
    dead = true;
    unwind();
  }

  // What the process's threads do.

  /** Returns the actor of the current thread; {@code null} if the scenario does not schedule it. */
  @Nullable Actor me() {
    Thread current = Thread.currentThread();
    for (Actor actor : actors) {
      if (actor.thread == current && !actor.isDone() && actor.phase != Phase.NEW) {
        return actor;
      }
    }
    return null;
  }

  /** Returns whether stops of an actor are choices now. */
  boolean isChoosing(Actor actor) {
    return actor == process ? mode == Mode.RECOVERING : mode == Mode.CHOOSING;
  }

  /** Waits for the turn, if the process's own thread was woken by another that still has it. */
  void requireTurn() {
    requireTurn(process);
  }

  /** Waits for the turn, if the actor was woken by another that still has it. */
  void requireTurn(Actor me) {
    if (turn.get() != me) {
      stop(me, Phase.ASKING);
    }
  }

  /** Counts a call. */
  void countCall(Actor me) {
    if (++me.calls > MOST_CALLS) {
      end("%s made %,d calls and did not end".formatted(Text.name(me.name), MOST_CALLS));
      throw new Crash();
    }
  }

  /**
   * Returns what a call of the dead process throws. One that goes on calling whatever that throws
   * is stopped for good.
   */
  Crash crash(@Nullable Actor me) {
    if (me != null && me != process && ++me.callsWhenDead > MOST_CALLS_WHEN_DEAD) {
      trouble = "%s goes on calling the store of its dead process".formatted(Text.name(me.name));
      while (true) {
        LockSupport.park();
        Thread.interrupted(); // or it would not park again
      }
    }
    return new Crash();
  }

  /** Records that an actor waits for a task with a timeout. */
  void noteTimeout(Actor me) {
    if (isChoosing(me)) {
      trace.addOmission(me, Watch.WITH_TIMEOUT);
    }
  }

  /** Waits until a condition is true, in virtual time. */
  void await(Actor me, BooleanSupplier condition, long nanos) {
    requireTurn(me);
    if (condition.getAsBoolean() || nanos <= 0 || me.isInterrupted()) {
      return;
    }
    me.condition = condition;
    me.deadline = nanos == Long.MAX_VALUE ? nanos : now + nanos;
    try {
      stop(me, Phase.AWAITING);
    } finally {
      me.condition = null;
      me.deadline = Long.MAX_VALUE;
    }
    if (dead) {
      throw new Crash();
    }
  }

  /** Stops until the actor gets the turn. */
  void stop(Actor me, Phase phase) {
    boolean hasTurn = turn.get() == me; // one without it may get it as soon as it has stopped
    me.stop(phase);
    if (dead) { // no one would give it the turn
      me.grant();
    }
    if (hasTurn && turn.compareAndSet(me, null)) {
      pass();
    }
    me.awaitTurn();
    me.phase = Phase.RUNNING;
    if (dead && (me != process || mode == Mode.RECOVERING)) {
      throw new Crash();
    }
  }

  /** Adds a task, which is an actor from now on. */
  void submit(Actor me, PoolTask<?> task) {
    if (mode == Mode.CHOOSING && actors.size() > Choice.MOST_ACTORS) {
      long tasks = actors.stream().filter(actor -> actor.task != null).count();
      long own = actors.size() - 1 - tasks; // without the process's own thread
      end(
          "%s submits one task more than a run can have: there are %d %s and %d tasks, and %d is the most; submit fewer"
              .formatted(
                  Text.name(me.root.name),
                  own,
                  own == 1 ? "actor" : "actors",
                  tasks,
                  Choice.MOST_ACTORS));
      throw new Crash();
    }
    actors.add(Actor.ofTask(actors.size() - 1, me, task));
  }

  /** Ends the run early. */
  void end(@Nullable String trouble) {
    if (this.trouble == null) {
      this.trouble = trouble;
    }
    dead = true;
    process.grant();
    Thread thread = process.thread;
    if (process.isBlocked && thread != null) {
      thread.interrupt();
    }
  }

  /** Returns whether the process's own thread waits for ever, and ignores that it should end. */
  boolean isAbandoned() {
    return dead
        && process.isBlocked
        && process.phase == Phase.RUNNING
        && watch.judge(process, actors, trace) != Watch.Verdict.MOVING;
  }

  long now() {
    return now;
  }

  private void perform(Actor actor) {
    actor.phase = Phase.RUNNING;
    try {
      actor.work.run(actor);
    } catch (Crash e) {
      // the process died
    }
  }

  private void done(Actor actor) {
    actor.phase = Phase.DONE;
    if (turn.compareAndSet(actor, null)) {
      pass();
    }
  }

  /** Hands the turn to the next one, after the previous one has given it up. */
  private void pass() {
    Actor next = next();
    if (dead) {
      process.grant();
    } else if (next != null) {
      give(next);
    }
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // only whoever passes the turn changes it
  private void give(Actor next) {
    if (next != last && next != process && mode == Mode.CHOOSING) {
      trace.add(Event.Kind.TURN, next);
    }
    last = next;
    boolean isNew = next.phase == Phase.NEW;
    if (isNew || next.phase == Phase.BETWEEN) {
      next.begun = trace.tick();
    }
    boolean isRacing =
        mode == Mode.CHOOSING
            && next.phase != Phase.BEFORE_CALL // it makes its call alone
            && race.isAt(schedule.length() - 1);
    next.phase = Phase.GRANTED;
    if (isRacing) {
      next.isBlocked = true;
    } else {
      turn.set(next);
      moves++;
    }
    if (isNew) {
      if (next.task != null) {
        now = Math.max(now, next.task.due());
      }
      workers.start(next, () -> perform(next), () -> done(next));
    } else {
      next.grant();
    }
    if (isRacing) { // it will wait for a lock, and the other is about to leave it
      schedule.noteWait();
      race.pause();
      isRaceOn = true;
      pass();
    }
  }

  /** Picks the next one; {@code null} if there is none for now. */
  private @Nullable Actor next() {
    if (dead) {
      return null;
    }
    if (!isRaceOn) {
      settle();
    }
    isRaceOn = false;
    record();
    if (dead) {
      return null;
    }
    boolean isRecovering =
        mode == Mode.RECOVERING
            && (process.phase == Phase.BEFORE_CALL || process.phase == Phase.AFTER_CALL);
    try {
      Actor next = isRecovering ? choose(List.of(process)) : nextOfMany();
      stuck = next == null && !dead;
      return next;
    } catch (Diverged e) {
      diverged = e;
      end(null);
      return null;
    }
  }

  private @Nullable Actor nextOfMany() throws Diverged {
    if (mode != Mode.CHOOSING && isReady(process)) {
      return process;
    }
    List<Actor> ready = new ArrayList<>();
    for (Actor actor : actors) {
      if (actor != process && isReady(actor)) {
        ready.add(actor);
      }
    }
    if (ready.isEmpty()) {
      passTime(ready);
    }
    if (!ready.isEmpty()) {
      return mode == Mode.CHOOSING ? choose(ready) : earliest(ready);
    }
    if (!isEnding || !haveAllEnded()) {
      return null;
    }
    if (mode == Mode.CHOOSING && schedule.crashesAtEnd()) {
      die();
    }
    return process;
  }

  private Actor choose(List<Actor> ready) throws Diverged {
    Choice choice = schedule.next(ready);
    if (choice.kind() == Choice.Kind.CRASH) {
      die();
      return process;
    }
    for (Actor actor : ready) {
      if (actor.index == choice.actor()) {
        actor.order = choice.kind();
        return actor;
      }
    }
    throw new IllegalStateException("not ready: " + choice);
  }

  private void die() {
    trace.add(Event.Kind.CRASH, process);
    dead = true;
  }

  /** One by one, the task goes on that has begun, and then the one that is due first. */
  private Actor earliest(List<Actor> ready) {
    Actor earliest = ready.get(0);
    for (Actor actor : ready) {
      if (actor == last) {
        return actor;
      }
      if (due(actor) < due(earliest)) {
        earliest = actor;
      }
    }
    return earliest;
  }

  private long due(Actor actor) {
    return actor.phase == Phase.NEW && actor.task != null ? Math.max(now, actor.task.due()) : now;
  }

  private boolean isReady(Actor actor) {
    return switch (actor.phase) {
      case NEW -> actor.task == null || mayStart(actor, actor.task);
      case AWAITING -> {
        BooleanSupplier condition = actor.condition; // none for the end of all others
        yield condition != null && (condition.getAsBoolean() || actor.isInterrupted());
      }
      case BEFORE_CALL, AFTER_CALL, BETWEEN, ASKING -> true;
      default -> false;
    };
  }

  /** Returns whether its pool has a thread for a task, and no other task comes before it. */
  private boolean mayStart(Actor actor, PoolTask<?> task) {
    if (task.isCancelled()) {
      actor.phase = Phase.DONE;
      return false;
    }
    int running = 0;
    for (Actor other : actors) {
      PoolTask<?> its = other.task;
      if (its == null || other == actor || other.isCancelled()) {
        continue;
      }
      boolean isNew = other.phase == Phase.NEW;
      if (isNew && isBefore(other, its, actor, task)) {
        return false;
      }
      running += its.pool() == task.pool() && !isNew && !other.isDone() ? 1 : 0;
    }
    return running < task.pool().size() && isTimeFor(task);
  }

  private boolean isBefore(Actor other, PoolTask<?> its, Actor actor, PoolTask<?> task) {
    if (its.isLast() || task.isLast()) {
      return false;
    }
    boolean isQueued = its.pool() == task.pool() && task.pool().isBounded();
    boolean isEarlier = its.due() < task.due();
    return isQueued
        ? isEarlier || (its.due() == task.due() && other.index < actor.index)
        : isEarlier && its.due() > now;
  }

  private boolean isTimeFor(PoolTask<?> task) {
    boolean isDelayed = task.due() > now;
    if (mode == Mode.CHOOSING) {
      return !task.isLast() || isAllElseDone();
    }
    if (task.isPeriodic()) {
      return isEnding && runsDelayed && task.round() < round && isAllElseDone();
    }
    return !isDelayed || !isEnding || runsDelayed;
  }

  /** Returns whether only periodic tasks are left, and threads that wait for ever. */
  private boolean isAllElseDone() {
    for (Actor actor : actors) {
      PoolTask<?> task = actor.task;
      boolean isOver = actor == process || actor.isDone() || actor.isBlocked;
      boolean isLater =
          task != null
              && task.isPeriodic()
              && actor.phase == Phase.NEW
              && (task.isLast() || mode == Mode.SERIAL);
      if (!isOver && !isLater) {
        return false;
      }
    }
    return true;
  }

  /** Lets the first timeout happen, as nothing else can. */
  private void passTime(List<Actor> ready) {
    long first = Long.MAX_VALUE;
    for (Actor actor : actors) {
      first = actor.phase == Phase.AWAITING ? Math.min(first, actor.deadline) : first;
    }
    if (first == Long.MAX_VALUE) {
      return;
    }
    now = Math.max(now, first);
    for (Actor actor : actors) {
      if (actor.phase == Phase.AWAITING && actor.deadline <= now) {
        ready.add(actor);
        trace.addOmission(actor, Watch.WITH_TIMEOUT);
      }
    }
  }

  /** Returns whether all have ended, but for tasks that wait for what no one gives them. */
  private boolean haveAllEnded() {
    for (Actor actor : actors) {
      PoolTask<?> task = actor.task;
      boolean isLater =
          task != null
              && actor.phase == Phase.NEW
              && (task.isPeriodic() || (mode == Mode.SERIAL && task.due() > now && !runsDelayed));
      boolean isIdle =
          task != null
              && actor.isBlocked
              && !actor.isPolling
              && watch.judge(actor, actors, trace) == Watch.Verdict.WAITING;
      if (actor != process && !actor.isDone() && !isLater && !isIdle) {
        return false;
      }
    }
    return true;
  }

  /** Records what has ended since, in the order of the letters, whoever was the first. */
  private void record() {
    for (int i = 0; i < actors.size(); i++) { // a periodic task is added once more
      Actor actor = actors.get(i);
      Ending ending = actor.ending;
      if (ending != null && (actor.isDone() || actor.phase == Phase.BETWEEN)) {
        actor.ending = null;
        if (mode == Mode.CHOOSING) {
          trace.addEnd(ending);
        }
        PoolTask<?> task = actor.task;
        if (task != null && task.repeats(round, mode == Mode.CHOOSING)) {
          actors.add(Actor.ofTask(actors.size() - 1, actor, task));
        }
      }
    }
  }

  /** Waits until each one that lost the turn has stopped, or is known to wait still. */
  private void settle() {
    boolean isMoving = markPolls();
    long start = isMoving ? System.nanoTime() : 0;
    for (int looks = 0; isMoving && !dead; looks++) {
      isMoving = false;
      for (Actor actor : actors) {
        isMoving |= actor.isBlocked && !hasArrived(actor) && isMoving(actor);
      }
      if (isMoving) {
        Watch.pause(looks);
        if (!isReplay && System.nanoTime() - start > IDLE_NANOS) {
          end("no actor goes on, and none waits for another, for 30 seconds");
        }
      }
    }
  }

  private boolean markPolls() {
    boolean isAny = false;
    for (Actor actor : actors) {
      if (actor.isBlocked) {
        isAny = true;
        if (actor.isPolling) {
          actor.mark();
        }
      }
    }
    return isAny;
  }

  private boolean isMoving(Actor actor) {
    if (actor.isPolling) {
      return !actor.hasLooked(2, SPUN_NANOS) || watch.isForeignActive(actor, actors, trace);
    }
    Watch.Verdict verdict = watch.judge(actor, actors, trace);
    if (verdict == Watch.Verdict.HELD && !trace.hasReentry) {
      trace.hasReentry = actor.hasWokenInVain() || watch.isHeldAgain(actor, actors);
    }
    return verdict == Watch.Verdict.MOVING;
  }

  private boolean hasArrived(Actor actor) {
    Phase phase = actor.phase;
    if (phase.isStop || phase == Phase.DONE) {
      actor.isBlocked = false;
      actor.isPolling = false;
      actor.forgetWaits();
      return true;
    }
    return false;
  }

  // What the watching thread does.

  /** Looks whether the one that has the turn waits for another, or hangs. */
  void watch() {
    Actor holder = turn.get();
    if (dead) {
      return;
    }
    if (isOverflown) {
      end("the stack is full inside a call of the store");
    } else if (moves != seen) {
      seen = moves;
      since = System.nanoTime();
      isMeasured = false;
    } else if (holder == null) {
      if (stuck) {
        goOnOrGiveUp();
      }
    } else if (holder.phase == Phase.RUNNING && !holder.isInCall) {
      watch(holder);
    }
  }

  private void watch(Actor holder) {
    Watch.Verdict verdict = watch.judge(holder, actors, trace);
    if (verdict != Watch.Verdict.MOVING) {
      if (holder.phase == Phase.RUNNING) {
        block(holder, false, verdict == Watch.Verdict.HELD || watch.isAtLock(holder));
      }
      return;
    }
    long nanos = System.nanoTime() - since;
    if (nanos > MEASURE_NANOS && !isMeasured) {
      holder.mark();
      isMeasured = true;
    } else if (isMeasured) {
      long mostNanos = watch.hasSpun(holder) ? SPUN_NANOS : SPIN_NANOS;
      if (holder.hasPolled(MOST_LOOKS, mostNanos)
          && !watch.isForeignActive(holder, actors, trace)) {
        watch.addSpin(holder);
        block(holder, true, false);
      } else if (nanos > IDLE_NANOS && !isReplay) {
        end(Deadlock.describeLate(holder));
      }
    }
  }

  private void block(Actor holder, boolean isPolling, boolean isAtLock) {
    if (turn.compareAndSet(holder, null)) {
      holder.isPolling = isPolling;
      holder.isBlocked = true;
      if (isPolling) {
        trace.addOmission(holder, "polled without a call");
      }
      if (mode == Mode.CHOOSING) {
        trace.add(Event.Kind.WAIT, holder);
        if (isAtLock) { // and the JVM will choose who gets it
          schedule.noteWait();
          trace.lockWaits.add(schedule.length() - 1);
          holder.countWaits();
        }
      }
      pass();
    }
  }

  /** Goes on if one that waited has been woken, and otherwise fails. */
  private void goOnOrGiveUp() {
    boolean isCertain = true;
    for (Actor actor : actors) {
      if (actor.isBlocked) {
        Phase phase = actor.phase;
        Watch.Verdict verdict =
            phase.isStop || phase == Phase.DONE
                ? Watch.Verdict.MOVING
                : actor.isPolling ? Watch.Verdict.TIMED : watch.judge(actor, actors, trace);
        if (verdict == Watch.Verdict.MOVING) {
          stuck = false;
          pass();
          return;
        }
        isCertain &= verdict != Watch.Verdict.TIMED;
        if (verdict == Watch.Verdict.TIMED && isHopeless(actor)) {
          end(Deadlock.describeLate(actor));
          return;
        }
      }
    }
    if (isCertain && isEnding && haveAllEnded()) {
      stuck = false;
      pass();
    } else if (isCertain) {
      hasDeadlock = true;
      end(Deadlock.describe(actors));
    }
  }

  /** Returns whether one that goes on by itself has had its time, while no other can. */
  private boolean isHopeless(Actor actor) {
    if (isReplay) {
      return false;
    }
    boolean isHopeless = System.nanoTime() - since > IDLE_NANOS;
    if (actor.isPolling && !isHopeless) {
      isHopeless = actor.hasLooked(MOST_LOOKS_AT_NOTHING, BUSY_NANOS - SPIN_NANOS);
    }
    return isHopeless;
  }

  // The end.

  /** Resumes each thread with an error. One that nothing can end is left behind. */
  private void unwind() {
    long start = System.nanoTime();
    boolean isMoving = true;
    for (int looks = 0; isMoving; looks++) {
      isMoving = false;
      for (Actor actor : actors) {
        Phase phase = actor.phase;
        if (actor != process && phase != Phase.NEW && phase != Phase.DONE) {
          isMoving |= isUnwinding(actor, phase, looks);
          if (isMoving && hasOutlived(actor, start, looks)) {
            trouble = trouble == null ? Deadlock.describeSurvivor(actor) : trouble;
            return;
          }
        }
      }
      if (isMoving) {
        Watch.pause(looks);
      }
    }
  }

  private boolean isUnwinding(Actor actor, Phase phase, int looks) {
    actor.isBlocked = true; // others may wait for it
    if (phase.isStop) {
      actor.grant();
      return true;
    }
    Thread thread = actor.thread;
    if (looks % INTERRUPT_LOOKS == 1 && thread != null) {
      thread.interrupt();
    }
    return looks < 2 || watch.judge(actor, actors, trace) == Watch.Verdict.MOVING;
  }

  private static boolean hasOutlived(Actor actor, long start, int looks) {
    if (looks == 1) {
      actor.mark();
    }
    return looks > 1
        && (actor.hasLooked(Integer.MAX_VALUE, BUSY_NANOS)
            || System.nanoTime() - start > IDLE_NANOS);
  }
}
