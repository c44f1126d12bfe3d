package io.github.durablestore.probe;

import static io.github.durablestore.probe.CallMatcher.anyCall;
import static io.github.durablestore.probe.CallMatcher.calls;
import static io.github.durablestore.probe.CallMatcher.reads;
import static io.github.durablestore.probe.CallMatcher.writes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.durablestore.NotConnectedException;
import io.github.durablestore.StateStore;
import io.github.durablestore.StateStoreException;
import io.github.durablestore.contract.StateStoreContract;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.memory.MemoryStateStore;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class StateStoreProbeTest {
  private final MemoryStateStore store = new MemoryStateStore();
  private final StateStoreProbe probe = new StateStoreProbe(store);
  private final ExecutorService executor = Executors.newCachedThreadPool();

  @AfterEach
  void stopThreads() {
    executor.shutdownNow();
  }

  @Nested
  class Contract extends StateStoreContract {
    @Override
    protected StateStore createStore() {
      return new StateStoreProbe(new MemoryStateStore());
    }

    @Override
    protected boolean purgesOnDisconnect() {
      return true;
    }
  }

  // Forwarding

  @Test
  void everyMethodOfStateStore_isForwarded() throws Exception {
    var forwarded = new ArrayList<Method>();
    StateStore recorder =
        (StateStore)
            Proxy.newProxyInstance(
                StateStore.class.getClassLoader(),
                new Class<?>[] {StateStore.class},
                (proxy, method, arguments) -> {
                  forwarded.add(method);
                  return method.getReturnType() == Optional.class ? Optional.empty() : null;
                });
    List<Method> methods = Arrays.asList(StateStore.class.getMethods());

    for (Method method : methods) {
      method.invoke(new StateStoreProbe(recorder), arguments(method));
    }

    assertThat(forwarded).hasSameSizeAs(methods).containsExactlyElementsOf(methods);
  }

  @Test
  void everyMethodOfStateStore_isAnOperation() {
    assertThat(Operation.values())
        .extracting(Operation::toString)
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(StateStore.class.getMethods()).map(Method::getName).toList());
  }

  // Recording

  @Test
  void calls_severalMade_areInOrderWithTheirOutcomes() {
    probe.connect();
    probe.writeState(state("account-42", 3));
    probe.getLatestState("account-42");
    probe.getLatestState("account-7");
    probe.ping();
    probe.disconnect();
    assertThatThrownBy(() -> probe.getLatestState("account-42"))
        .isInstanceOf(NotConnectedException.class);
    probe.close();

    assertThat(probe.calls())
        .extracting(Call::toString)
        .containsExactly(
            "connect",
            "writeState \"account-42\" version 3",
            "getLatestState \"account-42\" version 3",
            "getLatestState \"account-7\" empty",
            "ping",
            "disconnect",
            "getLatestState \"account-42\" threw io.github.durablestore.NotConnectedException:"
                + " cannot read state of \"account-42\": store is not connected; call connect()"
                + " first",
            "close");
  }

  @Test
  void call_ofARead_hasWhatWasRead() {
    probe.connect();
    probe.writeState(state("account-42", 3));
    probe.getLatestState("account-42");

    assertThat(probe.lastCall())
        .contains(new Call(Operation.GET_LATEST_STATE, "account-42", state("account-42", 3), null));
  }

  @Test
  void call_thatThrew_hasWhatWasThrown() {
    assertThatThrownBy(() -> probe.writeState(state("account-42", 3)));

    Call call = probe.lastCall().orElseThrow();
    assertThat(call.succeeded()).isFalse();
    assertThat(call.thrown()).isInstanceOf(NotConnectedException.class);
    assertThat(call.state()).isEqualTo(state("account-42", 3));
  }

  @Test
  @SuppressWarnings("NullAway") // on purpose
  void call_withNull_isRecordedAndRefusedByTheStore() {
    probe.connect();

    assertThatThrownBy(() -> probe.writeState(null)).hasMessage("state");
    assertThatThrownBy(() -> probe.getLatestState(null)).hasMessage("persistenceId");

    assertThat(probe.calls(writes())).hasSize(1);
    assertThat(probe.calls(reads())).hasSize(1);
  }

  @Test
  void lastCall_noneMade_isEmpty() {
    assertThat(probe.lastCall()).isEmpty();
  }

  @Test
  void writes_someRefused_areThoseAcknowledgedOfTheId() {
    assertThatThrownBy(() -> probe.writeState(state("account-42", 1)));
    probe.connect();
    probe.writeState(state("account-42", 2));
    probe.writeState(state("account-7", 9));
    probe.writeState(state("account-42", -1));

    assertThat(probe.written("account-42"))
        .containsExactly(state("account-42", 2), state("account-42", -1));
    assertThat(probe.writtenVersions("account-42")).containsExactly(2L, -1L);
    assertThat(probe.writtenVersions("account-1")).isEmpty();
  }

  @Test
  void calls_byMatcher_areThoseThatMatch() {
    probe.connect();
    probe.writeState(state("account-42", 1));
    probe.writeState(state("account-42", 2));
    probe.writeState(state("account-7", 2));
    probe.getLatestState("account-42");

    assertThat(probe.calls(anyCall())).hasSize(5).isEqualTo(probe.calls());
    assertThat(probe.calls(calls(Operation.CONNECT))).hasSize(1);
    assertThat(probe.calls(writes())).hasSize(3);
    assertThat(probe.calls(writes().of("account-42"))).hasSize(2);
    assertThat(probe.calls(writes().where(state -> state.getVersionNumber() == 2))).hasSize(2);
    assertThat(probe.calls(writes().of("account-42").of("account-7"))).isEmpty();
    assertThat(probe.calls(writes().where(StateStoreProbeTest::isVersion2).where(state -> true)))
        .hasSize(2);
    assertThat(probe.calls(anyCall().of("account-42").where(StateStoreProbeTest::isVersion2)))
        .extracting(Call::operation)
        .containsExactly(Operation.WRITE_STATE, Operation.GET_LATEST_STATE);
  }

  @Test
  void calls_fromManyThreads_areAllRecorded() throws Exception {
    probe.connect();
    var threads = new ArrayList<Future<?>>();
    for (int thread = 0; thread < 4; thread++) {
      String id = "account-" + thread;
      threads.add(
          executor.submit(
              () -> {
                for (int version = 0; version < 1_000; version++) {
                  probe.writeState(state(id, version));
                }
              }));
    }
    for (Future<?> thread : threads) {
      thread.get();
    }

    assertThat(probe.calls(writes())).hasSize(4_000);
    for (int thread = 0; thread < 4; thread++) {
      assertThat(probe.writtenVersions("account-" + thread)).hasSize(1_000).isSorted();
    }
  }

  @Test
  void call_thatThrowsACheckedException_isRecorded() {
    var timeout = new TimeoutException("no answer");
    var sneaky = new StateStoreProbe(new UncheckingStore(timeout));

    assertThatThrownBy(sneaky::ping).isSameAs(timeout);

    assertThat(sneaky.lastCall().orElseThrow().thrown()).isSameAs(timeout);
  }

  @Test
  void store_isTheOneWrapped() {
    assertThat(probe.store()).isSameAs(store);
  }

  // Failing

  @Test
  void fail_byDefault_failsTheNextMatchingCallBeforeTheStoreIsTouched() {
    probe.connect();
    probe.inject(Fault.on(writes()));

    assertThat(probe.getLatestState("account-42")).isEmpty();
    assertThatThrownBy(() -> probe.writeState(state("account-42", 1)))
        .isExactlyInstanceOf(StateStoreException.class)
        .hasMessage(
            "cannot writeState \"account-42\" version 1: the probe was told to fail writeState, once;"
                + " leave that out to let the call through");
    assertThat(store.getLatestState("account-42")).isEmpty();

    probe.writeState(state("account-42", 2));
    assertThat(probe.writtenVersions("account-42")).containsExactly(2L);
  }

  @Test
  void fail_times_failsSoManyCalls() {
    probe.connect();
    probe.inject(Fault.on(reads()).times(2));

    assertReadFails();
    assertReadFails();
    assertThat(probe.getLatestState("account-42")).isEmpty();
  }

  @Test
  void fail_always_failsUntilCleared() {
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
    assertThat(probe.written("account-42")).as("acknowledged writes").isEmpty();
  }

  @Test
  void inject_replyLostOfARead_matchesWhatWasRead() {
    probe.connect();
    probe.writeState(state("account-42", 1));
    probe.inject(Fault.on(reads().where(StateStoreProbeTest::isVersion2)).replyLost());

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
  void fail_withAnException_throwsIt() {
    var timeout = new IllegalStateException("no answer within 5 s");
    probe.inject(Fault.on(calls(Operation.CONNECT)).throwing(() -> timeout));

    assertThatThrownBy(probe::connect).isSameAs(timeout);
    assertThat(probe.lastCall().orElseThrow().thrown()).isSameAs(timeout);
  }

  @Test
  void fail_byIdAndState_failsThatCallOnly() {
    probe.connect();
    probe.inject(Fault.on(writes().of("account-42").where(StateStoreProbeTest::isVersion2)));

    probe.writeState(state("account-7", 2));
    probe.writeState(state("account-42", 1));
    assertThatThrownBy(() -> probe.writeState(state("account-42", 2)))
        .isInstanceOf(StateStoreException.class);
  }

  @Test
  void fail_severalFaults_areUsedInTheOrderTold() {
    probe.connect();
    probe.inject(Fault.on(reads()).throwing(() -> new IllegalStateException("first")));
    probe.inject(Fault.on(reads()).throwing(() -> new IllegalStateException("second")));

    assertThatThrownBy(() -> probe.getLatestState("account-42")).hasMessage("first");
    assertThatThrownBy(() -> probe.getLatestState("account-42")).hasMessage("second");
    assertThat(probe.unusedFaults()).isEmpty();
  }

  @Test
  void fail_fromManyThreads_failsExactlySoMany() throws Exception {
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
  void unusedFaults_usedLessOftenThanTold_areListed() {
    probe.connect();
    probe.inject(Fault.on(reads()).times(2));
    probe.inject(Fault.on(writes()).always());
    probe.inject(Fault.on(calls(Operation.PING)).always());
    assertReadFails();
    assertThatThrownBy(() -> probe.writeState(state("account-42", 1)));

    assertThat(probe.unusedFaults())
        .extracting(Fault::toString)
        .containsExactly("fail getLatestState, 2 times", "fail ping, always");
  }

  @Test
  void fault_asText_tellsWhichCallsHowAndHowOften() {
    assertThat(Fault.on(anyCall())).hasToString("fail any call, once");
    assertThat(Fault.on(writes().of("a").where(StateStoreProbeTest::isVersion2)).replyLost())
        .hasToString("fail writeState of \"a\" with such a state with its reply lost, once");
  }

  @Test
  void fail_aReadThatNeverRan_isNotCalledEmpty() {
    probe.inject(Fault.on(reads()));

    assertThatThrownBy(() -> probe.getLatestState("account-42"))
        .hasMessageStartingWith("cannot getLatestState \"account-42\": the probe was told to");
  }

  @Test
  @SuppressWarnings("NullAway") // on purpose
  void fail_withNoException_namesIt() {
    probe.inject(Fault.on(reads()).throwing(() -> null));

    assertThatThrownBy(() -> probe.getLatestState("account-42"))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("exception");
  }

  @Test
  void fail_onceFromTwoThreads_failsOneCallEachTime() throws Exception {
    probe.connect();
    for (int round = 0; round < 500; round++) {
      probe.clear();
      probe.inject(Fault.on(writes()));
      inTwoThreads(() -> writeAnyhow(state("account-42", 1)));

      assertThat(probe.writtenVersions("account-42")).hasSize(1);
    }
  }

  @Test
  void fail_timesOne_failsTheNextCall() {
    probe.connect();
    probe.inject(Fault.on(reads()).times(1));

    assertReadFails();
    assertThat(probe.getLatestState("account-42")).isEmpty();
  }

  @Test
  void times_lessThanOne_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Fault.on(anyCall()).times(0))
        .withMessage("cannot fail \"0\" calls: it is less than 1; leave the fault out");
  }

  // Holding

  @Test
  void hold_call_isStoppedBeforeTheStoreUntilReleased() throws Exception {
    probe.connect();
    try (Hold hold = probe.hold(writes())) {
      Future<?> write = executor.submit(() -> probe.writeState(state("account-42", 1)));
      hold.awaitHeld();

      assertThat(store.getLatestState("account-42")).isEmpty();
      store.writeState(state("account-42", 7));

      hold.release();
      write.get();
    }

    assertThat(store.getLatestState("account-42")).contains(state("account-42", 1));
  }

  @Test
  void hold_laterCalls_areNotHeld() throws Exception {
    probe.connect();
    try (Hold hold = probe.hold(writes())) {
      Future<?> write = executor.submit(() -> probe.writeState(state("account-42", 1)));
      hold.awaitHeld();

      probe.writeState(state("account-7", 1));

      assertThat(write).isNotDone();
    }
  }

  @Test
  void hold_several_eachHoldACallOfItsOwn() throws Exception {
    probe.connect();
    try (Hold first = probe.hold(writes());
        Hold second = probe.hold(writes())) {
      Future<?> one = executor.submit(() -> probe.writeState(state("account-42", 1)));
      first.awaitHeld();
      Future<?> two = executor.submit(() -> probe.writeState(state("account-42", 2)));
      second.awaitHeld();

      first.release();
      one.get();
      assertThat(two).isNotDone();
    }
  }

  @Test
  void hold_several_holdNoCallTwice() throws Exception {
    probe.connect();
    try (Hold first = probe.hold(writes());
        Hold second = probe.hold(writes(), Duration.ofMillis(1))) {
      Future<?> write = executor.submit(() -> probe.writeState(state("account-42", 1)));
      first.awaitHeld();
      first.release();
      write.get();

      assertThatThrownBy(second::awaitHeld).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void hold_fromTwoThreads_holdsOneCallEachTime() throws Exception {
    probe.connect();
    for (int round = 0; round < 500; round++) {
      probe.clear();
      try (Hold hold = probe.hold(writes())) {
        var written = new CountDownLatch(1);
        Future<?> both = executor.submit(() -> inTwoThreads(() -> writeAndCount(written)));
        hold.awaitHeld();
        assertThat(written.await(10, TimeUnit.SECONDS))
            .as("the other write is let through")
            .isTrue();
        hold.release();
        both.get();
      }
    }
  }

  @Test
  void hold_limitNotPositive_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> probe.hold(writes(), Duration.ZERO))
        .withMessage("cannot hold a call for \"PT0S\": it is not positive; pass a longer limit");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> probe.hold(writes(), Duration.ofSeconds(-1)));
  }

  @Test
  void hold_forEver_isPossible() {
    probe.connect();
    try (Hold hold = probe.hold(writes(), ChronoUnit.FOREVER.getDuration())) {
      Future<?> write = executor.submit(() -> probe.writeState(state("account-42", 1)));
      hold.awaitHeld();

      assertThat(write).isNotDone();
    }
  }

  @Test
  void hold_releasedBeforehand_leavesTheCallToTheNext() throws Exception {
    probe.connect();
    probe.hold(writes()).release();
    Future<?> write;
    try (Hold next = probe.hold(writes(), Duration.ofHours(1))) {
      write = executor.submit(() -> probe.writeState(state("account-42", 1)));
      next.awaitHeld();
    }

    assertThat(write.get(10, TimeUnit.SECONDS)).as("released by closing").isNull();
  }

  @Test
  void hold_leftBehind_failsTheCallWithoutReachingTheStore() {
    probe.connect();
    probe.hold(writes(), Duration.ofMillis(1));

    assertThatThrownBy(() -> probe.writeState(state("account-42", 1)))
        .isExactlyInstanceOf(StateStoreException.class)
        .hasMessage(
            "cannot writeState \"account-42\" version 1: the probe held this call for 0.001s; call"
                + " release() on the hold");
    assertThat(store.getLatestState("account-42")).isEmpty();
  }

  @Test
  void hold_interrupted_failsTheCallAndKeepsTheInterrupt() throws Exception {
    probe.connect();
    probe.hold(writes());

    Future<?> interrupted =
        executor.submit(
            () -> {
              Thread.currentThread().interrupt();
              assertThatThrownBy(() -> probe.writeState(state("account-42", 1)))
                  .hasMessageStartingWith(
                      "cannot writeState \"account-42\" version 1: the thread was interrupted");
              assertThat(Thread.interrupted()).isTrue();
            });

    interrupted.get();
  }

  @Test
  void awaitReached_noSuchCall_saysSo() {
    Hold hold = probe.hold(writes().of("account-42"), Duration.ofMillis(1));

    assertThatThrownBy(hold::awaitHeld)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "cannot await writeState of \"account-42\": there was no such call within 0.001s; make it"
                + " in another thread, after hold()");
  }

  // Clearing

  @Test
  void clear_forgetsAllButTheStore() throws Exception {
    probe.connect();
    probe.writeState(state("account-42", 1));
    probe.inject(Fault.on(reads()));
    Hold hold = probe.hold(writes());
    Future<?> held = executor.submit(() -> probe.writeState(state("account-7", 1)));
    hold.awaitHeld();

    probe.clear();
    held.get();
    probe.clear();

    assertThat(probe.calls()).isEmpty();
    assertThat(probe.unusedFaults()).isEmpty();
    assertThat(probe.getLatestState("account-42")).contains(state("account-42", 1));
    probe.writeState(state("account-42", 2));
  }

  private static @Nullable Object[] arguments(Method method) {
    return Arrays.stream(method.getParameterTypes())
        .map(type -> type == String.class ? "account-42" : state("account-42", 1))
        .toArray();
  }

  /** Runs it in two threads, as near to each other as can be. */
  private @Nullable Void inTwoThreads(Runnable work) throws Exception {
    var start = new CyclicBarrier(2);
    Callable<Integer> started =
        () -> {
          int place = start.await();
          work.run();
          return place;
        };
    for (Future<Integer> thread : List.of(executor.submit(started), executor.submit(started))) {
      thread.get();
    }
    return null;
  }

  private void writeAndCount(CountDownLatch written) {
    probe.writeState(state("account-42", 1));
    written.countDown();
  }

  private void writeAnyhow(DurableState state) {
    try {
      probe.writeState(state);
    } catch (StateStoreException e) {
      // The fault.
    }
  }

  private void assertReadFails() {
    assertThatThrownBy(() -> probe.getLatestState("account-42"))
        .isExactlyInstanceOf(StateStoreException.class);
  }

  private static boolean isVersion2(DurableState state) {
    return state.getVersionNumber() == 2;
  }

  private static DurableState state(String persistenceId, long version) {
    return DurableState.newBuilder()
        .setPersistenceId(persistenceId)
        .setVersionNumber(version)
        .build();
  }

  /** A store as other languages than Java may have one: it throws what it does not declare. */
  private record UncheckingStore(Exception exception) implements StateStore {
    @Override
    public void connect() {}

    @Override
    public void disconnect() {}

    @Override
    public void ping() {
      this.<RuntimeException>throwUnchecked();
    }

    @SuppressWarnings("unchecked")
    private <E extends Exception> void throwUnchecked() throws E {
      throw (E) exception;
    }

    @Override
    public void writeState(DurableState state) {}

    @Override
    public Optional<DurableState> getLatestState(String persistenceId) {
      return Optional.empty();
    }
  }
}
