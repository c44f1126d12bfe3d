package io.github.durablestore.scenario;

import io.github.durablestore.scenario.LockServices.Deposits;
import io.github.durablestore.scenario.LockServices.Guard;
import io.github.durablestore.scenario.LockServices.Guards;
import io.github.durablestore.scenario.Verdict.Kind;
import io.github.durablestore.scenario.Verdict.Outcome;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Measures how often a scenario finds a lost update of an operation that enters a lock twice. Who
 * gets the lock in between is the choice of the JVM, so this is a rate. A right service must pass
 * each time, and no exploration may call itself complete.
 *
 * <p>Arguments: explorations, busy threads.
 */
final class HandOverProof {
  private static final List<Supplier<Guard>> GUARDS =
      List.of(
          Guards.MONITOR,
          Guards.LOCK,
          Guards.WRITE_LOCK,
          Guards.MAP,
          HandMadeGuards.FLAG,
          HandMadeGuards.NOTIFIED_FLAG,
          HandMadeGuards.LATCH,
          HandMadeGuards.PARKED);

  private HandOverProof() {}

  public static void main(String[] args) {
    int times = args.length > 0 ? Integer.parseInt(args[0]) : 100;
    BusyThreads.start(args.length > 1 ? Integer.parseInt(args[1]) : 0);
    boolean wrong = false;
    for (Supplier<Guard> guard : GUARDS) {
      wrong |= measure("lost update, twice in " + guard, lost(guard), times, false, Kind.FAILS);
      wrong |= measure("right service, twice in " + guard, right(guard), times, false);
    }
    wrong |= measure("right service, three in MONITOR", threeAtOnce(), times, true);
    System.exit(wrong ? 1 : 0);
  }

  private static Verdict lost(Supplier<Guard> guard) {
    return verdict(
        () ->
            LockVerdicts.guarded(guard, Deposits::depositInTwoSteps)
                .thenAsIfOneByOne(Deposits::balance));
  }

  private static Verdict right(Supplier<Guard> guard) {
    return verdict(
        () ->
            Scenario.of(store -> new Deposits(store, guard.get()))
                .whenRunning("deposit 100", deposits -> deposits.depositAndCount(100))
                .whenRunning("deposit 50", deposits -> deposits.depositAndCount(50))
                .switches(2)
                .thenAsIfOneByOne(Deposits::balance));
  }

  /** Who of two that wait for a monitor gets it is the choice of the JVM too. */
  private static Verdict threeAtOnce() {
    return verdict(
        () ->
            LockVerdicts.guarded(Guards.MONITOR, Deposits::depositAlone)
                .when("deposit 7", deposits -> deposits.depositAlone(7))
                .switches(2)
                .thenAsIfOneByOne(Deposits::balance));
  }

  private static Verdict verdict(Supplier<Exploration> exploration) {
    return Verdict.passesInPart("", exploration);
  }

  /**
   * Prints how often it came out in which way.
   *
   * @param mayBeComplete whether an exploration that passes may be complete
   * @param others what may come out besides that it passes
   * @return whether something came out that may not
   */
  private static boolean measure(
      String name, Verdict verdict, int times, boolean mayBeComplete, Kind... others) {
    Map<Kind, Integer> counts = new EnumMap<>(Kind.class);
    Set<Kind> allowed = EnumSet.of(Kind.PASSES, others);
    int complete = 0;
    for (int i = 0; i < times; i++) {
      Outcome outcome = verdict.explore();
      counts.merge(outcome.kind(), 1, Integer::sum);
      complete += outcome.complete() ? 1 : 0;
    }
    boolean wrong = (complete > 0 && !mayBeComplete) || !allowed.containsAll(counts.keySet());
    System.out.printf(
        "%s: %s of %d, complete %d%s%n", name, counts, times, complete, wrong ? ", WRONG" : "");
    return wrong;
  }
}
