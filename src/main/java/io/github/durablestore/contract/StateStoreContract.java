package io.github.durablestore.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.StringValue;
import com.google.protobuf.TextFormat;
import com.google.protobuf.UnknownFieldSet;
import io.github.durablestore.NotConnectedException;
import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

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
 * share one database, and hold other records in it. Records are left behind: where that matters,
 * clean up in an {@code @AfterEach} or {@code @AfterAll} method. Each id holds {@code contract-},
 * in lower or upper case.
 *
 * <p>A test that takes a minute is interrupted, and fails.
 *
 * <p>A method that tells of a capability is overridden where the store differs; the rules that it
 * leaves out are shown as skipped.
 *
 * <p>The idea of a numbered contract is that of the Reactive Streams TCK; that of an abstract test
 * class to bind, Zipkin's.
 */
@Timeout(60)
public abstract class StateStoreContract {
  private StateStore store;
  private String id;

  /** For subclasses. */
  protected StateStoreContract() {}

  /**
   * Creates the store under test.
   *
   * @return a new store, not connected
   */
  protected abstract StateStore createStore();

  /**
   * Tells whether {@link StateStore#disconnect()} drops the records.
   *
   * @return by default {@code false}: the records are there again after the next {@code connect()}
   */
  protected boolean purgesOnDisconnect() {
    return false;
  }

  /**
   * Tells how long a persistence id may be.
   *
   * @return the number of characters; by default 255, and at least 64, which the tests need
   */
  protected int maximumIdLength() {
    return 255;
  }

  @BeforeEach
  void createStoreUnderTest() {
    store = createStore();
    id = "contract-" + UUID.randomUUID();
  }

  // Every test leaves its store connected, so that R3 alone tells of closing one that is not.
  @AfterEach
  void closeStoreUnderTest() {
    if (store != null) { // not when createStore() threw, or aborted the test
      store.close();
    }
  }

  /** If it fails, a test may use a store that another has set up, and not notice. */
  @Test
  @DisplayName("R1 a new store is not connected")
  void r1_newStore_isNotConnected() {
    assertNotConnected("that is new");

    store.connect();
  }

  /** If it fails, a component that connects once more loses the records of all others. */
  @Test
  @DisplayName("R2 connect() on a connected store changes nothing")
  void r2_connectWhenConnected_keepsRecords() {
    store.connect();
    store.writeState(state(1));
    store.writeState(States.of(id + "-2", 2));

    store.connect();

    assertThat(store.getLatestState(id)).as("read after the second connect()").contains(state(1));
    assertThat(store.getLatestState(id + "-2"))
        .as("read after the second connect()")
        .contains(States.of(id + "-2", 2));
  }

  /** If it fails, shutting down in an unforeseen order fails, or leaves the store open. */
  @Test
  @DisplayName("R3 disconnect() on a disconnected store does nothing; close() is disconnect()")
  void r3_disconnectWhenDisconnected_doesNothing() {
    assertThatCode(store::disconnect)
        .as("disconnect() before connect()")
        .doesNotThrowAnyException();
    assertNotConnected("that was disconnected before it was connected");

    store.connect();
    store.writeState(state(1));
    store.close();
    assertNotConnected("that was closed");
    assertThatCode(store::disconnect).as("disconnect() after close()").doesNotThrowAnyException();
    assertThatCode(store::close).as("close() after disconnect()").doesNotThrowAnyException();
    assertNotConnected("that was closed and disconnected");

    store.connect();
    assertReadAfterCut(Optional.of(state(1)));
  }

  /** If it fails, a health check disturbs what it checks, or does not repair it. */
  @Test
  @DisplayName("R4 ping() leaves a connected store as it is, and connects a disconnected one")
  void r4_ping_connectsOnlyWhenDisconnected() {
    store.ping();
    assertWritable("after ping() on a new store");

    store.ping();
    assertThat(store.getLatestState(id)).as("read after ping() when connected").contains(state(1));

    store.disconnect();
    store.ping();
    assertWritable("after ping() on a disconnected store");
  }

  /** If it fails, code that forgot to connect seems to work, or its error is not recognized. */
  @Test
  @DisplayName("R5 a store that is not connected refuses writes and reads, and nothing changes")
  void r5_notConnected_refusesAndChangesNothing() {
    store.connect();
    store.writeState(state(1));
    store.disconnect();

    assertNotConnected("that was disconnected");
    assertThatExceptionOfType(NotConnectedException.class)
        .as("write to a store that was disconnected")
        .isThrownBy(() -> store.writeState(state(2)));

    store.connect();
    assertReadAfterCut(Optional.of(state(1)));
  }

  /** If it fails, a test cannot play a restart. */
  @Test
  @DisplayName("R6 a disconnected store can be connected again")
  void r6_reconnect_works() {
    store.connect();
    for (int round = 1; round <= 3; round++) {
      store.disconnect();
      store.connect();

      assertThatCode(store::ping).as("ping() after reconnecting").doesNotThrowAnyException();
      store.writeState(state(round));
      assertThat(store.getLatestState(id))
          .as("read after reconnecting and writing")
          .contains(state(round));
    }
  }

  /** If it fails, a new entity starts from something else than nothing. */
  @Test
  @DisplayName("R7 an id never written reads as empty")
  void r7_unknownId_readsAsEmpty() {
    store.connect();
    store.writeState(state(1));

    assertThat(store.getLatestState(id + "-unknown")).as("read of an id never written").isEmpty();
  }

  /** If it fails, a part of what a user writes is lost. */
  @Test
  @DisplayName("R8 what is read equals what was written, unknown fields too")
  void r8_everyField_survives() {
    store.connect();

    assertSurvives("with every field set", state(1));
    assertSurvives("with a field of a later version", withUnknownField(state(1)));
  }

  /** If it fails, an entity that rewrites its version, or begins anew, is refused or mixed up. */
  @Test
  @DisplayName("R9 a later write replaces the earlier one whole, whatever its version")
  void r9_laterWrite_replacesWhole() {
    store.connect();
    assertSurvives("of version 5", state(5));
    assertSurvives("of the same version, in place of it", state(5).toBuilder().setTimestamp(6));
    assertSurvives("of a lower version, in place of it", state(2));
    assertSurvives("of version 0, in place of it", state(2).toBuilder().clearVersionNumber());
    assertSurvives("without a shard, in place of one with", state(7).toBuilder().clearShard());
    assertSurvives("without a time, in place of one with", state(7).toBuilder().clearTimestamp());
    assertSurvives(
        "without a payload, in place of one with", state(7).toBuilder().clearResultingState());
    store.writeState(withUnknownField(state(7)));
    assertSurvives("without unknown fields, in place of one with", state(7));
  }

  /** If it fails, two entities share one state. */
  @Test
  @DisplayName("R10 ids are independent and compared exactly")
  void r10_ids_areComparedExactly() {
    store.connect();
    assertIndependent(
        List.of(
            id,
            id.toUpperCase(Locale.ROOT),
            " " + id,
            id + " ",
            id + "\t",
            id + "\n",
            id + "/",
            id + "/1",
            id + "%",
            id + "_",
            id + "caf\u00e9", // one code point for the last letter
            id + "cafe\u0301", // two
            id + "\uD83D\uDCB6"));
  }

  /** If it fails, long ids are refused, or cut off and then one. */
  @Test
  @DisplayName("R10 ids of 255 characters are told apart")
  void r10_longIds_areComparedWhole() {
    store.connect();
    assumeTrue(maximumIdLength() >= 255, "maximumIdLength() is " + maximumIdLength());

    String padding = "x".repeat(254 - id.length());
    assertIndependent(List.of(id + padding + "a", id + padding + "b"));
  }

  /** If it fails, large numbers turn negative. */
  @Test
  @DisplayName("R11 version number and shard are unsigned")
  void r11_versionAndShard_areUnsigned() {
    store.connect();
    for (String number : List.of("0", "9223372036854775808", "18446744073709551615")) {
      long bits = Long.parseUnsignedLong(number);
      DurableState.Builder state = state(1).toBuilder().setVersionNumber(bits).setShard(bits);

      DurableState latest = assertSurvives("of version and shard " + number, state);

      if (bits != 0) { // text format leaves out what is 0
        assertThat(TextFormat.printer().printToString(latest))
            .contains("version_number: " + number + "\n", "shard: " + number + "\n");
      }
    }
  }

  /** If it fails, the store cuts times off, or sets them by a clock that a test cannot set. */
  @Test
  @DisplayName("R12 any timestamp survives")
  void r12_anyTimestamp_survives() {
    store.connect();
    for (long timestamp : new long[] {0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE}) {
      assertSurvives("of timestamp " + timestamp, state(1).toBuilder().setTimestamp(timestamp));
    }
  }

  /** If it fails, a state that is legal, if rare, cannot be kept. */
  @Test
  @DisplayName("R13 a state without, with an empty and with a large resulting state survives")
  void r13_anyResultingState_survives() {
    DurableState.Builder state = state(1).toBuilder();
    Any large = Any.pack(StringValue.of("x".repeat(1 << 20)));
    store.connect();

    assertSurvives("without resulting_state", state.clearResultingState());
    assertSurvives("with an empty one", state.setResultingState(Any.getDefaultInstance()));
    assertSurvives("with one of 1 MiB", state.setResultingState(large));
  }

  /** If it fails, the store interprets what it should only keep. */
  @Test
  @DisplayName("R14 a payload of a type never heard of is read back untouched")
  void r14_unknownPayload_isUntouched() {
    Any unknown =
        Any.newBuilder()
            .setTypeUrl("example.invalid/no.such.Type")
            .setValue(ByteString.copyFrom("\0\1 not protobuf \u00ff", UTF_8))
            .build();
    store.connect();

    assertSurvives("of an unknown type", state(1).toBuilder().setResultingState(unknown));
  }

  /** If it fails, a mistake is found late, far from where it was made. */
  @Test
  @DisplayName("R15 null and empty arguments are refused, nothing is stored, the store works on")
  @SuppressWarnings("NullAway") // on purpose
  void r15_badInput_isRefused() {
    store.connect();
    store.writeState(state(1));

    assertThatNullPointerException()
        .as("write of null")
        .isThrownBy(() -> store.writeState(null))
        .withMessageContaining("state");
    assertThatNullPointerException()
        .as("read of null")
        .isThrownBy(() -> store.getLatestState(null))
        .withMessageContaining("persistenceId");
    assertThatIllegalArgumentException()
        .as("write of an empty id")
        .isThrownBy(() -> store.writeState(state(2).toBuilder().clearPersistenceId().build()));
    assertThatIllegalArgumentException()
        .as("read of an empty id")
        .isThrownBy(() -> store.getLatestState(""));

    assertThat(store.getLatestState(id)).as("read after bad input").contains(state(1));
    assertSurvives("after bad input", state(2));
  }

  /** If it fails, writes are lost, mixed or seen late when threads meet. */
  @Test
  @DisplayName("R16 concurrent writes are kept, whole, and seen by who made them")
  void r16_concurrentWrites_areKeptWhole() throws Exception {
    store.connect();
    new ConcurrentWrites(store, id).run();
  }

  /** If it fails, what was purged shows up in the next test. */
  @Test
  @DisplayName("R17 a cut that meets writes purges them all")
  void r17_purgingCut_isClean() throws Exception {
    store.connect();
    assumeTrue(purgesOnDisconnect(), "purgesOnDisconnect() is false");

    assertCutsAreClean();
  }

  /** If it fails, a write that was acknowledged is lost when the store is disconnected. */
  @Test
  @DisplayName("R17 a cut that meets writes keeps those acknowledged")
  void r17_keepingCut_isClean() throws Exception {
    store.connect();
    assumeFalse(purgesOnDisconnect(), "purgesOnDisconnect() is true");

    assertCutsAreClean();
  }

  private void assertCutsAreClean() throws Exception {
    var cuts = new Cuts(store, id, purgesOnDisconnect());
    cuts.duringWrites();
    cuts.duringConnects();
  }

  /** Refuses twice, as what is refused is not to connect the store. */
  private void assertNotConnected(String which) {
    for (int attempt = 1; attempt <= 2; attempt++) {
      assertThatExceptionOfType(NotConnectedException.class)
          .as("read of a store %s", which)
          .isThrownBy(() -> store.getLatestState(id));
      assertThatExceptionOfType(NotConnectedException.class)
          .as("write to a store %s", which)
          .isThrownBy(() -> store.writeState(States.of(id + "-refused", 1)));
    }
  }

  private void assertWritable(String when) {
    assertThatCode(() -> store.writeState(state(1)))
        .as("write %s", when)
        .doesNotThrowAnyException();
  }

  private void assertReadAfterCut(Optional<DurableState> kept) {
    assertThat(store.getLatestState(id))
        .as("read after disconnecting and connecting, purgesOnDisconnect: %s", purgesOnDisconnect())
        .isEqualTo(purgesOnDisconnect() ? Optional.empty() : kept);
  }

  private DurableState assertSurvives(String what, DurableState.Builder state) {
    return assertSurvives(what, state.build());
  }

  private DurableState assertSurvives(String what, DurableState state) {
    assertThatCode(() -> store.writeState(state))
        .as("write of a state %s", what)
        .doesNotThrowAnyException();
    Optional<DurableState> latest = store.getLatestState(state.getPersistenceId());
    assertThat(latest).as("read of a state %s", what).contains(state);
    return latest.get();
  }

  private void assertIndependent(List<String> ids) {
    for (int i = 0; i < ids.size(); i++) {
      store.writeState(States.of(ids.get(i), i));
    }
    for (int i = 0; i < ids.size(); i++) {
      assertThat(store.getLatestState(ids.get(i)))
          .as("read of \"%s\" after writes to ids like it", ids.get(i))
          .contains(States.of(ids.get(i), i));
    }
  }

  private static DurableState withUnknownField(DurableState state) {
    var unknown = UnknownFieldSet.Field.newBuilder().addVarint(7).addFixed32(8).build();
    return state.toBuilder()
        .setUnknownFields(UnknownFieldSet.newBuilder().addField(1000, unknown).build())
        .build();
  }

  private DurableState state(long version) {
    return States.of(id, version);
  }
}
