package io.github.durablestore.scenario;

import static io.github.durablestore.scenario.Verdict.fails;
import static io.github.durablestore.scenario.Verdict.passes;
import static io.github.durablestore.scenario.Verdict.passesInPart;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.durablestore.scenario.LockServices.Deposits;
import io.github.durablestore.scenario.LockServices.Guard;
import io.github.durablestore.scenario.LockServices.Guards;
import io.github.durablestore.scenario.LockServices.Latches;
import io.github.durablestore.scenario.LockServices.Locks;
import io.github.durablestore.scenario.LockServices.Monitors;
import io.github.durablestore.scenario.LockServices.Signals;
import io.github.durablestore.scenario.LockServices.Transfers;
import io.github.durablestore.scenario.WaitServices.Polling;
import io.github.durablestore.scenario.WaitServices.SingleFlight;
import io.github.durablestore.scenario.WaitServices.Uninterruptible;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Verdicts on services whose operations wait for one another. */
final class LockVerdicts {
  private LockVerdicts() {}

  static Stream<Verdict> all() {
    return Stream.of(guards(), twoGuards(), deadlocks(), signals(), latches(), polling(), left())
        .flatMap(verdicts -> verdicts);
  }

  /** What an operation of {@link Deposits} looks like. */
  interface Deposit {
    long deposit(Deposits deposits, long cents) throws Exception;
  }

  static Scenario<Deposits> guarded(Supplier<Guard> guard, Deposit operation) {
    return Scenario.of(store -> new Deposits(store, guard.get()))
        .when("deposit 100", deposits -> operation.deposit(deposits, 100))
        .when("deposit 50", deposits -> operation.deposit(deposits, 50));
  }

  private static Stream<Verdict> guards() {
    return Arrays.stream(Guards.values())
        .flatMap(
            guard ->
                Stream.of(
                    passes(
                        "deposits under " + guard,
                        () ->
                            guarded(guard, Deposits::depositAlone)
                                .thenAsIfOneByOne(Deposits::balance)),
                    passes(
                        "deposits under " + guard + ", with faults and crashes",
                        () ->
                            guarded(guard, Deposits::depositAlone)
                                .faults()
                                .crashes()
                                .thenAsIfOneByOne(Deposits::balance)),
                    fails(
                        "deposits with the write alone under " + guard,
                        () ->
                            guarded(guard, Deposits::depositHalfAlone)
                                .thenAsIfOneByOne(Deposits::balance),
                        "one by one")));
  }

  private static Stream<Verdict> twoGuards() {
    return Arrays.stream(Guards.values())
        .flatMap(
            guard ->
                Stream.of(
                    passesInPart(
                        "transfer under two of " + guard + ", with nothing in between",
                        () -> transferred(guard, Transfers::transfer),
                        "two operations are about to enter the same lock"),
                    fails(
                        "transfer under two of " + guard + ", with a call in between",
                        () -> transferred(guard, Transfers::transferWithCall),
                        "one by one"),
                    passes(
                        "each account under its own " + guard,
                        () ->
                            Scenario.of(store -> new Transfers(store, guard))
                                .whenRunning("one", Transfers::addFrom)
                                .whenRunning("other", Transfers::addTo)
                                .thenAsIfOneByOne(Transfers::total))));
  }

  private static Exploration transferred(Guards guard, Task<Transfers> transfer) {
    return Scenario.of(store -> new Transfers(store, guard))
        .whenRunning("transfer", transfer)
        .when("total", Transfers::total)
        .thenAsIfOneByOne(Transfers::total);
  }

  private static Stream<Verdict> deadlocks() {
    return Stream.of(
        fails(
            "two monitors in either order",
            () -> monitors(Monitors::up, Monitors::down),
            "deadlock"),
        fails(
            "two monitors in either order, and one that needs one of them",
            () ->
                Scenario.of(store -> new Monitors(store, new Object(), new Object()))
                    .whenRunning("one", Monitors::up)
                    .whenRunning("other", Monitors::down)
                    .whenRunning("third", Monitors::up)
                    .then((monitors, run) -> {}),
            "deadlock"),
        passes("two monitors in one order", () -> monitors(Monitors::up, Monitors::up)),
        fails("two locks in either order", () -> locks(Locks::up, Locks::down), "deadlock"),
        passes("two locks in one order", () -> locks(Locks::up, Locks::up)),
        fails(
            "lock that is never released",
            () ->
                Scenario.of(store -> new Locks(store, new ReentrantLock(), new ReentrantLock()))
                    .whenRunning("lock", Locks::lockForEver)
                    .whenRunning("lock too", Locks::lockForEver)
                    .then((locks, run) -> {}),
            "deadlock"));
  }

  private static Exploration monitors(Task<Monitors> first, Task<Monitors> second) {
    return Scenario.of(store -> new Monitors(store, new Object(), new Object()))
        .whenRunning("one", first)
        .whenRunning("other", second)
        .then((monitors, run) -> assertThat(monitors.stored()).isEqualTo(4));
  }

  private static Exploration locks(Task<Locks> first, Task<Locks> second) {
    return Scenario.of(store -> new Locks(store, new ReentrantLock(), new ReentrantLock()))
        .whenRunning("one", first)
        .whenRunning("other", second)
        .then((locks, run) -> {});
  }

  private static Stream<Verdict> signals() {
    return Stream.of(
        fails(
            "wait for a signal that came before",
            () -> signal(Signals::awaitTooLate, Signals::write),
            "deadlock"),
        passes(
            "wait for a signal, looked at under the monitor",
            () -> signal(Signals::await, Signals::writeAlone)),
        fails(
            "wait for a condition that nobody signals",
            () -> signal(Signals::awaitCondition, Signals::writeWithoutSignal),
            "deadlock"),
        passes(
            "wait for a condition",
            () -> signal(Signals::awaitCondition, Signals::writeAndSignal)));
  }

  private static Exploration signal(Action<Signals> await, Task<Signals> write) {
    return Scenario.of(Signals::new)
        .when("await", await)
        .whenRunning("write", write)
        .then((signals, run) -> assertThat(run.result("await")).hasValue(1L));
  }

  private static Stream<Verdict> latches() {
    return Stream.of(
        passes("latch that is opened after the write", () -> latch(Latches::writeAndOpen)),
        fails(
            "latch that is opened before the write",
            () -> latch(Latches::openAndWrite),
            "what is read"),
        fails(
            "latch that nobody opens",
            () ->
                Scenario.of(Latches::new)
                    .when("await", Latches::awaitLatch)
                    .when("await too", Latches::awaitLatch)
                    .then((latches, run) -> {}),
            "deadlock"));
  }

  private static Exploration latch(Task<Latches> write) {
    return Scenario.of(Latches::new)
        .when("await", Latches::awaitLatch)
        .whenRunning("write", write)
        .then((latches, run) -> assertThat(run.result("await")).as("what is read").hasValue(1L));
  }

  /** What an operation of {@link Polling} looks like. */
  interface PolledDeposit {
    long deposit(Polling polling, long cents) throws Exception;
  }

  private static Exploration polled(PolledDeposit operation) {
    return Scenario.of(Polling::new)
        .when("deposit 100", polling -> operation.deposit(polling, 100))
        .when("deposit 50", polling -> operation.deposit(polling, 50))
        .switches(2)
        .thenAsIfOneByOne(Polling::balance);
  }

  private static Exploration ready(Task<Polling> write) {
    return Scenario.of(Polling::new)
        .when("await", Polling::awaitReady)
        .whenRunning("write", write)
        .then((polling, run) -> assertThat(run.result("await")).as("what is read").hasValue(1L));
  }

  /** Who looks again and again is let go on only so often, which leaves orders out. */
  private static Stream<Verdict> polling() {
    return Stream.of(
        passesInPart("lock by tries and sleeps", () -> polled(Polling::depositByTries)),
        passesInPart("lock by spinning", () -> polled(Polling::depositBySpinning)),
        fails(
            "lock by looking, and taking later",
            () -> polled(Polling::depositByLooking),
            "one by one"),
        passesInPart(
            "lock within a time that is long enough", () -> polled(Polling::depositWithPatience)),
        passesInPart("flag that is set after the write", () -> ready(Polling::writeAndReady)),
        fails(
            "flag that is set before the write",
            () -> ready(Polling::readyAndWrite),
            "what is read"));
  }

  private static <P> Exploration twice(Scenario<P> scenario, Action<P> action, Action<P> look) {
    return scenario.when("one", action).when("other", action).thenAsIfOneByOne(look);
  }

  /** Waiters that the death of their process leaves behind: nothing in them is wrong. */
  private static Stream<Verdict> left() {
    return Stream.of(
        passes(
            "single flight, with crashes",
            () ->
                twice(
                    Scenario.of(SingleFlight::new).given(flight -> flight.set(7)).crashes(),
                    SingleFlight::get,
                    SingleFlight::get)),
        passes(
            "single flight, with faults and crashes",
            () ->
                twice(
                    Scenario.of(SingleFlight::new)
                        .given(flight -> flight.set(7))
                        .faults()
                        .crashes(),
                    SingleFlight::get,
                    SingleFlight::get)),
        passesInPart(
            "single flight that others sleep for, with crashes",
            () ->
                twice(
                    Scenario.of(SingleFlight::new).given(flight -> flight.set(7)).crashes(),
                    SingleFlight::getAfterSleeps,
                    SingleFlight::getAfterSleeps),
            "polled without a call"),
        fails(
            "single flight that keeps a failure",
            () ->
                twice(
                    Scenario.of(SingleFlight::new).given(flight -> flight.set(7)).faults(),
                    SingleFlight::getAndKeepFailure,
                    SingleFlight::getAndKeepFailure),
            "one by one"),
        passes(
            "permits without interrupts, with faults and crashes",
            () ->
                twice(
                    Scenario.of(Uninterruptible::new).faults().crashes(),
                    service -> service.deposit(100),
                    Uninterruptible::stored)),
        passes(
            "phaser, with crashes",
            () ->
                twice(
                    Scenario.of(Uninterruptible::new).crashes(),
                    Uninterruptible::readOnce,
                    Uninterruptible::stored)));
  }
}
