package io.github.durablestore.scenario;

import io.github.durablestore.StateStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** Services that do something else each time, or whose results change after the return. */
final class UnsteadyServices {
  private UnsteadyServices() {}

  /** Does something else when the coin says so. */
  record Coins(StateStore store, BooleanSupplier coin) {
    long readOneOfTwo() {
      return Values.get(store, coin.getAsBoolean() ? "a" : "b");
    }

    long readSometimes() {
      if (coin.getAsBoolean()) {
        Values.get(store, "a");
      }
      return Values.get(store, "b");
    }

    /** Leaves the result of the coin to the payload, which is not compared. */
    void write() {
      Values.put(store, "a", 1, coin.getAsBoolean() ? 1 : 2);
    }
  }

  /** Reads in the order of a set of objects without {@code hashCode}, or of a list. */
  static final class Ids {
    private static final int NUMBER = 10;

    private final StateStore store;

    private static final class Id {
      private final String text;

      Id(String text) {
        this.text = text;
      }
    }

    Ids(StateStore store) {
      this.store = store;
    }

    long sumOfSet() {
      return sum(new HashSet<>(ids()));
    }

    long sumOfList() {
      return sum(ids());
    }

    private static List<Id> ids() {
      List<Id> ids = new ArrayList<>();
      for (int i = 0; i < NUMBER; i++) {
        ids.add(new Id("id " + i));
      }
      return ids;
    }

    private long sum(Iterable<Id> ids) {
      long sum = 0;
      for (Id id : ids) {
        sum += Values.get(store, id.text);
      }
      return sum;
    }
  }

  /** Reads only what is not in a map that may outlive it. */
  record Cached(StateStore store, Map<String, Long> cache) {
    long read() {
      return cache.computeIfAbsent("a", id -> Values.get(store, id));
    }
  }

  /** Says the time. */
  record Clocks(StateStore store) {
    long writeAndSay() {
      long now = System.nanoTime();
      Values.put(store, "x", 1, now);
      return now;
    }

    void write() {
      Values.put(store, "x", 1, System.nanoTime());
    }

    boolean written() {
      return store.getLatestState("x").isPresent();
    }
  }

  /** Collects who came, and returns the collection itself, or a copy. */
  static final class Guests {
    private final StateStore store;
    private final List<String> list = new ArrayList<>();
    private final Map<String, Long> map = new HashMap<>();
    private final long[] counts = new long[2];
    private final Tally tally = new Tally();

    /** A result that is not a collection, and changes. */
    static final class Tally {
      private long count;

      @Override
      public boolean equals(Object other) {
        return other instanceof Tally tally && tally.count == count;
      }

      @Override
      public int hashCode() {
        return Long.hashCode(count);
      }
    }

    Guests(StateStore store) {
      this.store = store;
    }

    private void touch() {
      Values.get(store, "x");
    }

    List<String> comeToList(String guest) {
      list.add(guest);
      touch();
      return list;
    }

    List<String> comeToListAndCopy(String guest) {
      return List.copyOf(comeToList(guest));
    }

    /** Adds and returns with nothing in between; that others add to it later does not matter. */
    List<String> comeToListAtOnce(String guest) {
      touch();
      list.add(guest);
      return list;
    }

    Map<String, Long> comeToMap(String guest) {
      map.put(guest, 1L);
      touch();
      return map;
    }

    Map<String, Long> comeToMapAtOnce(String guest) {
      touch();
      map.put(guest, 1L);
      return map;
    }

    long[] comeToArray(int guest) {
      counts[guest]++;
      touch();
      return counts;
    }

    long[] comeToArrayAtOnce(int guest) {
      touch();
      counts[guest]++;
      return counts;
    }

    Tally comeToTally() {
      tally.count++;
      touch();
      return tally;
    }

    /** In whatever order they came, which says nothing. */
    Set<String> guests() {
      return new HashSet<>(list);
    }
  }

  /** Returns what cannot be compared. */
  record Results(StateStore store) {
    private long read() {
      return Values.get(store, "x");
    }

    Iterator<Long> iterator() {
      return List.of(read()).iterator();
    }

    Stream<Long> stream() {
      return Stream.of(read());
    }

    @SuppressWarnings("FutureReturnValueIgnored") // on purpose
    Object future() {
      return CompletableFuture.completedFuture(read());
    }

    List<Object> listInItself() {
      List<Object> list = new ArrayList<>();
      list.add(read());
      list.add(list);
      return list;
    }

    List<List<Long>> listInAList() {
      return List.of(List.of(read()));
    }
  }

  /** Sleeps in its operations. */
  record Sleepers(StateStore store, long millis) {
    long deposit(long cents) throws InterruptedException {
      long balance = balance() + cents;
      Thread.sleep(millis);
      Values.put(store, "account", 1, balance);
      return balance;
    }

    synchronized long depositAlone(long cents) throws InterruptedException {
      return deposit(cents);
    }

    long balance() {
      return Values.get(store, "account");
    }
  }
}
