package io.github.durablestore.assertj;

import static io.github.durablestore.TestStates.state;
import static io.github.durablestore.assertj.StateStoreAssertions.assertThat;
import static io.github.durablestore.assertj.StateStoreAssertions.assertThatExceptionOfType;
import static io.github.durablestore.assertj.StateStoreAssertions.assertThatNullPointerException;
import static io.github.durablestore.assertj.StateStoreAssertions.assertThatThrownBy;

import acme.billing.AccountState;
import acme.billing.Legacy;
import acme.billing.LegacyAccount;
import acme.billing.Portfolio;
import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.UnknownFieldSet;
import io.github.durablestore.ForeignStateStore;
import io.github.durablestore.NotConnectedException;
import io.github.durablestore.StateStore;
import io.github.durablestore.StateUnpackException;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.memory.MemoryStateStore;
import io.github.durablestore.probe.CallMatcher;
import io.github.durablestore.probe.Fault;
import io.github.durablestore.probe.StateStoreProbe;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.SoftAssertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.presentation.Representation;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StateStoreAssertionsTest {
  private static final AccountState ACCOUNT =
      AccountState.newBuilder().setAccountId("account-42").setBalanceCents(4200).build();

  private final MemoryStateStore store = new MemoryStateStore();
  private final StateStoreProbe probe = new StateStoreProbe(store);

  @BeforeEach
  void connect() {
    store.connect();
  }

  // A store

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
            "expected a state of \"account-42\" but there is none; there is \"account-43\","
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
  void hasState_storeThatCannotTellItsIds_namesNone() {
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

  // A state

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
        .hasMessageContaining("  100: expected nothing but was {100: 5}");
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
        .hasMessage(
            "cannot unpack state of \"account-42\": it has no resulting_state; check"
                + " hasResultingState() first")
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

  // A probe

  @Test
  void wrote_acknowledged_passes() {
    probe.writeState(state("account-42", 1));

    assertThat(probe).wrote("account-42").didNotWrite("account-7");
  }

  @Test
  void wrote_refused_showsTheCalls() {
    probe.inject(
        Fault.on(CallMatcher.writes()).throwing(() -> new IllegalStateException("no answer")));
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> probe.writeState(state("account-42", 1)));

    String calls =
        "  write \"account-42\" version 1 threw java.lang.IllegalStateException: no answer";
    assertFailure(() -> assertThat(probe).wrote("account-42"))
        .hasMessage("expected a write of \"account-42\" but the calls were:%n%s%n", calls);
    assertThat(probe).didNotWrite("account-42").attemptedNoWrite("account-7");
    assertFailure(() -> assertThat(probe).attemptedNoWrite("account-42"))
        .hasMessage("expected no attempt to write \"account-42\" but the calls were:%n%s%n", calls);
    assertFailure(() -> assertThat(probe).attemptedNoWrites())
        .hasMessage("expected no attempt to write but the calls were:%n%s%n", calls);
  }

  @Test
  void didNotWrite_written_showsTheCalls() {
    writeVersions(1);

    assertFailure(() -> assertThat(probe).didNotWrite("account-42"))
        .hasMessage(
            "expected no write of \"account-42\" but the calls were:%n  write \"account-42\""
                + " version 1%n",
            new Object[0]);
  }

  @Test
  void wrote_replyLost_countsAsWritten() {
    writeVersions(1);
    probe.inject(Fault.on(CallMatcher.writes()).replyLost());
    assertThatThrownBy(() -> writeVersions(2));
    writeVersions(3);

    assertThat(probe)
        .wrote("account-42")
        .wroteVersions("account-42", 1, 2, 3)
        .wroteVersionsWithoutGap("account-42");
    assertFailure(() -> assertThat(probe).didNotWrite("account-42"));
    assertFailure(() -> assertThat(probe).wroteVersions("account-42", 1, 3))
        .hasMessage(
            "expected writes of \"account-42\" with the versions [1, 3] but they were"
                + " [1, 2 (reply lost), 3]");
    writeVersions(9);
    assertFailure(() -> assertThat(probe).wroteVersionsWithoutGap("account-42"))
        .hasMessageEndingWith("but they were [1, 2 (reply lost), 3, 9]");
  }

  @Test
  void wroteVersionsWithoutGap_fromTheGreatestToZero_isAGap() {
    writeVersions(-1, 0);

    assertFailure(() -> assertThat(probe).wroteVersionsWithoutGap("account-42"))
        .hasMessageEndingWith("but they were [18446744073709551615, 0]");
  }

  @Test
  void wroteVersions_manyWrites_showsTheLastOnes() {
    for (int version = 0; version < 1_000; version++) {
      writeVersions(version);
    }

    assertFailure(() -> assertThat(probe).wroteVersions("account-42", 1))
        .hasMessageContaining("but they were [900 earlier ones, 900, 901, ")
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(1_000));
  }

  @Test
  void wroteVersionsWithoutGap_gapAmongManyWrites_showsTheGap() {
    for (int version = 0; version < 1_000; version++) {
      writeVersions(version < 500 ? version : version + 1);
    }

    assertFailure(() -> assertThat(probe).wroteVersionsWithoutGap("account-42"))
        .hasMessageEndingWith(", 499, 501]")
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(1_000));
  }

  @Test
  void attemptedNoWrites_none_passes() {
    assertThat(probe.getLatestState("account-42")).isEmpty();

    assertThat(probe).attemptedNoWrites().attemptedNoWrite("account-42");
  }

  @Test
  void wrote_manyCalls_showsTheLastOnes() {
    for (int i = 0; i < 1_000; i++) {
      writeVersions(i);
    }

    assertFailure(() -> assertThat(probe).wrote("account-7"))
        .hasMessageContaining("  900 earlier ones")
        .hasMessageEndingWith("version 999%n".formatted())
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(10_000));
  }

  @Test
  void wrote_noCall_saysSo() {
    assertFailure(() -> assertThat(probe).wrote("account-42"))
        .hasMessage("expected a write of \"account-42\" but there was no call");
  }

  @Test
  void wroteVersions_asExpected_passes() {
    writeVersions(1, 2, -1);

    assertThat(probe).wroteVersions("account-42", 1, 2, -1).wroteVersions("account-7");
  }

  @Test
  void wroteVersions_other_showsBothUnsigned() {
    writeVersions(1, 2);

    assertFailure(() -> assertThat(probe).wroteVersions("account-42", 2, 1, -1))
        .hasMessage(
            "expected writes of \"account-42\" with the versions [2, 1, 18446744073709551615] but"
                + " they were [1, 2]");
  }

  @Test
  void wroteVersions_otherId_namesThoseWritten() {
    writeVersions(1, 2);

    assertFailure(() -> assertThat(probe).wroteVersions("acount-42", 1))
        .hasMessage(
            "expected writes of \"acount-42\" with the versions [1] but they were []"
                + "; written were \"account-42\"");
    assertThat(probe).wroteVersions("account-7");
  }

  @Test
  void wroteVersionsWithoutGap_none_passes() {
    writeVersions(Long.MAX_VALUE, Long.MIN_VALUE, Long.MIN_VALUE);

    assertThat(probe).wroteVersionsWithoutGap("account-42");
  }

  @Test
  void wroteVersionsWithoutGap_gap_showsThem() {
    writeVersions(1, 2, 4);

    assertFailure(() -> assertThat(probe).wroteVersionsWithoutGap("account-42"))
        .hasMessage(
            "expected writes of \"account-42\" with versions without a gap but they were"
                + " [1, 2, 4]");
  }

  @Test
  void wroteVersionsWithoutGap_backwards_fails() {
    writeVersions(2, 1);

    assertFailure(() -> assertThat(probe).wroteVersionsWithoutGap("account-42"));
  }

  @Test
  void wroteVersionsWithoutGap_noWrite_fails() {
    assertFailure(() -> assertThat(probe).wroteVersionsWithoutGap("account-42"))
        .hasMessageStartingWith("expected a write of \"account-42\"");
  }

  @Test
  void hasNoUnusedFaults_one_namesIt() {
    assertThat(probe).hasNoUnusedFaults();

    probe.inject(Fault.on(CallMatcher.reads().of("account-42")));

    assertFailure(() -> assertThat(probe).hasNoUnusedFaults())
        .hasMessage(
            "expected every fault to be used but these were not:%n  %s%n",
            "fail read \"account-42\", once");
  }

  @Test
  void assertionsOfAProbe_makeNoCallThatItRecordsOrFails() {
    writeVersions(1);
    probe.inject(Fault.on(CallMatcher.anyCall()));

    assertThat(probe).wrote("account-42").didNotWrite("a").wroteVersionsWithoutGap("account-42");
    assertThat(probe).hasState("account-42").hasNoState("a").state("account-42").hasVersion(1);
    assertThat((StateStore) probe).hasState("account-42");
    assertThat(new StateStoreProbe(probe)).hasState("account-42");

    assertThat(probe.calls()).hasSize(1);
    assertThat(probe.unusedFaults()).hasSize(1);
  }

  // AssertJ

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

  private static AbstractThrowableAssert<?, ? extends Throwable> assertFailure(
      ThrowingCallable assertion) {
    return assertThatThrownBy(assertion).isInstanceOf(AssertionError.class);
  }

  private void writeVersions(long... versions) {
    for (long version : versions) {
      probe.writeState(state("account-42", version));
    }
  }
}
