package io.github.durablestore.assertj;

import static io.github.durablestore.assertj.StateStoreAssertions.assertThat;
import static io.github.durablestore.assertj.StateStoreAssertions.assertThatIllegalArgumentException;
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
import com.google.protobuf.TextFormat;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.UnknownFieldSet;
import io.github.durablestore.kinds.Extension;
import io.github.durablestore.kinds.Kinds;
import io.github.durablestore.kinds.OldKinds;
import io.github.durablestore.kinds.Orders;
import java.util.Comparator;
import java.util.List;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.SoftAssertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessageAssertTest {
  private static final AccountState ACCOUNT =
      AccountState.newBuilder().setAccountId("account-42").setBalanceCents(4200).build();
  private static final Portfolio PORTFOLIO =
      Portfolio.newBuilder()
          .setOwner("Ada")
          .addAccounts(account("a", 1))
          .addAccounts(account("b", 2))
          .addAccounts(account("c", 3))
          .putByName("x", ACCOUNT)
          .putNotes(7, "seven")
          .setMain(ACCOUNT)
          .setRank(0)
          .setRate(1.5)
          .addTags("one")
          .addTags("two")
          .build();

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
          account_missing  | accounts[1]: expected {account_id: "b" balance_cents: 2} but was nothing
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
  void isEqualTo_moreDifferencesThanAreCounted_saysAtLeast() {
    Kinds.Builder one = Kinds.newBuilder();
    Kinds.Builder other = Kinds.newBuilder().setMessage(Kinds.newBuilder().setString("a"));
    for (int i = 0; i < 100_000; i++) {
      one.addInt32S(i);
      other.addInt32S(-i - 1);
    }

    assertFailure(() -> assertThat(one.build()).isEqualTo(other.build()))
        .hasMessageContainingAll("but at least 100000 fields differ:", "  and 99980 more");
  }

  @Test
  void isEqualTo_longValues_areCut() {
    ByteString bytes = ByteString.copyFrom(new byte[100_000]);

    assertFailure(
            () ->
                assertThat(Kinds.newBuilder().setBytes(bytes).build())
                    .isEqualTo(Kinds.newBuilder().setBytes(bytes.substring(1)).build()))
        .hasMessageContainingAll("(99999 bytes) but was \"\\000", "(100000 bytes)")
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(6_000));
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
                    + " nothing but was \"x\"%n  tags[2]: expected \"z\" but was nothing%n  tags[5]:"
                    + " expected nothing but was \"y\"%n")
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
  void isEqualTo_extension_isComparedAsAnUnknownField() {
    LegacyAccount legacy =
        LegacyAccount.newBuilder().setAccountId("a").setExtension(Legacy.rating, 5).build();

    assertThat(legacy).isEqualTo(legacy.toBuilder().build());
    assertFailure(
            () ->
                assertThat(legacy)
                    .isEqualTo(legacy.toBuilder().clearExtension(Legacy.rating).build()))
        .hasMessageContaining("  100: expected nothing but was {100: 5}");
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
  void isEqualTo_mapOfAnExtensionInAnotherOrder_passes() {
    Kinds map = Kinds.newBuilder().putDoubleMap(1, 1).putDoubleMap(2, 2).build();
    Kinds otherMap = Kinds.newBuilder().putDoubleMap(2, 2).putDoubleMap(1, 1).build();
    OldKinds one = OldKinds.newBuilder().setRequired("").setExtension(Extension.more, map).build();
    OldKinds other = one.toBuilder().setExtension(Extension.more, otherMap).build();

    assertThat(one).isEqualTo(other);
    assertThat(one).isNotEqualTo(one.toBuilder().clearExtension(Extension.more).build());
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
  void isEqualTo_otherTypeOrNoMessage_saysSo() {
    assertFailure(() -> assertThat(ACCOUNT).isEqualTo(PORTFOLIO))
        .hasMessage(
            "expected the message to be of type \"acme.billing.Portfolio\" but it is of type"
                + " \"acme.billing.AccountState\"");
    assertFailure(() -> assertThat(ACCOUNT).isEqualTo("a")).hasMessageContaining("a");
    assertFailure(() -> assertThat(ACCOUNT).isEqualTo(null)).hasMessageContaining("null");
    assertFailure(() -> assertThat((Portfolio) null).isEqualTo(PORTFOLIO))
        .hasMessageContaining("null");
  }

  @Test
  void isNotEqualTo_isTheOpposite() {
    assertThat(PORTFOLIO).isNotEqualTo(change("owner")).isNotEqualTo(ACCOUNT).isNotEqualTo(null);
    assertThat((Portfolio) null).isNotEqualTo(PORTFOLIO);
    assertFailure(() -> assertThat(PORTFOLIO).ignoringFields("owner").isNotEqualTo(change("owner")))
        .hasMessageStartingWith("expected another message than this, ignoring owner:");
  }

  // Options

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
    assertThat(PORTFOLIO).ignoringFields("owner", "owner").isEqualTo(change("owner"));
    assertThatNullPointerException()
        .isThrownBy(() -> assertThat(PORTFOLIO).ignoringFields("owner", null))
        .withMessage("path");
  }

  @Test
  void ignoringRepeatedFieldOrder_otherOrder_passes() {
    Portfolio other =
        PORTFOLIO.toBuilder()
            .clearAccounts()
            .addAccounts(account("c", 3))
            .addAccounts(account("a", 1))
            .addAccounts(account("b", 2))
            .build();

    assertThat(PORTFOLIO).ignoringRepeatedFieldOrder().isEqualTo(other);
    assertThat(PORTFOLIO).ignoringRepeatedFieldOrderOfFields("accounts").isEqualTo(other);
    assertThat(PORTFOLIO).ignoringRepeatedFieldOrderOfFields("tags").isNotEqualTo(other);
    assertFailure(
            () ->
                assertThat(tags("a", "b", "b"))
                    .ignoringRepeatedFieldOrder()
                    .isEqualTo(tags("b", "a")))
        .hasMessageContaining("  tags[2]: expected nothing but was \"b\"");
  }

  @Test
  void ignoringRepeatedFieldOrder_manyElements_findsTheOneThatDiffers() {
    Portfolio.Builder one = Portfolio.newBuilder();
    Portfolio.Builder other = Portfolio.newBuilder();
    for (int i = 0; i < 10_000; i++) { // minutes, if each were compared to each
      one.addAccounts(account("a" + i, i));
      other.addAccounts(account("a" + (9_999 - i), 9_999 - i));
    }

    assertThat(one.build()).ignoringRepeatedFieldOrder().isEqualTo(other.build());
    one.setAccounts(5_000, account("a5000", 7));
    assertFailure(
            () -> assertThat(one.build()).ignoringRepeatedFieldOrder().isEqualTo(other.build()))
        .hasMessageContainingAll(
            "1 field differs", "  accounts[5000].balance_cents: expected 5000 but was 7");
  }

  @Test
  void ignoringRepeatedFieldOrder_manyElementsWithinATolerance_findsTheOneThatDiffers() {
    Kinds.Builder one = Kinds.newBuilder();
    Kinds.Builder other = Kinds.newBuilder();
    for (int i = 0; i < 10_000; i++) {
      one.addMessages(Kinds.newBuilder().setDouble(i % 100).setOptionalDouble(i));
      other.addMessages(0, Kinds.newBuilder().setDouble(i % 100 + 1e-10).setOptionalDouble(i));
    }

    assertThat(one.build())
        .ignoringRepeatedFieldOrder()
        .usingDoubleTolerance(1e-9)
        .isEqualTo(other.build());
    one.setMessages(5_000, Kinds.newBuilder().setDouble(1).setOptionalDouble(5_000));
    assertFailure(
            () ->
                assertThat(one.build())
                    .ignoringRepeatedFieldOrder()
                    .usingDoubleTolerance(1e-9)
                    .isEqualTo(other.build()))
        .hasMessageContainingAll(
            "1 field differs", "  messages[5000].double: expected 1.0E-10 but was 1.0\n");
  }

  @Test
  void ignoringRepeatedFieldOrder_oneHugeNumber_isAsFast() {
    Kinds.Builder one = Kinds.newBuilder();
    Kinds.Builder other = Kinds.newBuilder();
    for (int i = 0; i < 10_000; i++) { // minutes, if each were compared to each
      one.addMessages(Kinds.newBuilder().setDouble(i == 7 ? Double.MAX_VALUE : i));
      other.addMessages(0, Kinds.newBuilder().setDouble(i == 7 ? Double.MAX_VALUE : i));
    }

    assertThat(one.build())
        .ignoringRepeatedFieldOrder()
        .usingDoubleTolerance(1e-9)
        .isEqualTo(other.build());
  }

  @Test
  void ignoringRepeatedFieldOrder_deepNesting_isNotExponential() {
    Kinds one = Kinds.newBuilder().setDouble(0).build();
    Kinds other = Kinds.newBuilder().setDouble(1.5).build();
    for (int depth = 0; depth < 25; depth++) {
      one = Kinds.newBuilder().addMessages(one).build();
      other = Kinds.newBuilder().addMessages(other).build();
    }

    assertThat(one).ignoringRepeatedFieldOrder().usingDoubleTolerance(1).isNotEqualTo(other);
    Kinds expected = other;
    Kinds actual = one;
    assertFailure(
            () ->
                assertThat(actual)
                    .ignoringRepeatedFieldOrder()
                    .usingDoubleTolerance(1)
                    .isEqualTo(expected))
        .hasMessageContaining("1 field differs");
  }

  @Test
  void ignoringRepeatedFieldOrder_manyAnys_findsTheOneThatDiffers() {
    TypeRegistry types = TypeRegistry.newBuilder().add(AccountState.getDescriptor()).build();
    Portfolio.Builder one = Portfolio.newBuilder();
    Portfolio.Builder other = Portfolio.newBuilder();
    for (int i = 0; i < 5_000; i++) {
      one.addParts(Portfolio.newBuilder().setExtra(Any.pack(account("a" + i, i))));
      other.addParts(0, Portfolio.newBuilder().setExtra(Any.pack(account("a" + i, i))));
    }
    one.setParts(7, Portfolio.newBuilder().setExtra(Any.pack(account("a7", 8))));

    assertFailure(
            () ->
                assertThat(one.build())
                    .ignoringRepeatedFieldOrder()
                    .unpackingAnyUsing(types)
                    .isEqualTo(other.build()))
        .hasMessageContainingAll(
            "1 field differs", "  parts[7].extra.balance_cents: expected 7 but was 8\n");
  }

  @Test
  void ignoringRepeatedFieldOrder_elementsThatEqualSeveral_areMatched() {
    Kinds actual = Kinds.newBuilder().addDoubles(1.125).addDoubles(0.875).build();
    Kinds expected = Kinds.newBuilder().addDoubles(1).addDoubles(1.25).build();

    assertThat(actual)
        .ignoringRepeatedFieldOrder()
        .usingDoubleTolerance(0.125)
        .isEqualTo(expected)
        .isNotEqualTo(expected.toBuilder().setDoubles(1, 1.5).build());
    assertThat(Portfolio.newBuilder().addParts(unknown(1_000, 7)).addParts(tags()).build())
        .ignoringRepeatedFieldOrder()
        .comparingExpectedFieldsOnly()
        .isEqualTo(Portfolio.newBuilder().addParts(tags()).addParts(unknown(1_000, 7)).build());
  }

  @Test
  void ignoringRepeatedFieldOrder_severalDiffer_comparesThoseThatAreMostAlike() {
    Portfolio actual =
        Portfolio.newBuilder()
            .addAccounts(account("a", 1))
            .addAccounts(account("b", 9))
            .addAccounts(account("c", 3))
            .build();
    Portfolio expected =
        Portfolio.newBuilder()
            .addAccounts(account("c", 4))
            .addAccounts(account("b", 2))
            .addAccounts(account("a", 1))
            .addAccounts(account("d", 5))
            .build();

    assertFailure(() -> assertThat(actual).ignoringRepeatedFieldOrder().isEqualTo(expected))
        .hasMessageContaining(
            """
            3 fields differ:
              accounts[1].balance_cents: expected 2 but was 9
              accounts[2].balance_cents: expected 4 but was 3
              accounts[3]: expected {account_id: "d" balance_cents: 5} but was nothing
            """);
  }

  @Test
  void ignoringRepeatedFieldOrder_elementsThatOtherOptionsMakeEqual_areFound() {
    TypeRegistry types = TypeRegistry.newBuilder().add(Portfolio.getDescriptor()).build();
    Portfolio near = Portfolio.newBuilder().setRate(0.05).build();
    Portfolio map = Portfolio.newBuilder().putNotes(1, "a").putNotes(2, "b").build();
    Portfolio otherMap = Portfolio.newBuilder().putNotes(2, "b").putNotes(1, "a").build();
    Portfolio nearInMap = Portfolio.newBuilder().putBranches("x", near).build();
    Portfolio farInMap = Portfolio.newBuilder().putBranches("x", tags()).build();

    comparing(annAndBob(near)).usingDoubleTolerance(0.1).isEqualTo(bobAndAnn(tags()));
    comparing(annAndBob(nearInMap)).usingDoubleTolerance(0.1).isEqualTo(bobAndAnn(farInMap));
    comparing(annAndBob(tags("a", "b"))).isEqualTo(bobAndAnn(tags("b", "a")));
    comparing(annAndBob(map)).isEqualTo(bobAndAnn(otherMap));
    comparing(annAndBob(near)).ignoringFields("parts.rate").isEqualTo(bobAndAnn(tags()));
    comparing(annAndBob(unknown(1_000, 7)))
        .comparingExpectedFieldsOnly()
        .isEqualTo(bobAndAnn(tags()));
    comparing(annAndBob(Portfolio.newBuilder().setExtra(Any.pack(map)).build()))
        .unpackingAnyUsing(types)
        .isEqualTo(bobAndAnn(Portfolio.newBuilder().setExtra(Any.pack(otherMap)).build()));
    assertThat(Kinds.newBuilder().addDoubles(0.05).addDoubles(1).build())
        .usingDoubleTolerance(0.1)
        .ignoringRepeatedFieldOrder()
        .isEqualTo(Kinds.newBuilder().addDoubles(1.02).addDoubles(0).build());
    assertThat(annAndBob(tags("a", "b")))
        .ignoringRepeatedFieldOrderOfFields("parts")
        .isNotEqualTo(bobAndAnn(tags("b", "a")));
  }

  private static MessageAssert<Portfolio> comparing(Portfolio actual) {
    return assertThat(actual).ignoringRepeatedFieldOrder();
  }

  private static Portfolio annAndBob(Portfolio other) {
    return Portfolio.newBuilder()
        .addParts(named("ann", other))
        .addParts(named("bob", other))
        .build();
  }

  private static Portfolio bobAndAnn(Portfolio other) {
    return Portfolio.newBuilder()
        .addParts(named("bob", other))
        .addParts(named("ann", other))
        .build();
  }

  private static Portfolio named(String owner, Portfolio other) {
    return other.toBuilder().setOwner(owner).build();
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

  private static Portfolio unknown(int number, long value) {
    var field = UnknownFieldSet.Field.newBuilder().addVarint(value).build();
    return Portfolio.newBuilder()
        .setUnknownFields(UnknownFieldSet.newBuilder().addField(number, field).build())
        .build();
  }

  @Test
  void usingTolerance_near_passes() {
    Portfolio near = PORTFOLIO.toBuilder().setRate(1.5 + 1e-10).build();

    assertThat(PORTFOLIO).usingDoubleTolerance(1e-9).isEqualTo(near);
    assertThat(PORTFOLIO).usingDoubleTolerance(1e-11).isNotEqualTo(near);
    assertThat(PORTFOLIO).usingFloatTolerance(1).isNotEqualTo(near);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> assertThat(PORTFOLIO).usingDoubleTolerance(-1))
        .withMessage("cannot compare within \"-1.0\": it is not a distance; pass 0 or more");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> assertThat(PORTFOLIO).usingFloatTolerance(Float.NaN));
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

  private static boolean passes(Runnable assertion) {
    try {
      assertion.run();
      return true;
    } catch (AssertionError e) {
      return false;
    }
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
        .isNotIn(account("b", 1), PORTFOLIO, "x");
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
  void options_doNotReachOtherAssertions() {
    assertThat(PORTFOLIO)
        .ignoringFields("owner")
        .returns("Ada", Portfolio::getOwner)
        .returns(ACCOUNT, Portfolio::getMain)
        .isNotEqualTo("Ada");
    assertThat(PORTFOLIO)
        .ignoringFields("owner")
        .extracting(portfolio -> portfolio.getAccounts(0))
        .isEqualTo(PORTFOLIO.getAccounts(0));
    assertThat(PORTFOLIO).ignoringFields("owner").asString().contains("Ada");
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
  void isEqualTo_unpairedSurrogate_differsFromAQuestionMark() {
    assertThat(account("a\uD800", 1)).isNotEqualTo(account("a?", 1));
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

  private static AbstractThrowableAssert<?, ? extends Throwable> assertFailure(
      ThrowingCallable assertion) {
    return assertThatThrownBy(assertion).isInstanceOf(AssertionError.class);
  }

  private static AccountState account(String id, long balance) {
    return AccountState.newBuilder().setAccountId(id).setBalanceCents(balance).build();
  }

  private static Portfolio tags(String... tags) {
    return Portfolio.newBuilder().addAllTags(List.of(tags)).build();
  }
}
