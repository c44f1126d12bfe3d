package io.github.durablestore.junit;

import static java.util.stream.Collectors.joining;

import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.fixture.StateFixtures;
import io.github.durablestore.memory.MemoryStateStore;
import io.github.durablestore.probe.Call;
import io.github.durablestore.probe.StateStoreProbe;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/** The store of one test. JUnit closes it when the test is over. */
final class TestStore implements AutoCloseable {
  private static final int MAX_ENTRIES = 100;
  private static final int MAX_CHARACTERS_OF_A_STATE = 4_000;

  private final StateStore store;
  private final StateStoreProbe probe;
  private final StateFixtures fixtures;
  private final AtomicBoolean printed = new AtomicBoolean();

  private TestStore(StateStore store, StateFixtures fixtures) {
    this.store = store;
    this.probe = new StateStoreProbe(store);
    this.fixtures = fixtures;
  }

  /** Returns a store that is connected and holds the states. */
  static TestStore of(StateStore store, StateFixtures fixtures, List<DurableState> states) {
    try {
      store.connect();
      states.forEach(store::writeState);
      return new TestStore(store, fixtures);
    } catch (RuntimeException e) {
      try (store) {
        throw e;
      }
    }
  }

  StateStore store() {
    return store;
  }

  StateStoreProbe probe() {
    return probe;
  }

  /** Releases what the probe holds, so that no thread of the test hangs on it. */
  @Override
  public void close() {
    probe.clear();
    store.close();
  }

  /** Prints what the store holds and was asked, if that was not done before. Never throws. */
  void printOnce(String test) {
    if (printed.compareAndSet(false, true)) {
      print(test);
    }
  }

  /** Prints what the store holds and was asked. Never throws. */
  void print(String test) {
    System.err.print(
        "the store of "
            + test
            + ", when it failed\n"
            + printedOrReason("states", this::states)
            + printedOrReason("calls", this::calls));
  }

  private String states() {
    if (!(store instanceof MemoryStateStore memory)) {
      return ""; // no other store tells its ids
    }
    Collection<DurableState> states = memory.states().values();
    int rest = Math.max(0, states.size() - MAX_ENTRIES);
    return "states, "
        + states.size()
        + ":\n"
        + states.stream().limit(MAX_ENTRIES).map(this::show).collect(joining())
        + (rest > 0 ? "... and " + rest + " more\n" : "");
  }

  private String show(DurableState state) {
    String text = fixtures.print(List.of(state));
    return text.length() <= MAX_CHARACTERS_OF_A_STATE
        ? text
        : text.substring(0, MAX_CHARACTERS_OF_A_STATE)
            + "... of "
            + text.length()
            + " characters\n";
  }

  /** Returns the last of the calls, as one of these failed the test. */
  private String calls() {
    List<Call> calls = probe.calls();
    int rest = Math.max(0, calls.size() - MAX_ENTRIES);
    return "calls, "
        + calls.size()
        + ":\n"
        + (rest > 0 ? "  " + rest + " more, and then ...\n" : "")
        + calls.stream().skip(rest).map(call -> "  " + call + "\n").collect(joining());
  }

  private static String printedOrReason(String what, Supplier<String> lines) {
    try {
      return lines.get();
    } catch (RuntimeException | Error e) { // the test has failed already, and shall tell its own
      return what + " cannot be shown: " + e + "\n";
    }
  }
}
