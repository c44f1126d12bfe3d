package io.github.durablestore.contract;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Two threads that make calls at the same time, round after round. They wait for each other without
 * parking, since a thread that is woken starts late, and one of them starts a little later than the
 * other, by a random time.
 */
final class Race {
  static final int ROUNDS = 50_000;

  /** Part of a millisecond: on a busy machine, the other thread may have its turn only then. */
  private static final int SPINS = 10_000;

  /** Then a new thread takes over: a busy machine may run two on one processor for a long time. */
  private static final long HEAT_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  // A race ends after this many rounds, once its rounds would take this long on an idle machine.
  private static final int ENOUGH_ROUNDS = 1_000;
  private static final long ENOUGH_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final int BLOCK = 16;

  private final TrialThreads threads;
  private final IntFunction<Round> rounds;
  private final RoundLimit limit;
  private final long delayNanos;
  private long fastestNanos = Long.MAX_VALUE; // the time of a round, in the fastest block

  // The thread that leads prepares and checks. Each number is that of the last such round.
  private volatile int prepared;
  private volatile int joined;
  private volatile int ended;
  private volatile boolean over;

  // Published by the numbers.
  private @Nullable Round current;
  private boolean failed;

  private Race(TrialThreads threads, IntFunction<Round> rounds, RoundLimit limit, long delayNanos) {
    this.threads = threads;
    this.rounds = rounds;
    this.limit = limit;
    this.delayNanos = delayNanos;
  }

  /** What the threads do at the same time, and what is checked afterwards. */
  record Round(Runnable one, Runnable other, Runnable check) {}

  /** Runs many rounds on a store in memory, and fewer on a slow one. The store is connected. */
  static void run(Trial trial, IntFunction<Round> race) {
    run(trial, ROUNDS, race);
  }

  static void run(Trial trial, int most, IntFunction<Round> race) {
    var made = new Race(trial.threads, race, trial.manyRounds(most), trial.delayNanos());
    while (made.allowsNext()) {
      made.over = false;
      Future<?> other = trial.threads.startNew(made::follow);
      made.lead(); // on the rule's own thread, whose calls are watched
      TrialThreads.get(other);
    }
  }

  private boolean allowsNext() {
    return limit.allows(ended) && (ended < ENOUGH_ROUNDS || ended < ENOUGH_NANOS / fastestNanos);
  }

  private void lead() {
    try {
      long start = System.nanoTime();
      long blockStart = start;
      for (int played = 1; allowsNext() && System.nanoTime() - start < HEAT_NANOS; played++) {
        int number = ended + 1;
        Round round = rounds.apply(number);
        current = round;
        prepared = number;
        for (int spins = 1; joined < number; spins++) {
          threads.pause(spins, SPINS);
        }
        try {
          delayIf(number % 2 == 0);
          round.one().run();
        } finally {
          for (int spins = 1; ended < number; spins++) {
            threads.pause(spins, SPINS);
          }
        }
        if (failed) {
          return; // which the other thread throws
        }
        round.check().run();
        if (played % BLOCK == 0) {
          long now = System.nanoTime();
          fastestNanos = Math.min(fastestNanos, (now - blockStart) / BLOCK);
          blockStart = now;
        }
      }
    } finally {
      over = true;
    }
  }

  /** Both threads read the clock, so that one starts later by the delay alone. */
  private void delayIf(boolean late) {
    TrialThreads.delay(late ? Math.min(fastestNanos, delayNanos) : 0);
  }

  private void follow() {
    while (true) {
      int number = ended + 1;
      for (int spins = 1; prepared < number; spins++) {
        if (over) {
          return;
        }
        threads.pause(spins, SPINS);
      }
      joined = number;
      failed = true;
      try {
        delayIf(number % 2 == 1);
        requireNonNull(current, "current").other().run();
        failed = false;
      } finally {
        ended = number;
      }
    }
  }
}
