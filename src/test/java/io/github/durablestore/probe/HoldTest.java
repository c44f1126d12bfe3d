package io.github.durablestore.probe;

import static io.github.durablestore.TestStates.state;
import static io.github.durablestore.probe.CallMatcher.reads;
import static io.github.durablestore.probe.CallMatcher.writes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.durablestore.ForeignStateStore;
import io.github.durablestore.StateStoreException;
import io.github.durablestore.egopb.DurableState;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

/** {@link Hold} and {@link Recording}: calls that are held, and calls in flight. */
class HoldTest extends ProbeTestBase {
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
        .withMessage("cannot hold a call for 0 ms: it is not positive; pass a longer limit");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> probe.hold(writes(), Duration.ofSeconds(-1)));
  }

  @Test
  void hold_forever_isPossible() {
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

  private void writeAndCount(CountDownLatch written) {
    probe.writeState(state("account-42", 1));
    written.countDown();
  }

  @Test
  void holdReply_call_isStoppedAfterTheStoreUntilReleased() throws Exception {
    probe.connect();
    store.writeState(state("account-42", 1));
    try (Hold hold = probe.holdReply(reads())) {
      Future<Optional<DurableState>> read =
          executor.submit(() -> probe.getLatestState("account-42"));
      hold.awaitHeld();
      probe.writeState(state("account-42", 2));

      assertThat(read).isNotDone();
      hold.release();
      assertThat(read.get()).as("stale").contains(state("account-42", 1));
    }
  }

  @Test
  void holdReply_byTheStateThatIsRead_holdsThatRead() throws Exception {
    probe.connect();
    store.writeState(state("account-42", 1));
    try (Hold hold = probe.holdReply(reads().where(ProbeTestBase::isVersion2))) {
      assertThat(probe.getLatestState("account-42")).isPresent();
      store.writeState(state("account-42", 2));
      Future<?> read = executor.submit(() -> probe.getLatestState("account-42"));
      hold.awaitHeld();
      assertThat(read).isNotDone();
    }
  }

  @Test
  void awaitHeld_released_returnsOrSaysSoAtOnce() throws Exception {
    probe.connect();
    Hold unreached = probe.hold(writes(), Duration.ofDays(1));
    unreached.release();
    assertThatThrownBy(unreached::awaitHeld)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "cannot await any write: the hold was released before a call; release it after"
                + " awaitHeld()");

    Hold reached = probe.hold(writes(), Duration.ofDays(1));
    Future<?> write = executor.submit(() -> probe.writeState(state("account-42", 1)));
    reached.awaitHeld();
    reached.release();
    write.get();
    reached.awaitHeld();
  }

  @Test
  void awaitHeld_releasedMeanwhile_wakesUp() throws Exception {
    Hold hold = probe.hold(writes(), Duration.ofDays(1));
    Future<?> waiting = executor.submit(hold::awaitHeld);

    hold.close();

    assertThatThrownBy(() -> waiting.get(10, TimeUnit.SECONDS))
        .hasRootCauseInstanceOf(IllegalStateException.class);
  }

  @Test
  void hold_closed_leavesTheProbe() throws Exception {
    probe.connect();
    for (int i = 0; i < 1_000; i++) {
      try (Hold hold = probe.hold(writes())) {
        Future<?> write = executor.submit(() -> probe.writeState(state("account-42", 1)));
        hold.awaitHeld();
        hold.release();
        write.get();
      }
    }

    assertThat(probe).extracting("holds").asInstanceOf(InstanceOfAssertFactories.LIST).isEmpty();
    assertThat(probe.unreachedHolds()).isEmpty();
  }

  @Test
  void unreachedHolds_closedOrNot_areListed() {
    probe.connect();
    Hold closed = probe.hold(writes());
    closed.close();
    Hold open = probe.holdReply(writes());

    assertThat(probe.unreachedHolds()).containsExactly(closed, open);
    probe.clear();
    assertThat(probe.unreachedHolds()).isEmpty();
  }

  @Test
  void callsInFlight_heldCall_isListed() throws Exception {
    probe.connect();
    assertThat(probe).hasToString("probe of MemoryStateStore, calls: 1");
    try (Hold hold = probe.hold(writes())) {
      Future<?> write = executor.submit(() -> probe.writeState(state("stock/b", 1)));
      hold.awaitHeld();

      assertThat(probe.callsInFlight())
          .extracting(Call::toString)
          .containsExactly("write \"stock/b\" version 1");
      assertThat(probe)
          .hasToString(
              "probe of MemoryStateStore, calls: 1; 1 call is held: write \"stock/b\" version"
                  + " 1");
      hold.release();
      write.get();
    }
    assertThat(probe.callsInFlight()).isEmpty();
  }

  @Test
  void hold_taken_asksItsPredicateNoMore() throws Exception {
    probe.connect();
    var asked = new AtomicInteger();
    try (Hold hold = probe.hold(writes().where(state -> asked.incrementAndGet() > 0))) {
      Future<?> write = executor.submit(() -> probe.writeState(state("account-42", 1)));
      hold.awaitHeld();
      probe.writeState(state("account-7", 1));

      assertThat(asked).hasValue(1);
      hold.release();
      write.get();
    }
  }

  @Test
  void hold_neverReleased_leavesTheProbeWithItsCall() {
    probe.connect();
    probe.hold(writes(), Duration.ofMillis(1));
    assertThatThrownBy(() -> probe.writeState(state("account-42", 1)))
        .isInstanceOf(StateStoreException.class);

    assertThat(probe).extracting("holds").asInstanceOf(InstanceOfAssertFactories.LIST).isEmpty();
    assertThat(probe.unreachedHolds()).isEmpty();
  }

  @Test
  void hold_predicateThrows_failsTheCallWithThatAndHoldsNone() {
    probe.connect();
    try (Hold hold = probe.hold(writes().where(state -> Integer.parseInt("x") > 0))) {
      assertThatThrownBy(() -> probe.writeState(state("account-42", 1)))
          .isInstanceOf(NumberFormatException.class);

      assertThat(probe.unreachedHolds()).containsExactly(hold);
      assertThat(probe.callsInFlight()).isEmpty();
    }
  }

  @Test
  void hold_longestDuration_doesNotOverflow() throws Exception {
    probe.connect();
    try (Hold hold = probe.hold(writes(), Duration.ofSeconds(Long.MAX_VALUE, 999_999_999))) {
      Future<?> write = executor.submit(() -> probe.writeState(state("account-42", 1)));
      hold.awaitHeld();
      assertThat(write).isNotDone();
      hold.release();
      write.get();
    }
  }

  @Test
  void callsInFlight_readBeforeTheStore_isNotCalledEmpty() throws Exception {
    probe.connect();
    try (Hold hold = probe.hold(reads())) {
      Future<?> read = executor.submit(() -> probe.getLatestState("account-42"));
      hold.awaitHeld();

      assertThat(probe.callsInFlight()).hasToString("[read \"account-42\"]");
      hold.release();
      read.get();
    }
  }

  @Test
  void callsInFlight_heldReply_tookEffect() throws Exception {
    probe.connect();
    try (Hold hold = probe.holdReply(writes())) {
      Future<?> write = executor.submit(() -> probe.writeState(state("account-42", 1)));
      hold.awaitHeld();

      assertThat(probe.callsInFlight()).extracting(Call::tookEffect).containsExactly(true);
      assertThat(probe.written("account-42")).as("not ended").isEmpty();
      hold.release();
      write.get();
    }
  }

  @Test
  void callsInFlight_several_areInTheOrderInWhichTheyBegan() throws Exception {
    probe.connect();
    var threads = new ArrayList<Future<?>>();
    var holds = new ArrayList<Hold>();
    for (int version = 0; version < 7; version++) {
      DurableState state = state("account-42", version);
      Hold hold = probe.hold(writes());
      threads.add(executor.submit(() -> probe.writeState(state)));
      hold.awaitHeld();
      holds.add(hold);
    }

    assertThat(probe.callsInFlight())
        .extracting(call -> Objects.requireNonNull(call.state()).getVersionNumber())
        .containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L);
    assertThat(probe)
        .hasToString(
            "probe of MemoryStateStore, calls: 1; 7 calls are held: "
                + "write \"account-42\" version 0, write \"account-42\" version 1, "
                + "write \"account-42\" version 2, write \"account-42\" version 3, "
                + "write \"account-42\" version 4 and 2 more");
    holds.forEach(Hold::close);
    for (Future<?> thread : threads) {
      thread.get();
    }
    assertThat(probe.writtenVersions("account-42")).hasSize(7);
  }

  @Test
  void callsInFlight_storeThatCallsItsOwnProbe_listsBoth() {
    var self = new AtomicReference<StateStoreProbe>();
    var seen = new ArrayList<Call>();
    var probe =
        new StateStoreProbe(
            new ForeignStateStore() {
              @Override
              public void connect() {
                self.get().ping();
              }

              @Override
              public void ping() {
                seen.addAll(self.get().callsInFlight());
              }
            });
    self.set(probe);

    probe.connect();

    assertThat(seen).hasToString("[connect, ping]");
    assertThat(probe.calls()).hasToString("[ping, connect]");
  }

  @Test
  void probe_callInTheStore_isShownInFlight() {
    var self = new AtomicReference<StateStoreProbe>();
    var shown = new ArrayList<String>();
    var probe =
        new StateStoreProbe(
            new ForeignStateStore() {
              @Override
              public void ping() {
                shown.add(self.get().toString());
              }
            });
    self.set(probe);

    probe.ping();

    assertThat(shown.get(0))
        .startsWith("probe of io.github.durablestore.probe.HoldTest$")
        .endsWith(", calls: 0; 1 call is in flight: ping");
  }
}
