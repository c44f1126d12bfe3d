package io.github.durablestore.memory;

import static io.github.durablestore.TestStates.state;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import acme.billing.AccountState;
import com.google.protobuf.Any;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.TypeRegistry;
import io.github.durablestore.GarbageCollector;
import io.github.durablestore.NotConnectedException;
import io.github.durablestore.StaleWriteException;
import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import java.lang.ref.WeakReference;
import java.util.Collections;
import java.util.SortedMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@link MemoryStateStore}, beside the contract: its messages, versions and contents. */
class MemoryStateStoreTest {
  private static final TypeRegistry TYPES =
      TypeRegistry.newBuilder().add(AccountState.getDescriptor()).build();

  private static final int VERSIONS = 20_000;

  private static final AccountState ACCOUNT =
      AccountState.newBuilder().setAccountId("account-42").setBalanceCents(4200).build();
  private static final DurableState PACKED =
      state("account-42", 1).toBuilder().setResultingState(Any.pack(ACCOUNT)).build();

  private final MemoryStateStore store = new MemoryStateStore(TYPES);

  @Test
  void writeState_notConnected_saysWhatToDo() {
    assertThatThrownBy(() -> store.writeState(state("account-42", 1)))
        .isInstanceOf(NotConnectedException.class)
        .hasMessage(
            "cannot write state of \"account-42\": store is not connected; call connect() first");
  }

  @Test
  void getLatestState_notConnected_saysWhatToDo() {
    assertThatThrownBy(() -> store.getLatestState("account-42"))
        .isInstanceOf(NotConnectedException.class)
        .hasMessage(
            "cannot read state of \"account-42\": store is not connected; call connect() first");
  }

  @ParameterizedTest
  @CsvSource({"3, 3", "3, 2", "-1, -2", "-1, -1", "-1, 9223372036854775807", "0, 0"})
  void writeState_staleAndRefused_namesIdAndBothVersions(long latest, long stale) {
    StateStore refusing = refusingStore();
    refusing.connect();
    refusing.writeState(state("account-42", latest));

    assertThatThrownBy(
            () -> refusing.writeState(PACKED.toBuilder().setVersionNumber(stale).build()))
        .isInstanceOf(StaleWriteException.class)
        .hasMessage(
            "cannot write state of \"account-42\" version %s: store has version %s; read it and write"
                + " a greater version",
            Long.toUnsignedString(stale), Long.toUnsignedString(latest));
    assertThat(refusing.getLatestState("account-42")).contains(state("account-42", latest));
  }

  @ParameterizedTest
  @CsvSource({"3, 4", "3, 100", "9223372036854775807, -9223372036854775808", "0, -1", "-2, -1"})
  void writeState_greaterVersion_isNotRefused(long latest, long next) {
    StateStore refusing = refusingStore();
    refusing.connect();
    refusing.writeState(state("account-42", latest));

    refusing.writeState(state("account-42", next));

    assertThat(refusing.getLatestState("account-42")).contains(state("account-42", next));
  }

  @Test
  void writeState_staleAfterAPurge_isAccepted() {
    StateStore refusing = new MemoryStateStore(TYPES, OnDisconnect.PURGE, OnStaleWrite.REFUSE);
    refusing.connect();
    refusing.writeState(state("account-42", 3));
    refusing.disconnect();
    refusing.connect();

    refusing.writeState(state("account-42", 1));

    assertThat(refusing.getLatestState("account-42")).contains(state("account-42", 1));
  }

  @Test
  void writeState_manyOfOneVersionAtATimeAndRefused_acceptsExactlyOneOfEach() throws Exception {
    StateStore refusing = refusingStore();
    refusing.connect();
    var accepted = new AtomicInteger();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      for (Future<?> writer :
          threads.invokeAll(Collections.nCopies(4, () -> writeEachVersion(refusing, accepted)))) {
        writer.get();
      }
    } finally {
      threads.shutdownNow();
    }

    assertThat(refusing.getLatestState("account-42")).contains(state("account-42", VERSIONS));
    assertThat(accepted).hasValue(VERSIONS);
  }

  /** Takes the next version from the store, so that all writers want the same one at a time. */
  private static Void writeEachVersion(StateStore store, AtomicInteger accepted) {
    long version = 0;
    while (version < VERSIONS) {
      try {
        store.writeState(state("account-42", version + 1));
        accepted.incrementAndGet();
      } catch (StaleWriteException e) {
        // Another writer has written it.
      }
      version = store.getLatestState("account-42").orElseThrow().getVersionNumber();
    }
    return null;
  }

  @Test
  void states_notConnected_saysWhatToDo() {
    assertThatThrownBy(store::states)
        .isInstanceOf(NotConnectedException.class)
        .hasMessage("cannot read states: store is not connected; call connect() first");
  }

  @Test
  void emptyId_saysWhatToDo() {
    assertThatThrownBy(() -> store.writeState(DurableState.getDefaultInstance()))
        .hasMessage("cannot write state of \"\": persistence id is empty; set persistence_id");
    assertThatThrownBy(() -> store.getLatestState(""))
        .hasMessage("cannot read state of \"\": persistence id is empty; pass a non-empty id");
  }

  @Test
  @SuppressWarnings("NullAway") // on purpose
  void constructor_null_namesParameter() {
    assertThatNullPointerException()
        .isThrownBy(() -> new MemoryStateStore((TypeRegistry) null))
        .withMessage("types");
    assertThatNullPointerException()
        .isThrownBy(() -> new MemoryStateStore(TYPES, null))
        .withMessage("onDisconnect");
    assertThatNullPointerException()
        .isThrownBy(() -> new MemoryStateStore((OnDisconnect) null))
        .withMessage("onDisconnect");
    assertThatNullPointerException()
        .isThrownBy(() -> new MemoryStateStore(TYPES, OnDisconnect.KEEP, null))
        .withMessage("onStaleWrite");
  }

  @Test
  void states_severalWritten_areSortedById() {
    store.connect();
    for (String id : new String[] {"b", "a", "c", "B"}) {
      store.writeState(state(id, 1));
    }

    assertThat(store.states().values())
        .containsExactly(state("B", 1), state("a", 1), state("b", 1), state("c", 1));
    assertThat(store.states().keySet()).containsExactly("B", "a", "b", "c");
  }

  @Test
  void states_writtenAfterwards_isACopy() {
    store.connect();
    store.writeState(state("a", 1));

    SortedMap<String, DurableState> states = store.states();
    store.writeState(state("a", 2));
    store.writeState(state("b", 1));
    store.disconnect();

    assertThat(states).containsOnlyKeys("a").containsValue(state("a", 1));
  }

  @Test
  void states_changed_throws() {
    store.connect();
    store.writeState(state("a", 1));

    assertThatThrownBy(() -> store.states().clear())
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> store.states().put("b", state("b", 1)))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void states_keepingStoreConnectedAgain_areThoseFromBefore() {
    MemoryStateStore keeping = keepingStore();
    keeping.connect();
    keeping.writeState(state("a", 1));

    keeping.disconnect();
    keeping.connect();

    assertThat(keeping.states()).containsOnlyKeys("a");
  }

  @Test
  void disconnect_purging_releasesRecords() {
    store.connect();
    WeakReference<DurableState> record = writeRecord();

    store.disconnect();

    assertThat(GarbageCollector.collects(record)).as("record is released").isTrue();
  }

  @Test
  void unpack_byRegistry_isDynamicMessage() {
    assertThat(store.unpack(PACKED)).isInstanceOf(DynamicMessage.class).isEqualTo(ACCOUNT);
  }

  @Test
  void unpack_byClass_isGeneratedMessage() {
    assertThat(new MemoryStateStore().unpack(PACKED, AccountState.class)).isEqualTo(ACCOUNT);
  }

  private static MemoryStateStore keepingStore() {
    return new MemoryStateStore(TYPES, OnDisconnect.KEEP);
  }

  private static MemoryStateStore refusingStore() {
    return new MemoryStateStore(TYPES, OnDisconnect.KEEP, OnStaleWrite.REFUSE);
  }

  /** In a method of its own, so that no local variable holds the record. */
  private WeakReference<DurableState> writeRecord() {
    DurableState record = state("account-42", 1);
    store.writeState(record);
    return new WeakReference<>(record);
  }
}
