package io.github.durablestore.broken;

import static io.github.durablestore.broken.FunctionalStateStore.writing;

import io.github.durablestore.ForeignStateStore;
import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.memory.MemoryStateStore;
import io.github.durablestore.memory.OnDisconnect;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Stores whose data another store can share. */
public final class BrokenSharing {
  private BrokenSharing() {}

  public static Stream<Broken> stores() {
    return Stream.of(
        shared("writes when it is closed", BrokenSharing::writingAtTheEnd),
        shared("caches what it read in itself", data -> caching(data, true)),
        shared("caches what it wrote in itself", data -> caching(data, false)),
        shared("keeps its data to itself", data -> right(data())));
  }

  /** A correct store. */
  public static StateStore right() {
    return new Shared(data(), BrokenSharing::right);
  }

  private static Broken shared(String what, UnaryOperator<StateStore> over) {
    return Broken.keeping("R19", what, () -> new Shared(data(), over));
  }

  private static StateStore data() {
    var data = new MemoryStateStore(OnDisconnect.KEEP);
    data.connect();
    return data;
  }

  /** A store over data that others can use too. */
  public static final class Shared extends ForeignStateStore {
    private final StateStore data;
    private final UnaryOperator<StateStore> over;

    Shared(StateStore data, UnaryOperator<StateStore> over) {
      super(over.apply(data));
      this.data = data;
      this.over = over;
    }

    /** Returns another store over the same data. */
    public StateStore again() {
      return new Shared(data, over);
    }
  }

  /** Has its own connection, which refuses what is to be refused. */
  private static StateStore right(StateStore data) {
    return writing(
            (connection, state) -> {
              connection.writeState(state);
              data.writeState(state);
            })
        .andReading((connection, id) -> read(connection, data, id));
  }

  private static Optional<DurableState> read(StateStore connection, StateStore data, String id) {
    connection.getLatestState(id);
    return data.getLatestState(id);
  }

  private static StateStore writingAtTheEnd(StateStore data) {
    var unwritten = new ConcurrentHashMap<String, DurableState>();
    return writing(
            (connection, state) -> {
              connection.getLatestState(state.getPersistenceId());
              unwritten.put(state.getPersistenceId(), state);
            })
        .andReading(
            (connection, id) -> {
              Optional<DurableState> latest = read(connection, data, id);
              return Optional.ofNullable(unwritten.get(id)).or(() -> latest);
            })
        .andOnDisconnect(
            () -> {
              unwritten.values().forEach(data::writeState);
              unwritten.clear();
            });
  }

  private static StateStore caching(StateStore data, boolean reads) {
    var cache = new ConcurrentHashMap<String, DurableState>();
    return writing(
            (connection, state) -> {
              connection.writeState(state);
              data.writeState(state);
              cache.remove(state.getPersistenceId());
              if (!reads) {
                cache.put(state.getPersistenceId(), state);
              }
            })
        .andReading(
            (connection, id) -> {
              Optional<DurableState> latest = read(connection, data, id);
              DurableState cached = cache.get(id);
              if (cached == null && reads) {
                latest.ifPresent(state -> cache.put(id, state));
              }
              return Optional.ofNullable(cached).or(() -> latest);
            });
  }
}
