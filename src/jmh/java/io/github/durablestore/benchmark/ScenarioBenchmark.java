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
import org.jetbrains.lincheck.Lincheck;

/** Prints how many runs per second a scenario explores, and how soon it finds a lost update. */
public final class ScenarioBenchmark {
  private static final int WARM_UPS = 3;
  private static final int ROUNDS = 7;
  private static final long ROUND_NANOS = 1_000_000_000;
  private static final int RACES = 10_000;

  private static final List<String> LINCHECK_OPTIONS =
      List.of(
          "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
          "--add-exports=java.base/jdk.internal.util=ALL-UNNAMED",
          "--add-exports=java.base/sun.security.action=ALL-UNNAMED",
          "-XX:+EnableDynamicAgentLoading",
          "-Xshare:off",
          "-Dlincheck.logLevel=ERROR");

  private ScenarioBenchmark() {}

  /**
   * Runs the measurements.
   *
   * @param args not used
   */
  public static void main(String[] args) throws Exception {
    System.out.println("| actors x calls | runs | runs a second |");
    System.out.println("|---|---|---|");
    measure("1 x 4, with faults and crashes", 1, 4, 0);
    measure("2 x 2", 2, 2, 0);
    measure("2 x 4, 2 switches", 2, 4, 2);
    measure("3 x 3, 2 switches", 3, 3, 2);

    System.out.println();
    System.out.println("| operations | programs | runs | programs a second | runs a second |");
    System.out.println("|---|---|---|---|---|");
    measurePrograms("3, of size 4, with faults and crashes");

    System.out.println();
    System.out.println(
        "| a lost update in a fresh JVM, with its start | median | lines of the report | search |");
    System.out.println("|---|---|---|---|");
    find("`Scenario`", LostUpdate.class, List.of(), "whole");
    find(
        "Lincheck's `runConcurrentTest`",
        ByLincheck.class,
        LINCHECK_OPTIONS,
        "of a bounded number");
    int found = 0;
    for (int round = 0; round < ROUNDS; round++) {
      found += BarrierRace.race() < RACES ? 1 : 0;
    }
    find(
        "at most %,d races from a barrier".formatted(RACES),
        BarrierRace.class,
        List.of(),
        "by chance: found in %d of %d".formatted(found, ROUNDS));
  }

  private static void find(String how, Class<?> program, List<String> options, String search)
      throws Exception {
    var millis = new Samples();
    String lines = "";
    for (int round = 0; round < ROUNDS; round++) {
      FreshJvm.Answer answer = FreshJvm.ask(program, options);
      millis.add(answer.millis());
      lines = answer.line();
    }
    System.out.printf(
        Locale.ROOT, "| %s | %,.0f ms | %s | %s |%n", how, millis.median(), lines, search);
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

  private static void measurePrograms(String name) {
    Exploration found = explorePrograms();
    for (int i = 0; i < WARM_UPS; i++) {
      explorePrograms();
    }
    var seconds = new Samples();
    for (int round = 0; round < ROUNDS; round++) {
      long start = System.nanoTime();
      explorePrograms();
      seconds.add((System.nanoTime() - start) / 1e9);
    }
    System.out.printf(
        Locale.ROOT,
        "| %s | %,d | %,d | %,.0f | %,.0f |%n",
        name,
        found.programs(),
        found.runs(),
        found.programs() / seconds.median(),
        found.runs() / seconds.median());
  }

  /** Explores programs of a right service. */
  private static Exploration explorePrograms() {
    return Scenario.<StateStore>of(store -> store)
        .operationRunning("one", store -> store.writeState(state("one")))
        .operationRunning("other", store -> store.writeState(state("other")))
        .operation("read", store -> store.getLatestState("one").isPresent())
        .faults()
        .crashes()
        .thenAsIfOneByOne(store -> store.getLatestState("other").isPresent());
  }

  private static DurableState state(String id) {
    return DurableState.newBuilder().setPersistenceId(id).setVersionNumber(1).build();
  }

  /** Repeats the exploration for a second. */
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

  /** Reads a state and writes its next version. */
  private static long increment(StateStore store) {
    long next = version(store) + 1;
    store.writeState(
        DurableState.newBuilder().setPersistenceId("counter").setVersionNumber(next).build());
    return next;
  }

  private static long version(StateStore store) {
    return store.getLatestState("counter").map(DurableState::getVersionNumber).orElse(0L);
  }

  /** Prints the number of lines of the error report. */
  private static void requireFound(Runnable search) {
    try {
      search.run();
    } catch (AssertionError e) {
      System.out.println(String.valueOf(e.getMessage()).lines().count());
      return;
    }
    throw new IllegalStateException("not found");
  }

  static final class LostUpdate {
    public static void main(String[] args) {
      requireFound(
          () ->
              Scenario.<StateStore>of(store -> store)
                  .when("a", ScenarioBenchmark::increment)
                  .when("b", ScenarioBenchmark::increment)
                  .thenAsIfOneByOne(ScenarioBenchmark::version));
    }
  }

  static final class ByLincheck {
    public static void main(String[] args) {
      requireFound(() -> Lincheck.runConcurrentTest(ByLincheck::race));
    }

    private static void race() {
      var store = new MemoryStateStore();
      store.connect();
      var one = new Thread(() -> increment(store));
      var other = new Thread(() -> increment(store));
      one.start();
      other.start();
      try {
        one.join();
        other.join();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      if (version(store) < 2) {
        throw new IllegalStateException("lost an update");
      }
    }
  }

  static final class BarrierRace {
    public static void main(String[] args) throws Exception {
      race();
      System.out.println("none");
    }

    /** Returns how many races it took to lose an update, or the maximum if none was lost. */
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
