package io.github.durablestore.contract;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The progress of one trial, over all of its stores: the calls of the thread that runs the rule.
 *
 * <p>On other threads it only counts calls, without a memory fence, which would hide races in the
 * store.
 */
final class Progress {
  private static final long NEVER = Long.MIN_VALUE;

  private record Failed(String call, Throwable failure) {}

  private volatile @Nullable Failed failed;
  private volatile String call = "createStore()";
  private volatile long last = System.nanoTime();
  private volatile long entered = NEVER;
  private final List<long[]> counts = new CopyOnWriteArrayList<>();
  private final ThreadLocal<long[]> count = ThreadLocal.withInitial(this::newCount);
  private long counted;

  private long[] newCount() {
    var made = new long[16]; // in a cache line of its own
    counts.add(made);
    return made;
  }

  /** The thread that runs the rule begins a call. */
  void enter(String name) {
    call = name;
    last = System.nanoTime();
    entered = last;
  }

  /** The thread that runs the rule ends a call. */
  void leave() {
    last = System.nanoTime();
    entered = NEVER;
  }

  /** Returns how long the thread that runs the rule has been in its call; zero if it is in none. */
  Duration inCall() {
    long start = entered;
    return start == NEVER ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - start);
  }

  /** A call of another thread has failed, in a way that no rule may expect. */
  void fail(String name, Throwable failure) {
    failed = new Failed(name + " while another thread calls " + call, failure);
  }

  /** Another thread ends a call. */
  void count() {
    count.get()[0]++;
  }

  /**
   * Returns how long ago the thread that runs the rule last entered or left a call, or another was
   * first seen to have left one.
   */
  Duration since() {
    long sum = counts.stream().mapToLong(each -> each[0]).sum();
    if (sum != counted) {
      counted = sum;
      last = System.nanoTime();
    }
    return Duration.ofNanos(System.nanoTime() - last);
  }

  /** Returns the call that failed. */
  String callOf(Throwable failure) {
    Failed other = failed;
    return other != null && other.failure().equals(failure) ? other.call() : call;
  }

  /** Returns the last call of the thread that runs the rule. */
  String lastCall() {
    return call;
  }
}
