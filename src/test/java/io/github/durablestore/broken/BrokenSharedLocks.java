package io.github.durablestore.broken;

import static io.github.durablestore.broken.BrokenSharing.data;

import io.github.durablestore.StaleWriteException;
import io.github.durablestore.StateStore;
import io.github.durablestore.StateStoreException;
import io.github.durablestore.broken.BrokenSharing.Shared;
import io.github.durablestore.egopb.DurableState;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** Stores with a lock of their own over data that another store can share. */
public final class BrokenSharedLocks {
  private BrokenSharedLocks() {}

  public static Stream<Broken> stores() {
    return Stream.of(
        Broken.keeping("R19", "inserts under a lock of its own", () -> new Inserting(data())),
        Broken.keeping("R19", "writes in two steps under its lock", () -> new Stepping(data())),
        Broken.checking("R19", "checks versions under its lock", () -> new Checking(data())),
        Broken.checking("R19", "checks later versions under its lock", () -> new Rising(data())),
        Broken.keeping(
            "R19", "writes large states in two steps under its lock", () -> new Chunking(data())));
  }

  /** Has a lock for the threads of one store, but none for those of others. */
  private abstract static class Locked extends Shared {
    Locked(StateStore data) {
      super(data);
    }

    @Override
    public synchronized void writeState(DurableState state) {
      Optional<DurableState> earlier = getLatestState(state.getPersistenceId());
      write(earlier, state);
    }

    abstract void write(Optional<DurableState> earlier, DurableState next);

    static void pause() {
      LockSupport.parkNanos(100_000);
    }
  }

  private static final class Inserting extends Locked {
    Inserting(StateStore data) {
      super(data);
    }

    @Override
    public StateStore again() {
      return new Inserting(data);
    }

    @Override
    void write(Optional<DurableState> earlier, DurableState next) {
      if (earlier.isEmpty()) {
        pause();
        if (data.getLatestState(next.getPersistenceId()).isPresent()) {
          throw new StateStoreException("duplicate key");
        }
      }
      data.writeState(next);
    }
  }

  private static final class Stepping extends Locked {
    Stepping(StateStore data) {
      super(data);
    }

    @Override
    public StateStore again() {
      return new Stepping(data);
    }

    @Override
    public synchronized Optional<DurableState> getLatestState(String persistenceId) {
      return super.getLatestState(persistenceId);
    }

    @Override
    void write(Optional<DurableState> earlier, DurableState next) {
      data.writeState(next.toBuilder().clearResultingState().build());
      pause();
      data.writeState(next);
    }
  }

  private static final class Chunking extends Locked {
    Chunking(StateStore data) {
      super(data);
    }

    @Override
    public StateStore again() {
      return new Chunking(data);
    }

    @Override
    public synchronized Optional<DurableState> getLatestState(String persistenceId) {
      return super.getLatestState(persistenceId);
    }

    @Override
    void write(Optional<DurableState> earlier, DurableState next) {
      if (next.getSerializedSize() > 60_000) {
        data.writeState(next.toBuilder().clearResultingState().build());
        pause();
      }
      data.writeState(next);
    }
  }

  private static final class Checking extends Locked {
    Checking(StateStore data) {
      super(data);
    }

    @Override
    public StateStore again() {
      return new Checking(data);
    }

    @Override
    void write(Optional<DurableState> earlier, DurableState next) {
      long latest = earlier.map(DurableState::getVersionNumber).orElse(-1L);
      if (earlier.isPresent() && Long.compareUnsigned(next.getVersionNumber(), latest) <= 0) {
        throw new StaleWriteException("stale");
      }
      pause();
      data.writeState(next);
    }
  }

  /** Each version of an id can be written once, whichever store writes it. */
  private static final class Rising extends Locked {
    private static final Set<String> ALL = ConcurrentHashMap.newKeySet();

    Rising(StateStore data) {
      super(data);
    }

    @Override
    public StateStore again() {
      return new Rising(data);
    }

    @Override
    void write(Optional<DurableState> earlier, DurableState next) {
      long version = next.getVersionNumber();
      boolean isStale =
          earlier.isPresent()
              && Long.compareUnsigned(version, earlier.get().getVersionNumber()) <= 0;
      if (isStale || !ALL.add(next.getPersistenceId() + " " + version)) {
        throw new StaleWriteException("stale");
      }
      pause();
      data.writeState(next);
    }
  }
}
