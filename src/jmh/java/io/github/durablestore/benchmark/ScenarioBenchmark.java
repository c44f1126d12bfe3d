package io.github.durablestore.benchmark;

import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.memory.MemoryStateStore;
import io.github.durablestore.scenario.Exploration;
import io.github.durablestore.scenario.Scenario;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Prints how many runs a second a scenario explores, and how soon it finds a lost update. */
public final class ScenarioBenchmark {
  private static final int WARM_UPS = 3;
  private static final int ROUNDS = 7;
  private static final long ROUND_NANOS = 1_000_000_000;
  private static final int RACES = 10_000;

  private ScenarioBenchmark() {}

  /**
   * Measures.
   *
   * @param args none
   */
  public static void main(String[] args) throws Exception {
    System.out.println("| actors x calls | runs | runs a second |");
    System.out.println("|---|---|---|");
    measure("1 x 4, with faults and crashes", 1, 4, 0);
    measure("2 x 2", 2, 2, 0);
    measure("2 x 4, 2 switches", 2, 4, 2);
    measure("3 x 3, 2 switches", 3, 3, 2);

    var scenario = new Samples();
    var race = new Samples();
    int found = 0;
    for (int round = 0; round < ROUNDS; round++) {
      scenario.add(FreshJvm.ask(LostUpdate.class, List.of()).millis());
      race.add(FreshJvm.ask(BarrierRace.class, List.of()).millis());
    }
    for (int round = 0; round < ROUNDS; round++) {
      found += BarrierRace.race() < RACES ? 1 : 0;
    }
    System.out.println();
    System.out.println("| a lost update in a fresh JVM, with its start | median | search |");
    System.out.println("|---|---|---|");
    System.out.printf(Locale.ROOT, "| `Scenario` | %.0f ms | whole |%n", scenario.median());
    System.out.printf(
        Locale.ROOT,
        "| at most %,d races from a barrier | %.0f ms | by chance: found in %d of %d |%n",
        RACES,
        race.median(),
        found,
        ROUNDS);
  }

  private static void measure(String name, int actors, int calls, int switches) {
    for (int i = 0; i < WARM_UPS; i++) {
      runsPerSecond(actors, calls, switches);
    }
    var rates = new Samples();
    for (int round = 0; round < ROUNDS; round++) {
      rates.add(runsPerSecond(actors, calls, switches));
    }
    System.out.printf(
        Locale.ROOT,
        "| %s | %,d | %,.0f |%n",
        name,
        explore(actors, calls, switches).runs(),
        rates.median());
  }

  /** Explores again and again, for a second. */
  private static double runsPerSecond(int actors, int calls, int switches) {
    long start = System.nanoTime();
    long runs = 0;
    long nanos;
    do {
      runs += explore(actors, calls, switches).runs();
      nanos = System.nanoTime() - start;
    } while (nanos < ROUND_NANOS);
    return runs * 1e9 / nanos;
  }

  private static Exploration explore(int actors, int calls, int switches) {
    Scenario<StateStore> scenario = Scenario.of(store -> store);
    for (int actor = 1; actor <= actors; actor++) {
      scenario = scenario.when("actor " + actor, store -> read(store, calls));
    }
    if (switches > 0) {
      scenario = scenario.switches(switches);
    }
    if (actors == 1) {
      scenario = scenario.faults().crashes();
    }
    return scenario.then((store, run) -> run.thrown("actor 1"));
  }

  private static int read(StateStore store, int calls) {
    for (int i = 0; i < calls; i++) {
      store.getLatestState("account-42");
    }
    return calls;
  }

  /** Reads, and writes the next version of what was read. */
  private static long increment(StateStore store) {
    long next = version(store) + 1;
    store.writeState(
        DurableState.newBuilder().setPersistenceId("counter").setVersionNumber(next).build());
    return next;
  }

  private static long version(StateStore store) {
    return store.getLatestState("counter").map(DurableState::getVersionNumber).orElse(0L);
  }

  static final class LostUpdate {
    public static void main(String[] args) {
      try {
        Scenario.<StateStore>of(store -> store)
            .when("a", ScenarioBenchmark::increment)
            .when("b", ScenarioBenchmark::increment)
            .thenAsIfOneByOne(ScenarioBenchmark::version);
      } catch (AssertionError e) {
        System.out.println("found");
        return;
      }
      throw new AssertionError("not found");
    }
  }

  static final class BarrierRace {
    public static void main(String[] args) throws Exception {
      System.out.println(race());
    }

    /** Returns after how many races an update was lost. */
    static int race() throws Exception {
      ExecutorService threads = Executors.newFixedThreadPool(2);
      try {
        var start = new CyclicBarrier(2);
        for (int race = 1; race < RACES; race++) {
          var store = new MemoryStateStore();
          store.connect();
          Callable<Long> increment =
              () -> {
                start.await();
                return increment(store);
              };
          for (Future<Long> thread :
              List.of(threads.submit(increment), threads.submit(increment))) {
            thread.get();
          }
          if (version(store) < 2) {
            return race;
          }
        }
        return RACES;
      } finally {
        threads.shutdownNow();
      }
    }
  }
}
