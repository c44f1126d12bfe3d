package io.github.durablestore.broken;

import static io.github.durablestore.TestStates.withValue;
import static io.github.durablestore.broken.BrokenStateStore.refuseIf;
import static io.github.durablestore.broken.BrokenStateStore.replacing;
import static io.github.durablestore.broken.BrokenStateStore.stale;
import static io.github.durablestore.broken.BrokenStateStore.states;
import static io.github.durablestore.broken.BrokenStateStore.takes;
import static io.github.durablestore.broken.BrokenStateStore.yieldInGap;
import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.github.durablestore.ForeignStateStore;
import io.github.durablestore.StateStore;
import io.github.durablestore.broken.NaiveStateStore.Keeping;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.memory.MemoryStateStore;
import io.github.durablestore.memory.OnDisconnect;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Stores that are wrong at moments that are easily missed: in the first calls, after many, beside
 * several other threads, or once another store reads.
 */
public final class BrokenSeldom {
  private BrokenSeldom() {}

  public static Stream<Broken> stores() {
    return Stream.of(
        Broken.keeping("R1", "has one connection for all stores", OneForAll::new),
        Broken.keeping("R16", "makes its map when it is first used", MakingMapLate::new),
        Broken.keeping("R16", "creates its table when it is first used", CreatingTable::new),
        Broken.keeping("R16", "writes all through one field", OneField::new),
        Broken.keeping("R16", "loses a place for each interrupted write", LosingPlaces::new),
        Broken.keeping("R17", "has no session once disconnected", EndingSession::new),
        Broken.checking("R18", "drops a lock for which others wait", DroppingLocks::new),
        Broken.checking("R18", "compares signed if another was faster", ComparingSigned::new),
        Broken.of("R10", "purges 1,000 records", () -> new PurgingSome(1_000)),
        Broken.of("R8", "purges 5 records", () -> new PurgingSome(5)),
        Broken.of("R10", "spreads ids by the absolute value of a hash", BrokenSeldom::spreading),
        Broken.of("R10", "fails in its own way for long ids", BrokenSeldom::failingForLongIds),
        Broken.of("R13", "fails in its own way for 2 MiB", BrokenSeldom::failingForLarge),
        Broken.of("R13", "reads into one buffer", () -> readingIntoBuffer(0)),
        Broken.of("R14", "reads into one buffer, if large", () -> readingIntoBuffer(1_000)),
        Broken.of("R14", "truncates URLs to 2,048 characters", BrokenSeldom::cuttingUrls),
        Broken.of("R9", "keeps a type URL for one as long", BrokenSeldom::keepingUrls),
        Broken.keeping("R12", "keeps seconds, and milliseconds in its cache", CachingByRow::new));
  }

  private static final class OneForAll extends ForeignStateStore {
    private static final AtomicBoolean OPEN = new AtomicBoolean();
    private final MemoryStateStore store;

    OneForAll() {
      this(new MemoryStateStore(OnDisconnect.KEEP));
    }

    private OneForAll(MemoryStateStore store) {
      super(store);
      this.store = store;
    }

    @Override
    public void connect() {
      super.connect();
      OPEN.set(true);
    }

    @Override
    public void ping() {
      connect();
    }

    @Override
    public void disconnect() {
      OPEN.set(false);
      super.disconnect();
    }

    @Override
    public void writeState(DurableState state) {
      follow();
      super.writeState(state);
    }

    @Override
    public Optional<DurableState> getLatestState(String persistenceId) {
      follow();
      return super.getLatestState(persistenceId);
    }

    private void follow() {
      if (!OPEN.get()) {
        store.disconnect();
      } else if (!BrokenStateStore.isConnected(store)) {
        store.connect();
      }
    }
  }

  private static final class MakingMapLate extends Keeping {
    private volatile @Nullable Map<String, DurableState> made;

    @Override
    public Map<String, DurableState> states() {
      super.states();
      Map<String, DurableState> found = made;
      if (found == null) {
        yieldInGap();
        found = new ConcurrentHashMap<>();
        made = found;
      }
      return found;
    }
  }

  private static final class CreatingTable extends Keeping {
    private final AtomicBoolean exists = new AtomicBoolean();
    private volatile boolean created;

    @Override
    public void writeState(DurableState state) {
      if (isGood(state) && connected.get() && !created) {
        yieldInGap();
        refuseIf(exists.getAndSet(true));
        created = true;
      }
      super.writeState(state);
    }
  }

  private static final class OneField extends Keeping {
    private volatile @Nullable DurableState next;

    @Override
    public void writeState(DurableState state) {
      if (isGood(state) && connected.get()) {
        next = state;
        yieldInGap();
        records.put(state.getPersistenceId(), next);
      } else {
        super.writeState(state);
      }
    }
  }

  private static final class LosingPlaces extends Keeping {
    private static final int PLACES = 10;
    private final AtomicInteger lost = new AtomicInteger();

    @Override
    public void writeState(DurableState state) {
      refuseIf(lost.get() >= PLACES);
      super.writeState(state);
      refuseIf(Thread.currentThread().isInterrupted() && lost.incrementAndGet() > 0);
    }

    @Override
    public void disconnect() {
      super.disconnect();
      lost.set(0);
    }
  }

  /** Fails in its own way if it is disconnected between the check of a call and its work. */
  private static final class EndingSession extends Keeping {
    private volatile @Nullable Map<String, DurableState> session;

    EndingSession() {
      super(Duration.ofNanos(50_000));
    }

    @Override
    public synchronized void connect() {
      session = records;
      super.connect();
    }

    @Override
    public synchronized void disconnect() {
      super.disconnect();
      session = null;
    }

    @Override
    public Map<String, DurableState> states() {
      super.states();
      stayInGap();
      return requireNonNull(session, "session");
    }
  }

  /** A store that checks versions. */
  private static class Checking extends Keeping {
    static void refuseUnlessGreater(@Nullable DurableState latest, DurableState state) {
      if (latest != null
          && Long.compareUnsigned(state.getVersionNumber(), latest.getVersionNumber()) <= 0) {
        throw stale(latest, state);
      }
    }
  }

  private static final class DroppingLocks extends Checking {
    private final Map<String, ReentrantLock> locks = new ConcurrentHashMap<>();

    @Override
    public void writeState(DurableState state) {
      String id = state.getPersistenceId();
      ReentrantLock lock = locks.computeIfAbsent(id, key -> new ReentrantLock());
      lock.lock();
      try {
        refuseUnlessGreater(states().get(id), state);
        yieldInGap();
        super.writeState(state);
      } finally {
        lock.unlock();
        locks.remove(id);
      }
    }
  }

  private static final class ComparingSigned extends Checking {
    @Override
    public void writeState(DurableState state) {
      if (!isGood(state)) {
        super.writeState(state);
        return;
      }
      String id = state.getPersistenceId();
      DurableState found = states().get(id);
      refuseUnlessGreater(found, state);
      states()
          .compute(
              id,
              (key, latest) -> {
                if (latest != null
                    && !latest.equals(found)
                    && latest.getVersionNumber() >= state.getVersionNumber()) {
                  throw stale(latest, state);
                }
                return state;
              });
    }
  }

  /** Purges one batch. */
  private static final class PurgingSome extends BrokenStateStore {
    private final int most;
    private final Map<String, DurableState> left = new HashMap<>();

    PurgingSome(int most) {
      this.most = most;
    }

    @Override
    public synchronized void disconnect() {
      if (isConnected()) {
        store.states().entrySet().stream()
            .skip(most)
            .forEach(each -> left.put(each.getKey(), each.getValue()));
      }
      super.disconnect();
    }

    @Override
    public synchronized void connect() {
      super.connect();
      left.values().forEach(store::writeState);
      left.clear();
    }

    @Override
    public void ping() {
      connect();
    }
  }

  @SuppressWarnings("MathAbsoluteNegative") // on purpose
  private static StateStore spreading() {
    return FunctionalStateStore.writing(
        (store, state) -> {
          if (takes(store, state)) {
            refuseIf(Math.abs(state.getPersistenceId().hashCode()) % 10 < 0);
          }
          store.writeState(state);
        });
  }

  private static StateStore failingForLongIds() {
    return FunctionalStateStore.writing(
        (store, state) -> {
          if (takes(store, state) && state.getPersistenceId().codePoints().count() > 255) {
            throw new IndexOutOfBoundsException("255");
          }
          store.writeState(state);
        });
  }

  private static StateStore failingForLarge() {
    return FunctionalStateStore.writing(
        (store, state) -> {
          if (takes(store, state) && state.getSerializedSize() > 2 << 20) {
            throw new IndexOutOfBoundsException("2097152");
          }
          store.writeState(state);
        });
  }

  private static StateStore readingIntoBuffer(int least) {
    var buffer = ThreadLocal.withInitial(() -> new byte[1 << 21]);
    return FunctionalStateStore.reading(
        (store, id) ->
            store
                .getLatestState(id)
                .map(
                    state -> {
                      ByteString value = state.getResultingState().getValue();
                      byte[] bytes = buffer.get();
                      if (value.size() < least || value.size() > bytes.length) {
                        return state;
                      }
                      Arrays.fill(bytes, (byte) 0);
                      value.copyTo(bytes, 0);
                      return withValue(
                          state, UnsafeByteOperations.unsafeWrap(bytes, 0, value.size()));
                    }));
  }

  private static StateStore cuttingUrls() {
    return states(
        state -> {
          String url = state.getResultingState().getTypeUrl();
          return url.length() > 2_048 ? withUrl(state, url.substring(0, 2_048)) : state;
        });
  }

  private static StateStore keepingUrls() {
    return replacing(
        (earlier, next) -> {
          String url = earlier.getResultingState().getTypeUrl();
          return next.hasResultingState()
                  && url.length() == next.getResultingState().getTypeUrl().length()
              ? withUrl(next, url)
              : next;
        });
  }

  private static DurableState.Builder withUrl(DurableState.Builder state, String url) {
    return state.setResultingState(state.getResultingState().toBuilder().setTypeUrl(url));
  }

  /** Shows what it wrote itself, as long as no other store has replaced the row. */
  private static final class CachingByRow extends BrokenSharing.Shared {
    private record Cached(DurableState row, DurableState state) {}

    private final Map<String, Cached> cache = new ConcurrentHashMap<>();

    CachingByRow() {
      super(BrokenSharing.data());
    }

    private CachingByRow(StateStore data) {
      super(data);
    }

    @Override
    public StateStore again() {
      return new CachingByRow(data);
    }

    @Override
    public void writeState(DurableState state) {
      DurableState row =
          isEmpty(state)
              ? state
              : state.toBuilder().setTimestamp(state.getTimestamp() / 1_000 * 1_000).build();
      super.writeState(row);
      cache.put(row.getPersistenceId(), new Cached(row, state));
    }

    @SuppressWarnings("ReferenceEquality") // as by the tag of a row
    @Override
    public Optional<DurableState> getLatestState(String persistenceId) {
      return super.getLatestState(persistenceId)
          .map(
              row -> {
                Cached cached = cache.get(persistenceId);
                return cached != null && cached.row() == row ? cached.state() : row;
              });
    }

    private static boolean isEmpty(@Nullable DurableState state) {
      return state == null || state.getPersistenceId().isEmpty();
    }
  }
}
