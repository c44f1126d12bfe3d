package io.github.durablestore.broken;

import static io.github.durablestore.broken.BrokenStateStore.refuseIf;
import static io.github.durablestore.broken.BrokenStateStore.yieldInGap;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import io.github.durablestore.egopb.DurableState;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Stores that keep each value once, for all states that have it, but not for several threads. */
public final class BrokenValues {
  private static final int LARGE = 4_000;

  private BrokenValues() {}

  public static Stream<Broken> stores() {
    return Stream.of(
        Broken.keeping("R16", "deletes a value that is taken", () -> new Counting(0)),
        Broken.keeping("R16", "deletes a large value that is taken", () -> new Counting(LARGE)),
        Broken.keeping("R16", "counts states of a value badly", Miscounting::new),
        Broken.keeping("R16", "inserts a value twice", InsertingTwice::new));
  }

  /** A store whose rows have no values of their own. */
  private abstract static class Sharing extends NaiveStateStore {
    final Map<ByteString, ByteString> values = new ConcurrentHashMap<>();

    @Override
    public void disconnect() {
      connected.set(false);
    }

    abstract void take(ByteString value);

    abstract void leave(ByteString value);

    /** The row is locked, as its own state is not what this store is wrong about. */
    @Override
    public void writeState(DurableState state) {
      String id = state.getPersistenceId();
      if (id.isEmpty()) {
        super.writeState(state);
      }
      states()
          .compute(
              id,
              (key, old) -> {
                take(value(state));
                if (old != null) {
                  leave(value(old));
                }
                return state;
              });
    }

    @Override
    public Optional<DurableState> getLatestState(String persistenceId) {
      Optional<DurableState> row = super.getLatestState(persistenceId);
      return row.isEmpty()
          ? row
          : Optional.ofNullable(
              records.computeIfPresent(persistenceId, (key, state) -> joined(state)));
    }

    private DurableState joined(DurableState state) {
      ByteString value = values.getOrDefault(value(state), ByteString.EMPTY);
      Any.Builder payload = state.getResultingState().toBuilder().setValue(value);
      return state.hasResultingState()
          ? state.toBuilder().setResultingState(payload).build()
          : state;
    }

    static ByteString value(DurableState state) {
      return state.getResultingState().getValue();
    }
  }

  private static final class Counting extends Sharing {
    private final Map<ByteString, AtomicInteger> counts = new ConcurrentHashMap<>();
    private final int least;

    Counting(int least) {
      this.least = least;
    }

    @Override
    void take(ByteString value) {
      counts.computeIfAbsent(value, key -> new AtomicInteger()).incrementAndGet();
      values.putIfAbsent(value, value);
    }

    @Override
    void leave(ByteString value) {
      AtomicInteger count = counts.get(value);
      if (value.size() >= least && count != null && count.decrementAndGet() == 0) {
        if (value.size() >= LARGE) { // which takes longer
          yieldInGap();
        }
        values.remove(value);
        counts.remove(value);
      }
    }
  }

  private static final class Miscounting extends Sharing {
    private final Map<ByteString, Integer> counts = new ConcurrentHashMap<>();

    @Override
    void take(ByteString value) {
      counts.put(value, counts.getOrDefault(value, 0) + 1);
      values.put(value, value);
    }

    @Override
    void leave(ByteString value) {
      counts.computeIfPresent(
          value,
          (key, count) -> {
            if (count == 1) {
              values.remove(value);
            }
            return count - 1;
          });
    }
  }

  private static final class InsertingTwice extends Sharing {
    @Override
    void take(ByteString value) {
      if (!values.containsKey(value)) {
        refuseIf(values.put(value, value) != null);
      }
    }

    @Override
    void leave(ByteString value) {}
  }
}
