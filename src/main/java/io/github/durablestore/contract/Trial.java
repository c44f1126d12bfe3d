package io.github.durablestore.contract;

import static io.github.durablestore.text.Text.quote;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.durablestore.NotConnectedException;
import io.github.durablestore.StaleWriteException;
import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * A check of one rule on one new store. A failure states the call, what was expected, and what
 * happened.
 */
final class Trial {
  private static final int LONG_ID = 100;
  private static final int LARGE_STATE = 32 << 10;
  private static final String KEEPS =
      "; purgesOnDisconnect() is false: if the store drops its records, override it";
  private static final int PATIENCE = 20;
  private static final long FAST_NANOS = TimeUnit.MICROSECONDS.toNanos(200);
  private static final long LONG_DELAY_NANOS = TimeUnit.MILLISECONDS.toNanos(4);

  final StateStore store;
  final StateStore created;
  final Capabilities can;
  final Workers workers;
  final String id = "contract-" + Long.toUnsignedString(new SecureRandom().nextLong(), 36);

  private final Duration race;
  private final AtomicInteger ids = new AtomicInteger();
  private volatile boolean reconnected;

  /**
   * Creates a trial.
   *
   * @param store the store to call
   * @param created the store as it was created, without a wrapper
   */
  Trial(StateStore store, StateStore created, Capabilities can, Workers workers, Duration race) {
    this.created = created;
    this.race = race;
    this.store = store;
    this.can = can;
    this.workers = workers;
  }

  /** A call of the store. */
  interface Call {
    void run() throws Exception;
  }

  /** Returns a trial of another store. */
  Trial with(StateStore another) {
    return new Trial(another, another, can, workers, race);
  }

  String id(Object suffix) {
    return id + "-" + suffix;
  }

  /** Returns an id that no other call returns. */
  String newId() {
    return id("new" + ids.incrementAndGet());
  }

  /** Returns whether a call takes so long that the checks make fewer of them. */
  boolean isSlow() {
    return delayNanos() >= LONG_DELAY_NANOS;
  }

  void succeeds(String what, Call call) throws Exception {
    try {
      call.run();
    } catch (AssertionError e) {
      throw e;
    } catch (Exception | Error e) {
      throw new AssertionError("%s: expected no exception but was %s".formatted(what, e), e);
    }
  }

  void write(String what, DurableState state) {
    try {
      store.writeState(state);
    } catch (RuntimeException e) {
      throw new AssertionError(
          "write of %s: expected no exception but was %s%s".formatted(what, e, advice(state, e)),
          e);
    }
  }

  void write(DurableState state) {
    write("a state", state);
  }

  private String advice(DurableState state, RuntimeException failure) {
    String id = state.getPersistenceId();
    if (failure instanceof StaleWriteException && !can.refusesStaleWrites()) {
      return "; if the store checks versions, override refusesStaleWrites()";
    }
    if (state.getSerializedSize() > LARGE_STATE) {
      return "; if the store takes no state of %s bytes, override maximumStateSize()"
          .formatted(state.getSerializedSize());
    }
    if (id.codePointCount(0, id.length()) > LONG_ID) {
      return "; if the store takes no id of %s characters, override maximumIdLength()"
          .formatted(id.codePointCount(0, id.length()));
    }
    return "";
  }

  Optional<DurableState> read(String what, String persistenceId) {
    try {
      return store.getLatestState(persistenceId);
    } catch (RuntimeException e) {
      throw new AssertionError(
          "read of %s: expected no exception but was %s".formatted(what, e), e);
    }
  }

  /** Reads the id of a state, and expects that state. */
  void reads(String what, DurableState expected) {
    reads(what, expected, "");
  }

  void reads(String what, DurableState expected, String advice) {
    Optional<DurableState> latest = read(what, expected.getPersistenceId());
    if (latest.isEmpty()) {
      throw new AssertionError(
          "read of %s: expected a state but there was none%s"
              .formatted(what, reconnected ? KEEPS : advice));
    }
    String difference = Difference.between(expected, latest.get());
    if (!difference.isEmpty()) {
      throw new AssertionError("read of %s: %s%s".formatted(what, difference, advice));
    }
  }

  /** Reads an id, and expects no state. */
  void readsNothing(String what, String persistenceId) {
    readsNothing(what, persistenceId, "");
  }

  private void readsNothing(String what, String persistenceId, String advice) {
    Optional<DurableState> latest = read(what, persistenceId);
    if (latest.isPresent()) {
      throw new AssertionError(
          "read of %s: expected no state but was one of id %s and version %s%s"
              .formatted(
                  what,
                  quote(latest.get().getPersistenceId()),
                  Long.toUnsignedString(latest.get().getVersionNumber()),
                  advice));
    }
  }

  /** Reads a state written before the store was reconnected. Expects none if the store purges. */
  void readsAfterReconnecting(DurableState written) {
    if (can.purgesOnDisconnect()) {
      readsNothing(
          "a state after disconnecting and connecting",
          written.getPersistenceId(),
          "; purgesOnDisconnect() is true: if the store keeps its records, override it");
    } else {
      reads("a state after disconnecting and connecting", written, KEEPS);
    }
  }

  /**
   * Writes and reads each state, then reads them again, after reconnecting if the store keeps its
   * records.
   */
  void survive(List<Sample> samples) {
    survive(samples, "");
  }

  void survive(List<Sample> samples, String advice) {
    List<Sample> fitting = samples.stream().filter(sample -> fits(sample.state())).toList();
    for (Sample sample : fitting) {
      write("a state " + sample.what(), sample.state());
      reads("a state " + sample.what(), sample.state(), advice);
    }
    String when = " again";
    if (!can.purgesOnDisconnect()) {
      when = " after disconnecting and connecting";
      reconnect();
    }
    for (Sample sample : toReadAgain(fitting)) {
      reads("a state " + sample.what() + when, sample.state(), advice);
    }
  }

  /** Returns all, or every eighth if a call takes long. */
  <T> List<T> toReadAgain(List<T> written) {
    if (!isSlow()) {
      return written;
    }
    return IntStream.range(0, written.size())
        .filter(index -> index % 8 == 0)
        .mapToObj(written::get)
        .toList();
  }

  boolean fits(DurableState state) {
    return state.getSerializedSize() <= can.maximumStateSize();
  }

  void reconnect() {
    store.disconnect();
    store.connect();
    reconnected = true;
  }

  void isConnected(String when) {
    DurableState state = States.of(newId(), 1);
    write("a state " + when, state);
    reads("a state " + when, state);
  }

  /** Makes each call twice, since a refused call must not connect the store. */
  void isNotConnected(String which, DurableState... written) throws Exception {
    for (int attempt = 1; attempt <= 2; attempt++) {
      for (DurableState state : written) {
        refuses(
            "read from a store " + which,
            () -> store.getLatestState(state.getPersistenceId()),
            NotConnectedException.class);
        DurableState next =
            States.of(state.getPersistenceId(), state.getVersionNumber() + attempt - 1, 1_000);
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
      refusesNull(which);
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
  private void refusesNull(String which) throws Exception {
    refuses(
        "write of null to a store " + which,
        () -> store.writeState(null),
        NullPointerException.class,
        NotConnectedException.class);
    refuses(
        "read of null from a store " + which,
        () -> store.getLatestState(null),
        NullPointerException.class,
        NotConnectedException.class);
  }

  /** Expects one of the given exceptions, and returns the one thrown. */
  Throwable refuses(String what, Call call, Class<?>... exceptions) {
    String expected =
        String.join(" or ", List.of(exceptions).stream().map(Class::getSimpleName).toList());
    try {
      call.run();
    } catch (Exception e) {
      if (List.of(exceptions).stream().anyMatch(exception -> exception.isInstance(e))) {
        return e;
      }
      throw new AssertionError("%s: expected %s but was %s".formatted(what, expected, e), e);
    }
    throw new AssertionError("%s: expected %s but it returned".formatted(what, expected));
  }

  /** Skips the rest of the test unless the store can do what it needs. */
  static void skipUnless(boolean able, String reason) {
    assumeTrue(able, reason);
  }

  /** Returns a limit for a search. The longer a call takes, the fewer rounds it allows. */
  RoundLimit rounds(int most) {
    return new RoundLimit(most, race, delayNanos());
  }

  /** Returns a limit for a race that is rare: on a fast store, a busy machine gets more time. */
  RoundLimit manyRounds(int most) {
    long delayNanos = delayNanos();
    boolean isFast = delayNanos < FAST_NANOS;
    return new RoundLimit(most, isFast ? race.multipliedBy(PATIENCE) : race, delayNanos);
  }

  /** Returns the time of the fastest of three writes. */
  private long delayNanos() {
    long delay = Long.MAX_VALUE;
    for (int probe = 1; probe <= 3; probe++) {
      long start = System.nanoTime();
      write(States.of(newId(), probe));
      delay = Math.min(delay, System.nanoTime() - start);
    }
    return delay;
  }
}
