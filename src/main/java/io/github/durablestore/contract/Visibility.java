package io.github.durablestore.contract;

import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;

/** R16: what one thread has written is what all read from then on, those that wrote before too. */
final class Visibility {
  private static final int THREADS = 3;
  private static final int ROUNDS = 300;

  private final Trial trial;
  private final StateStore store;

  Visibility(Trial trial) {
    this.trial = trial;
    this.store = trial.store;
  }

  /** Each thread writes in turn, and all read after each write. */
  void inTurn() throws Exception {
    List<Workers> threads = new ArrayList<>();
    try {
      for (int i = 0; i < THREADS; i++) {
        threads.add(new Workers(1));
      }
      var limit = new RoundLimit(ROUNDS);
      for (int round = 0; limit.allows(round); round++) {
        DurableState state = States.of(trial.id, round + 1);
        in(threads.get(round % THREADS), () -> store.writeState(state));
        for (Workers reader : threads) {
          in(reader, () -> trial.assertRead("read of what another thread has written", state));
        }
        if (round == 0) {
          trial.assertRead("read of what another thread has written", state);
        }
      }
    } finally {
      threads.forEach(Workers::close);
    }
  }

  /** One thread writes ever greater versions; what another reads never goes back. */
  void inOrder() throws Exception {
    String id = trial.id + "-order";
    store.writeState(States.of(id, 1));
    try (var workers = new Workers()) {
      Future<?> writer =
          workers.start(
              () -> {
                var limit = new RoundLimit(10 * ROUNDS);
                for (int round = 0; limit.allows(round); round++) {
                  store.writeState(States.of(id, round + 2));
                }
                return null;
              });
      long seen = 0;
      while (!writer.isDone()) {
        DurableState latest = trial.read("read during writes", id).orElseThrow();
        if (latest.getVersionNumber() < seen) {
          throw new AssertionError(
              "[read during writes] version %d was read after version %d"
                  .formatted(latest.getVersionNumber(), seen));
        }
        seen = latest.getVersionNumber();
      }
      Workers.get(writer);
    }
  }

  /** Connecting and pinging while others write and read disturbs none of them. */
  void whileConnecting() throws Exception {
    try (var workers = new Workers()) {
      List<Future<List<DurableState>>> writers = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        String id = trial.id + "-connecting-" + i + "-";
        writers.add(workers.start(() -> write(id)));
      }
      while (writers.stream().anyMatch(writer -> !writer.isDone())) {
        store.connect();
        store.ping();
      }
      for (Future<List<DurableState>> writer : writers) {
        trial.assertReadAll(
            "read of what was written during connect() and ping()", Workers.get(writer));
      }
    }
  }

  private List<DurableState> write(String id) {
    List<DurableState> written = new ArrayList<>();
    var limit = new RoundLimit(ROUNDS);
    for (int round = 0; limit.allows(round); round++) {
      DurableState state = States.of(id + round, round);
      trial.assertSurvives("that is written during connect() and ping()", state, "");
      written.add(state);
    }
    return written;
  }

  private static void in(Workers thread, Runnable work) throws Exception {
    Workers.get(
        thread.start(
            () -> {
              work.run();
              return null;
            }));
  }
}
