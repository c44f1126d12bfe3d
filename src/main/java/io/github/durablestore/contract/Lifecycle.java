package io.github.durablestore.contract;

import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

/** The checks of R1 to R6. */
final class Lifecycle {
  private static final int ROUNDS = 2_000;
  private static final int THREADS = 3;

  private Lifecycle() {}

  static void newStore(Trial trial) throws Exception {
    trial.isNotConnected("that is new (createStore() returns one that is not connected)");

    trial.store.connect();
    trial.keptNothingRefused();
    trial.isConnected("after connect() on a new store");
  }

  static void connectAgain(Trial trial) throws Exception {
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

  static void disconnectAgain(Trial trial) throws Exception {
    StateStore store = trial.store;
    trial.succeeds("disconnect() before connect()", store::disconnect);
    trial.isNotConnected("that was disconnected before it was connected");
    trial.succeeds("close() before connect()", store::close);
    trial.isNotConnected("that was closed before it was connected");
    trial.succeeds("connect() after close()", store::connect);
    trial.isConnected("after close() and connect()");

    List<DurableState> written = writeSeveral(trial);
    trial.succeeds("close()", store::close);
    trial.isNotConnected("that was closed", written.toArray(DurableState[]::new));
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

  static void disconnectAtOnce(Trial trial) throws Exception {
    trial.store.connect();
    RoundLimit limit = trial.rounds(ROUNDS);
    for (int round = 0; limit.allows(round); round++) {
      trial.workers.atOnce(Collections.nCopies(THREADS, () -> disconnectTwice(trial)));
      trial.store.connect();
    }
    trial.isConnected("after threads that disconnect at once, and connect()");
  }

  private static Object disconnectTwice(Trial trial) throws Exception {
    trial.succeeds("disconnect() by several threads at once", trial.store::disconnect);
    trial.succeeds("close() by several threads at once", trial.store::close);
    return trial;
  }

  static void ping(Trial trial) throws Exception {
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

  /** Calls a method that must change nothing, while other threads write and read. */
  static void meanwhile(Trial trial, String what, Trial.Call call) throws Exception {
    trial.store.connect();
    List<DurableState> written = writeSeveral(trial);
    RoundLimit limit = trial.rounds(ROUNDS);
    var stop = new AtomicBoolean();
    var works = new ArrayList<Future<Long>>();
    try {
      for (int thread = 1; thread < THREADS; thread++) {
        String id = trial.id("thread-" + thread);
        works.add(trial.workers.start(() -> writeAndRead(trial, id, what, stop)));
      }
      for (int round = 0; limit.allows(round) && !anyDone(works); round++) {
        trial.succeeds(what + " while others write and read", call);
      }
    } finally {
      stop.set(true);
    }
    for (int thread = 1; thread < THREADS; thread++) {
      long last = Workers.get(works.get(thread - 1));
      trial.reads(
          "a state written meanwhile, after " + what,
          States.of(trial.id("thread-" + thread), last));
    }
    readSeveral(trial, "after " + what + " while others write and read", written);
  }

  private static boolean anyDone(List<Future<Long>> works) {
    return works.stream().anyMatch(Future::isDone);
  }

  private static long writeAndRead(Trial trial, String id, String what, AtomicBoolean stop) {
    long version = 0;
    do {
      DurableState state = States.of(id, ++version);
      trial.write("a state while another thread calls " + what, state);
      trial.reads("a state while another thread calls " + what, state);
    } while (!stop.get());
    return version;
  }

  static void notConnected(Trial trial) throws Exception {
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

  static void reconnect(Trial trial) throws Exception {
    StateStore store = trial.store;
    store.connect();
    var written = new ArrayList<DurableState>();
    for (int round = 1; round <= 4; round++) {
      trial.succeeds("disconnect() in round " + round, store::disconnect);
      trial.isNotConnected("that was disconnected in round " + round);
      trial.succeeds("connect() in round " + round, store::connect);

      trial.succeeds("ping() after reconnecting", store::ping);
      written.forEach(trial::readsAfterReconnecting);
      DurableState own = States.of(trial.id("round-" + round), round);
      DurableState shared = States.of(trial.id, round);
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
    DurableState first = States.of(trial.newId(), 1);
    trial.write(first);
    written.add(States.of(first.getPersistenceId(), 2));
    for (int other = 1; other <= 3; other++) {
      written.add(States.of(trial.newId(), other));
    }
    written.forEach(trial::write);
    return written;
  }

  private static void readSeveral(Trial trial, String when, List<DurableState> written) {
    written.forEach(state -> trial.reads("a state " + when, state));
  }
}
