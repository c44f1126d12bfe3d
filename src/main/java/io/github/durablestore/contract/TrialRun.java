package io.github.durablestore.contract;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.github.durablestore.StaleWriteException;
import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.text.Text;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;

/**
 * Checks a rule on a new store, on a thread that is abandoned if a call does not return. The limit
 * applies to each call, not to the rule as a whole, so a slow store can pass.
 */
final class TrialRun {
  /** As many times the limit may a call take while calls of other threads return. */
  private static final int MAX_TIMES = 10;

  private static final long AGE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  final Capabilities can;
  final TrialThreads threads = new TrialThreads();

  /** The beginning of the ids of all trials. */
  final String id = "contract-" + Long.toUnsignedString(new SecureRandom().nextLong(), 36);

  final AtomicInteger ids = new AtomicInteger();

  private final StateStoreContract contract;
  private final TimeLimits limits;
  private final Progress progress = new Progress();
  private final List<StateStore> opened = new ArrayList<>();

  private TrialRun(StateStoreContract contract, Capabilities can) {
    this.contract = contract;
    this.can = can;
    limits = contract.limits();
  }

  /**
   * Checks a rule. If it fails, and a capability may be the reason, the rule is checked once more
   * as if that were declared, so that only advice that helps is given. A rule that passes then, and
   * that is not about the capability, is skipped: the one that is about it fails.
   */
  static void run(StateStoreContract contract, Consumer<Trial> rule) {
    Capabilities can = contract.capabilities();
    try {
      new TrialRun(contract, can).run(rule);
    } catch (AdvisedError e) {
      String advice = "";
      AdvisedError last = e;
      var tried = new HashSet<>(Set.of(can));
      while (tried.add(last.declared())) { // one declaration may not be enough
        Capabilities declared = last.declared();
        advice += last.advice();
        try {
          new TrialRun(contract, declared).run(TrialRun::isAsDeclared);
          boolean applies = new TrialRun(contract, declared).applies(rule);
          e.show(advice);
          assumeFalse(
              applies && declared.isOfOtherKind(can),
              () -> "see the rule that fails with this advice: " + e.getMessage());
          break;
        } catch (AdvisedError another) {
          last = another;
        } catch (AssertionError another) {
          break;
        }
      }
      throw e;
    }
  }

  /** Checks a rule; returns whether there was anything to check. */
  private boolean applies(Consumer<Trial> rule) {
    try {
      run(rule);
      return true;
    } catch (TestAbortedException e) {
      return false;
    }
  }

  /** Checks the capabilities that let a rule be skipped, on states that have nothing special. */
  private static void isAsDeclared(Trial trial) {
    trial.store.connect();
    DurableState old = States.of(trial.newId(), 1);
    DurableState first = States.of(trial.id, 1);
    DurableState second = States.of(trial.id, 2);
    trial.write(old);
    LockSupport.parkNanos(AGE_NANOS); // a store that loses what is new does not purge
    trial.write(first);
    trial.write(second);
    if (trial.can.refusesStaleWrites()) {
      trial.refuses("write", () -> trial.store.writeState(first), StaleWriteException.class);
    }
    if (!trial.can.keepsUnknownFields() && keepsUnknownFields(trial)) {
      throw new AssertionError("keepsUnknownFields() is false, but the store keeps some");
    }
    if (trial.can.timestampResolution() > 1 && keepsTimestamps(trial)) {
      throw new AssertionError("timestampResolution() is coarse, but the store keeps milliseconds");
    }
    trial.reconnect();
    trial.readsAfterReconnecting(second);
    trial.readsAfterReconnecting(old);
  }

  private static boolean keepsTimestamps(Trial trial) {
    String id = trial.newId();
    DurableState state = States.of(id, 1).toBuilder().setTimestamp(States.TIME + 1).build();
    try {
      trial.store.writeState(state);
    } catch (RuntimeException e) {
      return false;
    }
    return trial.store.getLatestState(id).equals(Optional.of(state));
  }

  static boolean keepsUnknownFields(Trial trial) {
    DurableState state = Payloads.withUnknownFields(States.of(trial.newId(), 1));
    try {
      trial.store.writeState(state);
    } catch (RuntimeException e) {
      return false;
    }
    DurableState read = trial.store.getLatestState(state.getPersistenceId()).orElse(state);
    return !read.getUnknownFields().asMap().isEmpty()
        && !read.getResultingState().getUnknownFields().asMap().isEmpty();
  }

  /** Returns whether an id has no state, as far as the store can tell. */
  static boolean hasNone(Trial trial, String persistenceId) {
    try {
      return trial.store.getLatestState(persistenceId).isEmpty();
    } catch (RuntimeException e) {
      return false;
    }
  }

  private void run(Consumer<Trial> rule) {
    try (threads) {
      Future<?> run = threads.startNew(() -> checkNewStore(rule));
      while (true) {
        try {
          run.get(limits.call().toMillis() / 10 + 1, TimeUnit.MILLISECONDS);
          return;
        } catch (TimeoutException e) {
          failIfHanging();
        }
      }
    } catch (ExecutionException e) {
      throw TrialThreads.asItIs(requireNonNull(e.getCause(), "cause"));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("the test was interrupted", e);
    }
  }

  private void checkNewStore(Consumer<Trial> rule) {
    Throwable failure = null;
    try {
      rule.accept(new Trial(this, create()));
    } catch (Error | TestAbortedException e) {
      failure = e;
    } catch (Exception e) {
      failure = Trial.failed(progress.callOf(e), e);
    }
    if (threads.isOver()) {
      return; // the test has failed already, since the store hangs
    }
    for (StateStore store : opened) {
      failure = close(store, failure);
    }
    if (failure != null) {
      throw TrialThreads.asItIs(failure);
    }
  }

  StateStore create() {
    progress.enter("createStore()");
    StateStore created = contract.createStore();
    progress.leave();
    if (created == null) {
      throw new AssertionError("createStore() returned null; return a new store, not connected");
    }
    return created;
  }

  @Nullable StateStore createOnSameData(StateStore created) {
    return contract.createStoreOnSameData(created);
  }

  /** Wraps a store to be called. It is closed at the end. */
  StateStore watch(StateStore created) {
    var store = new WatchedStore(created, progress);
    opened.add(store);
    return store;
  }

  void close(StateStore watched) {
    watched.close();
    opened.remove(watched);
  }

  Duration race() {
    return limits.race();
  }

  /** Closes a store, and adds what this throws to the failure, if there is one. */
  private static @Nullable Throwable close(StateStore store, @Nullable Throwable failure) {
    try {
      store.close();
    } catch (RuntimeException | Error e) {
      if (failure == null) {
        return Trial.failed("close() after the test", e);
      }
      if (!failure.equals(e)) {
        failure.addSuppressed(e);
      }
    }
    return failure;
  }

  private void failIfHanging() {
    Duration most = limits.call();
    Duration mostBesideOthers = most.multipliedBy(MAX_TIMES);
    if (progress.since().compareTo(most) > 0) {
      throw hanging("no call has returned for %s; the last call of the test's own thread is", most);
    }
    if (progress.inCall().compareTo(mostBesideOthers) > 0) {
      throw hanging(
          "others have returned, but in %s not this call of the test's own thread:",
          mostBesideOthers);
    }
  }

  private AssertionError hanging(String what, Duration most) {
    var failure =
        new AssertionError(
            "the store hangs: %s %s; see the stack traces of its threads below"
                .formatted(what.formatted(Text.time(most)), progress.lastCall()));
    threads.addStackTracesTo(failure);
    return failure;
  }
}
