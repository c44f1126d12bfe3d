package io.github.durablestore.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.github.durablestore.StateStore;
import java.util.AbstractCollection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Results are judged as they were when their operations returned: {@link Result}. */
class ResultTest {

  static Stream<Object> results() {
    return Stream.of(
        true,
        'a',
        1.5,
        Thread.State.NEW,
        new IllegalStateException("a"),
        Optional.of(List.of(1)),
        Optional.empty(),
        new Object[] {1, null, new int[] {2}},
        new byte[] {1, 2},
        new ArrayList<>(Arrays.asList(1, null)),
        Map.of("a", List.of(1)),
        Set.of(List.of(1), List.of(2)),
        Values.state("a", 1, 1));
  }

  private static Result result(Object value) {
    return Result.of(value, ProcessIds.SAME);
  }

  @ParameterizedTest
  @MethodSource("results")
  void of_anyValue_equalsItself(Object value) {
    Result result = result(value);

    assertThat(result.equalTo(result(value), "read")).isTrue();
    assertThat(result.equalTo(result("another"), "read")).isFalse();
    result.requireUnchanged("read");
  }

  @Test
  void value_ofArray_isTheArrayUntilItChanges() {
    String[] array = {"a"};
    Result result = result(array);
    assertThat(result.value()).isSameAs(array);

    array[0] = "b";

    assertThat(result.value()).isEqualTo(new Object[] {"a"});
  }

  @Test
  void of_list_keepsItsElements() {
    List<Integer> list = new ArrayList<>(List.of(1));
    Object[] array = {list};
    Result ofList = result(list);
    Result ofArray = result(array);
    Result ofOptional = result(Optional.of(list));

    list.add(2);

    assertThat(ofList.equalTo(result(List.of(1)), "read")).isTrue();
    assertThat(ofArray.equalTo(result(new Object[] {List.of(1)}), "read")).isTrue();
    assertThat(ofOptional.equalTo(result(Optional.of(List.of(1))), "read")).isTrue();
  }

  static Stream<Arguments> unusable() {
    List<Object> itself = new ArrayList<>();
    itself.add(itself);
    var byIdentity = new IdentityHashMap<String, Integer>();
    byIdentity.put(new String("a"), 1);
    byIdentity.put(new String("a"), 2);
    return Stream.of(
        arguments(itself, "it contains itself"),
        arguments(byIdentity, "IdentityHashMap has elements that are equal; return a list"),
        arguments(byIdentity.keySet(), "KeySet has elements that are equal; return a list"),
        arguments(Optional.of(Thread.currentThread()), "it is a thread"),
        arguments(nested(150), "it is nested more than 100 deep; return a flatter value"),
        arguments(List.of(1).iterator(), "which can be read only once; return a list"),
        arguments(Stream.of(1), "which can be read only once; return a list"),
        arguments(new CompletableFuture<>(), "wait for it, and return its result"),
        arguments(new FutureTask<>(() -> 1), "wait for it, and return its result"),
        arguments(
            reading(
                () -> {
                  throw new NoClassDefFoundError("acme/Late");
                }),
            "reading it threw java.lang.NoClassDefFoundError: acme/Late; return a copy"),
        arguments(reading(() -> 1), "it has more than 1,000,000 elements; return fewer"),
        arguments(new Around(itself), "does not end, perhaps as it contains itself"),
        arguments(new Unhashed(), "Unhashed has equals without hashCode; add hashCode"));
  }

  @SuppressWarnings({"EqualsHashCode", "overrides"}) // on purpose
  private static final class Unhashed {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Unhashed;
    }
  }

  /** Has a list that contains itself, of which it makes its hash code. */
  record Around(List<Object> list) {}

  /** Returns an endless collection. */
  private static Collection<Object> reading(Supplier<Object> element) {
    return new AbstractCollection<>() {
      @Override
      public Iterator<Object> iterator() {
        return Stream.generate(element).iterator();
      }

      @Override
      public int size() {
        return 1;
      }

      @Override
      public String toString() {
        return "endless";
      }
    };
  }

  @Test
  void describe_onlyTheTypeDiffers_namesIt() {
    assertThat(result(1).describe(result(1L))).isEqualTo("1 (a java.lang.Integer)");
    assertThat(result(1).describe(result(2L))).isEqualTo("1");
    assertThat(result(1).describe(result(1))).isEqualTo("1");
  }

  @Test
  void equalTo_entriesOfArrays_comparesElements() {
    Result result = result(Map.entry("a", new long[] {1}));

    assertThat(result.equalTo(result(Map.entry("a", new long[] {1})), "read")).isTrue();
    assertThat(result.equalTo(result(Map.entry("a", new long[] {2})), "read")).isFalse();
    assertThat(result.equalTo(result(Map.entry("b", new long[] {1})), "read")).isFalse();
  }

  @Test
  void nameOfAThread_isTheSameOneByOne() {
    Exploration found =
        Scenario.withThreads((store, threads) -> new NamedThreads(store, threads.pool(2)))
            .when("x", NamedThreads::names)
            .when("y", NamedThreads::names)
            .thenAsIfOneByOne(process -> 0);

    assertThat(found.complete()).isTrue();
  }

  record NamedThreads(StateStore store, ExecutorService pool) {
    List<String> names() throws Exception {
      store.getLatestState("x");
      return List.of(
          Thread.currentThread().getName(),
          pool.submit(() -> Thread.currentThread().getName()).get());
    }
  }

  private static Object nested(int depth) {
    return depth == 0 ? 0 : List.of(nested(depth - 1));
  }

  @ParameterizedTest
  @MethodSource("unusable")
  void when_resultThatCannotBeTaken_isRefused(Object value, String why) {
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                Scenario.<StateStore>of(store -> store)
                    .when("read", store -> value)
                    .then((store, run) -> {}))
        .withMessageStartingWith("cannot take the result of read: ")
        .withMessageContaining(why);
  }

  @ParameterizedTest
  @MethodSource("unusable")
  void observation_thatCannotBeTaken_isRefused(Object value, String why) {
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                Scenario.of(Calls::new)
                    .when("read", calls -> calls.make(1))
                    .thenAsIfOneByOne(calls -> value))
        .withMessageStartingWith("cannot take what the observation returned: ")
        .withMessageContaining(why);
  }

  /** A result that changes. */
  private static final class Changing {
    private int value;

    @Override
    public int hashCode() {
      return value;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Changing;
    }
  }

  @Test
  void when_resultThatChangesAfterwards_isRefused() {
    var changing = new Changing();

    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                Scenario.of(Calls::new)
                    .when("read", calls -> Map.of("a", changing))
                    .whenRunning(
                        "change",
                        calls -> {
                          calls.make(1);
                          changing.value++;
                        })
                    .then((calls, run) -> {}))
        .withMessageContaining("read");
  }

  @Test
  void when_resultWithoutEquals_isNamed() {
    String without = ", as a java.util.concurrent.atomic.AtomicLong has no equals; ";

    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                Scenario.of(Calls::new)
                    .when("read", calls -> List.of(new AtomicLong(calls.make(1))))
                    .then((calls, run) -> {}))
        .withMessageContaining("the end of read has a different result" + without);
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                Scenario.of(Calls::new)
                    .when("read", calls -> calls.make(1))
                    .thenAsIfOneByOne(calls -> new AtomicLong(calls.make(1))))
        .withMessageContaining("the observation has a different result" + without);
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                Scenario.of(Calls::new)
                    .when("read", calls -> new AtomicReference<>(calls.make(1)))
                    .then((calls, run) -> {}))
        .withMessageContaining(
            ", as a java.util.concurrent.atomic.AtomicReference has no equals; ");
  }

  /** A value that cannot be asked for its hash code. */
  private static final class Hostile {
    @Override
    public int hashCode() {
      throw new IllegalStateException("no");
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Hostile;
    }
  }

  @Test
  void of_valueWithoutHashCode_isTaken() {
    assertThat(result(new Hostile()).equalTo(result(new Hostile()), "read")).isTrue();
  }

  @Test
  void of_setsOfArrays_areComparedByElements() {
    Map<String, Object> one = new HashMap<>();
    one.put("a", Set.of(new Object[] {1}));
    Map<String, Object> other = new HashMap<>();
    other.put("a", Set.of(new Object[] {1}));

    assertThat(result(one).equalTo(result(other), "read")).isTrue();
    other.put("a", Set.of(new Object[] {2}));
    assertThat(result(one).equalTo(result(other), "read")).isFalse();
  }

  @Test
  void when_exceptionsThatDifferInTheMessage_isNamed() {
    assertThat(
            Failing.of(
                () ->
                    Scenario.<StateStore>of(store -> store)
                        .whenRunning("ann", store -> fail(store, "a"))
                        .whenRunning("bob", store -> fail(store, "b"))
                        .thenAsIfOneByOne(store -> 1)))
        .startsWith(
            """
            the message of an exception differs: no order of the operations, one by one, gives this:
              ann threw java.lang.IllegalStateException: saw 2; bob threw java.lang.IllegalStateException: saw 1; then 1
            """);
  }

  /** Says in its failure how many others had begun. */
  private static void fail(StateStore store, String id) {
    Values.put(store, id, 1, 1);
    long others = Values.get(store, "a") + Values.get(store, "b") - 1;
    Values.put(store, id, 1, 2);
    throw new IllegalStateException("saw " + others);
  }

  @Test
  @SuppressWarnings("DistinctVarargsChecker") // arrays are distinct
  void of_setsOfArraysWithEqualOnes_areComparedOneToOne() {
    Set<Object> twice = Set.of(new int[] {1}, new int[] {1});
    Set<Object> different = Set.of(new int[] {1}, new int[] {2});

    assertThat(result(twice).equalTo(result(different), "read")).isFalse();
    assertThat(result(different).equalTo(result(twice), "read")).isFalse();
    assertThat(result(twice).equalTo(result(Set.of(new int[] {1}, new int[] {1})), "read"))
        .isTrue();
    assertThat(result(Set.of(1, twice)).equalTo(result(Set.of(1, twice)), "read")).isTrue();
  }

  @SuppressWarnings("ArrayRecordComponent") // which the test is about
  record Bytes(byte[] bytes) {}

  record Counts(AtomicLong count) {}

  @Test
  void when_recordOfWhatHasNoEquals_isNamed() {
    for (Function<Integer, Object> record :
        List.<Function<Integer, Object>>of(
            calls -> new Bytes(new byte[calls]), calls -> new Counts(new AtomicLong(calls)))) {
      assertThatIllegalStateException()
          .isThrownBy(
              () ->
                  Scenario.of(Calls::new)
                      .when("read", calls -> List.of(record.apply(calls.make(1))))
                      .then((calls, run) -> {}))
          .withMessageContaining(" has a component without equals, such as an array; keep times");
    }
  }

  /** A value that cannot be compared. */
  private static final class Incomparable {
    @Override
    public int hashCode() {
      return 1;
    }

    @Override
    public boolean equals(Object other) {
      throw new IllegalStateException("no");
    }
  }

  @Test
  void when_resultThatCannotBeCompared_isNamed() {
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                Scenario.of(Calls::new)
                    .operation("read", calls -> List.of(calls.make(1), new Incomparable()))
                    .thenAsIfOneByOne(calls -> 1))
        .withMessage(
            "cannot compare the results of read: equals threw java.lang.IllegalStateException: no; return what can be compared");
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                Scenario.of(Calls::new)
                    .operation("read", calls -> calls.make(1))
                    .thenAsIfOneByOne(calls -> new Incomparable()))
        .withMessageStartingWith("cannot compare the results of the observation: ");
  }
}
