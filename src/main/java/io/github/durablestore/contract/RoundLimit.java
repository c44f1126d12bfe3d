package io.github.durablestore.contract;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** How long to look for a race: a store in memory has its rounds, one over a network its time. */
final class RoundLimit {
  private static final int LEAST_ROUNDS = 8; // on a machine too busy for its time
  private static final int CALLS = 30;

  private final long start = System.nanoTime();
  private final int rounds;
  private final long nanos;

  /**
   * Creates a limit.
   *
   * @param rounds the most there are
   * @param time how long to look
   * @param callNanos how long a call takes: the time of 30 of them, but 2 s at most, comes on top
   */
  RoundLimit(int rounds, Duration time, long callNanos) {
    this.rounds = rounds;
    nanos = time.toNanos() + Math.min(CALLS * callNanos, TimeUnit.SECONDS.toNanos(2));
  }

  boolean allows(int round) {
    return round < LEAST_ROUNDS || (round < rounds && System.nanoTime() - start < nanos);
  }
}
