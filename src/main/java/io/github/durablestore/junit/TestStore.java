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
import java.util.function.Supplier;

/** The store of one test. JUnit closes it when the test is over. */
record TestStore(StateStore store, StateStoreProbe probe, StateFixtures fixtures)
    implements AutoCloseable {
  private static final int SHOWN = 100;

  /** Returns a store that is connected and holds the states. */
  static TestStore of(StateStore store, StateFixtures fixtures, List<DurableState> states) {
    store.connect();
    states.forEach(store::writeState);
    return new TestStore(store, new StateStoreProbe(store), fixtures);
  }

  /** Releases what the probe holds, so that no thread of the test hangs on it. */
  @Override
  public void close() {
    probe.clear();
    store.close();
  }

  /** Returns what the store holds and was asked, in lines to print. Never throws. */
  String describe() {
    return orWhyNot("states", this::states) + orWhyNot("calls", this::calls);
  }

  private String states() {
    if (!(store instanceof MemoryStateStore memory)) {
      return ""; // no other store tells its ids
    }
    Collection<DurableState> states = memory.states().values();
    List<DurableState> shown = states.stream().limit(SHOWN).toList();
    return heading("states", states) + fixtures.print(shown) + rest(states);
  }

  private String calls() {
    List<Call> calls = probe.calls();
    return heading("calls", calls)
        + calls.stream().limit(SHOWN).map(call -> "  " + call + "\n").collect(joining())
        + rest(calls);
  }

  private static String orWhyNot(String what, Supplier<String> lines) {
    try {
      return lines.get();
    } catch (RuntimeException | Error e) { // the test has failed already, and shall tell its own
      return what + " cannot be shown: " + e + "\n";
    }
  }

  private static String heading(String what, Collection<?> all) {
    return what + ", " + all.size() + ":\n";
  }

  private static String rest(Collection<?> all) {
    return all.size() > SHOWN ? "... and " + (all.size() - SHOWN) + " more\n" : "";
  }
}
