package io.github.durablestore.junit;

import static java.util.stream.Collectors.joining;

import com.google.protobuf.TypeRegistry;
import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.memory.MemoryStateStore;
import io.github.durablestore.probe.Call;
import io.github.durablestore.probe.Operation;
import io.github.durablestore.probe.StateStoreProbe;
import io.github.durablestore.text.Limits;
import io.github.durablestore.text.Text;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The store of one test. It is closed once, and can be printed before and after that. */
final class TestStore {
  private static final String NO_STATES = "states, 0:\ncalls, 0:\n";
  private static final String NO_WRITES = "last writes, 0:\ncalls, 0:\n";

  private final StateStore supplied;
  private final StateStoreProbe probe;
  private final TypeRegistry types;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final AtomicBoolean printed = new AtomicBoolean();
  private volatile @Nullable Contents contents;

  TestStore(StateStore supplied, TypeRegistry types) {
    this.supplied = supplied;
    this.probe = supplied instanceof StateStoreProbe given ? given : new StateStoreProbe(supplied);
    this.types = types;
  }

  /** Connects the store and writes states, past the probe; closes it if that fails. */
  @SuppressWarnings("ReferenceEquality") // an exception cannot be suppressed by itself
  void open(List<DurableState> states) {
    try {
      store().connect();
      states.forEach(store()::writeState);
    } catch (Throwable e) { // errors too, and checked exceptions from other languages
      try {
        close();
      } catch (RuntimeException | Error closing) {
        if (closing != e) {
          e.addSuppressed(closing);
        }
      }
      throw e;
    }
  }

  /** Returns the store inside all probes. */
  StateStore store() {
    StateStore store = supplied;
    while (store instanceof StateStoreProbe outer) {
      store = outer.store();
    }
    return store;
  }

  StateStoreProbe probe() {
    return probe;
  }

  /** Releases held calls, so that no thread of the test hangs. */
  void close() {
    if (closed.compareAndSet(false, true)) {
      contents = contents();
      probe.clear();
      store().close();
    }
  }

  /** Prints the contents of the store and its calls, unless that was done before. Never throws. */
  void printOnce(String test) {
    if (printed.compareAndSet(false, true)) {
      print(test);
    }
  }

  /** Prints the contents of the store and its calls. Never throws. */
  void print(String test) {
    Contents kept = contents;
    Contents shown = kept == null ? contents() : kept;
    String contents =
        printedOrReason("states", () -> states(shown))
            + printedOrReason("calls", () -> calls(shown))
            + lines("calls in flight", shown.inFlight)
            + lines("unused faults and unreached holds", shown.unused);
    boolean isUntouched = contents.equals(NO_STATES) || contents.equals(NO_WRITES);
    System.err.print(
        "the store of "
            + test
            + ", when it failed"
            + (isUntouched ? ": no states, no calls\n" : "\n" + contents));
  }

  /**
   * The contents to be printed.
   *
   * @param states reads the states, or throws what the store threw; null if the store cannot list
   *     its ids
   */
  private record Contents(
      @Nullable Supplier<Collection<DurableState>> states,
      List<Call> calls,
      List<String> inFlight,
      List<String> unused) {}

  private Contents contents() {
    return new Contents(
        statesNow(),
        probe.calls(),
        probe.callsInFlight().isEmpty() ? List.of() : List.of(probe.toString()),
        probe.unused());
  }

  private @Nullable Supplier<Collection<DurableState>> statesNow() {
    if (!(store() instanceof MemoryStateStore memory)) {
      return null;
    }
    try {
      Collection<DurableState> states = memory.states().values();
      return () -> states;
    } catch (RuntimeException e) {
      return () -> {
        throw e;
      };
    }
  }

  private String states(Contents shown) {
    if (shown.states == null) {
      return list("last writes", lastWrites(shown.calls));
    }
    try {
      return list("states", shown.states.get()) + hint(shown);
    } catch (RuntimeException e) {
      return "states cannot be shown: " + e.getMessage() + "\n" + hint(shown);
    }
  }

  /** Says why the store may contain less than was written. */
  private static String hint(Contents shown) {
    boolean disconnected =
        shown.calls.stream()
            .filter(Call::succeeded)
            .map(Call::operation)
            .anyMatch(call -> call == Operation.DISCONNECT || call == Operation.CLOSE);
    return disconnected
        ? "the store was disconnected: it keeps its states only with OnDisconnect.KEEP\n"
        : "";
  }

  private static Collection<DurableState> lastWrites(List<Call> calls) {
    var last = new LinkedHashMap<String, DurableState>();
    for (Call call : calls) {
      if (call.operation() == Operation.WRITE_STATE && call.tookEffect() && call.state() != null) {
        last.put(call.state().getPersistenceId(), call.state());
      }
    }
    return last.values();
  }

  private String list(String title, Collection<DurableState> states) {
    int rest = Math.max(0, states.size() - Limits.ENTRIES);
    return title
        + ", "
        + states.size()
        + ":\n"
        + states.stream().limit(Limits.ENTRIES).map(this::show).collect(joining())
        + (rest > 0 ? "... and " + rest + " more\n" : "");
  }

  private String show(DurableState state) {
    String text =
        Text.excerpt(state, types)
            .replace(
                "its type is not in the TypeRegistry\n",
                "pass its descriptor to new StateStoreExtension(...)\n");
    return "state {\n" + text.indent(2) + "}\n";
  }

  /** Returns the last of the calls, as one of these failed the test. */
  private static String calls(Contents shown) {
    List<Call> calls = shown.calls;
    int rest = Math.max(0, calls.size() - Limits.ENTRIES);
    return "calls, "
        + calls.size()
        + ":\n"
        + (rest > 0 ? "  " + rest + " more, and then ...\n" : "")
        + calls.stream().skip(rest).map(call -> "  " + call + "\n").collect(joining());
  }

  private static String lines(String title, List<String> lines) {
    return lines.isEmpty()
        ? ""
        : title
            + ":\n"
            + lines.stream().limit(Limits.ENTRIES).map(line -> line.indent(2)).collect(joining());
  }

  private static String printedOrReason(String what, Supplier<String> lines) {
    try {
      return lines.get();
    } catch (RuntimeException
        | Error e) { // the test has failed already, and its own failure matters more
      return what + " cannot be shown: " + e.getClass().getName() + "\n";
    }
  }
}
