package io.github.durablestore.scenario;

/**
 * What must be true when a run has ended. It is checked once for each run, by any assertions.
 *
 * @param <P> the process
 */
@FunctionalInterface
public interface Check<P> {

  /**
   * Checks a run.
   *
   * @param process the process of this run; a new one over the same store if the first one crashed
   * @param run what happened
   * @throws Throwable if the run is wrong
   */
  void check(P process, Run run) throws Throwable;
}
