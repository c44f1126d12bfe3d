package io.github.durablestore.scenario;

/**
 * Checks what must be true after a run, with any assertion library. It is called once per run.
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
