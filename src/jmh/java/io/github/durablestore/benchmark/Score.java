package io.github.durablestore.benchmark;

import org.openjdk.jmh.results.RunResult;

/** The result of a benchmark in one round: operations per second, and bytes that each allocates. */
record Score(double perSecond, double bytes) {
  static Score of(RunResult result) {
    return new Score(
        result.getPrimaryResult().getScore(),
        result.getSecondaryResults().get("gc.alloc.rate.norm").getScore());
  }
}
