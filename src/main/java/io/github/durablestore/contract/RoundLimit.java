package io.github.durablestore.contract;

import java.util.concurrent.TimeUnit;

/** How long to look for a race: a store in memory is given rounds, one over a network time. */
final class RoundLimit {
  private static final int LEAST_ROUNDS = 20; // on a machine too busy for its time

  /** How long to look; the tests of the kit set less. */
  static volatile long nanos = TimeUnit.SECONDS.toNanos(2);

  private final long start = System.nanoTime();
  private final int rounds;

  RoundLimit(int rounds) {
    this.rounds = rounds;
  }

  boolean allows(int round) {
    return round < LEAST_ROUNDS || (round < rounds && System.nanoTime() - start < nanos);
  }
}
