package io.github.durablestore.contract;

import static io.github.durablestore.StateStoreException.quote;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.github.durablestore.NotConnectedException;
import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;

/** One store under test, with ids of its own, in a thread that may hang without harm. */
final class Trial {
  /** Seconds; the tests of the kit set less. */
  static volatile long limit = 50;

  final StateStore store;
  final String id = "contract-" + UUID.randomUUID();
  private int states;

  private Trial(StateStore store) {
    this.store = store;
  }

  /** The body of a test. */
  interface Body {
    void run(Trial trial) throws Exception;
  }

  /** Runs a test, and closes the store; fails if either hangs. */
  static void run(@Nullable StateStore store, Body body) {
    if (store == null) {
      fail("createStore() returned null; return a new store that is not connected");
    }
    try (var workers = new Workers()) {
      Future<?> test =
          workers.start(
              () -> {
                try (store) {
                  body.run(new Trial(store));
                }
                return null;
              });
      await(test, workers);
    }
  }

  private static void await(Future<?> test, Workers workers) {
    try {
      test.get(limit, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      Trial.<RuntimeException>rethrow(e.getCause());
    } catch (TimeoutException e) {
      fail("the store hangs: after %d s it was in%n%s", limit, workers.stacks());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      fail("the test was interrupted");
    }
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <E extends Throwable> void rethrow(@Nullable Throwable thrown) throws E {
    throw (E) thrown;
  }

  /** Returns a state of a new id. */
  DurableState fresh() {
    return States.of(id + "-" + ++states, states);
  }

  /** Writes states of new ids. */
  List<DurableState> writeSeveral() {
    List<DurableState> written = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      DurableState state = fresh();
      store.writeState(state);
      written.add(state);
    }
    return written;
  }

  void assertSurvives(String what, DurableState.Builder state) {
    assertSurvives(what, state.build(), "");
  }

  /** Verifies that a state is read as it is written. */
  void assertSurvives(String what, DurableState state, String hint) {
    assertDoesNotThrow("write of a state " + what + hint, () -> store.writeState(state));
    assertRead("read of a state " + what + hint, state);
  }

  void assertRead(String what, DurableState expected) {
    Optional<DurableState> latest = read(what, expected.getPersistenceId());
    if (!latest.equals(Optional.of(expected))) {
      fail("[%s]%nexpected: %s%n but was: %s", what, shown(expected), shown(latest.orElse(null)));
    }
  }

  void assertReadAll(String what, List<DurableState> expected) {
    expected.forEach(state -> assertRead(what, state));
  }

  void assertEmpty(String what, String persistenceId) {
    Optional<DurableState> latest = read(what, persistenceId);
    if (latest.isPresent()) {
      fail("[%s]%nexpected: nothing%n but was: %s", what, shown(latest.get()));
    }
  }

  Optional<DurableState> read(String what, String persistenceId) {
    Optional<DurableState> latest = store.getLatestState(persistenceId);
    assertThat((Object) latest).as("%s: an Optional, never null", what).isNotNull();
    return latest;
  }

  /** Refuses twice, as what is refused must not connect the store. */
  void assertNotConnected(String which) {
    for (int attempt = 1; attempt <= 2; attempt++) {
      for (String persistenceId : List.of(id, id + "-never-written")) {
        assertThrows(
            "read of a store " + which,
            NotConnectedException.class,
            () -> store.getLatestState(persistenceId));
      }
      assertThrows(
          "write to a store " + which,
          NotConnectedException.class,
          () -> store.writeState(States.of(id + "-refused", 1)));
    }
  }

  <T extends Throwable> T assertThrows(String what, Class<T> expected, ThrowingCallable call) {
    try {
      call.call();
    } catch (Throwable e) {
      if (expected.isInstance(e)) {
        return expected.cast(e);
      }
      throw new AssertionError(
          "[%s] expected %s but it threw %s".formatted(what, expected.getName(), e), e);
    }
    throw new AssertionError(
        "[%s] expected %s but it threw nothing".formatted(what, expected.getName()));
  }

  void assertDoesNotThrow(String what, ThrowingCallable call) {
    try {
      call.call();
    } catch (Throwable e) {
      throw new AssertionError("[%s] expected no exception but it threw %s".formatted(what, e), e);
    }
  }

  private static String shown(@Nullable DurableState state) {
    return state == null ? "nothing" : quote(state.toString().replace('\n', ' '));
  }
}
