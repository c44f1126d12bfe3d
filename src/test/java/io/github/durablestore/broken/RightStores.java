package io.github.durablestore.broken;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import io.github.durablestore.egopb.DurableState;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Stores that keep every rule, each in another way. */
public final class RightStores {
  private RightStores() {}

  /** Every call takes one lock. */
  public static final class OneLock extends BrokenStateStore {
    @Override
    public synchronized void connect() {
      super.connect();
    }

    @Override
    public synchronized void disconnect() {
      super.disconnect();
    }

    @Override
    public synchronized void ping() {
      super.ping();
    }

    @Override
    public synchronized void writeState(DurableState state) {
      super.writeState(state);
    }

    @Override
    public synchronized Optional<DurableState> getLatestState(String persistenceId) {
      return super.getLatestState(persistenceId);
    }
  }

  /** What is kept is bytes. */
  public static final class Serialized extends BrokenStateStore {
    @Override
    public void writeState(DurableState state) {
      super.writeState(copy(requireNonNull(state, "state")));
    }

    @Override
    public Optional<DurableState> getLatestState(String persistenceId) {
      return super.getLatestState(persistenceId).map(Serialized::copy);
    }

    private static DurableState copy(DurableState state) {
      try {
        return DurableState.parseFrom(state.toByteString());
      } catch (InvalidProtocolBufferException e) {
        throw new AssertionError(e);
      }
    }
  }

  /** A row has a column for each field, numbers as text. */
  public static final class Table extends BrokenStateStore {
    private record Row(
        String version,
        String shard,
        long timestamp,
        boolean hasPayload,
        String typeUrl,
        ByteString value,
        UnknownFieldSet unknown,
        UnknownFieldSet unknownInPayload) {}

    private final Map<DurableState, Row> rows = new ConcurrentHashMap<>();

    @Override
    public void writeState(DurableState state) {
      requireNonNull(state, "state");
      Any any = state.getResultingState();
      DurableState key = keyOf(state);
      rows.put(
          key,
          new Row(
              Long.toUnsignedString(state.getVersionNumber()),
              Long.toUnsignedString(state.getShard()),
              state.getTimestamp(),
              state.hasResultingState(),
              any.getTypeUrl(),
              any.getValue(),
              state.getUnknownFields(),
              any.getUnknownFields()));
      super.writeState(key);
    }

    @Override
    public Optional<DurableState> getLatestState(String persistenceId) {
      return super.getLatestState(persistenceId).map(key -> stateOf(key, rows.get(key)));
    }

    /** A key is the whole state, as the rows of one id must not be mixed up by two writers. */
    private static DurableState keyOf(DurableState state) {
      return state;
    }

    private static DurableState stateOf(DurableState key, @Nullable Row row) {
      requireNonNull(row, "row");
      DurableState.Builder state =
          DurableState.newBuilder()
              .setPersistenceId(key.getPersistenceId())
              .setVersionNumber(Long.parseUnsignedLong(row.version))
              .setShard(Long.parseUnsignedLong(row.shard))
              .setTimestamp(row.timestamp)
              .setUnknownFields(row.unknown);
      if (row.hasPayload) {
        Message.Builder payload = Any.newBuilder().setTypeUrl(row.typeUrl).setValue(row.value);
        state.setResultingState((Any) payload.setUnknownFields(row.unknownInPayload).build());
      }
      return state.build();
    }
  }

  /** Ids are written in other letters. */
  public static final class EscapedIds extends BrokenStateStore {
    @Override
    public void writeState(DurableState state) {
      String id = requireNonNull(state, "state").getPersistenceId();
      super.writeState(state.toBuilder().setPersistenceId(escaped(id)).build());
    }

    @Override
    public Optional<DurableState> getLatestState(String persistenceId) {
      return super.getLatestState(escaped(requireNonNull(persistenceId, "persistenceId")))
          .map(state -> state.toBuilder().setPersistenceId(persistenceId).build());
    }

    private static String escaped(String id) {
      return Base64.getUrlEncoder().encodeToString(id.getBytes(UTF_8));
    }
  }

  /** Every call takes a millisecond. */
  public static final class Slow extends BrokenStateStore {
    @Override
    public void writeState(DurableState state) {
      LockSupport.parkNanos(1_000_000);
      super.writeState(state);
    }

    @Override
    public Optional<DurableState> getLatestState(String persistenceId) {
      LockSupport.parkNanos(1_000_000);
      return super.getLatestState(persistenceId);
    }
  }
}
