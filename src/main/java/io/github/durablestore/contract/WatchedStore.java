package io.github.durablestore.contract;

import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The store under test. It records the calls of the thread that runs the rule, and checks that no
 * read returns {@code null}.
 *
 * <p>On other threads it only counts calls, without a memory fence, which would hide races in the
 * store.
 */
final class WatchedStore implements StateStore {
  private final StateStore store;
  private final Thread watched;
  private volatile String call = "createStore()";
  private volatile long lastProgress = System.nanoTime();
  private final List<long[]> counts = new CopyOnWriteArrayList<>();
  private final ThreadLocal<long[]> count = ThreadLocal.withInitial(this::newCount);
  private long counted;

  WatchedStore(StateStore store) {
    this.store = store;
    watched = Thread.currentThread();
  }

  private long[] newCount() {
    var made = new long[16]; // in a cache line of its own
    counts.add(made);
    return made;
  }

  /**
   * Returns how long ago the thread that runs the rule last entered or left a call, or another was
   * first seen to have left one.
   */
  Duration sinceProgress() {
    long sum = counts.stream().mapToLong(each -> each[0]).sum();
    if (sum != counted) {
      counted = sum;
      lastProgress = System.nanoTime();
    }
    return Duration.ofNanos(System.nanoTime() - lastProgress);
  }

  /** Returns the last call of the thread that runs the rule. */
  String lastCall() {
    return call;
  }

  @Override
  public void connect() {
    watch("connect()", store::connect);
  }

  @Override
  public void disconnect() {
    watch("disconnect()", store::disconnect);
  }

  @Override
  public void ping() {
    watch("ping()", store::ping);
  }

  @Override
  public void writeState(DurableState state) {
    watch("writeState()", () -> store.writeState(state));
  }

  @Override
  @SuppressWarnings("OptionalAssignedToNull") // a broken store may return null
  public Optional<DurableState> getLatestState(String persistenceId) {
    enter("getLatestState()");
    try {
      Optional<DurableState> latest = store.getLatestState(persistenceId);
      if (latest == null) {
        throw new AssertionError("getLatestState() returned null; return Optional.empty()");
      }
      return latest;
    } finally {
      leave();
    }
  }

  @Override
  public void close() {
    watch("close()", store::close);
  }

  private void watch(String name, Runnable work) {
    enter(name);
    try {
      work.run();
    } finally {
      leave();
    }
  }

  private void enter(String name) {
    if (Thread.currentThread() == watched) {
      call = name;
      lastProgress = System.nanoTime();
    }
  }

  private void leave() {
    if (Thread.currentThread() == watched) {
      lastProgress = System.nanoTime();
    } else {
      count.get()[0]++;
    }
  }
}
