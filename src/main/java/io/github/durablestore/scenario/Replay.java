package io.github.durablestore.scenario;

import static io.github.durablestore.text.Text.quote;

/** Makes the one run of a schedule, which fails in any case. */
final class Replay<P> {
  /** The JVM may give a lock to another than in the run that failed. */
  private static final int ATTEMPTS = 500;

  private static final int ATTEMPTS_OF_OTHER_CODE = 40;

  private final Conductor conductor;
  private final Judge<P> judge;
  private final Program<P> program;
  private final String schedule;
  private final Choice[] choices;

  /**
   * Creates a replay.
   *
   * @param schedule what was printed
   */
  Replay(Conductor conductor, Judge<P> judge, Program<P> program, String schedule) {
    this.conductor = conductor;
    this.judge = judge;
    this.program = program;
    this.schedule = schedule;
    choices = Choice.parse(Program.scheduleIn(schedule), schedule);
  }

  /** Returns how the run failed; also if it passed. */
  AssertionError run() {
    Diverged diverged = null;
    boolean passed = false;
    conductor.watch.looksForReentry = true;
    for (int i = 0; i < ATTEMPTS; i++) {
      try {
        Execution.Report report =
            new Execution<>(program.plan, conductor, Branch.replaying(choices), LockRace.NONE)
                .run(judge::check, trace -> true);
        if (report.isDiscarded()) {
          throw notReplayable("its fault is not for this call");
        }
        Wrong wrong = judge.judge(report, program.plan);
        if (wrong != null) {
          return Failures.ofReplay(program, report, wrong);
        }
        passed = true;
        if (!report.trace().hasLockWaits()) {
          break;
        }
      } catch (Diverged e) {
        diverged = e;
        if (!e.isBehindWait && i >= ATTEMPTS_OF_OTHER_CODE) {
          break;
        }
      }
    }
    if (!passed && diverged != null) {
      throw notReplayable(why(diverged));
    }
    return new AssertionError(
        "the replayed run passed; remove replay(...), so that all runs are explored");
  }

  private static String why(Diverged diverged) {
    return diverged.getMessage()
        + (diverged.isBehindWait ? ", perhaps as the JVM gave a lock to another" : "");
  }

  private IllegalArgumentException notReplayable(String why) {
    return new IllegalArgumentException(
        "cannot replay %s: it is not a schedule of this scenario: %s; remove replay(...), and copy the schedule of the next failure"
            .formatted(quote(schedule), why));
  }
}
