package io.github.durablestore.junit;

import static io.github.durablestore.TestStates.state;
import static io.github.durablestore.assertj.StateStoreAssertions.assertThat;
import static io.github.durablestore.junit.TestRuns.failureOf;
import static io.github.durablestore.junit.TestRuns.printedBy;
import static io.github.durablestore.junit.TestRuns.run;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import acme.billing.AccountState;
import acme.billing.Portfolio;
import com.google.protobuf.Any;
import com.google.protobuf.TypeRegistry;
import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.memory.MemoryStateStore;
import io.github.durablestore.probe.CallMatcher;
import io.github.durablestore.probe.Fault;
import io.github.durablestore.probe.Hold;
import io.github.durablestore.probe.StateStoreProbe;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Runs small test classes that fail, and looks at what {@link StateStoreExtension} adds to their
 * failures.
 */
class FailureReportTest {
  @Test
  void failure_isFollowedOnceByWhatTheStoreHeldAndWasAsked() {
    assertThat(printedBy(Failing.class))
        .isEqualTo(
            """
            the store of Failing.test, "test(StateStore)", when it failed
            states, 2:
            state {
              persistence_id: "account-42"
              resulting_state {
                [type.googleapis.com/acme.billing.AccountState] {
                  balance_cents: 4200
                }
              }
            }
            state {
              persistence_id: "account-7"
            }
            calls, 2:
              write "account-7" version 0
              read "account-1" empty
            """);
  }

  static class Failing {
    @RegisterExtension
    static final StateStoreExtension STORES = new StateStoreExtension(AccountState.getDescriptor());

    @Test
    @StateFixture("account.textproto")
    void test(StateStore store) {
      store.writeState(state("account-7"));
      store.getLatestState("account-1");
      fail("on purpose");
    }
  }

  @Test
  void failure_beforeTheTest_isFollowedByItToo() {
    assertThat(printedBy(FailingBefore.class)).containsOnlyOnce("calls, 1:\n  ping\n");
  }

  @ExtendWith(StateStoreExtension.class)
  static class FailingBefore {
    @BeforeEach
    void prepare(StateStore store) {
      store.ping();
      fail("on purpose");
    }

    @Test
    void test() {}
  }

  @Test
  void failure_withoutACall_printsNothing() {
    assertThat(printedBy(FailingElsewhere.class)).isEmpty();
  }

  static class FailingElsewhere {
    @RegisterExtension static final StateStoreExtension STORES = new StateStoreExtension();

    @Test
    void withoutStates() {
      fail("on purpose");
    }

    @Test
    @StateFixture("method.textproto")
    void withGivenStates() {
      STORES.given(state("a"));
      fail("on purpose");
    }
  }

  @Test
  void failure_afterAWriteBesideTheProbe_showsTheStates() {
    assertThat(printedBy(FailingBesideTheProbe.class)).contains("states, 1:\n", "calls: none\n");
  }

  @ExtendWith(StateStoreExtension.class)
  static class FailingBesideTheProbe {
    @Test
    void test(MemoryStateStore store) {
      store.writeState(state("account-42"));
      fail("on purpose");
    }
  }

  @Test
  void passingAndAborted_printNothing() {
    assertThat(printedBy(Passing.class)).isEmpty();
  }

  @ExtendWith(StateStoreExtension.class)
  static class Passing {
    @Test
    void passes(StateStore store) {
      store.writeState(state("account-42"));
    }

    @Test
    void aborted() {
      abort("on purpose");
    }
  }

  @Test
  void failure_whenItCannotBeShown_staysTheTestsOwn() {
    assertThat(printedBy(FailingDisconnected.class))
        .isEqualTo(
            """
            the store of FailingDisconnected.test, "test(StateStore)", when it failed
            states cannot be shown: cannot read states: store is not connected; call connect() first
            the store was disconnected: it keeps its states only with OnDisconnect.KEEP
            calls, 1:
              disconnect
            """);
    assertThat(failureOf(run(FailingDisconnected.class)))
        .hasMessage("on purpose")
        .hasNoSuppressedExceptions();
  }

  @ExtendWith(StateStoreExtension.class)
  static class FailingDisconnected {
    @Test
    void test(StateStore store) {
      store.disconnect();
      fail("on purpose");
    }
  }

  @Test
  void failure_withManyStates_showsAHundredAndTheLastCalls() {
    assertThat(printedBy(FailingWithMany.class).lines())
        .containsSubsequence(
            "states, 150:",
            "and 50 more",
            "calls, 150:",
            "  50 earlier ones",
            "  write \"account-149\" version 0")
        .hasSize(1 + (1 + 3 * 100 + 1) + (1 + 1 + 100));
  }

  @ExtendWith(StateStoreExtension.class)
  static class FailingWithMany {
    @Test
    void test(StateStore store) {
      for (int i = 0; i < 150; i++) {
        store.writeState(state("account-" + i));
      }
      fail("on purpose");
    }
  }

  @Test
  void failure_withLargeStates_isBounded() {
    assertThat(printedBy(FailingWithLarge.class))
        .hasSizeLessThan(20_000)
        .contains("... (cut at 4000 characters)", "\nand 199 more\n", "calls, 200:")
        .endsWith("xxx199\" (1000000 characters) version 0\n");
  }

  static class FailingWithLarge {
    @RegisterExtension
    static final StateStoreExtension STORES = new StateStoreExtension(Portfolio.getDescriptor());

    @Test
    void test(StateStoreProbe store) {
      var large = Portfolio.newBuilder();
      for (int i = 0; i < 50_000; i++) {
        large.putNotes(i, "note");
      }
      DurableState state =
          state("a").toBuilder().setResultingState(Any.pack(large.build())).build();
      for (int i = 0; i < 100; i++) {
        store.writeState(state.toBuilder().setPersistenceId("account-" + i).build());
        store.writeState(state("x".repeat(1_000_000 - 3) + (100 + i)));
      }
      throw new IllegalStateException("on purpose");
    }
  }

  @Test
  void failure_beforeTheStoreIsDisconnectedByAfterEach_showsWhatItHeldThen() {
    assertThat(printedBy(FailingThenDisconnected.class)).containsOnlyOnce("states, 1:");
  }

  @ExtendWith(StateStoreExtension.class)
  static class FailingThenDisconnected {
    @Test
    void test(StateStore store) {
      store.writeState(state("account-42"));
      fail("on purpose");
    }

    @AfterEach
    void stop(StateStore store) {
      store.disconnect();
    }
  }

  @Test
  void failure_ofADynamicTest_isFollowedByItToo() {
    assertThat(printedBy(FailingDynamically.class))
        .containsOnlyOnce("the store of FailingDynamically.tests, \"b\", when it failed")
        .containsOnlyOnce("when it failed")
        .containsOnlyOnce("calls, 1:\n  ping\n");
  }

  @ExtendWith(StateStoreExtension.class)
  static class FailingDynamically {
    @TestFactory
    Stream<DynamicTest> tests(StateStore store) {
      return Stream.of(
          dynamicTest("a", store::ping),
          dynamicTest("b", () -> fail("on purpose")),
          dynamicTest("c", () -> abort("on purpose")));
    }
  }

  @Test
  void failure_ofManyDynamicTests_printsTheirStoreOnlyIfItHasChanged() {
    assertThat(printedBy(ManyFailingDynamically.class))
        .hasSizeLessThan(60_000)
        .containsOnlyOnce("calls, 1:\n  ping\n")
        .contains("\"1\", when it failed: as before\n", "calls, 2:\n  ping\n  ping\n")
        .endsWith(
            "\"199\", when it failed: not shown, as more than 20,000 characters of it were printed"
                + " before\n");
  }

  @ExtendWith(StateStoreExtension.class)
  static class ManyFailingDynamically {
    @TestFactory
    Stream<DynamicTest> tests(StateStore store) {
      store.ping();
      return IntStream.range(0, 200)
          .mapToObj(
              i ->
                  dynamicTest(
                      "" + i,
                      () -> {
                        if (i > 1) {
                          store.ping();
                        }
                        fail("on purpose");
                      }));
    }
  }

  @Test
  void failure_ofAStoreThatCannotTellItsIds_showsTheLastWrites() {
    assertThat(printedBy(FailingWithOtherStore.class))
        .isEqualTo(
            """
            the store of FailingWithOtherStore.test, "test(StateStore)", when it failed
            last writes, 2:
            state {
              persistence_id: "account-42"
              version_number: 2
            }
            state {
              persistence_id: "account-7"
            }
            calls, 3:
              write "account-42" version 0
              write "account-7" version 0
              write "account-42" version 2
            """);
  }

  static class FailingWithOtherStore {
    @RegisterExtension
    final StateStoreExtension stores =
        new StateStoreExtension(TypeRegistry.getEmptyTypeRegistry(), TestRuns.OtherStore::new);

    @Test
    void test(StateStore store) {
      store.writeState(state("account-42"));
      store.writeState(state("account-7"));
      store.writeState(state("account-42").toBuilder().setVersionNumber(2).build());
      fail("on purpose");
    }
  }

  @Test
  void unused_ofATestThatFailed_isOnlyPrinted() {
    assertThat(printedBy(FailingWithUnused.class))
        .contains(
            """
            unused faults and unreached holds:
              fail any write, once: used 0 of 1 times; there was no write
            """);
    assertThat(failureOf(run(FailingWithUnused.class)))
        .hasMessage("on purpose")
        .hasNoSuppressedExceptions();
  }

  @ExtendWith(StateStoreExtension.class)
  static class FailingWithUnused {
    @Test
    void test(StateStoreProbe probe) {
      probe.inject(Fault.on(CallMatcher.writes()));
      fail("on purpose");
    }
  }

  @Test
  void failure_whileACallIsHeld_showsIt() {
    assertThat(printedBy(FailingWhileHeld.class))
        .contains(
            "states: none\ncalls: none\nprobe of MemoryStateStore, calls: 0; 1 call is held: write \"stock/b\" version 1\n");
  }

  @ExtendWith(StateStoreExtension.class)
  static class FailingWhileHeld {
    @Test
    void test(StateStoreProbe probe) {
      Hold hold = probe.hold(CallMatcher.writes());
      Future<?> write =
          CompletableFuture.runAsync(
              () -> probe.writeState(state("stock/b").toBuilder().setVersionNumber(1).build()));
      hold.awaitHeld();
      assertThat(write).isNotDone();
      fail("on purpose");
    }
  }

  @Test
  void failure_ofAConstructor_showsTheStore() {
    assertThat(printedBy(FailingConstructor.class))
        .containsOnlyOnce("the store of FailingConstructor.test")
        .contains("calls, 1:\n  ping\n");
  }

  @ExtendWith(StateStoreExtension.class)
  static class FailingConstructor {
    FailingConstructor(StateStore store) {
      store.ping();
      fail("on purpose");
    }

    @Test
    void test() {}
  }

  @Test
  void failure_ofAnExtensionAroundOurs_showsTheStoreAsItWas() {
    assertThat(printedBy(FailingAfterwards.class))
        .containsOnlyOnce("the store of FailingAfterwards.test")
        .contains("states, 1:", "calls, 1:\n  write \"account-42\" version 0\n");
  }

  @ExtendWith({FailsAfterEach.class, StateStoreExtension.class})
  static class FailingAfterwards {
    @Test
    void test(StateStore store) {
      store.writeState(state("account-42"));
    }
  }

  static class FailsAfterEach implements AfterEachCallback {
    @Override
    public void afterEach(ExtensionContext context) {
      fail("on purpose");
    }
  }

  @Test
  void failure_beforeThereIsAStore_makesNone() {
    assertThat(printedBy(FailingBeforehand.class)).isEmpty();
    assertThat(failureOf(run(FailingBeforehand.class)))
        .hasMessage("on purpose")
        .hasNoSuppressedExceptions();
    assertThat(FailingBeforehand.made).hasValue(0);
  }

  @ExtendWith(FailsBeforeEach.class)
  static class FailingBeforehand {
    static final AtomicInteger made = new AtomicInteger();

    @RegisterExtension
    static final StateStoreExtension STORES =
        new StateStoreExtension(
            TypeRegistry.getEmptyTypeRegistry(),
            () -> {
              made.incrementAndGet();
              throw new IllegalStateException("made");
            });

    @Test
    void test() {}
  }

  static class FailsBeforeEach implements BeforeEachCallback {
    @Override
    public void beforeEach(ExtensionContext context) {
      fail("on purpose");
    }
  }

  @Test
  void failure_ofUnknownType_saysWhereToPassIt() {
    assertThat(printedBy(FailingWithUnknownType.class))
        .contains(
            "# as bytes: replace @ExtendWith(StateStoreExtension.class) by @RegisterExtension static"
                + " final StateStoreExtension STORES = new StateStoreExtension(types)\n");
    assertThat(printedBy(FailingWithUnknownTypeInField.class))
        .contains("# as bytes: add its descriptor to the types of the StateStoreExtension\n");
  }

  @ExtendWith(StateStoreExtension.class)
  static class FailingWithUnknownType {
    @Test
    void test(StateStore store) {
      Any payload = Any.pack(AccountState.newBuilder().setAccountId("a\u001b[2J").build());
      store.writeState(state("a").toBuilder().setResultingState(payload).build());
      fail("on purpose");
    }
  }

  static class FailingWithUnknownTypeInField extends FailingWithUnknownType {
    @RegisterExtension
    static final StateStoreExtension STORES = new StateStoreExtension(Any.getDescriptor());
  }

  @Test
  void failure_withASuppliedProbe_showsItsStates() {
    assertThat(printedBy(FailingWithProbe.class)).contains("states, 1:\n", "calls, 1:\n");
  }

  static class FailingWithProbe {
    @RegisterExtension
    static final StateStoreExtension STORES =
        new StateStoreExtension(
            TypeRegistry.getEmptyTypeRegistry(), () -> new StateStoreProbe(new MemoryStateStore()));

    @Test
    void test(StateStore store) {
      store.writeState(state("account-42"));
      fail("on purpose");
    }
  }
}
