package io.github.durablestore.scenario;

import org.jspecify.annotations.Nullable;

/**
 * Work of a process that has a result, which may be {@code null}.
 *
 * @param <P> the process
 */
@FunctionalInterface
public interface Action<P> {

  /**
   * Does the work.
   *
   * @param process the process of this run
   * @return the result
   * @throws Throwable whatever the code throws
   */
  @Nullable Object run(P process) throws Throwable;
}
