package io.github.durablestore.scenario;

import com.google.protobuf.Int64Value;
import io.github.durablestore.StateStore;
import io.github.durablestore.StateStoreException;
import io.github.durablestore.StateUnpacker;
import io.github.durablestore.egopb.DurableState;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/** Services that go wrong when operations overlap, follow each other, or fail. */
final class OperationServices {
  private OperationServices() {}

  /** A process that keeps numbers. */
  abstract static class Keeper {
    final StateStore store;

    Keeper(StateStore store) {
      this.store = store;
    }

    final long get(String id) {
      return Values.get(store, id);
    }

    final void put(String id, long value) {
      Values.put(store, id, 1, value);
    }
  }

  /** Two may go off duty at once, though one must stay. */
  static final class Duty extends Keeper {
    Duty(StateStore store) {
      super(store);
    }

    boolean leave(String who, String other) {
      if (get(other + " is off") == 1) {
        return false;
      }
      put(who + " is off", 1);
      return true;
    }

    synchronized boolean leaveAlone(String who, String other) {
      return leave(who, other);
    }

    List<Long> off() {
      return List.of(get("ann is off"), get("bob is off"));
    }
  }

  /** Appends to what was deleted in the meantime. */
  static final class Documents extends Keeper {
    Documents(StateStore store) {
      super(store);
    }

    void create() {
      put("document", 1);
    }

    boolean append() {
      long length = get("document");
      if (length == 0) {
        return false;
      }
      put("document", length + 1);
      return true;
    }

    void delete() {
      put("document", 0);
    }

    synchronized boolean appendAlone() {
      return append();
    }

    synchronized void deleteAlone() {
      delete();
    }

    long length() {
      return get("document");
    }
  }

  /** Gives a number to each who asks: the same to two who ask at once. */
  static final class Tickets extends Keeper {
    Tickets(StateStore store) {
      super(store);
    }

    long next() {
      long next = get("last") + 1;
      put("last", next);
      return next;
    }

    synchronized long nextAlone() {
      return next();
    }

    long last() {
      return get("last");
    }
  }

  /** Keeps names in an index, which is behind the store for a moment. */
  static final class Index extends Keeper {
    private final Set<String> names = new ConcurrentSkipListSet<>();

    Index(StateStore store) {
      super(store);
    }

    void create() {
      put("a", 1);
      names.add("a");
    }

    void delete() {
      put("a", 0);
      names.remove("a");
    }

    synchronized void createAlone() {
      create();
    }

    synchronized void deleteAlone() {
      delete();
    }

    synchronized boolean exists() {
      return get("a") == 1;
    }

    boolean existsUnlocked() {
      return get("a") == 1;
    }

    synchronized Set<String> list() {
      return new TreeSet<>(names);
    }

    Set<String> listUnlocked() {
      return new TreeSet<>(names);
    }
  }

  /** Writes two states, which are read by two operations. */
  static final class Publisher extends Keeper {
    Publisher(StateStore store) {
      super(store);
    }

    /** Says that the value is there before it is. */
    void publishFlagFirst() {
      put("ready", 1);
      put("value", 7);
    }

    /** Is right for those who look at the flag first. */
    void publishFlagLast() {
      put("value", 7);
      put("ready", 1);
    }

    synchronized void publishAlone() {
      publishFlagFirst();
    }

    long ready() {
      return get("ready");
    }

    long value() {
      return get("value");
    }

    synchronized long readyAlone() {
      return ready();
    }

    synchronized long valueAlone() {
      return value();
    }

    List<Long> both() {
      return List.of(ready(), value());
    }
  }

  /** Counts in memory, and writes the counts in another order. */
  static final class Counter extends Keeper {
    private final AtomicLong count = new AtomicLong();

    Counter(StateStore store) {
      super(store);
      count.set(get("count"));
    }

    void hit() {
      long mine = count.incrementAndGet();
      put("count", mine);
    }

    synchronized void hitAlone() {
      hit();
    }

    long stored() {
      return get("count");
    }
  }

  /** Refuses an update of what another has updated: the store compares versions. */
  static final class Versioned extends Keeper {
    Versioned(StateStore store) {
      super(store);
    }

    long deposit(long cents) {
      Optional<DurableState> old = store.getLatestState("account");
      long balance = old.map(Versioned::value).orElse(0L) + cents;
      long version = old.map(DurableState::getVersionNumber).orElse(0L) + 1;
      Values.put(store, "account", version, balance);
      return balance;
    }

    private static long value(DurableState state) {
      return StateUnpacker.unpack(state, Int64Value.class).getValue();
    }

    long balance() {
      return get("account");
    }
  }

  /** Leaves something behind when a write fails. */
  static final class Failing extends Keeper {
    private final Map<String, Long> cache = new ConcurrentHashMap<>();
    private final Semaphore permits = new Semaphore(1);
    private long total;

    Failing(StateStore store) {
      super(store);
      total = get("x");
    }

    void set(long value) {
      put("x", value);
    }

    long stored() {
      return get("x");
    }

    /** Fills the cache with what may not be stored. */
    synchronized void setCacheFirst(long value) {
      cache.put("x", value);
      put("x", value);
    }

    synchronized void setAndForget(long value) {
      cache.remove("x");
      put("x", value);
    }

    synchronized long getCached() {
      return cache.computeIfAbsent("x", this::get);
    }

    /** Says that it is done when it failed. */
    boolean setAndIgnoreFailure(long value) {
      try {
        set(value);
      } catch (StateStoreException e) {
        // as if nothing had happened
      }
      return true;
    }

    boolean setOrThrow(long value) {
      set(value);
      return true;
    }

    /** Keeps the permit when the write fails, so that all who come after are too late. */
    boolean setAndKeepPermit(long value) {
      if (!permits.tryAcquire()) {
        return false;
      }
      set(value);
      permits.release();
      return true;
    }

    boolean setAndReturnPermit(long value) throws InterruptedException {
      permits.acquire();
      try {
        set(value);
      } finally {
        permits.release();
      }
      return true;
    }

    /** Takes back what may be stored. */
    synchronized void addAndTakeBack(long amount) {
      total += amount;
      try {
        put("x", total);
      } catch (StateStoreException e) {
        total -= amount;
        throw e;
      }
    }

    synchronized void addToStored(long amount) {
      put("x", get("x") + amount);
    }
  }
}
