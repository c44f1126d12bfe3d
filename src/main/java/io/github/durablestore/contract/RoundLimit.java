package io.github.durablestore.contract;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The limit of a search for a race: rounds on a store in memory, time on one over a network. */
final class RoundLimit {
  private static final int MIN_ROUNDS = 8; // even on a machine that is too busy for its time
  private static final int CALLS = 30;

  private final long start = System.nanoTime();
  private final int rounds;
  private final long nanos;

  /**
   * Creates a limit.
   *
   * @param rounds the maximum number of rounds
   * @param time how long to look
   * @param callNanos how long a call takes; the time of 30 calls, but at most 2 s, is added
   */
  RoundLimit(int rounds, Duration time, long callNanos) {
    this.rounds = rounds;
    nanos = time.toNanos() + Math.min(CALLS * callNanos, TimeUnit.SECONDS.toNanos(2));
  }

  boolean allows(int round) {
    return round < MIN_ROUNDS || (round < rounds && System.nanoTime() - start < nanos);
  }
}
