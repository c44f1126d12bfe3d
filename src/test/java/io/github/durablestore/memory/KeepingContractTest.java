package io.github.durablestore.memory;

import io.github.durablestore.StateStore;
import io.github.durablestore.contract.StateStoreContract;
import org.junit.jupiter.api.Tag;

/** The contract on a {@link MemoryStateStore} that keeps its records. */
@Tag("same-on-any-jdk")
@Tag("same-on-any-protobuf")
class KeepingContractTest extends StateStoreContract {
  @Override
  protected StateStore createStore() {
    return new MemoryStateStore(OnDisconnect.KEEP);
  }

  @Override
  protected boolean purgesOnDisconnect() {
    return false;
  }
}
