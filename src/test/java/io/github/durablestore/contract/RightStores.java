package io.github.durablestore.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.TypeRegistry;
import io.github.durablestore.ForeignStateStore;
import io.github.durablestore.NotConnectedException;
import io.github.durablestore.StaleWriteException;
import io.github.durablestore.StateStore;
import io.github.durablestore.StateStoreException;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.memory.MemoryStateStore;
import io.github.durablestore.memory.OnDisconnect;
import io.github.durablestore.memory.OnStaleWrite;
import io.github.durablestore.probe.Operation;
import java.math.BigInteger;
import java.net.URLEncoder;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Correct stores, each implemented in its own way, that the contract accepts. */
final class RightStores {
  private RightStores() {}

  static StateStore refusing(OnDisconnect onDisconnect) {
    return new MemoryStateStore(
        TypeRegistry.getEmptyTypeRegistry(), onDisconnect, OnStaleWrite.REFUSE);
  }

  /** A row for each state, with a column for each known field. */
  static StateStore table() {
    return new Keeping<>(
        Function.identity(),
        state ->
            new Row(
                state.getPersistenceId(),
                new BigInteger(Long.toUnsignedString(state.getVersionNumber())),
                state.hasResultingState() ? state.getResultingState().getTypeUrl() : null,
                state.getResultingState().getValue(),
                state.getTimestamp(),
                new BigInteger(Long.toUnsignedString(state.getShard()))),
        RightStores::state);
  }

  private record Row(
      String id,
      BigInteger version,
      @Nullable String typeUrl,
      ByteString value,
      long timestamp,
      BigInteger shard) {}

  private static DurableState state(Row row) {
    DurableState.Builder state =
        DurableState.newBuilder()
            .setPersistenceId(row.id())
            .setVersionNumber(row.version().longValue())
            .setTimestamp(row.timestamp())
            .setShard(row.shard().longValue());
    if (row.typeUrl() != null) {
      state.setResultingState(Any.newBuilder().setTypeUrl(row.typeUrl()).setValue(row.value()));
    }
    return state.build();
  }

  /** Bytes for each state. */
  static StateStore serialized() {
    return new Keeping<>(Function.identity(), DurableState::toByteArray, RightStores::parse);
  }

  private static DurableState parse(byte[] bytes) {
    try {
      return DurableState.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new StateStoreException("cannot parse a state", e);
    }
  }

  /** Ids that are escaped, as for file names. */
  static StateStore escapedIds() {
    return new Keeping<>(id -> URLEncoder.encode(id, UTF_8), state -> state, state -> state);
  }

  /** A plain map, and one lock around every call. */
  static StateStore oneLock() {
    return new OneLock();
  }

  /** Each call takes some time. */
  static StateStore slow(long nanos) {
    return new Slow(nanos);
  }

  /** One call at a time, each of which takes a while. */
  static StateStore slowUnderOneLock(long nanos) {
    var slow = new Slow(nanos);
    var lock = new Object();
    return new ForeignStateStore(slow) {
      @Override
      public void writeState(DurableState state) {
        synchronized (lock) {
          super.writeState(state);
        }
      }

      @Override
      public Optional<DurableState> getLatestState(String persistenceId) {
        synchronized (lock) {
          return super.getLatestState(persistenceId);
        }
      }
    };
  }

  /** Refuses ids of more than 64 characters. */
  static StateStore narrow() {
    return new ForeignStateStore(new MemoryStateStore(OnDisconnect.KEEP)) {
      @Override
      public void writeState(DurableState state) {
        String id = requireNonNull(state, "state").getPersistenceId();
        if (id.codePointCount(0, id.length()) > 64) {
          throw new StateStoreException("id too long: " + id);
        }
        super.writeState(state);
      }
    };
  }

  /** Keeps timestamps in whole seconds. */
  static StateStore wholeSeconds() {
    return changing(
        state -> state.toBuilder().setTimestamp(state.getTimestamp() / 1_000 * 1_000).build());
  }

  /** Refuses zero characters in type URLs, and unknown fields. */
  static StateStore withoutZeroCharacters() {
    return changing(
        state ->
            refusing(
                state,
                state.getResultingState().getTypeUrl().contains("\0")
                    || Difference.hasUnknownFields(state)));
  }

  /** Takes versions of up to 2^31-1, as a signed column of 32 bits does. */
  static StateStore intVersions(OnStaleWrite onStaleWrite) {
    return changing(
        new MemoryStateStore(TypeRegistry.getEmptyTypeRegistry(), OnDisconnect.KEEP, onStaleWrite),
        state -> refusing(state, (state.getVersionNumber() & ~0x7fffffffL) != 0));
  }

  /** Refuses states of more than this many bytes. */
  static StateStore small(int size) {
    return changing(state -> refusing(state, state.getSerializedSize() > size));
  }

  private static DurableState refusing(DurableState state, boolean refused) {
    if (refused) {
      throw new StateStoreException("value out of range");
    }
    return state;
  }

  private static StateStore changing(UnaryOperator<DurableState> change) {
    return changing(new MemoryStateStore(OnDisconnect.KEEP), change);
  }

  private static StateStore changing(StateStore store, UnaryOperator<DurableState> change) {
    return new ForeignStateStore(store) {
      @Override
      public void writeState(DurableState state) {
        super.getLatestState(requireNonNull(state, "state").getPersistenceId());
        super.writeState(change.apply(state));
      }
    };
  }

  /** Accepts only the next version: {@code UPDATE ... WHERE version = :version - 1}. */
  static StateStore onlyNext() {
    return onlyNext(new ReentrantLock(), 1, 0);
  }

  /** The same, but wrong if the lock does nothing, or if versions may rise by another number. */
  static StateStore onlyNext(Lock lock, long most, long gapNanos) {
    return new ForeignStateStore(new MemoryStateStore(OnDisconnect.KEEP)) {
      @Override
      public void writeState(DurableState state) {
        String id = requireNonNull(state, "state").getPersistenceId();
        lock.lock();
        try {
          long next = state.getVersionNumber();
          super.getLatestState(id)
              .map(DurableState::getVersionNumber)
              .ifPresent(
                  latest -> {
                    if (next == 0 || next - latest < 1 || next - latest > most) {
                      throw new StaleWriteException(
                          "\"%s\" has version %s, not the one before %s"
                              .formatted(
                                  id, Long.toUnsignedString(latest), Long.toUnsignedString(next)));
                    }
                  });
          LockSupport.parkNanos(gapNanos);
          super.writeState(state);
        } finally {
          lock.unlock();
        }
      }
    };
  }

  /** Keeps its records in a given form, under a given key. */
  private static final class Keeping<R> implements StateStore {
    private final Map<String, R> records = new ConcurrentHashMap<>();
    private final Function<String, String> key;
    private final Function<DurableState, R> to;
    private final Function<R, DurableState> from;
    private volatile boolean connected;

    Keeping(
        Function<String, String> key,
        Function<DurableState, R> to,
        Function<R, DurableState> from) {
      this.key = key;
      this.to = to;
      this.from = from;
    }

    @Override
    public void connect() {
      connected = true;
    }

    @Override
    public void disconnect() {
      connected = false;
    }

    @Override
    public void ping() {
      connected = true;
    }

    @Override
    public void writeState(DurableState state) {
      records.put(key(requireNonNull(state, "state").getPersistenceId()), to.apply(state));
    }

    @Override
    public Optional<DurableState> getLatestState(String persistenceId) {
      R record = records.get(key(requireNonNull(persistenceId, "persistenceId")));
      return Optional.ofNullable(record).map(from);
    }

    private String key(String id) {
      if (!connected) {
        throw new NotConnectedException("cannot write or read: store is not connected");
      }
      if (id.isEmpty()) {
        throw new IllegalArgumentException("persistence id is empty");
      }
      return key.apply(id);
    }
  }

  private static final class OneLock implements StateStore {
    private final Map<String, DurableState> records = new HashMap<>();
    private boolean connected;

    @Override
    public synchronized void connect() {
      connected = true;
    }

    @Override
    public synchronized void disconnect() {
      connected = false;
      records.clear();
    }

    @Override
    public synchronized void ping() {
      connected = true;
    }

    @Override
    public synchronized void writeState(DurableState state) {
      requireUsable(requireNonNull(state, "state").getPersistenceId());
      records.put(state.getPersistenceId(), state);
    }

    @Override
    public synchronized Optional<DurableState> getLatestState(String persistenceId) {
      requireUsable(requireNonNull(persistenceId, "persistenceId"));
      return Optional.ofNullable(records.get(persistenceId));
    }

    private void requireUsable(String id) {
      if (id.isEmpty()) {
        throw new IllegalArgumentException("persistence id is empty");
      }
      if (!connected) {
        throw new NotConnectedException("cannot write or read: store is not connected");
      }
    }
  }

  private static final class Slow extends ForeignStateStore {
    private final long nanos;

    Slow(long nanos) {
      super(new MemoryStateStore(OnDisconnect.KEEP));
      this.nanos = nanos;
    }

    @Override
    protected Optional<DurableState> call(
        Operation operation,
        @Nullable String persistenceId,
        @Nullable DurableState written,
        Supplier<Optional<DurableState>> call) {
      pause();
      return call.get();
    }

    private void pause() {
      long end = System.nanoTime() + nanos;
      for (long left = nanos; left > 0; left = end - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
    }
  }
}
