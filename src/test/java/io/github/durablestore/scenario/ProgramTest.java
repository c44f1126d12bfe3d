package io.github.durablestore.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.durablestore.StateStore;
import io.github.durablestore.memory.MemoryStateStore;
import io.github.durablestore.scenario.Services.Deposits;
import java.util.ArrayList;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Scenarios of operations, of which programs are written: {@link Program}. */
@Tag("same-on-any-protobuf")
class ProgramTest {
  private static final Pattern REPLAY = Pattern.compile("put \\.replay\\((\".*\")\\) before");

  private static Scenario<Deposits> depositing(String name) {
    return Scenario.of(Deposits::new)
        .operation(name, deposits -> deposits.deposit("account", 1))
        .operationRunning("nothing", deposits -> {});
  }

  private static String failureOf(Scenario<Deposits> scenario) {
    return Failing.of(() -> scenario.thenAsIfOneByOne(deposits -> deposits.balance("account")));
  }

  @Test
  void failure_ofAProgram_namesItAndGivesItAsAScenario() {
    assertThat(failureOf(depositing("deposit")))
        .contains(", of the program deposit | deposit, which did this:")
        .endsWith(
            """
            to keep this program as a test, replace the operations, and size(...) if it is set, with:
                .when("A", ...) // the action of deposit
                .when("B", ...) // the action of deposit

            to see it in a debugger, put .replay("deposit | deposit: AABBBBBAAA") before the check""");
  }

  @Test
  void failure_ofACheck_saysWhichNamesToAskFor() {
    String names = "\nin the check, ask for the actors (\"A\", \"B\") instead of the operations\n";
    assertThat(failureOf(depositing("deposit"))).doesNotContain(names);
    assertThat(
            failureOfCheck(
                (deposits, run) -> {
                  if (run.succeeded("deposit", 2)) {
                    throw new AssertionError("deposited twice");
                  }
                }))
        .contains("    .when(\"B\", ...) // the action of deposit" + names);
  }

  @Test
  void failure_ofOperationsWithoutResults_writesWhenRunning() {
    assertThat(
            failureOf(
                Scenario.of(Deposits::new)
                    .operationRunning("remember", deposits -> deposits.deposit("account", 1))))
        .containsSubsequence(
            "    .whenRunning(\"A\", ...) // the action of remember",
            "    .whenRunning(\"B\", ...) // the action of remember");
  }

  @Test
  void failure_ofOneActor_listsItsOperations() {
    assertThat(
            failureOf(
                Scenario.of(Deposits::new)
                    .operation("forget", deposits -> ++counted)
                    .over(
                        () -> {
                          counted = 0;
                          return new MemoryStateStore();
                        })
                    .operation(
                        "write twice",
                        deposits -> {
                          Values.put(deposits.store, "account", 1, 1);
                          Values.put(deposits.store, "account", 2, 2);
                          return counted;
                        })
                    .crashes()
                    .replay("forget, write twice: AAA#")))
        .startsWith("no order of the operations")
        .contains("in the replayed run, which did this:", "# the process dies here");
  }

  private static int counted;

  @Test
  void replay_ofAProgram_givesTheSameFailure() {
    String found = failureOf(depositing("deposit"));
    String replayed = failureOf(depositing("deposit").replay("deposit | deposit: AABBBBBAAA"));

    assertThat(replayed).contains(found.substring(0, found.indexOf("in run ")));
    assertThat(replayed).contains("in the replayed run, which did this:");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a, b",
        "a | b",
        "a: b",
        "say \"a\"",
        " a ",
        "a\nb",
        "deposit, deposit",
        "A: AB",
        "\\",
      })
  void replay_oddNames_areQuotedAndFound(String name) {
    assertReplayed(() -> depositing(name));
  }

  @Test
  void replay_namesThatDifferInTheMiddle_areWholeAndFound() {
    String end = "n".repeat(400);
    assertReplayed(
        () ->
            Scenario.of(Deposits::new)
                .operation(end + ", nothing, " + end, deposits -> 0)
                .operation(end + ", deposit, " + end, deposits -> deposits.deposit("account", 1)));
  }

  @Test
  void replay_thousandsOfCalls_areWhole() {
    assertReplayed(
        () ->
            Scenario.of(Deposits::new)
                .operation(
                    "poll",
                    deposits -> {
                      while (deposits.balance("account") == 0) {
                        // again
                      }
                      return 1;
                    })
                .crashes());
  }

  private static void assertReplayed(Supplier<Scenario<Deposits>> scenario) {
    String found = failureOf(scenario.get());
    Matcher matcher = REPLAY.matcher(found);
    assertThat(matcher.find()).isTrue();
    String schedule = matcher.group(1).translateEscapes();

    assertThat(failureOf(scenario.get().replay(schedule.substring(1, schedule.length() - 1))))
        .contains("in the replayed run, which did this:")
        .contains(found.substring(0, found.indexOf("in run ")));
  }

  @Test
  void size_unlimited_isOfPrograms() {
    assertThat(failureOf(depositing("deposit").size(Integer.MAX_VALUE)))
        .contains(", of the program deposit | deposit, which did this:")
        .contains(".replay(\"deposit | deposit: AABBBBBAAA\")");
  }

  @Test
  void replay_unknownProgram_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> depositing("deposit").replay("withdraw: AB").then((deposits, run) -> {}))
        .withMessage(
            "cannot replay \"withdraw: AB\": it is no program of the operations; copy it from the failure");
  }

  @Test
  void replay_scheduleWithoutProgram_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> depositing("deposit").replay("AB").then((deposits, run) -> {}))
        .withMessageContaining("it is no program of the operations");
  }

  @Test
  void size_one_isRefused() {
    assertThatIllegalStateException()
        .isThrownBy(() -> depositing("deposit").size(1).then((deposits, run) -> {}))
        .withMessage(
            "cannot explore the scenario: a program of size 1 is one undisturbed operation; write .size(2) with faults() or crashes(), or .size(3)");
  }

  @Test
  void size_zero_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> depositing("deposit").size(0))
        .withMessage("cannot explore programs up to size 0: it is less than 1; pass more, as in 4");
  }

  @Test
  void runs_zero_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> depositing("deposit").runs(0))
        .withMessage("cannot explore at most 0 runs: it is less than 1; pass more, as in 40_000");
  }

  @Test
  void size_withActors_isRefused() {
    assertThatIllegalStateException()
        .isThrownBy(() -> Calls.scenario(1, 1).size(3).then((calls, run) -> {}))
        .withMessage(
            "cannot explore the scenario: size(...) is for programs of operations; use switches(...) with when(...)");
  }

  @Test
  void operation_besideActors_isRefused() {
    assertThatIllegalStateException()
        .isThrownBy(
            () -> depositing("deposit").when("ann", deposits -> 1).then((deposits, run) -> {}))
        .withMessage(
            "cannot explore the scenario: it has actors and operations; use when(...) or operation(...) alone");
  }

  @Test
  void operation_nameTaken_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> depositing("deposit").operationRunning("deposit", deposits -> {}))
        .withMessage("cannot add operation \"deposit\": the name is taken; choose another");
  }

  @Test
  void operation_blankName_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> depositing("deposit").operation("", deposits -> 1))
        .withMessage("cannot add operation \"\": its name is blank; say what it does");
  }

  @Test
  void refusing_everyException_isRefused() {
    for (Class<? extends Throwable> type :
        java.util.List.of(Throwable.class, Error.class, Exception.class, RuntimeException.class)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> depositing("deposit").refusing(type))
          .withMessageStartingWith(
              "cannot permit " + type.getName() + ": it would hide every failure");
    }
  }

  @Test
  void refusing_whereEveryOperationIsRefused_fails() {
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                Scenario.<StateStore>of(store -> store)
                    .whenRunning(
                        "read",
                        store -> {
                          store.getLatestState("x");
                          throw new UnsupportedOperationException();
                        })
                    .refusing(UnsupportedOperationException.class)
                    .then((store, run) -> {}))
        .withMessageContaining("every operation was refused in every run");
  }

  @Test
  void run_inAProgram_answersByOperation() {
    var seen = new ArrayList<String>();
    Exploration found =
        depositing("deposit")
            .size(2)
            .then(
                (deposits, run) ->
                    seen.add(
                        run.succeeded("deposit")
                            + " "
                            + run.result("deposit", 1).isPresent()
                            + " "
                            + run.result("deposit", 2).isPresent()
                            + " "
                            + run.succeeded("nothing", 1)));

    assertThat(found.toString())
        .startsWith("explored all " + found.runs() + " runs of 3 programs up to size 2: ");
    assertThat(seen)
        .contains("true true true false", "true true false true", "false false false true")
        .hasSize(found.runs());
  }

  @Test
  void run_severalCallsOfAnOperation_mustBeToldApart() {
    assertThat(
            failureOfCheck(
                (deposits, run) -> {
                  if (run.result("deposit", 2).isPresent()) {
                    run.result("deposit");
                  }
                }))
        .contains(
            "cannot choose an operation of \"deposit\": it has 2; write result(\"deposit\", 1) for the first");
  }

  @Test
  void run_unknownOperation_isRefused() {
    assertThat(failureOfCheck((deposits, run) -> run.succeeded("withdraw")))
        .contains(
            "cannot find operation \"withdraw\": the operations are \"deposit\", \"nothing\"; pass one of these names");
  }

  private static String failureOfCheck(Check<Deposits> check) {
    return Failing.of(() -> depositing("deposit").then(check));
  }

  @Test
  void run_actorOfSeveralOperations_answersByPlace() {
    Exploration found =
        Scenario.of(Deposits::new)
            .when("ann", deposits -> deposits.deposit("account", 1))
            .when("ann", deposits -> deposits.deposit("account", 2))
            .then(
                (deposits, run) -> {
                  assertThat(run.result("ann", 1)).contains(1L);
                  assertThat(run.result("ann", 2)).contains(3L);
                  assertThat(run.succeeded("ann")).isTrue();
                  assertThat(run.thrown("ann", 2)).isEmpty();
                  assertThatIllegalArgumentException()
                      .isThrownBy(() -> run.thrown("ann"))
                      .withMessageContaining("it has 2; write thrown(\"ann\", 1) for the first");
                  assertThatIllegalArgumentException()
                      .isThrownBy(() -> run.succeeded("ann", 3))
                      .withMessage("cannot find operation 3 of \"ann\": it has 2, counted from 1");
                });

    assertThat(found.runs()).isOne();
  }

  private static Scenario<Calls> reading() {
    return Scenario.of(Calls::new).operation("read", calls -> calls.make(10)).size(5);
  }

  @Test
  void runs_thatTheLimitNames_suffice() {
    assertThat(Failing.of(() -> reading().runs(60).thenAsIfOneByOne(calls -> 0)))
        .isEqualTo(
            "60 runs passed, but there are more: all programs of size 3 passed; write .size(3) to explore these alone, or .runs(30_000) for more");

    assertThat(reading().size(2).thenAsIfOneByOne(calls -> 0).toString())
        .startsWith("explored all 2 runs of 1 program up to size 2: ");
    assertThat(reading().runs(30_000).thenAsIfOneByOne(calls -> 0).runs()).isGreaterThan(60);
  }

  @Test
  void runs_beforeTheirGrowthIsKnown_areALowerBound() {
    assertThat(Failing.of(() -> reading().runs(5).thenAsIfOneByOne(calls -> 0)))
        .endsWith("or at least .runs(10_000) for more");
    assertThat(
            Failing.of(
                () -> reading().size(Integer.MAX_VALUE).runs(60).thenAsIfOneByOne(calls -> 0)))
        .endsWith("write .size(3) to explore these alone");
  }

  @Test
  void programs_ofManyOperations_areNoMoreThanCanBeRun() {
    for (boolean crashes : new boolean[] {false, true}) {
      var settings = new Settings<StateStore>((store, threads) -> store);
      settings.crashes = crashes;
      for (int i = 0; i < 60; i++) {
        settings.addOperation("operation " + i, store -> 0, true);
      }

      assertThat(settings.programs()).hasSizeBetween(settings.runs, 5 * settings.runs);
    }
  }

  @Test
  void operations_tooManyForTheRuns_areRefused() {
    Scenario<Calls> scenario = Scenario.of(Calls::new);
    for (int i = 0; i < 60; i++) {
      scenario = scenario.operation("read " + i, calls -> calls.make(1));
    }
    Scenario<Calls> many = scenario.size(3);

    assertThat(Failing.of(() -> many.thenAsIfOneByOne(calls -> 0)))
        .startsWith("10,000 runs passed, but there are more: all programs of size 2");
  }
}
