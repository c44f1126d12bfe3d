package io.github.durablestore.broken;

import static io.github.durablestore.broken.BrokenStateStore.refused;
import static java.util.Objects.requireNonNull;

import io.github.durablestore.ForeignStateStore;
import io.github.durablestore.NotConnectedException;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.memory.MemoryStateStore;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Stores that many threads, or an interrupted one, bring to a halt, or that connect badly. */
public final class BrokenCrowds {
  private static final Duration GAP = Duration.ofMillis(2);

  private BrokenCrowds() {}

  public static Stream<Broken> stores() {
    return List.of(
        Broken.of("R2", "connects twice at once", ConnectingTwice::new),
        Broken.of("R2", "returns while another thread connects", ReturningEarly::new),
        Broken.of("R5", "disconnects its own thread only", DisconnectingItself::new),
        Broken.of("R16", "leaks a connection when it finds nothing", LeakingOnNothing::new),
        Broken.of("R16", "leaks a connection when it refuses", LeakingOnRefusal::new),
        Broken.of("R16", "needs two connections to write", NeedingTwo::new),
        Broken.of("R16", "is closed by an interrupt", ClosedByInterrupt::new))
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
    public void close() {
      disconnect();
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

  private static final class DisconnectingItself extends BrokenStateStore {
    private final ThreadLocal<Boolean> closed = ThreadLocal.withInitial(() -> false);
    private volatile boolean isConnected;

    @Override
    public void connect() {
      closed.remove();
      isConnected = true;
      store.connect();
    }

    @Override
    public void ping() {
      connect();
    }

    @Override
    public void disconnect() {
      closed.set(true);
    }

    @Override
    public void close() {
      disconnect();
    }

    @Override
    public void writeState(DurableState state) {
      requireConnected();
      store.writeState(state);
    }

    @Override
    public Optional<DurableState> getLatestState(String persistenceId) {
      requireConnected();
      return store.getLatestState(persistenceId);
    }

    private void requireConnected() {
      if (closed.get() || !isConnected) {
        throw new NotConnectedException("store is not connected");
      }
    }
  }

  /** A store with ten connections. */
  private abstract static class Pooled extends BrokenStateStore {
    final Semaphore connections = new Semaphore(10);

    void take() {
      try {
        if (!connections.tryAcquire(200, TimeUnit.MILLISECONDS)) {
          throw refused();
        }
      } catch (InterruptedException e) {
        throw refused();
      }
    }
  }

  private static final class LeakingOnNothing extends Pooled {
    @Override
    public Optional<DurableState> getLatestState(String persistenceId) {
      Optional<DurableState> latest = store.getLatestState(persistenceId);
      take();
      if (latest.isPresent()) {
        connections.release();
      }
      return latest;
    }
  }

  private static final class LeakingOnRefusal extends Pooled {
    @Override
    public void writeState(DurableState state) {
      requireNonNull(state, "state");
      take();
      store.writeState(state);
      connections.release();
    }
  }

  private static final class NeedingTwo extends Pooled {
    @Override
    public void writeState(DurableState state) {
      take();
      try {
        pause();
        take();
        try {
          store.writeState(state);
        } finally {
          connections.release();
        }
      } finally {
        connections.release();
      }
    }
  }

  private static final class ClosedByInterrupt extends BrokenStateStore {
    private volatile boolean closed;

    @Override
    public void writeState(DurableState state) {
      requireOpen();
      store.writeState(state);
    }

    @Override
    public Optional<DurableState> getLatestState(String persistenceId) {
      requireOpen();
      return store.getLatestState(persistenceId);
    }

    private void requireOpen() {
      closed |= Thread.currentThread().isInterrupted();
      if (closed) {
        throw refused();
      }
    }
  }
}
