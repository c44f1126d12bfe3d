package io.github.durablestore.scenario;

import static io.github.durablestore.text.Text.quote;

import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.probe.ForwardingStateStore;
import io.github.durablestore.probe.Operation;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sits between the probe and the store. It tells the store's own exceptions from injected ones, and
 * notices states that the run did not write.
 */
final class Witness extends ForwardingStateStore {
  private final Set<String> written = ConcurrentHashMap.newKeySet();
  private volatile boolean reached;
  private volatile boolean threw;
  private volatile String strange = "";

  Witness(StateStore store) {
    super(store);
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
    return Failures.cannotExplore(
        "its store has a state of %s that the run did not write; return a new, empty store from over(...), and write what should be there in given(...)"
            .formatted(quote(persistenceId)));
  }

  @Override
  protected Optional<DurableState> call(
      Operation operation,
      @Nullable String persistenceId,
      @Nullable DurableState state,
      Supplier<Optional<DurableState>> call) {
    reached = true;
    boolean returned = false;
    if (state != null) {
      written.add(state.getPersistenceId());
    }
    try {
      Optional<DurableState> latest = call.get();
      returned = true;
      if (persistenceId != null && latest.isPresent() && !written.contains(persistenceId)) {
        strange = persistenceId;
      }
      return latest;
    } finally {
      threw |= !returned;
    }
  }
}
