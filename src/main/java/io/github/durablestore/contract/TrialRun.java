package io.github.durablestore.contract;

import io.github.durablestore.StateStore;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Checks a rule on a new store, on a thread that is abandoned if a call does not return. The limit
 * applies to each call, not to the rule as a whole, so a slow store can pass.
 */
final class TrialRun {
  private final Supplier<? extends StateStore> stores;
  private final Capabilities can;
  private final Limits limits;
  private final Workers workers = new Workers();
  private final long start = System.nanoTime();
  private volatile @Nullable WatchedStore watched;

  private TrialRun(Supplier<? extends StateStore> stores, Capabilities can, Limits limits) {
    this.stores = stores;
    this.can = can;
    this.limits = limits;
  }

  /** The checks of a rule. */
  interface Rule {
    void check(Trial trial) throws Exception;
  }

  static void run(Supplier<? extends StateStore> stores, Capabilities can, Limits limits, Rule rule)
      throws Exception {
    new TrialRun(stores, can, limits).run(rule);
  }

  private void run(Rule rule) throws Exception {
    try (workers) {
      Future<Object> run = workers.start(() -> checkNewStore(rule));
      while (true) {
        try {
          run.get(limits.call().toMillis() / 10 + 1, TimeUnit.MILLISECONDS);
          return;
        } catch (ExecutionException e) {
          throw Workers.thrownBy(e);
        } catch (TimeoutException e) {
          failIfHanging();
        }
      }
    }
  }

  private Object checkNewStore(Rule rule) throws Exception {
    StateStore created = stores.get();
    if (created == null) {
      throw new AssertionError("createStore() returned null; return a new store, not connected");
    }
    var store = new WatchedStore(created);
    watched = store;
    Throwable failure = null;
    try {
      check(rule, store, created);
    } catch (Throwable e) {
      failure = e;
      throw e;
    } finally {
      close(store, failure);
    }
    return this;
  }

  private void check(Rule rule, WatchedStore store, StateStore created) {
    try {
      rule.check(new Trial(store, created, can, workers, limits.race()));
    } catch (Exception e) {
      throw new AssertionError(
          "%s: expected no exception but was %s".formatted(store.lastCall(), e), e);
    }
  }

  /** Closes the store, and adds what this throws to the failure, if there is one. */
  private static void close(StateStore store, @Nullable Throwable failure) {
    try {
      store.close();
    } catch (RuntimeException | Error e) {
      if (failure == null) {
        throw new AssertionError("close() after the test: expected no exception but was " + e, e);
      }
      if (!failure.equals(e)) {
        failure.addSuppressed(e);
      }
    }
  }

  private void failIfHanging() {
    WatchedStore store = watched;
    Duration since =
        store == null ? Duration.ofNanos(System.nanoTime() - start) : store.sinceProgress();
    if (since.compareTo(limits.call()) > 0) {
      var failure =
          new AssertionError(
              "the store hangs: no call has returned for %s s; the last call of the test's own thread is %s; see the stack traces of its threads below"
                  .formatted(
                      limits.call().toMillis() / 1000.0,
                      store == null ? "createStore()" : store.lastCall()));
      workers.addStackTracesTo(failure);
      throw failure;
    }
  }
}
