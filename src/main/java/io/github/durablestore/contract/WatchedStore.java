package io.github.durablestore.contract;

import io.github.durablestore.StateStore;
import io.github.durablestore.StateStoreException;
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
  @SuppressWarnings("NullAway") // a null is passed on too
  public void writeState(DurableState state) {
    DurableState parsed = state == null ? null : withOwnId(state);
    watch("writeState()", () -> store.writeState(parsed));
  }

  @Override
  @SuppressWarnings({"OptionalAssignedToNull", "NullAway"}) // a broken store may return null
  public Optional<DurableState> getLatestState(String persistenceId) {
    String id = persistenceId == null ? null : copy(persistenceId);
    Optional<DurableState> latest = watch("getLatestState()", () -> store.getLatestState(id));
    if (latest == null) {
      throw new AssertionError("getLatestState() returned null; return Optional.empty()");
    }
    return latest;
  }

  @Override
  public void close() {
    watch("close()", store::close);
  }

  /** Returns the state as it would be parsed: two threads never have the very same id. */
  private static DurableState withOwnId(DurableState state) {
    return state.toBuilder().setPersistenceId(copy(state.getPersistenceId())).build();
  }

  @SuppressWarnings("StringCopyConstructor") // not the very object, which a store may lock
  private static String copy(String id) {
    return new String(id);
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
    } catch (StateStoreException e) { // often expected, and the failure below is a memory fence
      throw e;
    } catch (RuntimeException e) {
      if (!isWatched) {
        progress.fail(name, e);
      }
      throw e;
    } finally {
      if (isWatched) {
        progress.leave();
      } else {
        progress.count();
      }
    }
  }
}
