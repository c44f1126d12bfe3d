package io.github.durablestore.contract;

import static io.github.durablestore.text.Text.oneLine;
import static io.github.durablestore.text.Text.quote;

import com.google.protobuf.Any;
import io.github.durablestore.NotConnectedException;
import io.github.durablestore.StaleWriteException;
import io.github.durablestore.StateStore;
import io.github.durablestore.StateStoreException;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.text.Text;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A check of one rule on one new store. A failure states the call, what was expected, and what
 * happened.
 */
final class Trial {
  private static final String HAS_COLUMNS = "has a column for each field";

  /** More than usual rows hold, and now and then much more. */
  private static final int[] LARGE_SIZES = {5_000, 40_000, 4_200, 20_000};

  /** More than a large pool has connections. */
  private static final int MANY_TIMES = 120;

  private static final int SEVERAL_TIMES = 30;
  private static final int PATIENCE = 30;
  private static final long FAST_NANOS = TimeUnit.MICROSECONDS.toNanos(200);
  private static final long LONG_DELAY_NANOS = TimeUnit.MILLISECONDS.toNanos(4);

  final StateStore store;
  final Capabilities can;
  final TrialThreads threads;
  final String id;

  private final TrialRun run;
  private final StateStore created;
  private volatile boolean reconnected;
  private @Nullable Boolean slow;
  private volatile @Nullable Boolean keepsFields;

  /**
   * Creates a trial.
   *
   * @param created the store, as it was created
   */
  Trial(TrialRun run, StateStore created) {
    this.run = run;
    this.created = created;
    store = run.watch(created);
    can = run.can;
    threads = run.threads;
    id = run.id;
  }

  /** Returns a trial of another new store, with the same ids. */
  Trial withNewStore() {
    return new Trial(run, run.create());
  }

  /** Returns a trial of another store over the same data; {@code null} if there is none. */
  @Nullable Trial onSameData() {
    StateStore another = run.createOnSameData(created);
    return another == null ? null : new Trial(run, another);
  }

  /** Closes the store now, not only after the trial. */
  void close() {
    run.close(store);
  }

  String id(Object suffix) {
    return id + "-" + suffix;
  }

  /** Returns an id that no other call returns. */
  String newId() {
    return id("new" + run.ids.incrementAndGet());
  }

  /**
   * Returns a state whose fields derive from its version. Every second pair of versions is large,
   * so that of two that follow each other none, one or both are.
   */
  DurableState state(String persistenceId, long version) {
    return (version & 2) == 0
        ? States.of(persistenceId, version)
        : large(persistenceId, version, version);
  }

  /**
   * Returns a state whose other fields derive from a number, for races. Of eight pairs of numbers
   * one is large, so that most calls are fast. Some lack a field, or have more of them.
   */
  DurableState raced(String persistenceId, long version, long number) {
    if ((number & 14) == 14) {
      return large(persistenceId, version, number, number % 256 < 16 ? 40_000 : 5_000);
    }
    DurableState state = States.of(persistenceId, version, number);
    return switch ((int) (number & 31)) { // what one of two lacks may be kept in another place
      case 3, 9 -> state.toBuilder().clearResultingState().build();
      case 5, 16 -> state.toBuilder().clearShard().clearTimestamp().build();
      case 7, 18 -> keepsUnknownFields() ? Payloads.withUnknownFields(state) : state;
      case 11, 20 -> state.toBuilder().setResultingState(Any.getDefaultInstance()).build();
      default -> state;
    };
  }

  /** Returns whether unknown fields are kept, as declared; if not, R8 alone is about it. */
  boolean keepsUnknownFields() {
    Boolean known = keepsFields;
    if (known == null) {
      known = can.keepsUnknownFields() && TrialRun.keepsUnknownFields(this);
      keepsFields = known;
    }
    return known;
  }

  /** Returns a large state whose other fields derive from a number. */
  DurableState large(String persistenceId, long version, long number) {
    int size = LARGE_SIZES[(int) (number / 4 % LARGE_SIZES.length)];
    return large(persistenceId, version, number, size);
  }

  private DurableState large(String persistenceId, long version, long number, int size) {
    return States.ofPayload(persistenceId, version, number, size, can.maximumStateSize());
  }

  /** Returns how often to repeat a call that may use up what the store has. */
  int manyTimes() {
    return isSlow() ? SEVERAL_TIMES : MANY_TIMES;
  }

  /** Returns whether a call takes so long that the checks make fewer of them. */
  boolean isSlow() {
    if (slow == null) {
      slow = delayNanos() >= LONG_DELAY_NANOS;
    }
    return slow;
  }

  void succeeds(String what, Runnable call) {
    try {
      call.run();
    } catch (AssertionError e) {
      throw e;
    } catch (Exception | Error e) {
      throw failed(what, e);
    }
  }

  void connects(boolean pings, String when) {
    succeeds((pings ? "ping()" : "connect()") + when, pings ? store::ping : store::connect);
  }

  /** Returns a failure of a call that was to succeed. */
  static AssertionError failed(String what, Throwable thrown) {
    return new AssertionError(message(what, "no exception", thrown), thrown);
  }

  private static String message(String what, String expected, Throwable thrown) {
    return "%s: expected %s but was %s".formatted(what, expected, oneLine(thrown));
  }

  void write(String what, DurableState state) {
    try {
      store.writeState(state);
    } catch (RuntimeException e) {
      throw refused("write of " + what, state, e);
    }
  }

  void write(DurableState state) {
    write("a state", state);
  }

  /**
   * Writes a state. Returns whether it was accepted: a store that checks versions may refuse it.
   */
  boolean writeUnlessStale(String what, DurableState state) {
    return staleness(what, state) == null;
  }

  /** The same, but returns why it was refused; {@code null} if it was accepted. */
  @Nullable StaleWriteException staleness(String what, DurableState state) {
    try {
      store.writeState(state);
      return null;
    } catch (RuntimeException e) {
      if (can.refusesStaleWrites() && e instanceof StaleWriteException stale) {
        Messages.requireVersions(stale, state, state.getVersionNumber());
        return stale; // another thread was faster
      }
      throw refused("write of " + what, state, e);
    }
  }

  /** Returns the given version, or the only one that the store accepts. */
  long next(String persistenceId, long version) {
    return can.acceptsOnlyNextVersion()
        ? 1 + store.getLatestState(persistenceId).map(DurableState::getVersionNumber).orElse(0L)
        : version;
  }

  /** Returns a failure of a write that was to be accepted. */
  AssertionError refused(String what, DurableState state, RuntimeException failure) {
    if (failure instanceof NotConnectedException) {
      return failed(what, failure);
    }
    String message = message(what, "no exception", failure);
    String id = state.getPersistenceId();
    if (failure instanceof StaleWriteException) {
      if (TrialRun.hasNone(this, id)) {
        return new AssertionError(message + "; the first version of an id may be any", failure);
      }
      return can.refusesStaleWrites()
          ? onlyNext(message, failure)
          : advised(message, failure, "checks versions", "refusesStaleWrites", 1);
    }
    if (state.getTimestamp() % Capabilities.COARSEST_TIMESTAMPS != 0) {
      return coarser(message, failure);
    }
    int size = state.getSerializedSize();
    if (size > Capabilities.MIN_STATE_SIZE) {
      String takes = "takes no state of %s bytes".formatted(size);
      return advised(message, failure, takes, "maximumStateSize", Capabilities.MIN_STATE_SIZE);
    }
    if (Difference.hasUnknownFields(state)) {
      return advised(message, failure, HAS_COLUMNS, "keepsUnknownFields", 0);
    }
    String takes = "takes no id of %s characters".formatted(id.codePointCount(0, id.length()));
    return advised(message, failure, takes, "maximumIdLength", Capabilities.MIN_ID_LENGTH);
  }

  /** Returns a failure that may be due to a store that accepts only the next version. */
  AssertionError onlyNext(String message, @Nullable Throwable cause) {
    return advised(message, cause, "accepts only the next version", "acceptsOnlyNextVersion", 1);
  }

  private AdvisedError coarser(String message, @Nullable Throwable cause) {
    long coarsest = Capabilities.COARSEST_TIMESTAMPS;
    return advised(message, cause, "keeps coarser timestamps", "timestampResolution", coarsest);
  }

  private AdvisedError advised(
      String message, @Nullable Throwable cause, String does, String method, long value) {
    String advice = "; if the store %s, override %s()".formatted(does, method);
    return new AdvisedError(message, cause, advice, can.with(method, value));
  }

  /** Returns a failure that may be due to what becomes of records on disconnecting. */
  AssertionError purged(String message) {
    boolean purges = can.purgesOnDisconnect();
    String advice =
        "; purgesOnDisconnect() is %s: if the store %s its records, override it"
            .formatted(purges, purges ? "keeps" : "drops");
    Capabilities declared = can.with("purgesOnDisconnect", purges ? 0 : 1);
    return new AdvisedError(message, null, advice, declared);
  }

  Optional<DurableState> read(String what, String persistenceId) {
    try {
      return store.getLatestState(persistenceId);
    } catch (RuntimeException e) {
      throw failed("read of " + what, e);
    }
  }

  /** Reads the id of a state, and expects that state. Returns what was read. */
  DurableState reads(String what, DurableState expected) {
    Optional<DurableState> latest = read(what, expected.getPersistenceId());
    if (latest.isEmpty()) {
      String message = "read of %s: expected a state but there was none".formatted(what);
      throw reconnected ? purged(message) : new AssertionError(message);
    }
    isEqual(what, expected, latest.get());
    return latest.get();
  }

  /** Writes a state, and expects to read it. Returns what was read. */
  DurableState keeps(String what, DurableState state) {
    write(what, state);
    return reads(what, state);
  }

  void isEqual(String what, DurableState expected, DurableState read) {
    String difference = Difference.between(expected, read);
    if (!difference.isEmpty()) {
      String message = "read of %s: %s".formatted(what, difference);
      throw Difference.isOfTimestamps(expected, read)
          ? coarser(message, null)
          : Difference.isLackOfUnknownFields(expected, read)
              ? advised(message, null, HAS_COLUMNS, "keepsUnknownFields", 0)
              : new AssertionError(message);
    }
  }

  /** Reads an id, and expects no state. */
  void readsNothing(String what, String persistenceId) {
    Optional<DurableState> latest = read(what, persistenceId);
    if (latest.isPresent()) {
      String message =
          "read of %s: expected no state but was one of id %s and version %s"
              .formatted(what, quote(latest.get().getPersistenceId()), Text.version(latest.get()));
      throw reconnected ? purged(message) : new AssertionError(message);
    }
  }

  /** Expects a state that was read to be a certain one, or none. */
  void is(String what, Optional<DurableState> latest, Optional<DurableState> expected) {
    isOneOf(what, latest, expected, expected);
  }

  /** Expects a state that was read, if there is one, to be one of two. */
  void isOneOf(
      String what,
      Optional<DurableState> latest,
      Optional<DurableState> expected,
      Optional<DurableState> orElse) {
    if (!latest.equals(expected) && !latest.equals(orElse)) {
      String or = orElse.equals(expected) ? "" : " or " + version(orElse);
      String difference =
          Stream.of(expected, orElse)
              .filter(each -> version(each).equals(version(latest)))
              .map(each -> Difference.between(each.orElseThrow(), latest.orElseThrow()))
              .map(found -> or.isEmpty() ? found : version(latest) + " is not whole; " + found)
              .findFirst()
              .orElse(
                  "expected %s%s but %s"
                      .formatted(
                          version(expected),
                          or,
                          latest.isEmpty() ? "there was none" : "was " + version(latest)));
      throw purged(what + ": " + difference);
    }
  }

  private static String version(Optional<DurableState> state) {
    return state.map(present -> "version " + Text.version(present)).orElse("no state");
  }

  /** Reads a state written before the store was reconnected. Expects none if the store purges. */
  void readsAfterReconnecting(DurableState written) {
    readsAfter("disconnecting and connecting", written);
  }

  /** The same, and says which calls have reconnected the store. */
  void readsAfter(String calls, DurableState written) {
    reconnected = true;
    if (can.purgesOnDisconnect()) {
      readsNothing("a state after " + calls, written.getPersistenceId());
    } else {
      reads("a state after " + calls, written);
    }
  }

  /** Checks as many as the store has time for, and returns those. */
  <T> List<T> forEach(List<T> all, Consumer<? super T> check) {
    return new Samples<T>(this, all).check(check);
  }

  boolean fits(DurableState state) {
    return state.getSerializedSize() <= can.maximumStateSize();
  }

  void reconnect() {
    store.disconnect();
    store.connect();
    reconnected = true;
  }

  /** Writes and reads a state. Returns it, to be read once more after reconnecting. */
  DurableState isConnected(String when) {
    DurableState state = States.of(newId(), 1);
    return keeps("a state " + when, state);
  }

  /** Makes each call twice, since a refused call must not connect the store. */
  void isNotConnected(String which, DurableState... written) {
    for (int attempt = 1; attempt <= 2; attempt++) {
      for (DurableState state : written) {
        refuses(
            "read from a store " + which,
            () -> store.getLatestState(state.getPersistenceId()),
            NotConnectedException.class);
        DurableState next =
            state(state.getPersistenceId(), state.getVersionNumber() / 4 * 4 + 2L * attempt);
        refuses(
            "write to a store " + which, () -> store.writeState(next), NotConnectedException.class);
      }
      refuses(
          "read of an id never written, from a store " + which,
          () -> store.getLatestState(id("never-written")),
          NotConnectedException.class);
      refuses(
          "write to a store " + which,
          () -> store.writeState(refused()),
          NotConnectedException.class);
      refusesNull(
          " to a store " + which,
          " from a store " + which,
          NullPointerException.class,
          NotConnectedException.class);
    }
  }

  /**
   * Checks, on a connected store, that {@link #isNotConnected} has written no state of a new id.
   */
  void keptNothingRefused() {
    readsNothing("an id whose write was refused", refused().getPersistenceId());
  }

  private DurableState refused() {
    return States.of(id("refused"), 1);
  }

  @SuppressWarnings("NullAway") // on purpose
  void refusesNull(String to, String from, Class<?>... exceptions) {
    refuses("write of null" + to, () -> store.writeState(null), exceptions);
    refuses("read of null" + from, () -> store.getLatestState(null), exceptions);
  }

  void refusesEmptyId(DurableState empty, String to, String from, Class<?>... exceptions) {
    refuses("write of an empty id" + to, () -> store.writeState(empty), exceptions);
    refuses("read of an empty id" + from, () -> store.getLatestState(""), exceptions);
  }

  /** Expects an exception that says that a store cannot do its work. */
  void isRefusal(String what, RuntimeException failure) {
    refuses(
        what,
        () -> {
          throw failure;
        },
        StateStoreException.class,
        IllegalArgumentException.class);
  }

  /** Expects one of the given exceptions, and returns the one thrown. */
  Throwable refuses(String what, Runnable call, Class<?>... exceptions) {
    String expected =
        String.join(" or ", List.of(exceptions).stream().map(Class::getSimpleName).toList());
    try {
      call.run();
    } catch (Exception e) {
      if (List.of(exceptions).stream().anyMatch(exception -> exception.isInstance(e))) {
        return e;
      }
      throw new AssertionError(message(what, expected, e), e);
    }
    throw new AssertionError("%s: expected %s but it returned normally".formatted(what, expected));
  }

  /** Returns a limit for a search. The longer a call takes, the fewer rounds it allows. */
  RoundLimit rounds(int most) {
    return new RoundLimit(most, run.race(), delayNanos());
  }

  /** Returns a limit for a race that is rare: on a fast store, a busy machine gets more time. */
  RoundLimit manyRounds(int most) {
    long delayNanos = delayNanos();
    Duration race = run.race();
    return new RoundLimit(
        most, isFast(delayNanos) ? race.multipliedBy(PATIENCE) : race, delayNanos);
  }

  /** Tells a slow store from a busy machine. */
  boolean isFast() {
    return isFast(delayNanos());
  }

  private static boolean isFast(long delayNanos) {
    return delayNanos < FAST_NANOS;
  }

  /** Returns the time of the fastest of three writes, or of three reads if that is longer. */
  long delayNanos() {
    long write = Long.MAX_VALUE;
    long read = Long.MAX_VALUE;
    for (int probe = 1; probe <= 3; probe++) {
      DurableState state = States.of(newId(), probe);
      long start = System.nanoTime();
      write(state);
      long written = System.nanoTime();
      read("a state", state.getPersistenceId());
      write = Math.min(write, written - start);
      read = Math.min(read, System.nanoTime() - written);
    }
    return Math.max(write, read);
  }
}
