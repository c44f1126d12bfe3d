package io.github.durablestore.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.StringValue;
import com.google.protobuf.TextFormat;
import com.google.protobuf.UnknownFieldSet;
import io.github.durablestore.NotConnectedException;
import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The rules of {@link StateStore}, each a test that carries its number. */
public abstract class StateStoreContract {
  private static final String ID = "account-42";

  private StateStore store;

  /** Returns a new store, not connected and without records. */
  protected abstract StateStore createStore();

  /** Returns whether {@link StateStore#disconnect()} drops the records. */
  protected abstract boolean purgesOnDisconnect();

  @BeforeEach
  void setUp() {
    store = createStore();
  }

  @AfterEach
  void tearDown() {
    store.close();
  }

  @Test
  @DisplayName("R1 a new store is not connected")
  void r1_newStore_isNotConnected() {
    assertNotConnected();
  }

  @Test
  @DisplayName("R2 connect() on a connected store changes nothing")
  void r2_connectWhenConnected_keepsRecords() {
    DurableState state = assertSurvives(stateOf(ID, 1));

    store.connect();

    assertThat(store.getLatestState(ID)).contains(state);
  }

  @Test
  @DisplayName("R3 disconnect() on a disconnected store does nothing, and close() is disconnect()")
  void r3_disconnectWhenDisconnected_doesNothing() {
    store.disconnect();
    assertNotConnected();

    assertSurvives(stateOf(ID, 1));
    store.close();
    assertNotConnected();
    store.close();
    store.disconnect();
    assertNotConnected();

    store.connect();
    assertThat(store.getLatestState(ID).isEmpty()).isEqualTo(purgesOnDisconnect());
  }

  @Test
  @DisplayName("R4 ping() leaves a connected store as it is, and connects a disconnected one")
  void r4_ping_connectsOnlyWhenDisconnected() {
    store.ping();
    DurableState state = stateOf(ID, 1);
    store.writeState(state);

    store.ping();

    assertThat(store.getLatestState(ID)).contains(state);
  }

  @Test
  @DisplayName("R5 a store that is not connected refuses writes and reads, and nothing changes")
  void r5_notConnected_refusesAndChangesNothing() {
    DurableState state = assertSurvives(stateOf(ID, 1));
    store.disconnect();

    assertThatThrownBy(() -> store.writeState(stateOf(ID, 2)))
        .isInstanceOf(NotConnectedException.class);
    assertThatThrownBy(() -> store.writeState(stateOf("account-43", 1)))
        .isInstanceOf(NotConnectedException.class);
    assertThatThrownBy(() -> store.getLatestState(ID)).isInstanceOf(NotConnectedException.class);

    store.connect();
    assertThat(store.getLatestState("account-43")).isEmpty();
    assertThat(store.getLatestState(ID))
        .isEqualTo(purgesOnDisconnect() ? Optional.empty() : Optional.of(state));
  }

  @Test
  @DisplayName("R6 a disconnected store can be connected again")
  void r6_reconnect_works() {
    for (int round = 1; round <= 3; round++) {
      store.connect();
      DurableState state = stateOf(ID, round);
      store.writeState(state);
      assertThat(store.getLatestState(ID)).contains(state);
      store.disconnect();
    }
  }

  @Test
  @DisplayName("R7 an id never written reads as empty")
  void r7_unknownId_readsAsEmpty() {
    assertSurvives(stateOf(ID, 1));

    assertThat(store.getLatestState("account-43")).isEmpty();
  }

  @Test
  @DisplayName("R8 what is read equals what was written, unknown fields too")
  void r8_everyField_survives() {
    var unknown = UnknownFieldSet.Field.newBuilder().addVarint(7).addFixed32(8).build();
    DurableState state =
        DurableState.newBuilder()
            .setPersistenceId(ID)
            .setVersionNumber(3)
            .setResultingState(Any.pack(StringValue.of("4200 cents")))
            .setTimestamp(1_700_000_000_000L)
            .setShard(9)
            .setUnknownFields(UnknownFieldSet.newBuilder().addField(1000, unknown).build())
            .build();

    assertSurvives(state);
  }

  @Test
  @DisplayName("R9 a later write replaces the earlier one whole, whatever its version")
  void r9_laterWrite_replacesWhole() {
    assertSurvives(stateOf(ID, 5));

    for (long version : new long[] {6, 6, 2, 0}) {
      assertSurvives(DurableState.newBuilder().setPersistenceId(ID).setVersionNumber(version));
    }
  }

  @Test
  @DisplayName("R10 ids are independent and compared exactly")
  void r10_ids_areComparedExactly() {
    List<String> ids =
        List.of(
            ID,
            "Account-42",
            " account-42",
            "account-42 ",
            "account/42",
            "account/42/",
            "/",
            " ",
            "caf\u00e9", // one code point for the last letter
            "cafe\u0301", // two
            "\uD83D\uDCB6",
            "x".repeat(254) + "y",
            "x".repeat(255));
    store.connect();

    for (int i = 0; i < ids.size(); i++) {
      store.writeState(stateOf(ids.get(i), i));
    }

    for (int i = 0; i < ids.size(); i++) {
      assertThat(store.getLatestState(ids.get(i))).contains(stateOf(ids.get(i), i));
    }
  }

  @Test
  @DisplayName("R11 version number and shard are unsigned")
  void r11_versionAndShard_areUnsigned() {
    for (String number : List.of("0", "9223372036854775808", "18446744073709551615")) {
      long bits = Long.parseUnsignedLong(number);
      DurableState latest =
          assertSurvives(
              DurableState.newBuilder().setPersistenceId(ID).setVersionNumber(bits).setShard(bits));

      if (bits != 0) { // text format leaves out what is 0
        assertThat(TextFormat.printer().printToString(latest))
            .contains("version_number: " + number + "\n", "shard: " + number + "\n");
      }
    }
  }

  @Test
  @DisplayName("R12 any timestamp survives")
  void r12_anyTimestamp_survives() {
    for (long timestamp : new long[] {0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE}) {
      assertSurvives(DurableState.newBuilder().setPersistenceId(ID).setTimestamp(timestamp));
    }
  }

  @Test
  @DisplayName("R13 a state without, with an empty and with a large resulting state survives")
  void r13_anyResultingState_survives() {
    var state = DurableState.newBuilder().setPersistenceId(ID);

    assertThat(assertSurvives(state).hasResultingState()).isFalse();
    assertThat(
            assertSurvives(state.setResultingState(Any.getDefaultInstance())).hasResultingState())
        .isTrue();
    assertSurvives(state.setResultingState(Any.pack(StringValue.of("x".repeat(1 << 20)))));
  }

  @Test
  @DisplayName("R14 a payload of a type never heard of is read back untouched")
  void r14_unknownPayload_isUntouched() {
    assertSurvives(
        DurableState.newBuilder()
            .setPersistenceId(ID)
            .setResultingState(
                Any.newBuilder()
                    .setTypeUrl("example.invalid/no.such.Type")
                    .setValue(ByteString.copyFrom("\0\1 not protobuf \u00ff", UTF_8))));
  }

  @Test
  @DisplayName("R15 null and empty arguments are refused, nothing is stored, the store works on")
  void r15_badInput_isRefused() {
    DurableState state = assertSurvives(stateOf(ID, 1));
    DurableState withoutId = state.toBuilder().clearPersistenceId().build();

    assertThatNullPointerException()
        .isThrownBy(() -> store.writeState(null))
        .withMessageContaining("state");
    assertThatNullPointerException()
        .isThrownBy(() -> store.getLatestState(null))
        .withMessageContaining("persistenceId");
    assertThatIllegalArgumentException().isThrownBy(() -> store.writeState(withoutId));
    assertThatIllegalArgumentException().isThrownBy(() -> store.getLatestState(""));

    assertThat(store.getLatestState(ID)).contains(state);
    assertSurvives(stateOf(ID, 2));
  }

  @Test
  @DisplayName("R16 concurrent writes are kept, whole, and seen by who made them")
  void r16_concurrentWrites_areKeptWhole() throws Exception {
    int threads = 4;
    int rounds = 500;
    store.connect();

    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      List<Callable<Object>> writers =
          IntStream.range(0, threads)
              .mapToObj(writer -> Executors.callable(() -> writeAndReadBack(writer, rounds)))
              .toList();
      for (Future<?> writer : executor.invokeAll(writers)) {
        writer.get();
      }
    } finally {
      executor.shutdownNow();
    }

    for (int writer = 0; writer < threads; writer++) {
      for (int round = 0; round < rounds; round++) {
        assertThat(store.getLatestState(ownId(writer, round))).isPresent();
      }
    }
  }

  private void writeAndReadBack(int writer, int rounds) {
    for (int round = 0; round < rounds; round++) {
      DurableState own = stateOf(ownId(writer, round), round);
      store.writeState(own);
      assertThat(store.getLatestState(own.getPersistenceId())).contains(own);

      store.writeState(stateOf("shared", (long) writer * rounds + round));
      DurableState shared = store.getLatestState("shared").orElseThrow();
      assertThat(shared).isEqualTo(stateOf("shared", shared.getVersionNumber()));
    }
  }

  private static String ownId(int writer, int round) {
    return "own-" + writer + "-" + round;
  }

  @Test
  @DisplayName("R17 disconnecting is a clean cut")
  void r17_disconnectUnderWay_isCleanCut() throws Exception {
    // The gap in a naive store is a few instructions wide: only many rounds meet it.
    ExecutorService executor = Executors.newSingleThreadExecutor();
    try {
      for (int round = 1; round <= 5_000; round++) {
        assertWriteIsBeforeOrAfterCut(executor, stateOf(ID, round));
        assertConnectIsBeforeOrAfterCut(executor, stateOf(ID, -round));
      }
    } finally {
      executor.shutdownNow();
    }
  }

  private void assertWriteIsBeforeOrAfterCut(ExecutorService executor, DurableState state)
      throws Exception {
    store.connect();
    Optional<DurableState> before = store.getLatestState(ID);

    boolean acknowledged =
        whileDisconnecting(
                executor,
                () -> {
                  store.writeState(state);
                  return state;
                })
            .isPresent();

    store.connect();
    Optional<DurableState> kept = acknowledged ? Optional.of(state) : before;
    assertThat(store.getLatestState(ID))
        .as("read after a cut that met a write, acknowledged: %s", acknowledged)
        .isEqualTo(purgesOnDisconnect() ? Optional.empty() : kept);
  }

  private void assertConnectIsBeforeOrAfterCut(ExecutorService executor, DurableState state)
      throws Exception {
    Optional<Optional<DurableState>> read =
        whileDisconnecting(
            executor,
            () -> {
              store.connect();
              store.writeState(state);
              return store.getLatestState(ID);
            });

    if (read.isPresent()) {
      assertThat(read.get()).as("read after connecting and writing").contains(state);
    }
  }

  /** Returns what the action does as the store is disconnected; empty if it was cut. */
  private <T> Optional<T> whileDisconnecting(ExecutorService executor, Callable<T> action)
      throws Exception {
    var together = new AtomicInteger(2);
    Future<Optional<T>> result =
        executor.submit(
            () -> {
              await(together);
              try {
                return Optional.of(action.call());
              } catch (NotConnectedException e) {
                return Optional.empty();
              }
            });
    await(together);
    store.disconnect();
    return result.get();
  }

  /** Lets the threads go at once: a barrier that parks them would wake them far apart. */
  @SuppressWarnings("ThreadPriorityCheck") // what is awaited does not depend on the scheduler
  private static void await(AtomicInteger together) {
    together.decrementAndGet();
    while (together.get() > 0) {
      Thread.yield();
    }
  }

  private DurableState assertSurvives(DurableState.Builder state) {
    return assertSurvives(state.build());
  }

  private DurableState assertSurvives(DurableState state) {
    store.connect();
    store.writeState(state);
    DurableState latest = store.getLatestState(state.getPersistenceId()).orElseThrow();
    assertThat(latest).isEqualTo(state);
    return latest;
  }

  private void assertNotConnected() {
    assertThatThrownBy(() -> store.getLatestState(ID)).isInstanceOf(NotConnectedException.class);
  }

  /** A state whose fields all follow from its version, so that a mix of two is seen. */
  private static DurableState stateOf(String persistenceId, long version) {
    return DurableState.newBuilder()
        .setPersistenceId(persistenceId)
        .setVersionNumber(version)
        .setResultingState(Any.pack(StringValue.of("version " + version)))
        .setTimestamp(version)
        .setShard(version)
        .build();
  }
}
