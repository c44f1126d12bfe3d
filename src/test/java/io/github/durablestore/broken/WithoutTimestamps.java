package io.github.durablestore.broken;

import io.github.durablestore.StateStore;
import io.github.durablestore.contract.StateStoreContract;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;

/** Disables a rule, from outside the package of the contract. A test runs it. */
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
