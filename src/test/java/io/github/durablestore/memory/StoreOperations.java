package io.github.durablestore.memory;

import static java.util.Objects.requireNonNull;

import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StringGen;

/** What Lincheck calls on a store, from many threads: two ids, and states told apart by version. */
@Param(name = "id", gen = StringGen.class, conf = "1:ab")
@Param(name = "version", gen = IntGen.class, conf = "0:8")
public abstract class StoreOperations<S extends StateStore> {
  // Built beforehand: inside an operation Lincheck would follow each step of protobuf's builders.
  private static final Map<String, List<DurableState>> STATES =
      Map.of("a", versions("a"), "b", versions("b"));

  private final S store;
  private final Function<S, Map<String, DurableState>> states;

  StoreOperations(S store, Function<S, Map<String, DurableState>> states) {
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
    store.writeState(requireNonNull(STATES.get(id)).get(version));
  }

  @Operation
  public Optional<Long> read(@Param(name = "id") String id) {
    return store.getLatestState(id).map(DurableState::getVersionNumber);
  }

  /** One id of the copy: all that is promised of a copy made while others write. */
  @Operation
  public Optional<Long> readFromStates(@Param(name = "id") String id) {
    return Optional.ofNullable(states.apply(store).get(id)).map(DurableState::getVersionNumber);
  }

  private static List<DurableState> versions(String id) {
    return LongStream.range(0, 9)
        .mapToObj(v -> DurableState.newBuilder().setPersistenceId(id).setVersionNumber(v).build())
        .toList();
  }
}
