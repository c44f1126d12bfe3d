package io.github.durablestore.scenario;

import static io.github.durablestore.scenario.Verdict.fails;
import static io.github.durablestore.scenario.Verdict.passes;
import static io.github.durablestore.scenario.Verdict.passesInPart;

import io.github.durablestore.StateStore;
import io.github.durablestore.scenario.Services.Deposits;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** What scenarios must say of services, wrong and right, whose actors have one operation each. */
final class Verdicts {
  private Verdicts() {}

  /** Makes a process over a store and a pool. */
  interface Start<P> extends BiFunction<StateStore, ScheduledExecutorService, P> {}

  static Stream<Verdict> all() {
    return Stream.concat(ofThreads(), ofLocks());
  }

  /** Those of services whose operations wait for one another. */
  static Stream<Verdict> ofLocks() {
    return Stream.of(LockVerdicts.all(), HeldVerdicts.all(), WokenVerdicts.all())
        .flatMap(verdicts -> verdicts);
  }

  static Stream<Verdict> ofThreads() {
    return Stream.of(
            ThreadVerdicts.all(),
            PoolVerdicts.all(),
            StageVerdicts.all(),
            BackgroundVerdicts.all(),
            OwnThreadVerdicts.all(),
            TimeVerdicts.all(),
            WorkerVerdicts.all(),
            UnsteadyVerdicts.all(),
            limits())
        .flatMap(verdicts -> verdicts);
  }

  /** Starts a scenario of a process that has a pool of the scenario's. */
  static <P> Scenario<P> pooled(int size, Start<P> start) {
    return Scenario.<P>withThreads((store, threads) -> start.apply(store, threads.pool(size)));
  }

  /** Starts a scenario of a process that has a pool without a bound. */
  static <P> Scenario<P> pooled(Start<P> start) {
    return Scenario.<P>withThreads((store, threads) -> start.apply(store, threads.pool()));
  }

  /** Starts a scenario of a process that has a pool of its own. */
  static <P> Scenario<P> unknown(Start<P> start) {
    return Scenario.<P>of(store -> start.apply(store, OwnThreadServices.pool(2)));
  }

  /** Two actors of two calls each have 252 orders, of which 42 have at most 2 switches. */
  private static Stream<Verdict> limits() {
    return Stream.of(
        fails("more runs than allowed", () -> deposits(s -> s.runs(251)), ".runs(", ".switches("),
        passes("as many runs as allowed", () -> deposits(s -> s.runs(252))),
        fails(
            "more runs than allowed, with bounded switches",
            () -> deposits(s -> s.runs(41).switches(2)),
            ".runs("),
        passesInPart(
            "as many runs as allowed, with bounded switches",
            () -> deposits(s -> s.runs(42).switches(2)),
            "more than 2 switches"));
  }

  private static Exploration deposits(UnaryOperator<Scenario<Deposits>> limit) {
    return limit
        .apply(Scenario.of(Deposits::new))
        .when("deposit 100", deposits -> deposits.deposit("account", 100))
        .when("deposit 50", deposits -> deposits.deposit("account", 50))
        .then((deposits, run) -> {});
  }
}
