package io.github.durablestore.broken;

import io.github.durablestore.StateStore;
import io.github.durablestore.broken.BrokenSharing.Shared;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.memory.MemoryStateStore;
import io.github.durablestore.memory.OnDisconnect;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** Stores that change the data that they share when they connect or disconnect. */
public final class BrokenSharedConnections {
  private BrokenSharedConnections() {}

  public static Stream<Broken> stores() {
    return Stream.of(
        Broken.keeping("R19", "rewrites all when it connects", () -> rewriting(true)),
        Broken.keeping("R19", "rewrites all when it disconnects", () -> rewriting(false)));
  }

  /** A correct store whose data is dropped with the last connection, as by H2 in memory. */
  public static StateStore rightDropping() {
    var data = new MemoryStateStore();
    data.connect();
    return new Dropping(data, new AtomicInteger());
  }

  private static StateStore rewriting(boolean first) {
    var data = new MemoryStateStore(OnDisconnect.KEEP);
    data.connect();
    return new Rewriting(data, first);
  }

  /** Writes all states again at the beginning or at the end of a connection. */
  private static final class Rewriting extends Shared {
    private final MemoryStateStore states;
    private final boolean first;

    Rewriting(MemoryStateStore states, boolean first) {
      super(states);
      this.states = states;
      this.first = first;
    }

    @Override
    public StateStore again() {
      return new Rewriting(states, first);
    }

    @Override
    public void connect() {
      super.connect();
      rewriteIf(first);
    }

    @Override
    public void ping() {
      connect();
    }

    @Override
    public void disconnect() {
      super.disconnect();
      rewriteIf(!first);
    }

    private void rewriteIf(boolean rewrites) {
      if (rewrites) {
        var all = states.states().values();
        LockSupport.parkNanos(50_000); // widens the gap
        all.forEach(states::writeState);
      }
    }
  }

  private static final class Dropping extends Shared {
    private final AtomicInteger connections; // of all stores, and their lock
    private boolean connected;

    Dropping(StateStore data, AtomicInteger connections) {
      super(data);
      this.connections = connections;
    }

    @Override
    public StateStore again() {
      return new Dropping(data, connections);
    }

    @Override
    public void connect() {
      synchronized (connections) {
        super.connect();
        if (!connected) {
          connections.incrementAndGet();
        }
        connected = true;
      }
    }

    @Override
    public void ping() {
      connect();
    }

    @Override
    public void disconnect() {
      synchronized (connections) {
        super.disconnect();
        if (connected && connections.decrementAndGet() == 0) {
          data.disconnect(); // which purges it
          data.connect();
        }
        connected = false;
      }
    }

    @Override
    public void writeState(DurableState state) {
      synchronized (connections) {
        super.writeState(state);
      }
    }

    @Override
    public Optional<DurableState> getLatestState(String persistenceId) {
      synchronized (connections) {
        return super.getLatestState(persistenceId);
      }
    }
  }
}
