package io.github.durablestore.junit;

import static io.github.durablestore.assertj.StateStoreAssertions.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import acme.billing.AccountState;
import acme.billing.InheritedTest;
import com.google.protobuf.TypeRegistry;
import io.github.durablestore.NotConnectedException;
import io.github.durablestore.StateStore;
import io.github.durablestore.StateStoreException;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.memory.MemoryStateStore;
import io.github.durablestore.memory.OnDisconnect;
import io.github.durablestore.probe.CallMatcher;
import io.github.durablestore.probe.Fault;
import io.github.durablestore.probe.Hold;
import io.github.durablestore.probe.Operation;
import io.github.durablestore.probe.StateStoreProbe;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;

/** Runs small test classes that use the extension, and looks at what became of them. */
class StateStoreExtensionTest {
  /** The stores that the small test classes were given. */
  private static final Queue<StateStore> STORES = new ConcurrentLinkedQueue<>();

  private static final CyclicBarrier BARRIER = new CyclicBarrier(2);

  @BeforeEach
  void forgetStores() {
    STORES.clear();
  }

  // Injection

  @Test
  void parameters_ofOneTest_areOneFreshConnectedStore() {
    assertAllPass(run(Injected.class), 2);
  }

  @ExtendWith(StateStoreExtension.class)
  static class Injected {
    private final StateStore inConstructor;
    private StateStore beforeEach;

    Injected(StateStore inConstructor) {
      this.inConstructor = inConstructor;
    }

    @BeforeEach
    void take(StateStoreProbe probe) {
      beforeEach = probe;
    }

    @RepeatedTest(2)
    void test(StateStore store, StateStoreProbe probe, MemoryStateStore memory) {
      assertThat(probe.calls()).isEmpty();
      assertThat(memory.states()).isEmpty();

      store.writeState(state("account-42"));

      assertThat(List.of(inConstructor, beforeEach, probe)).allMatch(store::equals);
      assertThat(probe).wrote("account-42");
    }

    @AfterEach
    void look(MemoryStateStore memory) {
      assertThat(memory).hasState("account-42");
    }
  }

  @Test
  void parameters_inNestedClasses_areOneStore() {
    assertAllPass(run(Outer.class), 2);
  }

  @ExtendWith(StateStoreExtension.class)
  static class Outer {
    private final StateStore outer;

    Outer(StateStore outer) {
      this.outer = outer;
    }

    @BeforeEach
    void write(StateStore store) {
      assertThat(store).hasNoState("account-42");
      store.writeState(state("account-42"));
    }

    @Nested
    class Inner {
      private final StateStore inner;

      Inner(StateStore inner) {
        this.inner = inner;
      }

      @RepeatedTest(2)
      void test(StateStore store) {
        assertThat(List.of(outer, inner)).allMatch(store::equals);
        assertThat(store).hasState("account-42");
      }
    }
  }

  @Test
  void parameters_onePerClassInstance_areFreshForEachTest() {
    assertAllPass(run(PerClass.class), 2);
  }

  @ExtendWith(StateStoreExtension.class)
  @TestInstance(Lifecycle.PER_CLASS)
  static class PerClass {
    private StateStore beforeEach;

    @BeforeEach
    void take(StateStore store) {
      assertThat(store).hasNoState("account-42");
      store.writeState(state("account-42"));
      beforeEach = store;
    }

    @RepeatedTest(2)
    void test(StateStore store) {
      assertThat((Object) store).isSameAs(beforeEach);
    }
  }

  @Test
  void parameter_whereThereIsNoTestYet_isRefused() {
    String remedy =
        ": each test has a store of its own, and there is no test yet; take it in the test or in a"
            + " @BeforeEach method";

    assertThat(failureOf(run(PerClassConstructor.class)))
        .hasMessageStartingWith("cannot inject StateStore into ")
        .hasMessageEndingWith("PerClassConstructor(%s)%s", StateStore.class.getName(), remedy);
    assertThat(failureOf(run(BeforeAllMethod.class)))
        .hasMessageStartingWith("cannot inject StateStoreProbe into ")
        .hasMessageEndingWith("take(%s)%s", StateStoreProbe.class.getName(), remedy);
  }

  @ExtendWith(StateStoreExtension.class)
  @TestInstance(Lifecycle.PER_CLASS)
  static class PerClassConstructor {
    PerClassConstructor(StateStore store) {
      STORES.add(store);
    }

    @Test
    void test() {}
  }

  @ExtendWith(StateStoreExtension.class)
  static class BeforeAllMethod {
    @BeforeAll
    static void take(StateStoreProbe store) {
      STORES.add(store);
    }

    @Test
    void test() {}
  }

  @Test
  void stores_ofParallelTests_areTheirOwn() {
    assertAllPass(
        EngineTestKit.engine("junit-jupiter")
            .selectors(selectClass(Parallel.class))
            .configurationParameter("junit.jupiter.execution.parallel.enabled", "true")
            .configurationParameter("junit.jupiter.execution.parallel.config.strategy", "fixed")
            .configurationParameter(
                "junit.jupiter.execution.parallel.config.fixed.parallelism", "2")
            .execute(),
        10);
  }

  @ExtendWith(StateStoreExtension.class)
  @Execution(ExecutionMode.CONCURRENT)
  static class Parallel {
    @RepeatedTest(10)
    void test(MemoryStateStore memory, RepetitionInfo repetition) throws Exception {
      memory.writeState(state("account-" + repetition.getCurrentRepetition()));
      BARRIER.await(10, TimeUnit.SECONDS); // until another test is as far

      assertThat(memory.states()).hasSize(1);
    }
  }

  @Test
  void store_afterTheTest_isClosed() {
    assertAllPass(run(LeftOpen.class), 1);

    assertThat(STORES)
        .hasSize(2)
        .allSatisfy(
            store ->
                assertThatExceptionOfType(NotConnectedException.class)
                    .isThrownBy(() -> store.getLatestState("account-42")));
  }

  @ExtendWith(StateStoreExtension.class)
  static class LeftOpen {
    @Test
    void test(StateStoreProbe probe, MemoryStateStore memory) {
      STORES.addAll(List.of(probe, memory));
      probe.inject(Fault.on(CallMatcher.anyCall()).always());
    }
  }

  @Test
  void heldCall_afterTheTest_isReleased() throws Exception {
    assertAllPass(run(LeftHeld.class), 1);

    assertThat(LeftHeld.held.get(5, TimeUnit.SECONDS)).isNull();
  }

  @ExtendWith(StateStoreExtension.class)
  static class LeftHeld {
    static Future<?> held = new CompletableFuture<>();

    @Test
    void test(StateStoreProbe probe) {
      Hold hold = probe.hold(CallMatcher.calls(Operation.PING), Duration.ofMinutes(1));
      held = CompletableFuture.runAsync(probe::ping);
      hold.awaitHeld();
    }
  }

  // Registration

  @Test
  void descriptors_areTheTypesOfTheStores() {
    assertAllPass(run(WithDescriptor.class), 1);
  }

  static class WithDescriptor {
    @RegisterExtension
    static final StateStoreExtension STORES = new StateStoreExtension(AccountState.getDescriptor());

    @Test
    @StateFixture("account.textproto")
    void test(MemoryStateStore memory) {
      AccountState account = AccountState.newBuilder().setBalanceCents(4200).build();

      assertThat(memory).state("account-42").hasPayload(account);
      assertThat(memory.unpack(memory.getLatestState("account-42").orElseThrow()))
          .isEqualTo(account);
    }
  }

  @Test
  void supplier_givesStoresOfTheCallers() {
    assertAllPass(run(WithSupplier.class), 1);
  }

  static class WithSupplier {
    @RegisterExtension
    final StateStoreExtension stores =
        new StateStoreExtension(
            TypeRegistry.getEmptyTypeRegistry(),
            () -> new MemoryStateStore(TypeRegistry.getEmptyTypeRegistry(), OnDisconnect.KEEP));

    @Test
    @StateFixture("method.textproto")
    void test(StateStore store, MemoryStateStore memory) {
      store.disconnect();
      store.connect();

      assertThat(store).hasState("c");
      assertThat(memory).hasState("c");
    }
  }

  @Test
  void memoryStateStore_whereTheStoresAreOthers_isRefused() {
    assertThat(failureOf(run(WithOtherStores.class)))
        .hasMessageStartingWith("cannot inject MemoryStateStore into ")
        .hasMessageEndingWith(
            ": the stores of this extension are of class \"%s\"; take a StateStore",
            StateStoreProbe.class.getName());
  }

  static class WithOtherStores {
    @RegisterExtension
    final StateStoreExtension stores =
        new StateStoreExtension(
            TypeRegistry.getEmptyTypeRegistry(), () -> new StateStoreProbe(new MemoryStateStore()));

    @Test
    void test(MemoryStateStore memory) {
      STORES.add(memory);
    }
  }

  // Fixtures

  @Test
  void fixtures_ofSuperclassClassesAndMethod_areLoadedInThisOrder() {
    assertAllPass(run(WithFixtures.class), 2);
  }

  @StateFixture("class.textproto")
  interface WithInterfaceFixture {}

  static class WithSuperclassFixture implements WithInterfaceFixture {}

  @ExtendWith(StateStoreExtension.class)
  @StateFixture("nested.textproto")
  static class WithFixtures extends WithSuperclassFixture {
    @Test
    void test(StateStoreProbe probe, MemoryStateStore memory) {
      assertThat(memory.states()).hasSize(3);
      assertThat(memory).state("b").hasVersion(2);
      assertThat(probe.calls()).isEmpty();
    }

    @Nested
    class WithFixture {
      @Test
      @StateFixture({"method.textproto", "/io/github/durablestore/junit/method.textproto"})
      void test(MemoryStateStore memory) {
        assertThat(memory).state("a").hasVersion(1);
        assertThat(memory).state("b").hasVersion(2);
        assertThat(memory).state("c").hasVersion(3);
      }
    }
  }

  @Test
  void fixture_broken_failsTheTestWithItsPlace() {
    assertThat(failureOf(run(WithBrokenFixture.class)))
        .hasMessageContaining("broken.textproto\", line 2, column 25: Expected string.");
  }

  @ExtendWith(StateStoreExtension.class)
  static class WithBrokenFixture {
    @Test
    @StateFixture("broken.textproto")
    void test() {}
  }

  @Test
  void fixture_missing_saysWhereToPutIt() {
    assertThat(failureOf(run(WithoutFixture.class)))
        .hasMessage(
            "cannot read fixture \"none.textproto\" of %s: there is no such resource; put it beside"
                + " the class in src/test/resources, and open its package if it is in a module",
            WithoutFixture.class.getName());
  }

  @ExtendWith(StateStoreExtension.class)
  static class WithoutFixture {
    @Test
    @StateFixture("none.textproto")
    void test() {}
  }

  @Test
  void fixture_ofAnInheritedMethod_liesBesideIt() {
    assertAllPass(run(InheritsMethod.class), 1);
  }

  @ExtendWith(StateStoreExtension.class)
  static class InheritsMethod extends InheritedTest {}

  @Test
  void store_whoseFixtureCannotBeWritten_isClosed() {
    assertThat(failureOf(run(WithFailingStore.class))).hasMessage("the disk is full");

    assertThat(STORES).hasSize(1).allMatch(store -> ((FailingStore) store).closed);
  }

  static class WithFailingStore {
    @RegisterExtension
    final StateStoreExtension stores =
        new StateStoreExtension(TypeRegistry.getEmptyTypeRegistry(), FailingStore::new);

    @Test
    @StateFixture("method.textproto")
    void test() {}
  }

  private static final class FailingStore implements StateStore {
    private boolean closed;

    FailingStore() {
      STORES.add(this);
    }

    @Override
    public void connect() {}

    @Override
    public void disconnect() {
      closed = true;
    }

    @Override
    public void ping() {}

    @Override
    public void writeState(DurableState state) {
      throw new StateStoreException("the disk is full");
    }

    @Override
    public Optional<DurableState> getLatestState(String persistenceId) {
      return Optional.empty();
    }
  }

  @Test
  void supplier_ofNull_isRefused() {
    assertThat(failureOf(run(WithNullSupplier.class)))
        .hasMessage("the supplier of a StateStoreExtension returned null");
  }

  static class WithNullSupplier {
    @RegisterExtension
    @SuppressWarnings("NullAway") // on purpose
    final StateStoreExtension stores =
        new StateStoreExtension(TypeRegistry.getEmptyTypeRegistry(), () -> null);

    @Test
    void test() {}
  }

  @Test
  void twoExtensions_areRefused() {
    assertThat(failureOf(run(ExtendedTwice.class)))
        .hasMessage(
            "cannot make a store for ExtendedTwice.test, \"test()\": two StateStoreExtensions are"
                + " registered; leave one out");
  }

  @ExtendWith(StateStoreExtension.class)
  static class ExtendedTwice {
    @RegisterExtension
    final StateStoreExtension another = new StateStoreExtension(AccountState.getDescriptor());

    @Test
    void test() {}
  }

  // Printing

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
              writeState "account-7" version 0
              getLatestState "account-1" empty
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
    assertThat(printedBy(FailingBefore.class)).contains("states, 0:\ncalls, 0:\n");
  }

  @ExtendWith(StateStoreExtension.class)
  static class FailingBefore {
    @BeforeEach
    void prepare() {
      fail("on purpose");
    }

    @Test
    void test() {}
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
            states cannot be shown: io.github.durablestore.NotConnectedException: cannot read states: store is not connected; call connect() first
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
            "... and 50 more",
            "calls, 150:",
            "  50 more, and then ...",
            "  writeState \"account-149\" version 0")
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
  void failure_withALargeState_showsItsBeginning() {
    assertThat(printedBy(FailingWithLarge.class))
        .hasSizeLessThan(8_200)
        .doesNotContain("of 4000 characters")
        .contains("xxx\"\n}... of 4001 characters\n", "\"" + "y".repeat(3_969) + "\"\n}\n");
  }

  @ExtendWith(StateStoreExtension.class)
  static class FailingWithLarge {
    @Test
    void test(MemoryStateStore store) {
      store.writeState(state("x".repeat(3_970)));
      store.writeState(state("y".repeat(3_969)));
      fail("on purpose");
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
  void failure_ofAnotherStore_showsTheCalls() {
    assertThat(printedBy(FailingWithOtherStore.class))
        .isEqualTo(
            """
            the store of FailingWithOtherStore.test, "test(StateStore)", when it failed
            calls, 1:
              ping
            """);
  }

  static class FailingWithOtherStore {
    @RegisterExtension
    final StateStoreExtension stores =
        new StateStoreExtension(
            TypeRegistry.getEmptyTypeRegistry(), () -> new StateStoreProbe(new MemoryStateStore()));

    @Test
    void test(StateStore store) {
      store.ping();
      fail("on purpose");
    }
  }

  private static EngineExecutionResults run(Class<?> testClass) {
    return EngineTestKit.engine("junit-jupiter").selectors(selectClass(testClass)).execute();
  }

  private static void assertAllPass(EngineExecutionResults results, int tests) {
    results.testEvents().assertStatistics(statistics -> statistics.succeeded(tests).failed(0));
  }

  private static Throwable failureOf(EngineExecutionResults results) {
    return results.allEvents().failed().stream()
        .map(event -> event.getRequiredPayload(TestExecutionResult.class))
        .flatMap(result -> result.getThrowable().stream())
        .findFirst()
        .orElseThrow();
  }

  private static String printedBy(Class<?> testClass) {
    var printed = new ByteArrayOutputStream();
    PrintStream err = System.err;
    System.setErr(new PrintStream(printed, true, UTF_8));
    try {
      run(testClass);
    } finally {
      System.setErr(err);
    }
    return printed.toString(UTF_8);
  }

  private static DurableState state(String persistenceId) {
    return DurableState.newBuilder().setPersistenceId(persistenceId).build();
  }
}
