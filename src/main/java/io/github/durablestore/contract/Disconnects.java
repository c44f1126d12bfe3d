package io.github.durablestore.contract;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.durablestore.NotConnectedException;
import io.github.durablestore.StaleWriteException;
import io.github.durablestore.StateStoreException;
import io.github.durablestore.egopb.DurableState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The checks of R17: one thread disconnects the store while another writes, reads or connects. */
final class Disconnects {
  private static final int IDS = 3;

  /** A disconnect that goes on in the background is over by then. */
  private static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final Trial trial;
  private final List<Optional<DurableState>> acknowledged = new ArrayList<>();
  private final List<Optional<DurableState>> attempted = new ArrayList<>();
  private Optional<DurableState> refused = Optional.empty(); // the last
  private long version;
  private boolean isLarge;
  private volatile boolean disconnecting;
  private volatile boolean disconnected;

  private Disconnects(Trial trial) {
    this.trial = trial;
    for (int id = 0; id < IDS; id++) {
      acknowledged.add(Optional.empty());
      attempted.add(Optional.empty());
    }
  }

  /**
   * A write in flight is either acknowledged, and came before the disconnect, or refused. A
   * connection made during a disconnect is either ended by it or stays intact.
   */
  static void run(Trial trial, boolean purges) {
    assumeTrue(trial.can.purgesOnDisconnect() == purges, "purgesOnDisconnect() is " + !purges);
    var disconnects = new Disconnects(trial);
    trial.store.connect();
    for (boolean closes : new boolean[] {false, true}) {
      Race.run(trial, round -> disconnects.meetWrites(round, closes));
    }
    Race.run(trial, disconnects::meetConnects);
    disconnects.requireNothingPurgedLater();
  }

  private void requireNothingPurgedLater() {
    trial.reconnect();
    DurableState state = nextState();
    write(state);
    for (long start = System.nanoTime(); System.nanoTime() - start < LATE_NANOS; ) {
      LockSupport.parkNanos(LATE_NANOS);
    }
    trial.is(
        "read of a state that was written after disconnect() and connect(), 100 ms later",
        trial.read("it", state.getPersistenceId()),
        Optional.of(state));
  }

  private Race.Round meetWrites(int round, boolean closes) {
    isLarge = isLarge(round);
    trial.store.connect();
    if (round == 1) { // or it might be chance whether any write comes before a disconnect
      writeAndRead(nextState());
    }
    disconnecting = false;
    disconnected = false;
    return new Race.Round(
        closes ? this::close : this::disconnect,
        this::writeUntilDisconnected,
        this::checkAfterReconnecting);
  }

  private void disconnect() {
    disconnect("disconnect()", trial.store::disconnect);
  }

  private void close() {
    disconnect("close()", trial.store::close);
  }

  private void disconnect(String what, Runnable call) {
    disconnecting = true;
    try {
      trial.succeeds(what + " while another thread uses the store", call);
    } finally {
      disconnected = true;
    }
  }

  private void writeUntilDisconnected() {
    try {
      do {
        writeAndRead(nextState());
      } while (!disconnected && !trial.threads.isOver());
    } catch (StateStoreException e) {
      // What became of the refused write is checked after reconnecting.
      if (!disconnecting) {
        throw Trial.failed("write or read on a connected store", e);
      }
    }
  }

  /** Large writes take so long that few meet a disconnect. */
  private static boolean isLarge(int round) {
    return round % 16 == 0;
  }

  private Race.Round meetConnects(int round) {
    isLarge = isLarge(round);
    boolean pings = round % 3 == 0;
    DurableState state = nextState(); // now, so that the write follows the connect at once
    return new Race.Round(
        this::disconnect,
        () -> {
          if (round % 4 < 2) {
            trial.succeeds("close() while another thread disconnects", trial.store::close);
          }
          reconnectAndWrite(pings, state);
        },
        () -> {
          trial.store.connect();
          trial.isConnected("after one thread disconnected and another connected");
        });
  }

  private void reconnectAndWrite(boolean pings, DurableState state) {
    trial.connects(pings, " while another thread disconnects");
    try {
      // No other thread connects: had the state been purged, the read would be refused.
      writeAndRead(state);
    } catch (StateStoreException e) {
      // The other thread disconnected the store.
    }
  }

  private void writeAndRead(DurableState state) {
    write(state);
    Optional<DurableState> latest = trial.store.getLatestState(state.getPersistenceId());
    trial.is("read in the connection of the write", latest, Optional.of(state));
  }

  private DurableState nextState() {
    String id = trial.id((int) (++version % IDS));
    long next = trial.next(id, version);
    return isLarge ? trial.large(id, next, version) : States.of(id, next, version);
  }

  /** Writes the state that was made last. */
  private void write(DurableState state) {
    int id = (int) (version % IDS);
    attempted.set(id, Optional.of(state));
    try {
      trial.store.writeState(state);
    } catch (StaleWriteException e) {
      throw trial.refused("write of a greater version", state, e);
    } catch (NotConnectedException e) { // nothing has changed, unlike perhaps after another refusal
      attempted.set(id, acknowledged.get(id));
      refused = Optional.of(state);
      throw e;
    }
    acknowledged.set(id, Optional.of(state));
  }

  private void checkAfterReconnecting() {
    trial.store.connect();
    String read = "read after a disconnect during writes, and connect()";
    for (int id = 0; id < IDS; id++) {
      Optional<DurableState> latest = trial.read("a state after connect()", trial.id(id));
      boolean isRefused = latest.isPresent() && latest.equals(refused);
      String what = isRefused ? "read, after connect(), of a state whose write was refused" : read;
      if (trial.can.purgesOnDisconnect()) {
        trial.is(what, latest, Optional.empty());
      } else {
        trial.isOneOf(what, latest, acknowledged.get(id), attempted.get(id));
        acknowledged.set(id, latest);
        attempted.set(id, latest);
      }
    }
  }
}
