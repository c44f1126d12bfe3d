package io.github.durablestore.broken;

import io.github.durablestore.StateStore;
import io.github.durablestore.contract.StateStoreContract;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;

/** Leaves out a rule, from another package than that of the contract; run by a test. */
public final class WithoutTimestamps extends StateStoreContract {
  @Override
  protected StateStore createStore() {
    return BrokenStateStore.states(state -> state.clearTimestamp());
  }

  @Override
  protected boolean purgesOnDisconnect() {
    return true;
  }

  @Test
  @Disabled("has no timestamps")
  @Override
  protected void r12_anyTimestamp_survives() {}
}
