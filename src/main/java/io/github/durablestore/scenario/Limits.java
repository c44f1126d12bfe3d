package io.github.durablestore.scenario;

import java.util.concurrent.TimeUnit;

/** The limits that the javadoc of {@link Scenario} and of {@link Threads} states. */
final class Limits {
  static final int ACTORS = 3;
  static final int ACTORS_AND_TASKS = 26;
  static final int RUNS = 10_000;
  static final int UNLIMITED = Integer.MAX_VALUE;

  /** How often a run is made in which the JVM chose who got a lock. */
  static final int HAND_OVERS = 40;

  /** The size of the programs, unless the scenario sets it. */
  static final int SIZE = 4;

  /** The size of two undisturbed operations, or of one that is disturbed. */
  static final int MIN_SIZE = 2;

  /** Operations of an actor that is alone in a program. */
  static final int OPERATIONS_ALONE = 3;

  /** Operations of an actor beside another in a program. */
  static final int OPERATIONS_EACH = 2;

  /** Calls of an actor. */
  static final int CALLS = 1_000;

  /** Calls of what runs beside the operations, which may fill a store, and read all of it. */
  static final int CALLS_ASIDE = 10_000;

  /** After this many calls in a row without progress, an actor may be waiting for another. */
  static final int IDLE_CALLS_IN_A_ROW = 20;

  /** If that many of them are different, they are progress. */
  static final int DIFFERENT_CALLS = 5;

  /** After this many calls in a row, an actor may be waiting even if it seems to make progress. */
  static final int CALLS_IN_A_ROW = 200;

  /** After this many sleeps, an actor polls. */
  static final int SLEEPS = 20;

  /** How often a periodic task runs for one that waits, while nothing else happens. */
  static final int IDLE_ROUNDS = 10;

  /** After this CPU time, an actor polls that is where one polled before. */
  static final long SPUN_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  /**
   * After this CPU time, an actor polls; after as much again, while no other can go on, it hangs.
   */
  static final long SPIN_NANOS = TimeUnit.SECONDS.toNanos(1);

  /**
   * A wait with a timeout that lasts longer is one for another actor. On a busy machine, one of
   * half a second takes up to 0.2 seconds more to end.
   */
  static final long TIMEOUT_NANOS = TimeUnit.MILLISECONDS.toNanos(700);

  /** After this time, a task that waits with a timeout is a worker at its queue. */
  static final long WORKER_NANOS = TimeUnit.SECONDS.toNanos(3);

  /** No actor hangs before that: a machine may be busy. */
  static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(30);

  /** For so long, a wait may end by a thread of the process that the scenario does not schedule. */
  static final long FOREIGN_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** The same for a thread that may have nothing to do with the process. */
  static final long OTHER_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** After the last run, threads that the scenario does not schedule get this time. */
  static final long SETTLE_NANOS = TimeUnit.SECONDS.toNanos(2);

  private Limits() {}
}
