package io.github.durablestore.contract;

import static java.util.stream.Collectors.joining;

import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The threads of a test. They keep no JVM from ending, as a broken store may never let them go. */
final class Workers implements AutoCloseable {
  private static final int MAX_FRAMES = 15;

  private final Queue<Thread> threads = new ConcurrentLinkedQueue<>();
  private final ExecutorService executor;

  /** Creates as many threads as there is work at once. */
  Workers() {
    executor = Executors.newCachedThreadPool(this::thread);
  }

  Workers(int threads) {
    executor = Executors.newFixedThreadPool(threads, this::thread);
  }

  private Thread thread(Runnable work) {
    var thread = new Thread(work, "contract");
    thread.setDaemon(true);
    threads.add(thread);
    return thread;
  }

  <T> Future<T> start(Callable<T> work) {
    return executor.submit(work);
  }

  /** Returns what the work returned, or throws what it threw. */
  static <T> T get(Future<T> work) throws Exception {
    try {
      return work.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof AssertionError failure) {
        throw failure;
      }
      throw e;
    }
  }

  /** Returns where the threads are. */
  String stacks() {
    return threads.stream()
        .map(
            thread ->
                Arrays.stream(thread.getStackTrace())
                    .limit(MAX_FRAMES)
                    .map(frame -> "  at " + frame)
                    .collect(joining(System.lineSeparator())))
        .collect(joining(System.lineSeparator()));
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
