package io.github.durablestore.scenario;

import static java.util.Comparator.comparingInt;
import static java.util.Objects.requireNonNull;

import io.github.durablestore.StateStore;
import io.github.durablestore.probe.Fault;
import io.github.durablestore.probe.StateStoreProbe;
import io.github.durablestore.text.Text;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One run: a process over a store of its own, from its start to its end. If the process dies,
 * another one starts over the same store.
 */
final class Execution<P> {
  private static final String AFTER_RESTART = "after the restart, ";

  private final Plan<P> plan;
  private final Conductor conductor;
  private final LockRace race;
  private final Trace trace;
  private final List<Ending> endings = Collections.synchronizedList(new ArrayList<>());
  private final Schedule schedule;
  private final StateStore store;
  private final Witness witness;
  private final StateStoreProbe probe;
  private final List<P> dead = new ArrayList<>();
  private @Nullable Life life;
  private boolean hasClosed;
  private @Nullable P process;
  private volatile @Nullable RuntimeException refusal;

  /** A process as the scenario sees it. */
  private record Life(Scheduler scheduler, Gate gate, Threads threads) {}

  /** A run that has ended. */
  record Report(
      Trace trace,
      Schedule schedule,
      List<Ending> endings,
      StateStore store,
      boolean isDiscarded,
      boolean isRefusedOnly,
      @Nullable Wrong wrong) {}

  Execution(Plan<P> plan, Conductor conductor, Branch branch, LockRace race) {
    this.race = race;
    this.plan = plan;
    this.conductor = conductor;
    store = plan.stores().get();
    trace = new Trace(SharedIds.of(store));
    schedule = new Schedule(branch, plan.limits(), this::mayDisturb);
    witness = new Witness(store);
    probe = new StateStoreProbe(witness);
  }

  /**
   * Makes a run of the actors, and has it checked.
   *
   * @param isChecked decides whether the check is called, by what has happened
   * @throws Diverged if it does not repeat the choices of an earlier one
   */
  Report run(Check<? super P> check, Predicate<Trace> isChecked) throws Diverged {
    store.connect();
    try {
      start();
      play();
      Wrong wrong = scheduler().isDiscarded ? null : judge(check, isChecked);
      witness.requireEmptyAtFirst();
      boolean isRefusedOnly =
          !plan.refusals().isEmpty()
              && endings.stream().allMatch(ending -> plan.isRefusal(ending.thrown));
      return new Report(
          trace, schedule, endings, store, scheduler().isDiscarded, isRefusedOnly, wrong);
    } finally {
      abandon();
      store.close();
    }
  }

  /** Returns a run of operations one by one. */
  static <P> Execution<P> oneByOne(Plan<P> plan, Conductor conductor) {
    return new Execution<>(plan, conductor, Branch.first(), LockRace.NONE);
  }

  /**
   * Runs operations one by one.
   *
   * @param isLater whether the tasks that the start has scheduled run before the operations
   * @param observation is made in the end
   */
  Oracle.Serial runOneByOne(boolean isLater, List<Plan.Op<P>> ops, Action<? super P> observation) {
    store.connect();
    try {
      start();
      Scheduler scheduler = scheduler();
      scheduler.whenAbandoned = Deadlock::oneByOne;
      boolean hasTasks = !scheduler.agenda.tasks().isEmpty();
      if (isLater || ops.isEmpty()) {
        scheduler.drain(true);
      }
      for (int place = 0; place < ops.size() && scheduler.trouble() == null; place++) {
        perform(scheduler.process, ops.get(place), -1, place);
      }
      Object seen = observe(observation);
      requireIdempotent(observation, seen);
      String trouble = scheduler.trouble();
      end();
      if (trouble != null) {
        throw new Oracle.Stuck(trouble);
      }
      return new Oracle.Serial(hasTasks, endings, seen, trace);
    } finally {
      abandon();
      store.close();
    }
  }

  /**
   * Refuses an observation of what a periodic task changes: it runs a different number of times.
   */
  private void requireIdempotent(Action<? super P> observation, Object seen) {
    Scheduler scheduler = scheduler();
    if (scheduler.trouble() == null
        && scheduler.agenda.tasks().stream().anyMatch(Actor::isPeriodic)) {
      scheduler.drain(true);
      if (!Oracle.same(seen, observe(observation))) {
        throw Failures.cannotExplore(
            "the observation depends on how often a periodic task has run; observe something else, or use then(...)");
      }
    }
  }

  /** Returns what an observation returned or threw. */
  private Object observe(Action<? super P> observation) {
    Object seen = Oracle.observe(observation, process(), trace.names);
    requireTurn();
    return seen;
  }

  private Scheduler scheduler() {
    return life().scheduler();
  }

  /** Waits for the turn, if the process was woken by a thread that still has it. */
  private void requireTurn() {
    scheduler().requireTurn(scheduler().process);
  }

  private Life life() {
    return requireNonNull(life, "a process has started");
  }

  @SuppressWarnings("NullAway") // a process may be anything
  private P process() {
    return process;
  }

  private void newLife(String name) {
    var scheduler = new Scheduler(name, conductor, schedule, trace, race);
    var gate = new Gate(probe, witness, plan.faults(), scheduler, trace, conductor.refusals);
    life = new Life(scheduler, gate, TaskPool.of(scheduler, gate));
    conductor.watch(scheduler);
  }

  private void start() {
    newLife("process");
    scheduler().whenAbandoned = Deadlock::inGiven;
    try {
      process = plan.start(life().gate(), life().threads());
    } catch (Throwable e) { // a user's code may throw anything
      throw notStarted("the process did not start: ", e);
    }
    try {
      for (Task<? super P> task : plan.given()) {
        task.run(process());
      }
    } catch (Throwable e) {
      throw notStarted("given(...) threw ", e);
    }
    Thread.interrupted();
    requireTurn();
    scheduler().drain(false);
    requireStarted();
    scheduler().whenAbandoned = AssertionError::new;
  }

  private IllegalStateException notStarted(String what, Throwable thrown) {
    requireStarted();
    return Failures.cannotExplore(what + Thrown.of(thrown, trace.names), thrown);
  }

  private void requireStarted() {
    conductor.requireOngoing();
    String trouble = scheduler().trouble();
    if (trouble != null) {
      scheduler().finish(false);
      throw Deadlock.inGiven(trouble);
    }
  }

  private void play() throws Diverged {
    Scheduler scheduler = scheduler();
    P acting = process();
    List<Actor> actors = new ArrayList<>();
    for (Plan.Role<P> role : plan.roles()) {
      int number = actors.size();
      actors.add(Actor.of(number, role.name(), me -> act(me, role, number, acting, scheduler)));
    }
    scheduler.play(actors);
    probe.clearFaults();
    if (scheduler.isDead()) {
      scheduler.finish(true);
    }
    requireRepeated(scheduler);
    if (trace.hasCrash) {
      dead.add(acting);
      process = null;
    }
  }

  private void requireRepeated(Scheduler scheduler) throws Diverged {
    requireOngoing();
    Diverged diverged = scheduler.diverged;
    if (diverged != null) {
      throw diverged;
    }
  }

  /** Does the operations of an actor, in its own thread. */
  private void act(Actor me, Plan.Role<P> role, int number, P process, Scheduler scheduler) {
    for (int place = 0; place < role.ops().size(); place++) {
      if (place > 0) {
        conductor.refusals.requireUntimed(me, scheduler);
        scheduler.stop(me, Actor.Phase.BETWEEN);
      }
      Plan.Op<P> op = role.ops().get(place);
      var ending = new Ending(me, op, number, place, me.begun);
      endings.add(ending);
      me.ending = ending;
      run(op, process, ending);
      Thread.interrupted(); // as one by one
      if (refusal != null) {
        scheduler.end(null);
      }
      if (scheduler.isDead()) { // it did not end by itself
        ending.result = null;
        ending.thrown = null;
        throw new Crash();
      }
    }
  }

  private void run(Plan.Op<P> op, P process, Ending ending) {
    Object result;
    try {
      result = op.action().run(process);
    } catch (Throwable e) { // the check judges it
      ending.thrown = e;
      return;
    }
    try {
      ending.result = op.hasResult() ? Result.of(result, trace.names) : null;
    } catch (RuntimeException e) {
      refusal =
          new IllegalStateException(
              "cannot take the result of %s: %s".formatted(Text.name(op.name()), Text.messageOf(e)),
              e);
    }
  }

  /** Does an operation in the process's own thread, and its tasks. */
  private void perform(Actor me, Plan.Op<P> op, int role, int place) {
    var ending = new Ending(me, op, role, place, trace.tick());
    ending.afterRestart = trace.hasCrash;
    endings.add(ending);
    me.ending = ending;
    me.calls = 0;
    me.repeats.clear();
    Workers.name(Thread.currentThread(), op.name());
    run(op, process(), ending);
    Workers.name(Thread.currentThread(), Workers.PROCESS);
    me.ending = null;
    Thread.interrupted(); // it may interrupt itself
    Scheduler scheduler = scheduler();
    scheduler.requireTurn(me);
    if (!scheduler.isDead()) {
      trace.addEnd(ending);
      scheduler.drain(true);
    }
    requireOngoing();
  }

  /** Fails if the exploration is to end, or if a result could not be taken. */
  private void requireOngoing() {
    conductor.requireOngoing();
    RuntimeException refused = refusal;
    if (refused != null) {
      throw refused;
    }
  }

  private @Nullable Wrong judge(Check<? super P> check, Predicate<Trace> isChecked)
      throws Diverged {
    String trouble = scheduler().trouble();
    if (trouble != null) {
      return Wrong.trouble("", trouble);
    }
    if (trace.hasCrash) {
      Wrong wrong = restart();
      if (wrong != null) {
        return wrong;
      }
    }
    schedule.requireRepeated();
    endings.sort(comparingInt((Ending each) -> each.role).thenComparingInt(each -> each.place));
    trace.close();
    Wrong wrong = isChecked.test(trace) ? judgeRun(check) : null;
    if (scheduler().trouble() != null) {
      wrong = Wrong.trouble("in the check, ", scheduler().trouble());
    }
    end();
    return wrong;
  }

  /** Starts the process again, which may be disturbed once more, and does what is left to do. */
  private @Nullable Wrong restart() throws Diverged {
    schedule.recover();
    Throwable thrown = startAgain(true);
    if (endIfDisturbed(thrown)) {
      thrown = startAgain(false);
      if (endIfDisturbed(thrown)) {
        throw new IllegalStateException("an undisturbed start was disturbed");
      }
    }
    Scheduler scheduler = scheduler();
    if (scheduler.trouble() != null) {
      return Wrong.trouble(AFTER_RESTART, scheduler.trouble());
    }
    if (thrown != null) {
      return Wrong.thrown("the process did not start again: ", thrown);
    }
    if (plan.roles().size() > 1) {
      scheduler.whenAbandoned = Deadlock::afterCrash;
    }
    for (int i = 0; i < plan.roles().size(); i++) {
      int number = i;
      Plan.Role<P> role = plan.roles().get(number);
      int begun = (int) endings.stream().filter(ending -> ending.role == number).count();
      for (int place = begun; place < role.ops().size() && scheduler.trouble() == null; place++) {
        perform(scheduler.process, role.ops().get(place), number, place);
      }
    }
    life().gate().isShown = false;
    scheduler.whenAbandoned = AssertionError::new;
    String trouble = scheduler.trouble();
    if (trouble == null) {
      return null;
    }
    scheduler.finish(true);
    if (plan.roles().size() > 1 && !runsAlone(endings.get(endings.size() - 1))) {
      throw Deadlock.afterCrash(trouble);
    }
    return Wrong.trouble(AFTER_RESTART, trouble);
  }

  /** Returns whether the operation of an ending ends by itself, before any other. */
  private boolean runsAlone(Ending ending) {
    List<Plan.Op<P>> alone = List.of(plan.roles().get(ending.role).ops().get(ending.place));
    try {
      oneByOne(plan, conductor).runOneByOne(false, alone, process -> null);
      return true;
    } catch (IllegalStateException e) {
      conductor.requireOngoing();
      return false;
    }
  }

  /** Ends the process if its start was disturbed by a crash or a fault; returns whether it was. */
  private boolean endIfDisturbed(@Nullable Throwable thrown) {
    Scheduler scheduler = scheduler();
    boolean isDisturbed =
        (scheduler.isDead() && scheduler.trouble() == null) || trace.isByFault(thrown);
    if (isDisturbed) {
      scheduler.finish(true);
    }
    return isDisturbed;
  }

  /** Starts the process again; returns what it threw. */
  private @Nullable Throwable startAgain(boolean isDisturbable) throws Diverged {
    newLife("restart");
    scheduler().whenAbandoned = trouble -> new AssertionError(AFTER_RESTART + trouble);
    life().gate().isShown = true;
    Scheduler scheduler = scheduler();
    scheduler.setRecovering(isDisturbable);
    Throwable thrown = null;
    try {
      process = plan.start(life().gate(), life().threads());
      Thread.interrupted();
      requireTurn();
      scheduler.drain(true);
    } catch (Throwable e) {
      thrown = e;
    }
    probe.clearFaults();
    scheduler.setRecovering(false);
    Thread.interrupted();
    requireRepeated(scheduler);
    return thrown;
  }

  private @Nullable Wrong judgeRun(Check<? super P> check) {
    for (Ending ending : endings) {
      if (ending.result != null && ending.op != null) {
        ending.result.requireUnchanged(ending.op.name());
      }
    }
    Wrong wrong = null;
    var run = new Run(probe, plan, endings, trace);
    try {
      check.check(process(), run);
    } catch (Throwable e) { // any library's assertion error
      wrong = new Wrong("the check failed:" + Text.lines(Text.failure(e)), e, false);
    }
    Thread.interrupted();
    requireTurn();
    scheduler().drain(false);
    conductor.requireOngoing();
    Wrong unjudged = run.unjudged();
    if (unjudged != null) {
      return wrong == null ? unjudged : unjudged.and("besides, " + wrong.what());
    }
    return wrong != null ? wrong : trace.thrownByTask();
  }

  /** Closes the processes of a run that did not come to its end. */
  private void abandon() {
    Life last = life;
    if (!hasClosed && last != null && last.scheduler().trouble() == null) {
      last.scheduler().finish(true);
      dead.add(process());
      closeDead();
    }
  }

  private void closeDead() {
    for (P died : dead) {
      try {
        close(died);
      } catch (Throwable e) {
        // its store fails, and its pools reject: it is dead
      }
    }
  }

  /** Closes the processes that can be closed, so that what they have opened is closed. */
  private void end() {
    hasClosed = true;
    closeDead();
    if (scheduler().trouble() == null) { // otherwise, closing might wait for one that hangs
      Throwable thrown = null;
      try {
        close(process());
      } catch (Throwable e) {
        thrown = e;
      }
      conductor.requireOngoing();
      String trouble = scheduler().trouble();
      if (trouble == null && thrown != null && !trace.isByFault(thrown)) {
        trouble = Thrown.of(thrown, trace.names).toString();
      }
      if (trouble != null) {
        throw Failures.cannotExplore("the process did not close: " + trouble, thrown);
      }
      requireTurn();
    }
    scheduler().finish(false);
    conductor.requireOngoing();
  }

  private void close(P closed) throws Exception {
    if (!(closed instanceof Gate) && closed instanceof AutoCloseable closeable) {
      closeable.close();
    }
  }

  /** Returns whether a fault is for a call that is about to be made, by trying it. */
  private boolean mayDisturb(int number, Event call) {
    Fault fault = plan.faults().get(number - 1);
    return plan.faults().size() > 1 || FaultTrial.fires(fault, call, store);
  }
}
