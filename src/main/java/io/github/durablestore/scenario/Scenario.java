package io.github.durablestore.scenario;

import static io.github.durablestore.text.Text.quote;
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
 * Runs code over a {@link StateStore} through every order of its store calls, every failing call
 * and every crash, until a run breaks it. A run costs one for each switch between actors and one
 * for its fault or crash. The cheapest runs come first, so a failure shows one of the simplest.
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
 * <p>Each run starts a new process over an empty store. It runs the given tasks, then the actors,
 * then the check. Before and after each store call, the actor can be stopped and another one
 * resumed. Each run has at most one fault or crash:
 *
 * <ul>
 *   <li>With {@link #faults()}, a call fails before it reaches the store, or its reply is lost.
 *   <li>With {@link #crashes()}, the process dies before its first call or after any call. From
 *       then on, each of its store calls throws an error. The check gets a new process over the
 *       same store, which stays connected. {@code finally} blocks still run, although a real crash
 *       would skip them; their store calls fail.
 * </ul>
 *
 * <p>An actor's exception fails the run unless the injected fault is among its causes, or the check
 * asks for the exception with {@link Run#thrown}.
 *
 * <p>Code may wait. The JVM knows who owns a monitor or a {@code ReentrantLock}, so waiting for one
 * is detected exactly. For a future, a latch and the like, an actor counts as waiting after some
 * milliseconds; {@link Exploration#complete} is then {@code false}, as orders may be missing. A
 * deadlock fails the run. So does an actor that makes 1,000 calls, or that waits or is busy for 2
 * seconds without a call. Any other thread, such as one of the process's executor, is scheduled
 * from its first store call on. An actor that reads the same few states 20 times in a row, or makes
 * 200 calls in a row, may be waiting for another, which then goes on.
 *
 * <h2>What it does not find</h2>
 *
 * <ul>
 *   <li>Actors are switched only at store calls, and a call is atomic. So it finds no data race on
 *       a field; Lincheck and Fray do. After a lock is released, the actor that held it and the one
 *       that waited for it run concurrently until their next calls.
 *   <li>Faults and crashes come one at a time, and a process dies only at a call. If it
 *       acknowledges a write before making it, the loss is found only when some actor makes a call
 *       in between.
 *   <li>The code must be deterministic: the same calls with the same ids, and the same results. It
 *       may write times and random values, but not return them. Parallel streams are not
 *       deterministic. Threads are reused, so a thread-local value survives a crash.
 *   <li>A thread that waits forever for a monitor, or ignores interrupts, cannot be stopped. After
 *       the failure it remains as a daemon thread. A single actor runs in the test's own thread and
 *       is interrupted after 2 to 4 seconds. If it is busy and ignores the interrupt, the test
 *       hangs, as it would without a scenario; JUnit's {@code @Timeout(threadMode =
 *       SEPARATE_THREAD)} ends it.
 * </ul>
 *
 * <p>A scenario can be used once, by one thread. No parameter may be {@code null}, and no method
 * returns {@code null}. The idea comes from SQLite's loops over each failing I/O operation, from
 * FoundationDB's simulation, and from Coyote, loom and shuttle.
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
   * Starts a scenario.
   *
   * @param <P> the process
   * @param process starts a process over a connected store: once per run, and once more after a
   *     crash. A process that is {@link AutoCloseable} is closed after the check
   * @return a scenario without actors
   */
  public static <P> Scenario<P> of(Function<? super StateStore, ? extends P> process) {
    return new Scenario<>(requireNonNull(process, "process"));
  }

  /**
   * Sets where the stores come from. By default they are {@link MemoryStateStore}s. A failure shows
   * the fields of the payloads whose types a {@code MemoryStateStore} knows.
   *
   * @param stores returns a new, empty store for each run, which connects it and finally closes it
   * @return this scenario
   */
  public Scenario<P> over(Supplier<? extends StateStore> stores) {
    this.stores = requireNonNull(stores, "stores");
    return this;
  }

  /**
   * Adds a task that runs before the actors. Tasks run in the order in which they were added. Their
   * calls neither fail nor are reordered.
   *
   * @param task the task
   * @return this scenario
   */
  public Scenario<P> given(Task<? super P> task) {
    given.add(requireNonNull(task, "task"));
    return this;
  }

  /**
   * Adds an actor that returns a result. A scenario has one to three actors.
   *
   * @param actor its name
   * @param action what it does; it runs once per run, concurrently with the other actors
   * @return this scenario
   * @throws IllegalArgumentException if the name is blank, or another actor has it
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
   * @param task what it does; it runs once per run, concurrently with the other actors
   * @return this scenario
   * @throws IllegalArgumentException if the name is blank, or another actor has it
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
   * Lets each call fail in runs of its own: once before it reaches the store, and once with its
   * reply lost. The call throws a {@link io.github.durablestore.StateStoreException}.
   *
   * @return this scenario
   * @throws IllegalStateException if faults are set already
   */
  public Scenario<P> faults() {
    return faults(
        List.of(Fault.on(CallMatcher.anyCall()), Fault.on(CallMatcher.anyCall()).replyLost()));
  }

  /**
   * Lets each matching call fail in runs of its own. The fault is injected when an actor makes the
   * call, and remains until the check.
   *
   * @param fault which calls fail, how many from there on, what they throw, and whether only the
   *     reply is lost
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
   * Lets the process die, in runs of their own, before its first call and after each call.
   *
   * @return this scenario
   */
  public Scenario<P> crashes() {
    crashes = true;
    return this;
  }

  /**
   * Leaves out orders with more switches between actors. A switch is free if the previous actor has
   * ended or waits for another. By default, all orders are explored, up to a limit of 10,000 runs.
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
   * Makes only one run, for the debugger, with no time limit. It fails even if the run passes, so
   * that it is not left in the test.
   *
   * @param schedule the schedule from a failure
   * @return this scenario
   * @throws IllegalArgumentException if it is not a schedule
   */
  public Scenario<P> replay(String schedule) {
    Choice.parse(requireNonNull(schedule, "schedule"));
    this.schedule = schedule;
    return this;
  }

  /**
   * Explores all runs, and checks each.
   *
   * @param check what must be true after a run
   * @return what was explored, if no run failed
   * @throws AssertionError with one of the simplest runs that fail; also if there are more than
   *     10,000 runs and the number of switches is not bounded
   * @throws IllegalStateException if there is no actor, if the scenario was explored before, or if
   *     it cannot be explored, for example because it is not deterministic
   */
  public Exploration then(Check<? super P> check) {
    requireNonNull(check, "check");
    Plan<P> plan = plan();
    try (var runner = new Runner<P>(roles.size(), schedule != null)) {
      return explore(plan, runner, (survivor, run, stage) -> check.check(survivor, run));
    }
  }

  /**
   * Explores all runs, and checks that each gives what the actors give one by one in some order:
   * the same results, exceptions and observation. An actor that returned must be in that order. One
   * that died or failed because of a fault may be in it or not. Values are compared by {@code
   * equals}, arrays by their elements, and exceptions by class and message.
   *
   * @param observation reads something after a run, such as a balance
   * @return what was explored, if no run failed
   * @throws AssertionError as from {@link #then}
   * @throws IllegalStateException as from {@link #then}; also if the actors cannot run one by one,
   *     or return something different each time
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
