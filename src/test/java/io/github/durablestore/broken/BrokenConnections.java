package io.github.durablestore.broken;

import static io.github.durablestore.broken.BrokenStateStore.refused;
import static java.util.Objects.requireNonNull;

import io.github.durablestore.NotConnectedException;
import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.memory.OnDisconnect;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Stores that connect, disconnect or refuse calls in a wrong way. */
public final class BrokenConnections {
  private BrokenConnections() {}

  public static Stream<Broken> stores() {
    return Stream.of(lifecycle(), keeping(), refusals()).flatMap(List::stream);
  }

  private static List<Broken> lifecycle() {
    return List.of(
        Broken.of(
            "R1",
            "is connected when new",
            () -> {
              var store = new BrokenStateStore();
              store.connect();
              return store;
            }),
        Broken.of(
            "R1",
            "ignores writes when new",
            () ->
                new Until() {
                  @Override
                  public void writeState(DurableState state) {
                    if (used) {
                      store.writeState(state);
                    }
                  }
                }),
        Broken.of(
            "R1",
            "reads nothing when new",
            () ->
                new Until() {
                  @Override
                  public Optional<DurableState> getLatestState(String persistenceId) {
                    return used ? store.getLatestState(persistenceId) : Optional.empty();
                  }
                }),
        Broken.of(
            "R1",
            "fails in its own way when new",
            () ->
                new Until() {
                  @Override
                  public void writeState(DurableState state) {
                    if (!used) {
                      throw new IllegalStateException("no connection");
                    }
                    store.writeState(state);
                  }
                }),
        Broken.of(
            "R2",
            "loses records when connected again",
            () -> connecting(BrokenStateStore::loseRecords)),
        Broken.of(
            "R2",
            "loses all but one when connected again",
            () ->
                connecting(
                    store -> {
                      if (store.isConnected() && !store.store.states().isEmpty()) {
                        var states = store.store.states();
                        store.loseRecords();
                        store.writeState(states.get(states.lastKey()));
                      }
                      store.store.connect();
                    })),
        Broken.of(
            "R2",
            "refuses to be connected again",
            () ->
                connecting(
                    store -> {
                      if (store.isConnected()) {
                        throw refused();
                      }
                      store.store.connect();
                    })),
        Broken.of("R2", "counts connections", Counting::new),
        Broken.keeping(
            "R2", "connects again from the beginning", () -> new Reconnecting(true, false)),
        Broken.of("R3", "disconnects only what it has", DisconnectingWhatItHas::new),
        Broken.of(
            "R3",
            "is open when closed",
            () ->
                new BrokenStateStore() {
                  @Override
                  public void close() {}
                }),
        Broken.of(
            "R3",
            "cannot be connected once closed",
            () ->
                new BrokenStateStore() {
                  private boolean closed;

                  @Override
                  public void connect() {
                    if (closed) {
                      throw refused();
                    }
                    store.connect();
                  }

                  @Override
                  public void close() {
                    closed = true;
                    store.close();
                  }
                }),
        Broken.of(
            "R3",
            "ignores writes when closed",
            () ->
                new BrokenStateStore() {
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
                }),
        Broken.of("R3", "counts what it is disconnected", CountingDown::new),
        Broken.of("R3", "cannot be disconnected twice at once", RacingDisconnect::new),
        Broken.of("R4", "only pings", () -> pinging(store -> {})),
        Broken.of(
            "R4", "cannot ping when disconnected", () -> pinging(store -> store.store.states())),
        Broken.of("R4", "loses records when pinged", () -> pinging(BrokenStateStore::loseRecords)),
        Broken.of(
            "R4",
            "writes when pinged",
            () ->
                pinging(
                    store -> {
                      store.store.connect();
                      store
                          .store
                          .states()
                          .values()
                          .forEach(
                              state -> store.writeState(state.toBuilder().setTimestamp(1).build()));
                    })),
        Broken.keeping("R4", "connects again when pinged", () -> new Reconnecting(false, true)),
        Broken.of(
            "R4",
            "cannot be disconnected once pinged",
            () ->
                new BrokenStateStore() {
                  private boolean pinged;

                  @Override
                  public void ping() {
                    pinged |= isConnected();
                    store.ping();
                  }

                  @Override
                  public void disconnect() {
                    if (!pinged) {
                      store.disconnect();
                    }
                    pinged = false;
                  }
                }),
        Broken.of(
            "R6",
            "connects once",
            () ->
                new BrokenStateStore() {
                  private boolean connected;

                  @Override
                  public void connect() {
                    if (connected && !isConnected()) {
                      throw refused();
                    }
                    connected = true;
                    store.connect();
                  }
                }),
        Broken.of(
            "R6",
            "connects three times",
            () ->
                new BrokenStateStore() {
                  private int connections;

                  @Override
                  public void connect() {
                    if (!isConnected() && ++connections > 3) {
                      throw refused();
                    }
                    store.connect();
                  }
                }),
        Broken.of(
            "R6",
            "pings the first connection",
            () ->
                new BrokenStateStore() {
                  private boolean reconnected;

                  @Override
                  public void disconnect() {
                    reconnected |= isConnected();
                    store.disconnect();
                  }

                  @Override
                  public void ping() {
                    if (reconnected && isConnected()) {
                      throw refused();
                    }
                    store.ping();
                  }
                }));
  }

  private static List<Broken> keeping() {
    return List.of(
        Broken.keeping(
            "R3",
            "purges when disconnected again",
            () ->
                new BrokenStateStore(OnDisconnect.KEEP) {
                  private final Map<String, DurableState> lost = new ConcurrentHashMap<>();

                  @Override
                  public void disconnect() {
                    if (!isConnected()) {
                      lost.putAll(known);
                    }
                    store.disconnect();
                  }

                  private final Map<String, DurableState> known = new ConcurrentHashMap<>();

                  @Override
                  public void writeState(DurableState state) {
                    store.writeState(state);
                    known.put(state.getPersistenceId(), state);
                    lost.remove(state.getPersistenceId());
                  }

                  @Override
                  public Optional<DurableState> getLatestState(String persistenceId) {
                    return store
                        .getLatestState(persistenceId)
                        .filter(state -> !lost.containsKey(persistenceId));
                  }
                }),
        Broken.keeping("R5", "purges though it says that it keeps", BrokenStateStore::new),
        Broken.of(
            "R5",
            "keeps though it says that it purges",
            () -> new BrokenStateStore(OnDisconnect.KEEP)),
        Broken.keeping(
            "R5",
            "refuses writes too late",
            () ->
                new BrokenStateStore(OnDisconnect.KEEP) {
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
                }));
  }

  private static List<Broken> refusals() {
    return List.of(
        Broken.of(
            "R5",
            "ignores writes when disconnected",
            () ->
                new Until() {
                  @Override
                  public void writeState(DurableState state) {
                    if (isConnected() || !used) {
                      store.writeState(state);
                    }
                  }
                }),
        Broken.of(
            "R5",
            "connects on a refused read",
            () ->
                new Until() {
                  @Override
                  public Optional<DurableState> getLatestState(String persistenceId) {
                    try {
                      return store.getLatestState(persistenceId);
                    } catch (NotConnectedException e) {
                      if (used) {
                        store.connect();
                      }
                      throw e;
                    }
                  }
                }),
        Broken.of(
            "R5",
            "reads from a cache when disconnected",
            () ->
                new BrokenStateStore() {
                  private final Map<String, DurableState> cache = new ConcurrentHashMap<>();

                  @Override
                  public void writeState(DurableState state) {
                    store.writeState(state);
                    cache.put(state.getPersistenceId(), state);
                  }

                  @Override
                  public Optional<DurableState> getLatestState(String persistenceId) {
                    DurableState cached = cache.get(persistenceId);
                    return cached != null && !isConnected()
                        ? Optional.of(cached)
                        : store.getLatestState(persistenceId);
                  }
                }),
        Broken.of(
            "R5",
            "reads nothing for an unknown id when disconnected",
            () ->
                new BrokenStateStore() {
                  private final Map<String, DurableState> known = new ConcurrentHashMap<>();

                  @Override
                  public void writeState(DurableState state) {
                    store.writeState(state);
                    known.put(state.getPersistenceId(), state);
                  }

                  @Override
                  public Optional<DurableState> getLatestState(String persistenceId) {
                    return isConnected() || known.isEmpty() || known.containsKey(persistenceId)
                        ? store.getLatestState(persistenceId)
                        : Optional.empty();
                  }
                }),
        Broken.of(
            "R5",
            "ignores null when disconnected",
            () ->
                new BrokenStateStore() {
                  @Override
                  public void writeState(DurableState state) {
                    if (isConnected() || state != null) {
                      store.writeState(state);
                    }
                  }
                }),
        Broken.of(
            "R15",
            "ignores null",
            () ->
                new BrokenStateStore() {
                  @Override
                  public void writeState(DurableState state) {
                    if (state != null) {
                      store.writeState(state);
                    }
                  }
                }),
        Broken.of(
            "R15",
            "reads nothing for null",
            () ->
                new BrokenStateStore() {
                  @Override
                  @SuppressWarnings("NullAway") // on purpose
                  public Optional<DurableState> getLatestState(String persistenceId) {
                    return isConnected() && persistenceId == null
                        ? Optional.empty()
                        : store.getLatestState(persistenceId);
                  }
                }),
        Broken.of(
            "R15",
            "ignores empty ids",
            () ->
                new BrokenStateStore() {
                  @Override
                  public void writeState(DurableState state) {
                    if (!isConnected() || state == null || !state.getPersistenceId().isEmpty()) {
                      store.writeState(state);
                    }
                  }
                }),
        Broken.of(
            "R15",
            "reads nothing for an empty id",
            () ->
                new BrokenStateStore() {
                  @Override
                  public Optional<DurableState> getLatestState(String persistenceId) {
                    return persistenceId != null && persistenceId.isEmpty() && isConnected()
                        ? Optional.empty()
                        : store.getLatestState(persistenceId);
                  }
                }),
        Broken.of(
            "R15",
            "names no parameter",
            () ->
                new BrokenStateStore() {
                  @Override
                  public Optional<DurableState> getLatestState(String persistenceId) {
                    return store.getLatestState(requireNonNull(persistenceId));
                  }
                }),
        Broken.of(
            "R15",
            "names another parameter",
            () ->
                new BrokenStateStore() {
                  @Override
                  public void writeState(DurableState state) {
                    store.writeState(requireNonNull(state, "record"));
                  }
                }),
        Broken.of(
            "R15",
            "fails in its own way on an empty id",
            () ->
                new BrokenStateStore() {
                  @Override
                  public void writeState(DurableState state) {
                    if (isConnected() && state != null && state.getPersistenceId().isEmpty()) {
                      throw refused();
                    }
                    store.writeState(state);
                  }
                }),
        Broken.of(
            "R15",
            "disconnects on bad input",
            () ->
                new BrokenStateStore() {
                  @Override
                  public void writeState(DurableState state) {
                    if (state == null) {
                      store.disconnect();
                    }
                    store.writeState(state);
                  }
                }),
        Broken.of(
            "R15",
            "connects on bad input",
            () ->
                new BrokenStateStore() {
                  @Override
                  public void writeState(DurableState state) {
                    if (state != null && state.getPersistenceId().isEmpty()) {
                      store.connect();
                    }
                    store.writeState(state);
                  }
                }),
        Broken.of(
            "R15",
            "keeps a lock on bad input",
            () ->
                new BrokenStateStore() {
                  private @Nullable Thread broken;

                  @Override
                  public void writeState(DurableState state) {
                    if (broken != null && state != null) {
                      throw refused();
                    }
                    if (isConnected() && state == null) {
                      broken = Thread.currentThread();
                    }
                    store.writeState(state);
                  }
                }));
  }

  private static StateStore connecting(Consumer<BrokenStateStore> connect) {
    return new BrokenStateStore() {
      @Override
      public void connect() {
        connect.accept(this);
      }
    };
  }

  private static StateStore pinging(Consumer<BrokenStateStore> ping) {
    return new BrokenStateStore() {
      @Override
      public void ping() {
        ping.accept(this);
      }
    };
  }

  /** Knows whether it has ever been connected. */
  private abstract static class Until extends BrokenStateStore {
    boolean used;

    @Override
    public void connect() {
      used = true;
      store.connect();
    }

    @Override
    public void ping() {
      connect();
    }
  }

  /** Stays connected until it has been disconnected as often as connected. */
  private static final class Counting extends BrokenStateStore {
    private int connections;

    @Override
    public synchronized void connect() {
      connections++;
      store.connect();
    }

    @Override
    public synchronized void disconnect() {
      connections = Math.max(0, connections - 1);
      if (connections == 0) {
        store.disconnect();
      }
    }
  }

  /** Stays disconnected until it has been connected more often than disconnected. */
  private static final class CountingDown extends BrokenStateStore {
    private int connections;

    @Override
    public synchronized void connect() {
      if (++connections >= 1) {
        connections = 1;
        store.connect();
      }
    }

    @Override
    public synchronized void ping() {
      connect();
    }

    @Override
    public synchronized void disconnect() {
      connections--;
      store.disconnect();
    }
  }

  private static final class DisconnectingWhatItHas extends BrokenStateStore {
    private boolean connected;

    @Override
    public void connect() {
      store.connect();
      connected = true;
    }

    @Override
    public void ping() {
      connect();
    }

    @Override
    public void disconnect() {
      if (!connected) {
        throw refused();
      }
      store.disconnect();
    }
  }

  /** Checks whether there is a connection, and then closes it. */
  private static final class RacingDisconnect extends BrokenStateStore {
    private volatile @Nullable Object connection;

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
    @SuppressWarnings({"ThreadPriorityCheck", "NullAway"}) // widens the gap, but need not
    public void disconnect() {
      if (connection != null) {
        Thread.yield();
        requireNonNull(connection);
        connection = null;
        store.disconnect();
      }
    }
  }

  /** Is disconnected for a moment by {@code connect()} or {@code ping()}. */
  private static final class Reconnecting extends BrokenStateStore {
    private final boolean onConnect;
    private final boolean onPing;

    Reconnecting(boolean onConnect, boolean onPing) {
      super(OnDisconnect.KEEP);
      this.onConnect = onConnect;
      this.onPing = onPing;
    }

    @Override
    public void connect() {
      if (onConnect) {
        reconnect();
      }
      store.connect();
    }

    @Override
    public void ping() {
      if (onPing) {
        reconnect();
      }
      store.ping();
    }

    @SuppressWarnings("ThreadPriorityCheck") // widens the gap, but need not
    private void reconnect() {
      store.disconnect();
      Thread.yield();
      store.connect();
    }
  }
}
