package io.github.durablestore.broken;

import static java.util.Objects.requireNonNull;

import io.github.durablestore.NotConnectedException;
import io.github.durablestore.StaleWriteException;
import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Stores that look right but are not: in each, another call fits between a check and the access to
 * the map. They show that the proof of {@code MemoryStateStore} would refute a store with this
 * error.
 */
public abstract class NaiveStateStore implements StateStore {
  final AtomicBoolean connected = new AtomicBoolean();
  volatile Map<String, DurableState> records = new ConcurrentHashMap<>();
  private final long gapNanos;

  /** Creates a store with a gap that only a search finds. */
  NaiveStateStore() {
    this(Duration.ZERO);
  }

  /** Creates a store with a gap so wide that every disconnect hits it, even on a busy machine. */
  NaiveStateStore(Duration gap) {
    gapNanos = gap.toNanos();
  }

  @Override
  public void connect() {
    connected.set(true);
  }

  @Override
  public void ping() {
    connect();
  }

  @Override
  public void writeState(DurableState state) {
    String persistenceId = requireNonNull(state, "state").getPersistenceId();
    if (persistenceId.isEmpty()) {
      throw new IllegalArgumentException("persistence id is empty");
    }
    Map<String, DurableState> current = states();
    stayInGap();
    current.put(persistenceId, state);
  }

  @Override
  public Optional<DurableState> getLatestState(String persistenceId) {
    if (requireNonNull(persistenceId, "persistenceId").isEmpty()) {
      throw new IllegalArgumentException("persistence id is empty");
    }
    return Optional.ofNullable(states().get(persistenceId));
  }

  public Map<String, DurableState> states() {
    if (!connected.get()) {
      throw new NotConnectedException("a naive store is not connected");
    }
    return records;
  }

  void stayInGap() {
    if (gapNanos > 0) {
      long start = System.nanoTime();
      while (System.nanoTime() - start < gapNanos) {
        Thread.onSpinWait();
      }
    }
  }

  /** A store that keeps its records, and is right unless it is overridden. */
  static class Keeping extends NaiveStateStore {
    Keeping() {}

    Keeping(Duration gap) {
      super(gap);
    }

    @Override
    public void disconnect() {
      connected.set(false);
    }

    static boolean isGood(@Nullable DurableState state) {
      return state != null && !state.getPersistenceId().isEmpty();
    }
  }

  /** Like the Go original: a write lands after the purge, and survives it. */
  public static final class Clearing extends NaiveStateStore {
    public Clearing() {}

    public Clearing(Duration gap) {
      super(gap);
    }

    @Override
    public void disconnect() {
      records.clear();
      connected.set(false);
    }
  }

  /** Replaces the map last: if a connect and a write come first, the write is lost. */
  public static final class Swapping extends NaiveStateStore {
    public Swapping() {}

    public Swapping(Duration gap) {
      super(gap);
    }

    @Override
    public void disconnect() {
      connected.set(false);
      stayInGap();
      records = new ConcurrentHashMap<>();
    }
  }

  /** The same under a lock, which a write does not take. */
  public static final class SwappingUnderLock extends NaiveStateStore {
    @Override
    public synchronized void connect() {
      super.connect();
    }

    @Override
    public synchronized void disconnect() {
      connected.set(false);
      records = new ConcurrentHashMap<>();
    }
  }

  /** Checks the version before it writes: another write of the same version may come between. */
  public static final class Checking extends Keeping {
    @Override
    public void writeState(DurableState state) {
      DurableState latest = states().get(state.getPersistenceId());
      if (latest != null && state.getVersionNumber() <= latest.getVersionNumber()) {
        throw new StaleWriteException("a naive store has this version or a greater one");
      }
      super.writeState(state);
    }
  }

  /** Keeps a copy for the next connection: a write in flight lands in the old map. */
  public static final class Copying extends NaiveStateStore {
    public Copying() {}

    public Copying(Duration gap) {
      super(gap);
    }

    @Override
    public void disconnect() {
      connected.set(false);
      records = new ConcurrentHashMap<>(records);
    }
  }
}
