package io.github.durablestore.scenario;

import io.github.durablestore.StateStore;
import io.github.durablestore.StateStoreException;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.scenario.OperationServices.Keeper;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Services that forget, or that start again wrongly, when their process dies. */
final class RestartServices {
  private RestartServices() {}

  /** Keeps in memory what it should write, or writes it. */
  static final class Memory extends Keeper implements AutoCloseable {
    private final Map<String, Long> values = new ConcurrentHashMap<>();
    private final Set<Long> seen = ConcurrentHashMap.newKeySet();
    private final AtomicLong last = new AtomicLong();

    Memory(StateStore store) {
      super(store);
    }

    private long recall(String id) {
      return values.getOrDefault(id, 0L);
    }

    void remember(long value) {
      if (get("closed") == 0) {
        values.put("x", value);
      }
    }

    long remembered() {
      return recall("x");
    }

    void set(long value) {
      put("x", value);
    }

    long stored() {
      return get("x");
    }

    /** Begins with 1 again after a restart. */
    long nextOrder() {
      long order = last.incrementAndGet();
      put("order " + order, 1);
      return order;
    }

    synchronized long nextOrderByStore() {
      long order = 1;
      while (get("order " + order) == 1) {
        order++;
      }
      put("order " + order, 1);
      return order;
    }

    List<Long> orders() {
      return List.of(get("order 1"), get("order 2"), get("order 3"), get("order 4"));
    }

    /** Pays a request again after a restart. */
    synchronized boolean pay() {
      if (seen.contains(1L)) {
        return false;
      }
      put("paid", get("paid") + 10);
      seen.add(1L);
      return true;
    }

    synchronized boolean payByStore() {
      if (get("paid") > 0) {
        return false;
      }
      put("paid", 10);
      return true;
    }

    long paid() {
      return get("paid");
    }

    /** Is free again after a restart. */
    boolean acquire() {
      return get("closed") == 0 && values.putIfAbsent("lease", 1L) == null;
    }

    synchronized boolean acquireByStore() {
      if (get("lease") == 1) {
        return false;
      }
      put("lease", 1);
      return true;
    }

    /** Lists only what this process has created. */
    synchronized void create(String name) {
      put(name, 1);
      values.put(name, 1L);
    }

    synchronized List<Long> list() {
      return List.of(recall("a"), recall("b"));
    }

    synchronized List<Long> listByStore() {
      return List.of(get("a"), get("b"));
    }

    /** Knows the old value until the process dies. */
    synchronized void setUndoably(long value) {
      long old = get("x");
      put("x", value * 100);
      values.put("old", old);
    }

    synchronized void undo() {
      put("x", recall("old"));
    }

    synchronized void setUndoablyByStore(long value) {
      put("x", (get("x") / 100) + value * 100);
    }

    synchronized void undoByStore() {
      put("x", get("x") % 100 * 100);
    }

    long value() {
      return get("x") / 100;
    }

    @Override
    public void close() {
      if (values.containsKey("on close")) {
        put("x", recall("on close"));
      }
    }

    void setOnClose(long value) {
      values.put("on close", value);
    }

    long storedOnClose() {
      return values.containsKey("on close") ? recall("on close") : get("x");
    }
  }

  /** Says that something is done, and writes it with the operation that comes next, or at once. */
  static final class Behind extends Keeper {
    private long pending;

    Behind(StateStore store) {
      super(store);
    }

    /** Writes what the operation before has added. */
    synchronized void addBehind() {
      if (pending > 0) {
        put("x", get("x") + pending);
      }
      pending = 1;
    }

    /** Writes two at a time. */
    synchronized void addInBatches() {
      pending++;
      if (pending == 2) {
        put("x", get("x") + pending);
        pending = 0;
      }
    }

    /** Writes when it is asked for the sum. */
    synchronized void addForReader() {
      pending++;
    }

    synchronized long flushAndGet() {
      if (pending > 0) {
        put("x", get("x") + pending);
        pending = 0;
      }
      return get("x");
    }

    synchronized void add() {
      put("x", get("x") + 1);
    }

    synchronized long sum() {
      return get("x") + pending;
    }

    /** Is prepared in memory, and committed later. */
    synchronized void prepare() {
      pending = 1;
    }

    synchronized boolean commit() {
      if (pending == 0) {
        return false;
      }
      put("x", 1);
      pending = 0;
      return true;
    }

    /** Hides what it deletes, until the next one is created. */
    synchronized void deleteLater() {
      pending = -1;
    }

    synchronized void deleteNow() {
      put("x", 0);
    }

    synchronized void create() {
      if (pending < 0) {
        put("x", 0);
        pending = 0;
      }
      put("x", 1);
    }

    synchronized long existing() {
      return pending < 0 ? 0 : get("x");
    }

    synchronized void prepareInStore() {
      put("x", 2);
    }

    synchronized boolean commitInStore() {
      if (get("x") != 2) {
        return false;
      }
      put("x", 1);
      return true;
    }
  }

  /** How a process does what it finds noted when it starts. */
  enum Recovery {
    /** Adds, then forgets the note: adds twice if it dies in between. */
    CREDIT_THEN_FORGET,
    /** Forgets the note, then adds: never adds if it dies in between. */
    FORGET_THEN_CREDIT,
    /** Does both in one write. */
    AT_ONCE
  }

  /** Notes a payment, which counts from then on, and adds it to the balance at the next start. */
  static final class Payments extends Keeper {
    Payments(StateStore store, Recovery recovery) {
      super(store);
      switch (recovery) {
        case CREDIT_THEN_FORGET -> {
          long noted = get("noted");
          if (noted > 0) {
            put("balance", get("balance") + noted);
            put("noted", 0);
          }
        }
        case FORGET_THEN_CREDIT -> {
          long noted = get("noted");
          if (noted > 0) {
            put("noted", 0);
            put("balance", get("balance") + noted);
          }
        }
        case AT_ONCE -> {
          long both = get("both");
          if (both % 100 > 0) {
            put("both", (both / 100 + both % 100) * 100);
          }
        }
      }
    }

    synchronized void pay() {
      put("noted", get("noted") + 1);
    }

    synchronized void payAtOnce() {
      put("both", get("both") + 1);
    }

    synchronized long balance() {
      return get("noted") + get("balance");
    }

    synchronized long balanceAtOnce() {
      long both = get("both");
      return both / 100 + both % 100;
    }
  }

  /** Notes an order, and sends its mail at the next start: mails are counted, or have numbers. */
  static final class Outbox extends Keeper {
    Outbox(StateStore store, boolean counted) {
      super(store);
      long order = get("order");
      if (order > get("sent")) {
        if (counted) {
          put("mails", get("mails") + order - get("sent"));
        } else {
          put("mails", order);
        }
        put("sent", order);
      }
    }

    synchronized long order() {
      long order = get("order") + 1;
      put("order", order);
      return order;
    }

    /** Mails that were sent, and those that will be. */
    synchronized long mails() {
      return get("mails") + get("order") - get("sent");
    }
  }

  /**
   * Notes that two things must be done, which counts from then on, and does both when it starts.
   */
  static final class Saga extends Keeper {
    /** When it forgets the note. */
    enum Mark {
      FIRST,
      LAST,
      /** Even if a write failed. */
      LAST_WHATEVER_HAPPENS
    }

    Saga(StateStore store, Mark mark) {
      super(store);
      if (get("noted") == 0) {
        return;
      }
      if (mark == Mark.FIRST) {
        put("noted", 0);
      }
      try {
        put("a", 1);
        put("b", 1);
      } catch (StateStoreException e) {
        if (mark != Mark.LAST_WHATEVER_HAPPENS) {
          throw e;
        }
      }
      if (mark != Mark.FIRST) {
        put("noted", 0);
      }
    }

    void begin() {
      put("noted", 1);
    }

    synchronized List<Long> done() {
      long noted = get("noted");
      return List.of(Math.max(noted, get("a")), Math.max(noted, get("b")));
    }
  }

  /** Turns units into hundredths at the first start that finds units. */
  static final class Migration extends Keeper {
    Migration(StateStore store, boolean atOnce) {
      super(store);
      store
          .getLatestState("x")
          .ifPresent(
              state -> {
                if (isOld(state, atOnce)) {
                  migrate(atOnce);
                }
              });
    }

    private boolean isOld(DurableState state, boolean atOnce) {
      return atOnce ? state.getVersionNumber() == 1 : get("format") == 0;
    }

    private void migrate(boolean atOnce) {
      Values.put(store, "x", 2, get("x") * 100);
      if (!atOnce) {
        put("format", 1);
      }
    }

    void setOld(long value) {
      put("x", value);
    }

    long read() {
      return get("format") == 1 ? get("x") : get("x") * 100;
    }

    long readAtOnce() {
      DurableState state = store.getLatestState("x").orElseThrow();
      return state.getVersionNumber() == 2 ? get("x") : get("x") * 100;
    }
  }
}
