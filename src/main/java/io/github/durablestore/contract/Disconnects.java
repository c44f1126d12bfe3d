package io.github.durablestore.contract;

import io.github.durablestore.StaleWriteException;
import io.github.durablestore.StateStoreException;
import io.github.durablestore.egopb.DurableState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** The checks of R17: one thread disconnects the store while others write and read. */
final class Disconnects {
  /** The time for a write that others delay, and as many calls as it may take on a slow store. */
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private static final int PATIENCE_CALLS = 20;

  private static final int ROUNDS = 3_000;
  private static final int IDS = 3;
  private static final int WRITERS = 2;

  private final Trial trial;
  private final List<Writer> writers = new ArrayList<>();
  private volatile boolean disconnecting;
  private volatile boolean stopped;
  private long patienceNanos;

  private Disconnects(Trial trial) {
    this.trial = trial;
  }

  /**
   * A write in flight is either acknowledged, and came before the disconnect, or refused. A
   * connection made during a disconnect is either ended by it or stays intact.
   */
  static void run(Trial trial) throws Exception {
    new Disconnects(trial).meetWrites();
    new Disconnects(trial).meetConnects();
  }

  private void meetWrites() throws Exception {
    try {
      for (int number = 0; number < WRITERS; number++) {
        writers.add(new Writer(number));
      }
      trial.store.connect();
      patienceNanos = Math.max(PATIENCE_NANOS, PATIENCE_CALLS * trial.delayNanos());
      RoundLimit limit = trial.rounds(ROUNDS);
      for (int round = 0; limit.allows(round); round++) {
        trial.store.connect();
        disconnecting = false;
        stopped = false;
        var works = new ArrayList<Future<Object>>();
        for (Writer writer : writers) {
          works.add(trial.workers.start(writer::writeUntilStopped));
        }
        for (int number = 0; number < WRITERS; number++) {
          awaitAcknowledged(writers.get(number), works.get(number));
        }
        disconnecting = true;
        trial.store.disconnect();
        stopped = true;
        Workers.getAll(works);

        trial.store.connect();
        writers.forEach(Writer::checkAfterReconnecting);
      }
    } finally {
      stopped = true;
    }
  }

  private void meetConnects() throws Exception {
    var writer = new Writer(WRITERS);
    try {
      trial.store.connect();
      patienceNanos = Math.max(PATIENCE_NANOS, PATIENCE_CALLS * trial.delayNanos());
      RoundLimit limit = trial.rounds(ROUNDS);
      Future<Object> work = trial.workers.start(writer::writeAndReconnect);
      for (int round = 0; limit.allows(round) && !work.isDone(); round++) {
        awaitAcknowledged(writer, work);
        trial.store.disconnect();
      }
      stopped = true;
      Workers.get(work);
    } finally {
      stopped = true;
    }
    trial.store.connect();
  }

  /** Waits without parking: a parked thread wakes too late to disconnect during a write. */
  @SuppressWarnings("ThreadPriorityCheck") // correct whatever the scheduler does
  private void awaitAcknowledged(Writer writer, Future<?> work) {
    long before = writer.writes;
    long start = System.nanoTime();
    while (writer.writes == before && !work.isDone()) {
      if (System.nanoTime() - start > patienceNanos) {
        throw new AssertionError(
            "writes after connect(): none was acknowledged within %d s"
                .formatted(TimeUnit.NANOSECONDS.toSeconds(patienceNanos)));
      }
      Thread.yield();
    }
  }

  /** A thread that writes to its own ids in turn. */
  private final class Writer {
    private final int number;
    private final List<Optional<DurableState>> acknowledged = new ArrayList<>();
    private final List<Optional<DurableState>> attempted = new ArrayList<>();
    private long version;
    private volatile long writes;

    Writer(int number) {
      this.number = number;
      for (int id = 0; id < IDS; id++) {
        acknowledged.add(Optional.empty());
        attempted.add(Optional.empty());
      }
    }

    Object writeUntilStopped() {
      try {
        while (!stopped) {
          DurableState written = write();
          Optional<DurableState> latest = trial.store.getLatestState(written.getPersistenceId());
          check("read in the connection of the write", latest, Optional.of(written));
        }
      } catch (StateStoreException e) {
        // What became of the refused write is checked after reconnecting.
        if (!disconnecting) {
          throw new AssertionError(
              "write or read on a connected store: expected no exception but was " + e, e);
        }
      }
      return this;
    }

    Object writeAndReconnect() {
      while (!stopped) {
        try {
          trial.store.connect();
          DurableState written = write();
          // No other thread connects: had the state been purged, the read would be refused.
          Optional<DurableState> latest = trial.store.getLatestState(written.getPersistenceId());
          check("read in the connection of the write", latest, Optional.of(written));
        } catch (StateStoreException e) {
          // Disconnected: try again.
        }
      }
      return this;
    }

    private DurableState write() {
      int id = (int) (version % IDS);
      DurableState state = States.of(id(id), trial.next(id(id), ++version), version);
      attempted.set(id, Optional.of(state));
      try {
        trial.store.writeState(state);
      } catch (StaleWriteException e) {
        throw trial.refused("write of a greater version", state, e);
      }
      acknowledged.set(id, Optional.of(state));
      writes = version;
      return state;
    }

    void checkAfterReconnecting() {
      String what = "read after a disconnect during writes, and connect()";
      for (int id = 0; id < IDS; id++) {
        Optional<DurableState> latest = trial.read("a state after connect()", id(id));
        if (trial.can.purgesOnDisconnect()) {
          check(what, latest, Optional.empty());
        } else {
          trial.isOneOf(what, latest, acknowledged.get(id), attempted.get(id));
          acknowledged.set(id, latest);
          attempted.set(id, latest);
        }
      }
    }

    private String id(int id) {
      return trial.id(number + "-" + id);
    }

    private void check(
        String what, Optional<DurableState> latest, Optional<DurableState> expected) {
      trial.isOneOf(what, latest, expected, expected);
    }
  }
}
