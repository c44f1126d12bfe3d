package io.github.durablestore.scenario;

import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.probe.ForwardingStateStore;
import io.github.durablestore.text.Text;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/** Gives each run ids of its own in a store that runs share. The process does not see them. */
final class SharedIds extends ForwardingStateStore {
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

  @Override
  @SuppressWarnings("NullAway") // the store refuses what is null
  public void writeState(DurableState state) {
    if (state == null || state.getPersistenceId().isEmpty()) {
      super.writeState(state);
      return;
    }
    DurableState prefixed =
        state.toBuilder().setPersistenceId(prefix + state.getPersistenceId()).build();
    withoutPrefix(
        () -> {
          super.writeState(prefixed);
          return Optional.empty();
        });
  }

  @Override
  @SuppressWarnings("NullAway") // the store refuses what is null
  public Optional<DurableState> getLatestState(String persistenceId) {
    if (persistenceId == null || persistenceId.isEmpty()) {
      return super.getLatestState(persistenceId);
    }
    return withoutPrefix(() -> super.getLatestState(prefix + persistenceId))
        .map(state -> state.toBuilder().setPersistenceId(persistenceId).build());
  }

  private <T> T withoutPrefix(Supplier<T> call) {
    try {
      return call.get();
    } catch (RuntimeException e) {
      throw withoutPrefix(e);
    }
  }

  /** Returns an exception without the prefix in its message, if it can be had. */
  private RuntimeException withoutPrefix(RuntimeException thrown) {
    String message = Text.messageOf(thrown);
    if (message == null || !message.contains(prefix)) {
      return thrown;
    }
    try {
      RuntimeException same =
          thrown.getClass().getConstructor(String.class).newInstance(message.replace(prefix, ""));
      same.setStackTrace(thrown.getStackTrace());
      same.addSuppressed(thrown);
      return same;
    } catch (ReflectiveOperationException e) {
      return thrown;
    }
  }
}
