package io.github.durablestore.probe;

import static io.github.durablestore.TestStates.state;
import static io.github.durablestore.probe.CallMatcher.anyCall;
import static io.github.durablestore.probe.CallMatcher.calls;
import static io.github.durablestore.probe.CallMatcher.reads;
import static io.github.durablestore.probe.CallMatcher.writes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.durablestore.StateStoreException;
import io.github.durablestore.egopb.DurableState;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@link StateStoreProbe#awaitWrite} and {@link StateStoreProbe#awaitCall}. */
class AwaitTest extends ProbeTestBase {
  private static final Duration SHORT = Duration.ofMillis(1);

  @BeforeEach
  void connect() {
    probe.connect();
  }

  @Test
  void awaitWrite_alreadyWritten_returnsTheFirstAtOnce() {
    probe.writeState(state("account-7", 9));
    probe.writeState(state("account-42", 1));
    probe.writeState(state("account-42", 2));

    assertThat(probe.awaitWrite("account-42")).isEqualTo(state("account-42", 1));
    assertThat(probe.awaitWrite("account-42", SHORT)).isEqualTo(state("account-42", 1));
  }

  @Test
  void awaitWrite_writtenMeanwhile_wakesUp() throws Exception {
    for (int version = 0; version < 1_000; version++) {
      DurableState state = state("account-" + version, version);
      Future<DurableState> awaited =
          executor.submit(() -> probe.awaitWrite(state.getPersistenceId()));
      probe.writeState(state("account-x", version));
      probe.writeState(state);

      assertThat(awaited.get(10, TimeUnit.SECONDS)).isSameAs(state);
      probe.clear();
    }
  }

  @Test
  void awaitWrite_manyWaiters_wakeUpEachForItsOwn() throws Exception {
    Future<DurableState> one = executor.submit(() -> probe.awaitWrite("account-1"));
    Future<DurableState> two = executor.submit(() -> probe.awaitWrite("account-2"));

    probe.writeState(state("account-2", 1));
    assertThat(two.get(10, TimeUnit.SECONDS)).isEqualTo(state("account-2", 1));
    assertThat(one).isNotDone();
    probe.writeState(state("account-1", 1));
    assertThat(one.get(10, TimeUnit.SECONDS)).isEqualTo(state("account-1", 1));
  }

  @Test
  void awaitWrite_heldReply_waitsUntilItEnds() throws Exception {
    try (Hold hold = probe.holdReply(writes())) {
      Future<?> write = executor.submit(() -> probe.writeState(state("account-42", 1)));
      hold.awaitHeld();
      assertThatThrownBy(() -> probe.awaitWrite("account-42", SHORT))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "cannot await write \"account-42\": no such call took effect and ended within"
                  + " 1 ms; 1 call is held: write \"account-42\" version 1 (took effect)");
      hold.release();
      write.get();
    }

    assertThat(probe.awaitWrite("account-42")).isEqualTo(state("account-42", 1));
  }

  @Test
  void awaitWrite_replyLost_tookEffect() {
    probe.inject(Fault.on(writes()).replyLost());
    writeAnyhow(state("account-42", 1));

    assertThat(probe.awaitWrite("account-42", SHORT)).isEqualTo(state("account-42", 1));
  }

  @Test
  void awaitWrite_failedAndOthers_showsThem() {
    probe.inject(Fault.on(writes()));
    writeAnyhow(state("account-42", 1));
    probe.writeState(state("account-7", 1));
    assertThat(probe.getLatestState("account-42")).isEmpty();

    assertThatThrownBy(() -> probe.awaitWrite("account-42", Duration.ofMillis(50)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            """
            cannot await write "account-42": no such call took effect and ended within 50 ms; the calls \
            were:
              write "account-42" version 1 threw io.github.durablestore.StateStoreException: \
            injected fault: write "account-42" version 1
              write "account-7" version 1""");
  }

  @Test
  void awaitWrite_idThatLooksTheSame_isInAscii() {
    probe.writeState(state("\u0430ccount-42", 1));

    assertThatThrownBy(() -> probe.awaitWrite("account-42", SHORT))
        .hasMessageEndingWith("; the calls were:\n  write \"\\u0430ccount-42\" version 1");
    assertThatThrownBy(() -> probe.hold(writes().of("account-42"), SHORT).awaitHeld())
        .hasMessageStartingWith("cannot await write \"account-42\": ");
    probe.writeState(state("account-7", 1));
    probe.inject(Fault.on(writes().of("\u0430ccount-7")));
    assertThat(probe.unused())
        .anySatisfy(
            unused -> assertThat(unused).startsWith("fail write \"\\u0430ccount-7\", once"));
  }

  @Test
  void awaitWrite_cleared_waitsForTheNext() {
    probe.writeState(state("account-42", 1));
    probe.clear();

    assertThatThrownBy(() -> probe.awaitWrite("account-42", SHORT))
        .hasMessageEndingWith("; there was no write");
  }

  @Test
  void awaitCall_byItsState_waitsForThatOne() throws Exception {
    CallMatcher second = writes().where("version 2", ProbeTestBase::isVersion2);
    Future<Call> awaited = executor.submit(() -> probe.awaitCall(second, Duration.ofSeconds(10)));
    probe.writeState(state("account-42", 1));
    probe.writeState(state("account-42", 2));

    assertThat(awaited.get(10, TimeUnit.SECONDS))
        .hasToString("write \"account-42\" version 2")
        .isSameAs(probe.lastCall().orElseThrow());
  }

  @Test
  void awaitCall_ofOtherOperations_returnsIt() {
    assertThat(probe.getLatestState("account-42")).isEmpty();

    assertThat(probe.awaitCall(calls(Operation.CONNECT), SHORT)).hasToString("connect");
    assertThat(probe.awaitCall(reads(), SHORT)).hasToString("read \"account-42\" empty");
    probe.clear();
    assertThatThrownBy(() -> probe.awaitCall(anyCall(), SHORT))
        .hasMessage(
            "cannot await any call: no such call took effect and ended within 1 ms; there was no"
                + " call");
  }

  @Test
  void awaitWrite_interrupted_failsAndKeepsTheInterrupt() throws Exception {
    var interrupted = new CountDownLatch(1);
    var waiter =
        new Thread(
            () -> {
              assertThatThrownBy(() -> probe.awaitWrite("account-42", FOREVER))
                  .isInstanceOf(StateStoreException.class)
                  .hasMessageStartingWith(
                      "cannot await write \"account-42\": the thread was interrupted");
              if (Thread.currentThread().isInterrupted()) {
                interrupted.countDown();
              }
            });
    waiter.start();
    waiter.interrupt();

    assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void awaitCall_predicateThrows_failsTheWaiterOnly() throws Exception {
    Future<Call> waiting =
        executor.submit(
            () -> probe.awaitCall(writes().where(state -> Integer.parseInt("x") > 0), FOREVER));

    probe.writeState(state("account-42", 1));

    assertThatThrownBy(() -> waiting.get(10, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(NumberFormatException.class);
    assertThat(probe.lastCall().orElseThrow().succeeded()).isTrue();
  }

  @Test
  void await_limitNotPositiveOrNoMatch_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> probe.awaitWrite("account-42", Duration.ZERO))
        .withMessage("cannot await a call for 0 ms: it is not positive; pass a longer limit");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> probe.awaitCall(calls(Operation.PING).of("account-42"), SHORT))
        .withMessage(
            "cannot await ping \"account-42\": ping has no id and no state; remove of(...)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> probe.awaitWrite(""))
        .withMessage("cannot await writes of \"\": persistence id is empty; pass a non-empty id");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> probe.writtenVersions(""))
        .withMessage("cannot list writes of \"\": persistence id is empty; pass a non-empty id");
  }

  @Test
  @SuppressWarnings("NullAway") // on purpose
  void await_null_namesTheParameter() {
    assertThatThrownBy(() -> probe.awaitCall(null, SHORT)).hasMessage("matcher");
    assertThatThrownBy(() -> probe.awaitCall(anyCall(), null)).hasMessage("limit");
    assertThatThrownBy(() -> probe.awaitWrite("account-42", null)).hasMessage("limit");
  }

  private static final Duration FOREVER = ChronoUnit.FOREVER.getDuration();
}
