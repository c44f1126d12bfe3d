package io.github.durablestore.broken;

import static io.github.durablestore.broken.BrokenStateStore.refuseIf;
import static io.github.durablestore.broken.BrokenStateStore.refused;
import static io.github.durablestore.broken.BrokenStateStore.replacing;
import static io.github.durablestore.broken.BrokenStateStore.yieldInGap;
import static io.github.durablestore.broken.FunctionalStateStore.reading;
import static io.github.durablestore.broken.FunctionalStateStore.writing;
import static java.util.Objects.requireNonNull;

import io.github.durablestore.ForeignStateStore;
import io.github.durablestore.NotConnectedException;
import io.github.durablestore.StaleWriteException;
import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.memory.MemoryStateStore;
import io.github.durablestore.memory.OnDisconnect;
import io.github.durablestore.probe.Operation;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Stores that many threads, or an interrupted one, bring to a halt, or that connect badly. */
public final class BrokenCrowds {
  private static final Duration GAP = Duration.ofMillis(2);
  private static final int CONNECTIONS = 10;

  private BrokenCrowds() {}

  public static Stream<Broken> stores() {
    return List.of(
        Broken.of("R2", "connects twice at once", ConnectingTwice::new),
        Broken.of("R2", "returns while another thread connects", ReturningEarly::new),
        Broken.of("R5", "disconnects its own thread only", BrokenCrowds::disconnectingItself),
        Broken.of(
            "R16", "leaks a connection when it finds nothing", BrokenCrowds::leakingOnNothing),
        Broken.of("R16", "leaks a connection when it refuses", BrokenCrowds::leakingOnRefusal),
        Broken.of(
            "R16",
            "leaks a connection when it reads no payload",
            () -> leakingOnRead(state -> !state.hasResultingState())),
        Broken.of(
            "R16",
            "leaks a connection when it writes no payload",
            () -> leakingOnWrite((latest, next) -> !next.hasResultingState())),
        Broken.of(
            "R16",
            "leaks a connection when it writes the same",
            () -> leakingOnWrite((latest, next) -> next.equals(latest))),
        Broken.of("R16", "needs two connections to write", () -> needingTwo(0)),
        Broken.of("R16", "needs two connections for 524,288 bytes", () -> needingTwo(524_288)),
        Broken.of("R16", "needs two connections for 50,000 bytes", () -> needingTwo(50_000)),
        Broken.of("R16", "needs two connections for 200,000 bytes", () -> needingTwo(200_000)),
        Broken.of("R16", "has places for 32 threads", () -> havingPlaces(32)),
        Broken.of("R16", "has places for 64 threads", () -> havingPlaces(64)),
        Broken.of("R16", "has places for 100 threads", () -> havingPlaces(100)),
        Broken.of("R16", "is closed by an interrupt", BrokenCrowds::closedByInterrupt),
        Broken.keeping("R16", "refuses others beside an interrupt", BrokenCrowds::refusingOthers),
        Broken.checking("R16", "unlocks when interrupted", Unlocking::new),
        Broken.of("R16", "fails in its own way by an interrupt", BrokenCrowds::failingByInterrupt),
        Broken.keeping(
            "R16", "is disconnected by an interrupt", BrokenCrowds::disconnectedByInterrupt),
        Broken.keeping("R2", "is connected before it has loaded", () -> new Loading(true)),
        Broken.keeping("R2", "has no session while it connects", () -> new Loading(false)),
        Broken.keeping("R2", "has not loaded when it is pinged", PingedEarly::new))
        .stream();
  }

  private static void pause() {
    LockSupport.parkNanos(GAP.toNanos());
  }

  /** Makes a session for each thread that finds none, and keeps the last. */
  private static final class ConnectingTwice extends ForeignStateStore {
    private volatile @Nullable MemoryStateStore session;

    @Override
    public void connect() {
      if (session == null) {
        pause();
        var made = new MemoryStateStore();
        made.connect();
        session = made;
      }
    }

    @Override
    public void disconnect() {
      session = null;
    }

    @Override
    public void ping() {
      connect();
    }

    @Override
    public void writeState(DurableState state) {
      session().writeState(state);
    }

    @Override
    public Optional<DurableState> getLatestState(String persistenceId) {
      return session().getLatestState(persistenceId);
    }

    private MemoryStateStore session() {
      MemoryStateStore now = session;
      return now == null ? new MemoryStateStore() : now;
    }
  }

  private static final class ReturningEarly extends BrokenStateStore {
    private final AtomicBoolean connecting = new AtomicBoolean();

    @Override
    public void connect() {
      if (connecting.compareAndSet(false, true)) {
        pause();
        store.connect();
        connecting.set(false);
      }
    }
  }

  private static StateStore disconnectingItself() {
    var disconnected = ThreadLocal.withInitial(() -> false);
    return new HookedStateStore(
        (store, operation, id, state) -> {
          switch (operation) {
            case CONNECT, PING -> disconnected.remove();
            case DISCONNECT -> disconnected.set(true);
            case WRITE_STATE, GET_LATEST_STATE -> {
              if (disconnected.get()) {
                throw new NotConnectedException("store is not connected");
              }
            }
            case CLOSE -> {}
          }
          return operation != Operation.DISCONNECT;
        });
  }

  /** Takes a connection. */
  private static void take(Semaphore connections) {
    try {
      refuseIf(!connections.tryAcquire(200, TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      throw refused();
    }
  }

  private static StateStore leakingOnRead(Predicate<DurableState> leaks) {
    var connections = new Semaphore(CONNECTIONS);
    return reading(
        (store, id) -> {
          Optional<DurableState> latest = store.getLatestState(id);
          take(connections);
          if (latest.filter(leaks).isEmpty()) {
            connections.release();
          }
          return latest;
        });
  }

  private static StateStore leakingOnWrite(BiPredicate<DurableState, DurableState> leaks) {
    var connections = new Semaphore(CONNECTIONS);
    return replacing(
        (earlier, next) -> {
          take(connections);
          if (!leaks.test(earlier, next.build())) {
            connections.release();
          }
          return next;
        });
  }

  /** Its ping says that it is connected, and only then finds what it has kept. */
  private static final class PingedEarly extends NaiveStateStore {
    private final Map<String, DurableState> file = new ConcurrentHashMap<>();

    @Override
    public synchronized void connect() {
      if (!connected.get()) {
        records = file;
        connected.set(true);
      }
    }

    @Override
    public synchronized void ping() {
      if (!connected.get()) {
        records = new ConcurrentHashMap<>();
        connected.set(true);
        yieldInGap();
        records = file;
      }
    }

    @Override
    public synchronized void disconnect() {
      connected.set(false);
    }

    @Override
    public void writeState(DurableState state) {
      synchronized (file) {
        super.writeState(state);
        file.put(state.getPersistenceId(), state);
      }
    }
  }

  private static StateStore leakingOnNothing() {
    var connections = new Semaphore(CONNECTIONS);
    return reading(
        (store, id) -> {
          Optional<DurableState> latest = store.getLatestState(id);
          take(connections);
          if (latest.isPresent()) {
            connections.release();
          }
          return latest;
        });
  }

  private static StateStore leakingOnRefusal() {
    var connections = new Semaphore(CONNECTIONS);
    return writing(
        (store, state) -> {
          requireNonNull(state, "state");
          take(connections);
          store.writeState(state);
          connections.release();
        });
  }

  private static StateStore needingTwo(int size) {
    var connections = new Semaphore(CONNECTIONS);
    return writing(
        (store, state) -> {
          if (requireNonNull(state, "state").getSerializedSize() < size) {
            store.writeState(state);
            return;
          }
          take(connections);
          try {
            pause();
            take(connections);
            try {
              store.writeState(state);
            } finally {
              connections.release();
            }
          } finally {
            connections.release();
          }
        });
  }

  /** Keeps the place of each thread until it is disconnected. */
  private static StateStore havingPlaces(int most) {
    Set<Thread> places = ConcurrentHashMap.newKeySet();
    return writing(
            (store, state) -> {
              store.writeState(state);
              places.add(Thread.currentThread());
              refuseIf(places.size() > most);
            })
        .andOnDisconnect(places::clear);
  }

  private static StateStore disconnectedByInterrupt() {
    return new HookedStateStore(
        OnDisconnect.KEEP,
        (store, operation, id, state) -> {
          boolean isCall =
              operation == Operation.WRITE_STATE || operation == Operation.GET_LATEST_STATE;
          if (isCall && Thread.currentThread().isInterrupted()) {
            store.disconnect();
          }
          return true;
        });
  }

  /** Loads its data when it connects. */
  private static final class Loading extends ForeignStateStore {
    private final Map<String, DurableState> file = new ConcurrentHashMap<>();
    private final boolean startsEmpty;
    private volatile @Nullable Map<String, DurableState> session;
    private volatile boolean connected;

    Loading(boolean startsEmpty) {
      this.startsEmpty = startsEmpty;
    }

    @Override
    public synchronized void connect() {
      if (!connected) {
        session = startsEmpty ? new ConcurrentHashMap<>() : null;
        connected = true;
        pause();
        session = new ConcurrentHashMap<>(file);
      }
    }

    @Override
    public synchronized void disconnect() {
      if (connected) {
        connected = false;
        file.putAll(session());
      }
    }

    @Override
    public void ping() {
      connect();
    }

    @Override
    public void writeState(DurableState state) {
      super.writeState(state); // refuses what is to be refused
      session().put(state.getPersistenceId(), state);
    }

    @Override
    public Optional<DurableState> getLatestState(String persistenceId) {
      super.getLatestState(persistenceId);
      return Optional.ofNullable(session().get(persistenceId));
    }

    private Map<String, DurableState> session() {
      if (!connected) {
        throw new NotConnectedException("store is not connected");
      }
      return requireNonNull(session);
    }
  }

  private static StateStore failingByInterrupt() {
    return new HookedStateStore(
        (store, operation, id, state) -> {
          if (Thread.currentThread().isInterrupted()) {
            throw new IllegalStateException("interrupted");
          }
          return true;
        });
  }

  /** Opens its connection again when an interrupt has closed it, and refuses until then. */
  private static StateStore refusingOthers() {
    var closed = new AtomicBoolean();
    return new HookedStateStore(
        OnDisconnect.KEEP,
        (store, operation, id, state) -> {
          boolean isWrite = operation == Operation.WRITE_STATE;
          if (isWrite && Thread.currentThread().isInterrupted()) {
            closed.set(true);
            BrokenStateStore.yieldInGap();
            closed.set(false);
            throw refused();
          }
          refuseIf(isWrite && closed.get());
          return true;
        });
  }

  /** Releases its lock also if it was interrupted before it had it. Checks, then writes. */
  private static final class Unlocking extends BrokenStateStore {
    private final Semaphore lock = new Semaphore(1);

    Unlocking() {
      super(OnDisconnect.KEEP);
    }

    @Override
    public void writeState(DurableState state) {
      try {
        lock.acquire();
        Optional<DurableState> latest =
            takes(store, state) ? store.getLatestState(state.getPersistenceId()) : Optional.empty();
        if (latest.isPresent()
            && Long.compareUnsigned(state.getVersionNumber(), latest.get().getVersionNumber())
                <= 0) {
          throw new StaleWriteException("stale");
        }
        LockSupport.parkNanos(1_000); // widens the gap
        store.writeState(state);
      } catch (InterruptedException e) {
        throw refused();
      } finally {
        lock.release();
      }
    }
  }

  private static StateStore closedByInterrupt() {
    var closed = new AtomicBoolean();
    return new HookedStateStore(
        (store, operation, id, state) -> {
          if (operation == Operation.WRITE_STATE || operation == Operation.GET_LATEST_STATE) {
            closed.compareAndSet(false, Thread.currentThread().isInterrupted());
            refuseIf(closed.get());
          }
          return true;
        });
  }
}
