package io.github.durablestore.scenario;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes the runs of a scenario, smallest first, until one fails or none is left. */
final class Explorer<P> {
  /** How often the first run is made, as code that tosses a coin must be noticed. */
  private static final int FIRST_RUNS = 10;

  /**
   * The first runs that are made twice; later, the first of each program, and those whose number is
   * a power of two.
   */
  private static final int RUNS_MADE_TWICE = 4;

  /** How often it is made in later runs, or if this has taken long. */
  private static final int FEW_HAND_OVERS = 5;

  /** In how many runs this choice is looked for, before it was ever seen. */
  private static final int RUNS_WITH_HAND_OVERS = 5;

  /** In how many runs it is worth all attempts; later ones are mostly alike. */
  private static final int RUNS_WITH_ALL_HAND_OVERS = 25;

  /** In how many runs the waits for locks are looked at more closely. */
  private static final int RUNS_LOOKED_AT = 100;

  /** For how long runs are made more often for this choice. */
  private static final long MAX_NANOS_OF_HAND_OVERS = TimeUnit.MILLISECONDS.toNanos(300);

  /** Long runs are not repeated for longer, but once. */
  private static final long MAX_NANOS_OF_REPEATS = TimeUnit.SECONDS.toNanos(2);

  /** How often a run must be the same in which several wait for a lock. */
  private static final int TIMES_IN_A_QUEUE = 3;

  private static final int MAX_ADVISED_RUNS = 10_000_000;
  private static final long SPIN_NANOS = 500;
  private static final String HAND_OVER =
      "two operations are about to enter the same lock, and the JVM chooses who gets it";
  private static final long PROGRESS_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Conductor conductor;
  private final Judge<P> judge;
  private final List<Program<P>> programs;
  private final int size;
  private final int mostRuns;
  private final List<Integer> waiting = new ArrayList<>();

  // The orders that a limit leaves out, and those that may be missing.
  private final Set<String> bounded = new LinkedHashSet<>();
  private final Set<String> missing = new TreeSet<>(); // the same text each time
  private int dropped;
  private int mostDisturbances;
  private boolean hasCalls;
  private boolean hasFault;
  private boolean hasWaits;
  private boolean isRefusedOnly = true;
  private boolean passesLocksOn;
  private int runsWithWaits;
  private long nanosOfHandOvers;
  private int runs;

  /** The runs up to the last level that was explored whole. */
  private int runsOfWhole;

  /** How many times more these are than those up to the level before; 0 if it is not known. */
  private double growth;

  private int runsWithFault;
  private int runsWithCrash;
  private long lastProgress = System.nanoTime();

  /**
   * Creates an explorer.
   *
   * @param programs what to explore
   * @param size the most operations, switches, faults and crashes together; if unlimited,
   *     operations do not count
   */
  Explorer(Conductor conductor, Judge<P> judge, List<Program<P>> programs, int size, int mostRuns) {
    this.conductor = conductor;
    this.judge = judge;
    this.programs = programs;
    this.size = size;
    this.mostRuns = mostRuns;
  }

  /**
   * Explores.
   *
   * @throws AssertionError if a run fails, or if there are too many
   */
  Exploration explore() {
    programs.forEach(program -> count(level(program, 0), 1));
    for (int level = 0; level < waiting.size(); level++) {
      for (Program<P> program : programs) {
        int cost = level - level(program, 0);
        for (Branch next = program.poll(cost); next != null; next = program.poll(cost)) {
          count(level, -1);
          showProgress(level);
          explore(program, next, level);
        }
      }
      if (dropped > 0 && !isLeft(level + 1)) {
        throw tooMany(level);
      }
      growth = isMachine() && runsOfWhole > 0 ? (double) runs / runsOfWhole : 0;
      runsOfWhole = runs;
    }
    requireExplored();
    conductor.settle();
    return new Exploration(
        programs.size(),
        isMachine() ? size : 0,
        runs,
        runs - runsWithFault - runsWithCrash,
        runsWithFault,
        runsWithCrash,
        bounded.isEmpty() && missing.isEmpty(),
        Stream.concat(bounded.stream(), missing.stream()).toList());
  }

  private boolean isMachine() {
    return programs.get(0).plan.isMachineWritten();
  }

  /** Returns where a run of a program stands among all: smaller ones come first. */
  private int level(Program<P> program, int cost) {
    return cost + (isMachine() ? program.operations() : 0);
  }

  private void count(int level, int more) {
    while (waiting.size() <= level) {
      waiting.add(0);
    }
    waiting.set(level, waiting.get(level) + more);
  }

  private boolean isLeft(int level) {
    return level < waiting.size()
        && waiting.subList(level, waiting.size()).stream().anyMatch(count -> count > 0);
  }

  private void add(Program<P> program, Branch branch) {
    int level = level(program, branch.cost);
    int before = runs;
    for (int each = 0; each <= level && each < waiting.size(); each++) {
      before += waiting.get(each);
    }
    mostDisturbances = Math.max(mostDisturbances, branch.disturbances);
    if (before > mostRuns) { // its turn would never come
      dropped++;
    } else {
      program.add(branch);
      count(level, 1);
    }
  }

  private void explore(Program<P> program, Branch branch, int level) {
    Execution.Report report = attempt(program, branch);
    if (report == null || report.isDiscarded()) {
      return;
    }
    if (runs == mostRuns) {
      throw tooMany(level);
    }
    runs++;
    count(report);
    judge(program, branch, report);
    report.schedule().branches.forEach(each -> add(program, each));
    if (report.trace().hasLockWaits() && !report.trace().hasTimeout()) {
      tryOtherHandOvers(program, branch, report);
    } else if (!report.schedule().isBehindWait) {
      requireRepeatable(program, branch, report);
    }
  }

  private Execution.Report run(
      Program<P> program, Branch branch, Predicate<Trace> isChecked, LockRace race)
      throws Diverged {
    boolean looksForReentry = !passesLocksOn && runsWithWaits < RUNS_LOOKED_AT;
    conductor.watch.looksForReentry = looksForReentry;
    conductor.watch.notesStacks = looksForReentry && runsWithWaits > 0;
    return new Execution<>(program.plan, conductor, branch, race).run(judge::check, isChecked);
  }

  /**
   * Makes a run; returns {@code null} if the JVM chose otherwise who gets a lock. Which of several
   * that wait for a lock is the next one seldom varies, so that what was seen several times counts.
   */
  private Execution.@Nullable Report attempt(Program<P> program, Branch branch) {
    Map<String, Integer> seen = new HashMap<>();
    for (int i = 1; i <= Limits.HAND_OVERS; i++) {
      try {
        Execution.Report report = run(program, branch, trace -> true, LockRace.NONE);
        if (!report.trace().hasQueue
            || seen.merge(report.trace().signature(), 1, Integer::sum) == TIMES_IN_A_QUEUE) {
          return report;
        }
      } catch (Diverged e) {
        if (!branch.isBehindWait && !e.isBehindWait) {
          throw notDeterministic("after the same choices " + e.getMessage(), e);
        }
      }
    }
    noteHandOver();
    return null;
  }

  /** Makes a run again, which must be the same. */
  private void requireRepeatable(Program<P> program, Branch branch, Execution.Report report) {
    boolean isInSample = runs <= RUNS_MADE_TWICE || branch.isFirst() || Integer.bitCount(runs) == 1;
    requireRepeatable(program, branch, report, runs == 1 ? FIRST_RUNS : isInSample ? 2 : 1);
  }

  private void requireRepeatable(
      Program<P> program, Branch branch, Execution.Report report, int times) {
    long start = System.nanoTime();
    for (int i = 1; i < times; i++) {
      if (i > 1 && System.nanoTime() - start > MAX_NANOS_OF_REPEATS) {
        return;
      }
      String difference;
      boolean isBehindWait;
      try {
        Execution.Report again = run(program, branch, trace -> false, LockRace.NONE);
        difference = report.trace().differenceFrom(again.trace());
        isBehindWait = again.schedule().isBehindWait;
      } catch (Diverged e) {
        difference = e.getMessage();
        isBehindWait = e.isBehindWait;
      }
      if (difference != null && !isBehindWait) {
        throw notDeterministic("in the same run " + difference, null);
      } else if (difference != null) {
        noteHandOver();
        return;
      }
    }
  }

  /** Makes a run again in which the JVM chose who gets a lock, until it chooses otherwise. */
  private void tryOtherHandOvers(Program<P> program, Branch branch, Execution.Report report) {
    Trace trace = report.trace();
    if (trace.hasReentry || trace.hasHandOver) {
      noteHandOver();
    }
    runsWithWaits++;
    if (!passesLocksOn && runsWithWaits > RUNS_WITH_HAND_OVERS) {
      return;
    }
    boolean isWorthAll = runsWithWaits <= RUNS_WITH_ALL_HAND_OVERS;
    long start = System.nanoTime();
    Set<String> seen = new HashSet<>();
    seen.add(trace.signature());
    for (int i = 1; i < (isWorthAll ? Limits.HAND_OVERS : FEW_HAND_OVERS); i++) {
      if (i >= FEW_HAND_OVERS
          && nanosOfHandOvers + System.nanoTime() - start > MAX_NANOS_OF_HAND_OVERS) {
        break;
      }
      boolean isRace = i % 4 != 0;
      tryHandOver(
          program,
          branch,
          isRace ? new LockRace(trace.lockWaits, i * SPIN_NANOS) : LockRace.NONE,
          // Before a lock is known to be entered twice, a race only shows that: it runs two
          // stretches beside each other, so that the run itself may be one that cannot happen.
          passesLocksOn || !isRace,
          seen);
    }
    nanosOfHandOvers += System.nanoTime() - start;
  }

  private void tryHandOver(
      Program<P> program, Branch branch, LockRace race, boolean counts, Set<String> seen) {
    Execution.Report other;
    try {
      other = run(program, branch, trace -> counts && !seen.contains(trace.signature()), race);
    } catch (Diverged e) {
      if (counts) {
        noteHandOver();
      }
      return;
    }
    if (other.trace().hasQueue) {
      return;
    }
    if (other.trace().hasReentry) { // not hasHandOver, which a race of our own causes too
      noteHandOver();
    }
    if (counts && seen.add(other.trace().signature())) {
      noteHandOver();
      note(other);
      judge(program, branch, other);
      other.schedule().branches.forEach(each -> add(program, each));
    }
  }

  private void noteHandOver() {
    passesLocksOn = true;
    missing.add(Trace.missing(HAND_OVER));
  }

  private void count(Execution.Report report) {
    Trace trace = report.trace();
    runsWithCrash += trace.hasCrash ? 1 : 0;
    runsWithFault += trace.hasFault() && !trace.hasCrash ? 1 : 0;
    note(report);
  }

  private void note(Execution.Report report) {
    Trace trace = report.trace();
    hasCalls |= trace.hasCalls;
    hasFault |= trace.hasFault();
    hasWaits |= trace.hasWaits;
    isRefusedOnly &= report.isRefusedOnly();
    bounded.addAll(report.schedule().omissions);
    missing.addAll(trace.omissions);
  }

  private void judge(Program<P> program, Branch branch, Execution.Report report) {
    Wrong wrong = judge.judge(report, program.plan);
    if (wrong != null) {
      if (!wrong.isTrouble() && !report.schedule().isBehindWait) {
        requireRepeatable(program, branch, report, FIRST_RUNS);
        requireWrongAgain(program, branch);
      }
      throw Failures.ofRun(runs, program, report, wrong, missing, judge.asksByName());
    }
  }

  /** Fails if the run passes when it is made again, as the check may be what varies. */
  private void requireWrongAgain(Program<P> program, Branch branch) {
    try {
      Execution.Report again = run(program, branch, trace -> true, LockRace.NONE);
      if (judge.judge(again, program.plan) == null) {
        throw notDeterministic("the check fails, and passes in the same run made again", null);
      }
    } catch (Diverged e) {
      throw notDeterministic("after the same choices " + e.getMessage(), e);
    }
  }

  private IllegalStateException notDeterministic(String what, @Nullable Throwable cause) {
    boolean polls = missing.stream().anyMatch(omission -> omission.endsWith(Trace.POLLED));
    String woken =
        hasWaits ? ", and let actors that are woken share nothing until their next calls" : "";
    String polling = polls ? ", and let workers wait at their queue instead of polling it" : "";
    return Failures.notDeterministic(what, woken + polling, cause);
  }

  private void showProgress(int level) {
    long now = System.nanoTime();
    if (now - lastProgress > PROGRESS_NANOS && !conductor.isReplay) {
      lastProgress = now;
      System.err.printf(
          "scenario: %,d runs so far, now with a %s of %d%n",
          runs, isMachine() ? "size" : "cost", level);
    }
  }

  private AssertionError tooMany(int level) {
    int more = moreRuns(level);
    String all = // nothing if it would take too long
        more > MAX_ADVISED_RUNS
            ? ""
            : (growth == 0 ? "at least " : "") + ".runs(%,d)".formatted(more).replace(',', '_');
    int complete = level - 1 - mostDisturbances;
    return isMachine()
        ? Failures.tooManyOfPrograms(mostRuns, level - 1, all)
        : Failures.tooManyOfActors(
            mostRuns, complete == 0 && mostDisturbances > 0 ? -1 : complete, all);
  }

  /**
   * Returns a number of runs that suffices for programs if the growth is known: it falls from size
   * to size.
   */
  private int moreRuns(int level) {
    long known = (long) runs + dropped + waiting.stream().mapToInt(each -> each).sum();
    double whole = runsOfWhole * Math.pow(growth, size - level + 1.0);
    double more = Math.max(whole, 2.0 * Math.max(known, mostRuns));
    return (int)
        Math.min(10_000 * (long) (Math.min(more, Limits.UNLIMITED) / 10_000 + 1), Limits.UNLIMITED);
  }

  /** Fails if there was nothing to explore, or no fault though the scenario asks for one. */
  private void requireExplored() {
    Plan<P> plan = programs.get(0).plan;
    Plan.Bounds limits = plan.limits();
    boolean isAlone =
        !isMachine() && plan.roles().size() == 1 && limits.faultKinds() == 0 && !limits.crashes();
    if (!hasCalls && !isAlone) {
      throw Failures.noCalls();
    }
    if (limits.faultKinds() == 1 && !hasFault) {
      throw Failures.cannotExplore(
          "no call matched the fault (%s); check the matcher passed to faults(...)"
              .formatted(plan.faults().get(0)));
    }
    if (isRefusedOnly) {
      throw Failures.cannotExplore(
          "every operation was refused in every run; write what they need in given(...), or correct refusing(...)");
    }
    judge.requireJudged();
  }
}
