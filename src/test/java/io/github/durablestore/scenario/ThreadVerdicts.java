package io.github.durablestore.scenario;

import static io.github.durablestore.scenario.Verdict.fails;
import static io.github.durablestore.scenario.Verdict.passes;
import static io.github.durablestore.scenario.Verdict.passesInPart;
import static io.github.durablestore.scenario.Verdicts.pooled;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.durablestore.scenario.ThreadServices.Halves;
import io.github.durablestore.scenario.ThreadServices.Hits;
import io.github.durablestore.scenario.ThreadServices.Orders;
import io.github.durablestore.scenario.ThreadServices.Replicas;
import io.github.durablestore.scenario.ThreadServices.Shipping;
import io.github.durablestore.scenario.ThreadServices.TaskDeposits;
import io.github.durablestore.scenario.ThreadServices.Tasks;
import io.github.durablestore.scenario.ThreadServices.Totals;
import java.util.stream.Stream;

/** Verdicts on services that do part of their work in a pool of the scenario's. */
final class ThreadVerdicts {
  private static final String REFUTED = "one by one";

  private ThreadVerdicts() {}

  static Stream<Verdict> all() {
    return Stream.of(
            deposits(), shipping(), orders(), hits(), totals(), tasks(), halves(), replicas())
        .flatMap(verdicts -> verdicts);
  }

  /** What an operation of {@link TaskDeposits} looks like. */
  interface Deposit {
    long deposit(TaskDeposits deposits, long cents) throws Exception;
  }

  static Exploration deposits(Scenario<TaskDeposits> scenario, Deposit operation) {
    return scenario
        .given(deposits -> deposits.put("account", 1000))
        .when("deposit 100", deposits -> operation.deposit(deposits, 100))
        .when("deposit 50", deposits -> operation.deposit(deposits, 50))
        .thenAsIfOneByOne(deposits -> deposits.get("account"));
  }

  private static Stream<Verdict> deposits() {
    return Stream.of(
        fails(
            "lost update with the write in a task",
            () -> deposits(pooled(2, TaskDeposits::new), TaskDeposits::deposit),
            REFUTED,
            "1150"),
        fails(
            "lost update with the write in a task of a pool of one",
            () -> deposits(pooled(1, TaskDeposits::new), TaskDeposits::deposit),
            REFUTED),
        fails(
            "lost update with the write in a task of a pool without a bound",
            () -> deposits(pooled(TaskDeposits::new), TaskDeposits::deposit),
            REFUTED),
        passes(
            "update with the write in a task, under a monitor",
            () -> deposits(pooled(2, TaskDeposits::new), TaskDeposits::depositAlone)),
        fails(
            "lost update of two whole tasks",
            () -> deposits(pooled(2, TaskDeposits::new), TaskDeposits::depositInOneTask),
            REFUTED),
        passes(
            "update in whole tasks, of a pool of one",
            () -> deposits(pooled(1, TaskDeposits::new), TaskDeposits::depositInOneTask)),
        fails(
            "lost update over a chain of futures",
            () -> deposits(pooled(2, TaskDeposits::new), TaskDeposits::depositByStages),
            REFUTED),
        passes(
            "update over a chain of futures, in turn",
            () -> deposits(pooled(2, TaskDeposits::new), TaskDeposits::depositByStagesInTurn)),
        fails(
            "lost update over a delay",
            () -> deposits(pooled(2, TaskDeposits::new), TaskDeposits::depositAfterDelay),
            REFUTED),
        passes(
            "update over a delay, under a monitor",
            () -> deposits(pooled(2, TaskDeposits::new), TaskDeposits::depositAfterDelayAlone)),
        passes(
            "update with the write in a task, under a monitor, with faults and crashes",
            () ->
                deposits(
                    pooled(2, TaskDeposits::new).faults().crashes(), TaskDeposits::depositAlone)));
  }

  static Exploration shipping(
      Scenario<Shipping> scenario, Task<Shipping> ship, Task<Shipping> cancel) {
    return scenario
        .given(Shipping::order)
        .whenRunning("ship", ship)
        .whenRunning("cancel", cancel)
        .thenAsIfOneByOne(shipping -> shipping.get("order"));
  }

  /**
   * One by one, the order is cancelled in the end, whoever is first: what is shipped later is not.
   */
  private static Stream<Verdict> shipping() {
    return Stream.of(
        fails(
            "ship what was cancelled",
            () -> shipping(pooled(2, Shipping::new), Shipping::ship, Shipping::cancel),
            REFUTED),
        passes(
            "ship or cancel, under a monitor",
            () -> shipping(pooled(2, Shipping::new), Shipping::shipAlone, Shipping::cancelAlone)),
        fails(
            "ship what was cancelled, by a task that outlasts the monitor",
            () ->
                shipping(
                    pooled(2, Shipping::new), Shipping::shipAloneButLater, Shipping::cancelAlone),
            REFUTED));
  }

  static Exploration orders(Scenario<Orders> scenario, Task<Orders> place) {
    return scenario.whenRunning("order", place).thenAsIfOneByOne(Orders::placed);
  }

  private static Stream<Verdict> orders() {
    return Stream.of(
        fails(
            "acknowledged before written",
            () -> orders(pooled(2, Orders::new).crashes(), Orders::place)),
        fails(
            "acknowledged before written, and checked by hand",
            () ->
                pooled(2, Orders::new)
                    .whenRunning("order", Orders::place)
                    .crashes()
                    .then(
                        (orders, run) -> {
                          if (run.succeeded("order")) {
                            assertThat(orders.placed()).as("the order").isOne();
                          }
                        }),
            "the order"),
        passes(
            "acknowledged before written, and nothing dies",
            () -> orders(pooled(2, Orders::new), Orders::place)),
        passes(
            "acknowledged when written",
            () -> orders(pooled(2, Orders::new).faults().crashes(), Orders::placeAndWait)),
        fails(
            "written behind, after a delay",
            () -> orders(pooled(2, Orders::new).crashes(), Orders::placeLater)),
        passes(
            "written after a delay, and nothing dies",
            () -> orders(pooled(2, Orders::new), Orders::placeLater)),
        passes(
            "acknowledged when written after a delay",
            () -> orders(pooled(2, Orders::new).faults().crashes(), Orders::placeLaterAndWait)),
        // A task that fails by the fault, and that nobody asks for, is a loss without a crash too.
        fails(
            "acknowledged before written, and the write fails",
            () -> orders(pooled(2, Orders::new).faults(), Orders::place)),
        // The check lets other tasks run: one of the dead process would run before them.
        passes(
            "delayed task of a dead process, which never writes",
            () ->
                pooled(2, Orders::new)
                    .whenRunning("order", Orders::placeLater)
                    .whenRunning("look", Orders::placed)
                    .crashes()
                    .then(
                        (orders, run) -> {
                          long placed = orders.placed();
                          orders.pool.schedule(() -> {}, 30, MILLISECONDS).get();
                          assertThat(orders.placed()).isEqualTo(placed);
                        })),
        passes(
            "task that goes on when its process is dead, which never writes",
            () ->
                pooled(2, Orders::new)
                    .whenRunning("order", Orders::placeAtAnyPrice)
                    .crashes()
                    .then(
                        (orders, run) -> {
                          assertThat(orders.placed()).isLessThan(2);
                          if (orders.get("end") == 1) {
                            assertThat(orders.placed()).isOne();
                          }
                        })));
  }

  private static Stream<Verdict> hits() {
    return Stream.of(
        passes(
            "flushed now and then, and nothing dies",
            () ->
                pooled(1, Hits::new).whenRunning("hit", Hits::hit).thenAsIfOneByOne(Hits::stored)),
        passes(
            "flushed now and then, where a crash may lose some",
            () ->
                pooled(1, Hits::new)
                    .whenRunning("hit", Hits::hit)
                    .whenRunning("hit too", Hits::hit)
                    .crashes()
                    .then(
                        (hits, run) ->
                            assertThat(hits.stored()).isBetween(run.crashed() ? 0L : 2L, 2L))),
        fails(
            "flushed now and then, where a crash may lose none",
            () ->
                pooled(1, Hits::new)
                    .whenRunning("hit", Hits::hit)
                    .crashes()
                    .then(
                        (hits, run) -> {
                          if (run.succeeded("hit")) {
                            assertThat(hits.stored()).as("the hits").isOne();
                          }
                        }),
            "the hits"));
  }

  static Exploration totals(Scenario<Totals> scenario, Action<Totals> read) {
    return scenario
        .when("read", read)
        .whenRunning("set", totals -> totals.set(1))
        .thenAsIfOneByOne(Totals::read);
  }

  private static Stream<Verdict> totals() {
    return Stream.of(
        passes(
            "two reads by invokeAll",
            () -> pooled(2, Totals::new).when("read", Totals::read).thenAsIfOneByOne(Totals::read)),
        fails(
            "two reads by invokeAll, beside who writes both",
            () -> totals(pooled(2, Totals::new).switches(2), Totals::read),
            REFUTED),
        passesInPart(
            "two reads by invokeAll, beside who writes both, under a monitor",
            () -> totals(pooled(2, Totals::new).switches(2), Totals::readAlone),
            "more than 2 switches"));
  }

  static Exploration tasks(Scenario<Tasks> scenario, Action<Tasks> action, long expected) {
    return scenario
        .when("run", action)
        .then((tasks, run) -> assertThat(run.result("run")).as("the result").hasValue(expected));
  }

  private static Stream<Verdict> tasks() {
    return Stream.of(
        passes(
            "three tasks one after another",
            () -> tasks(pooled(2, Tasks::new), Tasks::addThreeTimes, 3)),
        fails(
            "two tasks that race",
            () -> tasks(pooled(2, Tasks::new), Tasks::addTwice, 2),
            "the result"),
        passes(
            "two tasks in a pool of one", () -> tasks(pooled(1, Tasks::new), Tasks::addTwice, 2)),
        fails(
            "read without one's own write",
            () -> tasks(pooled(2, Tasks::new), Tasks::setAndGet, 1),
            "the result"),
        passes(
            "read of one's own write",
            () -> tasks(pooled(2, Tasks::new), Tasks::setAndWaitAndGet, 1)),
        passes(
            "coroutine with ten delays",
            () -> tasks(pooled(2, Tasks::new), Tasks::addAfterDelays, 1)),
        fails(
            "more tasks than a schedule has letters",
            () ->
                pooled(1, Tasks::new)
                    .whenRunning("run", tasks -> tasks.addOften(30))
                    .then((tasks, run) -> {}),
            "tasks"));
  }

  private static Stream<Verdict> halves() {
    return Stream.of(
        fails(
            "allOf of two writes, one of which is made",
            () ->
                pooled(2, Halves::new)
                    .whenRunning("write", Halves::writeBoth)
                    .crashes()
                    .thenAsIfOneByOne(Halves::both)),
        fails(
            "allOf of two writes, one of which fails",
            () ->
                pooled(2, Halves::new)
                    .whenRunning("write", Halves::writeBoth)
                    .faults()
                    .thenAsIfOneByOne(Halves::both)),
        passes(
            "allOf of one write",
            () ->
                pooled(2, Halves::new)
                    .whenRunning("write", Halves::writeBothInOneState)
                    .faults()
                    .crashes()
                    .thenAsIfOneByOne(Halves::bothInOneState)),
        passes("allOf of two writes, and then reads", () -> reads(Halves::writeBothAndRead)),
        fails(
            "anyOf of two writes, and then reads",
            () -> reads(Halves::writeEitherAndRead),
            "the sum"));
  }

  private static Exploration reads(Action<Halves> action) {
    return pooled(2, Halves::new)
        .when("write and read", action)
        .then((halves, run) -> assertThat(run.result("write and read")).as("the sum").hasValue(2L));
  }

  private static Stream<Verdict> replicas() {
    return Stream.of(
        passes(
            "invokeAny of two reads",
            () ->
                pooled(2, Replicas::new)
                    .given(replicas -> replicas.put("a", 1))
                    .given(replicas -> replicas.put("b", 1))
                    .when("read", Replicas::readEither)
                    .then((replicas, run) -> assertThat(run.result("read")).hasValue(1L))),
        fails("invokeAny of two writes", () -> written(Replicas::writeEither), "the value"),
        passes("invokeAny of two equal writes", () -> written(Replicas::writeTheSame)));
  }

  private static Exploration written(Action<Replicas> action) {
    return pooled(2, Replicas::new)
        .when("write", action)
        .then(
            (replicas, run) ->
                assertThat(run.result("write")).as("the value").hasValue(replicas.get("x")));
  }
}
