package io.github.durablestore.broken;

import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.memory.MemoryStateStore;
import io.github.durablestore.memory.OnDisconnect;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;

/** A store that writes or reads by a function, which gets the correct store. */
final class FunctionalStateStore extends BrokenStateStore {
  private final BiConsumer<MemoryStateStore, DurableState> write;
  private BiFunction<MemoryStateStore, String, Optional<DurableState>> read =
      MemoryStateStore::getLatestState;
  private Runnable onDisconnect = () -> {};

  private FunctionalStateStore(
      OnDisconnect onDisconnect, BiConsumer<MemoryStateStore, DurableState> write) {
    super(onDisconnect);
    this.write = write;
  }

  static FunctionalStateStore writing(BiConsumer<MemoryStateStore, DurableState> write) {
    return new FunctionalStateStore(OnDisconnect.PURGE, write);
  }

  /** A store that keeps its records when it is disconnected. */
  static FunctionalStateStore keeping(BiConsumer<MemoryStateStore, DurableState> write) {
    return new FunctionalStateStore(OnDisconnect.KEEP, write);
  }

  static FunctionalStateStore reading(
      BiFunction<MemoryStateStore, String, Optional<DurableState>> read) {
    return writing(MemoryStateStore::writeState).andReading(read);
  }

  FunctionalStateStore andReading(
      BiFunction<MemoryStateStore, String, Optional<DurableState>> read) {
    this.read = read;
    return this;
  }

  /** Does something after each disconnect. */
  FunctionalStateStore andOnDisconnect(Runnable action) {
    onDisconnect = action;
    return this;
  }

  @Override
  public void disconnect() {
    store.disconnect();
    onDisconnect.run();
  }

  @Override
  public void writeState(DurableState state) {
    write.accept(store, state);
  }

  @Override
  public Optional<DurableState> getLatestState(String persistenceId) {
    return read.apply(store, persistenceId);
  }
}
