package io.github.durablestore.scenario;

import static java.util.Objects.requireNonNull;

import io.github.durablestore.StateStore;
import io.github.durablestore.memory.MemoryStateStore;
import io.github.durablestore.probe.CallMatcher;
import io.github.durablestore.probe.Fault;
import io.github.durablestore.probe.StateStoreProbe;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Runs code over a {@link StateStore} through every order of its store calls, every failing call
 * and every crash, until a run breaks it. A run costs one for each switch between actors, and one
 * for each fault and crash. The cheapest runs come first, so a failure shows one of the simplest.
 * The same scenario gives the same runs and the same verdict every time, however busy the machine,
 * unless its code goes by a clock.
 *
 * <pre>{@code
 * Scenario.of(AccountService::new)
 *     .given(accounts -> accounts.deposit("account-42", 4200))
 *     .when("deposit 100", accounts -> accounts.deposit("account-42", 100))
 *     .when("deposit 50", accounts -> accounts.deposit("account-42", 50))
 *     .faults()
 *     .crashes()
 *     .thenAsIfOneByOne(accounts -> accounts.balance("account-42"));
 * }</pre>
 *
 * <p>With operations instead of actors, all small programs of them are explored:
 *
 * <pre>{@code
 * Scenario.of(Documents::new)
 *     .operation("append", documents -> documents.append("x"))
 *     .operationRunning("delete", Documents::delete)
 *     .operation("read", Documents::read)
 *     .faults()
 *     .crashes()
 *     .thenAsIfOneByOne(Documents::read);
 * }</pre>
 *
 * <h2>What a run is</h2>
 *
 * <p>Each run starts a new process over an empty store. It runs the given tasks, then the actors,
 * then the check. Before and after each store call, and between its operations, an actor can be
 * stopped and another one resumed. Each run has at most one fault or crash, and after a crash one
 * more:
 *
 * <ul>
 *   <li>With {@link #faults()}, a call fails before it reaches the store, or its reply is lost.
 *   <li>With {@link #crashes()}, the process dies before its first call, after any call, or after
 *       any operation. From then on, none of its calls reaches the store: each throws an error. A
 *       new process starts over the same store, which stays connected. If it calls the store while
 *       it starts, it may die again, or one of those calls may fail. Then it does what the actors
 *       had not begun, one operation at a time. {@code finally} blocks of the dead process still
 *       run, although a real crash would skip them.
 * </ul>
 *
 * <p>With {@link #then}, an operation's exception fails the run unless its cause is a fault that
 * was injected while the operation was going on, it is one of those that {@link #refusing} permits,
 * or the check asks for it with {@link Run#thrown}. With {@link #thenAsIfOneByOne}, it is compared
 * like a result.
 *
 * <h2>Threads and waiting</h2>
 *
 * <p>All code runs in threads of the exploration, the check too. A process that needs threads of
 * its own takes them from {@link #withThreads}. Another thread that calls the store is refused, as
 * its speed would decide what is found. One that calls no store may compute or sleep. An actor that
 * waits without a lock may be waiting for it, so that one that never ends, such as a heartbeat,
 * delays each exploration by 10 seconds, and {@link Exploration#complete} is {@code false}. After
 * the last run, the exploration waits for such threads, for up to 2 seconds.
 *
 * <p>Code may wait for locks, futures, latches and the like: whether an actor waits for another is
 * known for sure. A deadlock fails the run. So does an actor that makes more than 1,000 calls, uses
 * the processor for 2 seconds without a call, or waits in vain for something else for 30 seconds.
 * {@link Exploration#complete} is {@code false} where orders are missing:
 *
 * <ul>
 *   <li>An actor that polls, by reading the same few states 20 times in a row, by sleeping 20 times
 *       or by spinning for a second, may be waiting for another, which then goes on. So may one
 *       that makes 200 calls in a row. Orders in which such reads are repeated before another goes
 *       on are left out. At the end, a task that polls without a call counts as a worker that looks
 *       for work. Sleeps and spins take real time, so let a worker wait at a queue.
 *   <li>A wait with a timeout of less than 0.7 seconds is left to time out; one for a task of the
 *       actor is then refused, except for the virtual time of a pool's own futures. A longer one is
 *       taken as one without a timeout, but times out if nothing else can go on. Wait for several
 *       seconds, as one second may run out on a busy machine. At the end, a task that has waited
 *       this way for 3 seconds counts as a worker that waits at its queue.
 *   <li>If an operation leaves a lock for which another waits, and before its next call enters it
 *       again, or another lock that both need, or wakes another and then enters the same lock as
 *       that one, the JVM chooses who gets it. The run is made up to 40 times to see both, so that
 *       the number of runs may vary. It is made once if the lock is polled, as by {@code
 *       tryLock()}, so that a bug may be missed. A lock made by hand, of a flag, a future or a
 *       latch, is known as one when its user enters it again. Where an actor parks its thread
 *       itself, that cannot be seen, so orders may be missing.
 *   <li>If several actors are woken at once, the JVM chooses which of them goes on first.
 *   <li>The JDK has one timer for the timeouts of all futures. While one is pending that another
 *       test has set, an actor that waits without a lock may be waiting for it, for 2 seconds.
 * </ul>
 *
 * <h2>What it does not find</h2>
 *
 * <ul>
 *   <li>Actors are switched only at store calls, waits and tasks, and a call is atomic. What is
 *       done in between happens at once: submitting a task and then asking a {@code
 *       CompletableFuture} whether it is done, for example. So it finds no data race on a field;
 *       Lincheck and Fray do. An actor that has woken another, for example by leaving a lock, runs
 *       beside it until its next call.
 *   <li>The code must be deterministic: the same calls with the same ids, and the same results. It
 *       may write times and random values, but not return them. This is checked on a sample: some
 *       runs are made twice, without being counted. What happens once in hundreds of runs may be
 *       missed. Threads are reused, so thread-locals and static fields survive a crash. Static
 *       fields survive the exploration too. Keep nothing by thread from one operation to the next:
 *       one by one, the operations of all actors run in one thread.
 *   <li>The JDK chooses the thread of a stage that depends on a future, if an actor awaits that
 *       same future. Several of these stages, or one that calls the store, are refused. Await the
 *       last stage instead. If a thread of the code's own completes the future, await the future
 *       first, and then call the store: a stage that calls it is refused only if it comes to run in
 *       that thread.
 *   <li>If a thread that was started before the scenario polls for work, the scenario does not know
 *       that it works for the process. Let the thread wait at a queue, or give the process a pool
 *       of the scenario.
 *   <li>A thread that waits forever and ignores interrupts cannot be stopped. It remains as a
 *       daemon thread when its process has died.
 * </ul>
 *
 * <p>A scenario can be used once, by one thread. No parameter may be {@code null}, and no method
 * returns {@code null}. If something is set twice, the last setting holds. The idea comes from
 * SQLite's loops over each failing I/O operation, from FoundationDB's simulation, and from Coyote,
 * loom, shuttle and Lincheck.
 *
 * @param <P> the process: the code that is tested
 */
public final class Scenario<P> {
  private static final Set<Class<?>> TOO_GENERAL =
      Set.of(Throwable.class, Error.class, Exception.class, RuntimeException.class);

  private final Settings<P> settings;

  private Scenario(BiFunction<? super StateStore, ? super Threads, ? extends P> process) {
    settings = new Settings<>(process);
  }

  /**
   * Starts a scenario of a process without threads of its own.
   *
   * @param <P> the process
   * @param process starts a process over a connected store: once per run, and again after a crash.
   *     A process that is {@link AutoCloseable} is closed after the check
   * @return a scenario without actors
   */
  @CheckReturnValue
  public static <P> Scenario<P> of(Function<? super StateStore, ? extends P> process) {
    requireNonNull(process, "process");
    return new Scenario<>((store, threads) -> process.apply(store));
  }

  /**
   * Starts a scenario of a process that gets its threads from the scenario. Each task of its pools
   * is an actor too.
   *
   * @param <P> the process
   * @param process starts a process over a connected store, with the pools that it asks for
   * @return a scenario without actors
   */
  @CheckReturnValue
  public static <P> Scenario<P> withThreads(
      BiFunction<? super StateStore, ? super Threads, ? extends P> process) {
    return new Scenario<>(requireNonNull(process, "process"));
  }

  /**
   * Sets where the stores come from. By default they are {@link MemoryStateStore}s. A failure shows
   * the fields of the payloads whose types a {@code MemoryStateStore} knows. Effects on the outside
   * world are reset in the supplier, which is called once per run.
   *
   * @param stores returns a new, empty store for each run, which connects it and finally closes it
   * @return this scenario
   */
  @CheckReturnValue
  public Scenario<P> over(Supplier<? extends StateStore> stores) {
    settings.stores = requireNonNull(stores, "stores");
    return this;
  }

  /**
   * Sets stores of one database, which need not be empty. Each run has ids of its own, which the
   * process does not see: the database gets them with a prefix of 16 characters. The store's
   * exceptions reach the process as they are, with the prefix; they are compared and shown without
   * it. The states are left behind.
   *
   * @param stores returns a store for each run, which connects it and finally closes it
   * @return this scenario
   */
  @CheckReturnValue
  public Scenario<P> overShared(Supplier<? extends StateStore> stores) {
    settings.shared = requireNonNull(stores, "stores");
    return this;
  }

  /**
   * Adds a task that runs before the actors. Tasks run in the order in which they were added. Their
   * calls neither fail nor are reordered.
   *
   * @param task the task
   * @return this scenario
   */
  @CheckReturnValue
  public Scenario<P> given(Task<? super P> task) {
    settings.given.add(requireNonNull(task, "task"));
    return this;
  }

  /**
   * Adds an operation that returns a result to an actor. A scenario has one to three actors, which
   * run concurrently. The same name again adds the next operation of that actor. An operation that
   * throws does not end its actor.
   *
   * @param actor the name of the actor
   * @param action what it does
   * @return this scenario
   * @throws IllegalArgumentException if the name is blank
   * @throws IllegalStateException if there are three actors already
   */
  @CheckReturnValue
  public Scenario<P> when(String actor, Action<? super P> action) {
    settings.addActor(actor, requireNonNull(action, "action"), true);
    return this;
  }

  /**
   * Adds an operation that returns nothing: {@link #when} for {@code void} methods.
   *
   * @param actor the name of the actor
   * @param task what it does
   * @return this scenario
   * @throws IllegalArgumentException if the name is blank
   * @throws IllegalStateException if there are three actors already
   */
  @CheckReturnValue
  public Scenario<P> whenRunning(String actor, Task<? super P> task) {
    settings.addActor(actor, returningNull(task), false);
    return this;
  }

  private static <P> Action<P> returningNull(Task<? super P> task) {
    requireNonNull(task, "task");
    return process -> {
      task.run(process);
      return null;
    };
  }

  /**
   * Adds an operation that returns a result. All small programs of these operations are explored:
   * one actor that does up to three operations, if faults or crashes are on, and two actors that do
   * one or two each. {@link #size} bounds them.
   *
   * @param name the name of the operation
   * @param action what it does
   * @return this scenario
   * @throws IllegalArgumentException if the name is blank or taken
   */
  @CheckReturnValue
  public Scenario<P> operation(String name, Action<? super P> action) {
    settings.addOperation(name, requireNonNull(action, "action"), true);
    return this;
  }

  /**
   * Adds an operation that returns nothing: {@link #operation} for {@code void} methods.
   *
   * @param name the name of the operation
   * @param task what it does
   * @return this scenario
   * @throws IllegalArgumentException if the name is blank or taken
   */
  @CheckReturnValue
  public Scenario<P> operationRunning(String name, Task<? super P> task) {
    settings.addOperation(name, returningNull(task), false);
    return this;
  }

  /**
   * Lets each call fail in runs of its own: once before it reaches the store, and once with its
   * reply lost. The call throws a {@link io.github.durablestore.StateStoreException}.
   *
   * @return this scenario
   */
  @CheckReturnValue
  public Scenario<P> faults() {
    settings.faults =
        List.of(Fault.on(CallMatcher.anyCall()), Fault.on(CallMatcher.anyCall()).replyLost());
    return this;
  }

  /**
   * Lets each matching call fail in runs of its own. The fault is injected when an actor makes the
   * call, and remains until the check.
   *
   * @param fault which calls fail, how many from there on, what they throw, and whether only the
   *     reply is lost
   * @return this scenario
   * @throws IllegalArgumentException if no call can match, or if the fault skips calls
   */
  @CheckReturnValue
  public Scenario<P> faults(Fault fault) {
    new StateStoreProbe(new MemoryStateStore()).inject(requireNonNull(fault, "fault"));
    if (!fault.skip(0).toString().equals(fault.toString())) {
      throw new IllegalArgumentException(
          "cannot explore the fault (%s): the scenario chooses the call that fails; remove skip(...)"
              .formatted(fault));
    }
    settings.faults = List.of(fault);
    return this;
  }

  /**
   * Lets the process die, in runs of their own: before its first call, after each call, after each
   * operation, and again while it starts after that. What an operation that has ended did must
   * survive: it was acknowledged. The first start is not disturbed.
   *
   * <p>After a call, the process dies before the code behind that call runs. To see one that dies
   * right after an effect on the outside world, such as a mail, let a call follow the effect, for
   * example a read.
   *
   * <p>What the actors had not begun runs after the restart, one by one. So the test fails if
   * actors that hand something over must run at the same time.
   *
   * <p>A fault and a crash meet in one run only while the process starts again. So read the store
   * in the observation, not a cache: what a failed write has left in a cache is lost only in a
   * crash.
   *
   * <p>What is kept in memory on purpose, such as an undo or a rate limit, and numbers that may
   * have gaps, do not survive a crash as {@link #thenAsIfOneByOne} expects. Leave them out of the
   * results, or leave out {@code crashes()}.
   *
   * @return this scenario
   */
  @CheckReturnValue
  public Scenario<P> crashes() {
    settings.crashes = true;
    return this;
  }

  /**
   * Permits an exception by which an operation says that it did nothing, such as a version
   * conflict. Several calls add up. It is also found as the cause of an {@code ExecutionException}
   * or {@code CompletionException}. An operation may be refused where it overlapped another, or a
   * task of one; otherwise it must be refused one by one as well.
   *
   * @param refusal the type of the exception
   * @return this scenario
   * @throws IllegalArgumentException if the type is {@code Throwable}, {@code Error}, {@code
   *     Exception} or {@code RuntimeException}
   */
  @CheckReturnValue
  public Scenario<P> refusing(Class<? extends Throwable> refusal) {
    if (TOO_GENERAL.contains(requireNonNull(refusal, "refusal"))) {
      throw new IllegalArgumentException(
          "cannot permit %s: it would hide every failure; pass the type that says that nothing was done"
              .formatted(refusal.getName()));
    }
    settings.refusals.add(refusal);
    return this;
  }

  /**
   * Explores only orders with at most this many switches between actors. A switch is free if the
   * previous actor has ended or waits for another.
   *
   * @param atMost the number of switches, at least 0
   * @return this scenario
   * @throws IllegalArgumentException if {@code atMost} is negative
   */
  @CheckReturnValue
  public Scenario<P> switches(int atMost) {
    if (atMost < 0) {
      throw new IllegalArgumentException(
          "cannot explore at most %d switches: it is negative; 0 runs the actors one by one"
              .formatted(atMost));
    }
    settings.switches = atMost;
    return this;
  }

  /**
   * Explores only programs of {@link #operation operations} up to a size: operations, switches,
   * faults and crashes together. The default is 4.
   *
   * @param atMost the size, at least 2, or 3 without faults and crashes
   * @return this scenario
   * @throws IllegalArgumentException if {@code atMost} is less than 1
   */
  @CheckReturnValue
  public Scenario<P> size(int atMost) {
    settings.size = requirePositive(atMost, "programs up to size %d", "4");
    return this;
  }

  /**
   * Sets how many runs are made at most. The test fails if more are needed. The default is 10,000.
   *
   * @param atMost the number of runs, at least 1
   * @return this scenario
   * @throws IllegalArgumentException if {@code atMost} is less than 1
   */
  @CheckReturnValue
  public Scenario<P> runs(int atMost) {
    settings.runs = requirePositive(atMost, "at most %d runs", "40_000");
    return this;
  }

  private static int requirePositive(int number, String what, String example) {
    if (number < 1) {
      throw new IllegalArgumentException(
          "cannot explore %s: it is less than 1; pass more, as in %s"
              .formatted(what.formatted(number), example));
    }
    return number;
  }

  /**
   * Makes only one run, for the debugger, with no time limit. It fails even if the run passes, so
   * that it is not left in the test.
   *
   * @param schedule the schedule from a failure
   * @return this scenario
   * @throws IllegalArgumentException if it is not a schedule
   */
  @CheckReturnValue
  public Scenario<P> replay(String schedule) {
    Choice.parse(Program.scheduleIn(requireNonNull(schedule, "schedule")), schedule);
    settings.schedule = schedule;
    return this;
  }

  /**
   * Explores all runs, and checks each.
   *
   * @param check what must be true after a run
   * @return what was explored, if no run failed
   * @throws AssertionError with one of the simplest runs that fail; also if there are more runs
   *     than {@link #runs} permits
   * @throws IllegalStateException if there is no actor, if the scenario was explored before, or if
   *     it cannot be explored, for example because it is not deterministic, or because a thread
   *     that the scenario does not schedule calls the store
   */
  public Exploration then(Check<? super P> check) {
    requireNonNull(check, "check");
    return explore((programs, conductor) -> new ByCheck<>(check));
  }

  /**
   * Explores all runs, and checks that each is strictly serializable: there is an order of the
   * operations that gives, one by one, the same results, exceptions and observation, and in which
   * an operation that ended before another began comes first. An operation that failed because of a
   * fault, or that had not ended when the process died, may have taken effect or not. If it did, it
   * comes after what ended before it began, and before the next operation of its actor. If its
   * process died, it comes before everything that follows the restart. Only an exception counts as
   * failed. Values are compared by {@code equals}, collections and arrays by their elements in
   * order, as they were when the operation returned, and exceptions by class and message. Compiled
   * code may throw a {@link NullPointerException} and the like without the message that the JVM
   * otherwise gives it. Without it, it equals one with any message. If a text is made of such a
   * message, start the JVM with {@code -XX:-OmitStackTraceInFastThrow}.
   *
   * @param observation reads something after a run, such as a balance
   * @return what was explored, if no run failed
   * @throws AssertionError as from {@link #then}
   * @throws IllegalStateException as from {@link #then}; also if the operations cannot run one by
   *     one in any order, or return something different each time
   */
  public Exploration thenAsIfOneByOne(Action<? super P> observation) {
    requireNonNull(observation, "observation");
    return explore((programs, conductor) -> ByOracle.of(programs, conductor, observation));
  }

  private Exploration explore(BiFunction<List<Program<P>>, Conductor, Judge<P>> judge) {
    settings.requireExplorable();
    List<Program<P>> programs = settings.programs();
    String schedule = settings.schedule;
    try (var conductor = new Conductor(schedule != null)) {
      return conductor.conduct(
          () -> {
            Judge<P> by = judge.apply(programs, conductor);
            if (schedule != null) {
              throw new Replay<>(conductor, by, programs.get(0), schedule).run();
            }
            return new Explorer<>(conductor, by, programs, settings.greatestSize(), settings.runs)
                .explore();
          });
    }
  }
}
