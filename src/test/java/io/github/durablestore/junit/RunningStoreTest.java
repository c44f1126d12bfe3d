package io.github.durablestore.junit;

import static io.github.durablestore.TestStates.state;
import static io.github.durablestore.assertj.StateStoreAssertions.assertThat;
import static io.github.durablestore.assertj.StateStoreAssertions.assertThatExceptionOfType;
import static io.github.durablestore.assertj.StateStoreAssertions.assertThatIllegalStateException;
import static io.github.durablestore.assertj.StateStoreAssertions.catchThrowable;
import static io.github.durablestore.junit.TestRuns.assertAllPass;
import static io.github.durablestore.junit.TestRuns.run;

import acme.billing.AccountState;
import com.google.protobuf.Any;
import io.github.durablestore.StateStore;
import io.github.durablestore.memory.MemoryStateStore;
import io.github.durablestore.probe.CallMatcher;
import io.github.durablestore.probe.Fault;
import io.github.durablestore.probe.StateStoreProbe;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Calls the store that stands for that of the running test: {@link RunningStore}. */
class RunningStoreTest {
  @Test
  void store_ofTheExtension_isAlwaysThatOfTheRunningTest() {
    assertAllPass(run(WithStore.class), 3);
    StateStore store = WithStore.STORE;
    assertThatIllegalStateException()
        .isThrownBy(() -> store.writeState(state("account-42")))
        .withMessageStartingWith("cannot write state of \"account-42\": no test is running, ");
    assertThatIllegalStateException()
        .isThrownBy(() -> store.getLatestState("account-42"))
        .withMessageStartingWith("cannot read state of \"account-42\": no test is running, ");
    assertThatIllegalStateException()
        .isThrownBy(store::connect)
        .withMessageStartingWith("cannot connect: no test is running, ");
    assertThatIllegalStateException().isThrownBy(store::disconnect);
    assertThatIllegalStateException().isThrownBy(store::ping);
    assertThat(store).hasToString("store of the running test");
    store.close();
  }

  static class WithStore {
    @RegisterExtension static final StateStoreExtension STORES = new StateStoreExtension();
    static final StateStore STORE = STORES.store();
    static final Set<StateStoreProbe> PROBES = ConcurrentHashMap.newKeySet();

    @BeforeAll
    static void beforeTheFirstTest() {
      assertThatIllegalStateException()
          .isThrownBy(STORE::ping)
          .withMessageStartingWith("cannot ping: no test is running, ");
    }

    @RepeatedTest(3)
    void test(StateStoreProbe probe, MemoryStateStore memory) {
      assertThat((Object) STORES.store()).isSameAs(STORE);
      assertThat(STORE).hasNoState("account-42");
      STORE.writeState(state("account-42"));
      STORE.close();

      assertThat(memory.states()).containsOnlyKeys("account-42");
      assertThat(probe).wrote("account-42");
      assertThat(PROBES.add(probe)).isTrue();
    }
  }

  @Test
  void beforeAll_besideATestOfAnotherClass_hasNoStore() {
    assertAllPass(run(Both.class, RunningTestsTest.PARALLEL), 2);
    assertThat(Both.refusal).startsWith("cannot ping: this thread runs no test that has a store, ");
  }

  /** One class runs a test while the other prepares. */
  static class Both {
    @RegisterExtension static final StateStoreExtension STORES = new StateStoreExtension();
    static final CountDownLatch RUNNING = new CountDownLatch(1);
    static final CountDownLatch PREPARED = new CountDownLatch(1);
    static volatile String refusal = "";

    @Nested
    @Execution(ExecutionMode.CONCURRENT)
    class One {
      @Test
      void test(StateStoreProbe probe) throws Exception {
        RUNNING.countDown();
        PREPARED.await(10, TimeUnit.SECONDS);
      }
    }

    @Nested
    @Execution(ExecutionMode.CONCURRENT)
    class Other {
      @BeforeAll
      static void prepare() throws Exception {
        RUNNING.await(10, TimeUnit.SECONDS);
        refusal = String.valueOf(catchThrowable(() -> STORES.store().ping()).getMessage());
        PREPARED.countDown();
      }

      @Test
      void test(StateStoreProbe probe) {}
    }
  }

  @Test
  void assertions_aboutTheStoreOfTheExtension_readPastTheProbe() {
    assertAllPass(run(AssertingStore.class), 1);
    assertThatIllegalStateException()
        .isThrownBy(() -> assertThat(AssertingStore.STORE).hasNoStates())
        .withMessageStartingWith("cannot look into the store of the test: no test is running, ");
  }

  static class AssertingStore {
    @RegisterExtension
    static final StateStoreExtension STORES = new StateStoreExtension(AccountState.getDescriptor());

    static final StateStore STORE = STORES.store();

    @Test
    void test(StateStoreProbe probe) {
      AccountState account = AccountState.newBuilder().setBalanceCents(4200).build();
      STORES.given(state("a").toBuilder().setResultingState(Any.pack(account)).build());
      probe.inject(Fault.on(CallMatcher.reads()));
      assertThat(STORE).hasOnlyStates("a").hasState("a").hasNoState("b");
      assertThat(STORE).state("a").hasPayload(account);
      assertThat(new StateStoreProbe(STORE)).hasOnlyStates("a").hasNoState("b");
      assertThatExceptionOfType(AssertionError.class)
          .isThrownBy(() -> assertThat(STORE).hasNoState("a"))
          .withMessageContaining("balance_cents: 4200");
      assertThat(probe.calls()).isEmpty();
      probe.clear();
    }
  }
}
