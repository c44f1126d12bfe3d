package io.github.durablestore.scenario;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The actors' threads, one each, reused for all runs of an exploration. */
final class Pool implements AutoCloseable {
  private static final long LAST_WAIT_MILLIS = 500;
  private final @Nullable Worker[] workers;

  Pool(int size) {
    workers = new Worker[size];
  }

  /** Runs an actor's part in its thread. */
  synchronized void start(Actor actor, Runnable part) {
    Worker worker = workers[actor.index];
    if (worker == null) {
      worker = new Worker(actor.name);
      workers[actor.index] = worker;
      worker.thread.start();
    }
    actor.thread = worker.thread;
    worker.run(part);
  }

  /** Ends the threads. A thread that is stuck forever is left behind as a daemon. */
  @Override
  public synchronized void close() {
    boolean interrupted = false;
    for (Worker worker : workers) {
      if (worker != null) {
        worker.end();
        try {
          worker.thread.join(isStuck(worker.thread) ? 1 : LAST_WAIT_MILLIS);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** A thread that waits for a monitor cannot be interrupted. */
  private static boolean isStuck(Thread thread) {
    return thread.getState() == Thread.State.BLOCKED;
  }

  private static final class Worker implements Runnable {
    final Thread thread;
    private volatile @Nullable Runnable part;
    private volatile boolean ended;

    Worker(String name) {
      thread = new Thread(this, "scenario: " + name);
      thread.setDaemon(true);
    }

    void run(Runnable part) {
      this.part = part;
      LockSupport.unpark(thread);
    }

    void end() {
      ended = true;
      LockSupport.unpark(thread);
    }

    @Override
    public void run() {
      for (Runnable next = await(); next != null; next = await()) {
        next.run();
      }
    }

    private @Nullable Runnable await() {
      if (!Spin.until(() -> part != null || ended)) {
        while (part == null && !ended) {
          LockSupport.park(this);
          Thread.interrupted();
        }
      }
      Runnable next = ended ? null : part;
      part = null;
      Thread.interrupted(); // what an earlier run left
      return next;
    }
  }
}
