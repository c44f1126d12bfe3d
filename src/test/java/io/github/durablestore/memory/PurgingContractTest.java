package io.github.durablestore.memory;

import io.github.durablestore.StateStore;
import io.github.durablestore.contract.StateStoreContract;
import org.junit.jupiter.api.Tag;

/** The contract on a {@link MemoryStateStore} that purges its records. */
@Tag("same-on-any-protobuf")
class PurgingContractTest extends StateStoreContract {
  @Override
  protected StateStore createStore() {
    return new MemoryStateStore();
  }

  @Override
  protected boolean purgesOnDisconnect() {
    return true;
  }
}
