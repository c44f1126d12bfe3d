package io.github.durablestore.assertj;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.assertj.core.api.AbstractAssert;
import org.assertj.core.api.AbstractListAssert;
import org.assertj.core.api.AbstractObjectAssert;
import org.assertj.core.api.AbstractStringAssert;
import org.assertj.core.api.Condition;
import org.assertj.core.api.InstanceOfAssertFactory;
import org.assertj.core.api.ObjectAssert;
import org.assertj.core.api.RecursiveAssertionAssert;
import org.assertj.core.api.RecursiveComparisonAssert;
import org.assertj.core.api.recursive.comparison.RecursiveComparisonConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * What AssertJ has for any object and does not use the options of {@link MessageAssert}. It is
 * refused if one is set, as it would be without effect.
 */
abstract class AbstractOptionsAssert<S extends AbstractOptionsAssert<S, A>, A>
    extends AbstractObjectAssert<S, A> {
  final MessageOptions options;

  AbstractOptionsAssert(@Nullable A actual, Class<?> self, MessageOptions options) {
    super(actual, self);
    this.options = options;
  }

  /** Requires a value, for an assertion that uses the options or refuses them itself. */
  final void requireActual() {
    super.isNotNull();
  }

  /**
   * Compares the private fields of generated classes, which is rarely useful.
   *
   * @return AssertJ's recursive comparison
   * @throws IllegalStateException if an option is set
   */
  @Override
  public RecursiveComparisonAssert<?> usingRecursiveComparison() {
    return usingRecursiveComparison(new RecursiveComparisonConfiguration());
  }

  /**
   * Compares the private fields of generated classes, which is rarely useful.
   *
   * @param configuration how
   * @return AssertJ's recursive comparison
   * @throws IllegalStateException if an option is set
   */
  @Override
  public RecursiveComparisonAssert<?> usingRecursiveComparison(
      RecursiveComparisonConfiguration configuration) {
    options.requireNone("usingRecursiveComparison()");
    return super.usingRecursiveComparison(configuration);
  }

  /**
   * Asserts on the private fields of generated classes, which is rarely useful.
   *
   * @return AssertJ's recursive assertion
   * @throws IllegalStateException if an option is set
   */
  @Override
  public RecursiveAssertionAssert usingRecursiveAssertion() {
    options.requireNone("usingRecursiveAssertion()");
    return super.usingRecursiveAssertion();
  }

  /**
   * Continues with assertions of AssertJ, which compare with {@code equals}.
   *
   * @param factory which assertions
   * @return the assertions
   * @throws IllegalStateException if an option is set
   */
  @Override
  public <T extends AbstractAssert<?, ?>> T asInstanceOf(InstanceOfAssertFactory<?, T> factory) {
    options.requireNone("asInstanceOf(...)");
    return super.asInstanceOf(factory);
  }

  @Override
  public void isNull() {
    options.requireUsed("isNull()");
    super.isNull();
  }

  @Override
  public S isNotNull() {
    options.requireUsed("isNotNull()");
    return super.isNotNull();
  }

  @Override
  public S is(Condition<? super A> condition) {
    options.requireUsed("is(...)");
    return super.is(condition);
  }

  @Override
  public S isNot(Condition<? super A> condition) {
    options.requireUsed("isNot(...)");
    return super.isNot(condition);
  }

  @Override
  public S has(Condition<? super A> condition) {
    options.requireUsed("has(...)");
    return super.has(condition);
  }

  @Override
  public S doesNotHave(Condition<? super A> condition) {
    options.requireUsed("doesNotHave(...)");
    return super.doesNotHave(condition);
  }

  @Override
  public S satisfies(Condition<? super A> condition) {
    options.requireUsed("satisfies(...)");
    return super.satisfies(condition);
  }

  @Override
  protected S satisfiesForProxy(Consumer<? super A>[] requirements) {
    options.requireUsed("satisfies(...)");
    return super.satisfiesForProxy(requirements);
  }

  @Override
  protected S satisfiesAnyOfForProxy(Consumer<? super A>[] requirements) {
    options.requireUsed("satisfiesAnyOf(...)");
    return super.satisfiesAnyOfForProxy(requirements);
  }

  @Override
  public S matches(Predicate<? super A> predicate) {
    options.requireUsed("matches(...)");
    return super.matches(predicate);
  }

  @Override
  public S matches(Predicate<? super A> predicate, String description) {
    options.requireUsed("matches(...)");
    return super.matches(predicate, description);
  }

  @Override
  public S doesNotMatch(Predicate<? super A> predicate) {
    options.requireUsed("doesNotMatch(...)");
    return super.doesNotMatch(predicate);
  }

  @Override
  public S doesNotMatch(Predicate<? super A> predicate, String description) {
    options.requireUsed("doesNotMatch(...)");
    return super.doesNotMatch(predicate, description);
  }

  @Override
  public S isInstanceOf(Class<?> type) {
    options.requireUsed("isInstanceOf(...)");
    return super.isInstanceOf(type);
  }

  @Override
  public <T> S isInstanceOfSatisfying(Class<T> type, Consumer<T> requirements) {
    options.requireUsed("isInstanceOfSatisfying(...)");
    return super.isInstanceOfSatisfying(type, requirements);
  }

  @Override
  public S isInstanceOfAny(Class<?>... types) {
    options.requireUsed("isInstanceOfAny(...)");
    return super.isInstanceOfAny(types);
  }

  @Override
  public S isNotInstanceOf(Class<?> type) {
    options.requireUsed("isNotInstanceOf(...)");
    return super.isNotInstanceOf(type);
  }

  @Override
  public S isNotInstanceOfAny(Class<?>... types) {
    options.requireUsed("isNotInstanceOfAny(...)");
    return super.isNotInstanceOfAny(types);
  }

  @Override
  public S isExactlyInstanceOf(Class<?> type) {
    options.requireUsed("isExactlyInstanceOf(...)");
    return super.isExactlyInstanceOf(type);
  }

  @Override
  public S isNotExactlyInstanceOf(Class<?> type) {
    options.requireUsed("isNotExactlyInstanceOf(...)");
    return super.isNotExactlyInstanceOf(type);
  }

  @Override
  public S isOfAnyClassIn(Class<?>... types) {
    options.requireUsed("isOfAnyClassIn(...)");
    return super.isOfAnyClassIn(types);
  }

  @Override
  public S isNotOfAnyClassIn(Class<?>... types) {
    options.requireUsed("isNotOfAnyClassIn(...)");
    return super.isNotOfAnyClassIn(types);
  }

  @Override
  public S hasSameClassAs(Object other) {
    options.requireUsed("hasSameClassAs(...)");
    return super.hasSameClassAs(other);
  }

  @Override
  public S doesNotHaveSameClassAs(Object other) {
    options.requireUsed("doesNotHaveSameClassAs(...)");
    return super.doesNotHaveSameClassAs(other);
  }

  @Override
  public S hasToString(String expected) {
    options.requireUsed("hasToString(...)");
    return super.hasToString(expected);
  }

  @Override
  public S doesNotHaveToString(String other) {
    options.requireUsed("doesNotHaveToString(...)");
    return super.doesNotHaveToString(other);
  }

  @Override
  @SuppressWarnings("deprecation") // but it is there
  public AbstractListAssert<?, List<?>, Object, ObjectAssert<Object>> asList() {
    options.requireUsed("asList()");
    return super.asList();
  }

  @Override
  public AbstractStringAssert<?> asString() {
    options.requireUsed("asString()");
    return super.asString();
  }

  @Override
  public S hasFieldOrProperty(String name) {
    options.requireUsed("hasFieldOrProperty(...)");
    return super.hasFieldOrProperty(name);
  }

  @Override
  public S hasOnlyFields(String... names) {
    options.requireUsed("hasOnlyFields(...)");
    return super.hasOnlyFields(names);
  }

  @Override
  public S hasNoNullFieldsOrPropertiesExcept(String... names) {
    options.requireUsed("hasNoNullFieldsOrPropertiesExcept(...)");
    return super.hasNoNullFieldsOrPropertiesExcept(names);
  }

  @Override
  public S hasAllNullFieldsOrPropertiesExcept(String... names) {
    options.requireUsed("hasAllNullFieldsOrPropertiesExcept(...)");
    return super.hasAllNullFieldsOrPropertiesExcept(names);
  }

  @Override
  public S hasNoNullFieldsOrProperties() {
    options.requireUsed("hasNoNullFieldsOrProperties()");
    return super.hasNoNullFieldsOrProperties();
  }

  @Override
  public S hasAllNullFieldsOrProperties() {
    options.requireUsed("hasAllNullFieldsOrProperties()");
    return super.hasAllNullFieldsOrProperties();
  }

  @Override
  @SuppressWarnings("deprecation")
  public S isEqualToIgnoringNullFields(Object other) {
    options.requireUsed("isEqualToIgnoringNullFields(...)");
    return super.isEqualToIgnoringNullFields(other);
  }

  @Override
  @SuppressWarnings("deprecation")
  public S isEqualToComparingOnlyGivenFields(Object other, String... names) {
    options.requireUsed("isEqualToComparingOnlyGivenFields(...)");
    return super.isEqualToComparingOnlyGivenFields(other, names);
  }

  @Override
  @SuppressWarnings("deprecation")
  public S isEqualToIgnoringGivenFields(Object other, String... names) {
    options.requireUsed("isEqualToIgnoringGivenFields(...)");
    return super.isEqualToIgnoringGivenFields(other, names);
  }

  @Override
  @SuppressWarnings("deprecation")
  public S isEqualToComparingFieldByField(Object other) {
    options.requireUsed("isEqualToComparingFieldByField(...)");
    return super.isEqualToComparingFieldByField(other);
  }

  @Override
  @SuppressWarnings("deprecation")
  public S isEqualToComparingFieldByFieldRecursively(Object other) {
    options.requireUsed("isEqualToComparingFieldByFieldRecursively(...)");
    return super.isEqualToComparingFieldByFieldRecursively(other);
  }

  @Override
  public S isSameAs(@Nullable Object expected) {
    options.requireUsed("isSameAs(...)");
    return super.isSameAs(expected);
  }

  @Override
  public S isNotSameAs(@Nullable Object other) {
    options.requireUsed("isNotSameAs(...)");
    return super.isNotSameAs(other);
  }

  @Override
  public S hasSameHashCodeAs(Object other) {
    options.requireUsed("hasSameHashCodeAs(...)");
    return super.hasSameHashCodeAs(other);
  }

  @Override
  public S doesNotHaveSameHashCodeAs(Object other) {
    options.requireUsed("doesNotHaveSameHashCodeAs(...)");
    return super.doesNotHaveSameHashCodeAs(other);
  }

  @Override
  public S hasFieldOrPropertyWithValue(String name, @Nullable Object value) {
    options.requireUsed("hasFieldOrPropertyWithValue(...)");
    return super.hasFieldOrPropertyWithValue(name, value);
  }

  @Override
  public <T> S returns(@Nullable T expected, Function<A, T> from) {
    options.requireUsed("returns(...)");
    return super.returns(expected, from);
  }

  @Override
  public <T> S doesNotReturn(@Nullable T expected, Function<A, T> from) {
    options.requireUsed("doesNotReturn(...)");
    return super.doesNotReturn(expected, from);
  }

  @Override
  public AbstractObjectAssert<?, ?> extracting(String name) {
    options.requireUsed("extracting(...)");
    return super.extracting(name);
  }

  @Override
  public <T extends AbstractAssert<?, ?>> T extracting(
      String name, InstanceOfAssertFactory<?, T> factory) {
    options.requireUsed("extracting(...)");
    return super.extracting(name, factory);
  }

  @Override
  public AbstractListAssert<?, List<?>, Object, ObjectAssert<Object>> extracting(String... names) {
    options.requireUsed("extracting(...)");
    return super.extracting(names);
  }

  @Override
  public <T> AbstractObjectAssert<?, T> extracting(Function<? super A, T> extractor) {
    options.requireUsed("extracting(...)");
    return super.extracting(extractor);
  }

  @Override
  public <T, R extends AbstractAssert<?, ?>> R extracting(
      Function<? super A, T> extractor, InstanceOfAssertFactory<?, R> factory) {
    options.requireUsed("extracting(...)");
    return super.extracting(extractor, factory);
  }

  @Override
  protected AbstractListAssert<?, List<?>, Object, ObjectAssert<Object>> extractingForProxy(
      Function<? super A, ?>[] extractors) {
    options.requireUsed("extracting(...)");
    return super.extractingForProxy(extractors);
  }
}
