package io.github.durablestore.assertj;

import static io.github.durablestore.assertj.StateStoreAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.github.durablestore.memory.MemoryStateStore;
import io.github.durablestore.probe.StateStoreProbe;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every assertion that takes an id refuses the same ids, those that no store can have: {@link
 * StateIds}.
 */
class IdParametersTest {
  private final StateStoreProbe probe = new StateStoreProbe(new MemoryStateStore());

  /** The methods of our own, as AssertJ's take no id. */
  static Stream<Method> methods() {
    return Stream.of(StateStoreProbeAssert.class.getMethods())
        .filter(
            method ->
                method
                    .getDeclaringClass()
                    .getPackageName()
                    .equals(StateStoreAssert.class.getPackageName()))
        .filter(
            method ->
                Stream.of(method.getParameterTypes())
                    .anyMatch(type -> type == String.class || type == String[].class));
  }

  @Test
  void methods_areAllThatTakeAnId() {
    assertThat(methods().map(Method::getName).distinct().sorted().toList().toString())
        .isEqualTo(
            "[attemptedNoWrite, didNotWrite, hasNoState, hasOnlyStates, hasState, state, wrote,"
                + " wroteVersions, wroteVersionsWithoutGap]");
  }

  @ParameterizedTest
  @MethodSource("methods")
  void method_emptyId_isRefused(Method method) {
    probe.connect();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> call(method, ""))
        .withMessageContaining(" \"\": persistence id is empty; pass a non-empty id");
  }

  @ParameterizedTest
  @MethodSource("methods")
  void method_nullId_isRefused(Method method) {
    probe.connect();

    assertThatNullPointerException()
        .isThrownBy(() -> call(method, null))
        .withMessage("persistenceId");
  }

  private void call(Method method, @Nullable String id) throws Throwable {
    try {
      method.invoke(
          assertThat(probe),
          Arrays.stream(method.getParameterTypes())
              .map(
                  type ->
                      type == String.class
                          ? id
                          : type == String[].class ? new String[] {id} : new long[0])
              .toArray());
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
