package io.github.durablestore.benchmark;

import org.openjdk.jmh.results.RunResult;

/** What a benchmark came to in one round: operations a second, and bytes allocated for each. */
record Score(double perSecond, double bytes) {
  static Score of(RunResult result) {
    return new Score(
        result.getPrimaryResult().getScore(),
        result.getSecondaryResults().get("gc.alloc.rate.norm").getScore());
  }
}
