package io.github.durablestore.broken;

import io.github.durablestore.ForeignStateStore;
import io.github.durablestore.StaleWriteException;
import io.github.durablestore.StateStore;
import io.github.durablestore.StateStoreException;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.memory.MemoryStateStore;
import io.github.durablestore.memory.OnDisconnect;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.Stream;

/** Stores whose data another store can share. */
public final class BrokenSharing {
  private BrokenSharing() {}

  public static Stream<Broken> stores() {
    return Stream.of(
        Broken.keeping("R19", "writes when it is closed", () -> new WritingAtTheEnd(data())),
        Broken.keeping("R19", "caches what it read in itself", () -> new Caching(data(), true)),
        Broken.keeping("R19", "caches what it wrote in itself", () -> new Caching(data(), false)),
        Broken.keeping("R19", "caches by version", () -> cachingBy(DurableState::getVersionNumber)),
        Broken.keeping("R19", "caches by all but the value", () -> cachingBy(BrokenSharing::tag)),
        Broken.keeping("R19", "writes again when it is closed", () -> new WritingAgain(data())),
        Broken.keeping("R19", "keeps its data to itself", () -> new Alone()),
        Broken.keeping("R19", "remembers that there was none", () -> new Forgoing(data())),
        Broken.keeping("R19", "disconnects the others", () -> new Ending(data())),
        Broken.keeping("R19", "reads what is older than 5 ms", () -> new Lagging(data(), data())),
        Broken.checking("R19", "checks versions that it knows", () -> new Knowing(data())),
        Broken.keeping("R19", "caches what it reads twice", () -> new CachingLater(data())),
        Broken.keeping("R19", "cannot be closed", () -> new Unclosable(data(), false, true)));
  }

  /** Stores of which the second one hangs. */
  public static Stream<Broken> hanging() {
    return Stream.of(
        Broken.keeping("R19", "hangs in the second store", () -> new Hanging(data(), false)));
  }

  private static StateStore cachingBy(Function<DurableState, Object> tag) {
    return new CachingBy(data(), tag);
  }

  private static Object tag(DurableState state) {
    return List.of(
        state.getVersionNumber(),
        state.getTimestamp(),
        state.getShard(),
        state.getSerializedSize());
  }

  /** A correct store. */
  public static StateStore right() {
    return new Shared(data());
  }

  /** A store of which the second one shares nothing, and cannot be closed. */
  public static StateStore unclosable() {
    return new Unclosable(data(), false, false);
  }

  /** A correct store that records which stores are to be closed. */
  public static StateStore recording(Set<StateStore> open) {
    return new Recording(data(), open);
  }

  static StateStore data() {
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

  private static final class CachingBy extends Shared {
    private final Map<String, DurableState> cache = new ConcurrentHashMap<>();
    private final Function<DurableState, Object> tag;

    CachingBy(StateStore data, Function<DurableState, Object> tag) {
      super(data);
      this.tag = tag;
    }

    @Override
    public StateStore again() {
      return new CachingBy(data, tag);
    }

    @Override
    public void writeState(DurableState state) {
      super.writeState(state);
      cache.put(state.getPersistenceId(), state);
    }

    @Override
    public Optional<DurableState> getLatestState(String persistenceId) {
      return super.getLatestState(persistenceId)
          .map(
              latest ->
                  cache.merge(
                      persistenceId,
                      latest,
                      (known, found) -> tag.apply(known).equals(tag.apply(found)) ? known : found));
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

  /** Writes at once, and once more when it is disconnected. */
  private static final class WritingAgain extends Shared {
    private final Map<String, DurableState> written = new ConcurrentHashMap<>();

    WritingAgain(StateStore data) {
      super(data);
    }

    @Override
    public StateStore again() {
      return new WritingAgain(data);
    }

    @Override
    public void writeState(DurableState state) {
      super.writeState(state);
      written.put(state.getPersistenceId(), state);
    }

    @Override
    public void disconnect() {
      written.values().forEach(data::writeState);
      written.clear();
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

  private static final class Forgoing extends Shared {
    private final Set<String> absent = ConcurrentHashMap.newKeySet();

    Forgoing(StateStore data) {
      super(data);
    }

    @Override
    public StateStore again() {
      return new Forgoing(data);
    }

    @Override
    public void writeState(DurableState state) {
      super.writeState(state);
      absent.remove(state.getPersistenceId());
    }

    @Override
    public Optional<DurableState> getLatestState(String persistenceId) {
      Optional<DurableState> latest = super.getLatestState(persistenceId);
      if (latest.isEmpty()) {
        absent.add(persistenceId);
      }
      return latest.filter(state -> !absent.contains(persistenceId));
    }
  }

  private static final class CachingLater extends Shared {
    private final Map<String, Integer> reads = new ConcurrentHashMap<>();
    private final Map<String, DurableState> cache = new ConcurrentHashMap<>();

    CachingLater(StateStore data) {
      super(data);
    }

    @Override
    public StateStore again() {
      return new CachingLater(data);
    }

    @Override
    public void writeState(DurableState state) {
      super.writeState(state);
      reads.remove(state.getPersistenceId());
      cache.remove(state.getPersistenceId());
    }

    @Override
    public Optional<DurableState> getLatestState(String persistenceId) {
      Optional<DurableState> latest = super.getLatestState(persistenceId);
      if (reads.merge(persistenceId, 1, Integer::sum) > 3) {
        return latest.map(state -> cache.computeIfAbsent(persistenceId, id -> state));
      }
      return latest;
    }
  }

  /** Sees a state 5 ms after another store has written it. */
  private static final class Lagging extends Shared {
    private static final long LAG_NANOS = 5_000_000;
    private final Map<String, Long> own = new ConcurrentHashMap<>();
    private final StateStore earlier;

    Lagging(StateStore data, StateStore earlier) {
      super(data);
      this.earlier = earlier;
    }

    @Override
    public StateStore again() {
      return new Lagging(data, earlier);
    }

    @Override
    public void writeState(DurableState state) {
      super.getLatestState(state.getPersistenceId());
      data.getLatestState(state.getPersistenceId()).ifPresent(earlier::writeState);
      super.writeState(state.toBuilder().setTimestamp(System.nanoTime()).build());
      own.put(state.getPersistenceId(), state.getVersionNumber());
    }

    @Override
    public Optional<DurableState> getLatestState(String persistenceId) {
      Optional<DurableState> latest = super.getLatestState(persistenceId);
      return latest
          .filter(
              state ->
                  own.getOrDefault(persistenceId, -1L) == state.getVersionNumber()
                      || System.nanoTime() - state.getTimestamp() > LAG_NANOS)
          .or(() -> earlier.getLatestState(persistenceId));
    }
  }

  /** Refuses versions by the latest that it wrote itself. */
  private static final class Knowing extends Shared {
    private final Map<String, Long> known = new ConcurrentHashMap<>();

    Knowing(StateStore data) {
      super(data);
    }

    @Override
    public StateStore again() {
      return new Knowing(data);
    }

    @Override
    public void writeState(DurableState state) {
      super.getLatestState(state.getPersistenceId());
      Long latest = known.get(state.getPersistenceId());
      if (latest != null && Long.compareUnsigned(state.getVersionNumber(), latest) <= 0) {
        throw new StaleWriteException("stale");
      }
      super.writeState(state);
      known.put(state.getPersistenceId(), state.getVersionNumber());
    }
  }

  private static final class Ending extends Shared {
    private final StateStore own;

    Ending(StateStore own) {
      super(own);
      this.own = own;
    }

    @Override
    public StateStore again() {
      return new Ending(own);
    }

    @Override
    public void connect() {
      super.connect();
      own.connect();
    }

    @Override
    public void disconnect() {
      super.disconnect();
      own.disconnect();
    }
  }

  private static final class Unclosable extends Shared {
    private final boolean second;
    private final boolean shares;

    Unclosable(StateStore data, boolean second, boolean shares) {
      super(data);
      this.second = second;
      this.shares = shares;
    }

    @Override
    public StateStore again() {
      return new Unclosable(shares ? data : data(), true, shares);
    }

    @Override
    public void close() {
      super.close();
      if (second) {
        throw new StateStoreException("cannot be closed");
      }
    }
  }

  private static final class Recording extends Shared {
    private final Set<StateStore> open;

    Recording(StateStore data, Set<StateStore> open) {
      super(data);
      this.open = open;
      open.add(this);
    }

    @Override
    public StateStore again() {
      return new Recording(data, open);
    }

    @Override
    public void close() {
      super.close();
      open.remove(this);
    }
  }

  private static final class Hanging extends Shared {
    private final boolean second;

    Hanging(StateStore data, boolean second) {
      super(data);
      this.second = second;
    }

    @Override
    public StateStore again() {
      return new Hanging(data, true);
    }

    @Override
    public Optional<DurableState> getLatestState(String persistenceId) {
      Optional<DurableState> latest = super.getLatestState(persistenceId);
      while (second && latest.isPresent()) {
        LockSupport.park();
        Thread.interrupted(); // or it would not park again
      }
      return latest;
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
