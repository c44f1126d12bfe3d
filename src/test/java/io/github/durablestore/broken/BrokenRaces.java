package io.github.durablestore.broken;

import static io.github.durablestore.broken.BrokenStateStore.stale;
import static io.github.durablestore.broken.BrokenStateStore.yieldInGap;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import io.github.durablestore.StateStoreException;
import io.github.durablestore.broken.NaiveStateStore.Keeping;
import io.github.durablestore.egopb.DurableState;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;

/** Stores in which another call fits between two steps that follow each other at once. */
public final class BrokenRaces {
  private BrokenRaces() {}

  public static Stream<Broken> stores() {
    return Stream.of(
        Broken.of("R2", "makes two maps when two connect", MakingMaps::new),
        Broken.of("R2", "clears when it connects", ClearingWhenConnecting::new),
        Broken.of("R2", "says too early that it is connected", ConnectingTooEarly::new),
        Broken.of("R3", "closes a session twice", ClosingTwice::new),
        Broken.keeping("R16", "has a table that is not for threads", HashMapStateStore::new),
        Broken.keeping(
            "R16",
            "keeps versions in a table of their own",
            () ->
                new TwoTables<>(
                    DurableState::getVersionNumber, DurableState.Builder::setVersionNumber)),
        Broken.keeping(
            "R16",
            "keeps unknown fields in a table of their own",
            () ->
                new TwoTables<>(
                    DurableState::getUnknownFields, DurableState.Builder::setUnknownFields)),
        Broken.keeping("R16", "clears shards in a second step", ClearingShards::new),
        Broken.keeping("R16", "removes and then writes, at once", RemovingFirst::new),
        Broken.keeping("R16", "looks and then inserts", LookingFirst::new),
        Broken.keeping("R16", "looks and then inserts what is large", LookingFirstIfLarge::new),
        Broken.keeping("R16", "keeps values by id and version", ValuesByVersion::new),
        Broken.keeping("R16", "numbers ids without a lock", NumberingIds::new),
        Broken.keeping("R16", "numbers type URLs without a lock", NumberingTypes::new),
        Broken.keeping("R16", "inserts a blank first", InsertingBlank::new),
        Broken.keeping("R3", "opens a session for each that connects", Sessions::new),
        Broken.keeping("R16", "caches what it reads, at once", CachingReads::new),
        Broken.keeping("R16", "caches what it writes, in another order", CachingWrites::new),
        Broken.keeping("R16", "caches replacements, in another order", CachingReplacements::new),
        Broken.of("R17", "clears at once", NaiveStateStore.Clearing::new),
        Broken.of("R17", "swaps at once", NaiveStateStore.Swapping::new),
        Broken.of("R17", "swaps at once under a lock", NaiveStateStore.SwappingUnderLock::new),
        Broken.keeping("R17", "copies at once", NaiveStateStore.Copying::new),
        Broken.keeping("R17", "leaves half of a large state", Halving::new),
        Broken.checking("R18", "replaces what it found, but not nothing", Replacing::new));
  }

  private static final class ClearingShards extends Keeping {
    @Override
    public void writeState(DurableState state) {
      if (isGood(state) && connected.get() && state.getShard() == 0) {
        DurableState earlier = records.getOrDefault(state.getPersistenceId(), state);
        super.writeState(state.toBuilder().setShard(earlier.getShard()).build());
        yieldInGap();
      }
      super.writeState(state);
    }
  }

  private static final class InsertingBlank extends Keeping {
    @Override
    public void writeState(DurableState state) {
      if (isGood(state) && connected.get()) {
        records.putIfAbsent(
            state.getPersistenceId(),
            DurableState.newBuilder().setPersistenceId(state.getPersistenceId()).build());
        yieldInGap();
      }
      super.writeState(state);
    }
  }

  private static final class Sessions extends Keeping {
    private final Queue<Object> sessions = new ConcurrentLinkedQueue<>();

    @Override
    public void connect() {
      if (sessions.isEmpty()) {
        yieldInGap();
        sessions.add(this);
      }
      connected.set(true);
    }

    @Override
    public void disconnect() {
      sessions.poll();
      connected.set(!sessions.isEmpty());
    }
  }

  private static final class MakingMaps extends Keeping {
    @Override
    public void connect() {
      if (!connected.get()) {
        records = new ConcurrentHashMap<>();
        connected.set(true);
      }
    }
  }

  private static final class ClearingWhenConnecting extends Keeping {
    @Override
    public void connect() {
      if (connected.compareAndSet(false, true)) {
        records.clear();
      }
    }
  }

  private static final class ConnectingTooEarly extends Keeping {
    private final AtomicBoolean begun = new AtomicBoolean();

    @Override
    public void connect() {
      if (begun.compareAndSet(false, true)) {
        records = new ConcurrentHashMap<>();
        connected.set(true);
      }
    }

    @Override
    public void disconnect() {
      super.disconnect();
      begun.set(false);
    }
  }

  private static final class ClosingTwice extends NaiveStateStore {
    private volatile Optional<Runnable> session = Optional.empty();

    @Override
    public void connect() {
      if (connected.compareAndSet(false, true)) {
        session = Optional.of(() -> {});
      }
    }

    @Override
    public void disconnect() {
      connected.set(false);
      records = new ConcurrentHashMap<>();
      if (session.isPresent()) {
        session.orElseThrow().run();
        session = Optional.empty();
      }
    }
  }

  private static final class HashMapStateStore extends Keeping {
    HashMapStateStore() {
      records = new HashMap<>();
    }
  }

  /** Keeps one field in a table of its own. */
  private static final class TwoTables<T> extends Keeping {
    private final Map<String, T> fields = new ConcurrentHashMap<>();
    private final Function<DurableState, T> get;
    private final BiFunction<DurableState.Builder, T, DurableState.Builder> set;

    TwoTables(
        Function<DurableState, T> get,
        BiFunction<DurableState.Builder, T, DurableState.Builder> set) {
      this.get = get;
      this.set = set;
    }

    @Override
    public void writeState(DurableState state) {
      super.writeState(state);
      fields.put(state.getPersistenceId(), get.apply(state));
    }

    @Override
    public Optional<DurableState> getLatestState(String persistenceId) {
      return super.getLatestState(persistenceId)
          .map(state -> with(state, fields.getOrDefault(persistenceId, get.apply(state))));
    }

    private DurableState with(DurableState state, T field) {
      return set.apply(state.toBuilder(), field).build();
    }
  }

  private static final class RemovingFirst extends Keeping {
    @Override
    public void writeState(DurableState state) {
      if (isGood(state)) {
        states().remove(state.getPersistenceId());
      }
      super.writeState(state);
    }
  }

  private static final class LookingFirst extends Keeping {
    @Override
    public void writeState(DurableState state) {
      if (isGood(state)
          && !states().containsKey(state.getPersistenceId())
          && states().putIfAbsent(state.getPersistenceId(), state) != null) {
        throw new StateStoreException("duplicate key");
      }
      super.writeState(state);
    }
  }

  private static final class LookingFirstIfLarge extends Keeping {
    @Override
    public void writeState(DurableState state) {
      if (isGood(state)
          && state.getSerializedSize() > 4_000
          && !states().containsKey(state.getPersistenceId())
          && states().putIfAbsent(state.getPersistenceId(), state) != null) {
        throw new StateStoreException("duplicate key");
      }
      super.writeState(state);
    }
  }

  /** Writes the second half of a large state only if the store is still connected. */
  private static final class Halving extends Keeping {
    @Override
    public void writeState(DurableState state) {
      if (isGood(state) && state.getSerializedSize() > 4_000) {
        DurableState.Builder half = state.toBuilder();
        ByteString value = state.getResultingState().getValue();
        half.getResultingStateBuilder().setValue(value.substring(0, value.size() / 2));
        super.writeState(half.build());
      }
      super.writeState(state);
    }
  }

  private static final class ValuesByVersion extends Keeping {
    private final Map<String, Any> values = new ConcurrentHashMap<>();

    @Override
    public void writeState(DurableState state) {
      if (isGood(state)) {
        values.put(key(state), state.getResultingState());
      }
      super.writeState(state);
    }

    @Override
    public Optional<DurableState> getLatestState(String persistenceId) {
      return super.getLatestState(persistenceId)
          .map(s -> s.hasResultingState() ? s.toBuilder().setResultingState(value(s)).build() : s);
    }

    private Any value(DurableState state) {
      return values.getOrDefault(key(state), state.getResultingState());
    }

    private static String key(DurableState state) {
      return state.getPersistenceId() + "@" + state.getVersionNumber();
    }
  }

  /** Numbers that two threads may give to two texts, of which the last one remains. */
  private static final class Numbers {
    private final Map<String, Integer> numbers = new ConcurrentHashMap<>();
    private final Map<Integer, String> texts = new ConcurrentHashMap<>();

    void add(String text) {
      if (!numbers.containsKey(text)) {
        int next = texts.size() + 1;
        texts.put(next, text);
        numbers.put(text, next);
      }
    }

    String textOf(String text) {
      Integer number = numbers.get(text);
      return number == null ? text : texts.getOrDefault(number, text);
    }
  }

  private static final class NumberingIds extends Keeping {
    private final Numbers ids = new Numbers();

    @Override
    public void writeState(DurableState state) {
      if (isGood(state)) {
        ids.add(state.getPersistenceId());
      }
      super.writeState(state);
    }

    @Override
    public Optional<DurableState> getLatestState(String persistenceId) {
      return super.getLatestState(persistenceId == null ? null : ids.textOf(persistenceId));
    }
  }

  private static final class NumberingTypes extends Keeping {
    private final Numbers urls = new Numbers();

    @Override
    public void writeState(DurableState state) {
      if (isGood(state)) {
        urls.add(state.getResultingState().getTypeUrl());
      }
      super.writeState(state);
    }

    @Override
    public Optional<DurableState> getLatestState(String persistenceId) {
      return super.getLatestState(persistenceId).map(this::withUrl);
    }

    private DurableState withUrl(DurableState state) {
      DurableState.Builder read = state.toBuilder();
      if (state.hasResultingState()) {
        String url = state.getResultingState().getTypeUrl();
        read.getResultingStateBuilder().setTypeUrl(urls.textOf(url));
      }
      return read.build();
    }
  }

  /** Has a cache that is empty after a disconnect. */
  private abstract static class Cached extends Keeping {
    final Map<String, DurableState> cache = new ConcurrentHashMap<>();

    @Override
    public void disconnect() {
      super.disconnect();
      cache.clear();
    }
  }

  private static final class CachingReads extends Cached {
    @Override
    public void writeState(DurableState state) {
      super.writeState(state);
      cache.remove(state.getPersistenceId());
    }

    @Override
    public Optional<DurableState> getLatestState(String persistenceId) {
      Optional<DurableState> latest = super.getLatestState(persistenceId);
      DurableState cached = cache.get(persistenceId);
      if (cached != null) {
        return Optional.of(cached);
      }
      latest.ifPresent(state -> cache.put(persistenceId, state));
      return latest;
    }
  }

  private static class CachingWrites extends Cached {
    @Override
    public void writeState(DurableState state) {
      super.writeState(state);
      cache.put(state.getPersistenceId(), state);
    }

    @Override
    public Optional<DurableState> getLatestState(String persistenceId) {
      Optional<DurableState> latest = super.getLatestState(persistenceId);
      return Optional.ofNullable(cache.get(persistenceId)).or(() -> latest);
    }
  }

  private static final class CachingReplacements extends CachingWrites {
    @Override
    public void writeState(DurableState state) {
      boolean isNew =
          isGood(state)
              && connected.get()
              && records.putIfAbsent(state.getPersistenceId(), state) == null;
      if (!isNew) {
        super.writeState(state);
      }
    }
  }

  private static final class Replacing extends Keeping {
    @Override
    public void writeState(DurableState state) {
      DurableState latest = isGood(state) ? states().get(state.getPersistenceId()) : null;
      if (latest == null) {
        super.writeState(state);
      } else if (Long.compareUnsigned(state.getVersionNumber(), latest.getVersionNumber()) <= 0
          || !states().replace(state.getPersistenceId(), latest, state)) {
        throw stale(latest, state);
      }
    }
  }
}
