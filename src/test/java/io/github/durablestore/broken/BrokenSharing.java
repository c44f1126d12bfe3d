package io.github.durablestore.broken;

import io.github.durablestore.ForeignStateStore;
import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.memory.MemoryStateStore;
import io.github.durablestore.memory.OnDisconnect;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Stores whose data another store can share. */
public final class BrokenSharing {
  private BrokenSharing() {}

  public static Stream<Broken> stores() {
    return Stream.of(
        Broken.keeping("R19", "writes when it is closed", () -> new WritingAtTheEnd(data())),
        Broken.keeping("R19", "caches what it read in itself", () -> new Caching(data(), true)),
        Broken.keeping("R19", "caches what it wrote in itself", () -> new Caching(data(), false)),
        Broken.keeping("R19", "keeps its data to itself", () -> new Alone()));
  }

  /** A correct store. */
  public static StateStore right() {
    return new Shared(data());
  }

  private static StateStore data() {
    var data = new MemoryStateStore(OnDisconnect.KEEP);
    data.connect();
    return data;
  }

  /** A store over data that others can use too. */
  public static class Shared extends ForeignStateStore {
    final StateStore data;
    private final MemoryStateStore guard;

    Shared(StateStore data) {
      this(data, new MemoryStateStore());
    }

    private Shared(StateStore data, MemoryStateStore guard) {
      super(guard);
      this.data = data;
      this.guard = guard;
    }

    /** Returns another store over the same data. */
    public StateStore again() {
      return new Shared(data);
    }

    @Override
    public void writeState(DurableState state) {
      guard.writeState(state); // refuses what is to be refused
      data.writeState(state);
    }

    @Override
    public Optional<DurableState> getLatestState(String persistenceId) {
      guard.getLatestState(persistenceId);
      return data.getLatestState(persistenceId);
    }
  }

  private static final class WritingAtTheEnd extends Shared {
    private final Map<String, DurableState> unwritten = new ConcurrentHashMap<>();

    WritingAtTheEnd(StateStore data) {
      super(data);
    }

    @Override
    public StateStore again() {
      return new WritingAtTheEnd(data);
    }

    @Override
    public void writeState(DurableState state) {
      super.getLatestState(state.getPersistenceId());
      unwritten.put(state.getPersistenceId(), state);
    }

    @Override
    public Optional<DurableState> getLatestState(String persistenceId) {
      Optional<DurableState> latest = super.getLatestState(persistenceId);
      return Optional.ofNullable(unwritten.get(persistenceId)).or(() -> latest);
    }

    @Override
    public void disconnect() {
      unwritten.values().forEach(data::writeState);
      unwritten.clear();
      super.disconnect();
    }
  }

  private static final class Caching extends Shared {
    private final Map<String, DurableState> cache = new ConcurrentHashMap<>();
    private final boolean reads;

    Caching(StateStore data, boolean reads) {
      super(data);
      this.reads = reads;
    }

    @Override
    public StateStore again() {
      return new Caching(data, reads);
    }

    @Override
    public void writeState(DurableState state) {
      super.writeState(state);
      cache.remove(state.getPersistenceId());
      if (!reads) {
        cache.put(state.getPersistenceId(), state);
      }
    }

    @Override
    public Optional<DurableState> getLatestState(String persistenceId) {
      Optional<DurableState> latest = super.getLatestState(persistenceId);
      DurableState cached = cache.get(persistenceId);
      if (cached == null && reads) {
        latest.ifPresent(state -> cache.put(persistenceId, state));
      }
      return Optional.ofNullable(cached).or(() -> latest);
    }
  }

  private static final class Alone extends Shared {
    Alone() {
      super(data());
    }

    @Override
    public StateStore again() {
      return new Alone();
    }
  }
}
