package io.github.durablestore.assertj;

import static io.github.durablestore.assertj.Failures.assertFailure;
import static io.github.durablestore.assertj.Portfolios.account;
import static io.github.durablestore.assertj.Portfolios.holding;
import static io.github.durablestore.assertj.Portfolios.unknown;
import static io.github.durablestore.assertj.StateStoreAssertions.assertThat;
import static io.github.durablestore.assertj.StateStoreAssertions.assertThatIllegalArgumentException;
import static io.github.durablestore.assertj.StateStoreAssertions.assertThatIllegalStateException;
import static io.github.durablestore.assertj.StateStoreAssertions.assertThatMessages;

import acme.billing.AccountState;
import acme.billing.Portfolio;
import com.google.protobuf.Any;
import com.google.protobuf.BoolValue;
import com.google.protobuf.Empty;
import com.google.protobuf.Message;
import com.google.protobuf.TypeRegistry;
import java.util.AbstractList;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Assertions about several messages: {@link MessageListAssert}. */
class MessageListAssertTest {
  private static final Empty EMPTY = Empty.getDefaultInstance();
  private static final List<AccountState> ACCOUNTS = List.of(account("a", 1), account("b", 2));

  @Test
  void isNotEqualTo_whatIsNoListOfMessages_isRefused() {
    MessageListAssert<AccountState> assertion =
        assertThatMessages(List.of(AccountState.getDefaultInstance()));

    assertRefused(
        "a list with a single message",
        "pass it in a list",
        () -> assertion.isNotEqualTo(AccountState.getDefaultInstance()));
    assertRefused(
        "a list with an array",
        "pass it as a list",
        () -> assertion.isEqualTo(new Message[] {AccountState.getDefaultInstance()}));
    assertRefused(
        "a message with a builder",
        "call build()",
        () -> assertion.isNotEqualTo(List.of(AccountState.newBuilder())));
    assertRefused(
        "a message with a builder",
        "call build()",
        () -> assertThat(AccountState.getDefaultInstance()).isNotIn(AccountState.newBuilder()));
  }

  @Test
  void isNotEqualTo_anotherKindOfValue_isRefused() {
    MessageListAssert<AccountState> list = assertThatMessages(ACCOUNTS);
    MessageAssert<AccountState> message = assertThat(account("a", 1));
    for (Object other : List.of(ACCOUNTS.stream(), ACCOUNTS.iterator(), "a", Map.of())) {
      String pair = "a list with a value of \"" + other.getClass().getName() + '"';
      assertRefused(pair, "pass a list", () -> list.isNotEqualTo(other));
      assertRefused(pair, "pass a list", () -> list.isNotIn(ACCOUNTS, other));
    }
    for (Object other : List.of(account("a", 1).toByteString(), ACCOUNTS, "a", Optional.empty())) {
      String pair = "a message with a value of \"" + other.getClass().getName() + '"';
      assertRefused(pair, "pass a message", () -> message.isNotEqualTo(other));
      assertRefused(pair, "pass a message", () -> message.isNotIn(account("b", 1), other));
      assertRefused(pair, "pass a message", () -> message.isIn(account("a", 1), other));
    }
  }

  @Test
  void isEqualTo_collectionWithoutOrder_isRefused() {
    Set<AccountState> set = Set.copyOf(ACCOUNTS);
    MessageListAssert<AccountState> list = assertThatMessages(ACCOUNTS);
    MessageListAssert<AccountState> unordered = assertThatMessages(set);

    for (ThrowingCallable comparison :
        List.<ThrowingCallable>of(
            () -> list.isEqualTo(set),
            () -> list.isNotEqualTo(set),
            () -> list.isIn(List.of(), set),
            () -> unordered.isEqualTo(ACCOUNTS),
            () -> unordered.containsExactly(account("a", 1), account("b", 2)))) {
      assertThatIllegalArgumentException()
          .isThrownBy(comparison)
          .withMessage(
              "cannot compare \"%s\" in order: the order of its elements is not defined; use"
                  + " containsExactlyInAnyOrderElementsOf(...)",
              set.getClass().getName());
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> list.isEqualTo(new HashMap<>(Map.of("a", ACCOUNTS.get(0))).values()));
    list.containsExactlyInAnyOrderElementsOf(set)
        .isEqualTo(new LinkedHashSet<>(ACCOUNTS))
        .isEqualTo(new ArrayDeque<>(ACCOUNTS))
        .isEqualTo(new TreeMap<>(Map.of(1, ACCOUNTS.get(0), 2, ACCOUNTS.get(1))).values())
        .isEqualTo((Iterable<AccountState>) () -> ACCOUNTS.stream().iterator());
    unordered.containsExactlyInAnyOrderElementsOf(set).contains(account("a", 1));
  }

  private static void assertRefused(String pair, String remedy, ThrowingCallable call) {
    assertThatIllegalArgumentException()
        .isThrownBy(call)
        .withMessage("cannot compare %s: they are never equal; %s", pair, remedy);
  }

  @Test
  void isEqualTo_sameMessages_passes() {
    assertThatMessages(ACCOUNTS)
        .isEqualTo(new ArrayList<>(ACCOUNTS))
        .containsExactly(account("a", 1), account("b", 2))
        .isNotEqualTo(List.of(account("b", 2), account("a", 1)))
        .isNotEqualTo(List.of())
        .isNotEqualTo(List.of("a"))
        .isNotEqualTo(null);
    assertThatMessages(List.<AccountState>of()).isEqualTo(List.of());
  }

  @Test
  void hasSize_andIsEmpty_failLikeAssertJ() {
    assertThatMessages(ACCOUNTS).hasSize(2).isNotEmpty().contains(ACCOUNTS.get(0)).hasSize(2);
    assertThatMessages(List.of()).isEmpty();
    assertFailure(() -> assertThatMessages(ACCOUNTS).as("published").hasSize(3))
        .hasMessageStartingWith("[published] ")
        .hasMessageContainingAll("Expected size: 3 but was: 2 in:", "account_id: \"a\"");
    assertFailure(() -> assertThatMessages(ACCOUNTS).isEmpty())
        .hasMessageContaining("Expecting empty but was: [");
    assertFailure(() -> assertThatMessages(List.of()).isNotEmpty())
        .hasMessageContaining("Expecting actual not to be empty");
    assertFailure(() -> assertThatMessages((List<AccountState>) null).isEmpty())
        .hasMessageContaining("Expecting actual not to be null");
  }

  @Test
  void isEqualTo_others_listsTheDifferences() {
    assertFailure(
            () -> assertThatMessages(ACCOUNTS).isEqualTo(List.of(account("x", 0), account("b", 3))))
        .hasMessage(
            """
            expected the list to be equal to another, but 3 fields differ:
              [0].account_id: expected "x" but was "a"
              [0].balance_cents: expected 0 but was 1
              [1].balance_cents: expected 3 but was 2
            expected:
              [0] {account_id: "x"}
              [1] {account_id: "b" balance_cents: 3}
            but was:
              [0] {account_id: "a" balance_cents: 1}
              [1] {account_id: "b" balance_cents: 2}
            """);
    assertFailure(() -> assertThatMessages(ACCOUNTS).containsExactly(account("b", 2)))
        .hasMessageContaining(
            "  [0]: expected nothing but was {account_id: \"a\" balance_cents: 1}\n");
  }

  @Test
  void isEqualTo_differenceFarBehind_showsItsSurroundings() {
    List<AccountState> many = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      many.add(account("a" + i, i));
    }
    List<AccountState> others = new ArrayList<>(many);
    others.set(900, account("z", 900));

    assertFailure(() -> assertThatMessages(many).isEqualTo(others))
        .hasMessageContainingAll(
            "  [900].account_id: expected \"z\" but was \"a900\"\n",
            "  898 earlier ones\n",
            "  [900] {account_id: \"z\" balance_cents: 900}\n",
            "  and 82 more\n")
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(3_000));
  }

  @Test
  void options_any_applyToEachMessage() {
    assertThatMessages(ACCOUNTS)
        .ignoringFields("balance_cents")
        .isEqualTo(List.of(account("a", 7), account("b", 8)))
        .isNotEqualTo(List.of(account("b", 7), account("a", 8)))
        .containsExactlyInAnyOrder(account("b", 7), account("a", 8))
        .contains(account("b", 9))
        .doesNotContain(account("c", 1), account("d", 2));
    assertThatMessages(ACCOUNTS)
        .comparingExpectedFieldsOnly()
        .containsExactly(account("a", 0), account("b", 0));
    assertThatMessages(List.of(portfolio(1.5, "x", "y")))
        .ignoringRepeatedFieldOrderOfFields("tags")
        .usingDoubleTolerance(0.1)
        .containsExactly(portfolio(1.55, "y", "x"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> assertThatMessages(ACCOUNTS).ignoringFields("owner"))
        .withMessageContaining("its fields are account_id, balance_cents");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                assertThatMessages(List.<AccountState>of())
                    .ignoringFields("owner")
                    .containsExactly(account("a", 1)));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                assertThatMessages(ACCOUNTS)
                    .comparingExpectedFieldsOnly()
                    .containsExactly(account("", 0), account("", 0)));
  }

  @Test
  void contains_eachWithFieldsOfItsOwn_comparesOnlyThese() {
    assertThatMessages(ACCOUNTS)
        .comparingExpectedFieldsOnly()
        .contains(account("a", 0), account("", 2))
        .doesNotContain(account("b", 1), account("", 3));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                assertThatMessages(ACCOUNTS)
                    .comparingExpectedFieldsOnly()
                    .contains(account("a", 0), account("", 0)));
  }

  @Test
  void contains_manyInMany_passes() {
    AccountState[] many = new AccountState[4_000]; // minutes, if each were compared to each
    Arrays.setAll(many, i -> account("a" + i, i));
    AccountState[] others = new AccountState[many.length];
    Arrays.setAll(others, i -> account("a" + i, -1));

    assertThatMessages(List.of(many)).contains(many).doesNotContain(others);
    assertFailure(() -> assertThatMessages(List.of(many)).contains(many[0], others[3_999]))
        .hasMessageContaining("  [0] {account_id: \"a3999\" balance_cents: -1}\n");
  }

  @Test
  void contains_severalExpected_readsTheMessagesAsOftenAsForOne() {
    var reads = new AtomicInteger();
    List<AccountState> counted =
        new AbstractList<>() {
          @Override
          public AccountState get(int index) {
            reads.incrementAndGet();
            return ACCOUNTS.get(index);
          }

          @Override
          public int size() {
            return ACCOUNTS.size();
          }
        };
    new MessageListAssert<>(counted).contains(account("a", 1));
    int forOne = reads.getAndSet(0);
    new MessageListAssert<>(counted).contains(account("a", 1), account("b", 2), account("b", 2));

    assertThat(reads.get()).isEqualTo(forOne);
  }

  @Test
  void ignoringRepeatedFieldOrder_others_saysWhatIsInAnyOrder() {
    assertFailure(
            () ->
                assertThatMessages(ACCOUNTS)
                    .ignoringRepeatedFieldOrder()
                    .containsExactly(account("b", 2), account("a", 1)))
        .hasMessageStartingWith(
            "expected the list to be equal to another, repeated fields in any order, but ");
  }

  @Test
  void containsExactlyInAnyOrder_oneDiffers_namesIt() {
    assertFailure(
            () ->
                assertThatMessages(ACCOUNTS)
                    .containsExactlyInAnyOrder(account("b", 2), account("a", 9)))
        .hasMessageStartingWith(
            "expected the list in any order to be equal to another, but 1 field differs:%n"
                    .formatted()
                + "  [0].balance_cents: expected 9 but was 1%n".formatted());
    assertFailure(() -> assertThatMessages(ACCOUNTS).containsExactlyInAnyOrderElementsOf(List.of()))
        .hasMessageContaining("2 fields differ");
  }

  @Test
  void contains_none_showsTheMessages() {
    assertFailure(() -> assertThatMessages(ACCOUNTS).contains(account("a", 1), account("z", 1)))
        .hasMessage(
            """
            expected a message that is equal to this:
              [0] {account_id: "z" balance_cents: 1}
            but the messages were:
              [0] {account_id: "a" balance_cents: 1}
              [1] {account_id: "b" balance_cents: 2}
            """);
    assertFailure(
            () ->
                assertThatMessages(ACCOUNTS)
                    .ignoringFields("balance_cents")
                    .doesNotContain(account("b", 9)))
        .hasMessageStartingWith(
            "expected no message that is equal to this, ignoring balance_cents:%n".formatted());
  }

  @Test
  void isEqualTo_messagesOfSeveralTypes_comparesEachWithItsOwn() {
    List<Message> mixed = List.of(account("a", 1), portfolio(1, "x"));

    assertThatMessages(mixed)
        .ignoringFields("balance_cents", "rate")
        .isEqualTo(List.of(account("a", 2), portfolio(2, "x")));
    assertThatMessages(mixed).containsExactlyInAnyOrder(portfolio(1, "x"), account("a", 1));
    assertFailure(
            () -> assertThatMessages(mixed).isEqualTo(List.of(account("a", 1), account("b", 2))))
        .hasMessageContaining(
            "  [1]: expected a \"acme.billing.AccountState\" {account_id: \"b\" balance_cents: 2}"
                + " but was a \"acme.billing.Portfolio\" {rate: 1.0 tags: \"x\"}\n");
  }

  @Test
  void isEqualTo_nothingInTheList_isADifference() {
    assertFailure(
            () ->
                assertThatMessages(Arrays.asList(account("a", 1), null))
                    .isEqualTo(List.of(account("a", 1), account("b", 2))))
        .hasMessageContaining(
            "  [1]: expected {account_id: \"b\" balance_cents: 2} but was nothing");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                assertThatMessages(ACCOUNTS)
                    .comparingExpectedFieldsOnly()
                    .isEqualTo(Arrays.asList(null, account("", 0))));
    assertFailure(() -> assertThatMessages((List<AccountState>) null).isEqualTo(ACCOUNTS))
        .hasMessageContaining("null");
    assertFailure(() -> assertThatMessages((List<AccountState>) null).containsExactly())
        .hasMessageContaining("null");
  }

  @Test
  void unpackingAnyUsing_listOfAnys_comparesWhatIsInThem() {
    TypeRegistry types = TypeRegistry.newBuilder().add(AccountState.getDescriptor()).build();

    assertThatMessages(List.of(Any.pack(account("a", 1)), Any.pack(account("b", 2))))
        .unpackingAnyUsing(types)
        .ignoringFields("balance_cents")
        .containsExactlyInAnyOrder(Any.pack(account("b", 7)), Any.pack(account("a", 7)))
        .isNotEqualTo(List.of());
  }

  private static Portfolio portfolio(double rate, String... tags) {
    return Portfolio.newBuilder().setRate(rate).addAllTags(List.of(tags)).build();
  }

  @Test
  void comparingExpectedFieldsOnly_messagesOfSeveralTypes_comparesEachInTheFieldsOfItsType() {
    List<Message> mixed = List.of(account("a", 1), portfolio(1, "x"), unknown(1_000, 7), EMPTY);

    assertThatMessages(mixed)
        .comparingExpectedFieldsOnly()
        .containsExactly(account("a", 0), portfolio(1), portfolio(0), EMPTY)
        .containsExactlyInAnyOrder(EMPTY, portfolio(0), portfolio(1), account("a", 0))
        .contains(portfolio(1), account("a", 0))
        .doesNotContain(account("b", 0), portfolio(2));
    assertThatMessages(List.of(account("a", 1), unknown(1_000, 7)))
        .comparingExpectedFieldsOnly()
        .isNotEqualTo(List.of(account("a", 1), unknown(1_000, 8)))
        .isEqualTo(List.of(account("a", 0), unknown(1_000, 7)));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                assertThatMessages(List.of(account("a", 1), BoolValue.of(true)))
                    .comparingExpectedFieldsOnly()
                    .containsExactly(account("a", 1), BoolValue.of(false)))
        .withMessageContaining("the expected fields of \"google.protobuf.BoolValue\": ");
  }

  @Test
  void usingComparator_assertionsMessageByMessage_areRefused() {
    MessageListAssert<AccountState> assertion =
        assertThatMessages(ACCOUNTS)
            .usingComparator(Comparator.comparingInt(List::size), "by size");

    assertion.containsExactly(account("y", 0), account("z", 0));
    assertThatIllegalStateException()
        .isThrownBy(() -> assertion.containsExactlyInAnyOrder(account("z", 0)))
        .withMessage(
            "cannot call containsExactlyInAnyOrder(...): it does not use the comparator before it;"
                + " leave out one of the two");
    assertThatIllegalStateException().isThrownBy(() -> assertion.contains(account("a", 1)));
    assertThatIllegalStateException().isThrownBy(() -> assertion.doesNotContain(account("z", 0)));
    assertion.usingDefaultComparator().contains(account("a", 1));
  }

  @Test
  void contains_nothing_isCompared() {
    assertThatMessages(Arrays.asList(account("a", 1), null))
        .contains((Message) null)
        .comparingExpectedFieldsOnly()
        .contains((Message) null);
    assertThatMessages(ACCOUNTS).doesNotContain((Message) null);
    assertFailure(() -> assertThatMessages(ACCOUNTS).contains((Message) null))
        .hasMessageContaining("equal to this:%n  [0] nothing%n".formatted());
  }

  @Test
  void comparingExpectedFieldsOnly_payloadInAFieldThatSetsNothing_isComparedInAllFields() {
    Any no = Any.pack(BoolValue.of(false));
    Any yes = Any.pack(BoolValue.of(true));
    Any empty = Any.pack(EMPTY);

    for (Any[] pair : new Any[][] {{yes, no}, {Any.pack(yes), Any.pack(no)}}) {
      Portfolio actual = holding(pair[0]);
      Portfolio expected = holding(pair[1]);
      expectedOnly(actual).contains(actual).doesNotContain(expected);
      expectedOnly(expected).contains(expected);
      expectedOnly(listed(actual, actual)).doesNotContain(listed(expected, expected));
      expectedOnly(mapped(actual)).doesNotContain(mapped(expected)).contains(mapped(actual));
      assertFailure(() -> expectedOnly(actual).containsExactly(expected))
          .hasMessageContaining("  [0].extra.value: expected false but was true");
    }
    expectedOnly(holding(empty)).contains(holding(empty)).doesNotContain(holding(no));
    expectedOnly(holding(yes)).ignoringFields("extra.value").contains(holding(no));
    expectedOnly(listed(holding(Any.pack(account("a", 1))), holding(Any.pack(account("b", 0)))))
        .contains(listed(holding(Any.pack(account("a", 0))), holding(Any.pack(account("b", 0)))))
        .doesNotContain(
            listed(holding(Any.pack(account("", 0))), holding(Any.pack(account("b", 0)))));
  }

  private static MessageListAssert<Portfolio> expectedOnly(Portfolio actual) {
    TypeRegistry types =
        TypeRegistry.newBuilder()
            .add(List.of(Any.getDescriptor(), BoolValue.getDescriptor(), Empty.getDescriptor()))
            .add(AccountState.getDescriptor())
            .build();
    return assertThatMessages(List.of(actual))
        .unpackingAnyUsing(types)
        .comparingExpectedFieldsOnly();
  }

  private static Portfolio listed(Portfolio... parts) {
    return Portfolio.newBuilder().addAllParts(List.of(parts)).build();
  }

  private static Portfolio mapped(Portfolio branch) {
    return Portfolio.newBuilder().putBranches("a", branch).build();
  }

  @Test
  void contains_pathThatOnlyOneHas_isEnough() {
    assertThatMessages(ACCOUNTS)
        .ignoringFields("1000")
        .contains(account("a", 1), unknownIn(account("b", 2)));
  }

  private static AccountState unknownIn(AccountState account) {
    return account.toBuilder().setUnknownFields(unknown(1_000, 7).getUnknownFields()).build();
  }
}
