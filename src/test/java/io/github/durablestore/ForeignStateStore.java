package io.github.durablestore;

import io.github.durablestore.memory.MemoryStateStore;
import io.github.durablestore.memory.OnDisconnect;
import io.github.durablestore.probe.ForwardingStateStore;

/**
 * A store that is none of ours: it passes each call on, but for those that a subclass overrides.
 */
public class ForeignStateStore extends ForwardingStateStore {
  /** Passes calls on to a store that is connected. */
  public ForeignStateStore() {
    this(connected());
  }

  public ForeignStateStore(StateStore store) {
    super(store);
  }

  private static StateStore connected() {
    var store = new MemoryStateStore(OnDisconnect.KEEP);
    store.connect();
    return store;
  }

  @Override
  public void close() {
    disconnect(); // as the interface does, so that a subclass overrides one method
  }
}
