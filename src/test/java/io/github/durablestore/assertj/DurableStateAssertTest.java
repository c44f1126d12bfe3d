package io.github.durablestore.assertj;

import static io.github.durablestore.TestStates.state;
import static io.github.durablestore.assertj.Failures.assertFailure;
import static io.github.durablestore.assertj.Portfolios.holding;
import static io.github.durablestore.assertj.Portfolios.tags;
import static io.github.durablestore.assertj.StateStoreAssertions.assertThat;
import static io.github.durablestore.assertj.StateStoreAssertions.assertThatIllegalArgumentException;
import static io.github.durablestore.assertj.StateStoreAssertions.assertThatIllegalStateException;
import static io.github.durablestore.assertj.StateStoreAssertions.assertThatMessages;
import static io.github.durablestore.assertj.StateStoreAssertions.assertThatNullPointerException;

import acme.billing.AccountState;
import acme.billing.Legacy;
import acme.billing.LegacyAccount;
import acme.billing.Portfolio;
import com.google.protobuf.Any;
import com.google.protobuf.BoolValue;
import com.google.protobuf.ByteString;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import com.google.protobuf.TypeRegistry;
import io.github.durablestore.StateUnpackException;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.kinds.Kinds;
import io.github.durablestore.memory.MemoryStateStore;
import java.util.Comparator;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Assertions about a state: {@link DurableStateAssert}. */
class DurableStateAssertTest {
  @Test
  void isEqualTo_noTypesPassed_saysWhereToPassThem() {
    DurableState one = state("a").toBuilder().setResultingState(Any.pack(ACCOUNT)).build();
    DurableState other = one.toBuilder().setVersionNumber(9).build();

    assertFailure(() -> assertThat(one).isEqualTo(other))
        .hasMessageContaining("  # as bytes: call unpackingAnyUsing(types)\n");
    assertFailure(
            () ->
                assertThat(one)
                    .unpackingAnyUsing(TypeRegistry.newBuilder().add(Any.getDescriptor()).build())
                    .isEqualTo(other))
        .hasMessageContaining("  # as bytes: its type is not in the TypeRegistry\n");
    assertFailure(() -> assertThatMessages(List.of(one)).isEqualTo(List.of(other)))
        .hasMessageNotContaining("as bytes")
        .hasMessageContaining("resulting_state { type_url: ");
  }

  private static final AccountState ACCOUNT =
      AccountState.newBuilder().setAccountId("account-42").setBalanceCents(4200).build();

  @Test
  void numbers_asExpected_pass() {
    DurableState state = state("a", -1).toBuilder().setShard(Long.MIN_VALUE).build();

    assertThat(state).hasVersion(-1).hasShard(Long.MIN_VALUE).hasTimestamp(0);
  }

  @Test
  void hasVersion_other_showsBothUnsigned() {
    assertFailure(() -> assertThat(state("account-42", -1)).hasVersion(Long.MIN_VALUE))
        .hasMessage(
            "expected state of \"account-42\" to have version 9223372036854775808 but it has"
                + " 18446744073709551615");
  }

  @Test
  void hasShard_other_showsBothUnsigned() {
    assertFailure(() -> assertThat(state("account-42", 1)).hasShard(-1))
        .hasMessage(
            "expected state of \"account-42\" to have shard 18446744073709551615 but it has 0");
  }

  @Test
  void hasTimestamp_other_showsBothSigned() {
    assertFailure(() -> assertThat(state("account-42", 1)).hasTimestamp(-1))
        .hasMessage("expected state of \"account-42\" to have timestamp -1 but it has 0");
  }

  @Test
  void isEqualTo_other_listsTheDifferences() {
    assertThat(state("a", 1)).isEqualTo(state("a", 1)).isNotEqualTo(state("a", 2));
    assertFailure(() -> assertThat(state("a", -1)).isEqualTo(state("b", 2)))
        .hasMessage(
            "expected state of \"a\" to be equal to another, but 2 fields differ:%n"
                + "  persistence_id: expected \"b\" but was \"a\"%n"
                + "  version_number: expected 2 but was 18446744073709551615%n"
                + "expected:%n%sbut was:%n%s",
            "persistence_id: \"b\"\nversion_number: 2\n",
            "persistence_id: \"a\"\nversion_number: 18446744073709551615\n");
    assertFailure(() -> assertThat(state("a", 1)).isEqualTo(null)).hasMessageContaining("null");
    assertFailure(() -> assertThat((DurableState) null).isEqualTo(state("a", 1)))
        .hasMessageContaining("null");
  }

  @Test
  void isNotEqualTo_itsPayload_isRefused() {
    DurableState state = state("a", ACCOUNT);

    for (ThrowingCallable comparison :
        List.<ThrowingCallable>of(
            () -> assertThat(state).isNotEqualTo(ACCOUNT),
            () -> assertThat(state).isNotIn(state("b", ACCOUNT), ACCOUNT))) {
      assertThatIllegalArgumentException()
          .isThrownBy(comparison)
          .withMessage(
              "cannot compare a state with a value of \"acme.billing.AccountState\": they are never"
                  + " equal; pass a state, or call hasPayload(...) or payload(...)");
    }
    assertThatIllegalArgumentException().isThrownBy(() -> assertThat(state).isNotEqualTo("a"));
    assertThat(state).isNotEqualTo(null);
  }

  @Test
  void isEqualTo_payloadOfAKnownType_isComparedAsAMessage() {
    TypeRegistry types = TypeRegistry.newBuilder().add(Portfolio.getDescriptor()).build();
    Portfolio oneOrder = Portfolio.newBuilder().putNotes(1, "a").putNotes(2, "b").build();
    Portfolio otherOrder = Portfolio.newBuilder().putNotes(2, "b").putNotes(1, "a").build();
    Portfolio other = otherOrder.toBuilder().setOwner("Ada").build();
    var store = new MemoryStateStore(types);
    store.connect();
    store.writeState(state("a", oneOrder));

    assertThat(store).state("a").isEqualTo(state("a", otherOrder));
    assertFailure(() -> assertThat(store).state("a").isEqualTo(state("a", other)))
        .hasMessageContaining(
            "1 field differs:%n  resulting_state.owner: expected \"Ada\" but was \"\"%n"
                .formatted());
    assertThat(store)
        .state("a")
        .ignoringFields("resulting_state.owner")
        .isEqualTo(state("a", other));
    assertThat(state("a", oneOrder)).isNotEqualTo(state("a", otherOrder));
    assertThat(state("a", oneOrder)).unpackingAnyUsing(types).isEqualTo(state("a", otherOrder));
    assertFailure(
            () ->
                assertThat(store)
                    .state("a")
                    .isEqualTo(state("a", AccountState.getDefaultInstance())))
        .hasMessageContaining("  resulting_state.type_url: expected ");
  }

  @Test
  void hasPayload_equal_passes() throws Exception {
    assertThat(state("account-42", ACCOUNT)).hasPayload(ACCOUNT);
    assertThat(state("account-42", ACCOUNT))
        .hasPayload(DynamicMessage.parseFrom(AccountState.getDescriptor(), ACCOUNT.toByteString()));
  }

  @Test
  void hasPayload_mapInAnotherOrder_passes() {
    Portfolio oneOrder = Portfolio.newBuilder().putNotes(1, "a").putNotes(2, "b").build();
    Portfolio other = Portfolio.newBuilder().putNotes(2, "b").putNotes(1, "a").build();

    assertThat(state("a", oneOrder)).hasPayload(other);
  }

  @Test
  void hasPayload_withAnExtension_passes() {
    LegacyAccount legacy =
        LegacyAccount.newBuilder().setAccountId("a").setExtension(Legacy.rating, 5).build();

    assertThat(state("a", legacy)).hasPayload(legacy);
    assertFailure(
            () ->
                assertThat(state("a", legacy))
                    .hasPayload(legacy.toBuilder().clearExtension(Legacy.rating).build()))
        .hasMessageContaining("  [acme.billing.rating]: expected nothing but was 5");
  }

  @Test
  void hasPayload_other_showsBothAndTheField() {
    AccountState expected = ACCOUNT.toBuilder().setBalanceCents(4100).build();

    assertFailure(() -> assertThat(state("account-42", ACCOUNT)).hasPayload(expected))
        .hasMessage(
            "expected payload of \"account-42\" to be equal to another, but 1 field differs:%n"
                + "  balance_cents: expected 4100 but was 4200%n"
                + "expected:%n%sbut was:%n%s",
            "account_id: \"account-42\"\nbalance_cents: 4100\n",
            "account_id: \"account-42\"\nbalance_cents: 4200\n");
  }

  @Test
  void hasPayload_mapsInAnotherOrder_areShownSorted() {
    Portfolio actual = Portfolio.newBuilder().putNotes(2, "b").putNotes(1, "a").build();
    Portfolio expected = Portfolio.newBuilder().putNotes(1, "a").putNotes(2, "c").build();

    assertFailure(() -> assertThat(state("a", actual)).hasPayload(expected))
        .hasMessageMatching("(?s).*key: 1.*key: 2.*but was:.*key: 1.*key: 2.*");
  }

  @Test
  void hasPayload_default_isShownAsSuch() {
    assertFailure(
            () ->
                assertThat(state("account-42", ACCOUNT))
                    .hasPayload(AccountState.getDefaultInstance()))
        .hasMessageContaining("expected:%n(every field is unset)%nbut was:".formatted());
  }

  @Test
  void hasPayload_otherType_namesBoth() {
    assertFailure(
            () ->
                assertThat(state("account-42", ACCOUNT)).hasPayload(Portfolio.getDefaultInstance()))
        .hasMessage(
            "expected state of \"account-42\" to have a payload of type \"acme.billing.Portfolio\""
                + " but its type URL is \"type.googleapis.com/acme.billing.AccountState\"");
  }

  @Test
  void hasPayload_none_saysSo() {
    assertFailure(() -> assertThat(state("account-42", 1)).hasPayload(ACCOUNT))
        .hasMessage("cannot unpack state of \"account-42\": it has no resulting_state")
        .hasCauseInstanceOf(StateUnpackException.class);
  }

  @Test
  void hasPayload_malformed_saysSo() {
    Any malformed = Any.pack(ACCOUNT).toBuilder().setValue(ByteString.copyFromUtf8("\7")).build();
    DurableState state = state("account-42", 1).toBuilder().setResultingState(malformed).build();

    assertFailure(() -> assertThat(state).hasPayload(ACCOUNT))
        .hasMessageContaining("its 1 bytes do not parse");
  }

  @Test
  void payload_ofType_goesOnToIt() {
    assertThat(state("account-42", ACCOUNT))
        .hasPayloadOfType(AccountState.class)
        .payload(AccountState.class)
        .extracting(AccountState::getBalanceCents)
        .isEqualTo(4200L);
  }

  @Test
  void payload_described_keepsTheDescription() {
    assertFailure(
            () ->
                assertThat(state("account-42", ACCOUNT))
                    .as("the account")
                    .payload(AccountState.class)
                    .isNull())
        .hasMessageStartingWith("[the account] ");
  }

  @Test
  void payload_otherType_namesBoth() {
    assertFailure(() -> assertThat(state("account-42", ACCOUNT)).hasPayloadOfType(Portfolio.class))
        .hasMessage(
            "cannot unpack state of \"account-42\": type URL"
                + " \"type.googleapis.com/acme.billing.AccountState\" is not of the type asked for,"
                + " \"acme.billing.Portfolio\"; ask for the class of \"acme.billing.AccountState\"");
  }

  @Test
  @SuppressWarnings("NullAway") // on purpose
  void payload_null_namesParameter() {
    assertThatNullPointerException()
        .isThrownBy(() -> assertThat(state("a", ACCOUNT)).hasPayload(null))
        .withMessage("expected");
    assertThatNullPointerException()
        .isThrownBy(() -> assertThat(state("a", ACCOUNT)).payload(null))
        .withMessage("type");
  }

  @Test
  void isEqualTo_anyInThePayloadThatTheStoreKnows_isComparedAsAMessage() {
    Any oneOrder = Any.pack(Kinds.newBuilder().putUint32Map(1, 1).putUint32Map(2, 2).build());
    Any otherOrder = Any.pack(Kinds.newBuilder().putUint32Map(2, 2).putUint32Map(1, 1).build());
    MemoryStateStore store = storing(holding(oneOrder));

    assertThat(store).state("a").isEqualTo(state("a", holding(otherOrder)));
    assertThat(store).state("a").hasPayload(holding(otherOrder));
    assertThat(store).state("a").payload(Portfolio.class).isEqualTo(holding(otherOrder));
    assertFailure(() -> assertThat(store).hasNoState("a"))
        .hasMessageContaining("[type.googleapis.com/durablestore.kinds.Kinds] {");
  }

  @Test
  void options_beforeThePayload_applyToIt() {
    Portfolio one = tags("a", "b").toBuilder().setOwner("Ada").setRate(1).build();
    Portfolio other = tags("b", "a").toBuilder().setOwner("Bob").setRate(1.5).build();
    MemoryStateStore store = storing(one);

    DurableStateAssert assertion =
        assertThat(store)
            .state("a")
            .ignoringFields("timestamp", "resulting_state.owner")
            .ignoringRepeatedFieldOrderOfFields("resulting_state.tags")
            .usingDoubleTolerance(0.5);
    assertion.isEqualTo(state("a", other)).hasPayload(other);
    assertion.payload(Portfolio.class).isEqualTo(other).isNotEqualTo(tags("a", "b"));
    assertFailure(() -> assertion.hasPayload(tags("b", "a")))
        .hasMessageStartingWith(
            "expected payload of \"a\" to be equal to another, ignoring resulting_state.owner, in"
                + " any order of resulting_state.tags, doubles within 0.5, but 1 field differs:");
    assertThat(store).state("a").comparingExpectedFieldsOnly().hasPayload(tags("a", "b"));
  }

  @Test
  void options_thatAnAssertionDoesNotUse_areRefused() {
    DurableStateAssert ignoring = assertThat(state("a", ACCOUNT)).ignoringFields("timestamp");

    assertThatIllegalStateException()
        .isThrownBy(() -> ignoring.hasTimestamp(0))
        .withMessage(
            "cannot call hasTimestamp(...): it does not use the options before it, ignoring"
                + " timestamp; leave out one of the two");
    for (ThrowingCallable call :
        List.<ThrowingCallable>of(
            () -> ignoring.hasVersion(0),
            () -> ignoring.hasShard(0),
            () -> ignoring.hasPayloadOfType(AccountState.class))) {
      assertThatIllegalStateException().isThrownBy(call);
    }
    for (ThrowingCallable call :
        List.<ThrowingCallable>of(
            () -> ignoring.payload(AccountState.class), () -> ignoring.hasPayload(ACCOUNT))) {
      assertThatIllegalStateException()
          .isThrownBy(call)
          .withMessage(
              "cannot compare the message in \"resulting_state\": \"timestamp\" is not in it;"
                  + " leave out one of the two");
    }
  }

  @Test
  void options_thatAComparisonHasUsed_arePermittedBeforeOthers() {
    DurableState state = state("a", ACCOUNT);

    assertThat(state)
        .ignoringFields("timestamp")
        .isEqualTo(state.toBuilder().setTimestamp(5).build())
        .hasTimestamp(0)
        .payload(AccountState.class)
        .isEqualTo(ACCOUNT);
  }

  @Test
  void ignoringFields_fieldsOfTheAnyBeforeThePayload_areNamedAsTheyWereWritten() {
    DurableStateAssert ignoring =
        assertThat(state("a", ACCOUNT)).ignoringFields("resulting_state.value");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> ignoring.hasPayload(ACCOUNT))
        .withMessageStartingWith(
            "cannot find field \"resulting_state.value\" of message \"acme.billing.AccountState\":");
  }

  @Test
  void options_thatLeaveNothingOfThePayload_areRefused() {
    MemoryStateStore store = storing(ACCOUNT);

    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                assertThat(store).state("a").ignoringFields("resulting_state").hasPayload(ACCOUNT))
        .withMessage(
            "cannot compare the message in \"resulting_state\": the field is ignored; leave out"
                + " one of the two");
    for (DurableState expected :
        List.of(state("a", BoolValue.of(false)), state("b", BoolValue.of(false)))) {
      assertThatIllegalArgumentException()
          .isThrownBy(
              () ->
                  assertThat(storing(BoolValue.of(true)))
                      .state("a")
                      .comparingExpectedFieldsOnly()
                      .isEqualTo(expected))
          .withMessageContaining("the expected fields of \"google.protobuf.BoolValue\": ");
    }
    assertThat(storing(BoolValue.of(true)))
        .state("a")
        .comparingExpectedFieldsOnly()
        .ignoringFields("resulting_state")
        .isEqualTo(state("a", BoolValue.of(false)));
  }

  @Test
  void usingComparator_beforeThePayload_isRefused() {
    DurableStateAssert assertion =
        assertThat(state("a", ACCOUNT))
            .usingComparator(Comparator.comparing(DurableState::getPersistenceId));

    assertThatIllegalStateException()
        .isThrownBy(() -> assertion.hasPayload(ACCOUNT))
        .withMessage(
            "cannot call hasPayload(...): it does not use the comparator before it; leave out one"
                + " of the two");
    assertThatIllegalStateException().isThrownBy(() -> assertion.payload(AccountState.class));
    assertion.usingDefaultComparator().hasPayload(ACCOUNT);
  }

  private static MemoryStateStore storing(Message payload) {
    var store =
        new MemoryStateStore(
            TypeRegistry.newBuilder()
                .add(Portfolio.getDescriptor())
                .add(Kinds.getDescriptor())
                .add(BoolValue.getDescriptor())
                .build());
    store.connect();
    store.writeState(state("a", payload));
    return store;
  }
}
