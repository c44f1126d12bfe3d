package io.github.durablestore.scenario;

/**
 * Work of a process that has no result.
 *
 * @param <P> the process
 */
@FunctionalInterface
public interface Task<P> {

  /**
   * Does the work.
   *
   * @param process the process of this run
   * @throws Throwable whatever the code throws
   */
  void run(P process) throws Throwable;
}
