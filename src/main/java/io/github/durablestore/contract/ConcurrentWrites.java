package io.github.durablestore.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.durablestore.StaleWriteException;
import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.Future;

/** R16: several threads write to ids of their own, and all to one, and read what they wrote. */
final class ConcurrentWrites {
  private static final int WRITERS = 4;
  private static final int ROUNDS = 2_000;

  private final StateStore store;
  private final String id;
  private final boolean refusesStaleWrites;
  private final RoundLimit limit = new RoundLimit(ROUNDS);

  ConcurrentWrites(Trial trial, boolean refusesStaleWrites) {
    this.store = trial.store;
    this.id = trial.id;
    this.refusesStaleWrites = refusesStaleWrites;
  }

  void run() throws Exception {
    var lastVersions = new ArrayList<Long>();
    try (var workers = new Workers()) {
      var writers = new ArrayList<Future<Integer>>();
      for (int writer = 0; writer < WRITERS; writer++) {
        int number = writer;
        writers.add(workers.start(() -> write(number)));
      }
      for (int writer = 0; writer < WRITERS; writer++) {
        lastVersions.add(assertKept(writer, Workers.get(writers.get(writer))));
      }
    }
    DurableState left = readShared();
    assertThat(left.getVersionNumber())
        .as("version that is left of concurrent writes to one id: the last of one of the writers")
        .isIn(lastVersions);
    for (int i = 0; i < 20; i++) {
      assertThat(readShared()).as("state left of concurrent writes, read again").isEqualTo(left);
    }
  }

  private int write(int writer) {
    int round = 0;
    for (; limit.allows(round); round++) {
      DurableState own = States.of(ownId(writer, round), round);
      store.writeState(own);
      assertThat(store.getLatestState(own.getPersistenceId()))
          .as("read of a thread's own last write")
          .contains(own);

      writeShared(States.of(id, version(writer, round)));
      readShared();
    }
    return round;
  }

  /** Returns the last version that the writer wrote to the id that all write to. */
  private long assertKept(int writer, int rounds) {
    for (int round = 0; round < rounds; round++) {
      assertThat(store.getLatestState(ownId(writer, round)))
          .as("read of an id to which one of several threads wrote")
          .contains(States.of(ownId(writer, round), round));
    }
    return version(writer, rounds - 1);
  }

  private void writeShared(DurableState state) {
    try {
      store.writeState(state);
    } catch (StaleWriteException e) {
      if (!refusesStaleWrites) {
        throw e;
      }
    }
  }

  private DurableState readShared() {
    Optional<DurableState> latest = store.getLatestState(id);
    assertThat(latest).as("state read during concurrent writes to one id").isPresent();
    DurableState shared = latest.get();
    assertThat(shared)
        .as("state read during concurrent writes to one id: one of them, whole")
        .isEqualTo(States.of(id, shared.getVersionNumber()));
    return shared;
  }

  private static long version(int writer, int round) {
    return (long) writer * ROUNDS + round + 1;
  }

  private String ownId(int writer, int round) {
    return id + "-" + writer + "-" + round;
  }
}
