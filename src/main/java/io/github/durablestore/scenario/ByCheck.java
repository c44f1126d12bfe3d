package io.github.durablestore.scenario;

import org.jspecify.annotations.Nullable;

/** Judges a run by a check of the user's. */
record ByCheck<P>(Check<? super P> check) implements Judge<P> {
  @Override
  public void check(P process, Run run) throws Throwable {
    check.check(process, run);
  }

  @Override
  public boolean asksByName() {
    return true;
  }

  @Override
  public @Nullable String refute(Execution.Report report, Plan<P> plan) {
    return null;
  }
}
