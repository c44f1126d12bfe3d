package io.github.durablestore.scenario;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Judges a run by what its operations give one by one. */
final class ByOracle<P> implements Judge<P> {
  private final Oracle<P> oracle;
  private final Action<? super P> observation;
  private @Nullable Object seen;
  private boolean hasReturned;

  private ByOracle(Oracle<P> oracle, Action<? super P> observation) {
    this.oracle = oracle;
    this.observation = observation;
  }

  /** Returns the judge of a scenario. */
  static <P> ByOracle<P> of(
      List<Program<P>> programs, Conductor conductor, Action<? super P> observation) {
    Plan<P> plan = programs.get(0).plan; // all start alike
    var oracle =
        new Oracle<P>(
            (isLater, ops) ->
                Execution.oneByOne(plan, conductor).runOneByOne(isLater, ops, observation));
    oracle.requireObservable(programs);
    return new ByOracle<>(oracle, observation);
  }

  @Override
  public void check(P process, Run run) {
    seen = Oracle.observe(observation, process, run.names);
    run.judgeAll();
  }

  @Override
  public boolean asksByName() {
    return false;
  }

  /** Code that always throws does so one by one too. */
  @Override
  public void requireJudged() {
    if (!hasReturned) {
      throw Failures.cannotExplore(
          "every operation threw in every run; write what they need in given(...), or use then(...), which shows what they throw");
    }
  }

  @Override
  public @Nullable String refute(Execution.Report report, Plan<P> plan) {
    hasReturned |= report.endings().stream().anyMatch(Ending::returned);
    Object last = seen;
    return last == null ? null : oracle.refute(report.endings(), last, report.trace(), plan);
  }
}
