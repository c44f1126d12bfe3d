package io.github.durablestore.benchmark;

import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.memory.MemoryStateStore;
import java.util.concurrent.ConcurrentHashMap;

/** The stores that are measured side by side. */
public enum Contender {
  MAP,
  MEMORY,
  PEKKO_SCALA,
  PEKKO_JAVA,
  H2;

  /** Opens an empty store, and loads no class of another contender. */
  Store open() {
    return switch (this) {
      case MAP -> new BareMap(new ConcurrentHashMap<>());
      case MEMORY -> new Memory(new MemoryStateStore());
      case PEKKO_SCALA -> PekkoStore.scala();
      case PEKKO_JAVA -> PekkoStore.java();
      case H2 -> new H2Store();
    };
  }

  private record BareMap(ConcurrentHashMap<String, DurableState> states) implements Store {
    @Override
    public void write(DurableState state) {
      states.put(state.getPersistenceId(), state);
    }

    @Override
    public DurableState read(String persistenceId) {
      return states.get(persistenceId);
    }
  }

  private record Memory(MemoryStateStore store) implements Store {
    Memory {
      store.connect();
    }

    @Override
    public void write(DurableState state) {
      store.writeState(state);
    }

    @Override
    public DurableState read(String persistenceId) {
      return store.getLatestState(persistenceId).orElse(null);
    }
  }
}
