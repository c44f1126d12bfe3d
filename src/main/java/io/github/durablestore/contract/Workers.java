package io.github.durablestore.contract;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The other threads of a test. */
final class Workers implements AutoCloseable {
  private final ExecutorService executor = Executors.newCachedThreadPool();

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

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
