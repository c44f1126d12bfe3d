package acme;

import static io.github.durablestore.assertj.StateStoreAssertions.assertThat;
import static io.github.durablestore.assertj.StateStoreAssertions.assertThatExceptionOfType;

import io.github.durablestore.StateStore;
import io.github.durablestore.StateStoreException;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.junit.StateStoreExtension;
import io.github.durablestore.memory.MemoryStateStore;
import io.github.durablestore.probe.CallMatcher;
import io.github.durablestore.probe.Fault;
import io.github.durablestore.probe.StateStoreProbe;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Registers the extension by its class: constructor, set-up and test share one store. */
@ExtendWith(StateStoreExtension.class)
class InjectionTest {
  private final StateStore store;
  private MemoryStateStore memory;

  InjectionTest(StateStore store) {
    this.store = store;
  }

  @BeforeEach
  void setUp(MemoryStateStore memory) {
    this.memory = memory;
  }

  @Test
  void parameters_ofOneTest_areOneStore(StateStoreProbe probe) {
    store.writeState(state(1));

    assertThat(memory).state("account-42").hasVersion(1);
    assertThat(memory.states()).containsOnlyKeys("account-42");
    assertThat(probe).wroteVersions("account-42", 1);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void parameterizedTest_eachTime_hasAStoreOfItsOwn(long version, StateStoreProbe probe) {
    assertThat(memory.states()).isEmpty();

    store.writeState(state(version));

    assertThat(probe).wroteVersions("account-42", version);
  }

  @Nested
  class WhenTheStoreFails {
    @Test
    void write_fault_isNotStored(StateStoreProbe probe) {
      probe.inject(Fault.on(CallMatcher.writes()));

      assertThatExceptionOfType(StateStoreException.class)
          .isThrownBy(() -> store.writeState(state(1)));

      assertThat(memory).hasNoState("account-42");
      assertThat(probe).hasNoUnusedFaults();
    }
  }

  private static DurableState state(long version) {
    return DurableState.newBuilder()
        .setPersistenceId("account-42")
        .setVersionNumber(version)
        .build();
  }
}
