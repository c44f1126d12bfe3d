package acme;

import io.github.durablestore.StateStore;
import io.github.durablestore.contract.StateStoreContract;
import io.github.durablestore.memory.MemoryStateStore;

class ContractTest extends StateStoreContract {
  @Override
  protected StateStore createStore() {
    return new MemoryStateStore();
  }

  @Override
  protected boolean purgesOnDisconnect() {
    return true;
  }
}
