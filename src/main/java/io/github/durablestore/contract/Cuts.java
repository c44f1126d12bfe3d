package io.github.durablestore.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.github.durablestore.StateStore;
import io.github.durablestore.StateStoreException;
import io.github.durablestore.egopb.DurableState;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** R17: one thread cuts the connection of another that writes without pause. */
final class Cuts {
  private static final int ROUNDS = 5_000;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final StateStore store;
  private final String id;
  private final boolean purges;

  // Written by the thread that writes states.
  private long version;
  private Optional<DurableState> attempted = Optional.empty();
  private volatile Optional<DurableState> acknowledged = Optional.empty();
  // Written by the thread that cuts.
  private volatile boolean cut;

  Cuts(StateStore store, String id, boolean purges) {
    this.store = store;
    this.id = id;
    this.purges = purges;
  }

  /** A write under way is acknowledged, and was before the cut, or it is refused. */
  void duringWrites() throws Exception {
    try (var workers = new Workers()) {
      var limit = new RoundLimit(ROUNDS);
      for (int round = 0; limit.allows(round); round++) {
        store.connect();
        cut = false;
        Future<?> writer = workers.start(this::writeUntilCut);
        awaitAcknowledged(writer);
        store.disconnect();
        cut = true;
        Workers.get(writer);

        store.connect();
        assertThat(store.getLatestState(id))
            .as("read after a cut, and connecting again; last acknowledged was %s", acknowledged)
            .isIn(purges ? List.of(Optional.empty()) : List.of(acknowledged, attempted));
      }
    } finally {
      cut = true;
    }
  }

  /** A connection made while the cut is under way is before it, and cut, or whole. */
  void duringConnects() throws Exception {
    try (var workers = new Workers()) {
      cut = false;
      Future<?> writer = workers.start(this::writeAndReconnect);
      var limit = new RoundLimit(ROUNDS);
      for (int round = 0; limit.allows(round) && !writer.isDone(); round++) {
        awaitAcknowledged(writer);
        store.disconnect();
      }
      cut = true;
      Workers.get(writer);
    } finally {
      cut = true;
    }
    store.connect();
  }

  private Void writeUntilCut() {
    try {
      while (!cut) {
        write();
      }
    } catch (StateStoreException e) {
      // The cut. Whether a write that was refused left nothing is for R5 to say.
    }
    return null;
  }

  private Void writeAndReconnect() {
    while (!cut) {
      try {
        store.connect();
        write();
        // None but this thread connects: were the state cut off, so would be the read.
        assertThat(store.getLatestState(id))
            .as("read in the connection in which the state was written")
            .isEqualTo(acknowledged);
      } catch (StateStoreException e) {
        // The cut: once more.
      }
    }
    return null;
  }

  private void write() {
    DurableState state = States.of(id, ++version);
    attempted = Optional.of(state);
    store.writeState(state);
    acknowledged = attempted;
  }

  /** Waits without parking, which would keep the cut away from the write that it is to meet. */
  @SuppressWarnings("ThreadPriorityCheck") // what is awaited does not depend on the scheduler
  private void awaitAcknowledged(Future<?> writer) {
    Optional<DurableState> before = acknowledged;
    long start = System.nanoTime();
    while (acknowledged.equals(before) && !writer.isDone()) {
      if (System.nanoTime() - start > PATIENCE_NANOS) {
        fail("no write was acknowledged within 10 s of connect()");
      }
      Thread.yield();
    }
  }
}
