package io.github.durablestore.contract;

import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import java.util.Optional;
import java.util.function.Supplier;

/** A store under test. It reports its calls, and checks that no read returns {@code null}. */
final class WatchedStore implements StateStore {
  private final StateStore store;
  private final Progress progress;
  private final Thread watched = Thread.currentThread();

  WatchedStore(StateStore store, Progress progress) {
    this.store = store;
    this.progress = progress;
  }

  @Override
  public void connect() {
    watch("connect()", store::connect);
  }

  @Override
  public void disconnect() {
    watch("disconnect()", store::disconnect);
  }

  @Override
  public void ping() {
    watch("ping()", store::ping);
  }

  @Override
  public void writeState(DurableState state) {
    watch("writeState()", () -> store.writeState(state));
  }

  @Override
  @SuppressWarnings("OptionalAssignedToNull") // a broken store may return null
  public Optional<DurableState> getLatestState(String persistenceId) {
    Optional<DurableState> latest =
        watch("getLatestState()", () -> store.getLatestState(persistenceId));
    if (latest == null) {
      throw new AssertionError("getLatestState() returned null; return Optional.empty()");
    }
    return latest;
  }

  @Override
  public void close() {
    watch("close()", store::close);
  }

  private void watch(String name, Runnable work) {
    watch(
        name,
        () -> {
          work.run();
          return this;
        });
  }

  private <T> T watch(String name, Supplier<T> work) {
    boolean isWatched = Thread.currentThread() == watched;
    if (isWatched) {
      progress.enter(name);
    }
    try {
      return work.get();
    } finally {
      if (isWatched) {
        progress.leave();
      } else {
        progress.count();
      }
    }
  }
}
