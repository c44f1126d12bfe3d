package io.github.durablestore.assertj;

import static io.github.durablestore.TestStates.state;
import static io.github.durablestore.assertj.Failures.assertFailure;
import static io.github.durablestore.assertj.StateStoreAssertions.assertThat;
import static io.github.durablestore.assertj.StateStoreAssertions.assertThatNullPointerException;

import acme.billing.AccountState;
import acme.billing.Portfolio;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.UnknownFieldSet;
import io.github.durablestore.ForeignStateStore;
import io.github.durablestore.NotConnectedException;
import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.memory.MemoryStateStore;
import io.github.durablestore.probe.StateStoreProbe;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.SoftAssertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.presentation.Representation;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Assertions about the contents of a store: {@link StateStoreAssert}, {@link StateIds}. */
class StateStoreAssertTest {
  private static final AccountState ACCOUNT =
      AccountState.newBuilder().setAccountId("account-42").setBalanceCents(4200).build();

  private final MemoryStateStore store = new MemoryStateStore();
  private final StateStoreProbe probe = new StateStoreProbe(store);

  @BeforeEach
  void connect() {
    store.connect();
  }

  @Test
  void state_anIdThatLooksTheSame_showsBothInAscii() {
    store.writeState(state("cafe\u0301"));

    assertFailure(() -> assertThat(store).state("caf\u00e9"))
        .hasMessage(
            "expected a state of \"caf\\u00e9\" but there is none; the store has \"cafe\\u0301\"");
    assertFailure(() -> assertThat(store).hasOnlyStates("caf\u00e9"))
        .hasMessageContainingAll("\"caf\\u00e9\"", "\"cafe\\u0301\"");
  }

  @Test
  void hasState_written_passes() {
    store.writeState(state("account-42", 3));

    assertThat(store).hasState("account-42").hasNoState("account-7");
    assertThat((StateStore) probe).hasState("account-42");
  }

  @Test
  void hasState_emptyStore_saysSo() {
    assertFailure(() -> assertThat(store).as("the ledger").hasState("account-42"))
        .hasMessage(
            "[the ledger] expected a state of \"account-42\" but there is none; the store is empty");
  }

  @Test
  void hasState_otherIds_namesTheNearestFirst() {
    for (String id : List.of("order-1", "account-43", "acount-42", "Account-4")) {
      store.writeState(state(id, 1));
    }

    assertFailure(() -> assertThat(probe).hasState("account-42"))
        .hasMessage(
            "expected a state of \"account-42\" but there is none; the store has \"account-43\","
                + " \"acount-42\", \"Account-4\", \"order-1\"");
  }

  @Test
  void hasState_manyLongIds_isBounded() {
    for (int i = 0; i < 20_000; i++) {
      store.writeState(state("a".repeat(2_000) + i, 1));
    }

    assertFailure(() -> assertThat(store).hasState("a\n".repeat(100_000)))
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(6_000))
        .hasMessageEndingWith(" and 19990 more");
  }

  @Test
  void hasState_storeThatCannotListItsIds_namesNone() {
    assertFailure(() -> assertThat(new ForeignStateStore(store)).hasState("account-42"))
        .hasMessage("expected a state of \"account-42\" but there is none");
  }

  @Test
  void hasState_storeReturnsNull_saysSo() {
    var returningNull =
        new ForeignStateStore() {
          @Override
          @SuppressWarnings("NullAway") // a store that breaks its contract
          public Optional<DurableState> getLatestState(String persistenceId) {
            return null;
          }
        };

    assertThatNullPointerException()
        .isThrownBy(() -> assertThat(returningNull).hasState("account-42"))
        .withMessage("getLatestState returned null; return an Optional");
  }

  @Test
  void hasNoState_written_showsIt() {
    store.writeState(state("account-42", -1));

    assertFailure(() -> assertThat(store).hasNoState("account-42"))
        .hasMessage(
            "expected no state of \"account-42\" but there is:%n%s",
            "persistence_id: \"account-42\"\nversion_number: 18446744073709551615\n");
  }

  @Test
  void state_written_goesOnToIt() {
    store.writeState(state("account-42", 3));

    assertThat(store).state("account-42").hasVersion(3);
    assertFailure(() -> assertThat(store).as("the ledger").state("account-42").hasVersion(4))
        .hasMessage("[the ledger] expected state of \"account-42\" to have version 4 but it has 3");
  }

  @Test
  void hasState_notConnected_namesTheRemedy() {
    store.disconnect();

    assertFailure(() -> assertThat(store).hasState("account-42"))
        .hasMessage(
            "cannot read state of \"account-42\": store is not connected; call connect() first; if"
                + " the tested code has closed the store, create it with OnDisconnect.KEEP, and"
                + " connect it again")
        .hasCauseInstanceOf(NotConnectedException.class);
  }

  @Test
  void state_messageOverridden_staysSo() {
    store.writeState(state("account-42", ACCOUNT));

    assertFailure(
            () -> assertThat(store).withFailMessage("broken").state("account-42").hasVersion(9))
        .hasMessage("broken");
    assertFailure(
            () ->
                assertThat(store)
                    .overridingErrorMessage(() -> "broken")
                    .state("account-42")
                    .payload(AccountState.class)
                    .isNull())
        .hasMessage("broken");
  }

  @Test
  void state_representationGiven_staysSo() {
    store.writeState(state("account-42", ACCOUNT));
    Representation starred = object -> "***";

    assertFailure(() -> assertThat(store).withRepresentation(starred).hasNoState("account-42"))
        .hasMessageEndingWith("***");
    assertFailure(
            () ->
                assertThat(store)
                    .withRepresentation(starred)
                    .state("account-42")
                    .payload(AccountState.class)
                    .isNull())
        .hasMessageContaining("***");
  }

  @Test
  void state_typeKnownToTheStore_isShownAsFields() {
    var typed =
        new MemoryStateStore(TypeRegistry.newBuilder().add(AccountState.getDescriptor()).build());
    typed.connect();
    typed.writeState(state("account-42", ACCOUNT));

    assertFailure(() -> assertThat(typed).hasNoState("account-42"))
        .hasMessageContaining("balance_cents: 4200");
    assertFailure(() -> assertThat(typed).state("account-42").isNull())
        .hasMessageContaining("balance_cents: 4200");
  }

  @Test
  void everyText_hugeOrDeepPayload_isBounded() {
    for (Message payload : List.of(deep(1_500), wide())) {
      DurableState state = state("account-42", payload);
      DurableState other = state("account-7", payload);
      store.writeState(state);
      List<ThrowingCallable> assertions =
          List.of(
              () -> assertThat(store).hasNoState("account-42"),
              () -> assertThat(state).isNull(),
              () -> assertThat(state).isEqualTo(other),
              () -> assertThat(state).isIn(List.of(other)),
              () -> assertThat(state).isInstanceOf(String.class),
              () -> assertThat(state).satisfies(s -> assertThat(s).isNull()),
              () -> assertThat(state).hasPayload(Portfolio.getDefaultInstance()),
              () -> assertThat(state).payload(Portfolio.class).isNull(),
              () -> assertThat(state).payload(Portfolio.class).isEqualTo(ACCOUNT));
      for (ThrowingCallable assertion : assertions) {
        assertFailure(assertion).satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(20_000));
      }
    }
  }

  /** An unknown field that parses as a message, which has one in turn, and so on. */
  private static Message deep(int levels) {
    ByteString bytes = ByteString.EMPTY;
    for (int i = 0; i < levels; i++) {
      bytes =
          UnknownFieldSet.newBuilder()
              .addField(1_000, UnknownFieldSet.Field.newBuilder().addLengthDelimited(bytes).build())
              .build()
              .toByteString();
    }
    var unknown = UnknownFieldSet.Field.newBuilder().addLengthDelimited(bytes).build();
    return Portfolio.newBuilder()
        .setUnknownFields(UnknownFieldSet.newBuilder().addField(1_000, unknown).build())
        .build();
  }

  private static Message wide() {
    var portfolio = Portfolio.newBuilder();
    for (int i = 0; i < 50_000; i++) {
      portfolio.putNotes(i, "note");
    }
    return portfolio.build();
  }

  @Test
  void everyAssertion_ofNull_fails() {
    assertFailure(() -> assertThat((StateStore) null).hasState("a")).hasMessageContaining("null");
    assertFailure(() -> assertThat((DurableState) null).hasVersion(1)).hasMessageContaining("null");
    assertFailure(() -> assertThat((DurableState) null).hasPayload(ACCOUNT))
        .hasMessageContaining("null");
    assertFailure(() -> assertThat((DurableState) null).hasPayloadOfType(AccountState.class))
        .hasMessageContaining("null");
    assertFailure(() -> assertThat((StateStoreProbe) null).wrote("a")).hasMessageContaining("null");
    assertFailure(() -> assertThat((StateStoreProbe) null).didNotWrite("a"))
        .hasMessageContaining("null");
    assertFailure(() -> assertThat((StateStoreProbe) null).hasNoUnusedFaults())
        .hasMessageContaining("null");
  }

  @Test
  void hasOnlyStates_sameIds_passes() {
    assertThat(store).hasNoStates();
    store.writeState(state("a", 1));
    store.writeState(state("b", 1));

    assertThat(store).hasOnlyStates("b", "a");
    assertThat(probe).hasOnlyStates("a", "b");
  }

  @Test
  void hasOnlyStates_otherIds_namesThem() {
    store.writeState(state("a", 1));
    store.writeState(state("b", 1));

    assertFailure(() -> assertThat(store).hasOnlyStates("a", "c"))
        .hasMessage(
            "expected only states of [\"a\", \"c\"] but there are none of [\"c\"]"
                + " and there are states of [\"b\"]");
    assertFailure(() -> assertThat(store).hasOnlyStates("a"))
        .hasMessage("expected only states of [\"a\"] but there are states of [\"b\"]");
    assertFailure(() -> assertThat(store).hasOnlyStates("a", "b", "c"))
        .hasMessage("expected only states of [\"a\", \"b\", \"c\"] but there are none of [\"c\"]");
    assertFailure(() -> assertThat(store).hasNoStates())
        .hasMessage("expected no states but there are states of [\"a\", \"b\"]");
    assertFailure(() -> assertThat(new ForeignStateStore(store)).hasNoStates())
        .hasMessageStartingWith("cannot list the ids of ");
    assertFailure(() -> assertThat((StateStore) null).hasNoStates()).hasMessageContaining("null");
  }

  @Test
  void hasNoStates_many_isBounded() {
    for (int i = 10; i < 40; i++) {
      store.writeState(state("a" + i, 1));
    }

    assertFailure(() -> assertThat(store).hasNoStates())
        .hasMessageContaining("[\"a10\", ")
        .hasMessageEndingWith("\"a19\" and 20 more]");
  }

  @Test
  void softAssertions_severalFail_areAllReported() {
    var softly = new SoftAssertions();

    softly.check(() -> assertThat(store).hasState("account-42"));
    softly.check(() -> assertThat(state("account-7", 1)).hasVersion(2));
    softly.check(() -> assertThat(probe).wrote("account-9"));

    assertThat(softly.errorsCollected())
        .extracting(Throwable::getMessage)
        .satisfiesExactly(
            message -> assertThat(message).contains("account-42"),
            message -> assertThat(message).contains("account-7"),
            message -> assertThat(message).contains("account-9"));
  }
}
