package io.github.durablestore.scenario;

import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.probe.ForwardingStateStore;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Gives each run ids of its own in a store that runs share. The process does not see them, apart
 * from exceptions, which are the store's own.
 */
final class SharedIds extends ForwardingStateStore implements ProcessIds {
  private static final int LETTERS = 12;
  private static final int RADIX = 36;

  private final String prefix;

  SharedIds(StateStore store) {
    super(store);
    var random = new StringBuilder("run-"); // 16 characters, with the letters
    ThreadLocalRandom.current()
        .ints(LETTERS, 0, RADIX)
        .forEach(letter -> random.append(Character.forDigit(letter, RADIX)));
    prefix = random.toString();
  }

  /** Returns how the ids in a store's texts are turned into those of the process. */
  static ProcessIds of(StateStore store) {
    return store instanceof SharedIds shared ? shared : ProcessIds.SAME;
  }

  @Override
  public String ofProcess(String text) {
    return text.replace(prefix, "");
  }

  @Override
  @SuppressWarnings("NullAway") // the store refuses what is null
  public void writeState(DurableState state) {
    boolean hasId = state != null && !state.getPersistenceId().isEmpty();
    super.writeState(
        hasId
            ? state.toBuilder().setPersistenceId(prefix + state.getPersistenceId()).build()
            : state);
  }

  @Override
  @SuppressWarnings("NullAway") // the store refuses what is null
  public Optional<DurableState> getLatestState(String persistenceId) {
    if (persistenceId == null || persistenceId.isEmpty()) {
      return super.getLatestState(persistenceId);
    }
    return super.getLatestState(prefix + persistenceId)
        .map(state -> state.toBuilder().setPersistenceId(persistenceId).build());
  }
}
