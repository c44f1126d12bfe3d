package io.github.durablestore.broken;

import static io.github.durablestore.broken.HookedStateStore.before;
import static io.github.durablestore.broken.HookedStateStore.ignoring;
import static io.github.durablestore.broken.HookedStateStore.refusing;
import static io.github.durablestore.probe.Operation.CLOSE;
import static io.github.durablestore.probe.Operation.CONNECT;
import static io.github.durablestore.probe.Operation.DISCONNECT;
import static io.github.durablestore.probe.Operation.GET_LATEST_STATE;
import static io.github.durablestore.probe.Operation.PING;
import static io.github.durablestore.probe.Operation.WRITE_STATE;
import static java.util.Objects.requireNonNull;

import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.memory.OnDisconnect;
import io.github.durablestore.probe.Operation;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Stores that connect or disconnect in a wrong way. */
public final class BrokenConnections {
  private BrokenConnections() {}

  public static Stream<Broken> stores() {
    return Stream.of(connecting(), disconnecting(), pinging(), reconnecting())
        .flatMap(List::stream);
  }

  private static List<Broken> connecting() {
    return List.of(
        Broken.of("R1", "is connected when new", BrokenConnections::connected),
        ignoring("R1", "ignores writes when new", WRITE_STATE, HookedStateStore::isNew),
        ignoring("R1", "reads nothing when new", GET_LATEST_STATE, HookedStateStore::isNew),
        before("R1", "fails in its own way when new", WRITE_STATE, BrokenConnections::failWhenNew),
        before("R2", "loses records when connected again", CONNECT, BrokenStateStore::loseRecords),
        before(
            "R2",
            "loses all but one when connected again",
            CONNECT,
            BrokenConnections::loseAllButOne),
        refusing("R2", "refuses to be connected again", CONNECT, store -> store.isConnected()),
        Broken.of("R2", "counts connections", Counting::new),
        Broken.keeping("R2", "connects again from the beginning", () -> reconnecting(CONNECT)));
  }

  private static List<Broken> disconnecting() {
    return List.of(
        refusing("R3", "disconnects only what it has", DISCONNECT, HookedStateStore::isNew),
        ignoring("R3", "is open when closed", CLOSE, store -> true),
        refusing("R3", "cannot be connected once closed", CONNECT, HookedStateStore::isClosed),
        ignoring("R3", "ignores writes when closed", WRITE_STATE, HookedStateStore::isClosed),
        Broken.of("R3", "counts what it is disconnected", CountingDown::new),
        Broken.of("R3", "cannot be disconnected twice at once", RacingDisconnect::new),
        Broken.keeping("R3", "purges when disconnected again", PurgingLater::new));
  }

  private static List<Broken> pinging() {
    return List.of(
        ignoring("R4", "only pings", PING, store -> true),
        before("R4", "cannot ping when disconnected", PING, store -> store.store.states()),
        before("R4", "loses records when pinged", PING, BrokenStateStore::loseRecords),
        before("R4", "writes when pinged", PING, BrokenConnections::writeTimes),
        Broken.keeping("R4", "connects again when pinged", () -> reconnecting(PING)),
        Broken.of("R4", "cannot be disconnected once pinged", KeptByPing::new));
  }

  private static List<Broken> reconnecting() {
    return List.of(
        refusing(
            "R6",
            "connects once",
            CONNECT,
            store -> !store.isConnected() && store.connections() >= 1),
        refusing(
            "R6",
            "connects three times",
            CONNECT,
            store -> !store.isConnected() && store.connections() >= 3),
        refusing(
            "R6",
            "pings the first connection",
            PING,
            store -> store.isConnected() && store.connections() > 1));
  }

  private static StateStore connected() {
    var store = new BrokenStateStore();
    store.connect();
    return store;
  }

  private static void failWhenNew(HookedStateStore store) {
    if (store.isNew()) {
      throw new IllegalStateException("no connection");
    }
  }

  private static void loseAllButOne(BrokenStateStore store) {
    if (store.isConnected() && !store.store.states().isEmpty()) {
      var states = store.store.states();
      store.loseRecords();
      store.store.writeState(states.get(states.lastKey()));
    }
  }

  private static void writeTimes(BrokenStateStore store) {
    store.store.connect();
    for (DurableState state : store.store.states().values()) {
      store.store.writeState(state.toBuilder().setTimestamp(1).build());
    }
  }

  /** Is disconnected for a moment before calls of one operation. */
  private static StateStore reconnecting(Operation operation) {
    return new HookedStateStore(
        OnDisconnect.KEEP,
        before(
            operation,
            (store, state) -> {
              store.store.disconnect();
              BrokenStateStore.yieldInGap();
              store.store.connect();
            }));
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
    @SuppressWarnings("NullAway") // on purpose
    public void disconnect() {
      if (connection != null) {
        yieldInGap();
        requireNonNull(connection);
        connection = null;
        store.disconnect();
      }
    }
  }

  /** Keeps its records when it is disconnected, and drops them when that is repeated. */
  private static final class PurgingLater extends BrokenStateStore {
    private final Map<String, DurableState> kept = new ConcurrentHashMap<>();

    PurgingLater() {
      super(OnDisconnect.KEEP);
    }

    @Override
    public void disconnect() {
      if (!isConnected()) {
        kept.clear();
      }
      store.disconnect();
    }

    @Override
    public void writeState(DurableState state) {
      store.writeState(state);
      kept.put(state.getPersistenceId(), state);
    }

    @Override
    public Optional<DurableState> getLatestState(String persistenceId) {
      return store.getLatestState(persistenceId).filter(state -> kept.containsKey(persistenceId));
    }
  }

  private static final class KeptByPing extends BrokenStateStore {
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
  }
}
