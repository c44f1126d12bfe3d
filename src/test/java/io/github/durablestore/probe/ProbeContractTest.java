package io.github.durablestore.probe;

import io.github.durablestore.StateStore;
import io.github.durablestore.contract.StateStoreContract;
import io.github.durablestore.memory.MemoryStateStore;
import org.junit.jupiter.api.Tag;

/** The contract on a store behind a {@link StateStoreProbe}. */
@Tag("same-on-any-jdk")
@Tag("same-on-any-protobuf")
class ProbeContractTest extends StateStoreContract {
  @Override
  protected StateStore createStore() {
    return new StateStoreProbe(new MemoryStateStore());
  }

  @Override
  protected boolean purgesOnDisconnect() {
    return true;
  }
}
