package io.github.durablestore.contract;

import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.text.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/** The checks of R16 for visibility: once a thread has written a state, every thread reads it. */
final class Sightings {
  private static final int THREADS = 3;
  private static final int TURNS = 500;
  private static final int WRITES = 4;

  /** The part of the races that are about replacements: these need less luck. */
  private static final int FEWER = 5;

  static final String SAME_AGAIN = "a state, whose writer wrote the same before another wrote";

  private Sightings() {}

  /**
   * Threads write in turn. After each write all of them read, including those that wrote before.
   */
  static void handedOver(Trial trial) {
    trial.store.connect();
    RoundLimit limit = trial.rounds(TURNS);
    List<ExecutorService> lanes = Stream.generate(trial.threads::lane).limit(THREADS).toList();
    for (ExecutorService lane : lanes) {
      TrialThreads.get(
          lane.submit(() -> trial.readsNothing("an id that no thread has written", trial.id)));
    }
    for (int round = 0; limit.allows(round); round++) {
      DurableState state = trial.state(trial.id, round + 1);
      TrialThreads.get(lanes.get(round % THREADS).submit(() -> trial.write(state)));
      trial.reads("a state that another thread wrote before", state);
      for (ExecutorService lane : lanes) {
        TrialThreads.get(
            lane.submit(() -> trial.reads("a state that one of the threads wrote", state)));
      }
    }
    for (DurableState state : inTurn(trial)) {
      TrialThreads.get(
          lanes.get((int) (state.getShard() % 2)).submit(() -> trial.write(SAME_AGAIN, state)));
    }
    trial.reads(SAME_AGAIN, inTurn(trial).get(2));
  }

  /** Returns a state, another, and the first once more, which does not repeat what is there. */
  static List<DurableState> inTurn(Trial trial) {
    String id = trial.id("in-turn");
    boolean repeats = !trial.can.refusesStaleWrites();
    return List.of(States.of(id, 1, 1), States.of(id, 2, 2), States.of(id, repeats ? 1 : 3, 1));
  }

  /**
   * One thread writes. What another reads is no older than the last completed write, and no newer
   * than the last one that was begun.
   */
  static void inOrder(Trial trial) {
    trial.store.connect();
    trial.write(States.of(trial.id, 1));
    var done = new AtomicLong(1);
    var writing = new AtomicBoolean();
    Race.run(
        trial,
        round -> {
          long newest = 1 + (long) round * WRITES;
          writing.set(true);
          return new Race.Round(
              () -> {
                try {
                  for (long version = newest - WRITES + 1; version <= newest; version++) {
                    trial.write(trial.raced(trial.id, version, version));
                    done.set(version);
                  }
                } finally {
                  writing.set(false);
                }
              },
              () -> readInOrder(trial, done, newest, writing),
              // A reader that read before the write may only now put the old state into a cache.
              () ->
                  trial.reads(
                      "the last write, after another thread has read",
                      trial.raced(trial.id, newest, newest)));
        });
  }

  private static void readInOrder(
      Trial trial, AtomicLong done, long newest, AtomicBoolean writing) {
    long last = 0;
    do {
      long least = Math.max(last, done.get());
      DurableState latest =
          ConcurrentWrites.readWritten(trial, "an id that one thread writes", trial.id);
      last = latest.getVersionNumber();
      if (last < least || last > newest) {
        throw new AssertionError(
            "read of an id that one thread writes: expected version %s, which was written or read before, or a later one, but was %s"
                .formatted(least, Text.version(latest)));
      }
      ConcurrentWrites.requireWhole(List.of(trial.raced(trial.id, last, last)), latest);
    } while (writing.get() && !trial.threads.isOver());
  }

  /** Two threads write the first state of a new id at once, and then replace one at once. */
  static void firstWrites(Trial trial) {
    trial.store.connect();
    writesAtOnce(List.of(trial, trial), Race.ROUNDS);
    Race.run(
        trial,
        round -> {
          DurableState state = States.of(trial.id("first-read-" + round), 1);
          return new Race.Round(
              () -> trial.write(state),
              () -> readOrNothing(trial, state),
              () -> trial.reads("the first state of an id, which another thread read", state));
        });
  }

  private static void readOrNothing(Trial trial, DurableState state) {
    String what = "an id while its first state is written";
    Optional<DurableState> latest = trial.read(what, state.getPersistenceId());
    trial.isOneOf("read of " + what, latest, Optional.of(state), Optional.empty());
  }

  /**
   * The same with threads that use two stores over the same data. What won is read again, once it
   * is no longer in a cache.
   */
  static void writesAtOnce(List<Trial> trials, int most) {
    writesAtOnce(trials, most, "the first state of an id, by two threads at once", false);
    writesAtOnce(trials, most / FEWER, "a state in place of another, by two threads", true);
  }

  private static void writesAtOnce(List<Trial> trials, int most, String what, boolean replaces) {
    Trial first = trials.get(0);
    Trial second = trials.get(1);
    var won = new ArrayList<DurableState>();
    Race.run(
        first,
        most,
        round -> {
          String id = first.id((replaces ? "replaced-" : "first-") + round);
          if (replaces) {
            first.write(States.of(id, 1));
          }
          boolean isSame = round % 2 == 0 && !first.can.refusesStaleWrites();
          DurableState one = first.raced(id, 2, 2L * round);
          DurableState other = first.raced(id, isSame ? 2 : 3, 2L * round + 1);
          return new Race.Round(
              () -> first.writeUnlessStale(what, one),
              () -> second.writeUnlessStale(what, other),
              () -> {
                DurableState latest =
                    ConcurrentWrites.readWritten(first, "an id that two threads wrote at once", id);
                ConcurrentWrites.requireWhole(List.of(one, other), latest);
                won.add(latest);
              });
        });
    boolean isOne = first == second;
    if (isOne || !first.can.purgesOnDisconnect()) { // else what is shared may be kept or not
      Survival.readAgain(
          first,
          won,
          state -> state,
          (reader, state, again) ->
              reader.reads("an id that two threads wrote at once" + again, state));
    }
  }
}
