package io.github.durablestore.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.github.durablestore.StateStore;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class OracleTest {

  static Stream<Arguments> equal() {
    return Stream.of(
        arguments(null, null),
        arguments(1L, 1L),
        arguments(new byte[] {1}, new byte[] {1}),
        arguments(new Object[] {new int[] {1}}, new Object[] {new int[] {1}}),
        arguments(Optional.of(new byte[] {1}), Optional.of(new byte[] {1})),
        arguments(List.of(new int[] {1}), List.of(new int[] {1})),
        arguments(Map.of("a", new int[] {1}), Map.of("a", new int[] {1})),
        arguments(new IllegalStateException("a"), new IllegalStateException("a")),
        arguments(Values.state("a", 1, 1), Values.state("a", 1, 1)));
  }

  static Stream<Arguments> unequal() {
    return Stream.of(
        arguments(null, 1),
        arguments(1, null),
        arguments(1L, 1),
        arguments(new Object[] {1}, 1),
        arguments(Optional.of(1), 1),
        arguments(List.of(1), 1),
        arguments(Map.of("a", 1), 1),
        arguments(new IllegalStateException("a"), "a"),
        arguments(new byte[] {1}, new byte[] {2}),
        arguments(new Object[] {1}, new Object[] {1, 2}),
        arguments(Optional.of(1), Optional.empty()),
        arguments(List.of(1), List.of(2)),
        arguments(List.of(1), List.of()),
        arguments(Map.of("a", 1), Map.of("a", 2)),
        arguments(Map.of("a", 1), Map.of("a", 1, "b", 2)),
        arguments(new IllegalStateException("a"), new IllegalStateException("b")),
        arguments(new IllegalStateException("a"), new IllegalArgumentException("a")),
        arguments(
            new IllegalStateException("a".repeat(400) + "b"),
            new IllegalStateException("a".repeat(400) + "c")),
        arguments(Values.state("a", 1, 1), Values.state("a", 1, 2)));
  }

  @ParameterizedTest
  @MethodSource("equal")
  void same_equalValues_returnsTrue(@Nullable Object one, @Nullable Object other) {
    assertThat(Result.same(one, other)).isTrue();
  }

  @ParameterizedTest
  @MethodSource("unequal")
  void same_unequalValues_returnsFalse(@Nullable Object one, @Nullable Object other) {
    assertThat(Result.same(one, other)).isFalse();
  }

  private static final class NameTaken extends Exception {
    private static final long serialVersionUID = 1L;

    NameTaken(String name) {
      super(name);
    }
  }

  private static long register(StateStore store, long owner) throws NameTaken {
    synchronized (store) {
      if (store.getLatestState("name").isPresent()) {
        throw new NameTaken("name");
      }
      Values.put(store, "name", 1, owner);
      return owner;
    }
  }

  @Test
  void thenAsIfOneByOne_exceptionThatOneOrderGives_passes() {
    Exploration found =
        Scenario.<StateStore>of(store -> store)
            .when("ann", store -> register(store, 1))
            .when("bob", store -> register(store, 2))
            .faults()
            .crashes()
            .thenAsIfOneByOne(store -> Values.get(store, "name"));

    assertThat(found.complete()).isTrue();
  }

  @Test
  void thenAsIfOneByOne_exceptionThatNoOrderGives_fails() {
    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(
            () ->
                Scenario.<StateStore>of(store -> store)
                    .whenRunning(
                        "ann",
                        store -> {
                          Values.put(store, "x", 1, 1);
                          if (Values.get(store, "x") != 1) {
                            throw new IllegalStateException("not mine");
                          }
                        })
                    .whenRunning("bob", store -> Values.put(store, "x", 1, 2))
                    .thenAsIfOneByOne(store -> Values.get(store, "x")))
        .withMessageStartingWith(
            """
            no order of the operations, one by one, gives this:
              ann threw java.lang.IllegalStateException: not mine; bob returned; then 2
            but one of:
              ann returned; bob returned; then 2
              ann returned; bob returned; then 1
            """);
  }

  @Test
  void thenAsIfOneByOne_longResultsThatDifferInTheLast_showWhere() {
    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(
            () ->
                Scenario.<StateStore>of(store -> store)
                    .when(
                        "ann", store -> "a".repeat(5_000) + add(store, 1) + Values.get(store, "x"))
                    .when("bob", store -> add(store, 2))
                    .thenAsIfOneByOne(store -> List.of("b".repeat(5_000), Values.get(store, "x"))))
        .withMessageContaining("aa13\" (differs at character 5002 of 5002); bob returned 2; then ")
        .withMessageContaining("b, 1]\" (differs at character 5004 of 5005)")
        .withMessageContaining("b, 3]\" (differs at character 5004 of 5005)");
  }

  @Test
  void thenAsIfOneByOne_actorThatCannotRunAlone_isNamed() {
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                Scenario.of(store -> new CountDownLatch(1))
                    .whenRunning("await", CountDownLatch::await)
                    .whenRunning("release", CountDownLatch::countDown)
                    .thenAsIfOneByOne(latch -> latch.getCount()))
        .withMessageStartingWith(
            "cannot run the operations one by one, as thenAsIfOneByOne(...) does: deadlock: no actor can go on\n  await:")
        .withMessageEndingWith("use then(...) for actors that wait for one another");
  }

  private static long add(StateStore store, long amount) {
    long sum = Values.get(store, "x") + amount;
    Values.put(store, "x", 1, sum);
    return amount;
  }

  @Test
  void thenAsIfOneByOne_observationThatThrows_isComparedLikeAResult() {
    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(
            () ->
                Scenario.<StateStore>of(store -> store)
                    .when("add 1", store -> add(store, 1))
                    .when("add 2", store -> add(store, 2))
                    .thenAsIfOneByOne(
                        store -> {
                          long sum = Values.get(store, "x");
                          if (sum != 3) {
                            throw new IllegalStateException("sum is " + sum);
                          }
                          return sum;
                        }))
        .withMessageStartingWith(
            """
            no order of the operations, one by one, gives this:
              add 1 returned 1; add 2 returned 2; then threw java.lang.IllegalStateException: sum is 1
            but one of:
              add 1 returned 1; add 2 returned 2; then 3
            """);
  }

  @Test
  void thenAsIfOneByOne_observationThatAlwaysThrows_isRefused() {
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                Scenario.<StateStore>of(store -> store)
                    .when("add 1", store -> add(store, 1))
                    .thenAsIfOneByOne(store -> store.getLatestState("mistyped").orElseThrow()))
        .withMessageStartingWith(
            "cannot explore the scenario: the observation throws whatever the operations do: ");
  }
}
