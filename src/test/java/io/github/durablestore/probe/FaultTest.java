package io.github.durablestore.probe;

import static io.github.durablestore.TestStates.state;
import static io.github.durablestore.probe.CallMatcher.anyCall;
import static io.github.durablestore.probe.CallMatcher.calls;
import static io.github.durablestore.probe.CallMatcher.reads;
import static io.github.durablestore.probe.CallMatcher.writes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.durablestore.NotConnectedException;
import io.github.durablestore.StateStoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** {@link Fault} and {@link Faults}: which calls fail, how often, and what was left unused. */
class FaultTest extends ProbeTestBase {
  private static final Call READ = new Call(Operation.GET_LATEST_STATE, "account-42", null);

  @Test
  void inject_byDefault_failsTheNextMatchingCallBeforeTheStoreIsTouched() {
    probe.connect();
    probe.inject(Fault.on(writes()));

    assertThat(probe.getLatestState("account-42")).isEmpty();
    assertThatThrownBy(() -> probe.writeState(state("account-42", 1)))
        .isExactlyInstanceOf(StateStoreException.class)
        .hasMessage("injected fault: write \"account-42\" version 1");
    assertThat(store.getLatestState("account-42")).isEmpty();

    probe.writeState(state("account-42", 2));
    assertThat(probe.writtenVersions("account-42")).containsExactly(2L);
  }

  @Test
  void inject_times_failsThisManyCalls() {
    probe.connect();
    probe.inject(Fault.on(reads()).times(2));

    assertReadFails();
    assertReadFails();
    assertThat(probe.getLatestState("account-42")).isEmpty();
  }

  @Test
  void inject_always_failsUntilCleared() {
    probe.connect();
    probe.inject(Fault.on(reads()).always());

    for (int i = 0; i < 5; i++) {
      assertReadFails();
    }
    probe.clearFaults();
    assertThat(probe.getLatestState("account-42")).isEmpty();
    assertThat(probe.calls(reads())).hasSize(6);
  }

  @Test
  void inject_replyLostOfAWrite_leavesItInTheStore() {
    probe.connect();
    probe.inject(Fault.on(writes()).replyLost());

    assertThatThrownBy(() -> probe.writeState(state("account-42", 1)))
        .isInstanceOf(StateStoreException.class);

    assertThat(store.getLatestState("account-42")).contains(state("account-42", 1));
    Call call = probe.lastCall().orElseThrow();
    assertThat(call.succeeded()).isFalse();
    assertThat(call.tookEffect()).isTrue();
    assertThat(call.thrown())
        .hasMessage("injected fault: write \"account-42\" version 1, reply lost");
    assertThat(probe.written("account-42")).containsExactly(state("account-42", 1));
  }

  @Test
  void inject_replyLostOfARead_matchesWhatWasRead() {
    probe.connect();
    probe.writeState(state("account-42", 1));
    probe.inject(Fault.on(reads().where(ProbeTestBase::isVersion2)).replyLost());

    assertThat(probe.getLatestState("account-42")).isPresent();
    probe.writeState(state("account-42", 2));
    assertReadFails();
  }

  @Test
  void inject_replyLostOfACallThatTheStoreRefuses_isNotUsed() {
    Fault fault = Fault.on(reads()).replyLost();
    probe.inject(fault);

    assertThatThrownBy(() -> probe.getLatestState("account-42"))
        .isInstanceOf(NotConnectedException.class);

    assertThat(probe.unusedFaults()).containsExactly(fault);
  }

  @Test
  void inject_withAnException_throwsIt() {
    var timeout = new IllegalStateException("no answer within 5 s");
    probe.inject(Fault.on(calls(Operation.CONNECT)).throwing(() -> timeout));

    assertThatThrownBy(probe::connect).isSameAs(timeout);
    assertThat(probe.lastCall().orElseThrow().thrown()).isSameAs(timeout);
  }

  @Test
  void inject_byIdAndState_failsThatCallOnly() {
    probe.connect();
    probe.inject(Fault.on(writes().of("account-42").where(ProbeTestBase::isVersion2)));

    probe.writeState(state("account-7", 2));
    probe.writeState(state("account-42", 1));
    assertThatThrownBy(() -> probe.writeState(state("account-42", 2)))
        .isInstanceOf(StateStoreException.class);
  }

  @Test
  void inject_severalFaults_areUsedInTheirOrder() {
    probe.connect();
    probe.inject(Fault.on(reads()).throwing(() -> new IllegalStateException("first")));
    probe.inject(Fault.on(reads()).throwing(() -> new IllegalStateException("second")));

    assertThatThrownBy(() -> probe.getLatestState("account-42")).hasMessage("first");
    assertThatThrownBy(() -> probe.getLatestState("account-42")).hasMessage("second");
    assertThat(probe.unusedFaults()).isEmpty();
  }

  @Test
  void inject_usedByManyThreads_failsExactlyThisMany() throws Exception {
    probe.connect();
    probe.inject(Fault.on(writes()).times(100));
    var threads = new ArrayList<Future<?>>();
    for (int thread = 0; thread < 4; thread++) {
      threads.add(
          executor.submit(
              () -> {
                for (int version = 0; version < 100; version++) {
                  writeAnyhow(state("account-42", version));
                }
              }));
    }
    for (Future<?> thread : threads) {
      thread.get();
    }

    assertThat(probe.writtenVersions("account-42")).hasSize(300);
    assertThat(probe.unusedFaults()).isEmpty();
  }

  @Test
  void unusedFaults_usedTooRarely_areListed() {
    probe.connect();
    probe.inject(Fault.on(reads()).times(2));
    probe.inject(Fault.on(writes()).always());
    probe.inject(Fault.on(calls(Operation.PING)).always());
    assertReadFails();
    assertThatThrownBy(() -> probe.writeState(state("account-42", 1)));

    assertThat(probe.unusedFaults())
        .extracting(Fault::toString)
        .containsExactly("fail any read, 2 times", "fail any ping, always");
  }

  @Test
  void fault_inWords_namesCallsKindAndNumber() {
    assertThat(Fault.on(anyCall())).hasToString("fail any call, once");
    assertThat(Fault.on(writes().of("a").where(ProbeTestBase::isVersion2)).replyLost())
        .hasToString("fail write \"a\" where the state matches with its reply lost, once");
  }

  @Test
  void inject_aReadThatNeverRan_isNotCalledEmpty() {
    probe.inject(Fault.on(reads()));

    assertThatThrownBy(() -> probe.getLatestState("account-42"))
        .hasMessage("injected fault: read \"account-42\"");
  }

  @Test
  @SuppressWarnings("NullAway") // on purpose
  void inject_withNoException_namesIt() {
    probe.inject(Fault.on(reads()).throwing(() -> null));

    assertThatThrownBy(() -> probe.getLatestState("account-42"))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("exception");
  }

  @Test
  void inject_onceFromTwoThreads_failsOneCallEachTime() throws Exception {
    probe.connect();
    for (int round = 0; round < 500; round++) {
      probe.clear();
      probe.inject(Fault.on(writes()));
      inTwoThreads(() -> writeAnyhow(state("account-42", 1)));

      assertThat(probe.writtenVersions("account-42")).hasSize(1);
    }
  }

  @Test
  void inject_timesOne_failsTheNextCall() {
    probe.connect();
    probe.inject(Fault.on(reads()).times(1));

    assertReadFails();
    assertThat(probe.getLatestState("account-42")).isEmpty();
  }

  @Test
  void times_lessThanOne_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Fault.on(anyCall()).times(0))
        .withMessage("cannot fail 0 calls: it is less than 1; inject no fault");
  }

  @Test
  void inject_everyOperation_namesItInTheMessage() {
    for (Runnable call :
        List.<Runnable>of(probe::connect, probe::ping, probe::disconnect, probe::close)) {
      probe.inject(Fault.on(anyCall()));
      assertThatThrownBy(call::run).isInstanceOf(StateStoreException.class);
    }

    assertThat(probe.calls())
        .extracting(call -> Objects.requireNonNull(call.thrown()).getMessage())
        .containsExactly(
            "injected fault: connect",
            "injected fault: ping",
            "injected fault: disconnect",
            "injected fault: close");
  }

  @Test
  void skip_firstCalls_pass() {
    probe.connect();
    probe.inject(Fault.on(reads()).skip(2).times(2));

    probe.getLatestState("account-42");
    probe.getLatestState("account-42");
    assertReadFails();
    assertReadFails();
    assertThat(probe.getLatestState("account-42")).isEmpty();
    assertThat(probe.unusedFaults()).isEmpty();
  }

  @Test
  void skip_eachInTurn_failsEachCallOfASequence() {
    for (int failing = 0; failing < 3; failing++) {
      probe.connect();
      probe.clear();
      probe.inject(Fault.on(writes()).skip(failing));
      for (int version = 0; version < 3; version++) {
        writeAnyhow(state("account-42", version));
      }

      assertThat(probe.writtenVersions("account-42")).hasSize(2).doesNotContain((long) failing);
    }
  }

  @Test
  void skip_always_failsAllThatFollow() {
    probe.connect();
    probe.inject(Fault.on(reads()).skip(1).always());

    probe.getLatestState("account-42");
    assertThat(probe.unusedFaults()).hasToString("[fail any read, always, after the first 1]");
    assertReadFails();
    assertReadFails();
    assertThat(probe.unusedFaults()).isEmpty();
  }

  @Test
  void skip_negative_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Fault.on(anyCall()).skip(-1))
        .withMessage("cannot skip -1 calls: it is negative; pass 0 to fail the next call");
  }

  @Test
  void inject_skipAndTimesAtTheirGreatest_doNotOverflow() {
    probe.connect();
    probe.inject(Fault.on(reads()).skip(Integer.MAX_VALUE).times(Integer.MAX_VALUE));
    probe.inject(Fault.on(reads()).times(Integer.MAX_VALUE));

    assertReadFails();
    assertThat(probe.unusedFaults()).hasSize(2);
  }

  @Test
  void inject_usedUp_leavesTheProbe() {
    probe.connect();
    for (int i = 0; i < 1_000; i++) {
      probe.inject(Fault.on(reads()));
      assertReadFails();
    }

    assertThat(probe)
        .extracting("faults.all")
        .asInstanceOf(InstanceOfAssertFactories.LIST)
        .isEmpty();
  }

  @Test
  void unused_faultsAndHolds_showsHowOftenAndWhatCameNear() {
    probe.connect();
    probe.writeState(state("acount-42", 1));
    probe.inject(Fault.on(writes().of("account-42")));
    probe.inject(Fault.on(reads()).times(3));
    assertReadFails();
    probe.inject(Fault.on(calls(Operation.PING)).always());
    probe.hold(writes().of("account-42")).close();
    probe.holdReply(calls(Operation.PING));

    assertThat(probe.unused())
        .containsExactly(
            "fail write \"account-42\", once: used 0 of 1 times; the calls were:\n"
                + "  write \"acount-42\" version 1",
            "fail any read, 3 times: used 1 of 3 times; the calls were:\n"
                + "  read \"account-42\" threw"
                + " io.github.durablestore.StateStoreException: injected fault: read"
                + " \"account-42\"",
            "fail any ping, always: never used; there was no ping",
            "hold write \"account-42\": reached by no call",
            "hold the reply of any ping: reached by no call; there was no ping");
    assertThat(new StateStoreProbe(probe).unused()).isEqualTo(probe.unused());
    probe.clear();
    assertThat(probe.unused()).isEmpty();
  }

  @Test
  void skip_severalFaults_failEachItsOwnCall() {
    probe.connect();
    for (int skipped : List.of(0, 1, 2)) {
      probe.inject(Fault.on(reads()).skip(skipped));
    }

    assertReadFails();
    assertReadFails();
    assertReadFails();
    assertThat(probe.getLatestState("account-42")).isEmpty();
  }

  @Test
  void skip_severalFaultsInReverse_failEachItsOwnCall() {
    probe.connect();
    for (int skipped : List.of(2, 1, 0)) {
      probe.inject(Fault.on(reads()).skip(skipped));
    }

    assertReadFails();
    assertReadFails();
    assertReadFails();
    assertThat(probe.unusedFaults()).isEmpty();
  }

  @Test
  void skip_replyLost_countsCallsThatTheStoreCarriedOut() {
    probe.connect();
    probe.inject(Fault.on(reads()));
    probe.inject(Fault.on(reads()).replyLost().skip(1));

    assertReadFails();
    assertThat(probe.getLatestState("account-42")).isEmpty();
    assertReadFails();
  }

  @Test
  void inject_twoThatMatch_doesNotAskThePredicateOfTheSecond() {
    probe.connect();
    probe.inject(Fault.on(writes()));
    probe.inject(Fault.on(writes().where(state -> Integer.parseInt("x") > 0)));

    assertThatThrownBy(() -> probe.writeState(state("account-42", 1)))
        .hasMessageStartingWith("injected fault");
  }

  @ParameterizedTest
  @MethodSource
  void inject_aPredicateThrows_usesNoFault(int place, CallMatcher throwing) {
    probe.connect();
    var faults =
        new ArrayList<Fault>(
            List.of(Fault.on(writes()), Fault.on(writes()).skip(1), Fault.on(anyCall()).times(3)));
    faults.add(place, Fault.on(throwing).skip(1));
    faults.forEach(probe::inject);
    List<String> before = probe.unused();

    assertThatThrownBy(() -> probe.writeState(state("account-42", 1)))
        .isInstanceOf(NumberFormatException.class);

    assertThat(probe.unusedFaults()).isEqualTo(faults);
    assertThat(usedOf(probe.unused())).isEqualTo(usedOf(before));
  }

  static Stream<Arguments> inject_aPredicateThrows_usesNoFault() {
    return IntStream.rangeClosed(0, 3)
        .boxed()
        .flatMap(
            place ->
                Stream.of(
                    Arguments.of(place, writes().where(state -> Integer.parseInt("x") > 0)),
                    Arguments.of(place, anyCall().of(id -> Integer.parseInt("x") > 0))));
  }

  private static List<String> usedOf(List<String> unused) {
    return unused.stream().map(text -> text.replaceFirst("(?s);.*", "")).toList();
  }

  @Test
  void throwing_supplierThrows_failsTheCallWithThatAndIsUsed() {
    var broken = new UnsupportedOperationException("broken supplier");
    probe.inject(
        Fault.on(reads())
            .throwing(
                () -> {
                  throw broken;
                }));

    assertThatThrownBy(() -> probe.getLatestState("account-42")).isSameAs(broken);
    assertThat(probe.lastCall().orElseThrow().thrown()).isSameAs(broken);
    assertThat(probe.unusedFaults()).isEmpty();
  }

  @Test
  void skip_usedByManyThreads_passesAndFailsExactlyThisMany() throws Exception {
    probe.connect();
    for (int round = 0; round < 200; round++) {
      probe.clear();
      probe.inject(Fault.on(writes()).skip(3).times(2));
      inTwoThreads(
          () -> {
            for (int version = 0; version < 4; version++) {
              writeAnyhow(state("account-42", version));
            }
          });

      assertThat(probe.writtenVersions("account-42")).hasSize(6);
      assertThat(probe.unusedFaults()).isEmpty();
    }
  }

  @Test
  void faults_usedByManyThreads_skipExactlyThisMany() throws Exception {
    assertThat(uses(Fault.on(reads()).skip(1_000_000).always())).isEqualTo(1_000_000);
  }

  @Test
  void faults_usedByManyThreads_failExactlyThisMany() throws Exception {
    assertThat(uses(Fault.on(reads()).times(1_000_000))).isEqualTo(1_000_000);
  }

  @Test
  void faults_oneUsedUpByAnotherThread_theNextFails() throws Exception {
    for (int round = 0; round < 2_000; round++) {
      var faults = new Faults();
      faults.add(Fault.on(reads()));
      faults.add(Fault.on(reads()));
      inTwoThreads(() -> assertThat(faults.use(READ, false)).isNotNull());
    }
  }

  /** Returns how often a fault fires when two threads make a million calls each. */
  private int uses(Fault fault) throws Exception {
    var faults = new Faults();
    faults.add(fault);
    var fired = new AtomicInteger();
    inTwoThreads(
        () -> {
          for (int i = 0; i < 1_000_000; i++) {
            if (faults.use(READ, false) != null) {
              fired.incrementAndGet();
            }
          }
        });
    return fired.get();
  }
}
