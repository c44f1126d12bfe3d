package io.github.durablestore.scenario;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One that takes steps in a run: an actor of the scenario, or another thread that calls the store.
 */
final class Actor {
  /** What it is doing. The two stops are where another may be switched to. */
  enum Phase {
    NEW,
    GRANTED,
    RUNNING,
    BEFORE_CALL,
    AFTER_CALL,
    DONE
  }

  final int index;
  final String name;
  final boolean foreign;
  volatile Phase phase = Phase.NEW;
  volatile @Nullable Thread thread;
  volatile boolean isInCall;
  private volatile boolean go;

  // What follows is touched only by whoever has the turn, which passes by volatile fields.
  boolean blocked;
  int calls;
  int callsWhenDead;
  @Nullable Step step;
  Choice.Kind order = Choice.Kind.GO;
  @Nullable Object result;
  @Nullable Throwable thrown;
  boolean died;
  boolean judged;

  Actor(int index, String name, boolean foreign) {
    this.index = index;
    this.name = name;
    this.foreign = foreign;
  }

  /** Returns the thread that it runs in, once it has one. */
  Thread thread() {
    return requireNonNull(thread, "thread");
  }

  boolean returned() {
    return phase == Phase.DONE && thrown == null && !died;
  }

  /** Returns whether it waits for its turn. */
  boolean isReady() {
    Phase now = phase;
    return now == Phase.NEW || isStopped(now);
  }

  /** Returns whether it can have no effect until it gets a turn, so that its locks stay locked. */
  boolean isStopped() {
    return isStopped(phase);
  }

  private static boolean isStopped(Phase phase) {
    return phase == Phase.BEFORE_CALL || phase == Phase.AFTER_CALL;
  }

  void grant() {
    go = true;
    Thread stopped = thread;
    if (stopped != null && stopped != Thread.currentThread()) {
      LockSupport.unpark(stopped);
    }
  }

  void revoke() {
    go = false;
  }

  /** Waits for the turn. An interrupt is kept for the code that is to see it. */
  void awaitTurn() {
    boolean interrupted = false;
    if (!Spin.until(() -> go)) {
      while (!go) {
        LockSupport.park(this);
        interrupted |= Thread.interrupted();
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
