package io.github.durablestore.scenario;

import static io.github.durablestore.text.Text.quote;

import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Sits between the probe and the store. It tells the store's own exceptions from injected ones, and
 * notices states that the run did not write.
 */
final class Witness implements StateStore {
  private final StateStore store;
  private final Set<String> written = ConcurrentHashMap.newKeySet();
  private volatile boolean reached;
  private volatile boolean threw;
  private volatile String strange = "";

  Witness(StateStore store) {
    this.store = store;
  }

  /** Starts watching a call. */
  void watch() {
    reached = false;
    threw = false;
  }

  /** Returns whether the store was called since {@link #watch()}. */
  boolean wasReached() {
    return reached;
  }

  /** Returns whether the store itself threw since {@link #watch()}. */
  boolean threw() {
    return threw;
  }

  /** Fails if the store was not empty at the beginning. */
  void requireEmptyAtFirst() {
    if (!strange.isEmpty()) {
      throw notEmpty(strange);
    }
  }

  static IllegalStateException notEmpty(String persistenceId) {
    return new IllegalStateException(
        "cannot explore the scenario: its store has a state of %s that the run did not write; return a new, empty store from over(...), and write what should be there in given(...)"
            .formatted(quote(persistenceId)));
  }

  @Override
  public void connect() {
    pass(store::connect);
  }

  @Override
  public void disconnect() {
    pass(store::disconnect);
  }

  @Override
  public void ping() {
    pass(store::ping);
  }

  @Override
  public void close() {
    pass(store::close);
  }

  @Override
  public void writeState(DurableState state) {
    if (state != null) {
      written.add(state.getPersistenceId());
    }
    pass(() -> store.writeState(state));
  }

  @Override
  public Optional<DurableState> getLatestState(String persistenceId) {
    Optional<DurableState> latest = pass(() -> store.getLatestState(persistenceId));
    if (latest.isPresent() && !written.contains(persistenceId)) {
      strange = persistenceId;
    }
    return latest;
  }

  private void pass(Runnable call) {
    pass(
        () -> {
          call.run();
          return Optional.empty();
        });
  }

  private <T> T pass(Supplier<T> call) {
    reached = true;
    boolean returned = false;
    try {
      T result = call.get();
      returned = true;
      return result;
    } finally {
      threw |= !returned;
    }
  }
}
