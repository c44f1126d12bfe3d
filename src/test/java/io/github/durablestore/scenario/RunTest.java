package io.github.durablestore.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.durablestore.StateStore;
import io.github.durablestore.StateStoreException;
import io.github.durablestore.memory.MemoryStateStore;
import io.github.durablestore.probe.Call;
import io.github.durablestore.probe.CallMatcher;
import io.github.durablestore.probe.Fault;
import io.github.durablestore.probe.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the check sees of a {@link Run}. */
class RunTest {

  private static Scenario<StateStore> scenario() {
    return Scenario.<StateStore>of(store -> store)
        .given(store -> Values.put(store, "x", 1, 1))
        .when(
            "write twice",
            store -> {
              Values.put(store, "x", 2, 2);
              Values.put(store, "x", 3, 3);
              return "done";
            });
  }

  @Test
  void run_undisturbed_hasTheResultAndTheCalls() {
    scenario()
        .then(
            (store, run) -> {
              assertThat(run.undisturbed()).isTrue();
              assertThat(run.crashed()).isFalse();
              assertThat(run.succeeded("write twice")).isTrue();
              assertThat(run.result("write twice")).contains("done");
              assertThat(run.thrown("write twice")).isEmpty();
              assertThat(run.store().writtenVersions("x")).containsExactly(1L, 2L, 3L);
            });
  }

  @Test
  void run_withFault_hasTheCallThatFailed() {
    var tookEffect = new ArrayList<List<Boolean>>();
    scenario()
        .faults()
        .then(
            (store, run) -> {
              assertThat(run.undisturbed()).isEqualTo(run.succeeded("write twice"));
              assertThat(run.result("write twice").isPresent()).isEqualTo(run.undisturbed());
              assertThat(run.thrown("write twice").isPresent()).isEqualTo(!run.undisturbed());
              tookEffect.add(run.store().calls().stream().map(Call::tookEffect).toList());
              assertThat(store.getLatestState("x")).isPresent(); // it fails no more
            });

    assertThat(tookEffect)
        .containsExactly(
            List.of(true, true, true), // no fault
            List.of(true, false), // the first write fails before the store
            List.of(true, true), // its reply is lost
            List.of(true, true, false),
            List.of(true, true, true));
  }

  @Test
  void run_withCrash_hasTheResultOnlyOfWhatEnded() {
    var versions = new ArrayList<Long>();
    var ended = new ArrayList<Boolean>();
    scenario()
        .crashes()
        .then(
            (store, run) -> {
              if (run.crashed()) {
                assertThat(run.undisturbed()).isFalse();
                assertThat(run.thrown("write twice")).isEmpty();
                assertThat(run.result("write twice").isPresent())
                    .isEqualTo(run.succeeded("write twice"));
                ended.add(run.succeeded("write twice"));
                versions.add(store.getLatestState("x").orElseThrow().getVersionNumber());
              }
            });

    // The process dies before the first call, after each call, and after the end.
    assertThat(ended).containsExactly(true, false, false, true);
    assertThat(versions).containsExactly(3L, 2L, 3L, 3L);
  }

  @Test
  void run_withCrash_hasANewProcess() {
    var started = new AtomicInteger();

    Exploration found =
        Scenario.of(
                store -> {
                  started.incrementAndGet();
                  return new Calls(store);
                })
            .over(
                () -> {
                  started.set(0);
                  return new MemoryStateStore();
                })
            .when("call", process -> process.make(1))
            .crashes()
            .then((process, run) -> assertThat(started).hasValue(run.crashed() ? 2 : 1));

    assertThat(found.runsWithCrash()).isEqualTo(3);
  }

  @Test
  void run_processThatDoesNotStartAgain_fails() {
    var started = new AtomicInteger();

    assertThat(
            Failing.of(
                () ->
                    Scenario.of(
                            store -> {
                              if (store.getLatestState("x").isPresent()) {
                                throw new IllegalStateException("x is there");
                              }
                              return store;
                            })
                        .whenRunning("write", store -> Values.put(store, "x", 1, started.get()))
                        .crashes()
                        .then((process, run) -> {})))
        .startsWith(
            "the process did not start again: java.lang.IllegalStateException: x is there\n    at ");
  }

  @Test
  void faults_template_failsTheCallsThatItIsFor() {
    Exploration found =
        scenario()
            .faults(
                Fault.on(CallMatcher.writes().where(state -> state.getVersionNumber() == 3))
                    .throwing(() -> new StateStoreException("disk full")))
            .then(
                (store, run) -> {
                  if (!run.undisturbed()) {
                    assertThat(run.thrown("write twice")).get().hasToString(DISK_FULL);
                  }
                });

    assertThat(found.runsWithFault()).isEqualTo(1);
  }

  private static final String DISK_FULL = StateStoreException.class.getName() + ": disk full";

  @Test
  void faults_templateOfSeveralCalls_failsThemAll() {
    var failed = new ArrayList<Long>();
    Scenario.of(Calls::new)
        .when("call", process -> process.make(4))
        .faults(Fault.on(CallMatcher.reads()).times(3))
        .then(
            (process, run) ->
                failed.add(run.store().calls().stream().filter(call -> !call.succeeded()).count()));

    assertThat(failed).containsExactly(0L, 3L, 3L, 2L, 1L);
  }

  @ParameterizedTest
  @EnumSource(Operation.class)
  void faults_ofEachOperation_failItsCall(Operation operation) {
    Exploration found =
        Scenario.<StateStore>of(store -> store)
            .whenRunning(
                "call everything",
                store -> {
                  store.connect();
                  store.ping();
                  Values.put(store, "x", 1, 1);
                  store.getLatestState("x");
                  store.disconnect();
                  store.close();
                })
            .faults(Fault.on(CallMatcher.calls(operation)))
            .then(
                (store, run) ->
                    assertThat(run.thrown("call everything").isPresent())
                        .isEqualTo(!run.undisturbed()));

    assertThat(found.runsWithFault()).isEqualTo(1);
  }

  @Test
  void faults_ofACallThatTheStoreRefuses_areNoRuns() {
    Exploration found =
        Scenario.<StateStore>of(store -> store)
            .whenRunning(
                "disconnect",
                store -> {
                  store.disconnect();
                  store.getLatestState("x");
                })
            .faults(Fault.on(CallMatcher.anyCall()).replyLost())
            .then((store, run) -> assertThat(run.thrown("disconnect")).isPresent());

    assertThat(found.runsWithFault()).isEqualTo(1); // of the disconnect, not of the refused read
  }

  /** An exception whose class overrides all that it is asked for. */
  private static final class Odd extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
      throw new IllegalStateException("no message");
    }

    @Override
    public synchronized Throwable getCause() {
      throw new IllegalStateException("no cause");
    }

    @Override
    @SuppressWarnings("NullAway") // odd
    public StackTraceElement[] getStackTrace() {
      return null;
    }
  }

  @Test
  void run_exceptionThatCannotBeAsked_isShownByItsClass() {
    Scenario<Calls> scenario =
        Scenario.of(Calls::new)
            .whenRunning(
                "call",
                calls -> {
                  calls.make(1);
                  throw new Odd();
                });

    assertThat(Failing.of(() -> scenario.faults().then((calls, run) -> {})))
        .startsWith("call threw " + Odd.class.getName());
    assertThat(
            Scenario.of(Calls::new)
                .whenRunning(
                    "call",
                    calls -> {
                      throw new Odd();
                    })
                .whenRunning("other call", calls -> calls.make(1))
                .thenAsIfOneByOne(calls -> 1)
                .complete())
        .isTrue();
  }

  /** A process that says how many of its kind are open. */
  private record Closeable(Calls calls, AtomicInteger open) implements AutoCloseable {
    static Closeable start(StateStore store, AtomicInteger open) {
      open.incrementAndGet();
      return new Closeable(new Calls(store), open);
    }

    @Override
    public void close() {
      open.decrementAndGet();
    }
  }

  @Test
  void run_processThatCanBeClosed_isClosedAfterTheCheck() {
    var open = new AtomicInteger();

    Exploration found =
        Scenario.of(store -> Closeable.start(store, open))
            .whenRunning("call", process -> process.calls.make(1))
            .whenRunning("call too", process -> process.calls.make(1))
            .faults()
            .crashes()
            .then((process, run) -> assertThat(open.get()).isEqualTo(run.crashed() ? 2 : 1));

    assertThat(found.runsWithCrash()).isPositive();
    assertThat(open).hasValue(0);
  }

  /** Makes a call, and throws from the second time on. */
  private static Object once(StateStore store) {
    long calls = Values.get(store, "calls") + 1;
    Values.put(store, "calls", calls, calls);
    if (calls > 1) {
      throw new IllegalStateException("called before");
    }
    return calls;
  }

  private static Scenario<StateStore> twice() {
    return Scenario.<StateStore>of(store -> store)
        .when("ann", RunTest::once)
        .when("ann", RunTest::once);
  }

  @Test
  void failure_ofALaterOperation_saysHowToAskForIt() {
    assertThat(Failing.of(() -> twice().then((store, run) -> {})))
        .startsWith("ann 2 threw java.lang.IllegalStateException: called before\n")
        .contains(
            "\n  if it may throw this, look at run.thrown(\"ann\", 2) in the check\n\nin run 1");

    assertThat(twice().then((store, run) -> assertThat(run.thrown("ann", 2)).isPresent()).runs())
        .isOne();
  }

  @Test
  void failure_ofALaterOperationInAProgram_saysHowToAskForAll() {
    Supplier<Scenario<StateStore>> scenario =
        () ->
            Scenario.<StateStore>of(store -> store)
                .operation("look", store -> Values.get(store, "calls"))
                .operation("call once", RunTest::once)
                .size(4);

    assertThat(Failing.of(() -> scenario.get().then((store, run) -> {})))
        .contains(
            "look at run.thrown(\"call once\", 2) in the check, and at its other calls, as programs have up to 4\n");

    Exploration found =
        scenario
            .get()
            .then(
                (store, run) -> {
                  for (int call = 1; call <= 4; call++) {
                    run.thrown("call once", call);
                  }
                });
    assertThat(found.complete()).isTrue();
  }

  @Test
  void failure_ofAnOperationAndTheCheck_showsBoth() {
    assertThat(Failing.of(() -> twice().then((store, run) -> run.thrown("ann 2"))))
        .contains(
            "ann 2 threw java.lang.IllegalStateException: called before\n",
            "\n  besides, the check failed:\n  java.lang.IllegalArgumentException: cannot find actor \"ann 2\"");
  }
}
