package io.github.durablestore.scenario;

import static io.github.durablestore.text.Text.literal;

import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an exploration throws, in words. */
final class Failures {
  private Failures() {}

  /** Describes a run that went wrong, and how to see it again. */
  static <P> AssertionError ofRun(
      int number,
      Program<P> program,
      Execution.Report report,
      Wrong wrong,
      Collection<String> omissions,
      boolean asksByName) {
    String where = program.plan.isMachineWritten() ? ", of the program " + program : "";
    String schedule = report.schedule().print();
    String advice =
        program.plan.isMachineWritten()
            ? "to keep this program as a test, replace the operations, and size(...) if it is set, with:%s%s\n\nto see it in a debugger, put .replay(%s) before the check"
                .formatted(
                    program.asScenario(),
                    asksByName ? program.namesForCheck() : "",
                    literal(program + ": " + schedule))
            : "to see it in a debugger, put .replay(\"%s\") before the check".formatted(schedule);
    return show(
        "in run %,d%s, which did this:".formatted(number, where),
        program,
        report,
        wrong,
        omissions.isEmpty() ? advice : String.join("\n", omissions) + "\n\n" + advice);
  }

  static <P> AssertionError ofReplay(Program<P> program, Execution.Report report, Wrong wrong) {
    return show(
        "in the replayed run, which did this:",
        program,
        report,
        wrong,
        "this was a replay; remove replay(...) when you have seen enough");
  }

  private static <P> AssertionError show(
      String where, Program<P> program, Execution.Report report, Wrong wrong, String advice) {
    List<String> roles = program.plan.roles().stream().map(Plan.Role::name).toList();
    return new AssertionError(
        "%s\n\n%s\n\n%s\n\n%s"
            .formatted(
                report.trace().names.ofProcess(wrong.what()),
                where,
                new Table(report.trace(), roles, report.store()).draw(),
                advice),
        wrong.cause());
  }

  /** Says that a scenario cannot be explored, why, and what to do. */
  static IllegalStateException cannotExplore(String why) {
    return cannotExplore(why, null);
  }

  static IllegalStateException cannotExplore(String why, @Nullable Throwable cause) {
    return new IllegalStateException("cannot explore the scenario: " + why, cause);
  }

  /** Says that there is nothing to explore. */
  static IllegalStateException noCalls() {
    return cannotExplore(
        "no actor calls the store, so that there is nothing to explore;"
            + " write the actors over the store that the process is given, not over another one, and see whether its code forgets to write,"
            + " or keeps what it has read in a static field");
  }

  /**
   * Says that the code is not deterministic.
   *
   * @param more what else to do, as in {@code , and let ...}; empty for nothing
   */
  static IllegalStateException notDeterministic(
      String what, String more, @Nullable Throwable cause) {
    return cannotExplore(
        "it is not deterministic: %s; keep times, random values, static state, hash order, objects without equals and the JVM's own exception messages out of calls and results%s"
            .formatted(what, more),
        cause);
  }

  /**
   * Says that there are more runs than permitted.
   *
   * @param size the greatest size whose programs all passed
   * @param all what to write for all runs; empty for nothing
   */
  static AssertionError tooManyOfPrograms(int mostRuns, int size, String all) {
    return tooMany(
        mostRuns,
        size < Limits.MIN_SIZE
            ? (all.isEmpty() ? "" : "write %s for more, or ".formatted(all))
                + "leave operations out"
            : "all programs of size %d passed; write .size(%d) to explore these alone"
                    .formatted(size, size)
                + (all.isEmpty() ? "" : ", or %s for more".formatted(all)));
  }

  /**
   * Says that there are more runs than permitted.
   *
   * @param switches the most switches of which all runs passed; nothing if negative
   * @param all what to write for all runs; empty for nothing
   */
  static AssertionError tooManyOfActors(int mostRuns, int switches, String all) {
    return tooMany(
        mostRuns,
        switches < 0
            ? "write a scenario for the orders alone, and one without switches for faults and crashes; or make the actors shorter"
                + (all.isEmpty() ? "" : "; or write " + all)
            : "all runs with at most %d %s passed; write .switches(%d) to explore these alone"
                    .formatted(switches, switches == 1 ? "switch" : "switches", switches)
                + (all.isEmpty() ? "" : ", or %s for all".formatted(all)));
  }

  private static AssertionError tooMany(int mostRuns, String advice) {
    return new AssertionError(
        "%,d %s passed, but there are more: %s"
            .formatted(mostRuns, mostRuns == 1 ? "run" : "runs", advice));
  }
}
