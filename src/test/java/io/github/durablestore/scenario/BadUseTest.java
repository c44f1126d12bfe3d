package io.github.durablestore.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.github.durablestore.StateStore;
import io.github.durablestore.memory.MemoryStateStore;
import io.github.durablestore.probe.CallMatcher;
import io.github.durablestore.probe.Fault;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong with a {@link Scenario} is said, and what to do. */
class BadUseTest {

  @Test
  void then_noActor_isRefused() {
    assertThatIllegalStateException()
        .isThrownBy(() -> Scenario.of(Calls::new).then((process, run) -> {}))
        .withMessage(
            "cannot explore the scenario: it has no actor; add one with when(...), or operation(...)");
  }

  @Test
  void when_fourActors_isRefused() {
    assertThatIllegalStateException()
        .isThrownBy(() -> Calls.scenario(3, 1).when("actor 4", process -> 1))
        .withMessage("cannot add actor \"actor 4\": a scenario has at most 3; remove one");
  }

  @Test
  void when_fourthActorThatThereIs_isItsNextOperation() {
    Exploration found =
        Calls.scenario(3, 0)
            .when("actor 3", process -> process.make(1))
            .switches(0)
            .then((process, run) -> assertThat(run.result("actor 3", 2)).contains(1));

    assertThat(found.orders()).isEqualTo(6);
  }

  @Test
  void when_blankName_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Scenario.of(Calls::new).when(" ", process -> 1))
        .withMessage("cannot add actor \" \": its name is blank; say what it does");
  }

  @Test
  void switches_negative_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Calls.scenario(1, 1).switches(-1))
        .withMessage(
            "cannot explore at most -1 switches: it is negative; 0 runs the actors one by one");
  }

  @Test
  void then_twice_isRefused() {
    Scenario<Calls> scenario = Calls.scenario(1, 1);
    scenario.then((process, run) -> {});

    assertThatIllegalStateException()
        .isThrownBy(() -> scenario.then((process, run) -> {}))
        .withMessage("cannot explore the scenario: it was explored before; write a new one");
  }

  @Test
  void then_withinAnother_isRefused() {
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                Calls.scenario(1, 1)
                    .given(process -> Calls.scenario(2, 2).then((calls, run) -> {}))
                    .then((process, run) -> {}))
        .withMessageContaining("it is within another one, whose runs explore it");
    assertThat(
            Failing.of(
                () ->
                    Scenario.of(Calls::new)
                        .when("nested", process -> Calls.scenario(2, 2).then((calls, run) -> {}))
                        .then((process, run) -> {})))
        .contains("it is within another one");
  }

  @Test
  void then_interruptedWhileASupplierWaits_isRefused() {
    Thread test = Thread.currentThread();

    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                Calls.scenario(1, 1)
                    .over(
                        () -> {
                          test.interrupt();
                          waitForEver();
                          return new MemoryStateStore();
                        })
                    .then((process, run) -> {}))
        .withMessageContaining("interrupted");
    assertThat(Thread.interrupted()).isTrue();
  }

  private static void waitForEver() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted", e);
    }
  }

  @Test
  void faults_twice_lastHolds() {
    Fault fault = Fault.on(CallMatcher.reads());

    assertThat(
            Calls.scenario(1, 1).faults().faults(fault).then((process, run) -> {}).runsWithFault())
        .isEqualTo(1);
    assertThat(
            Calls.scenario(1, 1).faults(fault).faults().then((process, run) -> {}).runsWithFault())
        .isEqualTo(2);
  }

  @Test
  void faults_thatSkipCalls_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Calls.scenario(1, 1).faults(Fault.on(CallMatcher.reads()).skip(1)))
        .withMessageStartingWith("cannot explore the fault (")
        .withMessageEndingWith("): the scenario chooses the call that fails; remove skip(...)");
  }

  @Test
  void faults_thatNoCallMatches_isRefused() {
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                Calls.scenario(1, 1)
                    .faults(Fault.on(CallMatcher.writes().of("account-42")))
                    .then((process, run) -> {}))
        .withMessageStartingWith("cannot explore the scenario: no call matched the fault (")
        .withMessageEndingWith("; check the matcher passed to faults(...)");
  }

  @Test
  void thenAsIfOneByOne_processOverAnotherStore_isRefusedAsItCallsNone() {
    var other = new MemoryStateStore();
    other.connect();

    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                Scenario.of(store -> other)
                    .whenRunning("ann", store -> increment(store))
                    .thenAsIfOneByOne(store -> Values.get(store, "x")))
        .withMessageStartingWith("cannot explore the scenario: no actor calls the store");
  }

  private static void increment(StateStore store) {
    Values.put(store, "x", 1, Values.get(store, "x") + 1);
  }

  @Test
  void thenAsIfOneByOne_periodicTaskThatCounts_isRefused() {
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                Scenario.withThreads(
                        (store, threads) -> {
                          Future<?> unused =
                              threads
                                  .pool(1)
                                  .scheduleAtFixedRate(
                                      () -> increment(store), 1, 1, TimeUnit.MINUTES);
                          return store;
                        })
                    .whenRunning("ann", store -> increment(store))
                    .thenAsIfOneByOne(store -> Values.get(store, "x")))
        .withMessageStartingWith(
            "cannot explore the scenario: the observation depends on how often a periodic task has run");
  }

  @Test
  void then_actorsThatCallNoStore_areRefused() {
    for (Scenario<Calls> scenario :
        List.of(
            Calls.scenario(2, 0),
            Calls.scenario(2, 0).faults(),
            Calls.scenario(2, 0).crashes(),
            Calls.scenario(1, 0).faults().crashes(),
            Calls.scenario(1, 0).crashes())) {
      assertThatIllegalStateException()
          .isThrownBy(() -> scenario.then((process, run) -> {}))
          .withMessageStartingWith("cannot explore the scenario: no actor calls the store");
    }
  }

  @Test
  void over_sameStoreTwice_isRefused() {
    var store = new MemoryStateStore();

    assertThatIllegalStateException()
        .isThrownBy(() -> Calls.scenario(2, 1).over(() -> store).then((process, run) -> {}))
        .withMessage(
            "cannot explore the scenario: over(...) returned the same store twice; return a new, empty store each time");
  }

  @Test
  void over_storeThatIsNotEmpty_isRefused() {
    assertThatIllegalStateException()
        .isThrownBy(
            () -> Calls.scenario(1, 1).over(BadUseTest::storeWithAState).then((process, run) -> {}))
        .withMessage(
            "cannot explore the scenario: its store has a state of \"account-42\" that the run did not write; return a new, empty store from over(...), and write what should be there in given(...)");
  }

  @Test
  void over_anyStoreThatIsNotEmpty_isRefused() {
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                Calls.scenario(1, 1)
                    .over(() -> new Witness(storeWithAState())) // of no known class
                    .then((process, run) -> {}))
        .withMessageContaining("its store has a state of \"account-42\"");
  }

  private static MemoryStateStore storeWithAState() {
    var store = new MemoryStateStore();
    store.connect();
    Values.put(store, "account-42", 1, 1);
    return store;
  }

  @Test
  @SuppressWarnings("NullAway") // it is what is tested
  void over_null_isRefused() {
    assertThatNullPointerException()
        .isThrownBy(() -> Calls.scenario(1, 1).over(() -> null).then((process, run) -> {}))
        .withMessage("over(...) returned null; return a new store");
  }

  @Test
  void thenAsIfOneByOne_observationThatVaries_isNamedAlsoWithoutCalls() {
    var count = new AtomicInteger();
    assertThatIllegalStateException()
        .isThrownBy(() -> Calls.scenario(1, 1).thenAsIfOneByOne(process -> count.incrementAndGet()))
        .withMessageStartingWith("cannot explore the scenario: it is not deterministic")
        .withMessageContaining("the observation has a different result");
  }

  @Test
  void then_checkThatVaries_isNamed() {
    var count = new AtomicInteger();
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                Calls.scenario(1, 1)
                    .then((process, run) -> assertThat(count.incrementAndGet()).isNotEqualTo(1)))
        .withMessageContaining("the check fails, and passes in the same run made again");
  }

  @Test
  @SuppressWarnings("NullAway") // on purpose
  void of_nullProcess_isRefused() {
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                Scenario.of(store -> null)
                    .whenRunning("ann", process -> {})
                    .then((process, run) -> {}))
        .withMessage(
            "cannot explore the scenario: the process did not start:"
                + " java.lang.NullPointerException: it is null; return it from the function that starts it");
  }

  @Test
  void given_thatThrows_isNamed() {
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                Calls.scenario(1, 1)
                    .given(
                        process -> {
                          throw new java.io.IOException("no file");
                        })
                    .then((process, run) -> {}))
        .withMessage("cannot explore the scenario: given(...) threw java.io.IOException: no file");
  }

  @Test
  void of_processThatThrows_isNamed() {
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                Scenario.<Calls>of(
                        store -> {
                          throw new IllegalArgumentException("no port");
                        })
                    .when("call", process -> 1)
                    .then((process, run) -> {}))
        .withMessage(
            "cannot explore the scenario: the process did not start: java.lang.IllegalArgumentException: no port");
  }

  @Test
  void run_unknownActor_isRefused() {
    assertThat(
            Failing.of(() -> Calls.scenario(2, 0).then((process, run) -> run.succeeded("actor 3"))))
        .contains(
            "cannot find actor \"actor 3\": the actors are \"actor 1\", \"actor 2\"; pass one of these names");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "A B", "!A", "A!!", "A??", "1", "A\n"})
  void replay_noSchedule_isRefused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Calls.scenario(1, 1).replay(text))
        .withMessageContaining("is not part of a schedule; copy it from the failure");
  }

  @Test
  void replay_empty_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Calls.scenario(1, 1).replay(""))
        .withMessage("cannot replay \"\": the schedule is empty; copy it from the failure");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Calls.scenario(1, 1).replay("read: "))
        .withMessage("cannot replay \"read: \": the schedule is empty; copy it from the failure");
  }

  @ParameterizedTest
  @ValueSource(strings = {"B", "AA", "AAAA", "A!AA", "AA!B"})
  void replay_scheduleOfAnotherScenario_isRefused(String schedule) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Calls.scenario(1, 1).faults().replay(schedule).then((process, run) -> {}))
        .withMessageStartingWith(
            "cannot replay \"%s\": it is not a schedule of this scenario: ", schedule)
        .withMessageEndingWith("; remove replay(...), and copy the schedule of the next failure");
  }

  @Test
  void replay_faultWithoutFaults_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Calls.scenario(1, 1).replay("AA!A").then((process, run) -> {}))
        .withMessageContaining("it is not a schedule of this scenario");
  }

  @Test
  void faults_ofCallsThatOnlyTheRecoveryMakes_match() {
    Exploration found =
        Scenario.of(
                store -> {
                  store.getLatestState("marker");
                  return new Calls(store);
                })
            .when("call", calls -> calls.make(1))
            .faults(Fault.on(CallMatcher.reads().of("marker")))
            .crashes()
            .then((calls, run) -> {});

    assertThat(found.runsWithFault()).isZero();
    assertThat(found.runsWithCrash()).isPositive();
  }

  @Test
  void thenAsIfOneByOne_everyOperationThrows_isRefused() {
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                Scenario.of(store -> store)
                    .when(
                        "read",
                        store -> {
                          store.getLatestState("a");
                          throw new IllegalArgumentException("always");
                        })
                    .thenAsIfOneByOne(store -> 1))
        .withMessage(
            "cannot explore the scenario: every operation threw in every run; write what they need in given(...), or use then(...), which shows what they throw");
  }

  @Test
  @SuppressWarnings("NullAway") // it is what is tested
  void everyMethod_null_isRefused() {
    Scenario<Calls> scenario = Scenario.of(Calls::new);

    assertThatNullPointerException().isThrownBy(() -> Scenario.of(null)).withMessage("process");
    assertThatNullPointerException().isThrownBy(() -> scenario.over(null)).withMessage("stores");
    assertThatNullPointerException().isThrownBy(() -> scenario.given(null)).withMessage("task");
    assertThatNullPointerException()
        .isThrownBy(() -> scenario.when(null, process -> 1))
        .withMessage("actor");
    assertThatNullPointerException()
        .isThrownBy(() -> scenario.when("a", null))
        .withMessage("action");
    assertThatNullPointerException()
        .isThrownBy(() -> scenario.whenRunning("a", null))
        .withMessage("task");
    assertThatNullPointerException().isThrownBy(() -> scenario.faults(null)).withMessage("fault");
    assertThatNullPointerException()
        .isThrownBy(() -> scenario.replay(null))
        .withMessage("schedule");
    assertThatNullPointerException().isThrownBy(() -> scenario.then(null)).withMessage("check");
    assertThatNullPointerException()
        .isThrownBy(() -> scenario.thenAsIfOneByOne(null))
        .withMessage("observation");
  }
}
