package io.github.durablestore.contract;

import io.github.durablestore.StaleWriteException;
import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Future;

/** R18: a write whose version is not greater is refused. */
final class StaleWrites {
  private static final int WRITERS = 3;
  private static final int ROUNDS = 300;

  private final Trial trial;
  private final StateStore store;

  StaleWrites(Trial trial) {
    this.trial = trial;
    this.store = trial.store;
  }

  void inOneThread() {
    long[] ascending = {0, 1, 2, 5, Long.MAX_VALUE, Long.MIN_VALUE, -2, -1};
    for (int i = 0; i < ascending.length; i++) {
      DurableState state = States.of(trial.id, ascending[i]);
      trial.assertSurvives("of a greater version", state, "");
      for (int earlier = 0; earlier <= i; earlier++) {
        assertRefused(state, ascending[earlier]);
      }
    }
  }

  private void assertRefused(DurableState latest, long version) {
    String what =
        "write of version %s after version %s"
            .formatted(
                Long.toUnsignedString(version), Long.toUnsignedString(latest.getVersionNumber()));
    DurableState stale = States.of(trial.id, version).toBuilder().setTimestamp(42).build();
    StaleWriteException e =
        trial.assertThrows(what, StaleWriteException.class, () -> store.writeState(stale));
    for (String part :
        List.of(
            trial.id,
            Long.toUnsignedString(version),
            Long.toUnsignedString(latest.getVersionNumber()))) {
      if (!String.valueOf(e.getMessage()).contains(part)) {
        throw new AssertionError(
            "[%s] expected a message that contains \"%s\" but it is \"%s\""
                .formatted(what, part, e.getMessage()));
      }
    }
    trial.assertRead("read after a refused " + what, latest);
  }

  /** Of writes of one version at once, one is accepted. */
  void inSeveralThreads() throws Exception {
    try (var workers = new Workers()) {
      var barrier = new CyclicBarrier(WRITERS);
      var limit = new RoundLimit(ROUNDS);
      for (int round = 0; limit.allows(round); round++) {
        List<DurableState> states = new ArrayList<>();
        List<Future<Boolean>> accepted = new ArrayList<>();
        for (int writer = 0; writer < WRITERS; writer++) {
          DurableState state =
              States.of(trial.id + "-race", round + 1).toBuilder().setTimestamp(writer).build();
          states.add(state);
          accepted.add(
              workers.start(
                  () -> {
                    barrier.await();
                    return isAccepted(state);
                  }));
        }
        List<DurableState> winners = new ArrayList<>();
        for (int writer = 0; writer < WRITERS; writer++) {
          if (Workers.get(accepted.get(writer))) {
            winners.add(states.get(writer));
          }
        }
        if (winners.size() != 1) {
          throw new AssertionError(
              "[%d writes of one version at once] expected one to be accepted but %d were"
                  .formatted(WRITERS, winners.size()));
        }
        trial.assertRead("read of the write that was accepted", winners.get(0));
      }
    }
  }

  private boolean isAccepted(DurableState state) {
    try {
      store.writeState(state);
      return true;
    } catch (StaleWriteException e) {
      return false;
    }
  }
}
