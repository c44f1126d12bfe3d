package io.github.durablestore.broken;

import io.github.durablestore.ForeignStateStore;
import io.github.durablestore.NotConnectedException;
import io.github.durablestore.StaleWriteException;
import io.github.durablestore.StateStore;
import io.github.durablestore.StateStoreException;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.memory.MemoryStateStore;
import io.github.durablestore.memory.OnDisconnect;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A correct store, which each subclass breaks in one way. If functions are enough to break it, a
 * static method makes it, here or in {@link FunctionalStateStore} or {@link HookedStateStore}.
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
    return isConnected(store);
  }

  static boolean isConnected(MemoryStateStore store) {
    try {
      store.getLatestState("any");
      return true;
    } catch (NotConnectedException e) {
      return false;
    }
  }

  /** Returns whether a store is to accept a write now. */
  static boolean takes(MemoryStateStore store, @Nullable DurableState state) {
    return state != null && !state.getPersistenceId().isEmpty() && isConnected(store);
  }

  void loseRecords() {
    store.disconnect();
    store.connect();
  }

  static StateStoreException refused() {
    return new StateStoreException("value out of range");
  }

  static StaleWriteException stale(DurableState latest, DurableState next) {
    return new StaleWriteException(
        next.getPersistenceId() + ": " + version(next) + " is not greater than " + version(latest));
  }

  static String version(DurableState state) {
    return Long.toUnsignedString(state.getVersionNumber());
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
    return FunctionalStateStore.writing(
        (store, state) -> {
          if (takes(store, state)) {
            DurableState earlier = store.getLatestState(state.getPersistenceId()).orElse(null);
            store.writeState(change.apply(earlier, state.toBuilder()).build());
          } else {
            store.writeState(state);
          }
        });
  }
}
