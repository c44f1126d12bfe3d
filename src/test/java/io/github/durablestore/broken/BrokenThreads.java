package io.github.durablestore.broken;

import static io.github.durablestore.broken.HookedStateStore.before;
import static io.github.durablestore.probe.Operation.DISCONNECT;

import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/** Stores that fail under concurrency. */
public final class BrokenThreads {
  private static final Duration GAP = Duration.ofMillis(2);

  private BrokenThreads() {}

  public static Stream<Broken> stores() {
    return Stream.of(
        Broken.of("R16", "loses updates", LosingUpdates::new),
        Broken.of("R16", "tears states", TearingStates::new),
        caching(
            "reads from a cache for each thread",
            (cache, state) -> cache.computeIfAbsent(state.getPersistenceId(), id -> state)),
        caching(
            "shows each thread what it wrote",
            (cache, state) -> cache.getOrDefault(state.getPersistenceId(), state)),
        Broken.of("R16", "caches what it read", CachingReads::new),
        Broken.of("R16", "writes later", WritingLater::new),
        Broken.of("R16", "deletes and then writes", DeletingFirst::new),
        Broken.of("R16", "cannot write a new id twice at once", InsertingOrUpdating::new),
        Broken.of("R16", "keeps 1,000 records", () -> new Evicting(1_000)),
        Broken.of("R16", "fails when it is busy", FailingWhenBusy::new),
        Broken.of("R16", "reads copies by turns", Replicated::new),
        Broken.of("R17", "clears", () -> new NaiveStateStore.Clearing(GAP)),
        Broken.of("R17", "swaps", () -> new NaiveStateStore.Swapping(GAP)),
        Broken.keeping("R17", "copies", () -> new NaiveStateStore.Copying(GAP)));
  }

  private static Broken caching(
      String what, BiFunction<Map<String, DurableState>, DurableState, DurableState> read) {
    return Broken.of("R16", what, () -> new CachingPerThread(read));
  }

  /** Stores that hang: in a call, on a lock that is never released, or in a deadlock. */
  public static Stream<Broken> hanging() {
    return Stream.of(
        Broken.of("R1", "hangs when created", BrokenThreads::hangingWhenCreated),
        Broken.of("R16", "never unlocks", NeverUnlocking::new),
        Broken.of("R16", "deadlocks", Deadlocking::new),
        before(
            "R3",
            "hangs when disconnected twice",
            DISCONNECT,
            store -> {
              if (!store.isConnected()) {
                hang();
              }
            }));
  }

  private static StateStore hangingWhenCreated() {
    hang();
    return new BrokenStateStore();
  }

  private static void hang() {
    var never = new CountDownLatch(1);
    while (true) {
      try {
        never.await();
      } catch (InterruptedException e) {
        // Keeps waiting, like a driver that ignores interrupts.
      }
    }
  }

  private static final class LosingUpdates extends BrokenStateStore {
    private volatile Map<String, DurableState> records = Map.of();

    @Override
    public void writeState(DurableState state) {
      store.writeState(state);
      var copy = new HashMap<>(records);
      copy.put(state.getPersistenceId(), state);
      records = copy;
    }

    @Override
    public Optional<DurableState> getLatestState(String persistenceId) {
      return store.getLatestState(persistenceId).map(state -> records.get(persistenceId));
    }
  }

  private static final class TearingStates extends BrokenStateStore {
    private final Map<String, Long> versions = new ConcurrentHashMap<>();

    @Override
    public void writeState(DurableState state) {
      store.writeState(state);
      yieldInGap();
      versions.put(state.getPersistenceId(), state.getVersionNumber());
    }

    @Override
    public Optional<DurableState> getLatestState(String persistenceId) {
      return store
          .getLatestState(persistenceId)
          .map(
              state ->
                  state.toBuilder()
                      .setVersionNumber(versions.getOrDefault(persistenceId, 0L))
                      .build());
    }
  }

  /** Has a cache for each thread, until it is disconnected. */
  private static final class CachingPerThread extends BrokenStateStore {
    private final BiFunction<Map<String, DurableState>, DurableState, DurableState> read;
    private volatile ThreadLocal<Map<String, DurableState>> cache = newCache();

    /** Reads from the cache, given the state in the store. */
    CachingPerThread(BiFunction<Map<String, DurableState>, DurableState, DurableState> read) {
      this.read = read;
    }

    @Override
    public void disconnect() {
      store.disconnect();
      cache = newCache();
    }

    @Override
    public void writeState(DurableState state) {
      store.writeState(state);
      cache.get().put(state.getPersistenceId(), state);
    }

    @Override
    public Optional<DurableState> getLatestState(String persistenceId) {
      return store.getLatestState(persistenceId).map(state -> read.apply(cache.get(), state));
    }

    private static ThreadLocal<Map<String, DurableState>> newCache() {
      return ThreadLocal.withInitial(HashMap::new);
    }
  }

  /** Caches for all threads; a read may refill the cache with the state from before a write. */
  private static final class CachingReads extends BrokenStateStore {
    private final Map<String, DurableState> cache = new ConcurrentHashMap<>();

    @Override
    public void disconnect() {
      store.disconnect();
      cache.clear();
    }

    @Override
    public void writeState(DurableState state) {
      store.writeState(state);
      cache.remove(state.getPersistenceId());
    }

    @Override
    public Optional<DurableState> getLatestState(String persistenceId) {
      Optional<DurableState> read = store.getLatestState(persistenceId);
      DurableState cached = read.isPresent() ? cache.get(persistenceId) : null;
      if (read.isPresent() && cached == null) {
        LockSupport.parkNanos(50_000); // widens the gap
        cache.put(persistenceId, read.get());
      }
      return cached == null ? read : Optional.of(cached);
    }
  }

  /** Acknowledges writes that are still queued, and shows each thread its own last write. */
  @SuppressWarnings("ThreadLocalUsage") // each store has its own
  private static final class WritingLater extends BrokenStateStore {
    private final ConcurrentLinkedQueue<DurableState> queue = new ConcurrentLinkedQueue<>();
    private final ThreadLocal<DurableState> last = new ThreadLocal<>();

    @Override
    public void disconnect() {
      store.disconnect();
      queue.clear();
      last.remove();
    }

    @Override
    public void writeState(DurableState state) {
      if (!takes(state)) {
        store.writeState(state);
        return;
      }
      queue.add(state);
      last.set(state);
      if (queue.size() > 2) {
        store.writeState(queue.remove());
      }
    }

    @Override
    public Optional<DurableState> getLatestState(String persistenceId) {
      Optional<DurableState> read = store.getLatestState(persistenceId);
      DurableState own = last.get();
      return own != null && own.getPersistenceId().equals(persistenceId) ? Optional.of(own) : read;
    }
  }

  private static final class DeletingFirst extends BrokenStateStore {
    private final Map<String, DurableState> deleted = new ConcurrentHashMap<>();

    @Override
    public void writeState(DurableState state) {
      if (takes(state)) {
        deleted.put(state.getPersistenceId(), state);
        yieldInGap();
      }
      store.writeState(state);
      deleted.remove(state.getPersistenceId());
    }

    @Override
    public Optional<DurableState> getLatestState(String persistenceId) {
      return store
          .getLatestState(persistenceId)
          .filter(state -> !deleted.containsKey(persistenceId));
    }
  }

  /** Checks whether there is a row, and then inserts or updates it. */
  private static final class InsertingOrUpdating extends BrokenStateStore {
    private final Set<String> rows = ConcurrentHashMap.newKeySet();

    @Override
    public void disconnect() {
      store.disconnect();
      rows.clear();
    }

    @Override
    public void writeState(DurableState state) {
      if (takes(state) && !rows.contains(state.getPersistenceId())) {
        yieldInGap();
        store.getLatestState(state.getPersistenceId());
        refuseIf(!rows.add(state.getPersistenceId()));
      }
      store.writeState(state);
    }
  }

  private static final class Evicting extends BrokenStateStore {
    private final Set<String> ids = new LinkedHashSet<>();
    private final int most;

    Evicting(int most) {
      this.most = most;
    }

    @Override
    public synchronized void writeState(DurableState state) {
      store.writeState(state);
      if (ids.add(state.getPersistenceId()) && ids.size() > most) {
        ids.remove(ids.iterator().next());
      }
    }

    @Override
    public synchronized Optional<DurableState> getLatestState(String persistenceId) {
      return store.getLatestState(persistenceId).filter(state -> ids.contains(persistenceId));
    }
  }

  /** Has one connection, which two threads cannot use at once. */
  private static final class FailingWhenBusy extends BrokenStateStore {
    private final AtomicBoolean busy = new AtomicBoolean();

    @Override
    public void writeState(DurableState state) {
      refuseIf(!busy.compareAndSet(false, true));
      try {
        yieldInGap();
        store.writeState(state);
      } finally {
        busy.set(false);
      }
    }
  }

  /**
   * Shows the state before the latest at every other read of a thread that was not the last writer.
   */
  private static final class Replicated extends BrokenStateStore {
    private final Map<String, DurableState> behind = new ConcurrentHashMap<>();
    private final Map<String, Thread> writers = new ConcurrentHashMap<>();
    private final AtomicLong reads = new AtomicLong();

    @Override
    public void disconnect() {
      store.disconnect();
      behind.clear();
    }

    @Override
    public void writeState(DurableState state) {
      Optional<DurableState> before =
          takes(state) ? store.getLatestState(state.getPersistenceId()) : Optional.empty();
      store.writeState(state);
      before.ifPresent(earlier -> behind.put(state.getPersistenceId(), earlier));
      writers.put(state.getPersistenceId(), Thread.currentThread());
    }

    @Override
    public Optional<DurableState> getLatestState(String persistenceId) {
      Optional<DurableState> read = store.getLatestState(persistenceId);
      return read.isEmpty()
              || writers.get(persistenceId) == Thread.currentThread()
              || reads.incrementAndGet() % 2 == 0
          ? read
          : Optional.of(behind.getOrDefault(persistenceId, read.get()));
    }
  }

  /** Never releases its lock once two threads have written to one id. */
  private static final class NeverUnlocking extends BrokenStateStore {
    private final Lock lock = new ReentrantLock();
    private final Map<String, Thread> writers = new ConcurrentHashMap<>();

    @Override
    public void writeState(DurableState state) {
      lock.lock();
      store.writeState(state);
      Thread before = writers.put(state.getPersistenceId(), Thread.currentThread());
      if (before == null || before == Thread.currentThread()) {
        lock.unlock();
      }
    }
  }

  /** Takes two locks, in an order that depends on the version. */
  private static final class Deadlocking extends BrokenStateStore {
    private final Object odd = new Object();
    private final Object even = new Object();

    @Override
    public void writeState(DurableState state) {
      boolean first = state == null || (state.getVersionNumber() & 1) == 0;
      synchronized (first ? odd : even) {
        yieldInGap();
        synchronized (first ? even : odd) {
          store.writeState(state);
        }
      }
    }
  }
}
