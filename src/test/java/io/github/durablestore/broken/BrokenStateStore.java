package io.github.durablestore.broken;

import io.github.durablestore.ForeignStateStore;
import io.github.durablestore.NotConnectedException;
import io.github.durablestore.StateStore;
import io.github.durablestore.StateStoreException;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.memory.MemoryStateStore;
import io.github.durablestore.memory.OnDisconnect;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A correct store, which each subclass breaks in one way. If a function is enough to break it, one
 * of the static methods makes the subclass.
 */
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

  /** Returns whether a write of a state is to be accepted now. */
  boolean takes(@Nullable DurableState state) {
    return state != null && !state.getPersistenceId().isEmpty() && isConnected();
  }

  void loseRecords() {
    store.disconnect();
    store.connect();
  }

  static StateStoreException refused() {
    return new StateStoreException("value out of range");
  }

  static void refuseIf(boolean refused) {
    if (refused) {
      throw refused();
    }
  }

  /** Returns a value, unless it is refused. */
  static <T> T refuseIf(boolean refused, T value) {
    refuseIf(refused);
    return value;
  }

  /** Lets other threads run between two steps, though it need not. */
  @SuppressWarnings("ThreadPriorityCheck") // widens the gap
  static void yieldInGap() {
    Thread.yield();
  }

  /** A condition on the version of a write and on that of the state before it. */
  interface VersionTest {
    boolean test(long latest, long next);
  }

  /** A store that reads in its own way from the correct one. */
  static StateStore reading(BiFunction<MemoryStateStore, String, Optional<DurableState>> read) {
    return new BrokenStateStore() {
      @Override
      public Optional<DurableState> getLatestState(String persistenceId) {
        return read.apply(store, persistenceId);
      }
    };
  }

  /** A store that changes each state that is written. */
  static StateStore states(UnaryOperator<DurableState.Builder> change) {
    return changing((earlier, next) -> change.apply(next));
  }

  /** A store that changes each state that replaces an earlier one. */
  static StateStore replacing(
      BiFunction<DurableState, DurableState.Builder, DurableState.Builder> change) {
    return changing((earlier, next) -> earlier == null ? next : change.apply(earlier, next));
  }

  private static StateStore changing(
      BiFunction<@Nullable DurableState, DurableState.Builder, DurableState.Builder> change) {
    return new BrokenStateStore() {
      @Override
      public synchronized void writeState(DurableState state) {
        if (takes(state)) {
          DurableState earlier = store.getLatestState(state.getPersistenceId()).orElse(null);
          store.writeState(change.apply(earlier, state.toBuilder()).build());
        } else {
          store.writeState(state);
        }
      }
    };
  }
}
