package io.github.durablestore.broken;

import static java.util.Objects.requireNonNull;

import io.github.durablestore.ForeignStateStore;
import io.github.durablestore.NotConnectedException;
import io.github.durablestore.StateStore;
import io.github.durablestore.StateStoreException;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.memory.MemoryStateStore;
import io.github.durablestore.memory.OnDisconnect;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A correct store, which each subclass breaks in one way. */
public class BrokenStateStore extends ForeignStateStore {
  final MemoryStateStore store;

  BrokenStateStore() {
    this(OnDisconnect.PURGE);
  }

  BrokenStateStore(OnDisconnect onDisconnect) {
    this(new MemoryStateStore(onDisconnect));
  }

  private BrokenStateStore(MemoryStateStore store) {
    super(store);
    this.store = store;
  }

  boolean isConnected() {
    try {
      store.states();
      return true;
    } catch (NotConnectedException e) {
      return false;
    }
  }

  void loseRecords() {
    store.disconnect();
    store.connect();
  }

  static StateStoreException refused() {
    return new StateStoreException("value out of range");
  }

  /** How a store changes a state, given the earlier one. */
  interface Change {
    /** Returns the state to store, or {@code null} to store none. */
    @Nullable DurableState change(@Nullable DurableState earlier, DurableState next);
  }

  /** A store that maps ids before it uses them. */
  static StateStore ids(UnaryOperator<String> map) {
    return new BrokenStateStore() {
      @Override
      public void writeState(DurableState state) {
        String id = requireNonNull(state, "state").getPersistenceId();
        store.writeState(
            id.isEmpty() ? state : state.toBuilder().setPersistenceId(map.apply(id)).build());
      }

      @Override
      public Optional<DurableState> getLatestState(String persistenceId) {
        String id = requireNonNull(persistenceId, "persistenceId");
        return store
            .getLatestState(id.isEmpty() ? id : map.apply(id))
            .map(state -> state.toBuilder().setPersistenceId(persistenceId).build());
      }
    };
  }

  /** A store that changes each state that is written. */
  static StateStore states(UnaryOperator<DurableState.Builder> change) {
    return replacing((earlier, next) -> change.apply(next.toBuilder()).build());
  }

  /** A store that changes each state that is written, given the earlier one. */
  static StateStore replacing(Change change) {
    return replacing(OnDisconnect.PURGE, change);
  }

  static StateStore replacing(OnDisconnect onDisconnect, Change change) {
    return new BrokenStateStore(onDisconnect) {
      @Override
      public void writeState(DurableState state) {
        if (!isConnected() || state == null || state.getPersistenceId().isEmpty()) {
          store.writeState(state);
          return;
        }
        synchronized (this) {
          DurableState earlier = store.getLatestState(state.getPersistenceId()).orElse(null);
          DurableState changed = change.change(earlier, state);
          if (changed != null) {
            store.writeState(changed);
          }
        }
      }
    };
  }
}
