package io.github.durablestore.scenario;

import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.probe.Fault;
import io.github.durablestore.probe.ForwardingStateStore;
import io.github.durablestore.probe.Operation;
import io.github.durablestore.probe.StateStoreProbe;
import io.github.durablestore.scenario.Actor.Phase;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The store that a process gets. While actors run, each call is a step of the run. When the process
 * dies, its gate is shut for good.
 */
final class Gate extends ForwardingStateStore {
  private final StateStoreProbe probe;
  private final Witness witness;
  private final List<Fault> faults;
  private final Scheduler scheduler;
  private final Trace trace;
  private final Refusals refusals;

  /** Whether calls that are no steps are shown in the run's picture too. */
  boolean isShown;

  Gate(
      StateStoreProbe probe,
      Witness witness,
      List<Fault> faults,
      Scheduler scheduler,
      Trace trace,
      Refusals refusals) {
    super(probe);
    this.probe = probe;
    this.witness = witness;
    this.faults = faults;
    this.scheduler = scheduler;
    this.trace = trace;
    this.refusals = refusals;
  }

  /**
   * Returns the actor of the current thread.
   *
   * @param isSubmitting whether it submits a task, rather than calls the store
   */
  Actor requireActor(boolean isSubmitting) {
    Actor me = scheduler.me();
    if (scheduler.isDead() && !scheduler.hasEnded()) {
      throw scheduler.crash(me);
    }
    if (me == null) {
      IllegalStateException refusal = refusals.refuse(Thread.currentThread(), isSubmitting);
      scheduler.end(null);
      throw refusal;
    }
    if (scheduler.hasEnded()) {
      throw scheduler.crash(me);
    }
    refusals.requireNoHelp(me, isSubmitting, scheduler);
    refusals.requireUntimed(me, scheduler);
    refusals.requireOwnStage(me, isSubmitting, scheduler);
    return me;
  }

  @Override
  protected Optional<DurableState> call(
      Operation operation,
      @Nullable String persistenceId,
      @Nullable DurableState written,
      Supplier<Optional<DurableState>> call) {
    Actor me = requireActor(false);
    try {
      countCall(me);
      var step = new Step(operation, persistenceId);
      noteRepeats(me, step);
      var event = new Event(Event.Kind.CALL, me, step, null);
      event.state = written;
      if (scheduler.isChoosing(me)) {
        return step(me, step, event, call);
      }
      scheduler.requireTurn(me);
      trace.addSerial(step);
      return isShown ? shown(me, event, call) : makeCall(me, call);
    } catch (StackOverflowError e) {
      refusals.noteOverflow(e);
      throw e;
    }
  }

  /** Notes a call that may only repeat reads, as whoever makes it may be waiting for another. */
  private void noteRepeats(Actor me, Step step) {
    int repeats = me.repeats.add(step);
    if (me.task != null && repeats > Limits.CALLS_IN_A_ROW) {
      scheduler.end(Deadlock.describePoller(me));
      throw new Crash();
    }
    boolean isOneByOne = me == scheduler.process && !scheduler.isChoosing();
    if (isOneByOne && repeats > 0 && repeats % Limits.IDLE_CALLS_IN_A_ROW == 0) {
      scheduler.requireTurn(me);
      scheduler.drain(true); // tasks run when the process waits
    }
  }

  private Optional<DurableState> shown(
      Actor me, Event event, Supplier<Optional<DurableState>> call) {
    trace.add(event);
    try {
      Optional<DurableState> read = makeCall(me, call);
      event.state = read.orElse(event.state);
      return read;
    } catch (RuntimeException e) {
      event.thrown = e;
      throw e;
    }
  }

  private static Optional<DurableState> makeCall(Actor me, Supplier<Optional<DurableState>> call) {
    me.changeCall();
    try {
      return call.get();
    } finally {
      me.changeCall();
    }
  }

  private void countCall(Actor me) {
    boolean isAside = !isShown && me.operation() == null && !scheduler.isChoosing(me);
    int most = isAside ? Limits.CALLS_ASIDE : Limits.CALLS;
    if (++me.calls > most) {
      scheduler.end("%s made %,d calls and did not end".formatted(Deadlock.name(me), most));
      throw new Crash();
    }
  }

  private Optional<DurableState> step(
      Actor me, Step step, Event event, Supplier<Optional<DurableState>> call) {
    me.pending = event;
    scheduler.stop(me, Phase.BEFORE_CALL);
    int fault = me.order.fault;
    me.order = Choice.Kind.GO;
    if (fault > 0) {
      probe.inject(faults.get(fault - 1));
    }
    if (step.isWrite()) {
      scheduler.actors.forEach(actor -> actor.repeats.clear());
    }
    trace.add(event);
    witness.watch();
    Optional<DurableState> read = Optional.empty();
    try {
      read = makeCall(me, call);
      event.state = read.orElse(event.state);
    } catch (Throwable e) { // a store may throw anything
      event.thrown = e;
      event.injected = !witness.threw() && (fault > 0 || trace.hasFault());
      event.replyLost = event.injected && witness.wasReached();
    }
    if (event.injected && event.thrown != null) {
      trace.inject(event.thrown, me.ending);
      Ending operation = me.operation();
      if (operation != null) {
        operation.hadFault = true;
      }
    } else if (fault > 0) { // the fault does not match this call
      scheduler.isDiscarded = true;
      scheduler.end(null);
      throw new Crash();
    }
    scheduler.stop(me, Phase.AFTER_CALL);
    if (event.thrown != null) {
      throw Thrown.asItIs(event.thrown);
    }
    return read;
  }
}
