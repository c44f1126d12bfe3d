package io.github.durablestore.contract;

import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.Any;
import com.google.protobuf.TextFormat;
import com.google.protobuf.UnknownFieldSet;
import io.github.durablestore.NotConnectedException;
import io.github.durablestore.StateStore;
import io.github.durablestore.StateStoreException;
import io.github.durablestore.egopb.DurableState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * The rules of {@link StateStore} as tests that any store can run: each carries its rule's number.
 *
 * <pre>{@code
 * class PostgresStateStoreTest extends StateStoreContract {
 *   @Override
 *   protected StateStore createStore() {
 *     return new PostgresStateStore(dataSource);
 *   }
 * }
 * }</pre>
 *
 * <p>Each test makes a store, closes it, and uses persistence ids of its own, so that stores may
 * share one database, and hold other records in it. Records are left behind: if that matters, clean
 * up in an {@code @AfterEach} or {@code @AfterAll} method. Each id contains {@code contract-}, in
 * lower or upper case, with or without the hyphen.
 *
 * <p>What a store cannot do, it says by overriding a method such as {@link #maximumStateSize()};
 * what does not apply then is shown as skipped. A rule that the store breaks on purpose is left out
 * by overriding its method:
 *
 * <pre>{@code
 * @Override
 * @Test
 * @Disabled("ids are case-insensitive in this database")
 * protected void r10_ids_areComparedExactly() {}
 * }</pre>
 *
 * <p>A test runs in a thread of its own, apart from {@link #createStore()}. One that takes 50
 * seconds fails, and the others go on. With a store that takes no time the tests take 5 seconds;
 * with one that takes 20 ms a call, a minute. Races are looked for in as many rounds as 2 seconds
 * have.
 *
 * <p>The idea of a numbered contract is that of the Reactive Streams TCK; that of an abstract test
 * class to bind, Zipkin's.
 */
public abstract class StateStoreContract {
  private static final int RANDOM_IDS = 150;

  /** For subclasses. */
  protected StateStoreContract() {}

  /**
   * Creates the store under test.
   *
   * @return a new store, not connected
   */
  protected abstract StateStore createStore();

  /**
   * Returns whether {@link StateStore#disconnect()} drops the records.
   *
   * @return by default {@code false}: the records are there again after the next {@code connect()}
   */
  protected boolean purgesOnDisconnect() {
    return false;
  }

  /**
   * Returns how long a persistence id may be.
   *
   * @return the number of characters; by default 255, and at least 64, which the tests need
   */
  protected int maximumIdLength() {
    return 255;
  }

  /**
   * Returns how large a state may be.
   *
   * @return the number of bytes of the serialized state; by default unlimited
   */
  protected long maximumStateSize() {
    return Long.MAX_VALUE;
  }

  /**
   * Returns whether the store keeps fields of a state that this version of {@code DurableState}
   * does not have. A store that has a column for each field does not.
   *
   * @return by default {@code true}
   */
  protected boolean keepsUnknownFields() {
    return true;
  }

  /**
   * Returns whether the store keeps rule R18: it refuses a write whose version is not greater than
   * that of the state it has.
   *
   * @return by default {@code false}: the last write wins
   */
  protected boolean refusesStaleWrites() {
    return false;
  }

  /** A failure means: a test may use a store that another has set up, and not notice. */
  @Test
  @DisplayName("R1 a new store is not connected")
  protected void r1_newStore_isNotConnected() {
    Trial.run(
        createStore(),
        trial -> {
          trial.assertNotConnected("that is new");
          trial.store.connect();
        });
  }

  /** A failure means: a component that connects once more loses the records of all others. */
  @Test
  @DisplayName("R2 connect() on a connected store changes nothing")
  protected void r2_connectWhenConnected_keepsRecords() {
    connected(
        trial -> {
          List<DurableState> written = trial.writeSeveral();
          for (int i = 0; i < 3; i++) {
            trial.store.connect();
            trial.assertReadAll("read after another connect()", written);
          }
          written.addAll(trial.writeSeveral());
          trial.store.connect();
          trial.assertReadAll("read after another connect()", written);
        });
  }

  /** A failure means: shutting down in an unforeseen order fails, or leaves the store open. */
  @Test
  @DisplayName("R3 disconnect() on a disconnected store does nothing; close() is disconnect()")
  protected void r3_disconnectWhenDisconnected_doesNothing() {
    Trial.run(
        createStore(),
        trial -> {
          StateStore store = trial.store;
          trial.assertDoesNotThrow("disconnect() before connect()", store::disconnect);
          trial.assertNotConnected("that was disconnected before it was connected");

          store.connect();
          List<DurableState> written = trial.writeSeveral();
          store.close();
          trial.assertNotConnected("that was closed");
          trial.assertDoesNotThrow("disconnect() after close()", store::disconnect);
          trial.assertDoesNotThrow("close() after disconnect()", store::close);
          trial.assertNotConnected("that was closed and disconnected");

          store.connect();
          assertAfterDisconnect(trial, written);
        });
  }

  /** A failure means: a health check disturbs what it checks, or does not repair it. */
  @Test
  @DisplayName("R4 ping() leaves a connected store as it is, and connects a disconnected one")
  protected void r4_ping_connectsOnlyWhenDisconnected() {
    Trial.run(
        createStore(),
        trial -> {
          trial.store.ping();
          assertWritable(trial, "after ping() on a new store");

          List<DurableState> written = trial.writeSeveral();
          for (int i = 0; i < 3; i++) {
            trial.store.ping();
            trial.assertReadAll("read after ping() when connected", written);
          }

          trial.store.disconnect();
          trial.store.ping();
          assertWritable(trial, "after ping() on a disconnected store");
          assertAfterDisconnect(trial, written);
        });
  }

  /** A failure means: a health check or a second component disturbs those that work. */
  @Test
  @DisplayName("R4 ping() and connect() disturb no write and no read")
  protected void r4_pingAndConnect_disturbNoOthers() {
    connected(trial -> new Visibility(trial).whileConnecting());
  }

  /** A failure means: code that forgot to connect seems to work, or its error is not recognized. */
  @Test
  @DisplayName("R5 a store that is not connected refuses writes and reads, and nothing changes")
  protected void r5_notConnected_refusesAndChangesNothing() {
    connected(
        trial -> {
          List<DurableState> written = trial.writeSeveral();
          trial.store.disconnect();

          trial.assertNotConnected("that was disconnected");
          for (DurableState state : written) {
            trial.assertThrows(
                "write to a store that was disconnected",
                NotConnectedException.class,
                () -> trial.store.writeState(States.of(state.getPersistenceId(), 99)));
            trial.assertThrows(
                "read of a store that was disconnected",
                NotConnectedException.class,
                () -> trial.store.getLatestState(state.getPersistenceId()));
          }
          assertNullIsRefused(trial);

          trial.store.connect();
          trial.assertEmpty("read of an id whose write was refused", trial.id + "-refused");
          assertAfterDisconnect(trial, written);
        });
  }

  /** A failure means: a test cannot play a restart. */
  @Test
  @DisplayName("R6 a disconnected store can be connected again")
  protected void r6_reconnect_works() {
    connected(
        trial -> {
          for (int round = 1; round <= 4; round++) {
            List<DurableState> written = trial.writeSeveral();
            trial.store.disconnect();
            if (round % 2 == 0) {
              trial.store.disconnect();
            }
            trial.store.connect();

            assertAfterDisconnect(trial, written);
            trial.assertDoesNotThrow("ping() after reconnecting", trial.store::ping);
            trial.assertReadAll("read after reconnecting and writing", trial.writeSeveral());
          }
        });
  }

  /** A failure means: a new entity starts from something else than nothing. */
  @Test
  @DisplayName("R7 an id never written reads as empty")
  protected void r7_unknownId_readsAsEmpty() {
    connected(
        trial -> {
          trial.assertEmpty("read of an id never written", trial.id);
          trial.store.writeState(States.of(trial.id, 1));
          for (int i = 0; i < 2; i++) {
            trial.assertEmpty("read of an id never written", trial.id + "-unknown");
            trial.assertEmpty(
                "read of an id never written", trial.id.substring(0, trial.id.length() - 1));
          }
        });
  }

  /** A failure means: a part of what a user writes is lost, or something is added. */
  @Test
  @DisplayName("R8 what is read equals what was written")
  protected void r8_everyField_survives() {
    connected(
        trial -> {
          for (DurableState state : States.withEachSetOfFields(trial.id)) {
            trial.assertSurvives("with some of its fields", state, "");
          }
        });
  }

  /** A failure means: what a later version writes is lost when an earlier one rewrites it. */
  @Test
  @DisplayName("R8 unknown fields survive")
  protected void r8_unknownFields_survive() {
    assumeTrue(keepsUnknownFields(), "keepsUnknownFields() is false");
    String hint = "; override keepsUnknownFields() if the store cannot keep these";
    connected(
        trial ->
            States.unknownFields()
                .forEach(
                    (what, unknown) -> {
                      DurableState state = trial.fresh();
                      trial.assertSurvives(
                          "with an unknown field: " + what,
                          state.toBuilder().setUnknownFields(unknown).build(),
                          hint);
                      Any payload = States.withUnknown(state.getResultingState(), unknown);
                      trial.assertSurvives(
                          "with an unknown field in its resulting_state: " + what,
                          trial.fresh().toBuilder().setResultingState(payload).build(),
                          hint);
                    }));
  }

  /**
   * A failure means: an entity that rewrites its version, or begins again, is refused or mixed up.
   */
  @Test
  @DisplayName("R9 a later write replaces the earlier one whole, whatever its version")
  protected void r9_laterWrite_replacesWhole() {
    connected(
        trial -> {
          String hint = "; override refusesStaleWrites() if the store refuses it on purpose";
          DurableState state = States.of(trial.id, 5);
          trial.assertSurvives("of version 5", state, "");
          if (!refusesStaleWrites()) {
            trial.assertSurvives(
                "of the same version, in place of it",
                state.toBuilder().setTimestamp(6).build(),
                hint);
            for (long version : new long[] {4, 0, -1, 0, 1, Long.MIN_VALUE, Long.MAX_VALUE, 2}) {
              trial.assertSurvives(
                  "of version %s, in place of one with another version"
                      .formatted(Long.toUnsignedString(version)),
                  States.of(trial.id, version),
                  hint);
            }
          }
          assertReplacesEachField(trial);
        });
  }

  private void assertReplacesEachField(Trial trial) {
    long version = 10;
    List<DurableState> laterStates = new ArrayList<>(States.withEachSetOfFields(trial.id));
    States.payloads()
        .values()
        .forEach(
            payload ->
                laterStates.add(
                    States.of(trial.id, 1).toBuilder().setResultingState(payload).build()));
    if (keepsUnknownFields()) {
      UnknownFieldSet unknown = States.set(1_000, States.varint(7));
      laterStates.add(States.of(trial.id, 1).toBuilder().setUnknownFields(unknown).build());
      laterStates.add(States.of(trial.id, 1));
    }
    for (DurableState later : laterStates) {
      DurableState.Builder state = later.toBuilder().setPersistenceId(trial.id);
      if (refusesStaleWrites()) {
        state.setVersionNumber(version++);
      }
      trial.assertSurvives("in place of one with other fields", state);
    }
  }

  /** A failure means: two entities share one state, or an id cannot be used. */
  @Test
  @DisplayName("R10 ids are independent and compared exactly")
  protected void r10_ids_areComparedExactly() {
    connected(trial -> assertIndependent(trial, Ids.alike(trial.id), "an id that is like another"));
  }

  /** A failure means the same; the seed in its message gives these ids again. */
  @Test
  @DisplayName("R10 ids of random letters are told apart")
  protected void r10_randomIds_areToldApart() {
    long seed = new Random().nextLong();
    connected(
        trial ->
            assertIndependent(
                trial, Ids.random(trial.id, RANDOM_IDS, seed), "a random id, seed " + seed));
  }

  /** A failure means: long ids are refused, or shortened and then one. */
  @Test
  @DisplayName("R10 ids of 255 characters are told apart")
  protected void r10_longIds_areComparedWhole() {
    int length = Math.min(maximumIdLength(), 255);
    connected(
        trial ->
            assertIndependent(
                trial,
                Ids.longest(trial.id, length),
                "an id of %d characters; override maximumIdLength() if that is too long"
                    .formatted(length)));
    assumeTrue(maximumIdLength() >= 255, "maximumIdLength() is " + maximumIdLength());
  }

  /** A failure means: large numbers turn negative, are rounded or refused. */
  @Test
  @DisplayName("R11 version number and shard are unsigned")
  protected void r11_versionAndShard_areUnsigned() {
    connected(
        trial -> {
          List<Long> numbers = List.copyOf(States.numbers());
          for (int i = 0; i < numbers.size(); i++) {
            long version = numbers.get(i);
            long shard = numbers.get((i + 1) % numbers.size());
            DurableState state =
                trial.fresh().toBuilder().setVersionNumber(version).setShard(shard).build();
            trial.assertSurvives(
                "of version %s and shard %s"
                    .formatted(Long.toUnsignedString(version), Long.toUnsignedString(shard)),
                state,
                "");
            assertPrintsUnsigned(trial, state);
          }
        });
  }

  private static void assertPrintsUnsigned(Trial trial, DurableState written) {
    DurableState state = trial.store.getLatestState(written.getPersistenceId()).orElseThrow();
    if (!TextFormat.printer()
        .printToString(state)
        .equals(TextFormat.printer().printToString(written))) {
      throw new AssertionError("[text of a state that was read] expected that of the one written");
    }
  }

  /** A failure means: the store shortens times, or sets them by a clock that a test cannot set. */
  @Test
  @DisplayName("R12 any timestamp survives")
  protected void r12_anyTimestamp_survives() {
    connected(
        trial -> {
          for (long number : States.numbers()) {
            for (long timestamp : new long[] {number, -number}) {
              trial.assertSurvives(
                  "of timestamp " + timestamp, trial.fresh().toBuilder().setTimestamp(timestamp));
            }
          }
        });
  }

  /** A failure means: a state that is legal, if rare, cannot be kept. */
  @Test
  @DisplayName("R13 a state without, with an empty and with a large resulting state survives")
  protected void r13_anyResultingState_survives() {
    connected(
        trial -> {
          trial.assertSurvives(
              "without resulting_state", trial.fresh().toBuilder().clearResultingState());
          trial.assertSurvives(
              "with an empty resulting_state",
              trial.fresh().toBuilder().setResultingState(Any.getDefaultInstance()));
          for (int length :
              new int[] {1, 127, 128, 255, 256, 4_095, 8_000, 65_535, 65_536, 65_537, 1 << 20}) {
            Any payload =
                States.any("example.invalid/no.such.Type", "").toBuilder()
                    .setValue(States.bytes(length))
                    .build();
            DurableState state = trial.fresh().toBuilder().setResultingState(payload).build();
            if (state.getSerializedSize() <= maximumStateSize()) {
              trial.assertSurvives(
                  "with a payload of %d bytes".formatted(length),
                  state,
                  "; override maximumStateSize() if that is too large");
            }
          }
        });
    assumeTrue(
        maximumStateSize() >= (1 << 20) + 100, "maximumStateSize() is " + maximumStateSize());
  }

  /** A failure means: the store interprets what it should only keep. */
  @Test
  @DisplayName("R14 a payload of a type never heard of is read back untouched")
  protected void r14_unknownPayload_isUntouched() {
    connected(
        trial ->
            States.payloads()
                .forEach(
                    (what, payload) ->
                        trial.assertSurvives(
                            "of an unknown type, or with a payload that has " + what,
                            trial.fresh().toBuilder().setResultingState(payload))));
  }

  /** A failure means: a mistake is found late, far from where it was made. */
  @Test
  @DisplayName("R15 null and empty arguments are refused, nothing is stored, the store works on")
  @SuppressWarnings("NullAway") // on purpose
  protected void r15_badInput_isRefused() {
    connected(
        trial -> {
          DurableState state = trial.fresh();
          trial.store.writeState(state);

          assertNames("state", trial, "write of null", () -> trial.store.writeState(null));
          assertNames(
              "persistenceId", trial, "read of null", () -> trial.store.getLatestState(null));
          for (DurableState nameless :
              List.of(
                  DurableState.getDefaultInstance(),
                  state.toBuilder().clearPersistenceId().build())) {
            trial.assertThrows(
                "write of an empty id",
                IllegalArgumentException.class,
                () -> trial.store.writeState(nameless));
          }
          trial.assertThrows(
              "read of an empty id",
              IllegalArgumentException.class,
              () -> trial.store.getLatestState(""));

          trial.assertRead("read after bad input", state);
          trial.assertSurvives("after bad input", trial.fresh(), "");
        });
  }

  private static void assertNames(
      String parameter, Trial trial, String what, ThrowingCallable call) {
    NullPointerException e = trial.assertThrows(what, NullPointerException.class, call);
    if (!String.valueOf(e.getMessage()).contains(parameter)) {
      throw new AssertionError(
          "[%s] expected a message that names \"%s\" but it is \"%s\""
              .formatted(what, parameter, e.getMessage()));
    }
  }

  /** A failure means: writes are lost or mixed when threads meet. */
  @Test
  @DisplayName("R16 concurrent writes are kept, whole, and seen by who made them")
  protected void r16_concurrentWrites_areKeptWhole() {
    connected(trial -> new ConcurrentWrites(trial, refusesStaleWrites()).run());
  }

  /** A failure means: a thread reads what another has overwritten. */
  @Test
  @DisplayName("R16 what was acknowledged is what every thread reads")
  protected void r16_acknowledgedWrites_areSeenByAll() {
    connected(
        trial -> {
          var visibility = new Visibility(trial);
          visibility.inTurn();
          visibility.inOrder();
        });
  }

  /** A failure means: what was purged shows up in the next test. */
  @Test
  @DisplayName("R17 disconnecting during writes purges them all")
  protected void r17_purgingDisconnect_isClean() {
    assumeTrue(purgesOnDisconnect(), "purgesOnDisconnect() is false");
    assertDisconnectsAreClean();
  }

  /** A failure means: a write that was acknowledged is lost when the store is disconnected. */
  @Test
  @DisplayName("R17 disconnecting during writes keeps those acknowledged")
  protected void r17_keepingDisconnect_isClean() {
    assumeFalse(purgesOnDisconnect(), "purgesOnDisconnect() is true");
    assertDisconnectsAreClean();
  }

  private void assertDisconnectsAreClean() {
    connected(
        trial -> {
          List<DurableState> written = trial.writeSeveral();
          trial.store.disconnect();
          trial.store.connect();
          assertAfterDisconnect(trial, written);
          var disconnects = new Disconnects(trial, purgesOnDisconnect());
          disconnects.duringWrites();
          disconnects.duringConnects();
        });
  }

  /** A failure means: of two writers that read one version, one is lost. */
  @Test
  @DisplayName("R18 a write whose version is not greater is refused")
  protected void r18_staleWrite_isRefused() {
    assumeTrue(refusesStaleWrites(), "refusesStaleWrites() is false");
    connected(
        trial -> {
          var staleWrites = new StaleWrites(trial);
          staleWrites.inOneThread();
          staleWrites.inSeveralThreads();
        });
  }

  private void connected(Trial.Body body) {
    Trial.run(
        createStore(),
        trial -> {
          trial.store.connect();
          body.run(trial);
        });
  }

  private static void assertWritable(Trial trial, String when) {
    trial.assertDoesNotThrow("write " + when, () -> trial.store.writeState(trial.fresh()));
  }

  /** Either exception is right: null is bad input, and the store is not connected. */
  @SuppressWarnings("NullAway") // on purpose
  private static void assertNullIsRefused(Trial trial) {
    for (ThrowingCallable call :
        List.<ThrowingCallable>of(
            () -> trial.store.writeState(null), () -> trial.store.getLatestState(null))) {
      RuntimeException e =
          trial.assertThrows(
              "null given to a store that was disconnected", RuntimeException.class, call);
      if (!(e instanceof NullPointerException || e instanceof NotConnectedException)) {
        throw new AssertionError(
            "[null given to a store that was disconnected] expected %s or %s but it threw %s"
                .formatted(
                    NullPointerException.class.getName(), NotConnectedException.class.getName(), e),
            e);
      }
    }
  }

  private void assertAfterDisconnect(Trial trial, List<DurableState> written) {
    if (purgesOnDisconnect()) {
      written.forEach(
          state ->
              trial.assertEmpty(
                  "read after disconnect() and connect(), purgesOnDisconnect() is true",
                  state.getPersistenceId()));
    } else {
      trial.assertReadAll(
          "read after disconnect() and connect(); override purgesOnDisconnect() if the store drops"
              + " its records",
          written);
    }
  }

  private static void assertIndependent(Trial trial, Collection<String> ids, String what) {
    List<DurableState> states = new ArrayList<>();
    for (String id : ids) {
      DurableState state = States.of(id, states.size());
      trial.assertDoesNotThrow(
          "write of %s: %s".formatted(what, StateStoreException.quote(id)),
          () -> trial.store.writeState(state));
      states.add(state);
    }
    for (DurableState state : states) {
      trial.assertRead(
          "read of %s: %s".formatted(what, StateStoreException.quote(state.getPersistenceId())),
          state);
    }
  }
}
