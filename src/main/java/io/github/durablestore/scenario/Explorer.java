package io.github.durablestore.scenario;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes the runs of a scenario, cheapest first, until one fails or none is left. */
final class Explorer<P> {
  static final int UNLIMITED = Integer.MAX_VALUE;
  private static final int MOST_RUNS = 10_000;

  private final Plan<P> plan;
  private final Runner<P> runner;
  private final Runner.Judge<P> judge;
  private final List<Queue<Branch>> queues = new ArrayList<>();
  private final Set<String> omissions = new LinkedHashSet<>();
  private boolean overflown;
  private boolean called;
  private int runs;
  private int runsWithFault;
  private int runsWithCrash;

  Explorer(Plan<P> plan, Runner<P> runner, Runner.Judge<P> judge) {
    this.plan = plan;
    this.runner = runner;
    this.judge = judge;
  }

  /**
   * Explores.
   *
   * @throws AssertionError if a run fails, or if there are too many
   */
  Exploration explore() {
    add(Branch.first());
    for (Branch branch = poll(); branch != null; branch = poll()) {
      Runner.Report report = run(branch);
      if (!report.discarded()) {
        if (isLimited() && runs == MOST_RUNS) {
          throw tooMany(branch.cost);
        }
        count(report);
        report.course().branches().forEach(this::add);
      }
    }
    if (overflown) {
      throw tooMany(queues.size());
    }
    requireExplored();
    return new Exploration(
        runs,
        runs - runsWithFault - runsWithCrash,
        runsWithFault,
        runsWithCrash,
        omissions.isEmpty(),
        List.copyOf(omissions));
  }

  /** Makes the one run of a schedule, and fails in any case. */
  AssertionError replay(String schedule) {
    Runner.Report report;
    try {
      report = runner.run(plan, Branch.replaying(Choice.parse(schedule)), judge);
    } catch (DivergedException e) {
      throw notReplayable(schedule, e.what());
    }
    if (report.discarded()) {
      throw notReplayable(schedule, "its fault is not for this call");
    }
    Runner.Failure failure = report.failure();
    if (failure == null) {
      return new AssertionError(
          "the replayed run passed; take replay(...) out, so that all runs are explored");
    }
    return error(
        failure,
        "in the replayed run, which did this:",
        "this was a replay; take replay(...) out when you have seen enough");
  }

  private static IllegalArgumentException notReplayable(String schedule, String why) {
    return new IllegalArgumentException(
        "cannot replay \"%s\": it is no schedule of this scenario: %s; take replay(...) out, and copy the schedule of the next failure"
            .formatted(schedule, why));
  }

  private Runner.Report run(Branch branch) {
    try {
      return runner.run(plan, branch, judge);
    } catch (DivergedException e) {
      throw new IllegalStateException(
          "cannot explore the scenario: it does something else each time: after the same choices %s; leave times, random values, parallel streams and unawaited threads out of what is called"
              .formatted(e.what()),
          e);
    }
  }

  private void count(Runner.Report report) {
    runs++;
    called = called || report.course().hasCalls();
    runsWithFault += report.faulted() ? 1 : 0;
    runsWithCrash += report.crashed() ? 1 : 0;
    omissions.addAll(report.omissions());
    Runner.Failure failure = report.failure();
    if (failure != null) {
      throw error(
          failure,
          "in run %,d, which did this:".formatted(runs),
          "to see it in a debugger, put .replay(\"%s\") before the check"
              .formatted(report.course().schedule()));
    }
  }

  private AssertionError error(Runner.Failure failure, String where, String advice) {
    String missing =
        String.join("\n", omissions.stream().filter(text -> text.contains("missing")).toList());
    return new AssertionError(
        "%s\n\n%s\n\n%s\n\n%s%s"
            .formatted(
                failure.what(),
                where,
                failure.picture(),
                missing.isEmpty() ? "" : missing + "\n",
                advice),
        failure.cause());
  }

  private boolean isLimited() {
    return plan.limits().switches() == UNLIMITED;
  }

  private void add(Branch branch) {
    while (queues.size() <= branch.cost) {
      queues.add(new ArrayDeque<>());
    }
    int before = runs;
    for (int cost = 0; cost <= branch.cost; cost++) {
      before += queues.get(cost).size();
    }
    if (isLimited() && before > MOST_RUNS) { // its turn would never come
      overflown = true;
    } else {
      queues.get(branch.cost).add(branch);
    }
  }

  private @Nullable Branch poll() {
    for (Queue<Branch> queue : queues) {
      if (!queue.isEmpty()) {
        return queue.remove();
      }
    }
    return null;
  }

  private AssertionError tooMany(int cost) {
    boolean disturbs = plan.limits().faultKinds() > 0 || plan.limits().crashes();
    int complete = cost - 1 - (disturbs ? 1 : 0);
    String done =
        complete < 1 && disturbs
            ? "write a scenario for the orders alone, and one without switches for faults and crashes;"
                + " or make the actors shorter"
            : "all runs with at most %d %s passed; write .switches(%d) to explore these alone"
                .formatted(complete, complete == 1 ? "switch" : "switches", complete);
    // Without disturbances, there are never as many runs without a switch.
    return new AssertionError("%,d runs passed, but there are more: %s".formatted(MOST_RUNS, done));
  }

  /** Fails if there was nothing to explore, or no fault though the scenario asks for one. */
  private void requireExplored() {
    Course.Limits limits = plan.limits();
    boolean isAlone = plan.roles().size() == 1 && limits.faultKinds() == 0 && !limits.crashes();
    if (!called && !isAlone) {
      throw new IllegalStateException(
          "cannot explore the scenario: no actor calls the store, so that there is nothing to explore;"
              + " write the actors over the store that the process is given");
    }
    if (limits.faultKinds() == 1 && runsWithFault == 0) {
      throw new IllegalStateException(
          "cannot explore the scenario: no call was one to %s; correct what faults(...) is for"
              .formatted(plan.faults().get(0)));
    }
  }
}
