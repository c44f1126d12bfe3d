package io.github.durablestore.scenario;

import static io.github.durablestore.scenario.Verdict.fails;
import static io.github.durablestore.scenario.Verdict.passes;
import static io.github.durablestore.scenario.Verdict.passesInPart;
import static io.github.durablestore.scenario.Verdict.refused;
import static io.github.durablestore.scenario.Verdicts.pooled;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.durablestore.scenario.LockServices.Guards;
import io.github.durablestore.scenario.PoolServices.Cancelling;
import io.github.durablestore.scenario.PoolServices.Closing;
import io.github.durablestore.scenario.PoolServices.Flushes;
import io.github.durablestore.scenario.PoolServices.Guarded;
import io.github.durablestore.scenario.PoolServices.Nested;
import io.github.durablestore.scenario.PoolServices.Published;
import io.github.durablestore.scenario.PoolServices.Queue;
import io.github.durablestore.scenario.PoolServices.Throwing;
import io.github.durablestore.scenario.PoolServices.TimedGets;
import java.util.stream.Stream;

/** Verdicts on services that use their pool wrongly or well. */
final class PoolVerdicts {
  private PoolVerdicts() {}

  static Stream<Verdict> all() {
    return Stream.of(
            queues(), submissions(), waits(), closing(), cancelling(), throwing(), timedGets())
        .flatMap(verdicts -> verdicts);
  }

  private static Exploration queue(Scenario<Queue> scenario, Task<Queue> send) {
    return scenario.whenRunning("send", send).thenAsIfOneByOne(Queue::sent);
  }

  private static Stream<Verdict> queues() {
    return Stream.of(
        passes(
            "queue worker that is idle in the end",
            () -> queue(pooled(1, Queue::new), queue -> queue.send("a"))),
        passes(
            "queue worker that is idle from the start",
            () -> queue(pooled(1, Queue::new), queue -> queue.get("a"))),
        fails(
            "queue that a crash loses",
            () -> queue(pooled(1, Queue::new).crashes(), queue -> queue.send("a"))),
        passes(
            "queue whose items are waited for",
            () -> queue(pooled(1, Queue::new).crashes(), queue -> queue.sendAndWait("a"))),
        passes(
            "queue of two, whose items are waited for",
            () ->
                queue(
                    pooled(1, Queue::new)
                        .whenRunning("send too", queue -> queue.sendAndWait("b"))
                        .faults()
                        .crashes(),
                    queue -> queue.sendAndWait("a"))),
        // Who waits for the item of a dead worker waits for ever.
        fails(
            "queue worker that a fault ends",
            () ->
                queue(
                    Verdicts.<Queue>pooled(1, (store, pool) -> new Queue(store, pool, true))
                        .faults(),
                    queue -> queue.sendAndWait("a")),
            "deadlock"));
  }

  private static Stream<Verdict> submissions() {
    return Stream.of(
        passes("publishes under a monitor", () -> published(Guards.MONITOR, Published::underLock)),
        passes("publishes under a lock", () -> published(Guards.LOCK, Published::underLock)),
        fails("publishes behind a monitor", () -> published(Guards.MONITOR, Published::behindLock)),
        fails("publishes behind a lock", () -> published(Guards.LOCK, Published::behindLock)),
        fails(
            "publishes between two of another",
            () ->
                publishing(Guards.MONITOR)
                    .whenRunning("one", Published::twice)
                    .whenRunning("other", published -> published.publish(3))
                    .then(
                        (published, run) ->
                            assertThat(published.get("published")).isNotEqualTo(132))));
  }

  private static Exploration published(Guards guard, Task<Published> task) {
    return publishing(guard)
        .whenRunning("one", task)
        .whenRunning("other", task)
        .then((published, run) -> assertThat(published.get("published")).isEqualTo(12));
  }

  private static Scenario<Published> publishing(Guards guard) {
    return pooled(1, (store, pool) -> new Published(store, pool, guard.get()));
  }

  private static Stream<Verdict> waits() {
    return Stream.of(
        fails(
            "task that needs the monitor of its waiter",
            () -> pooled(2, Flushes::new).when("flush", Flushes::flush).then((flushes, run) -> {}),
            "deadlock"),
        passes(
            "task that needs a monitor that nobody has",
            () ->
                pooled(2, Flushes::new)
                    .when("flush", Flushes::flushOutside)
                    .when("flush too", Flushes::flushOutside)
                    .then((flushes, run) -> {})),
        fails(
            "task that waits for a task, in a pool of one", () -> one(1, Nested::read), "deadlock"),
        passes("task that waits for a task, in a pool of two", () -> one(2, Nested::read)),
        fails(
            "two tasks that wait for tasks, in a pool of two",
            () -> two(2, Nested::read),
            "deadlock"),
        passesInPart(
            "two tasks that wait for tasks, in a pool of three",
            () -> two(3, Nested::read),
            "more than 2 switches"),
        passes("task that waits for none, in a pool of one", () -> one(1, Nested::readInOneTask)));
  }

  private static Exploration one(int size, Action<Nested> read) {
    return pooled(size, Nested::new).when("read", read).then((nested, run) -> {});
  }

  private static Exploration two(int size, Action<Nested> read) {
    return pooled(size, Nested::new)
        .when("read", read)
        .when("read too", read)
        .switches(2)
        .then((nested, run) -> {});
  }

  private static Stream<Verdict> closing() {
    return Stream.of(
        passes(
            "close that waits for the pool",
            () ->
                pooled(2, Closing::new)
                    .whenRunning("order", Closing::order)
                    .faults()
                    .crashes()
                    .thenAsIfOneByOne(closing -> closing.get("order"))),
        fails(
            "order of a pool that is shut down",
            () ->
                pooled(2, Closing::new)
                    .whenRunning("order", Closing::order)
                    .whenRunning("stop", Closing::stop)
                    .then((closing, run) -> {}),
            "RejectedExecutionException"),
        passes(
            "order that may be refused",
            () ->
                pooled(2, Closing::new)
                    .when("order", Closing::orderIfOpen)
                    .whenRunning("stop", Closing::stop)
                    .then(
                        (closing, run) ->
                            assertThat(closing.get("order") == 1)
                                .isEqualTo(run.result("order").orElseThrow()))),
        fails(
            "shutdownNow that drops an order",
            () -> stopped(Closing::orderAndStopNow),
            "the order"),
        passes("shutdown that drops none", () -> stopped(Closing::orderAndStop)));
  }

  private static Exploration stopped(Task<Closing> task) {
    return pooled(2, Closing::new)
        .whenRunning("order and stop", task)
        .then((closing, run) -> assertThat(closing.get("order")).as("the order").isOne());
  }

  private static Stream<Verdict> cancelling() {
    return Stream.of(
        passes("cancel that interrupts", () -> cancelled(true)),
        fails("cancel that does not interrupt", () -> cancelled(false), "deadlock"),
        passes("cancel under a monitor", () -> guarded(Guards.MONITOR, Guarded::cancel)),
        passes("cancel under a lock", () -> guarded(Guards.LOCK, Guarded::cancel)),
        passes("shutdownNow under a monitor", () -> guarded(Guards.MONITOR, Guarded::shutDown)));
  }

  private static Exploration guarded(Guards guard, Task<Guarded> task) {
    return Verdicts.<Guarded>pooled((store, pool) -> new Guarded(store, pool, guard.get()))
        .whenRunning("one", task)
        .whenRunning("other", task)
        .thenAsIfOneByOne(guarded -> guarded.get("x"));
  }

  private static Exploration cancelled(boolean mayInterrupt) {
    return pooled(2, Cancelling::new)
        .when("cancel", cancelling -> cancelling.cancel(mayInterrupt))
        .then((cancelling, run) -> assertThat(run.result("cancel")).hasValue(1L));
  }

  private static Stream<Verdict> throwing() {
    return Stream.of(
        fails("exception out of execute", () -> thrown(Throwing::execute), "poison"),
        passes("exception out of submit", () -> thrown(Throwing::submit)),
        fails("exception out of get", () -> thrown(Throwing::submitAndGet), "poison"),
        passes("exception out of get, caught", () -> thrown(Throwing::submitAndCatch)),
        passes(
            "exception out of execute, by a fault",
            () ->
                pooled(2, Throwing::new)
                    .whenRunning("run", Throwing::executeWrite)
                    .faults()
                    .then((throwing, run) -> {})));
  }

  private static Exploration thrown(Task<Throwing> task) {
    return pooled(2, Throwing::new).whenRunning("run", task).then((throwing, run) -> {});
  }

  /** A wait that may end by its time is not explored in all ways. */
  private static Stream<Verdict> timedGets() {
    return Stream.of(
        passesInPart("timed get of a task", () -> timed(TimedGets::write, 1L)),
        passesInPart(
            "timed get of another future, which is long",
            () -> timed(TimedGets::writeInAnHour, 1L)),
        refused(
            "timed get of another future, which is short",
            () -> timed(TimedGets::writeInTime, 1L),
            TIME_IS_REAL),
        refused(
            "timeout of the JDK, which is short",
            () -> timed(TimedGets::writeOrTimeOut, 1L),
            TIME_IS_REAL),
        fails(
            "timed get of an endless task",
            () -> timed(TimedGets::waitForEndless, 1L),
            "TimeoutException"),
        passesInPart(
            "timed get of an endless task, caught",
            () -> timed(TimedGets::waitForEndlessAndCatch, "late")));
  }

  private static final String TIME_IS_REAL =
      "a task was awaited with a timeout at io.github.durablestore.scenario.PoolServices$TimedGets.write";

  private static Exploration timed(Action<TimedGets> action, Object expected) {
    return pooled(2, TimedGets::new)
        .when("wait", action)
        .when("read", timed -> timed.get("y"))
        .then((timed, run) -> assertThat(run.result("wait")).hasValue(expected));
  }
}
