package io.github.durablestore.scenario;

import io.github.durablestore.scenario.Actor.Phase;
import io.github.durablestore.text.Text;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
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
  /** How the next one is chosen. */
  private enum Mode {
    /** One by one: a task runs when the process's own thread waits. */
    SERIAL,
    /** By the schedule: the actors and the tasks. */
    CHOOSING,
    /** One by one too, but calls may fail, and the process may die after each of them. */
    RECOVERING
  }

  private final Workers workers;
  final Refusals refusals;
  private final Watch watch;
  private final Schedule schedule;
  private final Trace trace;
  private final Settling settling;
  private final LockWaits lockWaits;
  private final LockRace race;
  final Stages stages = new Stages();

  /** The process's own thread, and the actors and tasks by their letters. */
  final List<Actor> actors = new CopyOnWriteArrayList<>();

  final Agenda agenda = new Agenda(actors, this::end);
  private final AtomicReference<@Nullable Actor> turn = new AtomicReference<>();

  /** The process's own thread. */
  final Actor process;

  final Lookout lookout;

  private volatile Mode mode = Mode.SERIAL;
  private boolean isRaceOn;

  /** Whether the next one goes on beside another that is about to wait for a lock. */
  private boolean isBeside;

  private @Nullable Actor last;
  private Actor chosen;

  /** Whether a task was submitted since somebody was chosen. */
  private boolean hasSubmitted;

  private volatile boolean dead;
  private volatile boolean ended;
  private volatile @Nullable String trouble;

  /** Whether no one has the turn, as no one could go on. */
  volatile boolean isStuck;

  /** How often the turn was given to someone. */
  volatile int moves;

  /** How the run differs from the choices that it should repeat, if it does. */
  volatile @Nullable Diverged diverged;

  /** What the exploration fails with if the process's own thread waits for ever. */
  volatile Function<String, Throwable> whenAbandoned = AssertionError::new;

  volatile boolean isDiscarded;

  /** Creates the scheduler of a process with a name, which the current thread starts. */
  Scheduler(String name, Conductor conductor, Schedule schedule, Trace trace, LockRace race) {
    workers = conductor.workers;
    refusals = conductor.refusals;
    watch = conductor.watch;
    this.schedule = schedule;
    this.trace = trace;
    this.race = race;
    process = Actor.ofProcess(name);
    process.phase = Phase.RUNNING;
    process.thread = Thread.currentThread();
    chosen = process;
    actors.add(process);
    turn.set(process);
    settling = new Settling(actors, watch, trace, conductor.isReplay);
    lockWaits = new LockWaits(actors, watch, schedule, trace);
    lookout = new Lookout(this, watch, schedule, trace, lockWaits, conductor.isReplay);
  }

  /** Returns what was wrong; {@code null} for nothing. */
  @Nullable String trouble() {
    return trouble;
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
    mode = Mode.CHOOSING;
    agenda.beginChoosing(process, own);
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
    agenda.beginDraining(delayed);
    awaitEnd();
  }

  /** Sets whether the schedule may disturb the calls that the process's own thread makes. */
  void setRecovering(boolean isRecovering) {
    mode = isRecovering ? Mode.RECOVERING : Mode.SERIAL;
  }

  private void awaitEnd() {
    last = null;
    chosen = process;
    stop(process, Phase.AWAITING);
    agenda.end();
  }

  /** Ends the process: its threads get an error from whatever they do next. */
  void finish(boolean crashed) {
    ended = !crashed && !dead;
    dead = true;
    String survivor = new Unwinding(actors, watch, trace).unwind();
    trouble = trouble == null ? survivor : trouble;
  }

  // What the process's threads do.

  /** Returns the actor of the current thread; {@code null} if the scenario does not schedule it. */
  @Nullable Actor me() {
    refusals.requireStack();
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
    return mode == Mode.RECOVERING || (mode == Mode.CHOOSING && actor != process);
  }

  /** Returns whether the schedule chooses who goes on. */
  boolean isChoosing() {
    return mode == Mode.CHOOSING;
  }

  /** Waits for the turn, if the actor was woken by another that still has it. */
  void requireTurn(Actor me) {
    if (turn.get() != me) {
      stop(me, Phase.ASKING);
    }
  }

  /**
   * Waits until those that the actor has woken have stopped, or wait again.
   *
   * @return whether there were any
   */
  boolean letWokenStop(Actor me) {
    int blocked = agenda.blocked();
    if (turn.get() != me || blocked > 0) { // one may wait for a lock of the actor
      stop(me, Phase.ASKING);
    }
    return agenda.blocked() < blocked;
  }

  private void settle() {
    requireSettled(settling.settle(last, () -> dead));
    if (mode == Mode.CHOOSING && !dead) {
      lockWaits.noteWoken(race.places().isEmpty() ? last : null);
    }
  }

  private void requireSettled(boolean hasSettled) {
    if (!hasSettled) {
      String limit = Text.time(Duration.ofNanos(Limits.IDLE_NANOS));
      end("no actor has made progress or waited for another for " + limit);
    }
  }

  /** Returns what a call of the dead process throws. One that goes on calling is left behind. */
  Crash crash(@Nullable Actor me) {
    if (me != null && me.goesOnWhenDead()) {
      if (me.isProcess) { // the exploration ends without it
        end("%s goes on calling the store of its dead process".formatted(Deadlock.name(me)));
        me.isBlocked = true;
      }
      Actor.stopForGood();
    }
    return new Crash();
  }

  /** Records that an actor waits for a task with a timeout. */
  void noteTimeout(Actor me) {
    if (isChoosing(me)) {
      trace.addOmission(me, Trace.WITH_TIMEOUT);
    }
  }

  /** Waits until a condition is true, in virtual time. */
  void await(Actor me, BooleanSupplier condition, long nanos) {
    requireTurn(me);
    if (condition.getAsBoolean() || nanos <= 0 || me.isInterrupted()) {
      return;
    }
    me.condition = condition;
    me.deadline = nanos == Long.MAX_VALUE ? nanos : agenda.now() + nanos;
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
    if (watch.notesStacks) {
      me.noteStack();
    }
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

  /**
   * Adds a task, which is an actor from now on. Another may submit before, unless it could have
   * done so when the submitter was chosen.
   */
  void submit(Actor me, PoolTask<?> task) {
    boolean isWoken = turn.get() != me;
    boolean hasWoken = letWokenStop(me);
    boolean isStage = (isWoken || hasWoken) && Stages.isStage(me.stack());
    boolean mayBeOvertaken = (hasSubmitted || hasWoken) && !isWoken && !isStage;
    if (mayBeOvertaken && task.pool.isBounded() && mode == Mode.CHOOSING && me != process) {
      stop(me, Phase.SUBMITTING);
    }
    hasSubmitted = true;
    // Whoever is faster submits what depends on a future: its waker, or the one that was woken.
    agenda.add(isWoken && isStage ? chosen : me, task);
    if (dead) {
      throw new Crash();
    }
  }

  /** Ends the run early. */
  void end(@Nullable String trouble) {
    this.trouble = this.trouble == null ? trouble : this.trouble;
    dead = true;
    process.grant();
    Thread thread = process.thread;
    if (process.isBlocked && thread != null) {
      thread.interrupt();
    }
  }

  private void perform(Actor actor) {
    actor.phase = Phase.RUNNING;
    try {
      actor.work.accept(actor);
      refusals.requireUntimed(actor, this);
    } catch (Crash e) { // the process died
    } catch (RuntimeException | Error e) { // or the run would never end
      end(e.toString());
    }
  }

  private void done(Actor actor) {
    actor.phase = Phase.DONE;
    if (turn.compareAndSet(actor, null)) {
      pass();
    }
  }

  /** Hands the turn to the next one. */
  private void pass() {
    try {
      Actor next = next();
      if (dead) {
        process.grant();
      } else if (next != null) {
        give(next);
      }
    } catch (RuntimeException | Error e) { // or the run would never end
      end(e.toString());
      throw e;
    }
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // only whoever passes the turn changes it
  private void give(Actor next) {
    boolean isAsking = next.phase == Phase.ASKING;
    lockWaits.beginBeside(isBeside ? next : null);
    if (!isAsking) {
      noteChosen(next);
    }
    last = next;
    boolean isNew = next.phase == Phase.NEW;
    if (isNew || next.phase == Phase.BETWEEN) {
      next.begun = trace.tick();
    }
    boolean isRacing = !isAsking && isInRace(next);
    next.phase = Phase.GRANTED;
    if (isRacing) {
      next.isBlocked = true;
    } else {
      turn.set(next);
      moves++;
    }
    if (isNew) {
      if (next.task != null) {
        agenda.start(next.task);
      }
      workers.start(next, () -> perform(next), () -> done(next));
    } else {
      next.grant();
    }
    if (isRacing) {
      passBeside(next);
    }
  }

  private void noteChosen(Actor next) {
    stages.reset();
    if (next != chosen && next != process && mode == Mode.CHOOSING) {
      trace.add(Event.Kind.TURN, next);
    }
    chosen = next;
    hasSubmitted = false;
    lockWaits.goesOn(next);
    agenda.count(next);
  }

  private boolean isInRace(Actor next) {
    return mode == Mode.CHOOSING
        && next != process // it goes on when all have ended, which is no choice
        && next.phase != Phase.BEFORE_CALL // it makes its call alone
        && race.isAt(schedule.length() - 1);
  }

  /** Hands the turn on while an actor runs, which will wait for a lock that another leaves. */
  private void passBeside(Actor racing) {
    trace.add(Event.Kind.WAIT, racing); // as in a replay
    schedule.isBehindWait = true;
    race.pause();
    isRaceOn = true;
    pass();
  }

  /** Picks the next one; {@code null} if there is none for now. */
  private @Nullable Actor next() {
    if (dead) {
      return null;
    }
    if (!isRaceOn) {
      settle();
    }
    isBeside = isRaceOn;
    isRaceOn = false;
    Actor asking = agenda.asking();
    if (asking == null) {
      agenda.recordEnds(trace);
    }
    if (dead || asking != null) { // who asks was woken, and has not come to a stop of its own
      return dead ? null : asking;
    }
    try {
      Actor next = nextOfMany();
      if (next != null && mode == Mode.RECOVERING && next.isAtCall() && !process.isBlocked) {
        next = choose(List.of(next));
      }
      isStuck = next == null && !dead;
      return next;
    } catch (Diverged e) {
      diverged = e;
      end(null);
      return null;
    }
  }

  private @Nullable Actor nextOfMany() throws Diverged {
    if (mode != Mode.CHOOSING && agenda.isReady(process)) {
      return process;
    }
    List<Actor> ready = agenda.ready();
    if (ready.isEmpty() && agenda.hasTimeout()) {
      requireSettled(settling.letPollersLook(() -> dead));
      ready = agenda.passTime(trace);
    }
    if (!ready.isEmpty()) {
      return mode == Mode.CHOOSING ? choose(ready) : agenda.earliest(ready, last);
    }
    if (!agenda.haveAllEnded()) {
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

  // What the watching thread does.

  /** Returns who has the turn; {@code null} for no one. */
  @Nullable Actor holder() {
    return turn.get();
  }

  /** Takes the turn from an actor; returns {@code false} if it no longer has it. */
  boolean take(Actor holder) {
    return turn.compareAndSet(holder, null);
  }

  /** Gives the turn to someone. */
  void goOn() {
    isStuck = false;
    pass();
  }

  /** Goes on if all have ended; otherwise fails, if those that have not are sure to wait. */
  void goOnOrDie(boolean isCertain) {
    if (agenda.haveAllEnded()) {
      goOn();
    } else if (isCertain) {
      end(Deadlock.describe(actors));
    }
  }
}
