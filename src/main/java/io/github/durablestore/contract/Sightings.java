package io.github.durablestore.contract;

import io.github.durablestore.egopb.DurableState;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/** The checks of R16 for visibility: once a thread has written a state, every thread reads it. */
final class Sightings {
  private static final int THREADS = 3;
  private static final int ROUNDS = 500;
  private static final int FIRST_WRITES = 3_000;

  private Sightings() {}

  /**
   * Threads write in turn. After each write all of them read, including those that wrote before.
   */
  static void handedOver(Trial trial) throws Exception {
    trial.store.connect();
    RoundLimit limit = trial.rounds(ROUNDS);
    List<ExecutorService> lanes = Stream.generate(trial.workers::lane).limit(THREADS).toList();
    for (ExecutorService lane : lanes) {
      Workers.get(
          lane.submit(() -> trial.readsNothing("an id that no thread has written", trial.id)));
    }
    for (int round = 0; limit.allows(round); round++) {
      DurableState state = States.of(trial.id, round + 1);
      Workers.get(lanes.get(round % THREADS).submit(() -> trial.write(state)));
      trial.reads("a state that another thread wrote before", state);
      for (ExecutorService lane : lanes) {
        Workers.get(lane.submit(() -> trial.reads("a state that one of the threads wrote", state)));
      }
    }
  }

  /**
   * One thread writes. What others read is no older than its last completed write, and no newer
   * than the last one it began.
   */
  static void inOrder(Trial trial) throws Exception {
    new Sequence(trial).run();
  }

  /** All threads write the first state of a new id at once. */
  static void firstWrites(Trial trial) throws Exception {
    trial.store.connect();
    firstWrites(List.of(trial));
  }

  /** The same with threads that use several stores over the same data, in turn. */
  static void firstWrites(List<Trial> trials) throws Exception {
    Trial first = trials.get(0);
    RoundLimit limit = first.manyRounds(FIRST_WRITES);
    for (int round = 0; limit.allows(round); round++) {
      String id = first.id("first-" + round);
      var written = new ArrayList<DurableState>();
      var works = new ArrayList<Callable<Boolean>>();
      for (int thread = 1; thread <= THREADS; thread++) {
        Trial trial = trials.get(thread % trials.size());
        DurableState state = States.of(id, thread);
        written.add(state);
        works.add(
            () ->
                trial.writeUnlessStale(
                    "the first state of an id, by several threads at once", state));
      }
      first.workers.atOnce(works);
      ConcurrentWrites.requireWhole(
          written,
          first
              .read("an id that several threads wrote at once", id)
              .orElse(DurableState.getDefaultInstance()));
    }
  }

  /** One writer, which publishes the versions that it has begun and completed, and its readers. */
  private static final class Sequence {
    private final Trial trial;
    private final AtomicBoolean stop = new AtomicBoolean();
    private volatile long begun;
    private volatile long done;

    Sequence(Trial trial) {
      this.trial = trial;
    }

    void run() throws Exception {
      trial.store.connect();
      RoundLimit limit = trial.rounds(ROUNDS * 10);
      write(1);
      var readers = new ArrayList<Future<Object>>();
      try {
        for (int reader = 1; reader < THREADS; reader++) {
          readers.add(trial.workers.start(this::read));
        }
        for (int round = 2;
            limit.allows(round) && readers.stream().noneMatch(Future::isDone);
            round++) {
          write(round);
        }
      } finally {
        stop.set(true);
      }
      Workers.getAll(readers);
    }

    private void write(long version) {
      DurableState state = States.of(trial.id, version);
      begun = version;
      trial.write(state);
      done = version;
      // A reader that read before the write may only now put the old state into a cache.
      trial.reads("a thread's own last write, while others read", state);
    }

    private Object read() {
      long last = 0;
      do {
        long before = Math.max(last, done);
        DurableState latest =
            trial
                .read("an id that one thread writes", trial.id)
                .orElse(DurableState.getDefaultInstance());
        long version = latest.getVersionNumber();
        if (version < before || version > begun) {
          throw new AssertionError(
              "read of an id that one thread writes: expected version %s, which was written or read before, or a later one, but was %s"
                  .formatted(before, version));
        }
        ConcurrentWrites.requireWhole(List.of(States.of(trial.id, version)), latest);
        last = version;
      } while (!stop.get());
      return trial;
    }
  }
}
