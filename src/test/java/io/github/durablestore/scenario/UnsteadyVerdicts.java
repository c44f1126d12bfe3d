package io.github.durablestore.scenario;

import static io.github.durablestore.scenario.Verdict.fails;
import static io.github.durablestore.scenario.Verdict.passes;
import static io.github.durablestore.scenario.Verdict.refused;
import static io.github.durablestore.scenario.Verdict.refusedBecauseOfChance;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.durablestore.scenario.UnsteadyServices.Cached;
import io.github.durablestore.scenario.UnsteadyServices.Clocks;
import io.github.durablestore.scenario.UnsteadyServices.Coins;
import io.github.durablestore.scenario.UnsteadyServices.Guests;
import io.github.durablestore.scenario.UnsteadyServices.Ids;
import io.github.durablestore.scenario.UnsteadyServices.Results;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** Verdicts on services that do something else each time, or whose results change. */
final class UnsteadyVerdicts {
  private static final String UNSTEADY = "it is not deterministic";

  private UnsteadyVerdicts() {}

  static Stream<Verdict> all() {
    return Stream.of(coins(), ids(), caches(), clocks(), results(), oddResults())
        .flatMap(verdicts -> verdicts);
  }

  /** Two who toss a coin that goes on falling from run to run, so that no chance is left. */
  private static Exploration toss(BooleanSupplier coin, Action<Coins> action) {
    return Scenario.of(store -> new Coins(store, coin))
        .when("one", action)
        .when("other", action)
        .then((coins, run) -> {});
  }

  /** Returns a coin that falls the same way in each exploration. */
  private static BooleanSupplier coin() {
    return new Random(7)::nextBoolean;
  }

  private static Stream<Verdict> coins() {
    return Stream.of(
        refused("coin that decides what is read", () -> toss(coin(), Coins::readOneOfTwo)),
        refused("coin that decides whether it is read", () -> toss(coin(), Coins::readSometimes)),
        refusedBecauseOfChance(
            "true coin that decides what is read",
            () -> toss(() -> ThreadLocalRandom.current().nextBoolean(), Coins::readOneOfTwo)),
        refusedBecauseOfChance(
            "true coin that decides whether it is read",
            () -> toss(() -> ThreadLocalRandom.current().nextBoolean(), Coins::readSometimes)),
        passes("no coin", () -> toss(() -> true, Coins::readOneOfTwo)),
        passes(
            "coin that decides what is written",
            () ->
                Scenario.of(store -> new Coins(store, coin()))
                    .whenRunning("write", Coins::write)
                    .whenRunning("write too", Coins::write)
                    .then((coins, run) -> {})));
  }

  private static Stream<Verdict> ids() {
    return Stream.of(
        refusedBecauseOfChance(
            "reads in the order of a set",
            () ->
                Scenario.of(Ids::new).when("sum", Ids::sumOfSet).crashes().then((ids, run) -> {})),
        passes(
            "reads in the order of a list",
            () ->
                Scenario.of(Ids::new)
                    .when("sum", Ids::sumOfList)
                    .crashes()
                    .then((ids, run) -> {})));
  }

  private static Exploration cached(boolean outlives) {
    Map<String, Long> old = new HashMap<>();
    return Scenario.of(store -> new Cached(store, outlives ? old : new HashMap<>()))
        .when("read", Cached::read)
        .when("read past the cache", cached -> Values.get(cached.store(), "a"))
        .thenAsIfOneByOne(Cached::read);
  }

  private static Stream<Verdict> caches() {
    return Stream.of(
        refused("cache that outlives its process", () -> cached(true)),
        passes("cache that ends with its process", () -> cached(false)));
  }

  private static Stream<Verdict> clocks() {
    return Stream.of(
        refusedBecauseOfChance(
            "time in a result, compared",
            () ->
                Scenario.of(Clocks::new)
                    .when("write", Clocks::writeAndSay)
                    .thenAsIfOneByOne(Clocks::written),
            UNSTEADY),
        refusedBecauseOfChance(
            "time in a result",
            () ->
                Scenario.of(Clocks::new)
                    .when("write", Clocks::writeAndSay)
                    .then((clocks, run) -> {})),
        refusedBecauseOfChance(
            "time in the observation",
            () ->
                Scenario.of(Clocks::new)
                    .whenRunning("write", Clocks::write)
                    .thenAsIfOneByOne(Clocks::writeAndSay),
            UNSTEADY),
        passes(
            "time in what is written",
            () ->
                Scenario.of(Clocks::new)
                    .whenRunning("write", Clocks::write)
                    .faults()
                    .crashes()
                    .thenAsIfOneByOne(Clocks::written)));
  }

  private static Exploration guests(Action<Guests> one, Action<Guests> other) {
    return Scenario.of(Guests::new)
        .when("ann", one)
        .when("bob", other)
        .thenAsIfOneByOne(Guests::guests);
  }

  /** A result is what it was at the return: both see both only if they came at the same time. */
  private static Stream<Verdict> results() {
    return Stream.of(
        fails(
            "returned list that changes, and hides a race",
            () -> guests(guests -> guests.comeToList("ann"), guests -> guests.comeToList("bob")),
            "one by one"),
        fails(
            "returned copy, and a race",
            () ->
                guests(
                    guests -> guests.comeToListAndCopy("ann"),
                    guests -> guests.comeToListAndCopy("bob")),
            "one by one"),
        passes(
            "returned list that changes",
            () ->
                guests(
                    guests -> guests.comeToListAtOnce("ann"),
                    guests -> guests.comeToListAtOnce("bob"))),
        fails(
            "returned map that changes, and hides a race",
            () -> guests(guests -> guests.comeToMap("ann"), guests -> guests.comeToMap("bob")),
            "one by one"),
        passes(
            "returned map that changes",
            () ->
                guests(
                    guests -> guests.comeToMapAtOnce("ann"),
                    guests -> guests.comeToMapAtOnce("bob"))),
        fails(
            "returned array that changes, and hides a race",
            () -> guests(guests -> guests.comeToArray(0), guests -> guests.comeToArray(1)),
            "one by one"),
        passes(
            "returned array that changes",
            () ->
                guests(
                    guests -> guests.comeToArrayAtOnce(0), guests -> guests.comeToArrayAtOnce(1))),
        refused(
            "returned object that changes",
            () -> guests(Guests::comeToTally, Guests::comeToTally),
            "Tally"));
  }

  private static Exploration odd(Action<Results> action) {
    return Scenario.of(Results::new).when("the odd one", action).thenAsIfOneByOne(process -> 1);
  }

  private static Stream<Verdict> oddResults() {
    return Stream.of(
        refused("returned iterator", () -> odd(Results::iterator), "the odd one"),
        refused("returned stream", () -> odd(Results::stream), "the odd one"),
        refused("returned future", () -> odd(Results::future), "the odd one"),
        refused("returned list that contains itself", () -> odd(Results::listInItself), "itself"),
        passes("returned list in a list", () -> odd(Results::listInAList)),
        passes(
            "returned list in a list, checked by hand",
            () ->
                Scenario.of(Results::new)
                    .when("read", Results::listInAList)
                    .then((results, run) -> assertThat(run.result("read")).isPresent())));
  }
}
