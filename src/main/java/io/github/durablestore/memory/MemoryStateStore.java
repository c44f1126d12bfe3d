package io.github.durablestore.memory;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.Message;
import com.google.protobuf.TypeRegistry;
import io.github.durablestore.NotConnectedException;
import io.github.durablestore.StaleWriteException;
import io.github.durablestore.StateStore;
import io.github.durablestore.StateUnpackException;
import io.github.durablestore.StateUnpacker;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.text.Text;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A {@link StateStore} in the memory of one process, for unit tests and prototypes. It is not for
 * production: its contents are lost when the process ends and, by default, when it is disconnected.
 *
 * <p>Safe for use by many threads: every operation of the interface is linearizable, including
 * connecting and disconnecting. Writes and reads take no lock on the whole store. No parameter may
 * be {@code null}, and no method returns {@code null}.
 *
 * <pre>{@code
 * var store = new MemoryStateStore(TypeRegistry.newBuilder().add(AccountState.getDescriptor()).build());
 * store.connect();
 * store.writeState(state);
 * DurableState latest = store.getLatestState("account-42").orElseThrow();
 * AccountState account = store.unpack(latest, AccountState.class);
 * }</pre>
 *
 * <p>It follows eGo's {@code durablestore/memory}, which is written in Go.
 */
public final class MemoryStateStore implements StateStore {
  private final TypeRegistry types;
  private final StateUnpacker unpacker;
  private final OnDisconnect onDisconnect;
  private final OnStaleWrite onStaleWrite;
  private final Object lifecycle = new Object();
  private volatile Connection connection = new Connection(false, new ConcurrentHashMap<>());

  /** Creates a store with an empty {@link TypeRegistry} that purges its records on disconnect. */
  public MemoryStateStore() {
    this(TypeRegistry.getEmptyTypeRegistry());
  }

  /**
   * Creates a store that purges its records on disconnect.
   *
   * @param types the types that {@link #unpack(DurableState)} knows
   */
  public MemoryStateStore(TypeRegistry types) {
    this(types, OnDisconnect.PURGE);
  }

  /**
   * Creates a store with an empty {@link TypeRegistry}.
   *
   * @param onDisconnect what happens to the records when the store is disconnected
   */
  public MemoryStateStore(OnDisconnect onDisconnect) {
    this(TypeRegistry.getEmptyTypeRegistry(), onDisconnect);
  }

  /**
   * Creates a store.
   *
   * @param types the types that {@link #unpack(DurableState)} knows
   * @param onDisconnect what happens to the records when the store is disconnected
   */
  public MemoryStateStore(TypeRegistry types, OnDisconnect onDisconnect) {
    this(types, onDisconnect, OnStaleWrite.ACCEPT);
  }

  /**
   * Creates a store that can refuse stale writes.
   *
   * @param types the types that {@link #unpack(DurableState)} knows
   * @param onDisconnect what happens to the records when the store is disconnected
   * @param onStaleWrite what happens to a write whose version is not greater than the latest
   */
  public MemoryStateStore(
      TypeRegistry types, OnDisconnect onDisconnect, OnStaleWrite onStaleWrite) {
    this.types = types;
    this.unpacker = new StateUnpacker(types);
    this.onDisconnect = requireNonNull(onDisconnect, "onDisconnect");
    this.onStaleWrite = requireNonNull(onStaleWrite, "onStaleWrite");
  }

  @Override
  public void connect() {
    synchronized (lifecycle) {
      if (!connection.open.get()) {
        connection = new Connection(true, connection.records);
      }
    }
  }

  /**
   * Disconnects the store; does nothing when it is not connected. A write in flight is either
   * refused or takes effect before. Unless the store keeps its records, they are released to the
   * garbage collector.
   */
  @Override
  public void disconnect() {
    synchronized (lifecycle) {
      connection.open.set(false);
      if (onDisconnect == OnDisconnect.PURGE) {
        connection = new Connection(false, new ConcurrentHashMap<>());
      }
    }
  }

  /** Connects the store when it is not connected. A store in memory has nothing else to check. */
  @Override
  public void ping() {
    connect();
  }

  /**
   * {@inheritDoc}
   *
   * @throws StaleWriteException if the store refuses stale writes, and the version is not greater
   *     than that of the latest state
   */
  @Override
  public void writeState(DurableState state) {
    String persistenceId = requireNonNull(state, "state").getPersistenceId();
    if (persistenceId.isEmpty()) {
      throw new IllegalArgumentException(
          "cannot write state of \"\": persistence id is empty; set persistence_id");
    }
    Connection current = connection;
    if (!current.open.get()) {
      throw notConnected(Text.action("write", persistenceId));
    }
    if (onStaleWrite == OnStaleWrite.ACCEPT) {
      current.records.put(persistenceId, state);
    } else {
      current.records.merge(persistenceId, state, MemoryStateStore::requireGreaterVersion);
    }
  }

  @Override
  public Optional<DurableState> getLatestState(String persistenceId) {
    if (requireNonNull(persistenceId, "persistenceId").isEmpty()) {
      throw new IllegalArgumentException(
          "cannot read state of \"\": persistence id is empty; pass a non-empty id");
    }
    Connection current = connection;
    if (!current.open.get()) {
      throw notConnected(Text.action("read", persistenceId));
    }
    return Optional.ofNullable(current.records.get(persistenceId));
  }

  /**
   * Returns a copy of the contents. It is not atomic: if several ids are written meanwhile, it may
   * contain a later write without an earlier one.
   *
   * @return every state by its persistence id, in the order of {@link String#compareTo};
   *     unmodifiable
   * @throws NotConnectedException if the store is not connected
   */
  public SortedMap<String, DurableState> states() {
    Connection current = connection;
    if (!current.open.get()) {
      throw notConnected("read states");
    }
    return Collections.unmodifiableSortedMap(new TreeMap<>(current.records));
  }

  /**
   * Returns the types that {@link #unpack(DurableState)} knows.
   *
   * @return the registry that the store was created with
   */
  public TypeRegistry types() {
    return types;
  }

  /**
   * Unpacks a state with the store's {@link TypeRegistry}, like {@link StateUnpacker}. The store
   * need not be connected.
   *
   * @param state the state, from this store or not
   * @return a {@link com.google.protobuf.DynamicMessage}
   * @throws StateUnpackException if the state cannot be unpacked
   */
  public Message unpack(DurableState state) {
    return unpacker.unpack(state);
  }

  /**
   * Unpacks a state to a generated class, like {@link StateUnpacker}. The store need not be
   * connected or know the type.
   *
   * @param <T> the generated class
   * @param state the state, from this store or not
   * @param type the generated class
   * @return the message
   * @throws StateUnpackException if the state cannot be unpacked
   * @throws IllegalArgumentException if {@code type} is not a generated class
   */
  public <T extends Message> T unpack(DurableState state, Class<T> type) {
    return StateUnpacker.unpack(state, type);
  }

  private static DurableState requireGreaterVersion(DurableState latest, DurableState next) {
    if (Long.compareUnsigned(next.getVersionNumber(), latest.getVersionNumber()) <= 0) {
      throw new StaleWriteException(
          "cannot %s version %s: store has version %s; read it and write a greater version"
              .formatted(
                  Text.action("write", next.getPersistenceId()),
                  Text.version(next),
                  Text.version(latest)));
    }
    return next;
  }

  private static NotConnectedException notConnected(String action) {
    return new NotConnectedException(
        "cannot " + action + ": store is not connected; call connect() first");
  }

  /**
   * The guard and the records of one connection. They stay together, and each operation reads
   * {@link #connection} once. So a write that is overtaken by a disconnect changes records that no
   * later connection reads, unless they are kept.
   */
  private static final class Connection {
    final AtomicBoolean open;
    final ConcurrentHashMap<String, DurableState> records;

    Connection(boolean open, ConcurrentHashMap<String, DurableState> records) {
      this.open = new AtomicBoolean(open);
      this.records = records;
    }
  }
}
