package io.github.durablestore.scenario;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A participant in a run: an actor of the scenario, or another thread that calls the store. */
final class Actor {
  /** What it is doing. At the two stops, the run can switch to another actor. */
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

  // Only the actor that has the turn touches these; the turn is passed on by a volatile write.
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

  /** Returns its thread, which must have been set. */
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

  /** Returns whether it can do nothing until it gets the turn, so that it releases no lock. */
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

  /** Waits for the turn. An interrupt is kept for the actor's own code. */
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
