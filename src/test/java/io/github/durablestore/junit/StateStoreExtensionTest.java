package io.github.durablestore.junit;

import static io.github.durablestore.TestStates.state;
import static io.github.durablestore.assertj.StateStoreAssertions.assertThat;
import static io.github.durablestore.assertj.StateStoreAssertions.assertThatExceptionOfType;
import static io.github.durablestore.junit.TestRuns.assertAllPass;
import static io.github.durablestore.junit.TestRuns.failureOf;
import static io.github.durablestore.junit.TestRuns.run;
import static org.junit.jupiter.api.Assertions.fail;

import acme.billing.AccountState;
import com.google.protobuf.TypeRegistry;
import io.github.durablestore.ForeignStateStore;
import io.github.durablestore.NotConnectedException;
import io.github.durablestore.StateStore;
import io.github.durablestore.StateStoreException;
import io.github.durablestore.memory.MemoryStateStore;
import io.github.durablestore.memory.OnDisconnect;
import io.github.durablestore.probe.CallMatcher;
import io.github.durablestore.probe.Fault;
import io.github.durablestore.probe.Hold;
import io.github.durablestore.probe.Operation;
import io.github.durablestore.probe.StateStoreProbe;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs small test classes that use {@link StateStoreExtension}, and looks at what became of them.
 */
class StateStoreExtensionTest {
  /** The stores that the small test classes were given. */
  private static final Queue<StateStore> STORES = new ConcurrentLinkedQueue<>();

  @BeforeEach
  void forgetStores() {
    STORES.clear();
  }

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
  void store_afterTheTest_isClosed() {
    assertAllPass(run(LeftOpen.class), 1);

    assertThat(STORES)
        .hasSize(2)
        .allSatisfy(
            store ->
                assertThatExceptionOfType(NotConnectedException.class)
                    .isThrownBy(() -> store.getLatestState("account-42")));
  }

  static class LeftOpen {
    @RegisterExtension
    static final StateStoreExtension LENIENT = new StateStoreExtension().lenient();

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
            ": the stores of this extension are of class %s; take a StateStore",
            TestRuns.OtherStore.class.getName());
  }

  static class WithOtherStores {
    @RegisterExtension
    final StateStoreExtension stores =
        new StateStoreExtension(TypeRegistry.getEmptyTypeRegistry(), TestRuns.OtherStore::new);

    @Test
    void test(MemoryStateStore memory) {
      STORES.add(memory);
    }
  }

  @Test
  void parameters_ofAParameterizedTest_areFreshForEachRow() {
    assertAllPass(run(Parameterized.class), 3);
  }

  @ExtendWith(StateStoreExtension.class)
  static class Parameterized {
    static Stream<String> ids(MemoryStateStore store) {
      assertThat(store.states()).isEmpty();
      store.writeState(state("template"));
      return Stream.of("a", "b", "c");
    }

    @ParameterizedTest
    @MethodSource("ids")
    void each(String id, MemoryStateStore store, StateStoreProbe probe) {
      assertThat(store.states()).isEmpty();
      assertThat(probe.calls()).isEmpty();
      store.writeState(state(id));
      probe.disconnect();
    }
  }

  @Test
  void store_ofATemplate_isClosed() {
    for (Map<String, String> configuration : CONFIGURATIONS) {
      OTHERS.clear();
      assertAllPass(run(TemplateWithOther.class, configuration), 2);

      assertThat(OTHERS).hasSize(3).allMatch(store -> store.closed.get() == 1);
    }
  }

  private static final List<Map<String, String>> CONFIGURATIONS =
      List.of(
          Map.of(), Map.of("junit.jupiter.extensions.store.close.autocloseable.enabled", "false"));
  private static final Queue<TestRuns.OtherStore> OTHERS = new ConcurrentLinkedQueue<>();

  private static StateStoreExtension others() {
    return new StateStoreExtension(
        TypeRegistry.getEmptyTypeRegistry(),
        () -> {
          var store = new TestRuns.OtherStore();
          OTHERS.add(store);
          return store;
        });
  }

  static class TemplateWithOther {
    @RegisterExtension static final StateStoreExtension STORES = others();

    static Stream<String> ids(StateStore store) {
      store.ping();
      return Stream.of("a", "b");
    }

    @ParameterizedTest
    @MethodSource("ids")
    void each(String id, StateStore store) {
      store.writeState(state(id));
    }
  }

  @Test
  void store_whateverHappens_isClosedOnceAndHoldsAreReleased() throws Exception {
    for (Map<String, String> configuration : CONFIGURATIONS) {
      for (Class<?> test : List.of(ClosingItself.class, FailingConstructor.class, Held.class)) {
        OTHERS.clear();
        run(test, configuration);

        assertThat(OTHERS).as(test.getName()).hasSize(1).allMatch(s -> s.closed.get() == 1);
      }
      assertThat(Held.held.get(5, TimeUnit.SECONDS)).isNull();
    }
  }

  static class ClosingItself {
    @RegisterExtension final StateStoreExtension stores = others();

    @Test
    void test() {}
  }

  static class FailingConstructor {
    @RegisterExtension static final StateStoreExtension STORES = others();

    FailingConstructor(StateStore store) {
      store.ping();
      fail("on purpose");
    }

    @Test
    void test() {}
  }

  static class Held {
    @RegisterExtension static final StateStoreExtension STORES = others();

    static Future<?> held = new CompletableFuture<>();

    @Test
    void test(StateStoreProbe probe) {
      Hold hold = probe.hold(CallMatcher.calls(Operation.PING), Duration.ofMinutes(1));
      held = CompletableFuture.runAsync(probe::ping);
      hold.awaitHeld();
    }
  }

  @Test
  void parameter_ofTheClassOfTheStore_isTheStore() {
    assertAllPass(run(WithOwnClass.class), 1);
  }

  static class WithOwnClass {
    @RegisterExtension static final StateStoreExtension STORES = others();

    @Test
    void test(TestRuns.OtherStore own, StateStoreProbe probe, StateStore store) {
      assertThat((Object) probe.store()).isSameAs(own);
      assertThat((Object) store).isSameAs(probe);
    }
  }

  @Test
  void supplier_ofAProbe_isNotWrappedAgain() {
    assertAllPass(run(WithProbe.class), 1);
  }

  static class WithProbe {
    @RegisterExtension
    static final StateStoreExtension STORES =
        new StateStoreExtension(
            TypeRegistry.getEmptyTypeRegistry(), () -> new StateStoreProbe(new MemoryStateStore()));

    @Test
    void test(StateStoreProbe probe, MemoryStateStore memory) {
      assertThat((Object) probe.store()).isSameAs(memory);
      assertThat(probe.calls()).isEmpty();
    }
  }

  @Test
  void connect_failsAsCloseDoes_isReportedAndTheStoreClosed() {
    assertThat(failureOf(run(SharedException.class))).isSameAs(Unconnectable.SHARED);
    assertThat(failureOf(run(ErrorOnConnect.class))).hasMessage("no driver");
    assertThat(STORES).hasSize(2).allMatch(store -> ((Unconnectable) store).closed == 1);
  }

  static class SharedException {
    @RegisterExtension
    static final StateStoreExtension UNCONNECTABLE =
        new StateStoreExtension(
            TypeRegistry.getEmptyTypeRegistry(), () -> new Unconnectable(Unconnectable.SHARED));

    @Test
    void test() {}
  }

  static class ErrorOnConnect {
    @RegisterExtension
    static final StateStoreExtension UNCONNECTABLE =
        new StateStoreExtension(
            TypeRegistry.getEmptyTypeRegistry(),
            () -> new Unconnectable(new LinkageError("no driver")));

    @Test
    void test() {}
  }

  private static final class Unconnectable extends ForeignStateStore {
    @SuppressWarnings("StaticAssignmentOfThrowable") // as a mock may have it
    static final RuntimeException SHARED = new StateStoreException("shared");

    private final Throwable onConnect;
    private int closed;

    Unconnectable(Throwable onConnect) {
      this.onConnect = onConnect;
      STORES.add(this);
    }

    @Override
    public void connect() {
      if (onConnect instanceof Error error) {
        throw error;
      }
      throw SHARED;
    }

    @Override
    public void disconnect() {
      closed++;
      throw SHARED;
    }
  }
}
