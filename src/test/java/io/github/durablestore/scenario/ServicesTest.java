package io.github.durablestore.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.durablestore.StateStoreException;
import io.github.durablestore.scenario.Services.Cache;
import io.github.durablestore.scenario.Services.Deposits;
import io.github.durablestore.scenario.Services.IdempotentRetries;
import io.github.durablestore.scenario.Services.Mails;
import io.github.durablestore.scenario.Services.MonitoredDeposits;
import io.github.durablestore.scenario.Services.Moves;
import io.github.durablestore.scenario.Services.MovesInOneState;
import io.github.durablestore.scenario.Services.Names;
import io.github.durablestore.scenario.Services.Outbox;
import io.github.durablestore.scenario.Services.Pairs;
import io.github.durablestore.scenario.Services.Recovery;
import io.github.durablestore.scenario.Services.Retries;
import io.github.durablestore.scenario.Services.Versions;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each bug is found by a simplest run, always the same; each mended service passes whole: {@link
 * Scenario}.
 */
class ServicesTest {

  /** A service with a bug or without, and the schedule of the simplest run that shows the bug. */
  record Case(String name, String schedule, Supplier<Exploration> explored) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> broken() {
    return Stream.of(
        new Case("lost update", "AABBBBBAAA", () -> deposits(Scenario.of(Deposits::new))),
        new Case(
            "check, then create",
            "AABBBBBAAA",
            () ->
                Scenario.of(Names::new)
                    .when("ann", names -> names.register("neo", 1))
                    .when("bob", names -> names.register("neo", 2))
                    .thenAsIfOneByOne(names -> names.owner("neo"))),
        new Case("half-done move", "AAAA?A", () -> moves(Scenario.of(Moves::new))),
        new Case(
            "double count after a lost reply",
            "AAAA?AAAAA",
            () -> retries(Scenario.of(Retries::new))),
        new Case(
            "stale cache after a failed write",
            "AA!A",
            () ->
                Scenario.of(Cache::new)
                    .whenRunning("set", cache -> cache.setCacheFirst(1))
                    .faults()
                    .thenAsIfOneByOne(Cache::shownAndStored)),
        new Case(
            "cache refilled with an old value",
            "AABBBA",
            () ->
                Scenario.of(Cache::new)
                    .whenRunning("get", Cache::getUnlocked)
                    .whenRunning("set", cache -> cache.setStoreFirst(1))
                    .thenAsIfOneByOne(Cache::shownAndStored)),
        new Case("reused version", "AA?AAA", () -> versions(Versions::setAndCountAfter)),
        new Case("gap", "AA!AAA", () -> versions(Versions::setAndCountBefore)),
        new Case(
            "deadlock",
            "ABBBBBAAAA",
            () ->
                Scenario.of(Pairs::new)
                    .whenRunning("to bob", pairs -> pairs.move("ann", "bob"))
                    .whenRunning("to ann", pairs -> pairs.move("bob", "ann"))
                    .thenAsIfOneByOne(Pairs::balances)),
        new Case("recovery at start only", "AAAA?A", () -> recovery(process -> {})),
        new Case("retry that repeats a side effect", "AA!AAA", () -> mails(Mails::orderInRetry)),
        new Case("outbox that forgets", "AA?A", () -> outbox(process -> {})));
  }

  static Stream<Case> mended() {
    return Stream.of(
        new Case("lost update", "", () -> deposits(Scenario.of(MonitoredDeposits::new))),
        new Case(
            "check, then create",
            "",
            () ->
                Scenario.of(Names::new)
                    .when("ann", names -> names.registerAlone("neo", 1))
                    .when("bob", names -> names.registerAlone("neo", 2))
                    .thenAsIfOneByOne(names -> names.owner("neo"))),
        new Case("half-done move", "", () -> moves(Scenario.of(MovesInOneState::new))),
        new Case(
            "double count after a lost reply",
            "",
            () -> retries(Scenario.of(IdempotentRetries::new))),
        new Case(
            "stale cache after a failed write",
            "",
            () ->
                Scenario.of(Cache::new)
                    .whenRunning("set", cache -> cache.setOrForget(1))
                    .faults()
                    .crashes()
                    .thenAsIfOneByOne(Cache::shownAndStored)),
        new Case(
            "cache refilled with an old value",
            "",
            () ->
                Scenario.of(Cache::new)
                    .whenRunning("get", Cache::getAlone)
                    .whenRunning("set", cache -> cache.setAlone(1))
                    .faults()
                    .crashes()
                    .thenAsIfOneByOne(Cache::shownAndStored)),
        new Case("versions", "", () -> versions(Versions::setByStoredVersion)),
        new Case(
            "deadlock",
            "",
            () ->
                Scenario.of(Pairs::new)
                    .whenRunning("to bob", pairs -> pairs.moveByOneLock("ann", "bob"))
                    .whenRunning("to ann", pairs -> pairs.moveByOneLock("bob", "ann"))
                    .thenAsIfOneByOne(Pairs::balances)),
        new Case("recovery at start only", "", () -> recovery(Recovery::recover)),
        new Case("retry that repeats a side effect", "", () -> mails(Mails::orderThenSend)),
        new Case("outbox that forgets", "", () -> outbox(Outbox::flush)));
  }

  private static Exploration deposits(Scenario<? extends Deposits> scenario) {
    return explore(scenario);
  }

  private static <P extends Deposits> Exploration explore(Scenario<P> scenario) {
    return scenario
        .given(accounts -> accounts.deposit("account-42", 4200))
        .when("deposit 100", accounts -> accounts.deposit("account-42", 100))
        .when("deposit 50", accounts -> accounts.deposit("account-42", 50))
        .faults()
        .crashes()
        .thenAsIfOneByOne(accounts -> accounts.balance("account-42"));
  }

  private static <P extends Moves> Exploration moves(Scenario<P> scenario) {
    return scenario
        .given(moves -> moves.open(100))
        .whenRunning("move", moves -> moves.move(30))
        .faults()
        .crashes()
        .thenAsIfOneByOne(Moves::balances);
  }

  private static <P extends Retries> Exploration retries(Scenario<P> scenario) {
    return scenario
        .whenRunning("deposit", retries -> retries.deposit(100))
        .faults()
        .crashes()
        .thenAsIfOneByOne(Retries::balance);
  }

  private interface Setter {
    void set(Versions versions, long value);
  }

  private static Exploration versions(Setter setter) {
    return Scenario.of(Versions::new)
        .whenRunning(
            "set twice",
            versions -> {
              try {
                setter.set(versions, 1);
              } catch (StateStoreException e) {
                // the user is told, and goes on
              }
              setter.set(versions, 2);
            })
        .faults()
        .then(
            (versions, run) -> {
              var written = run.store().writtenVersions("x");
              assertThat(written)
                  .isEqualTo(LongStream.rangeClosed(1, written.size()).boxed().toList());
            });
  }

  private static Exploration recovery(Task<Recovery> beforeLook) {
    return Scenario.of(Recovery::new)
        .whenRunning("move", Recovery::move)
        .faults()
        .crashes()
        .thenAsIfOneByOne(
            recovery -> {
              beforeLook.run(recovery);
              return recovery.balances();
            });
  }

  private static Exploration mails(Task<Mails> order) {
    return Scenario.of(Mails::new)
        .whenRunning("order", order)
        .faults()
        .then((mails, run) -> assertThat(mails.sent).hasSizeLessThan(2));
  }

  private static Exploration outbox(Task<Outbox> beforeLook) {
    return Scenario.of(Outbox::new)
        .whenRunning("order", Outbox::order)
        .faults()
        .crashes()
        .thenAsIfOneByOne(
            outbox -> {
              beforeLook.run(outbox);
              return outbox.orderedAndSent();
            });
  }

  @ParameterizedTest
  @MethodSource("broken")
  void explore_brokenService_showsASimplestRun(Case broken) {
    assertThat(Failing.of(broken.explored::get))
        .endsWith("put .replay(\"" + broken.schedule + "\") before the check");
    assertThat(costOf(broken.schedule)).isEqualTo(1);
  }

  @ParameterizedTest
  @MethodSource("mended")
  void explore_mendedService_passesWhole(Case mended) {
    assertThat(mended.explored.get().complete()).isTrue();
  }

  /** Counts marks, and changes of the letter while the one before comes again later. */
  private static int costOf(String schedule) {
    int cost = (int) schedule.chars().filter(letter -> "!?#".indexOf(letter) >= 0).count();
    String actors = schedule.replaceAll("[^A-Z]", "");
    for (int i = 1; i < actors.length(); i++) {
      boolean changes = actors.charAt(i) != actors.charAt(i - 1);
      cost += changes && actors.indexOf(actors.charAt(i - 1), i) > 0 ? 1 : 0;
    }
    return cost;
  }
}
