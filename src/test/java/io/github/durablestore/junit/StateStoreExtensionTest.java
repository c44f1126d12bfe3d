package io.github.durablestore.junit;

import static io.github.durablestore.assertj.StateStoreAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import acme.billing.AccountState;
import com.google.protobuf.Any;
import com.google.protobuf.TypeRegistry;
import io.github.durablestore.NotConnectedException;
import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.memory.MemoryStateStore;
import io.github.durablestore.memory.OnDisconnect;
import io.github.durablestore.probe.CallMatcher;
import io.github.durablestore.probe.Fault;
import io.github.durablestore.probe.StateStoreProbe;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
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
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;
import org.junit.platform.testkit.engine.Events;
import org.junit.platform.engine.TestExecutionResult;

/** Runs small test classes that use the extension, and looks at what became of them. */
class StateStoreExtensionTest {
  /** What the small test classes have seen. */
  private static final Queue<Object> SEEN = new ConcurrentLinkedQueue<>();

  @BeforeEach
  void forget() {
    SEEN.clear();
  }

  // Injection

  @Test
  void parameters_ofOneTest_areOneConnectedStore() {
    assertAllPass(Injected.class, 2);
  }

  @ExtendWith(StateStoreExtension.class)
  static class Injected {
    private final StateStore inConstructor;
    private final StateStoreProbe beforeEach;

    Injected(StateStore inConstructor) {
      this.inConstructor = inConstructor;
    }

    @BeforeEach
    void takeProbe(StateStoreProbe beforeEach) {
      this.beforeEach = beforeEach;
    }

    @RepeatedTest(2)
    void test(StateStore store, StateStoreProbe probe, MemoryStateStore memory) {
      assertThat(probe.calls()).isEmpty();
      assertThat(memory.states()).isEmpty();

      store.writeState(state("account-42"));

      assertThat((Object) store).isSameAs(inConstructor).isSameAs(beforeEach).isSameAs(probe);
      assertThat(memory).hasState("account-42");
      assertThat(probe).wrote("account-42");
    }

    @AfterEach
    void stillHasState(MemoryStateStore memory) {
      assertThat(memory).hasState("account-42");
    }
  }
}
