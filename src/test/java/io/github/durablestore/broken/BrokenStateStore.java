package io.github.durablestore.broken;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.Any;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.UnknownFieldSet;
import io.github.durablestore.NotConnectedException;
import io.github.durablestore.StateStore;
import io.github.durablestore.StateStoreException;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.memory.MemoryStateStore;
import io.github.durablestore.memory.OnDisconnect;
import java.text.Normalizer;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
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

  /** R8. */
  public static final class DropsUnknownFields extends Changing {
    @Override
    DurableState change(DurableState state) {
      return state.toBuilder().setUnknownFields(UnknownFieldSet.getDefaultInstance()).build();
    }
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

  /** Keeps records under another id than the one they are written under. */
  abstract static class Renaming extends BrokenStateStore {
    @Override
    public void writeState(DurableState state) {
      String id = rename(requireNonNull(state, "state").getPersistenceId());
      store.writeState(state.toBuilder().setPersistenceId(id).build());
    }

    @Override
    public Optional<DurableState> getLatestState(String persistenceId) {
      return store
          .getLatestState(rename(requireNonNull(persistenceId, "persistenceId")))
          .map(state -> state.toBuilder().setPersistenceId(persistenceId).build());
    }

    abstract String rename(String persistenceId);
  }

  /** R10. */
  public static final class IgnoresCase extends Renaming {
    @Override
    String rename(String persistenceId) {
      return persistenceId.toLowerCase(Locale.ROOT);
    }
  }

  /** R10. */
  public static final class Trims extends Renaming {
    @Override
    String rename(String persistenceId) {
      return persistenceId.strip();
    }
  }

  /** R10. */
  public static final class DropsControlCharacters extends Renaming {
    @Override
    String rename(String persistenceId) {
      return persistenceId.replaceAll("\\p{Cntrl}", "");
    }
  }

  /** R10. */
  public static final class NormalizesUnicode extends Renaming {
    @Override
    String rename(String persistenceId) {
      return Normalizer.normalize(persistenceId, Normalizer.Form.NFC);
    }
  }

  /** R10. */
  public static final class CutsIdsOff extends Renaming {
    @Override
    String rename(String persistenceId) {
      return persistenceId.substring(0, Math.min(persistenceId.length(), 254));
    }
  }

  /** R11. */
  public static final class SignedVersions extends Changing {
    @Override
    DurableState change(DurableState state) {
      if (state.getVersionNumber() < 0) {
        throw new StateStoreException("value too large for a column of type bigint");
      }
      return state;
    }
  }

  /** R11. */
  public static final class SmallShards extends Changing {
    @Override
    DurableState change(DurableState state) {
      return state.toBuilder().setShard(Math.abs(state.getShard())).build();
    }
  }

  /** R12. */
  public static final class SetsTimes extends Changing {
    @Override
    DurableState change(DurableState state) {
      return state.getTimestamp() >= 0 ? state : state.toBuilder().setTimestamp(1).build();
    }
  }

  /** R13. */
  public static final class RequiresPayloads extends Changing {
    @Override
    DurableState change(DurableState state) {
      boolean isNew = !store.states().containsKey(state.getPersistenceId());
      if (isNew && !state.hasResultingState()) {
        throw new StateStoreException("null value in a column that is not null");
      }
      return state;
    }
  }

  /** R13. */
  public static final class LimitsPayloads extends Changing {
    @Override
    DurableState change(DurableState state) {
      if (state.getSerializedSize() > 400 << 10) {
        throw new StateStoreException("item size has exceeded the maximum allowed size");
      }
      return state;
    }
  }

  /** R14. */
  public static final class KnowsTypes extends Changing {
    @Override
    DurableState change(DurableState state) {
      String typeUrl = state.getResultingState().getTypeUrl();
      return typeUrl.contains("no.such.Type")
          ? state.toBuilder().setResultingState(Any.getDefaultInstance()).build()
          : state;
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
}
