package io.github.durablestore;

import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.memory.MemoryStateStore;
import io.github.durablestore.memory.OnDisconnect;
import java.util.Optional;

/**
 * A store that is none of ours: it passes each call on, but for those that a subclass overrides.
 */
public class ForwardingStateStore implements StateStore {
  private final StateStore store;

  /** Passes calls on to a store that is connected. */
  public ForwardingStateStore() {
    this(new MemoryStateStore(OnDisconnect.KEEP));
    store.connect();
  }

  public ForwardingStateStore(StateStore store) {
    this.store = store;
  }

  @Override
  public void connect() {
    store.connect();
  }

  @Override
  public void disconnect() {
    store.disconnect();
  }

  @Override
  public void ping() {
    store.ping();
  }

  @Override
  public void writeState(DurableState state) {
    store.writeState(state);
  }

  @Override
  public Optional<DurableState> getLatestState(String persistenceId) {
    return store.getLatestState(persistenceId);
  }
}
