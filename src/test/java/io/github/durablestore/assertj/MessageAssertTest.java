package io.github.durablestore.assertj;

import static io.github.durablestore.assertj.Failures.assertFailure;
import static io.github.durablestore.assertj.Portfolios.ACCOUNT;
import static io.github.durablestore.assertj.Portfolios.PORTFOLIO;
import static io.github.durablestore.assertj.Portfolios.account;
import static io.github.durablestore.assertj.Portfolios.holding;
import static io.github.durablestore.assertj.Portfolios.tags;
import static io.github.durablestore.assertj.Portfolios.unknown;
import static io.github.durablestore.assertj.StateStoreAssertions.assertThat;
import static io.github.durablestore.assertj.StateStoreAssertions.assertThatIllegalArgumentException;
import static io.github.durablestore.assertj.StateStoreAssertions.assertThatIllegalStateException;
import static io.github.durablestore.assertj.StateStoreAssertions.assertThatMessages;
import static org.assertj.core.api.InstanceOfAssertFactories.ITERABLE;

import acme.billing.AccountState;
import acme.billing.Portfolio;
import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.UnknownFieldSet;
import io.github.durablestore.kinds.Kinds;
import io.github.durablestore.kinds.Orders;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a failure says of two messages: {@link MessageAssert}, {@link MessageComparison}, {@link
 * Differences}.
 */
class MessageAssertTest {

  // Differences

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          owner            | owner: expected "Ada" but was "Bob"
          rank             | rank: expected 0 but was nothing
          seal             | seal: expected "" but was "x\\000"
          account_changed  | accounts[1].balance_cents: expected 2 but was 9
          account_missing  | accounts: expected {account_id: "b" balance_cents: 2} at [1] but it is missing
          account_extra    | accounts[1]: expected nothing but was {account_id: "z"}
          by_name          | by_name["x"].account_id: expected "account-42" but was "y"
          by_name_extra    | by_name["y"]: expected nothing but was {}
          notes_missing    | notes[7]: expected "seven" but was nothing
          notes_extra      | notes[18446744073709551615]: expected nothing but was "b"
          main             | main.balance_cents: expected 4200 but was 1
          main_missing     | main: expected {account_id: "account-42" balance_cents: 4200} but was nothing
          status           | status: expected OPEN but was CLOSED
          rate             | rate: expected 1.5 but was -0.0
          tags             | tags[0]: expected nothing but was "zero"
          unknown          | 1000: expected nothing but was {1000: 7}
          main_unknown     | main.1000: expected nothing but was {1000: 7}
          """)
  void isEqualTo_other_namesTheDifference(String change, String line) {
    assertFailure(() -> assertThat(change(change)).isEqualTo(PORTFOLIO))
        .hasMessageStartingWith(
            "expected the message to be equal to another, but 1 field differs:%n  %s%nexpected:%n",
            line.strip());
  }

  private static Portfolio change(String change) {
    Portfolio.Builder portfolio = PORTFOLIO.toBuilder();
    UnknownFieldSet unknown =
        UnknownFieldSet.newBuilder()
            .addField(1_000, UnknownFieldSet.Field.newBuilder().addVarint(7).build())
            .build();
    Portfolio.Builder changed =
        switch (change) {
          case "owner" -> portfolio.setOwner("Bob");
          case "rank" -> portfolio.clearRank();
          case "seal" -> portfolio.setSeal(ByteString.copyFromUtf8("x\0"));
          case "account_changed" -> portfolio.setAccounts(1, account("b", 9));
          case "account_missing" -> portfolio.removeAccounts(1);
          case "account_extra" -> portfolio.addAccounts(1, account("z", 0));
          case "by_name" -> portfolio.putByName("x", account("y", 4200));
          case "by_name_extra" -> portfolio.putByName("y", AccountState.getDefaultInstance());
          case "notes_missing" -> portfolio.clearNotes();
          case "notes_extra" -> portfolio.putNotes(-1, "b");
          case "main" -> portfolio.setMain(account("account-42", 1));
          case "main_missing" -> portfolio.clearMain();
          case "status" -> portfolio.setStatus(Portfolio.Status.CLOSED);
          case "rate" -> portfolio.setRate(-0.0);
          case "tags" -> portfolio.clearTags().addTags("zero").addTags("one").addTags("two");
          case "unknown" -> portfolio.setUnknownFields(unknown);
          case "main_unknown" -> portfolio.setMain(ACCOUNT.toBuilder().setUnknownFields(unknown));
          default -> throw new AssertionError(change);
        };
    return changed.build();
  }

  @Test
  void isEqualTo_manyDifferences_listsTwenty() {
    Portfolio.Builder one = Portfolio.newBuilder();
    Portfolio.Builder other = Portfolio.newBuilder();
    for (int i = 0; i < 10_000; i++) {
      one.addTags("a" + i);
      other.addTags("b" + i);
    }

    assertFailure(() -> assertThat(one.build()).isEqualTo(other.build()))
        .hasMessageContainingAll(
            "but 10000 fields differ:",
            "  tags[19]: expected \"b19\" but was \"a19\"",
            "  and 9980 more")
        .satisfies(
            e -> assertThat(e.getMessage()).doesNotContain("tags[20]").hasSizeLessThan(12_000));
  }

  @Test
  void comparingExpectedFieldsOnly_entryOnlyInTheActualMap_isADifference() {
    Portfolio expected = Portfolio.newBuilder().putNotes(1, "a").build();
    Portfolio actual = expected.toBuilder().putNotes(2, "b").setOwner("Ada").build();

    assertFailure(() -> assertThat(actual).comparingExpectedFieldsOnly().isEqualTo(expected))
        .hasMessageContaining("1 field differs:\n  notes[2]: expected nothing but was \"b\"\n");
  }

  @Test
  void isEqualTo_moreDifferencesThanAreCounted_saysAtLeast() {
    Kinds.Builder one = Kinds.newBuilder();
    Kinds.Builder other = Kinds.newBuilder().setMessage(Kinds.newBuilder().setString("a"));
    for (int i = 0; i < 100_000; i++) {
      one.addInt32S(i);
      other.addInt32S(-i - 1);
    }

    assertFailure(() -> assertThat(one.build()).isEqualTo(other.build()))
        .hasMessageContainingAll("but at least 100000 fields differ:", "\n  and more\n");
  }

  @Test
  void isEqualTo_longStringsThatDifferInTheLast_showsTheSurroundings() {
    assertFailure(
            () ->
                assertThat(account("a".repeat(5_000) + "c", 0))
                    .isEqualTo(account("a".repeat(5_000) + "b", 0)))
        .hasMessage(
            "expected the message to be equal to another, but 1 field differs:%n"
                + "  account_id: expected %s but was %s%n"
                + "expected:%naccount_id: %s\nbut was:%naccount_id: %s\n",
            "...\"" + "a".repeat(50) + "b\" (differs at character 5001 of 5001)",
            "...\"" + "a".repeat(50) + "c\" (differs at character 5001 of 5001)",
            "...\"" + "a".repeat(50) + "b\" (differs at character 5001 of 5001)",
            "...\"" + "a".repeat(50) + "c\" (differs at character 5001 of 5001)");
  }

  @Test
  void isEqualTo_longBytes_showsTheSurroundings() {
    ByteString bytes = ByteString.copyFrom(new byte[100_000]);

    assertFailure(
            () ->
                assertThat(Kinds.newBuilder().setBytes(bytes).build())
                    .isEqualTo(Kinds.newBuilder().setBytes(bytes.substring(1)).build()))
        .hasMessageContainingAll(
            "  bytes: expected ...\"\\000",
            " (ends after byte 99999) but was ...\"\\000",
            " (differs at byte 100000 of 100000)")
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(6_000));
  }

  @Test
  void isEqualTo_differenceBehindTheCut_showsItsSurroundings() {
    Portfolio.Builder one = Portfolio.newBuilder();
    for (int i = 0; i < 2_000; i++) {
      one.addTags("tag " + i).putNotes(i, "note");
    }
    Portfolio other = one.putNotes(1_900, "other").build();
    one.putNotes(1_900, "note");

    assertFailure(() -> assertThat(one.build()).isEqualTo(other))
        .hasMessageContainingAll(
            "  notes[1900]: expected \"other\" but was \"note\"",
            "expected:%n... (cut before line 7593)\n".formatted(),
            "  key: 1900\n  value: \"other\"\n",
            "but was:%n... (cut before line 7593)\n".formatted(),
            "  key: 1900\n  value: \"note\"\n",
            "... (cut after line 7613)");
  }

  @Test
  void isEqualTo_unknownBytesAndPayloadsBehindTheCut_showTheirSurroundings() {
    TypeRegistry types = TypeRegistry.newBuilder().add(Portfolio.getDescriptor()).build();
    Portfolio.Builder one = Portfolio.newBuilder();
    for (int i = 0; i < 3_000; i++) {
      one.addTags("tag");
    }
    Portfolio other = one.clone().setTags(2_999, "other").build();

    assertFailure(
            () ->
                assertThat(holding(one.build())).unpackingAnyUsing(types).isEqualTo(holding(other)))
        .hasMessageContaining("    tags: \"other\"\n");
    assertFailure(
            () -> assertThat(unknown("x".repeat(900) + 1)).isEqualTo(unknown("x".repeat(900))))
        .hasMessageContainingAll(
            "  1000: expected {1000: ...\"xxx",
            "x\" (ends after byte 900)}",
            "(differs at byte 901");
  }

  private static Portfolio holding(Portfolio payload) {
    return Portfolio.newBuilder().setExtra(Any.pack(payload)).build();
  }

  private static Portfolio unknown(String bytes) {
    var field =
        UnknownFieldSet.Field.newBuilder()
            .addLengthDelimited(ByteString.copyFromUtf8(bytes))
            .build();
    return Portfolio.newBuilder()
        .setUnknownFields(UnknownFieldSet.newBuilder().addField(1_000, field).build())
        .build();
  }

  @Test
  void isEqualTo_unknownEnumValue_isShownByItsNumberEverywhere() {
    Portfolio one = Portfolio.newBuilder().setStatusValue(7).putByFlagValue(true, 8).build();

    assertFailure(() -> assertThat(one).isEqualTo(Portfolio.getDefaultInstance()))
        .hasMessageContainingAll(
            "  status: expected OPEN but was 7",
            "  by_flag[true]: expected nothing but was 8",
            "status: 7\n",
            "  value: 8\n");
  }

  @Test
  void isEqualTo_manyElementsOneMore_namesIt() {
    Portfolio.Builder one = Portfolio.newBuilder();
    for (int i = 0; i < 10_000; i++) {
      one.addAccounts(account("a" + i, i));
    }
    Portfolio other = one.build();

    assertFailure(() -> assertThat(one.addAccounts(5_000, ACCOUNT).build()).isEqualTo(other))
        .hasMessageContainingAll("1 field differs", "  accounts[5000]: expected nothing but was {");
  }

  @Test
  void isEqualTo_severalElementsMoreAndLess_alignsTheRest() {
    assertFailure(
            () ->
                assertThat(tags("a", "x", "b", "c", "d", "y")).isEqualTo(tags("b", "c", "z", "d")))
        .hasMessageContaining(
            ("but 4 fields differ:%n  tags[0]: expected nothing but was \"a\"%n  tags[1]: expected"
                    + " nothing but was \"x\"%n  tags: expected \"z\" at [2] but it is missing%n"
                    + "  tags[5]: expected nothing but was \"y\"%n")
                .formatted());
  }

  @Test
  void isEqualTo_equal_passes() throws Exception {
    assertThat(PORTFOLIO).isEqualTo(PORTFOLIO.toBuilder().build());
    assertThat(PORTFOLIO)
        .isEqualTo(DynamicMessage.parseFrom(Portfolio.getDescriptor(), PORTFOLIO.toByteString()));
    assertThat(
            (Message) DynamicMessage.parseFrom(Portfolio.getDescriptor(), PORTFOLIO.toByteString()))
        .isEqualTo(PORTFOLIO);
    assertThat(Portfolio.newBuilder().setRate(Double.NaN).build())
        .isEqualTo(Portfolio.newBuilder().setRate(Double.NaN).build());
    assertThat(Portfolio.newBuilder().putNotes(1, "a").putNotes(2, "b").build())
        .isEqualTo(Portfolio.newBuilder().putNotes(2, "b").putNotes(1, "a").build());
  }

  @Test
  @EnabledIfSystemProperty(named = "protobuf.version", matches = "4.*", disabledReason = "editions")
  void isEqualTo_edition_mindsPresence() {
    DynamicMessage order = Orders.order("id: '' first { item: 'a' } lines { } ratings: [1, 2]");

    assertThat((Message) order).isEqualTo(Orders.order(TextFormat.printer().printToString(order)));
    assertThat((Message) order).hasField("id").doesNotHaveField("total");
    assertFailure(
            () ->
                assertThat((Message) order)
                    .isEqualTo(Orders.order("first { item: 'b' } ratings: 2 total: 0")))
        .hasMessageContainingAll(
            "4 fields differ",
            "  id: expected nothing but was \"\"",
            "  first.item: expected \"b\" but was \"a\"",
            "  lines[0]: expected nothing but was {}",
            "  ratings[0]: expected nothing but was 1");
  }

  @Test
  void isEqualTo_percentSigns_areShownAsTheyAre() {
    assertFailure(() -> assertThat(tags("100%s%n%d")).isEqualTo(tags("100%")))
        .hasMessageContaining("tags[0]: expected \"100%\" but was \"100%s%n%d\"");
  }

  @Test
  void isEqualTo_nestedTooDeeply_isAFailure() {
    Portfolio one = PORTFOLIO;
    Portfolio other = PORTFOLIO;
    for (int i = 0; i < 20_000; i++) {
      one = Portfolio.newBuilder().setHead(one).build();
      other = Portfolio.newBuilder().setHead(other).setRank(i).build();
    }
    Portfolio actual = one;
    Portfolio expected = other;

    assertFailure(() -> assertThat(actual).isEqualTo(expected))
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(12_000));
  }

  @Test
  void paths_nestedTooDeeply_areFailures() {
    Portfolio one = PORTFOLIO;
    for (int i = 0; i < 100_000; i++) {
      one = Portfolio.newBuilder().setHead(one).build();
    }
    Portfolio deep = one;
    List<ThrowingCallable> assertions =
        List.of(
            () -> assertThat(deep).hasField("owner"),
            () -> assertThat(deep).doesNotHaveField("owner"),
            () -> assertThat(deep).ignoringFields("owner"),
            () -> assertThat(deep).ignoringRepeatedFieldOrderOfFields("tags"));

    for (ThrowingCallable assertion : assertions) {
      assertFailure(assertion).hasMessageContaining("nested too deeply");
    }
  }

  @Test
  void isEqualTo_otherTypeOrNoMessage_saysSo() {
    assertFailure(() -> assertThat(ACCOUNT).isEqualTo(PORTFOLIO))
        .hasMessage(
            "expected the message to be of type \"acme.billing.Portfolio\" but it is of type"
                + " \"acme.billing.AccountState\"");
    assertThatIllegalArgumentException().isThrownBy(() -> assertThat(ACCOUNT).isEqualTo("a"));
    assertFailure(() -> assertThat(ACCOUNT).isEqualTo(null)).hasMessageContaining("null");
    assertFailure(() -> assertThat((Portfolio) null).isEqualTo(PORTFOLIO))
        .hasMessageContaining("null");
  }

  @Test
  void isNotEqualTo_isTheOpposite() {
    assertThat(PORTFOLIO).isNotEqualTo(change("owner")).isNotEqualTo(ACCOUNT).isNotEqualTo(null);
    assertThat((Portfolio) null).isNotEqualTo(PORTFOLIO);
    assertFailure(() -> assertThat(PORTFOLIO).ignoringFields("owner").isNotEqualTo(change("owner")))
        .hasMessageStartingWith("expected a message other than this, ignoring owner:");
  }

  // Fields

  @Test
  void hasField_set_passes() {
    assertThat(PORTFOLIO)
        .hasField("owner")
        .hasField("accounts")
        .hasField("by_name")
        .hasField("rank")
        .hasField("main.account_id")
        .doesNotHaveField("head")
        .doesNotHaveField("head.head.owner")
        .doesNotHaveField("status")
        .doesNotHaveField("parts");
    assertFailure(() -> assertThat(ACCOUNT).doesNotHaveField("account_id"))
        .hasMessageStartingWith(
            "expected field \"account_id\" not to be set but it is:%n".formatted());
    assertFailure(() -> assertThat(PORTFOLIO).as("it").hasField("head.owner"))
        .hasMessageStartingWith(
            "[it] expected field \"head.owner\" to be set but it is not:%n".formatted());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> assertThat(PORTFOLIO).hasField("accounts.account_id"))
        .withMessageEndingWith("\"accounts\" is repeated; extract its elements first");
  }

  // AssertJ

  @Test
  void conventions_hold() {
    var softly = new SoftAssertions();
    softly.check(() -> assertThat(ACCOUNT).as("one").isEqualTo(PORTFOLIO));
    softly.check(() -> assertThat(ACCOUNT).withFailMessage("two").hasField("balance_cents"));
    softly.check(() -> assertThat(ACCOUNT).withFailMessage("three").doesNotHaveField("account_id"));
    assertThat(softly.errorsCollected())
        .extracting(Throwable::getMessage)
        .satisfiesExactly(
            message -> assertThat(message).startsWith("[one] "),
            message -> assertThat(message).startsWith("three"));
    assertThat(ACCOUNT).extracting(AccountState::getBalanceCents).isEqualTo(4200L);
    assertThat(ACCOUNT).satisfies(account -> assertThat(account.getAccountId()).isNotEmpty());
  }

  @Test
  void isIn_options_apply() {
    assertThat(account("a", 1))
        .ignoringFields("balance_cents")
        .isIn(account("b", 1), account("a", 2))
        .isNotIn(account("b", 1), PORTFOLIO);
    assertFailure(
            () -> assertThat(account("a", 1)).ignoringFields("account_id").isIn(account("a", 2)))
        .hasMessageContaining("expected one of these messages, ignoring account_id:");
    assertFailure(
            () -> assertThat(account("a", 1)).ignoringFields("account_id").isNotIn(account("b", 1)))
        .hasMessageContaining("expected none of these messages, ignoring account_id:");
    assertFailure(() -> assertThat((AccountState) null).isIn(account("a", 2)));
    assertThat((AccountState) null).isNotIn(account("a", 2));
  }

  @Test
  void usingComparator_any_takesThePlaceOfTheComparison() {
    MessageAssert<AccountState> byId =
        assertThat(ACCOUNT)
            .usingComparator(Comparator.comparing(AccountState::getAccountId), "by id");

    byId.isEqualTo(account("account-42", 7)).isNotEqualTo(account("x", 4200));
    assertFailure(() -> byId.isEqualTo(account("x", 4200))).hasMessageContaining("by id");
    assertThat(ACCOUNT)
        .usingEquals((one, other) -> true)
        .isEqualTo(account("x", 7))
        .usingDefaultComparator()
        .isNotEqualTo(account("x", 7));
  }

  @Test
  void options_withAnotherWayToCompare_areRefused() {
    Comparator<AccountState> byId = Comparator.comparing(AccountState::getAccountId);
    List<ThrowingCallable> chains =
        List.of(
            () -> assertThat(ACCOUNT).ignoringFields("balance_cents").usingRecursiveComparison(),
            () -> assertThat(ACCOUNT).usingDoubleTolerance(1).usingRecursiveAssertion(),
            () -> assertThat(ACCOUNT).ignoringFields("balance_cents").asInstanceOf(ITERABLE),
            () -> assertThatMessages(List.of(ACCOUNT)).ignoringRepeatedFieldOrder().asList(),
            () -> assertThat(ACCOUNT).comparingExpectedFieldsOnly().usingComparator(byId),
            () -> assertThat(ACCOUNT).usingComparator(byId).ignoringRepeatedFieldOrder(),
            () -> assertThat(ACCOUNT).usingEquals(Object::equals).ignoringFields("account_id"));

    for (ThrowingCallable chain : chains) {
      assertThatIllegalStateException()
          .isThrownBy(chain)
          .withMessageContaining("; leave out one of the two");
    }
    assertThatIllegalStateException()
        .isThrownBy(chains.get(0))
        .withMessage(
            "cannot call usingRecursiveComparison(): it does not use the options before it,"
                + " ignoring balance_cents; leave out one of the two");
    assertThat(ACCOUNT)
        .usingComparator(byId)
        .usingDefaultComparator()
        .ignoringFields("balance_cents")
        .isEqualTo(account("account-42", 7));
  }

  @Test
  void everyText_deepMessage_isBounded() {
    Portfolio deep = PORTFOLIO;
    for (int i = 0; i < 3_000; i++) {
      deep = Portfolio.newBuilder().setHead(deep).build();
    }
    Portfolio found = deep;

    assertFailure(() -> assertThat(found).isEqualTo(PORTFOLIO))
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(12_000));
    assertFailure(() -> assertThat(found).isNull())
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(12_000));
  }

  @Test
  void isEqualTo_differencesInADeepPlace_showTheEndOfThePath() {
    Portfolio one = Portfolio.getDefaultInstance();
    Portfolio other = Portfolio.newBuilder().addAllTags(Collections.nCopies(20, "x")).build();
    for (int i = 0; i < 200; i++) {
      one = Portfolio.newBuilder().setHead(one).build();
      other = Portfolio.newBuilder().setHead(other).build();
    }
    Portfolio actual = one;
    Portfolio expected = other;

    assertFailure(() -> assertThat(actual).isEqualTo(expected))
        .hasMessageContaining("head.head.tags[19]: expected \"x\" but was nothing")
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(20_000));
  }
}
