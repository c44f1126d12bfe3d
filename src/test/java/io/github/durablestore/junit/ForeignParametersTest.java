package io.github.durablestore.junit;

import static io.github.durablestore.assertj.StateStoreAssertions.assertThat;
import static io.github.durablestore.junit.TestRuns.assertAllPass;
import static io.github.durablestore.junit.TestRuns.run;

import io.github.durablestore.StateStore;
import io.github.durablestore.memory.MemoryStateStore;
import io.github.durablestore.probe.StateStoreProbe;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.aggregator.AggregateWith;
import org.junit.jupiter.params.aggregator.ArgumentsAccessor;
import org.junit.jupiter.params.aggregator.ArgumentsAggregator;
import org.junit.jupiter.params.converter.ConvertWith;
import org.junit.jupiter.params.converter.SimpleArgumentConverter;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs small test classes with stores that another extension gives: {@link Parameters}. */
class ForeignParametersTest {
  private static final StateStore OTHER = new MemoryStateStore();

  private static void assertOther(StateStore... stores) {
    assertThat(List.of(stores)).allMatch(store -> store == OTHER);
  }

  private static void assertOurs(StateStore store) {
    assertThat((Object) store).isInstanceOf(StateStoreProbe.class);
    store.ping();
  }

  /** As of Mockito or Spring, which resolve what has their annotation, or is in its constructor. */
  @Retention(RetentionPolicy.RUNTIME)
  @interface Foreign {}

  /** As of many libraries. */
  @Retention(RetentionPolicy.RUNTIME)
  @interface NonNull {}

  /** As in the Checker Framework. */
  @Retention(RetentionPolicy.RUNTIME)
  @interface RequiresNonNull {}

  /** As in the Checker Framework. */
  @Retention(RetentionPolicy.RUNTIME)
  @interface EnsuresNonNullIf {}

  static class ForeignResolver implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.isAnnotated(Foreign.class)
          || parameter.getDeclaringExecutable().isAnnotationPresent(Foreign.class);
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return OTHER;
    }
  }

  @Test
  void annotatedForAnotherExtension_isLeftToIt() {
    assertAllPass(run(Annotated.class), 2);
    assertAllPass(run(AnnotatedConstructor.class), 1);
  }

  @ExtendWith({ForeignResolver.class, StateStoreExtension.class})
  static class Annotated {
    Annotated(@Foreign StateStore other, StateStore ours) {
      assertOther(other);
      assertOurs(ours);
    }

    @BeforeEach
    @AfterEach
    void look(@Foreign StateStore other, StateStore ours) {
      assertOther(other);
      assertOurs(ours);
    }

    @Test
    void test(@Foreign StateStore other, @Foreign MemoryStateStore memory, StateStoreProbe ours) {
      assertOther(other, memory);
      assertOurs(ours);
    }

    @Nested
    class Inner {
      Inner(StateStore ours, @Foreign StateStore other) {
        assertOther(other);
        assertOurs(ours);
      }

      @Test
      void test(StateStore ours, @Foreign StateStore other) {
        assertOther(other);
        assertOurs(ours);
      }
    }
  }

  @ExtendWith({StateStoreExtension.class, ForeignResolver.class})
  static class AnnotatedConstructor {
    @Foreign
    AnnotatedConstructor(StateStore other) {
      assertOther(other);
    }

    @Test
    void test(StateStore ours) {
      assertOurs(ours);
    }
  }

  @Test
  void annotatedAboutNullness_isOurs() {
    assertAllPass(run(AboutNullness.class), 1);
  }

  @ExtendWith({ForeignResolver.class, StateStoreExtension.class})
  static class AboutNullness {
    @NullMarked
    @RequiresNonNull
    @EnsuresNonNullIf
    AboutNullness(@NonNull StateStore ours) {
      assertOurs(ours);
    }

    @Test
    @SuppressWarnings("DeprecatedVariable") // on purpose
    void test(
        @NonNull StateStore one,
        @org.jspecify.annotations.Nullable StateStore other,
        @Deprecated StateStore third) {
      Stream.of(one, other, third).forEach(ForeignParametersTest::assertOurs);
    }
  }

  /** Not about nullness. */
  @Retention(RetentionPolicy.RUNTIME)
  @interface NullStore {}

  static class NullStoreResolver extends ForeignResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.isAnnotated(NullStore.class);
    }
  }

  @Test
  void annotatedWithANameLikeNull_isLeftToIt() {
    assertAllPass(run(NamedLikeNull.class), 1);
  }

  @ExtendWith({NullStoreResolver.class, StateStoreExtension.class})
  static class NamedLikeNull {
    @Test
    void test(@NullStore StateStore other) {
      assertOther(other);
    }
  }

  @Retention(RetentionPolicy.RUNTIME)
  @ExtendWith(StateStoreExtension.class)
  @interface TestStore {}

  @Test
  void extendedAtTheParameter_isOurs() {
    assertAllPass(run(Extended.class), 3);
  }

  static class Extended {
    @Test
    void test(@ExtendWith(StateStoreExtension.class) StateStore ours) {
      assertOurs(ours);
    }

    @Test
    void composed(@TestStore StateStore ours, StateStore other) {
      assertOurs(ours);
      assertOurs(other);
    }

    @Test
    void besideAnother(
        @ExtendWith(StateStoreExtension.class) @ExtendWith(ForeignResolver.class) StateStore ours,
        @Foreign StateStore other) {
      assertOurs(ours);
      assertOther(other);
    }
  }

  @Test
  void argumentOfATest_isLeftToIt() {
    assertAllPass(run(WithArguments.class), 5);
  }

  @ExtendWith(StateStoreExtension.class)
  static class WithArguments {
    static Stream<Arguments> stores(StateStore ours) {
      assertOurs(ours);
      return Stream.of(Arguments.of(OTHER, OTHER));
    }

    @ParameterizedTest
    @MethodSource("stores")
    void both(StateStore first, MemoryStateStore second) {
      assertOther(first, second);
    }

    @ParameterizedTest
    @MethodSource("stores")
    void andOurs(StateStore first, StateStore second, StateStore ours, StateStoreProbe probe) {
      assertOther(first, second);
      assertOurs(ours);
      assertOurs(probe);
    }

    @ParameterizedTest
    @MethodSource("stores")
    void andAggregated(
        StateStore first, @AggregateWith(SecondStore.class) StateStore second, StateStore ours) {
      assertOther(first, second);
      assertOurs(ours);
    }

    @ParameterizedTest
    @ValueSource(strings = "a")
    void converted(@ConvertWith(ToStore.class) StateStore first, StateStore ours) {
      assertOther(first);
      assertOurs(ours);
    }

    @Test
    void none(StateStore ours) {
      assertOurs(ours);
    }
  }

  @Test
  void argumentOfAnOuterClass_isLeftToIt() {
    assertAllPass(run(ParameterizedAround.class), 4);
  }

  @ParameterizedClass
  @MethodSource("stores")
  @ExtendWith(StateStoreExtension.class)
  static class ParameterizedAround {
    ParameterizedAround(StateStore other, StateStore ours) {
      assertOther(other);
      assertOurs(ours);
    }

    static Stream<StateStore> stores() {
      return Stream.of(OTHER);
    }

    @Nested
    @ParameterizedClass
    @ValueSource(ints = {1, 2})
    class Inner {
      Inner(int number, StateStore ours) {
        assertThat(number).isPositive();
        assertOurs(ours);
      }

      @Test
      void test(StateStore ours) {
        assertOurs(ours);
      }

      @ParameterizedTest
      @ValueSource(ints = 3)
      void each(int number, StateStore ours) {
        assertThat(number).isEqualTo(3);
        assertOurs(ours);
      }
    }
  }

  static class SecondStore implements ArgumentsAggregator {
    @Override
    public Object aggregateArguments(ArgumentsAccessor arguments, ParameterContext parameter) {
      return arguments.get(1);
    }
  }

  static class ToStore extends SimpleArgumentConverter {
    @Override
    protected Object convert(Object source, Class<?> targetType) {
      return OTHER;
    }
  }

  @Test
  void argumentOfAClass_isLeftToIt() {
    assertAllPass(run(ParameterizedByClass.class), 2);
  }

  @ParameterizedClass
  @MethodSource("stores")
  @ExtendWith(StateStoreExtension.class)
  static class ParameterizedByClass {
    ParameterizedByClass(StateStore other, StateStore ours) {
      assertOther(other);
      assertOurs(ours);
    }

    static Stream<StateStore> stores() {
      return Stream.of(OTHER);
    }

    @BeforeParameterizedClassInvocation
    static void prepare(StateStore other) {
      assertOther(other);
    }

    @Test
    void test(StateStore ours) {
      assertOurs(ours);
    }

    @ParameterizedTest
    @MethodSource("stores")
    void each(StateStore other, StateStore ours) {
      assertOther(other);
      assertOurs(ours);
    }
  }
}
