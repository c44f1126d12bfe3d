package io.github.durablestore.broken;

import static io.github.durablestore.broken.BrokenStateStore.refused;
import static io.github.durablestore.broken.BrokenStateStore.replacing;
import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.memory.OnDisconnect;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** Stores that are wrong about large states only. */
public final class BrokenSizes {
  private static final int MEBIBYTE = 1 << 20;

  private BrokenSizes() {}

  public static Stream<Broken> stores() {
    return Stream.of(chunked(), tooLarge()).flatMap(stores -> stores);
  }

  private static Stream<Broken> chunked() {
    return Stream.of(
        Broken.of("R9", "leaves chunks of 4,000 bytes", () -> new Chunked(4_000, false, false)),
        Broken.of("R9", "leaves chunks of 65,536 bytes", () -> new Chunked(65_536, false, false)),
        Broken.of("R9", "ends at a short chunk of 4,096", () -> new Chunked(4_096, true, false)),
        Broken.of("R9", "ends at a short chunk of 1,996", () -> new Chunked(1_996, true, false)),
        Broken.of(
            "R9", "ends at a short chunk of 390,000", () -> new Chunked(390_000, true, false)),
        Broken.of(
            "R9", "ends at a short chunk of 1,048,487", () -> new Chunked(1_048_487, true, false)),
        Broken.of("R9", "ends at a short chunk of 8,192", () -> new Chunked(8_192, true, false)),
        Broken.of("R9", "leaves chunks of 261,120 bytes", () -> new Chunked(261_120, false, false)),
        Broken.of("R9", "ends at a short chunk of 32,767", () -> new Chunked(32_767, true, false)),
        Broken.of("R9", "ends at a short chunk of 50,000", () -> new Chunked(50_000, true, false)),
        Broken.of("R9", "ends at a short chunk of 64,000", () -> new Chunked(64_000, true, false)),
        Broken.of(
            "R9", "ends at a short chunk of 350,000", () -> new Chunked(350_000, true, false)),
        Broken.of(
            "R9", "ends at a short chunk of 409,600", () -> new Chunked(409_600, true, false)),
        Broken.of("R9", "ends at a short chunk of 24,576", () -> new Chunked(24_576, true, false)),
        Broken.of("R9", "ends at a short chunk of 1 MiB", () -> new Chunked(MEBIBYTE, true, false)),
        Broken.keeping("R9", "prefers blobs of 1 MiB", () -> preferringBlobs(MEBIBYTE)),
        Broken.keeping("R13", "prefers blobs of 2 MiB", () -> preferringBlobs(2 * MEBIBYTE)),
        Broken.keeping("R9", "keeps the first large state", BrokenSizes::keepingTheFirst),
        Broken.of("R9", "compares the first 4,000 bytes", () -> comparing(4_000, 0)),
        Broken.of("R9", "compares 1,000 bytes at both ends", () -> comparing(1_000, 1_000)),
        Broken.of("R9", "leaves the end of a large file", Overwriting::new),
        Broken.of(
            "R16", "writes chunks of 4,096 one by one", () -> new Chunked(4_096, false, true)),
        Broken.of(
            "R16", "writes chunks of 60,000 one by one", () -> new Chunked(60_000, false, true)),
        Broken.keeping("R16", "writes what is above 786,432 bytes first", Splitting::new));
  }

  private static Stream<Broken> tooLarge() {
    return Stream.of(
        Broken.of("R13", "cuts at 1 MiB", () -> cutting(MEBIBYTE)),
        Broken.of("R13", "cuts at 2 MiB", () -> cutting(2 * MEBIBYTE)),
        Broken.of("R13", "cuts at 16,777,215 bytes", () -> cutting(16 * MEBIBYTE - 1)),
        Broken.of(
            "R13",
            "loses what a state replaces that is too large",
            () ->
                new BrokenStateStore() {
                  @Override
                  public void writeState(DurableState state) {
                    if (state != null && state.getSerializedSize() > MEBIBYTE + 4_096) {
                      store.writeState(
                          DurableState.newBuilder(state).clearResultingState().build());
                      throw refused();
                    }
                    store.writeState(state);
                  }
                }),
        Broken.of(
            "R13",
            "ignores what is too large",
            () ->
                replacing(
                    (earlier, next) ->
                        next.build().getSerializedSize() > MEBIBYTE + 4_096
                            ? earlier.toBuilder()
                            : next)));
  }

  /** A store that writes no value that is as long as the one before, and begins and ends alike. */
  private static StateStore comparing(int first, int last) {
    return replacing(
        (earlier, next) -> {
          ByteString before = earlier.getResultingState().getValue();
          ByteString value = next.getResultingState().getValue();
          int size = value.size();
          int end = size - Math.min(last, size);
          boolean isLikeBefore =
              before.size() == size
                  && before.substring(end).equals(value.substring(end))
                  && before.startsWith(value.substring(0, Math.min(first, size)));
          if (isLikeBefore) {
            next.setResultingState(earlier.getResultingState());
          }
          return next;
        });
  }

  /** A store that keeps large states in a place of their own, and never deletes them there. */
  private static StateStore preferringBlobs(int size) {
    var blobs = new ConcurrentHashMap<String, DurableState>();
    return FunctionalStateStore.keeping(
            (store, state) -> {
              store.writeState(state);
              if (state.getSerializedSize() > size) {
                blobs.put(state.getPersistenceId(), state);
              }
            })
        .andReading(
            (store, id) -> store.getLatestState(id).map(latest -> blobs.getOrDefault(id, latest)));
  }

  /** A store that loses what replaced a large state when it is disconnected. */
  private static StateStore keepingTheFirst() {
    var first = new ConcurrentHashMap<String, DurableState>();
    var again = new ConcurrentHashMap<String, DurableState>();
    return FunctionalStateStore.keeping(
            (store, state) -> {
              store.writeState(state);
              first.putIfAbsent(state.getPersistenceId(), state);
              again.remove(state.getPersistenceId());
            })
        .andReading(
            (store, id) ->
                store
                    .getLatestState(id)
                    .map(
                        state ->
                            state.getSerializedSize() > 70_000
                                ? again.getOrDefault(id, state)
                                : state))
        .andOnDisconnect(() -> again.putAll(first));
  }

  /** A store that shortens values. */
  public static BrokenStateStore cutting(int size) {
    return (BrokenStateStore)
        BrokenStateStore.states(
            state -> {
              ByteString value = state.getResultingState().getValue();
              if (value.size() > size) {
                state.getResultingStateBuilder().setValue(value.substring(0, size));
              }
              return state;
            });
  }

  /** A store that keeps its records when it is disconnected, except for large ones. */
  public static StateStore forgettingLarge() {
    return new BrokenStateStore(OnDisconnect.KEEP) {
      private final Set<String> large = ConcurrentHashMap.newKeySet();
      private final Set<String> forgotten = ConcurrentHashMap.newKeySet();

      @Override
      public void writeState(DurableState state) {
        store.writeState(state);
        if (state.getSerializedSize() > 5_000) {
          large.add(state.getPersistenceId());
        }
      }

      @Override
      public void disconnect() {
        store.disconnect();
        forgotten.addAll(large);
      }

      @Override
      public Optional<DurableState> getLatestState(String persistenceId) {
        return store.getLatestState(persistenceId).filter(s -> !forgotten.contains(persistenceId));
      }
    };
  }

  /** Keeps serialized states in chunks. */
  private static final class Chunked extends BrokenStateStore {
    private final Map<String, ByteString> chunks = new ConcurrentHashMap<>();
    private final int size;
    private final boolean endsShort;
    private final boolean removes;

    Chunked(int size, boolean endsShort, boolean removes) {
      this.size = size;
      this.endsShort = endsShort;
      this.removes = removes;
    }

    @Override
    public void writeState(DurableState state) {
      store.writeState(state == null ? state : state.toBuilder().clearResultingState().build());
      ByteString bytes = state.toByteString();
      int count = 0;
      for (int at = 0; at < bytes.size() || (endsShort && at == bytes.size()); at += size) {
        ByteString chunk = bytes.substring(at, Math.min(at + size, bytes.size()));
        if (!chunk.isEmpty()) {
          chunks.put(state.getPersistenceId() + "/" + count++, chunk);
          LockSupport.parkNanos(removes ? 1_000 : 0);
        }
      }
      while (removes && chunks.remove(state.getPersistenceId() + "/" + count++) != null) {
        Thread.onSpinWait();
      }
    }

    @Override
    public Optional<DurableState> getLatestState(String persistenceId) {
      return store.getLatestState(persistenceId).map(state -> parse(persistenceId));
    }

    private DurableState parse(String id) {
      ByteString bytes = ByteString.EMPTY;
      for (int count = 0; ; count++) {
        ByteString chunk = chunks.get(id + "/" + count);
        if (chunk != null) {
          bytes = bytes.concat(chunk);
        }
        if (chunk == null || (endsShort && chunk.size() < size)) {
          break;
        }
      }
      try {
        return DurableState.parseFrom(bytes);
      } catch (InvalidProtocolBufferException e) {
        throw refused();
      }
    }
  }

  /** Keeps the end of a large value in a place of its own, which it writes first. */
  private static final class Splitting extends BrokenStateStore {
    private static final int SIZE = 786_432;
    private final Map<String, ByteString> ends = new ConcurrentHashMap<>();

    Splitting() {
      super(OnDisconnect.KEEP);
    }

    @Override
    public void writeState(DurableState state) {
      ByteString value = requireNonNull(state, "state").getResultingState().getValue();
      if (value.size() > SIZE && isConnected()) {
        ends.put(state.getPersistenceId(), value.substring(SIZE));
      }
      store.writeState(state);
    }

    @Override
    public Optional<DurableState> getLatestState(String persistenceId) {
      return store
          .getLatestState(persistenceId)
          .map(state -> joined(state.toBuilder(), ends.get(persistenceId)));
    }

    private static DurableState joined(DurableState.Builder state, ByteString end) {
      ByteString value = state.getResultingState().getValue();
      if (value.size() > SIZE) {
        state.getResultingStateBuilder().setValue(value.substring(0, SIZE).concat(end));
      }
      return state.build();
    }
  }

  /** Keeps large values in files, which it overwrites from the beginning. */
  private static final class Overwriting extends BrokenStateStore {
    private final Map<String, ByteString> files = new ConcurrentHashMap<>();

    @Override
    public void writeState(DurableState state) {
      store.writeState(state);
      ByteString value = requireNonNull(state).getResultingState().getValue();
      if (value.size() > 1_000) {
        files.merge(
            state.getPersistenceId(),
            value,
            (old, next) -> next.concat(old.substring(Math.min(old.size(), next.size()))));
      }
    }

    @Override
    public Optional<DurableState> getLatestState(String persistenceId) {
      return store
          .getLatestState(persistenceId)
          .map(
              state -> {
                DurableState.Builder read = state.toBuilder();
                ByteString file = files.get(persistenceId);
                if (state.getResultingState().getValue().size() > 1_000 && file != null) {
                  read.getResultingStateBuilder().setValue(file);
                }
                return read.build();
              });
    }
  }
}
