package io.github.durablestore.contract;

import io.github.durablestore.StaleWriteException;
import io.github.durablestore.egopb.DurableState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * The checks of what threads do to each other: by the lifecycle, by their number, by interrupts.
 */
final class Crowds {
  private static final int ROUNDS = 3_000;
  private static final int CONNECTING = 3;
  private static final int FEW = 3;

  /** More than the usual pool of connections has. */
  private static final int MANY = 24;

  /** Of each outcome. */
  private static final int OPERATIONS = 200;

  private Crowds() {}

  /**
   * Threads connect a disconnected store at once: they share one connection, which loses nothing.
   */
  static void connectAtOnce(Trial trial) throws Exception {
    trial.store.connect();
    RoundLimit limit = trial.manyRounds(ROUNDS);
    for (int round = 0; limit.allows(round); round++) {
      trial.store.disconnect();
      var written = new ArrayList<DurableState>();
      var works = new ArrayList<Callable<DurableState>>();
      for (int thread = 0; thread < CONNECTING; thread++) {
        DurableState state = States.of(trial.id(round + "-" + thread), thread + 1);
        boolean pings = (round + thread) % 3 == 0;
        written.add(state);
        works.add(() -> connectAndWrite(trial, state, pings));
      }
      trial.workers.atOnce(works);
      for (DurableState state : written) {
        trial.reads("a state after several threads connected at once, and wrote", state);
      }
    }
    trial.store.disconnect();
    trial.isNotConnected("that several threads connected at once, and one disconnected");
    trial.store.connect();
  }

  private static DurableState connectAndWrite(Trial trial, DurableState state, boolean pings)
      throws Exception {
    String how = pings ? "ping()" : "connect()";
    trial.succeeds(how + " while others connect", pings ? trial.store::ping : trial.store::connect);
    trial.write("a state after %s, while others connect".formatted(how), state);
    trial.reads("a state after %s, while others connect".formatted(how), state);
    return state;
  }

  /** A thread that used the store before it was disconnected is refused like any other. */
  static void afterDisconnect(Trial trial) throws Exception {
    trial.store.connect();
    List<ExecutorService> lanes = Stream.generate(trial.workers::lane).limit(FEW).toList();
    for (int round = 1; round <= 2; round++) {
      var written = new ArrayList<DurableState>();
      for (ExecutorService lane : lanes) {
        DurableState state = States.of(trial.id(round + "-" + written.size()), round);
        Workers.get(lane.submit(() -> writeAndRead(trial, state)));
        written.add(state);
      }
      trial.store.disconnect();
      for (ExecutorService lane : lanes) {
        Workers.get(
            lane.submit(
                () -> {
                  trial.isNotConnected(
                      "that another thread disconnected", written.toArray(DurableState[]::new));
                  return trial;
                }));
      }
      trial.store.connect();
      for (ExecutorService lane : lanes) {
        Workers.get(
            lane.submit(
                () -> {
                  written.forEach(trial::readsAfterReconnecting);
                  trial.keptNothingRefused();
                  return trial;
                }));
      }
    }
  }

  private static DurableState writeAndRead(Trial trial, DurableState state) {
    trial.write("a state in another thread", state);
    trial.reads("a state in another thread", state);
    return state;
  }

  /** Many threads make calls of every outcome: no outcome may use up what the store has. */
  static void manyCalls(Trial trial) throws Exception {
    trial.store.connect();
    int rounds = trial.isSlow() ? 1 : OPERATIONS / MANY;
    var works = new ArrayList<Callable<Object>>();
    for (int thread = 0; thread < MANY; thread++) {
      int number = thread;
      works.add(() -> callEverything(trial, number, rounds));
    }
    trial.workers.atOnce(works);
    trial.isConnected("after many threads have used the store");
  }

  private static Object callEverything(Trial trial, int number, int rounds) {
    String id = trial.id("crowd-" + number);
    for (int round = 1; round <= rounds; round++) {
      DurableState state = States.of(id, round);
      trial.write("a state while many threads use the store", state);
      trial.reads("a state while many threads use the store", state);
      trial.readsNothing(
          "an id never written, while many threads use the store", trial.id("never-" + number));
      trial.refuses(
          "write of an empty id, while many threads use the store",
          () -> trial.store.writeState(state.toBuilder().clearPersistenceId().build()),
          IllegalArgumentException.class);
      refuseStale(trial, state);
    }
    return trial;
  }

  private static void refuseStale(Trial trial, DurableState written) {
    if (trial.can.refusesStaleWrites()) {
      trial.refuses(
          "write of the same version, while many threads use the store",
          () -> trial.store.writeState(written),
          StaleWriteException.class);
    }
  }

  /** A call of an interrupted thread succeeds or is refused, and harms no other call. */
  static void interrupted(Trial trial) throws Exception {
    trial.store.connect();
    ExecutorService lane = trial.workers.lane();
    for (int round = 1; round <= 3; round++) {
      DurableState before = States.of(trial.id("before-" + round), round);
      DurableState during = States.of(trial.id("during-" + round), round);
      trial.write("a state before another thread is interrupted", before);
      Future<Boolean> work = lane.submit(() -> writeInterrupted(trial, during));
      boolean accepted = Workers.get(work);
      trial.reads("a state after a call of an interrupted thread", before);
      Optional<DurableState> latest =
          trial.read("a state that an interrupted thread wrote", during.getPersistenceId());
      if (accepted) {
        trial.reads("a state that an interrupted thread wrote", during);
      } else if (latest.isPresent()) {
        trial.reads("a state that an interrupted thread wrote, and that is there", during);
      }
      trial.isConnected("after a call of an interrupted thread");
      String again = during.getPersistenceId();
      Workers.get(lane.submit(() -> writeAndRead(trial, States.of(again, trial.next(again, 9)))));
    }
  }

  private static boolean writeInterrupted(Trial trial, DurableState state) {
    Thread.currentThread().interrupt();
    try {
      trial.store.getLatestState(state.getPersistenceId());
      Thread.currentThread().interrupt();
      trial.store.writeState(state);
      return true;
    } catch (RuntimeException e) {
      return false; // a store may refuse it
    } finally {
      Thread.interrupted();
    }
  }
}
