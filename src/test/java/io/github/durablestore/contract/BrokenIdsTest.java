package io.github.durablestore.contract;

import io.github.durablestore.broken.Broken;
import io.github.durablestore.contract.ContractRuns.Binding;
import io.github.durablestore.memory.MemoryStateStore;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** As {@link StateStoreContractTest}, for stores that confuse ids: there are as many as others. */
@Tag("same-on-any-jdk")
@Tag("same-on-any-protobuf")
class BrokenIdsTest {
  static final String RULE = "R10";

  @AfterEach
  void forgetStore() {
    Binding.store = MemoryStateStore::new;
  }

  static Stream<Broken> stores() {
    return StateStoreContractTest.brokenStores().filter(broken -> broken.rule().equals(RULE));
  }

  @ParameterizedTest
  @MethodSource("stores")
  void brokenStore_isRefusedByItsRule(Broken broken) {
    StateStoreContractTest.requireRefused(broken);
  }
}
