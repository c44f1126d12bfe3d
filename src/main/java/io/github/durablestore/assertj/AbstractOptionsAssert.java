package io.github.durablestore.assertj;

import java.util.List;
import java.util.function.Function;
import org.assertj.core.api.AbstractAssert;
import org.assertj.core.api.AbstractListAssert;
import org.assertj.core.api.AbstractObjectAssert;
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
