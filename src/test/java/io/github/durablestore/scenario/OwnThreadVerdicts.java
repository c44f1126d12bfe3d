package io.github.durablestore.scenario;

import static io.github.durablestore.scenario.Verdict.refused;
import static io.github.durablestore.scenario.Verdicts.unknown;

import io.github.durablestore.scenario.OwnThreadServices.Adder;
import io.github.durablestore.scenario.OwnThreadServices.Reader;
import io.github.durablestore.scenario.OwnThreadServices.Start;
import io.github.durablestore.scenario.OwnThreadServices.WarmUp;
import io.github.durablestore.scenario.PoolServices.Closing;
import io.github.durablestore.scenario.PoolServices.Flushes;
import io.github.durablestore.scenario.PoolServices.Nested;
import io.github.durablestore.scenario.PoolServices.Queue;
import io.github.durablestore.scenario.PoolServices.Throwing;
import io.github.durablestore.scenario.PoolServices.TimedGets;
import io.github.durablestore.scenario.ThreadServices.Halves;
import io.github.durablestore.scenario.ThreadServices.Orders;
import io.github.durablestore.scenario.ThreadServices.Replicas;
import io.github.durablestore.scenario.ThreadServices.Shipping;
import io.github.durablestore.scenario.ThreadServices.TaskDeposits;
import io.github.durablestore.scenario.ThreadServices.Tasks;
import io.github.durablestore.scenario.ThreadServices.Totals;
import java.util.Arrays;
import java.util.stream.Stream;

/**
 * Services that call the store in threads of their own are refused, whether right or wrong. Each
 * operation waits for its threads: a call that comes after the last run is nobody's.
 */
final class OwnThreadVerdicts {
  private static final String REMEDY = "Scenario.withThreads(";
  private static final String OWN = OwnThreadServices.NAME;

  private OwnThreadVerdicts() {}

  static Stream<Verdict> all() {
    return Stream.of(starts(), deposits(), others()).flatMap(verdicts -> verdicts);
  }

  private static Stream<Verdict> starts() {
    return Stream.concat(
        Arrays.stream(Start.values())
            .map(
                start ->
                    refused(
                        "calls in a thread by " + start,
                        () ->
                            Scenario.of(store -> new Adder(store, start))
                                .when("add", Adder::add)
                                .thenAsIfOneByOne(Adder::stored),
                        REMEDY)),
        Stream.of(
            refused(
                "calls in a parallel stream",
                () ->
                    Scenario.of(Reader::new)
                        .when("read", Reader::sum)
                        .thenAsIfOneByOne(Reader::sum),
                REMEDY,
                "ForkJoinPool"),
            refused(
                "calls in a thread of the constructor",
                () -> Scenario.of(WarmUp::new).when("read", WarmUp::read).then((warm, run) -> {}),
                REMEDY,
                OWN)));
  }

  private static Stream<Verdict> deposits() {
    return Stream.of(
        deposits("with the write in a task", TaskDeposits::deposit),
        deposits("with the write in a task, under a monitor", TaskDeposits::depositAlone),
        deposits("in whole tasks", TaskDeposits::depositInOneTask),
        deposits("over a chain of futures", TaskDeposits::depositByStages),
        deposits("over a chain of futures, in turn", TaskDeposits::depositByStagesInTurn),
        deposits("over a delay", TaskDeposits::depositAfterDelay));
  }

  private static Verdict deposits(String name, ThreadVerdicts.Deposit operation) {
    return refused(
        "deposits in threads of their own, " + name,
        () -> ThreadVerdicts.deposits(unknown(TaskDeposits::new), operation),
        REMEDY,
        OWN);
  }

  private static <P> Verdict one(String name, Verdicts.Start<P> start, Task<P> task) {
    return refused(
        name + ", in threads of its own",
        () -> unknown(start).whenRunning("run", task).crashes().then((process, run) -> {}),
        REMEDY,
        OWN);
  }

  private static Stream<Verdict> others() {
    return Stream.of(
        refused(
            "ship and cancel, in threads of their own",
            () -> ThreadVerdicts.shipping(unknown(Shipping::new), Shipping::ship, Shipping::cancel),
            REMEDY,
            OWN),
        // The check waits for the task, so its call comes before the end of the last run.
        refused(
            "acknowledged before written, in threads of its own",
            () ->
                unknown(Orders::new)
                    .whenRunning("order", Orders::place)
                    .then((orders, run) -> orders.written.get()),
            REMEDY,
            OWN),
        refused(
            "written behind after a delay, in threads of its own",
            () ->
                unknown(Orders::new)
                    .whenRunning("order", Orders::placeLater)
                    .then((orders, run) -> orders.written.get()),
            REMEDY,
            OWN),
        one("acknowledged when written", Orders::new, Orders::placeAndWait),
        one("acknowledged when written after a delay", Orders::new, Orders::placeLaterAndWait),
        one("two reads by invokeAll", Totals::new, Totals::read),
        one("three tasks one after another", Tasks::new, Tasks::addThreeTimes),
        one("two tasks that race", Tasks::new, Tasks::addTwice),
        one("read of one's own write", Tasks::new, Tasks::setAndWaitAndGet),
        one("coroutine with ten delays", Tasks::new, Tasks::addAfterDelays),
        one("allOf of two writes", Halves::new, Halves::writeBoth),
        one("invokeAny of two reads", Replicas::new, Replicas::readEither),
        one("queue whose items are waited for", Queue::new, queue -> queue.sendAndWait("a")),
        one("task that needs a monitor that nobody has", Flushes::new, Flushes::flushOutside),
        one("task that waits for a task", Nested::new, Nested::read),
        one("close that waits for the pool", Closing::new, Closing::order),
        one("shutdown that drops none", Closing::new, Closing::orderAndStop),
        one("exception out of get, caught", Throwing::new, Throwing::submitAndCatch),
        one("timed get of a task", TimedGets::new, TimedGets::write));
  }
}
