package io.github.durablestore.contract;

import io.github.durablestore.StaleWriteException;
import io.github.durablestore.egopb.DurableState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/** The checks of R16 for concurrent writers: each has its own ids, and all share one id. */
final class ConcurrentWrites {
  private static final int WRITERS = 4;
  private static final int ROUNDS = 2_000;

  private final Trial trial;
  private final RoundLimit limit;

  private ConcurrentWrites(Trial trial) {
    this.trial = trial;
    limit = trial.rounds(ROUNDS);
  }

  static void run(Trial trial) throws Exception {
    trial.store.connect();
    new ConcurrentWrites(trial).run();
  }

  private record Written(int rounds, long lastShared) {}

  private void run() throws Exception {
    var writers = new ArrayList<Callable<Written>>();
    for (int writer = 0; writer < WRITERS; writer++) {
      int number = writer;
      writers.add(() -> write(number));
    }
    List<Written> all = trial.workers.atOnce(writers);
    var last = new ArrayList<Long>();
    for (int writer = 0; writer < WRITERS; writer++) {
      Written written = all.get(writer);
      for (int round = 0; round < written.rounds(); round++) {
        trial.reads("an id to which one of several threads wrote", own(writer, round));
      }
      last.add(written.lastShared());
    }
    long left = readShared().getVersionNumber();
    if (!last.contains(left)) {
      throw new AssertionError(
          "read of an id to which all wrote: expected the last version of one of the threads, %s,"
                  .formatted(last)
              + " but was "
              + left);
    }
  }

  private Written write(int writer) {
    int round = 0;
    long lastShared = 0;
    for (; limit.allows(round); round++) {
      DurableState own = own(writer, round);
      trial.write("a state while others write", own);
      trial.reads("a thread's own last write", own);

      long version = (long) round * WRITERS + writer + 1;
      if (writeShared(version)) {
        lastShared = version;
      }
      readShared();
    }
    return new Written(round, lastShared);
  }

  private boolean writeShared(long version) {
    DurableState shared = States.of(trial.id, version);
    if (!trial.can.refusesStaleWrites()) {
      trial.write("a state while others write to its id", shared);
      return true;
    }
    try {
      trial.store.writeState(shared);
      return true;
    } catch (StaleWriteException e) {
      return false; // another thread was faster
    }
  }

  private DurableState readShared() {
    Optional<DurableState> latest = trial.read("an id to which others write", trial.id);
    if (latest.isEmpty()) {
      throw new AssertionError(
          "read of an id during concurrent writes to it: expected one of them but there was none");
    }
    requireWhole(List.of(States.of(trial.id, latest.get().getVersionNumber())), latest.get());
    return latest.get();
  }

  /** Requires a state to be one of those written. */
  static void requireWhole(List<DurableState> written, DurableState read) {
    if (!written.contains(read)) {
      throw new AssertionError(
          "read of an id during concurrent writes to it: expected one of them, whole; "
              + Difference.between(written.get(0), read));
    }
  }

  private DurableState own(int writer, int round) {
    return States.of(trial.id(writer + "-" + round), round);
  }
}
