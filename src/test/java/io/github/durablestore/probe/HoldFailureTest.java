package io.github.durablestore.probe;

import static io.github.durablestore.TestStates.state;
import static io.github.durablestore.probe.CallMatcher.calls;
import static io.github.durablestore.probe.CallMatcher.reads;
import static io.github.durablestore.probe.CallMatcher.writes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.durablestore.ForeignStateStore;
import io.github.durablestore.StateStoreException;
import io.github.durablestore.egopb.DurableState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a {@link Hold} says that no call reaches, or that nobody releases. */
class HoldFailureTest extends ProbeTestBase {
  private static final Duration SHORT = Duration.ofMillis(1);

  @Test
  void hold_leftBehind_failsTheCallWithoutReachingTheStore() {
    probe.connect();
    probe.hold(writes(), Duration.ofMillis(1));

    assertThatThrownBy(() -> probe.writeState(state("account-42", 1)))
        .isExactlyInstanceOf(StateStoreException.class)
        .hasMessage(
            "cannot write state of \"account-42\": the probe held the call for 1 ms, in the thread that"
                + " made the hold; make the call in another thread, and release() in this one");
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
                      "cannot write state of \"account-42\": the thread was interrupted");
              assertThat(Thread.interrupted()).isTrue();
            });

    interrupted.get();
  }

  @Test
  void awaitHeld_noSuchCall_saysSo() {
    Hold hold = probe.hold(writes().of("account-42"), Duration.ofMillis(1));

    assertThatThrownBy(hold::awaitHeld)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "cannot await write \"account-42\": there was no such call within 1 ms; make it in another"
                + " thread, after hold()");
  }

  @Test
  void holdReply_leftBehind_failsTheCallThatTookEffect() {
    probe.connect();
    probe.holdReply(writes(), Duration.ofMillis(1));

    assertThatThrownBy(() -> probe.writeState(state("account-42", 1)))
        .hasMessage(
            "cannot write state of \"account-42\": the probe held the reply of the call for 1 ms, in"
                + " the thread that made the hold; make the call in another thread, and release() in"
                + " this one");
    assertThat(store.getLatestState("account-42")).isPresent();
    assertThat(probe.lastCall().orElseThrow().tookEffect()).isTrue();
  }

  @Test
  void holdReply_interrupted_failsTheCallThatTookEffect() throws Exception {
    probe.connect();
    Hold hold = probe.holdReply(writes());
    var failure = new CompletableFuture<Throwable>();
    var writer =
        new Thread(
            () -> {
              try {
                probe.writeState(state("account-42", 1));
              } catch (StateStoreException e) {
                failure.complete(e);
              }
            });
    writer.start();
    hold.awaitHeld();
    writer.interrupt();

    assertThat(failure.get(10, TimeUnit.SECONDS)).hasMessageContaining("was interrupted");
    writer.join();
    assertThat(probe.writtenVersions("account-42")).containsExactly(1L);
  }

  @Test
  void hold_leftBehindByAnotherThread_saysToReleaseIt() throws Exception {
    probe.connect();
    Future<Hold> made = executor.submit(() -> probe.hold(writes(), Duration.ofMillis(50)));
    made.get();

    assertThatThrownBy(() -> probe.writeState(state("account-42", 1)))
        .hasMessage(
            "cannot write state of \"account-42\": the probe held the call for 50 ms; call release() on"
                + " the hold");
  }

  @Test
  void hold_ofACallWithoutAnId_namesTheCall() {
    probe.hold(calls(Operation.CONNECT), SHORT);

    assertThatThrownBy(probe::connect)
        .hasMessageStartingWith("cannot connect: the probe held the call for 1 ms, in the thread");
  }

  @Test
  void hold_reachedByItsOwnThreadInAProbeInTheProbe_saysToMakeTheCallInAnotherThread() {
    for (boolean ofInner : List.of(true, false)) {
      var outer = new StateStoreProbe(probe);
      outer.connect();
      Hold hold = (ofInner ? probe : outer).hold(writes(), SHORT);

      assertThatThrownBy(() -> outer.writeState(state("account-42", 1)))
          .hasMessageContaining(
              "in the thread that made the hold; make the call in another thread");
      assertThat(hold.wasReached()).isTrue();
    }
  }

  @Test
  void awaitHeld_replyOfAFailedCall_saysThatItFailed() {
    probe.connect();
    probe.inject(Fault.on(writes()));
    Hold hold = probe.holdReply(writes().of("account-42"), SHORT);
    writeAnyhow(state("account-42", 1));

    assertThatThrownBy(hold::awaitHeld)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            """
            cannot await the reply of write "account-42": the call failed before its reply, and no \
            other came within 1 ms; to hold it before it fails, use hold(...):
              write "account-42" version 1 threw io.github.durablestore.StateStoreException: \
            injected fault: write "account-42" version 1""");
    assertThat(probe.unused())
        .containsExactly(
            """
            hold the reply of write "account-42": the call failed before its reply; the calls were:
              write "account-42" version 1 threw io.github.durablestore.StateStoreException: \
            injected fault: write "account-42" version 1""");
  }

  @ParameterizedTest
  @MethodSource
  @SuppressWarnings("NullAway") // on purpose
  void awaitHeld_replyOfACallThatTheStoreRefuses_saysThatItFailed(CallMatcher matcher) {
    Hold hold = probe.holdReply(matcher, SHORT); // the store is not connected
    for (ThrowingCallable call :
        List.<ThrowingCallable>of(
            () -> probe.writeState(state("account-42", 2)),
            () -> probe.getLatestState("account-42"),
            () -> probe.writeState(null),
            () -> probe.getLatestState(null),
            () -> probe.getLatestState(""))) {
      assertThatThrownBy(call).isInstanceOf(RuntimeException.class);
    }

    assertThatThrownBy(hold::awaitHeld)
        .hasMessageContaining(": the call failed before its reply, and no other came ");
    assertThat(probe.unused().get(0)).contains(": the call failed before its reply; ");
  }

  static List<CallMatcher> awaitHeld_replyOfACallThatTheStoreRefuses_saysThatItFailed() {
    return List.of(
        CallMatcher.anyCall(),
        writes(),
        reads(),
        writes().of("account-42"),
        reads().of("account-42"),
        reads().of(String::isEmpty),
        writes().where(ProbeTestBase::isVersion2),
        reads().of("account-42").where(ProbeTestBase::isVersion2)); // whatever its state was to be
  }

  @Test
  void awaitHeld_replyOfACallThatTheStoreFails_namesWhatItThrew() {
    var broken =
        new StateStoreProbe(
            new ForeignStateStore() {
              @Override
              public void ping() {
                throw new IllegalStateException("no answer");
              }
            });
    Hold hold = broken.holdReply(calls(Operation.PING), SHORT);
    assertThatThrownBy(broken::ping).hasMessage("no answer");

    assertThatThrownBy(hold::awaitHeld)
        .hasMessageEndingWith("\n  ping threw java.lang.IllegalStateException: no answer");
  }

  @Test
  void awaitHeld_callsThatOtherwiseDoNotMatch_areNotTheReason() {
    writeAnyhow(state("account-42", 2)); // before the hold was made
    Hold hold =
        probe.holdReply(
            writes().of("account-42").where("is version 2", ProbeTestBase::isVersion2), SHORT);
    writeAnyhow(state("account-7", 2));
    writeAnyhow(state("account-42", 1));
    assertThatThrownBy(() -> probe.getLatestState("account-42"));

    assertThatThrownBy(hold::awaitHeld)
        .hasMessageContaining(": no call reached the hold within 1 ms; the calls were:\n");
    assertThat(probe.unused().get(0)).contains(": reached by no call; ");
    hold.close();
    writeAnyhow(state("account-42", 2)); // after it was released
    assertThat(probe.unused().toString()).contains("where is version 2: reached by no call; ");
  }

  @Test
  void awaitHeld_callInAnotherHold_saysThatItIsHeld() throws Exception {
    probe.connect();
    try (Hold first = probe.hold(writes());
        Hold second = probe.holdReply(writes(), SHORT)) {
      Future<?> write = executor.submit(() -> probe.writeState(state("account-42", 1)));
      first.awaitHeld();

      assertThatThrownBy(second::awaitHeld)
          .hasMessage(
              "cannot await the reply of any write: no call reached the hold within 1 ms; 1 call is"
                  + " held: write \"account-42\" version 1");
      first.release();
      second.release();
      write.get();
    }
  }

  @Test
  void awaitHeld_predicateThrew_showsTheCallThatItFailed() {
    Hold hold = probe.hold(writes().where("x", state -> Integer.parseInt("x") > 0), SHORT);
    assertThatThrownBy(() -> probe.writeState(state("account-42", 1)))
        .isInstanceOf(NumberFormatException.class);

    assertThatThrownBy(hold::awaitHeld)
        .hasMessage(
            """
            cannot await any write where x: no call reached the hold within 1 ms; the calls were:
              write "account-42" version 1 threw java.lang.NumberFormatException: For input string: \
            "x\"""");
  }

  @Test
  void awaitHeld_replyOfAReadWithoutAState_showsThatItWasEmpty() {
    probe.connect();
    Hold hold = probe.holdReply(reads().of("account-42").where("is old", state -> true), SHORT);
    assertThat(probe.getLatestState("account-42")).isEmpty();

    assertThatThrownBy(hold::awaitHeld)
        .hasMessage(
            """
            cannot await the reply of read "account-42" where is old: no call reached the hold \
            within 1 ms; the calls were:
              read "account-42" empty""");
  }

  @Test
  void awaitHeld_replyLost_isHeldBefore() throws Exception {
    probe.connect();
    probe.inject(Fault.on(writes()).replyLost());
    try (Hold hold = probe.holdReply(writes())) {
      Future<?> write = executor.submit(() -> probe.writeState(state("account-42", 1)));
      hold.awaitHeld();
      hold.release();

      assertThatThrownBy(write::get).isInstanceOf(ExecutionException.class);
    }
    assertThat(probe.unused()).isEmpty();
  }

  @Test
  void awaitHeld_manyFailedCalls_showsTheLast() {
    Hold hold = probe.holdReply(writes(), SHORT);
    var versions = new ArrayList<DurableState>();
    for (int version = 0; version < 1_000; version++) {
      versions.add(state("account-42", version));
    }
    versions.forEach(this::writeAnyhow);

    assertThatThrownBy(hold::awaitHeld)
        .message()
        .hasLineCount(7)
        .contains("\n  995 earlier ones\n  write \"account-42\" version 995 threw ");
  }
}
