package io.github.durablestore.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The threads of an exploration: one for each letter of a schedule, reused for all runs. They are
 * in a thread group of their own, and so are the threads that they start.
 */
final class Workers implements AutoCloseable {
  private static final long LAST_WAIT_MILLIS = 500;
  private static final String PREFIX = "scenario: ";

  /** The name of the thread that explores. */
  static final String PROCESS = "process";

  private static final Set<Workers> LIVE = ConcurrentHashMap.newKeySet();

  private final ThreadGroup group = new ThreadGroup("scenario");
  private final @Nullable Worker[] workers = new Worker[Limits.ACTORS_AND_TASKS + 1];
  private final List<Worker> all = new ArrayList<>();
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

  private final Thread test = Thread.currentThread();

  Workers() {
    LIVE.add(this);
  }

  /** Creates a thread of the exploration. */
  Thread thread(Runnable work, String name) {
    var thread = new Thread(group, work, PREFIX + name);
    thread.setDaemon(true);
    threads.add(thread);
    return thread;
  }

  /**
   * Does the work of an actor in a thread.
   *
   * @param last is done after the work, when the thread can already be given the next
   */
  synchronized void start(Actor actor, Runnable work, Runnable last) {
    int index = Math.min(actor.index, Limits.ACTORS_AND_TASKS);
    Worker worker = workers[index];
    if (worker == null || !worker.isIdle()) { // the thread of one that cannot be ended
      worker = new Worker();
      workers[index] = worker;
      all.add(worker);
      worker.thread.start();
    }
    name(worker.thread, actor.task == null ? actor.name : "task");
    actor.thread = worker.thread;
    worker.begin(new Part(work, last));
  }

  /** Names a thread: the same one by one as in a run, as code may return the name. */
  static void name(Thread thread, String name) {
    if (!thread.getName().equals(PREFIX + name)) {
      thread.setName(PREFIX + name);
    }
  }

  private record Part(Runnable work, Runnable last) {}

  /** Returns whether a thread is one of these, and not one that they have started. */
  boolean contains(Thread thread) {
    return threads.contains(thread);
  }

  /** Returns whether a thread runs an actor, a task or the process of some scenario. */
  static boolean isAnyOf(Thread thread) {
    return LIVE.stream().anyMatch(workers -> workers.contains(thread));
  }

  /** Returns whether a thread explores or serves an exploration, or was started by another one. */
  @SuppressWarnings("ReferenceEquality") // the very thread
  boolean isOfScenario(Thread thread) {
    return thread.getName().startsWith(PREFIX)
        || LIVE.stream()
            .anyMatch(other -> other.test == thread || (other != this && other.started(thread)));
  }

  /** Returns whether the threads of the exploration have started a thread. */
  @SuppressWarnings("ReferenceEquality") // the very group
  boolean started(Thread thread) {
    ThreadGroup its = thread.getThreadGroup();
    return its != null && (group == its || group.parentOf(its)) && !contains(thread);
  }

  /** Ends the threads. One that cannot be ended is left behind as a daemon. */
  @Override
  public synchronized void close() {
    LIVE.remove(this);
    List<Worker> idle = all.stream().filter(Worker::end).toList();
    boolean interrupted = false;
    for (Worker worker : idle) {
      try {
        worker.thread.join(LAST_WAIT_MILLIS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private final class Worker implements Runnable {
    final Thread thread = thread(this, "");
    private volatile @Nullable Part part;
    private volatile boolean ended;

    boolean isIdle() {
      return part == null;
    }

    void begin(Part next) {
      part = next;
      LockSupport.unpark(thread);
    }

    /** Ends the thread after its work; returns whether it has none. */
    boolean end() {
      ended = true;
      LockSupport.unpark(thread);
      return isIdle();
    }

    @Override
    public void run() {
      for (Part next = await(); next != null; next = await()) {
        Thread.interrupted(); // what an earlier run left
        next.work.run();
        part = null;
        next.last.run();
      }
      threads.remove(thread);
    }

    private @Nullable Part await() {
      if (!Spin.until(() -> part != null || ended)) {
        while (part == null && !ended) {
          LockSupport.park(this);
          Thread.interrupted();
        }
      }
      return part;
    }
  }
}
