package io.github.durablestore.broken;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.TypeRegistry;
import io.github.durablestore.NotConnectedException;
import io.github.durablestore.StaleWriteException;
import io.github.durablestore.StateStore;
import io.github.durablestore.StateStoreException;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.memory.MemoryStateStore;
import io.github.durablestore.memory.OnDisconnect;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** Stores that each break one rule, and keep the others. */
public abstract class BrokenStateStore implements StateStore {
  final MemoryStateStore store;

  BrokenStateStore() {
    this(OnDisconnect.PURGE);
  }

  BrokenStateStore(OnDisconnect onDisconnect) {
    store = new MemoryStateStore(TypeRegistry.getEmptyTypeRegistry(), onDisconnect);
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

  /** R1. */
  public static final class ConnectedWhenNew extends BrokenStateStore {
    public ConnectedWhenNew() {
      store.connect();
    }
  }

  /** R1. */
  public static final class IgnoresWritesWhenNew extends BrokenStateStore {
    private boolean used;

    @Override
    public void connect() {
      used = true;
      store.connect();
    }

    @Override
    public void disconnect() {
      used = true;
      store.disconnect();
    }

    @Override
    public void ping() {
      connect();
    }

    @Override
    public void writeState(DurableState state) {
      if (used) {
        store.writeState(state);
      }
    }
  }

  /** R2. */
  public static final class KeepsOneRecordWhenConnectedAgain extends BrokenStateStore {
    private @Nullable DurableState last;

    @Override
    public void connect() {
      boolean again = isConnected();
      store.connect();
      if (again && last != null) {
        loseRecords();
        store.writeState(last);
      }
    }

    @Override
    public void writeState(DurableState state) {
      store.writeState(state);
      last = state;
    }
  }

  /** R2. */
  public static final class ConnectsAnew extends BrokenStateStore {
    @Override
    public void connect() {
      loseRecords();
    }
  }

  /** R3. */
  public static final class DisconnectsWhatItHas extends BrokenStateStore {
    private @Nullable Object connection;

    @Override
    public void connect() {
      store.connect();
      connection = new Object();
    }

    @Override
    public void ping() {
      connect();
    }

    @Override
    public void disconnect() {
      if (connection == null) {
        throw new IllegalStateException("there is no connection to close");
      }
      store.disconnect();
    }
  }

  /** R3. */
  public static final class OpenWhenClosed extends BrokenStateStore {
    @Override
    public void close() {}
  }

  /** R3. */
  public static final class IgnoresWritesWhenClosed extends BrokenStateStore {
    private boolean closed;

    @Override
    public void close() {
      store.close();
      closed = true;
    }

    @Override
    public void writeState(DurableState state) {
      if (isConnected() || !closed) {
        store.writeState(state);
      }
    }
  }

  /** R4. */
  public static final class PingsOnly extends BrokenStateStore {
    @Override
    public void ping() {}
  }

  /** R4. */
  public static final class PingsAnew extends BrokenStateStore {
    @Override
    public void ping() {
      loseRecords();
    }
  }

  /** Is broken once it was disconnected, other than by closing it. */
  abstract static class BrokenWhenDisconnected extends BrokenStateStore {
    boolean disconnected;

    @Override
    public void disconnect() {
      disconnected |= isConnected();
      store.disconnect();
    }

    @Override
    public void close() {
      store.close();
    }
  }

  /** R5. */
  public static final class IgnoresWritesWhenDisconnected extends BrokenWhenDisconnected {
    @Override
    public void writeState(DurableState state) {
      if (isConnected() || !disconnected) {
        store.writeState(state);
      }
    }
  }

  /** R5. */
  public static final class ConnectsOnRefusedRead extends BrokenWhenDisconnected {
    @Override
    public Optional<DurableState> getLatestState(String persistenceId) {
      try {
        return store.getLatestState(persistenceId);
      } catch (NotConnectedException e) {
        if (disconnected) {
          store.connect();
        }
        throw e;
      }
    }
  }

  /** R5. */
  public static final class RefusesWritesTooLate extends BrokenStateStore {
    public RefusesWritesTooLate() {
      super(OnDisconnect.KEEP);
    }

    @Override
    public synchronized void connect() {
      store.connect();
    }

    @Override
    public synchronized void disconnect() {
      store.disconnect();
    }

    @Override
    public synchronized void writeState(DurableState state) {
      if (isConnected()) {
        store.writeState(state);
        return;
      }
      store.connect();
      store.writeState(state);
      store.disconnect();
      throw new NotConnectedException("not connected");
    }
  }

  /** R6. */
  public static final class PingsTheFirstConnection extends BrokenStateStore {
    private boolean reconnected;

    @Override
    public void disconnect() {
      reconnected |= isConnected();
      store.disconnect();
    }

    @Override
    public void ping() {
      if (reconnected && isConnected()) {
        throw new StateStoreException("the connection is closed");
      }
      store.ping();
    }
  }

  /** R7. */
  public static final class ReadsDefaults extends BrokenStateStore {
    public ReadsDefaults() {
      super(OnDisconnect.KEEP);
    }

    @Override
    public Optional<DurableState> getLatestState(String persistenceId) {
      return store
          .getLatestState(persistenceId)
          .or(() -> Optional.of(DurableState.getDefaultInstance()));
    }
  }

  /** Stores something else than is written. */
  abstract static class Changing extends BrokenStateStore {
    @Override
    public void writeState(DurableState state) {
      store.writeState(change(state));
    }

    abstract DurableState change(DurableState state);
  }

  /** R9. */
  public static final class Merges extends Changing {
    @Override
    DurableState change(DurableState state) {
      DurableState earlier = store.states().get(state.getPersistenceId());
      return earlier == null ? state : earlier.toBuilder().mergeFrom(state).build();
    }
  }

  /** R9. */
  public static final class KeepsAbsentPayloads extends Changing {
    @Override
    DurableState change(DurableState state) {
      DurableState earlier = store.states().get(state.getPersistenceId());
      return earlier == null || state.hasResultingState()
          ? state
          : state.toBuilder().setResultingState(earlier.getResultingState()).build();
    }
  }

  /** R9. */
  public static final class KeepsUnknownFields extends Changing {
    @Override
    DurableState change(DurableState state) {
      DurableState earlier = store.states().get(state.getPersistenceId());
      return earlier == null
          ? state
          : state.toBuilder().mergeUnknownFields(earlier.getUnknownFields()).build();
    }
  }

  /** R9. */
  public static final class RefusesLowerVersions extends BrokenStateStore {
    @Override
    public synchronized void writeState(DurableState state) {
      DurableState earlier = store.states().get(state.getPersistenceId());
      if (earlier == null
          || Long.compareUnsigned(earlier.getVersionNumber(), state.getVersionNumber()) <= 0) {
        store.writeState(state);
      }
    }
  }

  /** R15. */
  public static final class TakesEmptyIds extends BrokenStateStore {
    @Override
    public void writeState(DurableState state) {
      if (!state.getPersistenceId().isEmpty()) {
        store.writeState(state);
      }
    }
  }

  /** R15. */
  public static final class NamesNoParameter extends BrokenStateStore {
    @Override
    public Optional<DurableState> getLatestState(String persistenceId) {
      return store.getLatestState(requireNonNull(persistenceId));
    }
  }

  /** R16. */
  public static final class LosesUpdates extends BrokenStateStore {
    private volatile Map<String, DurableState> records = Map.of();

    @Override
    public void writeState(DurableState state) {
      store.writeState(state);
      var copy = new HashMap<>(records);
      copy.put(state.getPersistenceId(), state);
      records = copy;
    }

    @Override
    public Optional<DurableState> getLatestState(String persistenceId) {
      return store.getLatestState(persistenceId).map(state -> records.get(persistenceId));
    }
  }

  /** R16. */
  public static final class TearsStates extends BrokenStateStore {
    private final Map<String, Long> versions = new ConcurrentHashMap<>();

    @Override
    @SuppressWarnings("ThreadPriorityCheck") // widens the gap, and need not
    public void writeState(DurableState state) {
      store.writeState(state);
      Thread.yield();
      versions.put(state.getPersistenceId(), state.getVersionNumber());
    }

    @Override
    public Optional<DurableState> getLatestState(String persistenceId) {
      return store
          .getLatestState(persistenceId)
          .map(
              state ->
                  state.toBuilder()
                      .setVersionNumber(versions.getOrDefault(persistenceId, 0L))
                      .build());
    }
  }

  /** R16. A thread reads what it has written or read itself, as long as it can. */
  public static final class CachesByThread extends BrokenStateStore {
    private final ThreadLocal<Map<String, DurableState>> cache =
        ThreadLocal.withInitial(HashMap::new);

    @Override
    public void disconnect() {
      super.disconnect();
      cache.remove();
    }

    @Override
    public void connect() {
      if (!isConnected()) {
        cache.remove();
      }
      super.connect();
    }

    @Override
    public void writeState(DurableState state) {
      super.writeState(state);
      cache.get().put(state.getPersistenceId(), state);
    }

    @Override
    public Optional<DurableState> getLatestState(String persistenceId) {
      Optional<DurableState> latest = super.getLatestState(persistenceId);
      return latest.map(state -> cache.get().computeIfAbsent(persistenceId, id -> state));
    }
  }

  /** R16. A write is applied when the next call comes; its own thread sees it at once. */
  public static final class AppliesLate extends BrokenStateStore {
    private volatile @Nullable DurableState pending;
    private volatile @Nullable Thread writer;

    @Override
    public synchronized void writeState(DurableState state) {
      flush();
      super.getLatestState(requireNonNull(state, "state").getPersistenceId());
      pending = state;
      writer = Thread.currentThread();
    }

    @Override
    public synchronized void disconnect() {
      flush();
      super.disconnect();
    }

    @Override
    public synchronized Optional<DurableState> getLatestState(String persistenceId) {
      if (Thread.currentThread() == writer) {
        flush();
      }
      Optional<DurableState> latest = super.getLatestState(persistenceId);
      flush();
      return latest;
    }

    private void flush() {
      if (pending != null && isConnected()) {
        store.writeState(pending);
      }
      pending = null;
    }
  }

  /** R4. Connecting while another writes makes that write fail. */
  public static final class RefusesWhilePinged extends BrokenStateStore {
    private volatile boolean pinging;

    @Override
    @SuppressWarnings("ThreadPriorityCheck") // widens the gap, and need not
    public void ping() {
      pinging = isConnected();
      Thread.yield();
      super.ping();
      pinging = false;
    }

    @Override
    public void writeState(DurableState state) {
      if (pinging) {
        throw new StateStoreException("the connection is being checked");
      }
      super.writeState(state);
    }
  }

  /** R5. An id never written is looked up in what is known to be absent. */
  public static final class ReadsAbsentWhenDisconnected extends BrokenStateStore {
    private final Set<String> written = ConcurrentHashMap.newKeySet();
    private boolean used;

    @Override
    public void disconnect() {
      used |= isConnected();
      super.disconnect();
    }

    @Override
    public void close() {
      used = false;
      super.disconnect();
    }

    @Override
    public void writeState(DurableState state) {
      super.writeState(state);
      written.add(state.getPersistenceId());
    }

    @Override
    public Optional<DurableState> getLatestState(String persistenceId) {
      if (used
          && persistenceId != null
          && !persistenceId.isEmpty()
          && !isConnected()
          && !written.contains(persistenceId)) {
        return Optional.empty();
      }
      return super.getLatestState(persistenceId);
    }
  }

  /** R15. A write that fails keeps the lock, so that no other thread gets it. */
  public static final class NeverUnlocks extends BrokenStateStore {
    private final Semaphore lock = new Semaphore(1);

    @Override
    public void writeState(DurableState state) {
      lock.acquireUninterruptibly();
      super.writeState(state);
      lock.release();
    }
  }

  /** R18. It compares versions as signed numbers. */
  public static class ChecksVersions extends BrokenStateStore {
    private final BiPredicate<Long, Long> isGreater;

    public ChecksVersions(BiPredicate<Long, Long> isGreater) {
      super(OnDisconnect.KEEP);
      this.isGreater = isGreater;
    }

    @Override
    public void writeState(DurableState state) {
      Optional<DurableState> latest =
          requireNonNull(state, "state").getPersistenceId().isEmpty()
              ? Optional.empty()
              : super.getLatestState(state.getPersistenceId());
      if (latest.isPresent()
          && !isGreater.test(state.getVersionNumber(), latest.get().getVersionNumber())) {
        throw stale(state, latest.get());
      }
      LockSupport.parkNanos(100_000); // widens the gap between the check and the write
      super.writeState(state);
    }

    RuntimeException stale(DurableState state, DurableState latest) {
      return new StaleWriteException(
          "%s %s %s"
              .formatted(
                  state.getPersistenceId(),
                  Long.toUnsignedString(state.getVersionNumber()),
                  Long.toUnsignedString(latest.getVersionNumber())));
    }
  }

  /** R18. It checks in order, and says nothing about what is stale. */
  public static final class NamesNoVersions extends ChecksVersions {
    public NamesNoVersions() {
      super((next, latest) -> Long.compareUnsigned(next, latest) > 0);
    }

    @Override
    public synchronized void writeState(DurableState state) {
      super.writeState(state);
    }

    @Override
    RuntimeException stale(DurableState state, DurableState latest) {
      return new StaleWriteException("stale");
    }
  }
}
