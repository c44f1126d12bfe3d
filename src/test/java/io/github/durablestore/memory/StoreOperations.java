package io.github.durablestore.memory;

import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StringGen;

/** What Lincheck calls on a store, from many threads: two ids, and states told apart by version. */
@Param(name = "id", gen = StringGen.class, conf = "1:ab")
@Param(name = "version", gen = IntGen.class, conf = "1:99")
public abstract class StoreOperations {
  private final StateStore store;
  private final Supplier<Map<String, DurableState>> states;

  StoreOperations(StateStore store, Supplier<Map<String, DurableState>> states) {
    this.store = store;
    this.states = states;
  }

  @Operation
  public void connect() {
    store.connect();
  }

  @Operation
  public void disconnect() {
    store.disconnect();
  }

  @Operation
  public void ping() {
    store.ping();
  }

  @Operation
  public void write(@Param(name = "id") String id, @Param(name = "version") int version) {
    store.writeState(
        DurableState.newBuilder().setPersistenceId(id).setVersionNumber(version).build());
  }

  @Operation
  public Optional<Long> read(@Param(name = "id") String id) {
    return store.getLatestState(id).map(DurableState::getVersionNumber);
  }

  /** One id of the copy: all that is promised of a copy made while others write. */
  @Operation
  public Optional<Long> readFromStates(@Param(name = "id") String id) {
    return Optional.ofNullable(states.get().get(id)).map(DurableState::getVersionNumber);
  }
}
