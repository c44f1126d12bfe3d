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
 * What AssertJ compares, or has a user's code compare, without the options of {@link
 * MessageAssert}. It is refused if one is set, as it would be without effect.
 */
abstract class AbstractOptionsAssert<S extends AbstractOptionsAssert<S, A>, A>
    extends AbstractObjectAssert<S, A> {
  final MessageOptions options;

  AbstractOptionsAssert(@Nullable A actual, Class<?> self, MessageOptions options) {
    super(actual, self);
    this.options = options;
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
  public AbstractStringAssert<?> asString() {
    options.requireUsed("asString()");
    return super.asString();
  }

  @Override
  public <T> S isInstanceOfSatisfying(Class<T> type, Consumer<T> requirements) {
    options.requireUsed("isInstanceOfSatisfying(...)");
    return super.isInstanceOfSatisfying(type, requirements);
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
