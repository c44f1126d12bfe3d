package io.github.durablestore.contract;

import com.google.protobuf.Any;
import io.github.durablestore.NotConnectedException;
import io.github.durablestore.StaleWriteException;
import io.github.durablestore.egopb.DurableState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/** The checks of what threads do to each other, by the lifecycle and by their number. */
final class Crowds {
  private static final int FEW = 3;

  /** More than the usual pool of connections has. */
  static final int MANY = 24;

  /** More threads than a store may have places for, if it never frees them, and as many at once. */
  private static final int SHORT_LIVED = 200;

  private static final int FEW_SHORT_LIVED = 40;
  private static final int AT_ONCE = 4;

  /** Until another thread has connected; more would hide that it hangs. */
  private static final int MAX_CALLS = 10_000;

  /** Of each outcome. */
  private static final int OPERATIONS = 200;

  private Crowds() {}

  /** Two threads connect a disconnected store: they share one connection, which loses nothing. */
  static void connectAtOnce(Trial trial) {
    trial.store.connect();
    Race.run(
        trial,
        round -> {
          trial.store.disconnect();
          DurableState one = States.of(trial.id(round + "-1"), round);
          DurableState other = States.of(trial.id(round + "-2"), round);
          return new Race.Round(
              () -> connectAndWrite(trial, round % 3 == 0, one),
              () -> connectAndWrite(trial, round % 5 == 0, other),
              () -> {
                trial.reads("a state after two threads connected at once, and wrote", one);
                trial.reads("a state after two threads connected at once, and wrote", other);
              });
        });
    trial.store.disconnect();
    trial.isNotConnected("that several threads connected at once, and one disconnected");
    trial.store.connect();
    connectBesideCalls(trial);
  }

  /** One thread connects. Another one's calls are refused until then, and no longer afterwards. */
  private static void connectBesideCalls(Trial trial) {
    DurableState old = States.of(trial.newId(), 1);
    trial.write(old);
    Race.run(
        trial,
        round -> {
          trial.store.disconnect();
          DurableState state = States.of(trial.id("meanwhile-" + round), 1);
          var isOver = new AtomicBoolean();
          var isWritten = new AtomicBoolean();
          return new Race.Round(
              () -> {
                try {
                  Runnable connect = round % 4 < 2 ? trial.store::connect : trial.store::ping;
                  trial.succeeds("connect() or ping() while another thread writes", connect);
                } finally {
                  isOver.set(true);
                }
              },
              () -> isWritten.set(writesOrIsRefused(trial, round % 2 == 0, old, state, isOver)),
              () -> {
                if (isWritten.get()) {
                  trial.reads("a state that was written while another thread connected", state);
                }
              });
        });
  }

  /** Makes calls until one is not refused, or the other thread has connected. */
  private static boolean writesOrIsRefused(
      Trial trial, boolean readsFirst, DurableState old, DurableState state, AtomicBoolean isOver) {
    for (int calls = 0; calls < MAX_CALLS && !(calls > 0 && isOver.get()); calls++) {
      try {
        if (readsFirst) {
          Optional<DurableState> latest = trial.store.getLatestState(old.getPersistenceId());
          trial.is(
              "read while another thread connects",
              latest,
              trial.can.purgesOnDisconnect() ? Optional.empty() : Optional.of(old));
        }
        trial.store.writeState(state);
        return true;
      } catch (NotConnectedException e) {
        // The other thread has not connected yet.
      }
    }
    return false;
  }

  private static void connectAndWrite(Trial trial, boolean pings, DurableState state) {
    trial.connects(pings, " while another thread connects");
    trial.keeps("a state after connecting, while another thread connects", state);
  }

  /**
   * Threads connect, and each in turn disconnects: then all are refused, whichever connected first.
   */
  static void afterDisconnect(Trial trial) {
    List<ExecutorService> lanes = Stream.generate(trial.threads::lane).limit(FEW).toList();
    for (int round = 1; round <= FEW || (round <= 2 * FEW && !trial.isSlow()); round++) {
      var written = new ArrayList<DurableState>();
      for (ExecutorService lane : lanes) {
        Runnable connect =
            (round + written.size()) % 2 == 0 ? trial.store::connect : trial.store::ping;
        DurableState state = trial.state(trial.id(round + "-" + written.size()), round);
        TrialThreads.get(lane.submit(() -> connectAndWrite(trial, connect, state)));
        written.add(state);
      }
      boolean closes = round % 4 >= 2;
      Runnable disconnect = closes ? trial.store::close : trial.store::disconnect;
      String calls = (closes ? "close()" : "disconnect()") + " by one thread, and connect()";
      onAll(lanes.subList(round % FEW, round % FEW + 1), disconnect);
      DurableState[] all = written.toArray(DurableState[]::new);
      onAll(lanes, () -> trial.isNotConnected("that another thread disconnected", all));
      trial.isNotConnected("that another thread disconnected", all);
      trial.store.connect();
      onAll(lanes, () -> written.forEach(state -> trial.readsAfter(calls, state)));
      trial.keptNothingRefused();
    }
  }

  private static void onAll(List<ExecutorService> lanes, Runnable call) {
    TrialThreads.getAll(lanes.stream().map(lane -> lane.submit(call)).toList());
  }

  private static void connectAndWrite(Trial trial, Runnable connect, DurableState state) {
    trial.succeeds("connect() or ping() in another thread", connect);
    trial.keeps("a state in another thread", state);
  }

  /** Many threads make calls of every outcome: no outcome may use up what the store has. */
  static void manyCalls(Trial trial) {
    trial.store.connect();
    shortLived(trial);
    long tooLarge = trial.can.maximumStateSize() + 1;
    boolean isLimited = 0 < tooLarge && tooLarge <= Payloads.MEBIBYTE;
    Any payload = isLimited ? Payloads.zeros((int) tooLarge) : Any.getDefaultInstance();
    int rounds = trial.isSlow() ? 1 : OPERATIONS / MANY + 1;
    var works = new ArrayList<Callable<Object>>();
    for (int thread = 0; thread < MANY; thread++) {
      String id = trial.id("crowd-" + thread);
      works.add(
          () -> {
            for (int round = 1; round <= rounds; round++) {
              callEverything(trial, trial.state(id, round));
              if (isLimited) {
                DurableState large = States.of(id + "-large", round);
                Contents.accepts(
                    trial,
                    Contents.PERHAPS_TOO_LARGE,
                    large.toBuilder().setResultingState(payload).build());
              }
            }
            return id;
          });
    }
    trial.threads.atOnce(works);
    trial.isConnected("after many threads have used the store");
  }

  /** Threads that make few calls and end, a few at a time: none may leave anything behind. */
  private static void shortLived(Trial trial) {
    int all = trial.isSlow() ? FEW_SHORT_LIVED : SHORT_LIVED;
    for (int started = 0; started < all; started += AT_ONCE) {
      List<Future<?>> threads = new ArrayList<>();
      for (int number = 1; number <= AT_ONCE; number++) {
        String what =
            "a state, by thread %s, which makes no other calls".formatted(started + number);
        DurableState state = States.of(trial.newId(), 1);
        threads.add(trial.threads.startNew(() -> trial.keeps(what, state)));
      }
      TrialThreads.getAll(threads);
    }
  }

  private static void callEverything(Trial trial, DurableState state) {
    String when = ", while many threads use the store";
    trial.keeps("a state" + when, state);
    trial.readsNothing("an id never written" + when, state.getPersistenceId() + "-never");
    DurableState empty = state.toBuilder().clearPersistenceId().build();
    trial.refusesEmptyId(empty, when, when, IllegalArgumentException.class);
    trial.refusesNull(when, when, NullPointerException.class);
    var bare = state.toBuilder().setPersistenceId(state.getPersistenceId() + "-bare");
    long version = 4 * state.getVersionNumber();
    List<DurableState.Builder> kinds =
        List.of(
            bare.clone().clearResultingState(),
            bare.clone().setResultingState(Any.getDefaultInstance()),
            bare.clone().clearShard().clearTimestamp(),
            trial.keepsUnknownFields()
                ? Payloads.withUnknownFields(state).toBuilder()
                    .setPersistenceId(bare.getPersistenceId())
                : bare);
    for (DurableState.Builder kind : kinds) {
      DurableState each = kind.setVersionNumber(++version).build();
      trial.keeps("a state" + when, each);
    }
    for (DurableState stale : List.of(state, state.toBuilder().setVersionNumber(0).build())) {
      if (trial.can.refusesStaleWrites()) {
        trial.refuses(
            "write of the same version, or a lower one" + when,
            () -> trial.store.writeState(stale),
            StaleWriteException.class);
      } else {
        trial.write("the same state, or one of a lower version" + when, stale);
      }
    }
  }
}
