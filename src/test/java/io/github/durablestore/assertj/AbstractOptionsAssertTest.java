package io.github.durablestore.assertj;

import static io.github.durablestore.assertj.Portfolios.ACCOUNT;
import static io.github.durablestore.assertj.Portfolios.PORTFOLIO;
import static io.github.durablestore.assertj.Portfolios.holding;
import static io.github.durablestore.assertj.StateStoreAssertions.assertThat;
import static io.github.durablestore.assertj.StateStoreAssertions.assertThatExceptionOfType;
import static io.github.durablestore.assertj.StateStoreAssertions.assertThatIllegalStateException;
import static io.github.durablestore.assertj.StateStoreAssertions.assertThatMessages;

import acme.billing.AccountState;
import acme.billing.Portfolio;
import com.google.protobuf.Any;
import com.google.protobuf.TypeRegistry;
import io.github.durablestore.egopb.DurableState;
import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.api.Assert;
import org.assertj.core.api.Condition;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.assertj.core.api.InstanceOfAssertFactory;
import org.assertj.core.api.recursive.comparison.RecursiveComparisonConfiguration;
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

  /** What configures an assertion, and what compares. */
  private static final Pattern NOT_REFUSED =
      Pattern.compile(
          "actual|as|describedAs|descriptionText|getWritableAssertionInfo|equals|hashCode"
              + "|(overriding|withFail).*|withRepresentation|withThreadDumpOnError"
              + "|isEqualTo|isNotEqualTo|isIn|isNotIn|contains.*|doesNotContain|(hasP|p)ayload"
              + "|(ignoring|comparing|unpacking).*|using(.*Tolerance|DefaultComparator)"
              + "|usingComparatorFor.*");

  static Stream<Arguments> methods() {
    return Stream.<Class<?>>of(
            MessageAssert.class, MessageListAssert.class, DurableStateAssert.class)
        .flatMap(type -> Stream.of(type.getMethods()))
        .filter(method -> Assert.class.isAssignableFrom(method.getDeclaringClass()))
        .filter(method -> !method.isBridge() && !Modifier.isStatic(method.getModifiers()))
        .filter(method -> !NOT_REFUSED.matcher(method.getName()).matches())
        .filter(method -> !method.toString().contains("RecursiveAssertionConfig")) // not exported
        .map(Arguments::of);
  }

  /** Whatever AssertJ has: a method that a later version adds must be thought of. */
  @ParameterizedTest
  @MethodSource("methods")
  void method_optionBeforeIt_isRefused(Method method) {
    Object[] arguments = Stream.of(method.getParameterTypes()).map(type -> any(type)).toArray();
    Object assertion =
        Stream.<Object>of(
                assertThat(ACCOUNT).ignoringFields("account_id"),
                assertThatMessages(List.of(ACCOUNT)).ignoringFields("account_id"),
                assertThat(DurableState.getDefaultInstance()).ignoringFields("shard"))
            .filter(method.getDeclaringClass()::isInstance)
            .findFirst()
            .orElseThrow();

    assertThatExceptionOfType(InvocationTargetException.class)
        .isThrownBy(() -> method.invoke(assertion, arguments))
        .havingCause()
        .isInstanceOf(IllegalStateException.class)
        .withMessageMatching(
            "cannot call .*: it does not use the options before it, ignoring .*; leave out .*");
  }

  private static Object any(Class<?> type) {
    if (type.isArray()) {
      return Array.newInstance(type.getComponentType(), 0);
    }
    return type.isInterface()
        ? Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (p, m, a) -> null)
        : ANY.getOrDefault(type, "a");
  }

  private static final Map<Class<?>, Object> ANY =
      Map.of(
          Class.class,
          AccountState.class,
          int.class,
          1,
          long.class,
          1L,
          Condition.class,
          new Condition<>(),
          InstanceOfAssertFactory.class,
          InstanceOfAssertFactories.STRING,
          RecursiveComparisonConfiguration.class,
          new RecursiveComparisonConfiguration());

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
