package io.github.durablestore.junit;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.TypeRegistry;
import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.memory.MemoryStateStore;
import io.github.durablestore.probe.Call;
import io.github.durablestore.probe.Operation;
import io.github.durablestore.probe.StateStoreProbe;
import io.github.durablestore.text.Entries;
import io.github.durablestore.text.Limits;
import io.github.durablestore.text.Text;
import io.github.durablestore.text.Unpacking;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The store of one test. It is closed once, and can be printed before and after that. */
final class TestStore {
  private final StateStoreProbe probe;
  private final Unpacking unpacking;
  private final Set<DurableState> given = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean printed = new AtomicBoolean();
  private volatile @Nullable Contents contents;
  private String lastPrinted = "";
  private int printedSize;

  /**
   * Creates the store of a test.
   *
   * @param hint how to pass a type that is missing
   */
  TestStore(StateStore supplied, TypeRegistry types, String hint) {
    this.probe = supplied instanceof StateStoreProbe given ? given : new StateStoreProbe(supplied);
    this.unpacking = Unpacking.of(types, hint);
  }

  /** Connects the store and writes states, past the probe; closes it if that fails. */
  @SuppressWarnings("ReferenceEquality") // an exception cannot be suppressed by itself
  void open(List<DurableState> states) {
    try {
      store().connect();
      write(states);
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

  /** Writes states past the probe. */
  void write(Iterable<DurableState> states) {
    for (DurableState state : states) {
      store().writeState(requireNonNull(state, "state"));
      given.add(state);
    }
  }

  /** Returns the store inside the probe, and inside any that it wraps directly. */
  StateStore store() {
    StateStore store = probe;
    while (store instanceof StateStoreProbe outer) {
      store = outer.store();
    }
    return store;
  }

  /** Returns the faults and holds of all probes that were not used, in words. */
  List<String> unused() {
    return probe.unused();
  }

  StateStoreProbe probe() {
    return probe;
  }

  /** Releases held calls, so that no thread of the test hangs. */
  void close() {
    contents = printed.get() ? null : contents();
    StateStoreProbe.allIn(probe).forEach(StateStoreProbe::clear);
    store().close();
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
    if (isUntouched(shown)) {
      return;
    }
    String text =
        printedOrReason("states", () -> states(shown))
            + printedOrReason("calls", () -> calls(shown))
            + shown.inFlight
            + section("unused faults and unreached holds", shown.unused);
    System.err.print("the store of %s, when it failed%s".formatted(test, news(text)));
  }

  /** Keeps what is printed short, as many dynamic tests may share a store. */
  private synchronized String news(String text) {
    if (text.equals(lastPrinted)) {
      return ": as before\n";
    }
    if (printedSize > Limits.DUMPS) {
      return ": not shown, as more than %,d characters of it were printed before\n"
          .formatted(Limits.DUMPS);
    }
    lastPrinted = text;
    printedSize += text.length();
    return "\n" + text;
  }

  /** Returns whether the test did nothing with its store. */
  private boolean isUntouched(Contents shown) {
    try {
      return shown.calls.isEmpty()
          && shown.inFlight.isEmpty()
          && shown.unused.isEmpty()
          && (shown.states == null || given.containsAll(shown.states.get()));
    } catch (RuntimeException e) { // the states cannot be read, and that is worth showing
      return false;
    }
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
      String inFlight,
      List<String> unused) {}

  private Contents contents() {
    return new Contents(
        statesNow(), probe.calls(), probe.callsInFlight().isEmpty() ? "" : probe + "\n", unused());
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
      String message = Text.messageOf(e);
      return "states cannot be shown: %s\n%s"
          .formatted(message == null ? e.getClass().getName() : Text.oneLine(message), hint(shown));
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
    return heading(title, states.size()) + Entries.first(states, this::show, text -> text + "\n");
  }

  private static String heading(String title, int size) {
    return title + (size == 0 ? ": none\n" : ", " + size + ":\n");
  }

  private String show(DurableState state) {
    return "state {\n" + Text.excerpt(state, state, unpacking).indent(2) + "}";
  }

  /** Returns the last of the calls, as one of these failed the test. */
  private static String calls(Contents shown) {
    return heading("calls", shown.calls.size())
        + Entries.last(shown.calls, call -> "  " + call + "\n");
  }

  private static String section(String title, List<String> texts) {
    return texts.isEmpty() ? "" : title + ":" + lines(texts) + "\n";
  }

  /** Returns the first of some texts, each on lines of its own, and how many more there are. */
  static String lines(List<String> texts) {
    return Entries.first(texts, text -> text, text -> ("\n" + text).replace("\n", "\n  "));
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
