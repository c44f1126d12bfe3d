package io.github.durablestore.broken;

import static io.github.durablestore.broken.BrokenStateStore.refuseIf;
import static io.github.durablestore.broken.BrokenStateStore.takes;
import static io.github.durablestore.broken.BrokenStateStore.yieldInGap;
import static io.github.durablestore.broken.FunctionalStateStore.writing;
import static io.github.durablestore.broken.HookedStateStore.before;
import static io.github.durablestore.probe.Operation.CONNECT;
import static io.github.durablestore.probe.Operation.DISCONNECT;
import static io.github.durablestore.probe.Operation.PING;

import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.memory.OnDisconnect;
import io.github.durablestore.probe.Operation;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;
import java.util.stream.Stream;

/** Stores that fail under concurrency. */
public final class BrokenThreads {
  private static final Duration GAP = Duration.ofMillis(2);

  private BrokenThreads() {}

  public static Stream<Broken> stores() {
    return Stream.of(
        Broken.of("R16", "loses updates", BrokenThreads::losingUpdates),
        Broken.of("R16", "tears states", BrokenThreads::tearingStates),
        caching(
            "reads from a cache for each thread",
            (cache, state) -> cache.computeIfAbsent(state.getPersistenceId(), id -> state)),
        caching(
            "shows each thread what it wrote",
            (cache, state) -> cache.getOrDefault(state.getPersistenceId(), state)),
        Broken.keeping(
            "R16", "writes what its thread has changed", () -> writingChanges(Object::equals)),
        Broken.checking(
            "R16", "compares all but the version", () -> writingChanges(BrokenThreads::isAlike)),
        Broken.of("R16", "finds nothing for an interrupted thread", BrokenThreads::findingNothing),
        Broken.keeping("R16", "does not connect an interrupted thread", InterruptedConnect::new),
        Broken.keeping("R16", "disconnects no interrupted thread", InterruptedDisconnect::new),
        Broken.of("R16", "caches what it read", BrokenThreads::cachingReads),
        Broken.of("R16", "writes later", BrokenThreads::writingLater),
        Broken.of("R16", "deletes and then writes", BrokenThreads::deletingFirst),
        Broken.of("R16", "cannot write a new id twice at once", BrokenThreads::insertingOrUpdating),
        Broken.of("R16", "keeps 1,000 records", () -> evicting(1_000)),
        Broken.of("R16", "fails when it is busy", BrokenThreads::failingWhenBusy),
        Broken.of("R16", "reads copies by turns", BrokenThreads::replicated),
        Broken.of("R17", "clears", () -> new NaiveStateStore.Clearing(GAP)),
        Broken.of("R17", "swaps", () -> new NaiveStateStore.Swapping(GAP)),
        Broken.keeping("R17", "copies", () -> new NaiveStateStore.Copying(GAP)),
        Broken.keeping("R17", "writes what it refuses", BrokenThreads::writingWhatItRefuses),
        Broken.keeping("R17", "cannot connect while it ends", () -> new Ending(CONNECT)),
        Broken.keeping("R17", "cannot ping while it ends", () -> new Ending(PING)));
  }

  private static Broken caching(
      String what, BiFunction<Map<String, DurableState>, DurableState, DurableState> read) {
    return Broken.of("R16", what, () -> new CachingPerThread(read));
  }

  /** Stores that hang: in a call, on a lock that is never released, or in a deadlock. */
  public static Stream<Broken> hanging() {
    return Stream.of(
        Broken.of("R1", "hangs when created", BrokenThreads::hangingWhenCreated),
        Broken.of("R16", "never unlocks", BrokenThreads::neverUnlocking),
        Broken.of("R16", "deadlocks", BrokenThreads::deadlocking),
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

  /** Skips a write of what the thread has written or read last, as a session of Hibernate does. */
  @SuppressWarnings("ThreadLocalUsage") // each store has its own
  private static StateStore writingChanges(BiPredicate<DurableState, DurableState> same) {
    var known = ThreadLocal.withInitial(HashMap<String, DurableState>::new);
    return FunctionalStateStore.keeping(
            (store, state) -> {
              DurableState last = state == null ? null : known.get().get(state.getPersistenceId());
              if (last == null || !takes(store, state) || !same.test(last, state)) {
                store.writeState(state);
                known.get().put(state.getPersistenceId(), state);
              }
            })
        .andReading(
            (store, id) -> {
              Optional<DurableState> latest = store.getLatestState(id);
              latest.ifPresent(state -> known.get().put(id, state));
              return latest;
            });
  }

  private static boolean isAlike(DurableState one, DurableState other) {
    return one.equals(other.toBuilder().setVersionNumber(one.getVersionNumber()).build());
  }

  private static StateStore findingNothing() {
    return FunctionalStateStore.reading(
        (store, id) ->
            Thread.currentThread().isInterrupted() ? Optional.empty() : store.getLatestState(id));
  }

  private static final class InterruptedConnect extends BrokenStateStore {
    InterruptedConnect() {
      super(OnDisconnect.KEEP);
    }

    @Override
    public void connect() {
      if (!Thread.currentThread().isInterrupted()) {
        store.connect();
      }
    }
  }

  private static final class InterruptedDisconnect extends BrokenStateStore {
    InterruptedDisconnect() {
      super(OnDisconnect.KEEP);
    }

    @Override
    public void disconnect() {
      if (!Thread.currentThread().isInterrupted()) {
        store.disconnect();
      }
    }
  }

  /** Looks whether it is connected once more after the write, and refuses if it no longer is. */
  private static StateStore writingWhatItRefuses() {
    return FunctionalStateStore.keeping(
        (store, state) -> {
          store.writeState(state);
          LockSupport.parkNanos(50_000); // widens the gap
          store.getLatestState(state.getPersistenceId());
        });
  }

  /** Refuses to be connected while another thread disconnects it. */
  private static final class Ending extends BrokenStateStore {
    private final Operation refused;
    private volatile boolean ending;

    Ending(Operation refused) {
      super(OnDisconnect.KEEP);
      this.refused = refused;
    }

    @Override
    public void disconnect() {
      ending = true;
      LockSupport.parkNanos(50_000); // widens the gap
      store.disconnect();
      ending = false;
    }

    @Override
    public void connect() {
      refuseIf(ending && refused == CONNECT);
      store.connect();
    }

    @Override
    public void ping() {
      refuseIf(ending && refused == PING);
      store.ping();
    }
  }

  private static StateStore losingUpdates() {
    var records = new AtomicReference<Map<String, DurableState>>(Map.of());
    return writing(
            (store, state) -> {
              store.writeState(state);
              var copy = new HashMap<>(records.get());
              copy.put(state.getPersistenceId(), state);
              records.set(copy);
            })
        .andReading((store, id) -> store.getLatestState(id).map(state -> records.get().get(id)));
  }

  private static StateStore tearingStates() {
    var versions = new ConcurrentHashMap<String, Long>();
    return writing(
            (store, state) -> {
              store.writeState(state);
              yieldInGap();
              versions.put(state.getPersistenceId(), state.getVersionNumber());
            })
        .andReading(
            (store, id) ->
                store
                    .getLatestState(id)
                    .map(DurableState::toBuilder)
                    .map(state -> state.setVersionNumber(versions.getOrDefault(id, 0L)).build()));
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
  private static StateStore cachingReads() {
    var cache = new ConcurrentHashMap<String, DurableState>();
    return writing(
            (store, state) -> {
              store.writeState(state);
              cache.remove(state.getPersistenceId());
            })
        .andReading(
            (store, id) -> {
              Optional<DurableState> read = store.getLatestState(id);
              DurableState cached = read.isPresent() ? cache.get(id) : null;
              if (read.isPresent() && cached == null) {
                LockSupport.parkNanos(50_000); // widens the gap
                cache.put(id, read.get());
              }
              return cached == null ? read : Optional.of(cached);
            })
        .andOnDisconnect(cache::clear);
  }

  /** Acknowledges writes that are still queued, and shows each thread its own last write. */
  @SuppressWarnings("ThreadLocalUsage") // each store has its own
  private static StateStore writingLater() {
    var queue = new ConcurrentLinkedQueue<DurableState>();
    var last = new ThreadLocal<DurableState>();
    return writing(
            (store, state) -> {
              if (!takes(store, state)) {
                store.writeState(state);
                return;
              }
              queue.add(state);
              last.set(state);
              if (queue.size() > 2) {
                store.writeState(queue.remove());
              }
            })
        .andReading(
            (store, id) -> {
              Optional<DurableState> read = store.getLatestState(id);
              DurableState own = last.get();
              return own != null && own.getPersistenceId().equals(id) ? Optional.of(own) : read;
            })
        .andOnDisconnect(
            () -> {
              queue.clear();
              last.remove();
            });
  }

  private static StateStore deletingFirst() {
    var deleted = ConcurrentHashMap.<String>newKeySet();
    return writing(
            (store, state) -> {
              if (takes(store, state)) {
                deleted.add(state.getPersistenceId());
                yieldInGap();
              }
              store.writeState(state);
              deleted.remove(state.getPersistenceId());
            })
        .andReading((store, id) -> store.getLatestState(id).filter(state -> !deleted.contains(id)));
  }

  /** Checks whether there is a row, and then inserts or updates it. */
  private static StateStore insertingOrUpdating() {
    var rows = ConcurrentHashMap.<String>newKeySet();
    return writing(
            (store, state) -> {
              if (takes(store, state) && !rows.contains(state.getPersistenceId())) {
                yieldInGap();
                store.getLatestState(state.getPersistenceId());
                refuseIf(!rows.add(state.getPersistenceId()));
              }
              store.writeState(state);
            })
        .andOnDisconnect(rows::clear);
  }

  private static StateStore evicting(int most) {
    var ids = Collections.synchronizedSet(new LinkedHashSet<String>());
    return writing(
            (store, state) -> {
              store.writeState(state);
              synchronized (ids) {
                if (ids.add(state.getPersistenceId()) && ids.size() > most) {
                  ids.remove(ids.iterator().next());
                }
              }
            })
        .andReading((store, id) -> store.getLatestState(id).filter(state -> ids.contains(id)));
  }

  /** Has one connection, which two threads cannot use at once. */
  private static StateStore failingWhenBusy() {
    var busy = new AtomicBoolean();
    return writing(
        (store, state) -> {
          refuseIf(!busy.compareAndSet(false, true));
          try {
            yieldInGap();
            store.writeState(state);
          } finally {
            busy.set(false);
          }
        });
  }

  /** Shows the state before the latest at every other read of a thread that did not write last. */
  private static StateStore replicated() {
    var behind = new ConcurrentHashMap<String, DurableState>();
    var writers = new ConcurrentHashMap<String, Thread>();
    var reads = new AtomicLong();
    return writing(
            (store, state) -> {
              Optional<DurableState> before =
                  takes(store, state)
                      ? store.getLatestState(state.getPersistenceId())
                      : Optional.empty();
              store.writeState(state);
              before.ifPresent(earlier -> behind.put(state.getPersistenceId(), earlier));
              writers.put(state.getPersistenceId(), Thread.currentThread());
            })
        .andReading(
            (store, id) -> {
              Optional<DurableState> read = store.getLatestState(id);
              return read.isEmpty()
                      || writers.get(id) == Thread.currentThread()
                      || reads.incrementAndGet() % 2 == 0
                  ? read
                  : Optional.of(behind.getOrDefault(id, read.get()));
            })
        .andOnDisconnect(behind::clear);
  }

  /** Never releases its lock once two threads have written to one id. */
  private static StateStore neverUnlocking() {
    var lock = new ReentrantLock();
    var writers = new ConcurrentHashMap<String, Thread>();
    return writing(
        (store, state) -> {
          lock.lock();
          store.writeState(state);
          Thread before = writers.put(state.getPersistenceId(), Thread.currentThread());
          if (before == null || before == Thread.currentThread()) {
            lock.unlock();
          }
        });
  }

  /** Takes two locks, in an order that depends on the version. */
  private static StateStore deadlocking() {
    var odd = new Object();
    var even = new Object();
    return writing(
        (store, state) -> {
          boolean first = state == null || (state.getVersionNumber() & 1) == 0;
          synchronized (first ? odd : even) {
            yieldInGap();
            synchronized (first ? even : odd) {
              store.writeState(state);
            }
          }
        });
  }
}
