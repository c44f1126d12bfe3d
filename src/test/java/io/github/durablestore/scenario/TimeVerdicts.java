package io.github.durablestore.scenario;

import static io.github.durablestore.scenario.Verdict.fails;
import static io.github.durablestore.scenario.Verdict.passes;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.durablestore.StateStore;
import io.github.durablestore.scenario.OwnThreadServices.Computing;
import io.github.durablestore.scenario.Services.Deposits;
import io.github.durablestore.scenario.Services.MonitoredDeposits;
import io.github.durablestore.scenario.UnsteadyServices.Sleepers;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Verdicts on services and stores that take their time, however long that is. */
final class TimeVerdicts {
  private static final String REFUTED = "one by one";

  private TimeVerdicts() {}

  static Stream<Verdict> all() {
    return Stream.of(computing(), sleeping(), slowStores()).flatMap(verdicts -> verdicts);
  }

  /** Returns a pool whose idle threads are parked. */
  private static Executor fixedPool() {
    return daemons(new ThreadPoolExecutor(2, 2, 0, SECONDS, new LinkedBlockingQueue<>()));
  }

  /** Returns a pool whose idle threads wait for some time, and then end. */
  private static Executor cachedPool() {
    return daemons(new ThreadPoolExecutor(0, 99, 1, SECONDS, new SynchronousQueue<>()));
  }

  private static Executor daemons(ThreadPoolExecutor pool) {
    pool.setThreadFactory(
        work -> {
          var thread = new Thread(work, "computing");
          thread.setDaemon(true);
          return thread;
        });
    return pool;
  }

  private static Exploration computed(Supplier<Executor> pools, IntSupplier millis) {
    return Scenario.of(store -> new Computing(store, pools.get(), millis))
        .when("add", computing -> computing.add(1))
        .faults()
        .crashes()
        .thenAsIfOneByOne(Computing::stored);
  }

  private static Exploration computedByTwo(Action<Computing> one, Action<Computing> other) {
    Executor pool = fixedPool(); // outlives the processes
    return Scenario.of(store -> new Computing(store, pool, () -> 3))
        .when("add 1", one)
        .when("add 2", other)
        .thenAsIfOneByOne(Computing::stored);
  }

  /** Threads of the process that do not call the store are its own affair. */
  private static Stream<Verdict> computing() {
    IntSupplier anyTime = () -> ThreadLocalRandom.current().nextInt(1, 61);
    return Stream.of(
        passes("computes 1 to 60 ms in a pool", () -> computed(TimeVerdicts::fixedPool, anyTime)),
        passes(
            "computes 1 to 60 ms in a pool that ends when idle",
            () -> computed(TimeVerdicts::cachedPool, anyTime)),
        passes(
            "computes 1 to 60 ms in the common pool",
            () -> computed(ForkJoinPool::commonPool, anyTime)),
        passes(
            "computes 1 to 60 ms in a thread",
            () -> computed(() -> work -> new Thread(work).start(), anyTime)),
        passes(
            "computes in a parallel stream",
            () ->
                Scenario.of(store -> new Computing(store, Runnable::run, anyTime))
                    .when("sum", Computing::sumInAParallelStream)
                    .thenAsIfOneByOne(Computing::stored)),
        passes(
            "two that compute in a pool, under a monitor",
            () -> computedByTwo(process -> process.addAlone(1), process -> process.addAlone(2))),
        fails(
            "two that compute in a pool, and lose an update",
            () -> computedByTwo(process -> process.add(1), process -> process.add(2)),
            REFUTED));
  }

  private static Stream<Verdict> sleeping() {
    return Stream.of(
        passes(
            "sleeps in its operation",
            () ->
                Scenario.of(store -> new Sleepers(store, 30))
                    .when("deposit", sleepers -> sleepers.deposit(100))
                    .faults()
                    .crashes()
                    .thenAsIfOneByOne(Sleepers::balance)),
        passes(
            "two that sleep, under a monitor",
            () ->
                Scenario.of(store -> new Sleepers(store, 30))
                    .when("deposit 100", sleepers -> sleepers.depositAlone(100))
                    .when("deposit 50", sleepers -> sleepers.depositAlone(50))
                    .thenAsIfOneByOne(Sleepers::balance)),
        fails(
            "two that sleep, and lose an update",
            () ->
                Scenario.of(store -> new Sleepers(store, 5))
                    .when("deposit 100", sleepers -> sleepers.deposit(100))
                    .when("deposit 50", sleepers -> sleepers.deposit(50))
                    .thenAsIfOneByOne(Sleepers::balance),
            REFUTED));
  }

  private static <P extends Deposits> Exploration slow(
      Function<StateStore, P> service, Supplier<StateStore> stores) {
    return Scenario.<P>of(service)
        .over(stores)
        .when("deposit 100", deposits -> deposits.deposit("account", 100))
        .when("deposit 50", deposits -> deposits.deposit("account", 50))
        .thenAsIfOneByOne(deposits -> deposits.balance("account"));
  }

  private static Stream<Verdict> slowStores() {
    return Stream.of(
        fails(
            "lost update over a store that sleeps",
            () -> slow(Deposits::new, SlowStores.Sleeping::new),
            REFUTED),
        passes(
            "update over a store that sleeps",
            () -> slow(MonitoredDeposits::new, SlowStores.Sleeping::new)),
        fails(
            "lost update over a store that answers by a thread of its own",
            () -> slow(Deposits::new, SlowStores.Remote::new),
            REFUTED),
        passes(
            "update over a store that answers by a thread of its own",
            () -> slow(MonitoredDeposits::new, SlowStores.Remote::new)),
        passes(
            "write over a store that answers by a thread of its own, with faults and crashes",
            () ->
                Scenario.of(Deposits::new)
                    .over(SlowStores.Remote::new)
                    .when("deposit", deposits -> deposits.deposit("account", 100))
                    .faults()
                    .crashes()
                    .then(
                        (deposits, run) ->
                            assertThat(deposits.balance("account"))
                                .isIn(run.undisturbed() ? 100L : 0L, 100L))));
  }
}
