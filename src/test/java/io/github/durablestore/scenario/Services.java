package io.github.durablestore.scenario;

import io.github.durablestore.StateStore;
import io.github.durablestore.StateStoreException;
import io.github.durablestore.egopb.DurableState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/** Services that have a bug each, beside the same without it. */
final class Services {
  private Services() {}

  /** Loses a deposit when two come at once. */
  static class Deposits {
    final StateStore store;

    Deposits(StateStore store) {
      this.store = store;
    }

    long deposit(String id, long cents) {
      long balance = Values.get(store, id) + cents;
      Values.put(store, id, 1, balance);
      return balance;
    }

    long balance(String id) {
      return Values.get(store, id);
    }
  }

  static final class MonitoredDeposits extends Deposits {
    MonitoredDeposits(StateStore store) {
      super(store);
    }

    @Override
    synchronized long deposit(String id, long cents) {
      return super.deposit(id, cents);
    }
  }

  /** Gives a name to two who ask at once. */
  static class Names {
    final StateStore store;
    private final Map<String, Boolean> locks = new ConcurrentHashMap<>();

    Names(StateStore store) {
      this.store = store;
    }

    boolean register(String name, long owner) {
      if (store.getLatestState(name).isPresent()) {
        return false;
      }
      Values.put(store, name, 1, owner);
      return true;
    }

    boolean registerAlone(String name, long owner) {
      boolean[] registered = new boolean[1];
      locks.compute(
          name,
          (key, value) -> {
            registered[0] = register(name, owner);
            return true;
          });
      return registered[0];
    }

    long owner(String name) {
      return Values.get(store, name);
    }
  }

  /** Takes money from one account, and gives it to the other by another write. */
  static class Moves {
    final StateStore store;

    Moves(StateStore store) {
      this.store = store;
    }

    void move(long cents) {
      Values.put(store, "ann", 2, Values.get(store, "ann") - cents);
      Values.put(store, "bob", 2, Values.get(store, "bob") + cents);
    }

    void open(long cents) {
      Values.put(store, "ann", 1, cents);
    }

    List<Long> balances() {
      return List.of(Values.get(store, "ann"), Values.get(store, "bob"));
    }
  }

  /** Keeps both balances in one state. */
  static final class MovesInOneState extends Moves {
    MovesInOneState(StateStore store) {
      super(store);
    }

    @Override
    void open(long cents) {
      Values.put(store, "both", 1, cents * 1_000);
    }

    @Override
    void move(long cents) {
      Values.put(store, "both", 2, Values.get(store, "both") - cents * 1_000 + cents);
    }

    @Override
    List<Long> balances() {
      long both = Values.get(store, "both");
      return List.of(both / 1_000, both % 1_000);
    }
  }

  /** Deposits again when the store does not answer, though the first may be stored. */
  static class Retries {
    final StateStore store;

    Retries(StateStore store) {
      this.store = store;
    }

    void deposit(long cents) {
      try {
        depositOnce(cents);
      } catch (StateStoreException e) {
        depositOnce(cents);
      }
    }

    void depositOnce(long cents) {
      Values.put(store, "account", 1, Values.get(store, "account") + cents);
    }

    long balance() {
      return Values.get(store, "account");
    }
  }

  /** Computes the new balance once, and writes that again. */
  static final class IdempotentRetries extends Retries {
    IdempotentRetries(StateStore store) {
      super(store);
    }

    @Override
    void deposit(long cents) {
      long balance = balance() + cents;
      try {
        Values.put(store, "account", 1, balance);
      } catch (StateStoreException e) {
        Values.put(store, "account", 1, balance);
      }
    }
  }

  /** Shows from its cache what was not stored, or not as the last. */
  static class Cache {
    final StateStore store;
    final Map<String, Long> values = new ConcurrentHashMap<>();

    Cache(StateStore store) {
      this.store = store;
    }

    void setCacheFirst(long value) {
      values.put("x", value);
      Values.put(store, "x", 1, value);
    }

    void setStoreFirst(long value) {
      values.remove("x");
      Values.put(store, "x", 1, value);
      values.remove("x");
    }

    void setOrForget(long value) {
      values.remove("x");
      Values.put(store, "x", 1, value);
    }

    long get() {
      return values.computeIfAbsent("x", key -> Values.get(store, key));
    }

    long getUnlocked() {
      Long cached = values.get("x");
      if (cached == null) {
        cached = Values.get(store, "x");
        values.put("x", cached);
      }
      return cached;
    }

    synchronized long getAlone() {
      return getUnlocked();
    }

    synchronized void setAlone(long value) {
      setStoreFirst(value);
    }

    List<Long> shownAndStored() {
      return List.of(getUnlocked(), Values.get(store, "x"));
    }
  }

  /** Counts versions in memory: after a failed write the count is wrong. */
  static final class Versions {
    final StateStore store;
    private long version;

    Versions(StateStore store) {
      this.store = store;
      this.version = stored();
    }

    private long stored() {
      return store.getLatestState("x").map(DurableState::getVersionNumber).orElse(0L);
    }

    void setAndCountAfter(long value) {
      Values.put(store, "x", version + 1, value);
      version++;
    }

    void setAndCountBefore(long value) {
      Values.put(store, "x", ++version, value);
    }

    void setByStoredVersion(long value) {
      Values.put(store, "x", stored() + 1, value);
    }
  }

  /** Locks two accounts, in the order in which they are given. */
  static class Pairs {
    final StateStore store;
    private final Lock ann = new ReentrantLock();
    private final Lock bob = new ReentrantLock();

    Pairs(StateStore store) {
      this.store = store;
    }

    void move(String from, String to) throws InterruptedException {
      Lock first = from.equals("ann") ? ann : bob;
      Lock second = to.equals("ann") ? ann : bob;
      first.lockInterruptibly();
      try {
        Values.put(store, from, 1, Values.get(store, from) - 10);
        second.lockInterruptibly();
        try {
          Values.put(store, to, 1, Values.get(store, to) + 10);
        } finally {
          second.unlock();
        }
      } finally {
        first.unlock();
      }
    }

    void moveByOneLock(String from, String to) {
      ann.lock();
      try {
        Values.put(store, from, 1, Values.get(store, from) - 10);
        Values.put(store, to, 1, Values.get(store, to) + 10);
      } finally {
        ann.unlock();
      }
    }

    List<Long> balances() {
      return List.of(Values.get(store, "ann"), Values.get(store, "bob"));
    }
  }

  /** Notes what it is about to move, and completes that when it starts. */
  static final class Recovery {
    final StateStore store;

    Recovery(StateStore store) {
      this.store = store;
      recover();
    }

    void move() {
      Values.put(store, "intent", 1, 1);
      Values.put(store, "ann", 1, -10);
      Values.put(store, "bob", 1, 10);
      Values.put(store, "intent", 2, 0);
    }

    void recover() {
      if (Values.get(store, "intent") == 1) {
        Values.put(store, "ann", 1, -10);
        Values.put(store, "bob", 1, 10);
        Values.put(store, "intent", 2, 0);
      }
    }

    List<Long> balances() {
      return List.of(Values.get(store, "ann"), Values.get(store, "bob"));
    }
  }

  /** Sends a message for each order, and with a retry, again. */
  static final class Mails {
    final StateStore store;
    final List<String> sent = new ArrayList<>();

    Mails(StateStore store) {
      this.store = store;
    }

    void orderInRetry() {
      retry(
          () -> {
            sent.add("thank you");
            Values.put(store, "order", 1, 1);
          });
    }

    void orderThenSend() {
      retry(() -> Values.put(store, "order", 1, 1));
      sent.add("thank you");
    }

    private static void retry(Runnable work) {
      try {
        work.run();
      } catch (StateStoreException e) {
        work.run();
      }
    }
  }

  /** Must tell a broker of each order; here the broker is another state of the store. */
  static final class Outbox {
    final StateStore store;

    Outbox(StateStore store) {
      this.store = store;
    }

    void order() {
      Values.put(store, "order", 1, 1);
      Values.put(store, "broker", 1, 1);
    }

    /** Sends what was ordered and not sent: at the start, and now and then. */
    void flush() {
      Optional<DurableState> order = store.getLatestState("order");
      if (order.isPresent() && store.getLatestState("broker").isEmpty()) {
        Values.put(store, "broker", 1, 1);
      }
    }

    List<Long> orderedAndSent() {
      return List.of(Values.get(store, "order"), Values.get(store, "broker"));
    }
  }
}
