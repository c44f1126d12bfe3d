package io.github.durablestore.assertj;

import static io.github.durablestore.assertj.Portfolios.ACCOUNT;
import static io.github.durablestore.assertj.Portfolios.PORTFOLIO;
import static io.github.durablestore.assertj.Portfolios.holding;
import static io.github.durablestore.assertj.StateStoreAssertions.assertThat;
import static io.github.durablestore.assertj.StateStoreAssertions.assertThatIllegalStateException;

import acme.billing.AccountState;
import acme.billing.Portfolio;
import com.google.protobuf.Any;
import com.google.protobuf.TypeRegistry;
import java.util.stream.Stream;
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

  static Stream<Arguments> assertions() {
    var string = InstanceOfAssertFactories.STRING;
    return Stream.of(
        use("hasField", message -> message.hasField("account_id")),
        use("doesNotHaveField", message -> message.doesNotHaveField("balance_cents")),
        use("isSameAs", message -> message.isSameAs(ACCOUNT)),
        use("isNotSameAs", message -> message.isNotSameAs(PORTFOLIO)),
        use("hasSameHashCodeAs", message -> message.hasSameHashCodeAs(ACCOUNT)),
        use("doesNotHaveSameHashCodeAs", message -> message.doesNotHaveSameHashCodeAs(PORTFOLIO)),
        use("returns", message -> message.returns(4200L, AccountState::getBalanceCents)),
        use("doesNotReturn", message -> message.doesNotReturn(1L, AccountState::getBalanceCents)),
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
