package io.github.durablestore.contract;

import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import java.time.Duration;
import java.util.Optional;

/**
 * The store under test. It records the calls of the thread that runs the rule, and checks that no
 * read returns {@code null}.
 *
 * <p>It records nothing on other threads: the memory fence would hide races in the store.
 */
final class WatchedStore implements StateStore {
  private final StateStore store;
  private final Thread watched;
  private volatile String call = "createStore()";
  private volatile long lastProgress = System.nanoTime();

  WatchedStore(StateStore store) {
    this.store = store;
    watched = Thread.currentThread();
  }

  /** Returns how long ago the thread that runs the rule last entered or left a call. */
  Duration sinceProgress() {
    return Duration.ofNanos(System.nanoTime() - lastProgress);
  }

  /** Returns the last call of the thread that runs the rule. */
  String lastCall() {
    return call;
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
    enter("getLatestState()");
    try {
      Optional<DurableState> latest = store.getLatestState(persistenceId);
      if (latest == null) {
        throw new AssertionError("getLatestState() returned null; return Optional.empty()");
      }
      return latest;
    } finally {
      leave();
    }
  }

  @Override
  public void close() {
    watch("close()", store::close);
  }

  private void watch(String name, Runnable work) {
    enter(name);
    try {
      work.run();
    } finally {
      leave();
    }
  }

  private void enter(String name) {
    if (Thread.currentThread() == watched) {
      call = name;
      lastProgress = System.nanoTime();
    }
  }

  private void leave() {
    if (Thread.currentThread() == watched) {
      lastProgress = System.nanoTime();
    }
  }
}
