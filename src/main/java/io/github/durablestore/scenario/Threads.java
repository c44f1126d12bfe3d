package io.github.durablestore.scenario;

import java.util.concurrent.ScheduledExecutorService;

/**
 * The threads that a {@link Scenario} gives to a process, so that it can run their tasks in every
 * order. A process gets them from {@link Scenario#withThreads}.
 *
 * <pre>{@code
 * Scenario.withThreads((store, threads) -> new OrderService(store, threads.pool(2)))
 * }</pre>
 *
 * <p>Each task is an actor from its submission on. A delayed task may start at any time, but not
 * before one that is due earlier: the time is virtual, and nobody sleeps. A periodic task runs once
 * at any time, once more when everything else has ended, and up to 10 times for an actor that
 * waits, or reads the same states again and again. A timed {@code get}, {@code invokeAll}, {@code
 * invokeAny} or {@code awaitTermination} of a pool times out only when nothing else can go on.
 *
 * <p>What the process submits while it starts, or in {@link Scenario#given given(...)}, and is due
 * at once, runs before the actors begin, one task after another. To let such a task run beside the
 * actors, schedule it with a delay.
 *
 * <p>A pool ends with its process, and then rejects tasks. Only the threads of the process may use
 * it. No method returns {@code null}.
 */
public interface Threads {

  /**
   * Creates a pool of some threads. It starts tasks in the order of their submission, so that tasks
   * that wait for each other can starve, as in any pool of this size.
   *
   * @param size the number of tasks that can run at a time, at least 1
   * @return the pool
   * @throws IllegalArgumentException if {@code size} is less than 1
   */
  ScheduledExecutorService pool(int size);

  /**
   * Creates a pool with a thread for each task.
   *
   * @return the pool
   */
  ScheduledExecutorService pool();
}
