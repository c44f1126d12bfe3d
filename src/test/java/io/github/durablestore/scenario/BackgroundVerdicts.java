package io.github.durablestore.scenario;

import static io.github.durablestore.scenario.Verdict.fails;
import static io.github.durablestore.scenario.Verdict.passes;
import static io.github.durablestore.scenario.Verdict.passesInPart;
import static io.github.durablestore.scenario.Verdict.refused;
import static io.github.durablestore.scenario.Verdicts.pooled;
import static java.util.concurrent.TimeUnit.HOURS;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.durablestore.scenario.BackgroundServices.Chain;
import io.github.durablestore.scenario.BackgroundServices.Computing;
import io.github.durablestore.scenario.BackgroundServices.Computing.Where;
import io.github.durablestore.scenario.BackgroundServices.GroupCommit;
import io.github.durablestore.scenario.BackgroundServices.Invoking;
import io.github.durablestore.scenario.BackgroundServices.Later;
import io.github.durablestore.scenario.BackgroundServices.Locked;
import io.github.durablestore.scenario.BackgroundServices.Migration;
import io.github.durablestore.scenario.BackgroundServices.Outbox;
import io.github.durablestore.scenario.BackgroundServices.Spinning;
import io.github.durablestore.scenario.BackgroundServices.Worker;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;

/** Verdicts on {@link BackgroundServices}. */
final class BackgroundVerdicts {
  private BackgroundVerdicts() {}

  static Stream<Verdict> all() {
    return Stream.of(Stream.of(Where.values()).flatMap(BackgroundVerdicts::computing), others())
        .flatMap(verdicts -> verdicts);
  }

  private static Stream<Verdict> computing(Where where) {
    return Stream.of(
        passes(
            "computation in a %s that was there before".formatted(where),
            () ->
                computing(where, Computing::addAlone)
                    .thenAsIfOneByOne(computing -> computing.get("x"))),
        fails(
            "lost update beside a computation in a %s that was there before".formatted(where),
            () ->
                computing(where, Computing::add).thenAsIfOneByOne(computing -> computing.get("x")),
            "no order"));
  }

  private static Stream<Verdict> others() {
    return Stream.of(
        passes(
            "computation beside a timeout of another test",
            () -> {
              var unused = new CompletableFuture<Long>().orTimeout(1, HOURS).complete(1L);
              return computing(Where.WORKER, Computing::addAlone)
                  .thenAsIfOneByOne(computing -> computing.get("x"));
            }),
        passes("chain of tasks and stages", () -> chain(Chain::handled)),
        passes("chain of tasks", () -> chain(Chain::handledInATask)),
        passesInPart(
            "outbox that is sent from time to time, also after a restart",
            () ->
                pooled(1, Outbox::new)
                    .whenRunning("order", Outbox::order)
                    .crashes()
                    .switches(1)
                    .thenAsIfOneByOne(outbox -> outbox.get("sent")),
            "switch"),
        passes(
            "group commit that several operations wait for",
            () ->
                pooled(1, GroupCommit::new)
                    .when("append", commit -> commit.append("a"))
                    .when("append", commit -> commit.append("b"))
                    .thenAsIfOneByOne(commit -> commit.get("b"))),
        passesInPart(
            "worker that asks its queue every second",
            () ->
                Verdicts.<Worker>pooled(1, (store, pool) -> new Worker(store, pool, 1_000))
                    .when("send", Worker::send)
                    .thenAsIfOneByOne(worker -> worker.get("x")),
            "polled"),
        passesInPart(
            "worker that ends when it next asks its queue, and is awaited",
            () ->
                Verdicts.<Worker>pooled(1, (store, pool) -> new Worker(store, pool, 10))
                    .when("send", Worker::send)
                    .then((worker, run) -> {}),
            "polled"),
        fails(
            "migration in a task, which a crash repeats",
            () -> migration(false),
            "is 50000, not 500"),
        passes("migration in a task, which may be repeated", () -> migration(true)),
        passesInPart(
            "tasks that are invoked with a timeout",
            () ->
                pooled(2, Invoking::new)
                    .when("read", Invoking::all)
                    .when("write", invoking -> invoking.put("y", 1))
                    .switches(1)
                    .then((invoking, run) -> assertThat(run.result("read", 1)).contains(ZEROS)),
            "timeout"),
        passesInPart(
            "one of several tasks that are invoked with a timeout",
            () ->
                pooled(2, Invoking::new)
                    .when("read", Invoking::any)
                    .then((invoking, run) -> assertThat(run.result("read")).contains(0L)),
            "timeout"),
        passes(
            "three deposits under a lock that is entered once",
            () ->
                pooled(1, Locked::new)
                    .when("a", locked -> locked.add(1))
                    .when("b", locked -> locked.add(2))
                    .when("c", locked -> locked.add(4))
                    .thenAsIfOneByOne(locked -> locked.get("x"))),
        refused(
            "spinning on the new process for what the dead one had",
            () ->
                pooled(1, Spinning::new)
                    .whenRunning("load", Spinning::load)
                    .when("use", Spinning::use)
                    .crashes()
                    .switches(0)
                    .then((spinning, run) -> {}),
            "leave out crashes()"),
        refused(
            "write by a timer that nobody waits for",
            () -> pooled(1, Later::new).whenRunning("write", Later::write).then((later, run) -> {}),
            "threads.pool()"));
  }

  private static final List<Long> ZEROS = List.of(0L, 0L);

  private static Exploration migration(boolean isSafe) {
    return Verdicts.<Migration>pooled(1, (store, pool) -> new Migration(store, pool, isSafe))
        .whenRunning("old version", Migration::oldVersion)
        .crashes()
        .then(
            (migration, run) -> {
              long amount = migration.get("amount");
              assertThat(amount)
                  .withFailMessage("the amount is %d, not 500", amount)
                  .isIn(0L, 5L, 500L);
            });
  }

  private static Scenario<Computing> computing(Where where, BiFunction<Computing, Long, Long> add) {
    return Verdicts.<Computing>pooled(1, (store, pool) -> new Computing(store, pool, where))
        .when("add 1", computing -> add.apply(computing, 1L))
        .when("add 2", computing -> add.apply(computing, 2L));
  }

  private static Exploration chain(Function<Chain, CompletableFuture<Long>> add) {
    return pooled(2, Chain::new)
        .when("one", chain -> add.apply(chain).join())
        .when("two", chain -> add.apply(chain).join())
        .thenAsIfOneByOne(chain -> chain.get("x"));
  }
}
