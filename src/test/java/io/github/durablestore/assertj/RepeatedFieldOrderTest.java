package io.github.durablestore.assertj;

import static io.github.durablestore.assertj.Failures.assertFailure;
import static io.github.durablestore.assertj.Portfolios.PORTFOLIO;
import static io.github.durablestore.assertj.Portfolios.account;
import static io.github.durablestore.assertj.Portfolios.named;
import static io.github.durablestore.assertj.Portfolios.tags;
import static io.github.durablestore.assertj.Portfolios.unknown;
import static io.github.durablestore.assertj.StateStoreAssertions.assertThat;

import acme.billing.AccountState;
import acme.billing.Portfolio;
import com.google.protobuf.Any;
import com.google.protobuf.TypeRegistry;
import io.github.durablestore.kinds.Kinds;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Lists in any order: {@link ListComparison}, {@link Matching}. */
@Tag("same-on-any-jdk")
@Tag("same-on-any-protobuf")
class RepeatedFieldOrderTest {

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
    for (int i = 0; i < 10_000; i++) { // minutes, if each were compared to each
      one.addMessages(Kinds.newBuilder().setDouble(i % 100).setInt32(i));
      other.addMessages(0, Kinds.newBuilder().setDouble(i % 100 + 1e-10).setInt32(i));
    }

    withinTolerance(one).isEqualTo(other.build());
    one.setMessages(5_000, Kinds.newBuilder().setDouble(1).setInt32(5_000));
    assertFailure(() -> withinTolerance(one).isEqualTo(other.build()))
        .hasMessageContainingAll(
            "1 field differs", "  messages[5000].double: expected 1.0E-10 but was 1.0\n");
  }

  @Test
  void ignoringRepeatedFieldOrder_tooManyElementsThatOnlyATolerantNumberTellsApart_saysSo() {
    Kinds.Builder one = Kinds.newBuilder();
    Kinds.Builder other = Kinds.newBuilder();
    for (int i = 0; i < 5_000; i++) {
      one.addDoubles(i);
      other.addDoubles(4_999 - i);
    }

    assertFailure(() -> withinTolerance(one).isEqualTo(other.build()))
        .hasMessage(
            "cannot compare 5000 elements in any order: with a tolerance or an unpacked Any, each may"
                + " equal any other; compare them in order, or fewer of them");
    assertThat(one.build()).ignoringRepeatedFieldOrder().isEqualTo(other.build());
    withinTolerance(one).isEqualTo(one.build());
  }

  @Test
  void ignoringRepeatedFieldOrder_tooManyElementsInAllLists_saysSo() {
    Kinds.Builder one = Kinds.newBuilder();
    Kinds.Builder other = Kinds.newBuilder();
    for (int i = 0; i < 80; i++) {
      one.addMessages(Kinds.newBuilder().addAllDoubles(numbers(i * 0.001)));
      other.addMessages(Kinds.newBuilder().addAllDoubles(numbers(i * 0.001 + 0.5)));
    }

    assertFailure(() -> withinTolerance(one).isEqualTo(other.build()))
        .hasMessageStartingWith("cannot compare 80 elements in any order: ");
    withinTolerance(one).isEqualTo(one.build());
  }

  private static List<Double> numbers(double first) {
    return IntStream.range(0, 80).mapToObj(i -> first + i).toList();
  }

  private static MessageAssert<Kinds> withinTolerance(Kinds.Builder actual) {
    return assertThat(actual.build()).ignoringRepeatedFieldOrder().usingDoubleTolerance(1e-9);
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
}
