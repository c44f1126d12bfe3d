package acme;

import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import java.util.concurrent.CompletableFuture;
import org.springframework.scheduling.annotation.Async;

/** Counts in the version numbers of its states. */
class Counters {
  private final StateStore store;

  Counters(StateStore store) {
    this.store = store;
  }

  long value(String id) {
    return store.getLatestState(id).map(DurableState::getVersionNumber).orElse(0L);
  }

  long increment(String id) {
    long next = value(id) + 1;
    store.writeState(DurableState.newBuilder().setPersistenceId(id).setVersionNumber(next).build());
    return next;
  }

  @Async
  CompletableFuture<Long> incrementLater(String id) {
    return CompletableFuture.completedFuture(increment(id));
  }
}
