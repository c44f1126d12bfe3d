package io.github.durablestore.assertj;

import static io.github.durablestore.assertj.Failures.assertFailure;
import static io.github.durablestore.assertj.Failures.passes;
import static io.github.durablestore.assertj.Portfolios.ACCOUNT;
import static io.github.durablestore.assertj.Portfolios.PORTFOLIO;
import static io.github.durablestore.assertj.Portfolios.account;
import static io.github.durablestore.assertj.Portfolios.holding;
import static io.github.durablestore.assertj.Portfolios.named;
import static io.github.durablestore.assertj.Portfolios.tags;
import static io.github.durablestore.assertj.Portfolios.unknown;
import static io.github.durablestore.assertj.StateStoreAssertions.assertThat;
import static io.github.durablestore.assertj.StateStoreAssertions.assertThatIllegalArgumentException;
import static io.github.durablestore.assertj.StateStoreAssertions.assertThatMessages;
import static io.github.durablestore.assertj.StateStoreAssertions.assertThatNullPointerException;

import acme.billing.AccountState;
import acme.billing.Portfolio;
import com.google.protobuf.Any;
import com.google.protobuf.BoolValue;
import com.google.protobuf.ByteString;
import com.google.protobuf.Empty;
import com.google.protobuf.Message;
import com.google.protobuf.TypeRegistry;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.kinds.Kinds;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the options leave out or tolerate: {@link MessageOptions}, {@link Scope}. */
class MessageOptionsTest {

  @Test
  void ignoringFields_pathsThroughListsAndMaps_ignoresThem() {
    Portfolio other =
        PORTFOLIO.toBuilder()
            .setAccounts(1, account("b", 9))
            .putByName("x", account("account-42", 9))
            .setMain(account("account-42", 9))
            .build();

    assertThat(PORTFOLIO)
        .ignoringFields("accounts.balance_cents", "by_name.balance_cents", "main.balance_cents")
        .isEqualTo(other);
    assertFailure(() -> assertThat(PORTFOLIO).ignoringFields("main", "accounts").isEqualTo(other))
        .hasMessageStartingWith(
            "expected the message to be equal to another, ignoring main, accounts, but 1 field");
    assertThat(PORTFOLIO).ignoringFields("accounts", "by_name", "main").isEqualTo(other);
  }

  @Test
  void ignoringFields_unknownPath_listsTheKnown() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> assertThat(PORTFOLIO).ignoringFields("main.balance"))
        .withMessage(
            "cannot find field \"main.balance\" of message \"acme.billing.Portfolio\":"
                + " \"acme.billing.AccountState\" has no \"balance\"; its fields are account_id,"
                + " balance_cents");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> assertThat(PORTFOLIO).hasField("owner.name"))
        .withMessageEndingWith("\"name\" is not in a message; remove it");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> assertThat(PORTFOLIO).ignoringRepeatedFieldOrderOfFields(""));
  }

  @Test
  @SuppressWarnings("NullAway") // a bad use
  void ignoringFields_badUse_saysWhatToDo() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> assertThat(PORTFOLIO).ignoringFields("accounts[0].account_id"))
        .withMessageEndingWith(": a path goes through all elements; remove \"[...]\"");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> assertThat(PORTFOLIO).ignoringFields())
        .withMessage("cannot compare without fields: none is named; name one");
    assertThat(PORTFOLIO).ignoringFields("owner", "owner").isEqualTo(named("Bob", PORTFOLIO));
    assertThatNullPointerException()
        .isThrownBy(() -> assertThat(PORTFOLIO).ignoringFields("owner", null))
        .withMessage("path");
  }

  @Test
  void comparingExpectedFieldsOnly_moreInTheActual_passes() {
    assertThat(PORTFOLIO)
        .comparingExpectedFieldsOnly()
        .isEqualTo(
            Portfolio.newBuilder()
                .setOwner("Ada")
                .setMain(AccountState.newBuilder().setBalanceCents(4200))
                .build());
    assertFailure(
            () ->
                assertThat(PORTFOLIO)
                    .comparingExpectedFieldsOnly()
                    .isEqualTo(Portfolio.newBuilder().setOwner("Bob").build()))
        .hasMessageContaining("but 1 field differs");
  }

  @Test
  void comparingExpectedFieldsOnly_nothingExpected_isRefused() {
    BoolValue expected = BoolValue.of(false);

    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> assertThat(BoolValue.of(true)).comparingExpectedFieldsOnly().isEqualTo(expected))
        .withMessage(
            "cannot compare only the expected fields of \"google.protobuf.BoolValue\": the expected"
                + " message sets no field that is compared, and a default value without presence"
                + " does not count as set; set another field, or leave out"
                + " comparingExpectedFieldsOnly()");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> assertThat(PORTFOLIO).comparingExpectedFieldsOnly().isNotEqualTo(tags()));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                assertThat(PORTFOLIO)
                    .ignoringFields("tags")
                    .comparingExpectedFieldsOnly()
                    .isIn(tags("a")));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                assertThat(PORTFOLIO)
                    .ignoringUnknownFields()
                    .comparingExpectedFieldsOnly()
                    .isEqualTo(unknown(1_000, 7)));
    assertThat(Portfolio.newBuilder().setMain(ACCOUNT).build())
        .comparingExpectedFieldsOnly()
        .isEqualTo(Portfolio.newBuilder().setMain(AccountState.getDefaultInstance()).build());
  }

  @Test
  void comparingExpectedFieldsOnly_elements_areComparedInTheFieldsOfAnyOfThem() {
    Portfolio expected = parts(unknown(1_000, 7), tags("a"));

    assertFailure(
            () ->
                assertThat(parts(unknown(1_000, 7), unknown(1_000, 8)))
                    .comparingExpectedFieldsOnly()
                    .isEqualTo(expected))
        .hasMessageContainingAll(
            "2 fields differ",
            "  parts[1].tags[0]: expected \"a\" but was nothing",
            "  parts[1].1000: expected nothing but was {1000: 8}");
    assertFailure(
            () ->
                assertThat(branches(tags("a"), unknown(1_000, 8)))
                    .comparingExpectedFieldsOnly()
                    .isEqualTo(branches(unknown(1_000, 7), tags("a"))))
        .hasMessageContainingAll("4 fields differ", "  branches[\"1\"].1000: expected nothing");
  }

  private static Portfolio parts(Portfolio... parts) {
    return Portfolio.newBuilder().addAllParts(List.of(parts)).build();
  }

  private static Portfolio branches(Portfolio... branches) {
    var portfolio = Portfolio.newBuilder();
    for (int i = 0; i < branches.length; i++) {
      portfolio.putBranches(Integer.toString(i), branches[i]);
    }
    return portfolio.build();
  }

  @Test
  void options_all_areNamedInTheFailure() {
    TypeRegistry types = TypeRegistry.newBuilder().add(AccountState.getDescriptor()).build();

    assertFailure(
            () ->
                assertThat(PORTFOLIO)
                    .usingFloatTolerance(0.5f)
                    .usingDoubleTolerance(9)
                    .usingDoubleTolerance(0.25)
                    .unpackingAnyUsing(types)
                    .ignoringFields("main", "rank")
                    .ignoringFields("main", "accounts.account_id")
                    .ignoringRepeatedFieldOrderOfFields("tags", "parts.tags")
                    .ignoringUnknownFields()
                    .comparingExpectedFieldsOnly()
                    .isEqualTo(tags("x")))
        .hasMessageStartingWith(
            "expected the message to be equal to another, ignoring main, rank,"
                + " accounts.account_id, ignoring unknown fields, in any order of tags,"
                + " parts.tags, comparing only the expected fields, doubles within 0.25, floats within 0.5,"
                + " unpacking Any, but 2 fields differ:");
  }

  @Test
  void comparingExpectedFieldsOnly_unknownFields_comparesThoseExpected() {
    Portfolio one = unknown(1_000, 7).toBuilder().mergeFrom(unknown(1_001, 8)).build();

    assertThat(one).comparingExpectedFieldsOnly().isEqualTo(unknown(1_000, 7));
    assertThat(one).comparingExpectedFieldsOnly().isNotEqualTo(unknown(1_000, 8));
    assertThat(one).isNotEqualTo(unknown(1_000, 7));
    assertFailure(() -> assertThat(one).isEqualTo(unknown(1_000, 8)))
        .hasMessageContainingAll(
            "but 2 fields differ:",
            "  1000: expected {1000: 8} but was {1000: 7}",
            "  1001: expected nothing but was {1001: 8}");
  }

  @Test
  void usingTolerance_near_passes() {
    Portfolio near = PORTFOLIO.toBuilder().setRate(1.5 + 1e-10).build();

    assertThat(PORTFOLIO).usingDoubleTolerance(1e-9).isEqualTo(near);
    assertThat(PORTFOLIO).usingDoubleTolerance(1e-11).isNotEqualTo(near);
    assertThat(PORTFOLIO).usingFloatTolerance(1).isNotEqualTo(near);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> assertThat(PORTFOLIO).usingDoubleTolerance(-1))
        .withMessage("cannot compare within -1.0: it is not a finite distance; pass 0 or more");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> assertThat(PORTFOLIO).usingFloatTolerance(Float.NaN));
  }

  @Test
  void usingTolerance_infinite_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> assertThat(PORTFOLIO).usingDoubleTolerance(Double.POSITIVE_INFINITY))
        .withMessage("cannot compare within Infinity: it is not a finite distance; pass 0 or more");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> assertThat(PORTFOLIO).usingFloatTolerance(Float.POSITIVE_INFINITY));
  }

  @Test
  void ignoringFields_everyField_isRefused() {
    AccountState account = AccountState.newBuilder().setBalanceCents(1).build();
    MessageAssert<AccountState> assertion =
        assertThat(account).ignoringFields("account_id", "balance_cents");
    MessageListAssert<AccountState> list =
        assertThatMessages(List.of(account)).ignoringFields("account_id", "balance_cents");

    for (ThrowingCallable comparison :
        List.<ThrowingCallable>of(
            () -> assertion.isEqualTo(account),
            () -> assertion.isNotEqualTo(account),
            () -> assertion.isIn(account),
            () -> list.containsExactly(AccountState.getDefaultInstance()),
            () -> list.isNotEqualTo(List.of()),
            () -> list.containsExactlyInAnyOrder(account),
            () -> list.contains(account),
            () -> list.doesNotContain(account))) {
      assertThatIllegalArgumentException()
          .isThrownBy(comparison)
          .withMessage(
              "cannot compare messages of \"acme.billing.AccountState\": every field is ignored;"
                  + " ignore fewer of them");
    }
    assertThatMessages(List.of(account, PORTFOLIO))
        .ignoringFields("account_id", "balance_cents")
        .containsExactly(AccountState.getDefaultInstance(), PORTFOLIO);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1.5, true",
    "1.5, 1, true",
    "1, 1.75, false",
    "NaN, NaN, true",
    "NaN, 1, false",
    "1, NaN, false",
    "Infinity, Infinity, true",
    "Infinity, -Infinity, false",
    "Infinity, 1, false",
    "0, -0, true"
  })
  void usingTolerance_anyNumber_isWithinItOrNot(float actual, float expected, boolean equal) {
    Kinds floats = Kinds.newBuilder().addFloats(actual).build();
    Kinds otherFloats = Kinds.newBuilder().addFloats(expected).build();
    Kinds doubles = Kinds.newBuilder().putDoubleMap(1, actual).build();
    Kinds otherDoubles = Kinds.newBuilder().putDoubleMap(1, expected).build();

    assertThat(passes(() -> assertThat(floats).usingFloatTolerance(0.5f).isEqualTo(otherFloats)))
        .isEqualTo(equal);
    assertThat(passes(() -> assertThat(doubles).usingDoubleTolerance(0.5).isEqualTo(otherDoubles)))
        .isEqualTo(equal);
  }

  @Test
  void unpackingAnyUsing_knownType_comparesTheMessageInIt() {
    TypeRegistry types = TypeRegistry.newBuilder().add(Portfolio.getDescriptor()).build();
    Portfolio one =
        Portfolio.newBuilder()
            .setExtra(any(tags("a").toBuilder().putNotes(1, "x").putNotes(2, "y")))
            .build();
    Portfolio other =
        Portfolio.newBuilder()
            .setExtra(any(tags("a").toBuilder().putNotes(2, "y").putNotes(1, "x")))
            .build();

    assertThat(one).isNotEqualTo(other);
    assertThat(one).unpackingAnyUsing(types).isEqualTo(other);
    assertFailure(
            () ->
                assertThat(one)
                    .unpackingAnyUsing(types)
                    .isEqualTo(Portfolio.newBuilder().setExtra(Any.pack(tags("b"))).build()))
        .hasMessageContaining("  extra.tags[0]: expected \"b\" but was \"a\"")
        .hasMessageContaining("[type.googleapis.com/acme.billing.Portfolio] {");
  }

  @Test
  void unpackingAnyUsing_unknownFieldOfTheAny_isCompared() {
    TypeRegistry types = TypeRegistry.newBuilder().add(Portfolio.getDescriptor()).build();
    Any plain = Any.pack(tags("a"));
    Message.Builder builder = plain.toBuilder(); // its method is on both versions of protobuf-java
    Any more = (Any) builder.setUnknownFields(unknown(9, 1).getUnknownFields()).build();
    Portfolio one = Portfolio.newBuilder().addParts(holding(more)).build();
    Portfolio other = Portfolio.newBuilder().addParts(holding(plain)).build();

    assertFailure(() -> assertThat(one).unpackingAnyUsing(types).isEqualTo(other))
        .hasMessageContaining("  parts[0].extra.9: expected nothing but was {9: 1}");
    assertThat(other).unpackingAnyUsing(types).isNotEqualTo(one);
    assertThat(one).unpackingAnyUsing(types).ignoringRepeatedFieldOrder().isNotEqualTo(other);
    assertThat(one).unpackingAnyUsing(types).comparingExpectedFieldsOnly().isEqualTo(other);
    assertThat(one).unpackingAnyUsing(types).ignoringUnknownFields().isEqualTo(other);
    assertThat(one).unpackingAnyUsing(types).ignoringFields("parts.extra.9").isEqualTo(other);
    assertThat(one).ignoringFields("parts.extra.9").isEqualTo(other);
    assertThat(more).unpackingAnyUsing(types).hasField("9").hasField("tags");
  }

  private static Portfolio holding(Any extra) {
    return Portfolio.newBuilder().setExtra(extra).build();
  }

  @Test
  void unpackingAnyUsing_unlikeAnys_comparesThemAsBytes() {
    TypeRegistry types =
        TypeRegistry.newBuilder().add(Portfolio.getDescriptor()).add(Any.getDescriptor()).build();
    Any known = Any.pack(tags("a"));
    Any otherPrefix = known.toBuilder().setTypeUrl("x/acme.billing.Portfolio").build();
    Any otherType = known.toBuilder().setTypeUrl("x/google.protobuf.Any").build();
    Any malformed = known.toBuilder().setValue(ByteString.copyFromUtf8("\7")).build();
    Any unknown = known.toBuilder().setTypeUrl("x/no.Such").build();
    for (Any other : List.of(otherPrefix, otherType, malformed, unknown)) {
      Portfolio one = Portfolio.newBuilder().setExtra(known).build();
      Portfolio another = Portfolio.newBuilder().setExtra(other).build();

      assertFailure(() -> assertThat(one).unpackingAnyUsing(types).isEqualTo(another))
          .hasMessageContaining(
              other.equals(malformed) ? "  extra.value: expected \"\\a\"" : "  extra.type_url: ");
      assertThat(another).unpackingAnyUsing(types).isNotEqualTo(one).isEqualTo(another);
    }
  }

  private static Any any(Portfolio.Builder portfolio) {
    return Any.pack(portfolio.build());
  }

  @Test
  void ignoringFields_pathBelowAnIgnoredOne_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                assertThat(PORTFOLIO)
                    .ignoringFields("accounts.balance_cents", "accounts")
                    .isEqualTo(PORTFOLIO))
        .withMessage(
            "cannot ignore field \"accounts.balance_cents\" of message \"acme.billing.Portfolio\":"
                + " \"accounts\" is ignored; leave out one of the two");
    for (String path : List.of("accounts", "parts.tags")) {
      assertThatIllegalArgumentException()
          .isThrownBy(
              () ->
                  assertThat(PORTFOLIO)
                      .ignoringRepeatedFieldOrderOfFields(path)
                      .ignoringFields("accounts", "parts")
                      .isEqualTo(PORTFOLIO))
          .withMessageStartingWith("cannot ignore the order of field \"" + path + "\" of message ");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                assertThat(PORTFOLIO)
                    .ignoringRepeatedFieldOrderOfFields("tags")
                    .ignoringRepeatedFieldOrder()
                    .isEqualTo(PORTFOLIO))
        .withMessageContaining("the order of all fields is ignored");
  }

  @Test
  void comparingExpectedFieldsOnly_payloadThatSetsNothing_isRefused() {
    TypeRegistry types =
        TypeRegistry.newBuilder()
            .add(BoolValue.getDescriptor())
            .add(Empty.getDescriptor())
            .add(Any.getDescriptor())
            .build();
    Any no = Any.pack(BoolValue.of(false));
    Any yes = Any.pack(BoolValue.of(true));
    Any empty = Any.pack(Empty.getDefaultInstance());

    for (Any each : List.of(no, Any.pack(no))) {
      assertThatIllegalArgumentException()
          .isThrownBy(
              () ->
                  assertThat(yes)
                      .unpackingAnyUsing(types)
                      .comparingExpectedFieldsOnly()
                      .isNotEqualTo(each))
          .withMessageStartingWith(
              "cannot compare only the expected fields of \"google.protobuf.BoolValue\": ");
    }
    assertThat(no)
        .unpackingAnyUsing(types)
        .comparingExpectedFieldsOnly()
        .isNotEqualTo(yes)
        .isNotEqualTo(empty);
    assertThat(empty).unpackingAnyUsing(types).comparingExpectedFieldsOnly().isEqualTo(empty);
  }

  @Test
  void comparingExpectedFieldsOnly_anyThatIsNotUnpacked_isComparedAsBytes() {
    Any no = Any.pack(BoolValue.of(false));
    Any yes = Any.pack(BoolValue.of(true));

    assertThat(yes).comparingExpectedFieldsOnly().isNotEqualTo(no);
    assertThat(Portfolio.newBuilder().setExtra(yes).build())
        .comparingExpectedFieldsOnly()
        .isNotEqualTo(Portfolio.newBuilder().setExtra(no).build());
    assertThat(DurableState.newBuilder().setPersistenceId("a").setResultingState(yes).build())
        .comparingExpectedFieldsOnly()
        .isNotEqualTo(
            DurableState.newBuilder().setPersistenceId("a").setResultingState(no).build());
  }

  @Test
  void isNotEqualTo_optionWithoutEffect_isRefused() {
    TypeRegistry types = TypeRegistry.newBuilder().add(BoolValue.getDescriptor()).build();

    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                assertThat(Portfolio.newBuilder().setExtra(Any.pack(BoolValue.of(true))).build())
                    .ignoringFields("extra.nonsense")
                    .unpackingAnyUsing(types)
                    .isNotEqualTo(
                        Portfolio.newBuilder().setExtra(Any.pack(BoolValue.of(false))).build()))
        .withMessageContaining("nonsense");
  }

  @Test
  void isIn_nothing_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> assertThat(PORTFOLIO).isNotIn())
        .withMessage(
            "cannot call isNotIn(...): there is nothing to compare with; pass at least one");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> assertThatMessages(List.of(PORTFOLIO)).contains())
        .withMessage(
            "cannot call contains(...): there is nothing to compare with; pass at least one");
  }

  @Test
  void comparingExpectedFieldsOnly_anysInAList_comparesTheFieldsOfAnyOfThem() {
    TypeRegistry types = TypeRegistry.newBuilder().add(Portfolio.getDescriptor()).build();
    Any ada = Any.pack(named("Ada", tags()));
    Any adaWithTag = Any.pack(named("Ada", tags("x")));

    assertThat(parts(holding(adaWithTag), holding(adaWithTag)))
        .unpackingAnyUsing(types)
        .comparingExpectedFieldsOnly()
        .isEqualTo(parts(holding(ada), holding(ada)));
    assertFailure(
            () ->
                assertThat(parts(holding(adaWithTag), holding(adaWithTag)))
                    .unpackingAnyUsing(types)
                    .comparingExpectedFieldsOnly()
                    .isEqualTo(parts(holding(ada), holding(Any.pack(tags("x"))))))
        .hasMessageContainingAll(
            "2 fields differ",
            "  parts[0].extra.tags[0]: expected nothing but was \"x\"",
            "  parts[1].extra.owner: expected \"\" but was \"Ada\"");
  }

  @Test
  void isEqualTo_unpairedSurrogate_differsFromAQuestionMark() {
    assertThat(account("a\uD800", 1)).isNotEqualTo(account("a?", 1));
  }
}
