package io.github.durablestore.broken;

import static io.github.durablestore.broken.BrokenStateStore.refused;

import io.github.durablestore.StaleWriteException;
import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.memory.OnDisconnect;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Stores that fail under concurrency, or misjudge which writes are stale. */
public final class BrokenThreads {
  private static final Duration GAP = Duration.ofMillis(2);

  private BrokenThreads() {}

  public static Stream<Broken> stores() {
    return Stream.concat(threads().stream(), versions().stream());
  }

  private static List<Broken> threads() {
    return List.of(
        Broken.of("R16", "loses updates", LosingUpdates::new),
        Broken.of("R16", "tears states", TearingStates::new),
        Broken.of("R16", "reads from a cache for each thread", CachingPerThread::new),
        Broken.of("R16", "shows each thread what it wrote", ShowingItsOwn::new),
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

  private static List<Broken> versions() {
    return List.of(
        Broken.checking("R18", "checks nothing", () -> new BrokenStateStore(OnDisconnect.KEEP)),
        checking("compares as signed numbers", (latest, next) -> next > latest),
        checking("refuses the same version only", (latest, next) -> next != latest),
        checking(
            "takes the same version", (latest, next) -> Long.compareUnsigned(next, latest) >= 0),
        checking("compares 32 bits", (latest, next) -> (int) next > (int) latest),
        checking("compares doubles", (latest, next) -> (double) next > (double) latest),
        checking("takes the next version only", (latest, next) -> next == latest + 1),
        checking(
            "takes version 0",
            (latest, next) -> next == 0 || Long.compareUnsigned(next, latest) > 0),
        checking(
            "takes what is far away",
            (latest, next) -> Long.compareUnsigned(next, latest) > 0 || latest - next > 10_000),
        Broken.checking("R18", "ignores stale writes", () -> refusing((latest, next) -> {})),
        Broken.checking(
            "R18",
            "fails in its own way",
            () ->
                refusing(
                    (latest, next) -> {
                      throw refused();
                    })),
        Broken.checking(
            "R18",
            "names no version",
            () ->
                refusing(
                    (latest, next) -> {
                      throw new StaleWriteException(next.getPersistenceId() + " is stale");
                    })),
        Broken.checking(
            "R18",
            "names no id",
            () ->
                refusing(
                    (latest, next) -> {
                      throw new StaleWriteException(
                          Long.toUnsignedString(next.getVersionNumber())
                              + " <= "
                              + Long.toUnsignedString(latest.getVersionNumber()));
                    })),
        Broken.checking(
            "R18",
            "names signed versions",
            () ->
                refusing(
                    (latest, next) -> {
                      throw new StaleWriteException(
                          next.getPersistenceId()
                              + ": "
                              + next.getVersionNumber()
                              + " <= "
                              + latest.getVersionNumber());
                    })),
        Broken.checking(
            "R18",
            "takes the same state once more",
            () ->
                refusing(
                    (latest, next) -> {
                      if (!latest.equals(next)) {
                        throw stale(latest, next);
                      }
                    })),
        Broken.checking(
            "R18",
            "stores and then refuses",
            () ->
                new Checking() {
                  @Override
                  void refuse(DurableState latest, DurableState next) {
                    store.writeState(next);
                    throw stale(latest, next);
                  }
                }),
        Broken.checking("R18", "has one version for all ids", OneVersionForAll::new),
        Broken.checking("R18", "forgets versions when disconnected", ForgettingVersions::new),
        Broken.checking(
            "R18",
            "refuses earlier times",
            () ->
                new Checking() {
                  @Override
                  boolean accepts(DurableState latest, DurableState next) {
                    return super.accepts(latest, next)
                        && next.getTimestamp() > latest.getTimestamp();
                  }
                }),
        Broken.checking("R18", "checks and then writes", () -> new CheckingFirst(false)),
        Broken.checking("R18", "locks each version, not each id", () -> new CheckingFirst(true)));
  }

  /** Stores that hang: in a call, on a lock that is never released, or in a deadlock. */
  public static Stream<Broken> hanging() {
    return Stream.of(
        Broken.of(
            "R1",
            "hangs when created",
            () -> {
              hang();
              return new BrokenStateStore();
            }),
        Broken.of("R16", "never unlocks", NeverUnlocking::new),
        Broken.of("R16", "deadlocks", Deadlocking::new),
        Broken.of(
            "R3",
            "hangs when disconnected twice",
            () ->
                new BrokenStateStore() {
                  @Override
                  public void disconnect() {
                    if (!isConnected()) {
                      hang();
                    }
                    store.disconnect();
                  }
                }));
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

  private interface Order {
    boolean accepts(long latest, long next);
  }

  private interface Refusal {
    void refuse(DurableState latest, DurableState next);
  }

  private static Broken checking(String what, Order order) {
    return Broken.checking(
        "R18",
        what,
        () ->
            new Checking() {
              @Override
              boolean accepts(DurableState latest, DurableState next) {
                return order.accepts(latest.getVersionNumber(), next.getVersionNumber());
              }
            });
  }

  private static StateStore refusing(Refusal refusal) {
    return new Checking() {
      @Override
      void refuse(DurableState latest, DurableState next) {
        refusal.refuse(latest, next);
      }
    };
  }

  private static StaleWriteException stale(DurableState latest, DurableState next) {
    return new StaleWriteException(
        next.getPersistenceId()
            + ": "
            + Long.toUnsignedString(next.getVersionNumber())
            + " is not greater than "
            + Long.toUnsignedString(latest.getVersionNumber()));
  }

  /** Refuses stale writes correctly, for subclasses to break. */
  private static class Checking extends BrokenStateStore {
    Checking() {
      super(OnDisconnect.KEEP);
    }

    @Override
    public void writeState(DurableState state) {
      if (!isConnected() || state == null || state.getPersistenceId().isEmpty()) {
        store.writeState(state);
        return;
      }
      synchronized (this) {
        DurableState latest = store.getLatestState(state.getPersistenceId()).orElse(null);
        if (latest != null && !accepts(latest, state)) {
          refuse(latest, state);
        } else {
          store.writeState(state);
        }
      }
    }

    boolean accepts(DurableState latest, DurableState next) {
      return Long.compareUnsigned(next.getVersionNumber(), latest.getVersionNumber()) > 0;
    }

    void refuse(DurableState latest, DurableState next) {
      throw stale(latest, next);
    }
  }

  private static final class OneVersionForAll extends Checking {
    private @Nullable DurableState last;

    @Override
    public synchronized void writeState(DurableState state) {
      if (isConnected() && state != null && last != null && !accepts(last, state)) {
        throw stale(last, state);
      }
      store.writeState(state);
      last = state;
    }
  }

  private static final class ForgettingVersions extends BrokenStateStore {
    private final Map<String, DurableState> latest = new HashMap<>();

    ForgettingVersions() {
      super(OnDisconnect.KEEP);
    }

    @Override
    public synchronized void disconnect() {
      latest.clear();
      store.disconnect();
    }

    @Override
    public synchronized void writeState(DurableState state) {
      DurableState last =
          isConnected() && state != null ? latest.get(state.getPersistenceId()) : null;
      if (last != null
          && Long.compareUnsigned(state.getVersionNumber(), last.getVersionNumber()) <= 0) {
        throw stale(last, state);
      }
      store.writeState(state);
      latest.put(state.getPersistenceId(), state);
    }
  }

  private static final class CheckingFirst extends BrokenStateStore {
    private final Map<String, Object> versions = new ConcurrentHashMap<>();
    private final boolean locks;

    CheckingFirst(boolean locks) {
      super(OnDisconnect.KEEP);
      this.locks = locks;
    }

    @Override
    @SuppressWarnings("ThreadPriorityCheck") // widens the gap, but need not
    public void writeState(DurableState state) {
      if (!isConnected() || state == null || state.getPersistenceId().isEmpty()) {
        store.writeState(state);
        return;
      }
      DurableState latest = store.getLatestState(state.getPersistenceId()).orElse(null);
      if (latest != null
          && Long.compareUnsigned(state.getVersionNumber(), latest.getVersionNumber()) <= 0) {
        throw stale(latest, state);
      }
      String key = state.getPersistenceId() + " " + state.getVersionNumber();
      if (locks && versions.putIfAbsent(key, state) != null) {
        throw stale(state, state);
      }
      Thread.yield();
      store.writeState(state);
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
    @SuppressWarnings("ThreadPriorityCheck") // widens the gap, but need not
    public void writeState(DurableState state) {
      store.writeState(state);
      Thread.yield();
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

  /** Caches per thread what that thread has read or written, until it is disconnected. */
  private static final class CachingPerThread extends BrokenStateStore {
    private volatile ThreadLocal<Map<String, DurableState>> cache = newCache();

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
      return store
          .getLatestState(persistenceId)
          .map(state -> cache.get().computeIfAbsent(persistenceId, id -> state));
    }

    private static ThreadLocal<Map<String, DurableState>> newCache() {
      return ThreadLocal.withInitial(HashMap::new);
    }
  }

  /** Shows each thread its own last write of an id, if it has written one. */
  private static final class ShowingItsOwn extends BrokenStateStore {
    private volatile ThreadLocal<Map<String, DurableState>> own =
        ThreadLocal.withInitial(HashMap::new);

    @Override
    public void disconnect() {
      store.disconnect();
      own = ThreadLocal.withInitial(HashMap::new);
    }

    @Override
    public void writeState(DurableState state) {
      store.writeState(state);
      own.get().put(state.getPersistenceId(), state);
    }

    @Override
    public Optional<DurableState> getLatestState(String persistenceId) {
      return store
          .getLatestState(persistenceId)
          .map(state -> own.get().getOrDefault(persistenceId, state));
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
      if (!isConnected() || state == null || state.getPersistenceId().isEmpty()) {
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
    @SuppressWarnings("ThreadPriorityCheck") // widens the gap, but need not
    public void writeState(DurableState state) {
      if (isConnected() && state != null && !state.getPersistenceId().isEmpty()) {
        deleted.put(state.getPersistenceId(), state);
        Thread.yield();
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
    private final Map<String, AtomicBoolean> rows = new ConcurrentHashMap<>();

    @Override
    public void disconnect() {
      store.disconnect();
      rows.clear();
    }

    @Override
    @SuppressWarnings("ThreadPriorityCheck") // widens the gap, but need not
    public void writeState(DurableState state) {
      if (isConnected() && state != null && !rows.containsKey(state.getPersistenceId())) {
        Thread.yield();
        store.getLatestState(state.getPersistenceId());
        if (rows.putIfAbsent(state.getPersistenceId(), new AtomicBoolean()) != null) {
          throw refused();
        }
      }
      store.writeState(state);
    }
  }

  private static final class Evicting extends BrokenStateStore {
    private final Map<String, Boolean> ids;

    Evicting(int most) {
      ids =
          new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
              return size() > most;
            }
          };
    }

    @Override
    public synchronized void writeState(DurableState state) {
      store.writeState(state);
      ids.put(state.getPersistenceId(), true);
    }

    @Override
    public synchronized Optional<DurableState> getLatestState(String persistenceId) {
      return store.getLatestState(persistenceId).filter(state -> ids.containsKey(persistenceId));
    }
  }

  /** Has one connection, which two threads cannot use at once. */
  private static final class FailingWhenBusy extends BrokenStateStore {
    private final AtomicBoolean busy = new AtomicBoolean();

    @Override
    @SuppressWarnings("ThreadPriorityCheck") // widens the gap, but need not
    public void writeState(DurableState state) {
      if (!busy.compareAndSet(false, true)) {
        throw refused();
      }
      try {
        Thread.yield();
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
          !isConnected() || state == null || state.getPersistenceId().isEmpty()
              ? Optional.empty()
              : store.getLatestState(state.getPersistenceId());
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
    private final java.util.concurrent.locks.ReentrantLock lock =
        new java.util.concurrent.locks.ReentrantLock();
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
    @SuppressWarnings("ThreadPriorityCheck") // widens the gap, but need not
    public void writeState(DurableState state) {
      boolean first = state == null || (state.getVersionNumber() & 1) == 0;
      synchronized (first ? odd : even) {
        Thread.yield();
        synchronized (first ? even : odd) {
          store.writeState(state);
        }
      }
    }
  }
}
