package io.github.durablestore.scenario;

import org.jspecify.annotations.Nullable;

/** Decides whether a run is right. */
interface Judge<P> {
  /** Checks the process while it lives. */
  void check(P process, Run run) throws Throwable;

  /** Returns what is wrong with the run after it has ended; {@code null} for nothing. */
  @Nullable String refute(Execution.Report report, Plan<P> plan);

  /** Returns whether it asks a run for its actors, or in programs for its operations, by name. */
  boolean asksByName();

  /** Fails if, after all runs, there was nothing to judge. */
  default void requireJudged() {}

  /** Returns what is wrong with a run, by itself or by this judge; {@code null} for nothing. */
  default @Nullable Wrong judge(Execution.Report report, Plan<P> plan) {
    if (report.wrong() != null) {
      return report.wrong();
    }
    String refutation = refute(report, plan);
    return refutation == null ? null : new Wrong(refutation, null, false);
  }
}
