package io.github.durablestore.contract;

import io.github.durablestore.NotConnectedException;
import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** The checks of R1 to R6. */
final class Lifecycle {
  private static final int CALLS = 8; // in one round
  private static final int[] VERSIONS = {1, 3, 6}; // of a small, a large, and a larger state

  private Lifecycle() {}

  static void newStore(Trial trial) {
    trial.isNotConnected("that is new (createStore() returns one that is not connected)");

    trial.store.connect();
    trial.keptNothingRefused();
    trial.isConnected("after connect() on a new store");

    Trial another = trial.withNewStore(); // which never connects: some data takes one connection
    another.isNotConnected("that is new, while another created before it is connected");
    trial.succeeds("disconnect() of another store", another.store::disconnect);
    trial.isConnected("after disconnect() of another store");
    another.close();
    trial.isConnected("after close() of another store");
  }

  static void connectAgain(Trial trial) {
    trial.store.connect();
    List<DurableState> written = writeSeveral(trial);

    for (int again = 1; again <= 3; again++) {
      trial.succeeds("connect() on a connected store", trial.store::connect);
      readSeveral(trial, "after connect() on a connected store", written);
    }
    trial.isConnected("after connect() on a connected store");

    trial.store.disconnect();
    trial.isNotConnected("that was connected several times and disconnected once");
    trial.store.connect();
  }

  static void disconnectAgain(Trial trial) {
    StateStore store = trial.store;
    trial.succeeds("disconnect() before connect()", store::disconnect);
    trial.isNotConnected("that was disconnected before it was connected");
    trial.succeeds("close() before connect()", store::close);
    trial.isNotConnected("that was closed before it was connected");
    trial.succeeds("connect() after close()", store::connect);
    trial.isConnected("after close() and connect()");

    List<DurableState> closed = writeSeveral(trial);
    trial.succeeds("close()", store::close);
    trial.isNotConnected("that was closed", closed.toArray(DurableState[]::new));
    trial.succeeds("connect() after close()", store::connect);
    closed.forEach(state -> trial.readsAfter("close() and connect()", state));

    List<DurableState> written = writeSeveral(trial);
    trial.succeeds("close()", store::close);
    trial.succeeds("disconnect() after close()", store::disconnect);
    trial.succeeds("close() after disconnect()", store::close);
    trial.succeeds("disconnect() after disconnect()", store::disconnect);
    trial.isNotConnected("that was closed and disconnected");

    trial.succeeds("connect() after close() and disconnect()", store::connect);
    written.forEach(trial::readsAfterReconnecting);
    trial.keptNothingRefused();
    trial.isConnected("after one connect() that follows several disconnect()");
    trial.succeeds("disconnect()", store::disconnect);
    trial.succeeds("disconnect() after disconnect()", store::disconnect);
    trial.succeeds("ping() after disconnect()", store::ping);
    written.forEach(trial::readsAfterReconnecting);
  }

  static void disconnectAtOnce(Trial trial) {
    trial.store.connect();
    Race.run(
        trial,
        round -> {
          trial.store.connect();
          return new Race.Round(
              () -> disconnectTwice(trial),
              () -> disconnectTwice(trial),
              () ->
                  trial.refuses(
                      "read after disconnect() by two threads at once",
                      () -> trial.store.getLatestState(trial.id),
                      NotConnectedException.class));
        });
    trial.store.connect();
    trial.isConnected("after threads that disconnect at once, and connect()");
    besideConnect(trial);
  }

  /** Whatever threads that connect and disconnect leave behind, one disconnect() ends it. */
  private static void besideConnect(Trial trial) {
    DurableState state = States.of(trial.newId(), 1);
    trial.write(state);
    Race.run(
        trial,
        round -> {
          boolean isTwice = round % 2 == 0;
          if (isTwice) {
            trial.store.disconnect();
          }
          return new Race.Round(
              isTwice ? trial.store::connect : trial.store::disconnect,
              trial.store::connect,
              () -> {
                String when =
                    isTwice
                        ? "after two threads connected at once"
                        : "after one thread disconnected and another connected";
                trial.store.connect();
                trial.readsAfterReconnecting(state);
                trial.store.disconnect();
                trial.refuses(
                    "read after disconnect(), " + when,
                    () -> trial.store.getLatestState(trial.id),
                    NotConnectedException.class);
                trial.store.connect();
              });
        });
  }

  private static void disconnectTwice(Trial trial) {
    trial.succeeds("disconnect() by two threads at once", trial.store::disconnect);
    trial.succeeds("close() by two threads at once", trial.store::close);
  }

  static void ping(Trial trial) {
    StateStore store = trial.store;
    trial.succeeds("ping() on a new store", store::ping);
    trial.isConnected("after ping() on a new store");

    List<DurableState> written = writeSeveral(trial);
    for (int again = 1; again <= 3; again++) {
      trial.succeeds("ping() on a connected store", store::ping);
      readSeveral(trial, "after ping() on a connected store", written);
    }
    trial.isConnected("after ping() on a connected store");

    store.disconnect();
    trial.isNotConnected("that was disconnected after several ping()");
    trial.succeeds("ping() on a disconnected store", store::ping);
    written.forEach(trial::readsAfterReconnecting);
    trial.isConnected("after ping() on a disconnected store");

    store.close();
    trial.succeeds("ping() on a closed store", store::ping);
    trial.succeeds("connect() after ping()", store::connect);
    trial.isConnected("after ping() on a closed store");
    store.disconnect();
    trial.isNotConnected("that was connected by ping() and disconnected");
    store.ping();
  }

  /** Calls a method that must change nothing, while another thread writes and reads. */
  static void meanwhile(Trial trial, String what, Runnable call) {
    trial.store.connect();
    List<DurableState> written = writeSeveral(trial);
    String during = what + " while another thread writes and reads";
    String meanwhile = "a state while another thread calls " + what;
    var writing = new AtomicBoolean();
    Race.run(
        trial,
        round -> {
          DurableState state = trial.raced(trial.id, round, round);
          writing.set(true);
          return new Race.Round(
              () -> {
                // Bounded, so that a store that hangs in the other thread is noticed.
                for (int calls = 1; calls == 1 || (writing.get() && calls <= CALLS); calls++) {
                  trial.succeeds(during, call);
                }
              },
              () -> {
                try {
                  trial.keeps(meanwhile, state);
                } finally {
                  writing.set(false);
                }
              },
              () -> trial.reads("a state written meanwhile, after " + what, state));
        });
    readSeveral(trial, "after " + during, written);
  }

  static void notConnected(Trial trial) {
    trial.store.connect();
    for (int round = 1; round <= 2; round++) {
      List<DurableState> written = writeSeveral(trial);
      trial.store.disconnect();

      trial.isNotConnected("that was disconnected", written.toArray(DurableState[]::new));

      trial.store.connect();
      written.forEach(trial::readsAfterReconnecting);
      trial.keptNothingRefused();
    }
  }

  static void reconnect(Trial trial) {
    StateStore store = trial.store;
    store.connect();
    var written = new ArrayList<DurableState>();
    for (int round = 1; round <= 4; round++) {
      trial.succeeds("disconnect() in round " + round, store::disconnect);
      trial.isNotConnected("that was disconnected in round " + round);
      trial.succeeds("connect() in round " + round, store::connect);

      trial.succeeds("ping() after reconnecting", store::ping);
      written.forEach(trial::readsAfterReconnecting);
      DurableState own = trial.state(trial.id("round-" + round), round);
      DurableState shared = trial.state(trial.id, round);
      trial.write("a state after reconnecting", own);
      trial.write("a state after reconnecting", shared);
      trial.reads("a state after reconnecting and writing", own);
      trial.reads("a state after reconnecting and writing", shared);
      written.add(own);
    }
  }

  /** Writes several states. The first replaces an earlier one. */
  private static List<DurableState> writeSeveral(Trial trial) {
    var written = new ArrayList<DurableState>();
    DurableState first = trial.state(trial.newId(), 1);
    trial.write(first);
    written.add(trial.state(first.getPersistenceId(), 2));
    for (int version : VERSIONS) {
      written.add(trial.state(trial.newId(), version));
    }
    written.forEach(trial::write);
    return written;
  }

  private static void readSeveral(Trial trial, String when, List<DurableState> written) {
    written.forEach(state -> trial.reads("a state " + when, state));
  }
}
