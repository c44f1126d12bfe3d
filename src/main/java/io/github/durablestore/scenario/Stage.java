package io.github.durablestore.scenario;

import static java.util.Objects.requireNonNull;

import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.probe.Fault;
import io.github.durablestore.probe.StateStoreProbe;
import io.github.durablestore.scenario.Actor.Phase;
import io.github.durablestore.text.Text;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One run. One actor at a time has the turn. When it stops, it picks the next one and hands the
 * turn over, so no scheduler thread is needed. The test's thread watches for actors that wait for
 * each other. A single actor runs in the test's thread and is not watched.
 */
final class Stage<P> {
  private static final int MOST_CALLS = 1_000;
  private static final int MOST_CAUSES = 100;
  private static final long LOOK_NANOS = 100_000;

  private final Plan<P> plan;
  private final P process;
  private final StateStoreProbe store;
  private final Witness witness;
  private final Course course;
  private final @Nullable Pool pool;
  private final @Nullable Alarm alarm;
  private final Patience patience;
  private final Thread conductor = Thread.currentThread();
  private final List<Actor> actors = new CopyOnWriteArrayList<>();
  private final List<Actor> ready = new ArrayList<>();
  private final AtomicReference<@Nullable Actor> turn = new AtomicReference<>();

  final List<Event> events = new ArrayList<>();
  final List<Throwable> injected = new ArrayList<>();
  final Set<String> omissions = new LinkedHashSet<>();
  volatile @Nullable String trouble;
  volatile boolean crashed;
  volatile boolean discarded;
  volatile boolean foreign;
  volatile boolean interrupted;
  volatile @Nullable DivergedException diverged;

  private volatile boolean over;
  private volatile boolean dead;
  private volatile boolean stuck;
  private final AtomicInteger moves = new AtomicInteger();

  Stage(
      Plan<P> plan,
      P process,
      StateStoreProbe store,
      Witness witness,
      Course course,
      @Nullable Pool pool,
      @Nullable Alarm alarm,
      Patience patience) {
    this.plan = plan;
    this.process = process;
    this.store = store;
    this.witness = witness;
    this.course = course;
    this.pool = pool;
    this.alarm = alarm;
    this.patience = patience;
    for (Plan.Role<P> role : plan.roles()) {
      actors.add(new Actor(actors.size(), role.name(), false));
    }
  }

  /** Returns the actors, followed by other threads that called the store. */
  List<Actor> actors() {
    return actors;
  }

  /** Returns how an actor ended, as in {@code returned 4300}. */
  String describeEnd(Actor actor) {
    if (actor.died || actor.phase != Phase.DONE) {
      return "died";
    }
    if (actor.thrown != null) {
      return failedByFault(actor)
          ? "threw " + actor.thrown.getClass().getSimpleName() + ", by the fault"
          : "threw " + Text.thrown(actor.thrown);
    }
    boolean hasResult = plan.roles().get(actor.index).hasResult();
    return hasResult ? "returned " + Text.value(actor.result) : "returned";
  }

  /** Returns whether an actor threw because of an injected fault. */
  @SuppressWarnings("ReferenceEquality") // the very exception
  boolean failedByFault(Actor actor) {
    int depth = 0;
    for (Throwable e = actor.thrown; e != null && depth < MOST_CAUSES; e = Text.cause(e), depth++) {
      for (Throwable fault : injected) {
        if (e == fault) {
          return true;
        }
      }
    }
    return false;
  }

  /** Runs the actors until all have ended, the process has died, or none can go on. */
  void play() throws InterruptedException {
    if (plan.roles().isEmpty()) {
      return; // one by one, the outcome of no actor is needed too
    }
    if (pool == null) {
      playAlone(actors.get(0));
      interrupted = Thread.interrupted();
      return;
    }
    try {
      conduct();
    } finally {
      unwind();
    }
    if (conductor.isInterrupted()) {
      throw new InterruptedException();
    }
  }

  private void playAlone(Actor only) {
    only.thread = conductor;
    if (alarm != null) {
      alarm.begin(only);
    }
    try {
      if (pick() != null) {
        perform(only);
      }
    } finally {
      String late = alarm == null ? null : alarm.end();
      trouble = trouble == null ? late : trouble;
    }
  }

  /** Makes a call of the store a step of the run. */
  Optional<DurableState> call(
      Step step, @Nullable DurableState written, Supplier<Optional<DurableState>> work) {
    Actor me = find(Thread.currentThread());
    if (me == null) {
      foreign = true;
      if (pool == null) { // this run does not count; it is repeated with a watched actor
        return work.get();
      }
      me = join(Thread.currentThread());
    }
    if (pool == null && alarm != null) {
      alarm.step();
    }
    if (dead) {
      if (++me.callsWhenDead > MOST_CALLS && pool == null) { // or it would never end
        trouble = "%s goes on calling the store of its dead process".formatted(Text.name(me.name));
        return Optional.empty();
      }
      throw new Crash();
    }
    if (++me.calls > MOST_CALLS) {
      end("%s made %,d calls and did not end".formatted(Text.name(me.name), MOST_CALLS));
      throw new Crash();
    }
    me.step = step;
    stop(me, Phase.BEFORE_CALL);
    Choice.Kind order = me.order;
    me.order = Choice.Kind.GO;
    if (order.fault > 0) {
      store.inject(fault(order));
    }
    var event = new Event(course.length(), me, step);
    event.state = written;
    events.add(event);
    witness.watch();
    Optional<DurableState> read = Optional.empty();
    me.isInCall = true;
    try {
      read = work.get();
      event.state = read.orElse(written);
    } catch (Throwable e) { // a store may throw anything
      event.thrown = e;
      // A stack overflow on the way to the store comes from neither the store nor a fault.
      event.injected = !witness.threw() && (order.fault > 0 || !injected.isEmpty());
      event.replyLost = event.injected && witness.wasReached();
    } finally {
      me.isInCall = false;
    }
    if (event.injected) {
      injected.add(event.thrown);
    } else if (order.fault > 0) { // the fault does not match this call
      discarded = true;
      end(null);
      throw new Crash();
    }
    stop(me, Phase.AFTER_CALL);
    if (event.thrown != null) {
      Stage.<RuntimeException>rethrow(event.thrown);
    }
    return read;
  }

  private Fault fault(Choice.Kind order) {
    return plan.faults().get(order.fault - 1);
  }

  @SuppressWarnings("unchecked") // only the compiler checks what may be thrown
  private static <E extends Throwable> void rethrow(Throwable thrown) throws E {
    throw (E) thrown;
  }

  private @Nullable Actor find(Thread thread) {
    for (Actor actor : actors) {
      if (thread.equals(actor.thread)) {
        return actor;
      }
    }
    return null;
  }

  private synchronized Actor join(Thread thread) {
    int number = actors.size() - plan.roles().size() + 1;
    if (actors.size() == Choice.MOST_ACTORS) {
      end("more than %d other threads call the store".formatted(number - 1));
      throw new Crash();
    }
    var other = new Actor(actors.size(), "other thread " + number, true);
    other.thread = thread;
    other.phase = Phase.RUNNING;
    other.blocked = true; // until it stops, which it is about to
    actors.add(other);
    return other;
  }

  /** Ends the run early. */
  private void end(@Nullable String trouble) {
    if (this.trouble == null) {
      this.trouble = trouble;
    }
    dead = true;
    over = true;
    LockSupport.unpark(conductor);
  }

  private void stop(Actor me, Phase phase) {
    me.revoke();
    me.phase = phase;
    if (pool == null) {
      pick();
    } else {
      if (dead) { // no one would give it the turn
        me.grant();
      }
      if (turn.compareAndSet(me, null)) {
        pass();
      } else if (me.foreign) {
        LockSupport.unpark(conductor);
      }
      me.awaitTurn();
    }
    me.phase = Phase.RUNNING;
    if (dead) {
      throw new Crash();
    }
  }

  private void perform(Actor actor) {
    actor.phase = Phase.RUNNING;
    try {
      actor.result = plan.roles().get(actor.index).action().run(process);
    } catch (Throwable e) { // the check judges it
      actor.thrown = e;
    }
    if (pool != null && Thread.currentThread().isInterrupted()) {
      interrupted = true;
    }
    if (dead) { // it did not end by itself
      actor.died = true;
      actor.result = null;
      actor.thrown = null;
    }
    actor.phase = Phase.DONE;
    if (pool == null) {
      recordEnd(actor);
    } else if (turn.compareAndSet(actor, null)) {
      recordEnd(actor);
      pass();
    }
  }

  private void recordEnd(Actor actor) {
    if (!actor.died) {
      events.add(new Event(course.length(), actor, null));
    }
  }

  /** Hands the turn to the next actor, after the previous one has given it up. */
  private void pass() {
    Actor next = pick();
    if (next == null) {
      LockSupport.unpark(conductor);
      return;
    }
    moves.incrementAndGet();
    boolean fresh = next.phase == Phase.NEW;
    next.phase = Phase.GRANTED;
    turn.set(next);
    if (fresh) {
      pool().start(next, () -> perform(next));
    } else {
      next.grant();
    }
  }

  /** Picks the next actor; {@code null} if there is none. */
  private @Nullable Actor pick() {
    if (dead) {
      over = true;
      return null;
    }
    settle();
    ready.clear();
    boolean ended = true;
    for (int i = 0; i < actors.size(); i++) {
      Actor actor = actors.get(i);
      if (actor.isReady()) {
        ready.add(actor);
      }
      ended &= actor.foreign || actor.phase == Phase.DONE;
    }
    if (ready.isEmpty()) {
      over = ended;
      stuck = !ended;
      return null;
    }
    try {
      Choice choice = course.next(ready);
      if (choice.kind() != Choice.Kind.CRASH) {
        Actor next = actors.get(choice.actor());
        next.order = choice.kind();
        return next;
      }
      crashed = true;
    } catch (DivergedException e) {
      diverged = e;
    }
    end(null);
    return null;
  }

  /** Waits until each blocked actor has reached a stop, or is known to be still blocked. */
  private void settle() {
    long start = 0;
    while (true) {
      boolean moving = false;
      boolean waiting = false;
      for (int i = 0; i < actors.size(); i++) {
        Actor actor = actors.get(i);
        if (actor.blocked && !arrived(actor)) {
          Waits.Verdict verdict = Waits.judge(actor, actors);
          moving |= verdict == Waits.Verdict.MOVING;
          waiting |= verdict == Waits.Verdict.WAITING;
        }
      }
      if (!moving && !waiting) {
        return;
      }
      long now = System.nanoTime();
      start = start == 0 ? now : start;
      if (now - start > (moving ? patience.limitNanos() : patience.windowNanos())) {
        return;
      }
      LockSupport.parkNanos(this, LOOK_NANOS / 2);
    }
  }

  private boolean arrived(Actor actor) {
    if (hasGone(actor)) {
      actor.phase = Phase.DONE;
    }
    if (actor.phase == Phase.DONE && !actor.foreign) {
      recordEnd(actor);
    }
    actor.blocked = actor.phase != Phase.DONE && !actor.isStopped();
    return !actor.blocked;
  }

  private static boolean hasGone(Actor actor) {
    return actor.foreign && !actor.thread().isAlive();
  }

  /** Starts the first actor, and then takes the turn from actors that wait for another. */
  private void conduct() {
    pass();
    if (Spin.until(() -> over)) {
      return;
    }
    int seen = -1;
    long since = 0;
    long waitingSince = 0;
    long stuckSince = 0;
    while (!over && !conductor.isInterrupted()) {
      LockSupport.parkNanos(this, LOOK_NANOS);
      long now = System.nanoTime();
      Actor holder = turn.get();
      if (holder == null && stuck && !over) {
        stuckSince = stuckSince == 0 ? now : stuckSince;
        goOnOrGiveUp(now - stuckSince);
        seen = -1;
      } else if (holder == null || moves.get() != seen || holder.phase != Phase.RUNNING) {
        if (holder != null || moves.get() != seen) {
          since = now;
        } else if ((now - since) / 2 > patience.limitNanos()) {
          end("no actor goes on: an error inside a call of the store, such as a full stack");
        }
        seen = moves.get();
        waitingSince = 0;
        stuckSince = holder == null ? stuckSince : 0;
      } else {
        Waits.Verdict verdict = Waits.judge(holder, actors);
        waitingSince =
            verdict != Waits.Verdict.WAITING ? 0 : waitingSince == 0 ? now : waitingSince;
        boolean waits = waitingSince != 0 && now - waitingSince > patience.windowNanos();
        if (verdict == Waits.Verdict.HELD || waits || hasGone(holder)) {
          block(
              holder,
              waits ? "what has no owner" : Waits.isTimed(holder) ? "a lock with a timeout" : null);
        } else if (holder.isInCall) {
          since = now; // a store may be slow
        } else if (now - since > patience.limitNanos()) {
          end(Waits.describeLate(holder));
        }
      }
    }
  }

  private void block(Actor holder, @Nullable String uncertain) {
    if (turn.compareAndSet(holder, null)) {
      holder.blocked = true;
      if (holder.foreign) { // its work is done
        pass();
        return;
      }
      if (uncertain != null) {
        omissions.add(
            "orders may be missing, as " + Text.name(holder.name) + " waited for " + uncertain);
      }
      var event = new Event(course.length(), holder, null);
      event.waits = true;
      events.add(event);
      pass();
    }
  }

  private void goOnOrGiveUp(long stuckNanos) {
    boolean certain = true;
    boolean ended = true; // a blocked actor may have ended meanwhile
    for (Actor actor : actors) {
      ended &= actor.foreign || actor.phase == Phase.DONE;
      certain &=
          actor.foreign
              || actor.phase == Phase.DONE
              || (!actor.isReady()
                  && !Waits.isTimed(actor)
                  && Waits.judge(actor, actors) == Waits.Verdict.HELD);
    }
    if (!ended && (certain || stuckNanos > patience.deadlockNanos())) {
      end(Waits.describeDeadlock(actors));
    } else {
      stuck = false;
      pass();
    }
  }

  /** Resumes each thread with an error from the call at which it stopped. */
  private void unwind() {
    dead = true;
    long start = System.nanoTime();
    for (int looks = 1; ; looks++) {
      boolean ended = true;
      boolean stuckForGood = trouble != null; // nothing interrupts a thread at a monitor
      for (Actor actor : actors) {
        if (actor.isStopped()) {
          actor.grant();
        }
        boolean gone = actor.phase == Phase.NEW || actor.phase == Phase.DONE || actor.foreign;
        ended &= gone && !(actor.foreign && actor.isStopped());
        Thread its = actor.thread; // null if it was about to be started
        if (!gone && its != null) {
          stuckForGood &= its.getState() == Thread.State.BLOCKED;
          if (looks % 1_000 == 0) {
            its.interrupt();
          }
        }
      }
      if (ended) {
        return;
      }
      long limit = stuckForGood ? Patience.STUCK_NANOS : Patience.UNWIND_NANOS;
      if (System.nanoTime() - start > limit) {
        leaveBehind();
        return;
      }
      LockSupport.parkNanos(this, LOOK_NANOS);
    }
  }

  private void leaveBehind() {
    if (trouble == null) {
      for (Actor actor : actors) {
        if (!actor.foreign && actor.phase != Phase.NEW && actor.phase != Phase.DONE) {
          trouble =
              "%s did not end with its process:%s"
                  .formatted(Text.name(actor.name), Waits.stack(actor));
        }
      }
    }
  }

  private Pool pool() {
    return requireNonNull(pool, "pool");
  }
}
