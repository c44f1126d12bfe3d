package io.github.durablestore.scenario;

import static io.github.durablestore.scenario.Verdict.fails;
import static io.github.durablestore.scenario.Verdict.passes;
import static io.github.durablestore.scenario.Verdicts.pooled;

import com.google.protobuf.TypeRegistry;
import io.github.durablestore.StaleWriteException;
import io.github.durablestore.StateStore;
import io.github.durablestore.memory.MemoryStateStore;
import io.github.durablestore.memory.OnDisconnect;
import io.github.durablestore.memory.OnStaleWrite;
import io.github.durablestore.scenario.OperationServices.Counter;
import io.github.durablestore.scenario.OperationServices.Documents;
import io.github.durablestore.scenario.OperationServices.Duty;
import io.github.durablestore.scenario.OperationServices.Failing;
import io.github.durablestore.scenario.OperationServices.Index;
import io.github.durablestore.scenario.OperationServices.Publisher;
import io.github.durablestore.scenario.OperationServices.Tickets;
import io.github.durablestore.scenario.OperationServices.Versioned;
import io.github.durablestore.scenario.RefusalServices.Busy;
import io.github.durablestore.scenario.RefusalServices.Marked;
import io.github.durablestore.scenario.RefusalServices.Touching;
import io.github.durablestore.scenario.Services.Cache;
import io.github.durablestore.scenario.Services.Deposits;
import io.github.durablestore.scenario.Services.IdempotentRetries;
import io.github.durablestore.scenario.Services.MonitoredDeposits;
import io.github.durablestore.scenario.Services.Moves;
import io.github.durablestore.scenario.Services.MovesInOneState;
import io.github.durablestore.scenario.Services.Names;
import io.github.durablestore.scenario.Services.Retries;
import io.github.durablestore.scenario.ThreadServices.Orders;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * What scenarios must say of services whose actors have several operations, by hand or as programs:
 * a bug of each kind at least six times, beside the same service without it.
 */
final class OperationVerdicts {
  private OperationVerdicts() {}

  static Stream<Verdict> all() {
    return Stream.of(pair(), twoOperations(), failure(), refusals(), RestartVerdicts.all())
        .flatMap(verdicts -> verdicts);
  }

  static <P> Verdict wrong(
      String name,
      Function<StateStore, P> process,
      UnaryOperator<Scenario<P>> scenario,
      Action<P> observation) {
    return fails(name, () -> scenario.apply(Scenario.<P>of(process)).thenAsIfOneByOne(observation));
  }

  static <P> Verdict right(
      String name,
      Function<StateStore, P> process,
      UnaryOperator<Scenario<P>> scenario,
      Action<P> observation) {
    return passes(
        name + ", mended",
        () -> scenario.apply(Scenario.<P>of(process)).thenAsIfOneByOne(observation));
  }

  /** Two operations at the same time. */
  private static Stream<Verdict> pair() {
    return Stream.of(
        OperationVerdicts.<Deposits>wrong(
            "deposits",
            Deposits::new,
            s -> s.operation("deposit", deposits -> deposits.deposit("a", 1)),
            deposits -> deposits.balance("a")),
        OperationVerdicts.<Deposits>right(
            "deposits",
            MonitoredDeposits::new,
            s -> s.operation("deposit", deposits -> deposits.deposit("a", 1)).faults().crashes(),
            deposits -> deposits.balance("a")),
        wrong(
            "names",
            Names::new,
            s ->
                s.operation("ann", names -> names.register("neo", 1))
                    .operation("bob", names -> names.register("neo", 2)),
            names -> names.owner("neo")),
        right(
            "names",
            Names::new,
            s ->
                s.operation("ann", names -> names.registerAlone("neo", 1))
                    .operation("bob", names -> names.registerAlone("neo", 2))
                    .faults()
                    .crashes(),
            names -> names.owner("neo")),
        wrong(
            "duty",
            Duty::new,
            s ->
                s.operation("ann", duty -> duty.leave("ann", "bob"))
                    .operation("bob", duty -> duty.leave("bob", "ann")),
            Duty::off),
        right(
            "duty",
            Duty::new,
            s ->
                s.operation("ann", duty -> duty.leaveAlone("ann", "bob"))
                    .operation("bob", duty -> duty.leaveAlone("bob", "ann"))
                    .faults()
                    .crashes(),
            Duty::off),
        wrong(
            "documents",
            Documents::new,
            s ->
                s.given(Documents::create)
                    .operation("append", Documents::append)
                    .operationRunning("delete", Documents::delete),
            Documents::length),
        right(
            "documents",
            Documents::new,
            s ->
                s.given(Documents::create)
                    .operation("append", Documents::appendAlone)
                    .operationRunning("delete", Documents::deleteAlone)
                    .faults()
                    .crashes(),
            Documents::length),
        wrong("tickets", Tickets::new, s -> s.operation("next", Tickets::next), Tickets::last),
        right(
            "tickets",
            Tickets::new,
            s -> s.operation("next", Tickets::nextAlone).faults().crashes(),
            Tickets::last),
        wrong(
            "counter", Counter::new, s -> s.operationRunning("hit", Counter::hit), Counter::stored),
        // Without faults: a hit that failed is counted by the next one.
        right(
            "counter",
            Counter::new,
            s -> s.operationRunning("hit", Counter::hitAlone).crashes(),
            Counter::stored));
  }

  /** An operation, and two of another actor that see it in two ways. */
  private static Stream<Verdict> twoOperations() {
    return Stream.of(
        wrong(
            "cache that is filled with an old value",
            Cache::new,
            s ->
                s.when("ann", Cache::getUnlocked)
                    .whenRunning("bob", cache -> cache.setStoreFirst(1))
                    .when("bob", Cache::getUnlocked),
            cache -> Values.get(cache.store, "x")),
        right(
            "cache that is filled with an old value",
            Cache::new,
            s ->
                s.when("ann", Cache::getAlone)
                    .whenRunning("bob", cache -> cache.setAlone(1))
                    .when("bob", Cache::getAlone)
                    .faults()
                    .crashes(),
            cache -> Values.get(cache.store, "x")),
        wrong(
            "index behind a creation",
            Index::new,
            s ->
                s.whenRunning("ann", Index::create)
                    .when("bob", Index::existsUnlocked)
                    .when("bob", Index::listUnlocked),
            Index::list),
        right(
            "index behind a creation",
            Index::new,
            s ->
                s.whenRunning("ann", Index::createAlone)
                    .when("bob", Index::exists)
                    .when("bob", Index::list),
            Index::list),
        wrong(
            "index behind a deletion",
            Index::new,
            s ->
                s.given(Index::create)
                    .whenRunning("ann", Index::delete)
                    .when("bob", Index::existsUnlocked)
                    .when("bob", Index::listUnlocked),
            Index::list),
        right(
            "index behind a deletion",
            Index::new,
            s ->
                s.given(Index::create)
                    .whenRunning("ann", Index::deleteAlone)
                    .when("bob", Index::exists)
                    .when("bob", Index::list),
            Index::list),
        wrong(
            "flag before its value",
            Publisher::new,
            s ->
                s.whenRunning("ann", Publisher::publishFlagFirst)
                    .when("bob", Publisher::ready)
                    .when("bob", Publisher::value),
            Publisher::both),
        right(
            "flag before its value",
            Publisher::new,
            s ->
                s.whenRunning("ann", Publisher::publishFlagLast)
                    .when("bob", Publisher::ready)
                    .when("bob", Publisher::value),
            Publisher::both),
        wrong(
            "value before its flag",
            Publisher::new,
            s ->
                s.whenRunning("ann", Publisher::publishFlagLast)
                    .when("bob", Publisher::value)
                    .when("bob", Publisher::ready),
            Publisher::both),
        right(
            "value before its flag",
            Publisher::new,
            s ->
                s.whenRunning("ann", Publisher::publishAlone)
                    .when("bob", Publisher::valueAlone)
                    .when("bob", Publisher::readyAlone),
            Publisher::both),
        wrong(
            "counts in another order",
            Counter::new,
            s ->
                s.whenRunning("ann", Counter::hit)
                    .whenRunning("bob", Counter::hit)
                    .when("bob", Counter::stored),
            Counter::stored),
        right(
            "counts in another order",
            Counter::new,
            s ->
                s.whenRunning("ann", Counter::hitAlone)
                    .whenRunning("bob", Counter::hitAlone)
                    .when("bob", Counter::stored)
                    .crashes(),
            Counter::stored),
        fails(
            "read after an acknowledged write that is behind",
            () ->
                pooled(2, Orders::new)
                    .whenRunning("ann", Orders::placeLater)
                    .when("ann", Orders::placed)
                    .thenAsIfOneByOne(Orders::placed)),
        passes(
            "read after an acknowledged write that is behind, mended",
            () ->
                pooled(2, Orders::new)
                    .whenRunning("ann", Orders::placeLaterAndWait)
                    .when("ann", Orders::placed)
                    .faults()
                    .crashes()
                    .thenAsIfOneByOne(Orders::placed)));
  }

  /** What a failed operation leaves to the next one. */
  private static Stream<Verdict> failure() {
    return Stream.of(
        wrong(
            "cache filled by a failed write",
            Failing::new,
            s ->
                s.whenRunning("ann", failing -> failing.setCacheFirst(1))
                    .when("ann", Failing::getCached)
                    .faults(),
            Failing::stored),
        right(
            "cache filled by a failed write",
            Failing::new,
            s ->
                s.whenRunning("ann", failing -> failing.setAndForget(1))
                    .when("ann", Failing::getCached)
                    .faults()
                    .crashes(),
            Failing::stored),
        OperationVerdicts.<Retries>wrong(
            "deposit made again",
            Retries::new,
            s ->
                s.whenRunning("ann", retries -> retries.deposit(100))
                    .whenRunning("ann", retries -> retries.deposit(50))
                    .faults(),
            Retries::balance),
        OperationVerdicts.<Retries>right(
            "deposit made again",
            IdempotentRetries::new,
            s ->
                s.whenRunning("ann", retries -> retries.deposit(100))
                    .whenRunning("ann", retries -> retries.deposit(50))
                    .faults()
                    .crashes(),
            Retries::balance),
        wrong(
            "failure that is not told",
            Failing::new,
            s ->
                s.when("ann", failing -> failing.setAndIgnoreFailure(1))
                    .when("ann", Failing::stored)
                    .faults(),
            Failing::stored),
        right(
            "failure that is not told",
            Failing::new,
            s ->
                s.when("ann", failing -> failing.setOrThrow(1))
                    .when("ann", Failing::stored)
                    .faults()
                    .crashes(),
            Failing::stored),
        wrong(
            "permit kept after a failure",
            Failing::new,
            s ->
                s.when("ann", failing -> failing.setAndKeepPermit(1))
                    .when("ann", failing -> failing.setAndKeepPermit(2))
                    .faults(),
            Failing::stored),
        right(
            "permit kept after a failure",
            Failing::new,
            s ->
                s.when("ann", failing -> failing.setAndReturnPermit(1))
                    .when("ann", failing -> failing.setAndReturnPermit(2))
                    .faults()
                    .crashes(),
            Failing::stored),
        OperationVerdicts.<Moves>wrong(
            "half of a move",
            Moves::new,
            s ->
                s.given(moves -> moves.open(100))
                    .whenRunning("ann", moves -> moves.move(30))
                    .when("ann", Moves::balances)
                    .faults(),
            Moves::balances),
        OperationVerdicts.<Moves>right(
            "half of a move",
            MovesInOneState::new,
            s ->
                s.given(moves -> moves.open(100))
                    .whenRunning("ann", moves -> moves.move(30))
                    .when("ann", Moves::balances)
                    .faults()
                    .crashes(),
            Moves::balances),
        wrong(
            "deposit taken back after a lost reply",
            Failing::new,
            s ->
                s.whenRunning("ann", failing -> failing.addAndTakeBack(100))
                    .when("ann", Failing::stored)
                    .whenRunning("ann", failing -> failing.addAndTakeBack(50))
                    .faults(),
            Failing::stored),
        right(
            "deposit taken back after a lost reply",
            Failing::new,
            s ->
                s.whenRunning("ann", failing -> failing.addToStored(100))
                    .when("ann", Failing::stored)
                    .whenRunning("ann", failing -> failing.addToStored(50))
                    .faults()
                    .crashes(),
            Failing::stored));
  }

  private static MemoryStateStore refusing() {
    return new MemoryStateStore(
        TypeRegistry.getEmptyTypeRegistry(), OnDisconnect.PURGE, OnStaleWrite.REFUSE);
  }

  private static Exploration marked(Function<StateStore, Marked> start) {
    return Scenario.of(start)
        .refusing(Busy.class)
        .whenRunning("ann", Marked::work)
        .whenRunning("ann", Marked::work)
        .crashes()
        .thenAsIfOneByOne(Marked::done);
  }

  private static Scenario<Versioned> versioned() {
    return Scenario.of(Versioned::new)
        .over(OperationVerdicts::refusing)
        .when("ann", versioned -> versioned.deposit(100))
        .when("bob", versioned -> versioned.deposit(50));
  }

  private static Stream<Verdict> refusals() {
    return Stream.of(
        fails(
            "conflict that is a failure",
            () -> versioned().thenAsIfOneByOne(Versioned::balance),
            "StaleWriteException"),
        passes(
            "conflict that is a refusal",
            () ->
                versioned()
                    .refusing(StaleWriteException.class)
                    .faults()
                    .crashes()
                    .thenAsIfOneByOne(Versioned::balance)),
        fails(
            "refused for ever after a crash",
            () -> marked(Marked::leavingMarks),
            "ann 1 died; ann 2 threw"),
        passes("refused until the restart", () -> marked(Marked::clearingMarks)),
        passes(
            "conflict with a task of another operation",
            () ->
                pooled(1, Touching::new)
                    .over(OperationVerdicts::refusing)
                    .refusing(StaleWriteException.class)
                    .when("ann", touching -> touching.edit(1))
                    .when("bob", touching -> touching.edit(2))
                    .thenAsIfOneByOne(touching -> touching.get("x"))));
  }
}
