package acme.billing;

import io.github.durablestore.StateStore;
import io.github.durablestore.contract.StateStoreContract;
import io.github.durablestore.memory.MemoryStateStore;
import io.github.durablestore.memory.OnDisconnect;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;

/** Leaves rules out, as the store of a user may have to. */
public class CaseInsensitiveStoreTest extends StateStoreContract {
  @Override
  protected StateStore createStore() {
    return new MemoryStateStore(OnDisconnect.KEEP);
  }

  @Override
  @Test
  @Disabled("ids are case-insensitive in this database")
  protected void r10_ids_areComparedExactly() {}

  @Override
  @Test
  @Disabled("ids are case-insensitive in this database")
  protected void r10_randomIds_areToldApart() {}
}
