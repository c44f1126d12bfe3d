package io.github.durablestore.memory;

import io.github.durablestore.StateStore;
import io.github.durablestore.contract.StateStoreContract;

/** The contract on a {@link MemoryStateStore} that keeps its records. */
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
