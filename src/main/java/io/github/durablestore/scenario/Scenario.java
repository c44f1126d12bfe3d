package io.github.durablestore.scenario;

import static io.github.durablestore.StateStoreException.quote;
import static java.util.Objects.requireNonNull;

import io.github.durablestore.StateStore;
import io.github.durablestore.memory.MemoryStateStore;
import io.github.durablestore.probe.CallMatcher;
import io.github.durablestore.probe.Fault;
import io.github.durablestore.probe.StateStoreProbe;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Code over a {@link StateStore}, run through every order of its store calls, every failing call
 * and every crash, until one run breaks it. The simplest such run is shown first: a run costs one
 * for each switch between actors, and one for its fault or crash, and the cheapest are made first.
 *
 * <pre>{@code
 * Scenario.of(AccountService::new)
 *     .given(accounts -> accounts.deposit("account-42", 4200))
 *     .when("deposit 100", accounts -> accounts.deposit("account-42", 100))
 *     .when("deposit 50", accounts -> accounts.deposit("account-42", 50))
 *     .thenAsIfOneByOne(accounts -> accounts.balance("account-42"));
 * }</pre>
 *
 * <h2>What a run is</h2>
 *
 * <p>A run has an empty store and a new process, which it starts over the store. It does what is
 * given, then runs the actors, then the check. Before and after each call of the store, an actor
 * can be stopped and another goes on. Each run has at most one fault or crash:
 *
 * <ul>
 *   <li>With {@link #faults()}, a call fails before it reaches the store, or its reply is lost.
 *   <li>With {@link #crashes()}, the process dies before its first call, or after a call: an error
 *       is thrown out of every call of the store, and the check sees a new process over what was
 *       stored. The store is not disconnected. {@code finally} blocks run, though a process that
 *       dies would not run them; their calls of the store fail.
 * </ul>
 *
 * <p>An actor's exception fails the run, with two exceptions: it has the injected fault among its
 * causes, or the check asked for it with {@link Run#thrown}.
 *
 * <p>Code that waits works: locks and monitors, whose owners the JVM knows, exactly; futures,
 * latches and the like by waiting some milliseconds, after which {@link Exploration#complete} is
 * {@code false}, as orders may be missing. A deadlock fails the run, as does an actor that makes
 * 1,000 calls, or that waits or is busy for 2 seconds without one. A thread that is no actor, such
 * as one of an executor of the process, is scheduled as soon as it calls the store. An actor that
 * makes 20 calls in a row may be waiting for another, so both are tried: another goes on, and it
 * goes on itself.
 *
 * <h2>What it does not find</h2>
 *
 * <p>Actors are switched at calls of the store alone, and a call is atomic. So a data race on a
 * field is not found; Lincheck and Fray find these. After a lock is released, the actor that had it
 * and the one that waited for it run at the same time until each makes its next call. Of faults and
 * crashes one comes at a time. A process dies at a call: if it acknowledges first and writes later,
 * that loss is found only when an actor calls the store in between. The code must do the same each
 * time but for what it does not return or call: no times, no random ids and no parallel streams.
 * Threads are reused, so a thread-local value survives a crash.
 *
 * <p>A thread that waits for good, for a monitor or without heeding interrupts, cannot be ended;
 * after that failure it stays behind as a daemon. A single actor runs in the thread of the test,
 * and is interrupted after 2 to 4 seconds: if it is busy and does not heed that, the test hangs, as
 * it would without a scenario; JUnit's {@code @Timeout(threadMode = SEPARATE_THREAD)} ends it.
 *
 * <p>A scenario is used once, by one thread. No parameter may be {@code null}; {@code null} is
 * never returned. The idea is that of SQLite's loops over each failing I/O, of FoundationDB's
 * simulation, and of Coyote, loom and shuttle.
 *
 * @param <P> the process: the code that is tested
 */
public final class Scenario<P> {
  private static final int MOST_ACTORS = 3;

  private final Function<? super StateStore, ? extends P> process;
  private final List<Task<? super P>> given = new ArrayList<>();
  private final List<Plan.Role<P>> roles = new ArrayList<>();
  private Supplier<? extends StateStore> stores = MemoryStateStore::new;
  private List<Fault> faults = List.of();
  private boolean crashes;
  private int switches = Explorer.UNLIMITED;
  private @Nullable String schedule;
  private boolean explored;

  private Scenario(Function<? super StateStore, ? extends P> process) {
    this.process = process;
  }

  /**
   * Begins a scenario.
   *
   * @param <P> the process
   * @param process starts a process over a store that is connected; once a run, and once more after
   *     a crash. A process that is {@link AutoCloseable} is closed after the check
   * @return a scenario without actors
   */
  public static <P> Scenario<P> of(Function<? super StateStore, ? extends P> process) {
    return new Scenario<>(requireNonNull(process, "process"));
  }

  /**
   * Sets where stores come from; without this, they are {@link MemoryStateStore}s. The types that a
   * {@code MemoryStateStore} knows are shown by their fields.
   *
   * @param stores returns an empty store for each run, which is connected, and closed in the end
   * @return this scenario
   */
  public Scenario<P> over(Supplier<? extends StateStore> stores) {
    this.stores = requireNonNull(stores, "stores");
    return this;
  }

  /**
   * Adds what is done before the actors, in the order in which it was added. Its calls neither fail
   * nor are reordered.
   *
   * @param task what is done
   * @return this scenario
   */
  public Scenario<P> given(Task<? super P> task) {
    given.add(requireNonNull(task, "task"));
    return this;
  }

  /**
   * Adds an actor that returns a result. There may be one to three.
   *
   * @param actor its name
   * @param action what it does; run once a run, at the same time as the other actors
   * @return this scenario
   * @throws IllegalArgumentException if there is an actor of this name, or the name is blank
   * @throws IllegalStateException if there are three actors
   */
  public Scenario<P> when(String actor, Action<? super P> action) {
    requireNonNull(action, "action");
    return add(actor, action, true);
  }

  /**
   * Adds an actor that returns nothing: {@link #when} for {@code void} methods.
   *
   * @param actor its name
   * @param task what it does; run once a run, at the same time as the other actors
   * @return this scenario
   * @throws IllegalArgumentException if there is an actor of this name, or the name is blank
   * @throws IllegalStateException if there are three actors
   */
  public Scenario<P> whenRunning(String actor, Task<? super P> task) {
    requireNonNull(task, "task");
    return add(
        actor,
        process -> {
          task.run(process);
          return null;
        },
        false);
  }

  private Scenario<P> add(String actor, Action<? super P> action, boolean hasResult) {
    if (requireNonNull(actor, "actor").isBlank()) {
      throw new IllegalArgumentException(
          "cannot add actor %s: its name is blank; say what it does".formatted(quote(actor)));
    }
    if (roles.stream().anyMatch(role -> role.name().equals(actor))) {
      throw new IllegalArgumentException(
          "cannot add actor %s: there is one of this name; give each its own"
              .formatted(quote(actor)));
    }
    if (roles.size() == MOST_ACTORS) {
      throw new IllegalStateException(
          "cannot add actor %s: there are %d already, which is the most; remove one"
              .formatted(quote(actor), MOST_ACTORS));
    }
    roles.add(new Plan.Role<>(actor, action, hasResult));
    return this;
  }

  /**
   * Lets each call fail, in runs of its own: once before it reaches the store, and once with its
   * reply lost. What is thrown is a {@link io.github.durablestore.StateStoreException}.
   *
   * @return this scenario
   * @throws IllegalStateException if faults are set already
   */
  public Scenario<P> faults() {
    return faults(
        List.of(Fault.on(CallMatcher.anyCall()), Fault.on(CallMatcher.anyCall()).replyLost()));
  }

  /**
   * Lets each of some calls fail, in runs of its own: the fault is injected when an actor makes the
   * call, and stays until the check.
   *
   * @param fault which calls, how often from there on, what is thrown, and whether the reply is
   *     lost
   * @return this scenario
   * @throws IllegalArgumentException if no call can match
   * @throws IllegalStateException if faults are set already
   */
  public Scenario<P> faults(Fault fault) {
    new StateStoreProbe(new MemoryStateStore()).inject(requireNonNull(fault, "fault"));
    return faults(List.of(fault));
  }

  private Scenario<P> faults(List<Fault> faults) {
    if (!this.faults.isEmpty()) {
      throw new IllegalStateException(
          "cannot add faults: there are some already; write a scenario for each kind");
    }
    this.faults = faults;
    return this;
  }

  /**
   * Lets the process die, in runs of their own: before its first call, and after each call.
   *
   * @return this scenario
   */
  public Scenario<P> crashes() {
    crashes = true;
    return this;
  }

  /**
   * Leaves out orders with more switches between actors. A switch is free when the actor before has
   * ended, waits for another, or has made 20 calls in a row. Without this, all orders are explored,
   * and 10,000 runs are the limit.
   *
   * @param atMost the number of switches, at least 0
   * @return this scenario
   * @throws IllegalArgumentException if {@code atMost} is negative
   */
  public Scenario<P> switches(int atMost) {
    if (atMost < 0) {
      throw new IllegalArgumentException(
          "cannot explore at most %d switches: it is negative; 0 runs the actors one by one"
              .formatted(atMost));
    }
    switches = atMost;
    return this;
  }

  /**
   * Makes one run alone, without a limit of time, for the debugger. It fails even when the run
   * passes, so that it is not left in.
   *
   * @param schedule the schedule that a failure has shown
   * @return this scenario
   * @throws IllegalArgumentException if it is not a schedule
   */
  public Scenario<P> replay(String schedule) {
    Choice.parse(requireNonNull(schedule, "schedule"));
    this.schedule = schedule;
    return this;
  }

  /**
   * Explores, and checks each run.
   *
   * @param check what must be true in the end
   * @return what was explored, if nothing failed
   * @throws AssertionError with the simplest run that fails; or if 10,000 runs were not all, and no
   *     number of switches was set
   * @throws IllegalStateException if there is no actor, if the scenario was explored before, or if
   *     it cannot be explored, as it does something else each time
   */
  public Exploration then(Check<? super P> check) {
    requireNonNull(check, "check");
    Plan<P> plan = plan();
    try (var runner = new Runner<P>(roles.size(), schedule != null)) {
      return explore(plan, runner, (survivor, run, stage) -> check.check(survivor, run));
    }
  }

  /**
   * Explores, and checks that each run gives what the actors give one by one, in some order: the
   * same results, exceptions and observation. Actors that returned must have run. Those that failed
   * by a fault, or died, may have run or not. Values are compared by {@code equals}, arrays by
   * their elements, and exceptions by class and message.
   *
   * @param observation what is looked at in the end, such as a balance
   * @return what was explored, if nothing failed
   * @throws AssertionError as from {@link #then}
   * @throws IllegalStateException as from {@link #then}; also if an actor cannot run alone, or if
   *     it returns something else each time
   */
  public Exploration thenAsIfOneByOne(Action<? super P> observation) {
    requireNonNull(observation, "observation");
    Plan<P> plan = plan();
    List<Integer> inOrder = IntStream.range(0, roles.size()).boxed().toList();
    try (var runner = new Runner<P>(roles.size(), schedule != null)) {
      OneByOne possible = OneByOne.of(plan, runner, observation);
      return explore(
          plan,
          runner,
          (survivor, run, stage) ->
              possible.require(OneByOne.observe(plan, inOrder, stage, survivor, observation)));
    }
  }

  private Exploration explore(Plan<P> plan, Runner<P> runner, Runner.Judge<P> judge) {
    var explorer = new Explorer<>(plan, runner, judge);
    if (schedule != null) {
      throw explorer.replay(schedule);
    }
    return explorer.explore();
  }

  private Plan<P> plan() {
    if (explored) {
      throw new IllegalStateException(
          "cannot explore the scenario: it was explored before; write a new one");
    }
    if (roles.isEmpty()) {
      throw new IllegalStateException(
          "cannot explore the scenario: it has no actor; add one with when(...)");
    }
    explored = true;
    List<Task<? super P>> tasks = List.copyOf(given);
    Task<P> before =
        process -> {
          for (Task<? super P> task : tasks) {
            task.run(process);
          }
        };
    return new Plan<>(
        process,
        stores,
        before,
        List.copyOf(roles),
        faults,
        new Course.Limits(switches, faults.size(), crashes, true));
  }
}
