package io.github.durablestore.memory;

import io.github.durablestore.NotConnectedException;
import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Stores that look right, and are not: in each a disconnect fits between the guard and the map.
 * They show that what proves {@link MemoryStateStore} would refute it, were it one of them.
 */
abstract class NaiveStateStore implements StateStore {
  final AtomicBoolean connected = new AtomicBoolean();
  volatile Map<String, DurableState> records = new ConcurrentHashMap<>();

  @Override
  public void connect() {
    connected.set(true);
  }

  @Override
  public void ping() {
    connect();
  }

  @Override
  public void writeState(DurableState state) {
    states().put(state.getPersistenceId(), state);
  }

  @Override
  public Optional<DurableState> getLatestState(String persistenceId) {
    return Optional.ofNullable(states().get(persistenceId));
  }

  Map<String, DurableState> states() {
    if (!connected.get()) {
      throw new NotConnectedException("a naive store is not connected");
    }
    return records;
  }

  /** As the Go original: a write lands after the purge, and outlives it. */
  static final class Clearing extends NaiveStateStore {
    @Override
    public void disconnect() {
      records.clear();
      connected.set(false);
    }
  }

  /** A new map each time: a connect and a write slip in before it, and the write is lost. */
  static final class Swapping extends NaiveStateStore {
    @Override
    public void disconnect() {
      connected.set(false);
      records = new ConcurrentHashMap<>();
    }
  }

  /** The same under a lock, which the write does not take. */
  static final class SwappingUnderLock extends NaiveStateStore {
    @Override
    public synchronized void connect() {
      super.connect();
    }

    @Override
    public synchronized void disconnect() {
      connected.set(false);
      records = new ConcurrentHashMap<>();
    }
  }

  /** Keeps a copy for the next connection: a write under way lands in the map copied from. */
  static final class Copying extends NaiveStateStore {
    @Override
    public void disconnect() {
      connected.set(false);
      records = new ConcurrentHashMap<>(records);
    }
  }
}
