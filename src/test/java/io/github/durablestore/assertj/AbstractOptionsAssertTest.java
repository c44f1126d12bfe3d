package io.github.durablestore.assertj;

import static io.github.durablestore.assertj.Portfolios.ACCOUNT;
import static io.github.durablestore.assertj.Portfolios.PORTFOLIO;
import static io.github.durablestore.assertj.Portfolios.holding;
import static io.github.durablestore.assertj.StateStoreAssertions.assertThat;
import static io.github.durablestore.assertj.StateStoreAssertions.assertThatIllegalArgumentException;
import static io.github.durablestore.assertj.StateStoreAssertions.assertThatIllegalStateException;
import static io.github.durablestore.assertj.StateStoreAssertions.assertThatMessages;
import static org.assertj.core.api.Assertions.not;

import acme.billing.AccountState;
import acme.billing.Portfolio;
import com.google.protobuf.Any;
import com.google.protobuf.ExtensionRegistry;
import com.google.protobuf.TypeRegistry;
import io.github.durablestore.egopb.DurableState;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.Condition;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Assertions that do not use the options before them: {@link AbstractOptionsAssert}. */
class AbstractOptionsAssertTest {
  @FunctionalInterface
  interface Assertion {
    Object on(MessageAssert<AccountState> message);
  }

  private static final Condition<Object> ANY = new Condition<>(account -> true, "anything");

  static Stream<Arguments> assertions() {
    var string = InstanceOfAssertFactories.STRING;
    return Stream.of(
        use("hasField", message -> message.hasField("account_id")),
        use("doesNotHaveField", message -> message.doesNotHaveField("balance_cents")),
        use("is", message -> message.is(ANY)),
        use("isNot", message -> message.isNot(not(ANY))),
        use("has", message -> message.has(ANY)),
        use("doesNotHave", message -> message.doesNotHave(not(ANY))),
        use("satisfies", message -> message.satisfies(ANY)),
        use("satisfies", message -> message.satisfies(account -> {})),
        use("satisfiesAnyOf", message -> message.satisfiesAnyOf(account -> {}, account -> {})),
        use("matches", message -> message.matches(account -> true)),
        use("matches", message -> message.matches(account -> true, "an account")),
        use("doesNotMatch", message -> message.doesNotMatch(account -> false)),
        use("doesNotMatch", message -> message.doesNotMatch(account -> false, "another")),
        use("isSameAs", message -> message.isSameAs(ACCOUNT)),
        use("isNotSameAs", message -> message.isNotSameAs(PORTFOLIO)),
        use("hasSameHashCodeAs", message -> message.hasSameHashCodeAs(ACCOUNT)),
        use("doesNotHaveSameHashCodeAs", message -> message.doesNotHaveSameHashCodeAs(PORTFOLIO)),
        use("returns", message -> message.returns(4200L, AccountState::getBalanceCents)),
        use("doesNotReturn", message -> message.doesNotReturn(1L, AccountState::getBalanceCents)),
        use("hasToString", message -> message.hasToString(ACCOUNT.toString())),
        use("hasToString", message -> message.hasToString("%s", ACCOUNT)),
        use("doesNotHaveToString", message -> message.doesNotHaveToString("a")),
        use("doesNotHaveToString", message -> message.doesNotHaveToString("%s", "a")),
        use(
            "isInstanceOfSatisfying",
            message -> message.isInstanceOfSatisfying(AccountState.class, account -> {})),
        use(
            "hasFieldOrPropertyWithValue",
            message -> message.hasFieldOrPropertyWithValue("balanceCents", 4200L)),
        use("extracting", message -> message.extracting("balanceCents")),
        use("extracting", message -> message.extracting("accountId", string)),
        use("extracting", message -> message.extracting("accountId", "balanceCents")),
        use("extracting", message -> message.extracting(AccountState::getBalanceCents)),
        use("extracting", message -> message.extracting(AccountState::getAccountId, string)),
        use(
            "extracting",
            message ->
                message.extracting(AccountState::getAccountId, AccountState::getBalanceCents)));
  }

  private static Arguments use(String method, Assertion assertion) {
    return Arguments.of(method, assertion);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("assertions")
  void assertion_optionBeforeIt_isRefused(String method, Assertion assertion) {
    assertThatIllegalStateException()
        .isThrownBy(() -> assertion.on(assertThat(ACCOUNT).ignoringFields("balance_cents")))
        .withMessage(
            "cannot call %s(...): it does not use the options before it, ignoring balance_cents;"
                + " leave out one of the two",
            method);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("assertions")
  void assertion_optionThatWasUsed_passes(String method, Assertion assertion) {
    if (!method.equals("doesNotHaveField")) {
      assertion.on(assertThat(ACCOUNT).ignoringFields("balance_cents").isEqualTo(ACCOUNT));
      assertion.on(assertThat(ACCOUNT));
    }
  }

  @Test
  void asString_optionBeforeIt_isRefused() {
    assertThatIllegalStateException()
        .isThrownBy(() -> assertThat(ACCOUNT).ignoringFields("balance_cents").asString())
        .withMessageStartingWith("cannot call asString(): it does not use the options before it");
  }

  @Test
  void unpackingAnyUsing_emptyTypeRegistry_isRefusedUnlessExtensionsAreGiven() {
    TypeRegistry none = TypeRegistry.getEmptyTypeRegistry();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> assertThat(ACCOUNT).unpackingAnyUsing(none))
        .withMessage(
            "cannot unpack an Any: the TypeRegistry is empty; add descriptors, as in"
                + " TypeRegistry.newBuilder().add(Cart.getDescriptor()).build()");
    assertThat(ACCOUNT).unpackingAnyUsing(none, ExtensionRegistry.newInstance()).isEqualTo(ACCOUNT);
  }

  @Test
  void isNotNull_optionBeforeIt_leavesItToTheComparison() {
    assertThat(ACCOUNT).ignoringFields("balance_cents").isNotNull().isEqualTo(ACCOUNT);
  }

  @Test
  void satisfies_optionBeforeAListOrState_isRefused() {
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                assertThatMessages(List.of(ACCOUNT))
                    .ignoringFields("account_id")
                    .satisfies(messages -> {}));
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                assertThat(DurableState.getDefaultInstance())
                    .ignoringFields("shard")
                    .matches(state -> true));
  }

  @Test
  void hasField_comparatorBeforeIt_isRefused() {
    MessageAssert<AccountState> compared =
        assertThat(ACCOUNT).usingComparator(Comparator.comparing(AccountState::getAccountId));

    assertThatIllegalStateException()
        .isThrownBy(() -> compared.hasField("account_id"))
        .withMessageStartingWith("cannot call hasField(...): it does not use the comparator");
    assertThatIllegalStateException().isThrownBy(() -> compared.doesNotHaveField("account_id"));
  }

  @Test
  void hasField_typesOfAnys_areUsed() {
    TypeRegistry types = TypeRegistry.newBuilder().add(AccountState.getDescriptor()).build();

    assertThat(holding(Any.pack(ACCOUNT)))
        .unpackingAnyUsing(types)
        .hasField("extra.account_id")
        .returns("", Portfolio::getOwner);
    assertThatIllegalStateException()
        .isThrownBy(
            () -> assertThat(PORTFOLIO).unpackingAnyUsing(types).returns("", Portfolio::getOwner));
  }
}
