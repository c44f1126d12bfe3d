package io.github.durablestore.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.durablestore.scenario.Services.Deposits;
import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The schedule of a failure gives the same failure once more: {@link Replay}. */
@Tag("same-on-any-protobuf")
class ReplayTest {

  private static String failureOf(UnaryOperator<Scenario<Deposits>> change) {
    Scenario<Deposits> scenario =
        Scenario.of(Deposits::new)
            .when("deposit 100", accounts -> accounts.deposit("account-42", 100))
            .when("deposit 50", accounts -> accounts.deposit("account-42", 50))
            .faults()
            .crashes();
    return Failing.of(
        () -> change.apply(scenario).thenAsIfOneByOne(accounts -> accounts.balance("account-42")));
  }

  @Test
  void replay_printedSchedule_givesTheSameFailure() {
    String found = failureOf(scenario -> scenario);
    String replayed = failureOf(scenario -> scenario.replay("AABBBBBAAA"));

    assertThat(found).contains("put .replay(\"AABBBBBAAA\") before the check");
    assertThat(replayed)
        .isEqualTo(
            found
                .replace("in run ", "in the replayed run, once run ")
                .replaceAll("once run \\d+, ", "")
                .replace(
                    "to see it in a debugger, put .replay(\"AABBBBBAAA\") before the check",
                    "this was a replay; remove replay(...) when you have seen enough"));
  }

  @Test
  void explore_again_givesTheSameMessage() {
    String found = failureOf(scenario -> scenario);

    for (int i = 0; i < 20; i++) {
      assertThat(failureOf(scenario -> scenario)).isEqualTo(found);
    }
  }

  @Test
  void replay_runThatPasses_fails() {
    assertThat(failureOf(scenario -> scenario.replay("AAAAABBBBB")))
        .isEqualTo("the replayed run passed; remove replay(...), so that all runs are explored");
  }

  @Test
  void replay_runWithAFault_isMade() {
    assertThat(failureOf(scenario -> scenario.replay("AA!ABBBBB")))
        .contains("the replayed run passed");
  }

  @Test
  void replay_runWithACrash_isMade() {
    assertThat(failureOf(scenario -> scenario.replay("AA#"))).contains("the replayed run passed");
  }

  @Test
  void replay_runWithACrashOfRecovery_isMade() {
    assertThat(messageOf(recovering().replay("A#A#"))).isEqualTo(PASSED);
    assertThat(messageOf(recovering().replay("A#A!A"))).isEqualTo(PASSED);
  }

  private static final String PASSED =
      "the replayed run passed; remove replay(...), so that all runs are explored";

  private static Scenario<Calls> recovering() {
    return Scenario.of(
            store -> {
              store.getLatestState("r");
              return new Calls(store);
            })
        .whenRunning("nothing", calls -> {})
        .faults()
        .crashes();
  }

  private static String messageOf(Scenario<Calls> scenario) {
    return Failing.of(() -> scenario.then((calls, run) -> {}));
  }

  @Test
  void replay_anyRun_startsOneProcess() {
    var started = new AtomicInteger();

    assertThat(
            messageOf(
                Scenario.of(
                        store -> {
                          started.incrementAndGet();
                          return new Calls(store);
                        })
                    .when("one", calls -> calls.make(1))
                    .when("other", calls -> calls.make(1))
                    .replay("AABBBA")))
        .isEqualTo(PASSED);
    assertThat(started).hasValue(1);
  }

  @Test
  void replay_actorThatIsBusyForLong_hasNoLimit() {
    assertThat(
            Failing.of(
                () ->
                    Scenario.of(Calls::new)
                        .whenRunning("one", calls -> beBusy())
                        .replay("A")
                        .then((calls, run) -> assertThat(run.succeeded("one")).isFalse())))
        .startsWith("the check failed:");
  }

  /** Uses the processor for more than an exploration allows. */
  private static void beBusy() {
    long nanos = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    while (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - nanos < 2_500_000_000L) {
      Thread.onSpinWait();
    }
  }

  @Test
  void replay_deadlock_isShownAgain() {
    assertThat(
            Failing.of(
                () ->
                    Scenario.of(Services.Pairs::new)
                        .whenRunning("to bob", pairs -> pairs.move("ann", "bob"))
                        .whenRunning("to ann", pairs -> pairs.move("bob", "ann"))
                        .replay("ABBBBBAAAA")
                        .then((pairs, run) -> {})))
        .startsWith("deadlock: no actor can go on")
        .contains("in the replayed run, which did this:");
  }
}
