package io.github.durablestore.scenario;

import io.github.durablestore.ForeignStateStore;
import io.github.durablestore.egopb.DurableState;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Stores whose calls take their time, as those of a database do. */
final class SlowStores {
  private SlowStores() {}

  /** Sleeps in each call. */
  static final class Sleeping extends ForeignStateStore {
    @Override
    public void writeState(DurableState state) {
      OwnThreadServices.sleep(5);
      super.writeState(state);
    }

    @Override
    public Optional<DurableState> getLatestState(String persistenceId) {
      OwnThreadServices.sleep(5);
      return super.getLatestState(persistenceId);
    }
  }

  /** Waits in each call for a thread of its own, as a client of a network does. */
  static final class Remote extends ForeignStateStore {
    private static final ScheduledExecutorService NETWORK =
        new ScheduledThreadPoolExecutor(
            1,
            work -> {
              var thread = new Thread(work, "network");
              thread.setDaemon(true);
              return thread;
            });

    @Override
    public void writeState(DurableState state) {
      answer(
          () -> {
            super.writeState(state);
            return Optional.empty();
          });
    }

    @Override
    public Optional<DurableState> getLatestState(String persistenceId) {
      return answer(() -> super.getLatestState(persistenceId));
    }

    private static Optional<DurableState> answer(Supplier<Optional<DurableState>> work) {
      var answer = new CompletableFuture<Optional<DurableState>>();
      var unused = NETWORK.schedule(() -> answer.complete(work.get()), 12, TimeUnit.MILLISECONDS);
      return answer.join();
    }
  }
}
