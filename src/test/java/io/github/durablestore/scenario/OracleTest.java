package io.github.durablestore.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.google.protobuf.TypeRegistry;
import io.github.durablestore.StaleWriteException;
import io.github.durablestore.StateStore;
import io.github.durablestore.StateStoreException;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.memory.MemoryStateStore;
import io.github.durablestore.memory.OnDisconnect;
import io.github.durablestore.memory.OnStaleWrite;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Exchanger;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Results are those of one order of the operations, or the run fails: {@link Oracle}. */
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

  private static boolean same(@Nullable Object one, @Nullable Object other) {
    return Result.of(one, ProcessIds.SAME).equalTo(Result.of(other, ProcessIds.SAME), "read");
  }

  @ParameterizedTest
  @MethodSource("equal")
  void same_equalValues_returnsTrue(@Nullable Object one, @Nullable Object other) {
    assertThat(same(one, other)).isTrue();
  }

  @ParameterizedTest
  @MethodSource("unequal")
  void same_unequalValues_returnsFalse(@Nullable Object one, @Nullable Object other) {
    assertThat(same(one, other)).isFalse();
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
    assertThat(
            Failing.of(
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
                        .thenAsIfOneByOne(store -> Values.get(store, "x"))))
        .startsWith(
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
    assertThat(
            Failing.of(
                () ->
                    Scenario.<StateStore>of(store -> store)
                        .when(
                            "ann",
                            store -> "a".repeat(5_000) + add(store, 1) + Values.get(store, "x"))
                        .when("bob", store -> add(store, 2))
                        .thenAsIfOneByOne(
                            store -> List.of("b".repeat(5_000), Values.get(store, "x")))))
        .contains(
            "aa13\" (differs at character 5002 of 5002); bob returned 2; then ",
            "b, 1]\" (differs at character 5004 of 5005)",
            "b, 3]\" (differs at character 5004 of 5005)");
  }

  @Test
  void thenAsIfOneByOne_longExceptionsThatDifferInTheLast_showWhere() {
    assertThat(
            Failing.of(
                () ->
                    Scenario.<StateStore>of(store -> store)
                        .whenRunning("ann", store -> fail(add(store, 1) + Values.get(store, "x")))
                        .when("bob", store -> add(store, 2))
                        .thenAsIfOneByOne(store -> fail(Values.get(store, "x"), 2))))
        .contains(
            "aa1\" (differs at character 5001 of 5001)\nbut one of:\n",
            "aa3\" (differs at character 5001 of 5001)\n",
            "aa4\" (differs at character 5001 of 5001); bob returned 2; ");
  }

  /** Fails with a long message, unless the value is the one that passes. */
  private static long fail(long value, long... passing) {
    if (LongStream.of(passing).anyMatch(each -> each == value)) {
      return value;
    }
    throw new IllegalStateException("a".repeat(5_000) + value);
  }

  @Test
  void thenAsIfOneByOne_actorsThatWaitForEachOther_areNamed() {
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                Scenario.of(store -> new Exchanger<Integer>())
                    .when("give", exchanger -> exchanger.exchange(1))
                    .when("take", exchanger -> exchanger.exchange(2))
                    .thenAsIfOneByOne(exchanger -> 0))
        .withMessageStartingWith(
            "cannot run the operations one by one, as thenAsIfOneByOne(...) does: deadlock: no actor can go on\n  give:")
        .withMessageEndingWith("use then(...) for actors that wait for one another");
  }

  /** An order in which an operation waits for a later one is none of those that are possible. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void thenAsIfOneByOne_actorThatWaitsForAnother_runsBehindIt(boolean isFirst) {
    assertThat(waiting(isFirst, "before").thenAsIfOneByOne(Published::read).complete()).isTrue();

    assertThat(Failing.of(() -> waiting(isFirst, "after").thenAsIfOneByOne(Published::read)))
        .contains("await returned 0")
        .containsPattern("but one of:\n  .*await returned 1.*; then 1\n\nin run");
  }

  private static Scenario<Published> waiting(boolean isFirst, String whenWritten) {
    Scenario<Published> scenario = Scenario.of(Published::new);
    return isFirst
        ? scenario
            .when("await", Published::await)
            .when("publish", each -> each.publish(whenWritten))
        : scenario
            .when("publish", each -> each.publish(whenWritten))
            .when("await", Published::await);
  }

  /** A value that is announced before or after it is written. */
  private record Published(StateStore store, CountDownLatch written) {
    Published(StateStore store) {
      this(store, new CountDownLatch(1));
    }

    long publish(String whenWritten) {
      if (whenWritten.equals("after")) {
        written.countDown();
      }
      Values.put(store, "x", 1, 1);
      written.countDown();
      return 1;
    }

    long await() throws InterruptedException {
      written.await();
      return read();
    }

    long read() {
      return Values.get(store, "x");
    }
  }

  private static long add(StateStore store, long amount) {
    long sum = Values.get(store, "x") + amount;
    Values.put(store, "x", 1, sum);
    return amount;
  }

  /** Deposits once more if the first time failed, which is refused if only its reply was lost. */
  private static long depositAgain(StateStore store, ExecutorService pool) throws Exception {
    long version = 1 + store.getLatestState("x").map(DurableState::getVersionNumber).orElse(0L);
    try {
      pool.submit(() -> Values.put(store, "x", version, version)).get();
    } catch (ExecutionException e) {
      Values.put(store, "x", version, version);
    }
    return version;
  }

  /** The refusal comes of what it did before; in a pool's task too. */
  @Test
  void refusing_operationThatHadTheFault_mayHaveTakenEffect() {
    Exploration found =
        Scenario.withThreads((store, threads) -> Map.entry(store, threads.pool(1)))
            .over(
                () ->
                    new MemoryStateStore(
                        TypeRegistry.getEmptyTypeRegistry(),
                        OnDisconnect.KEEP,
                        OnStaleWrite.REFUSE))
            .when("deposit", process -> depositAgain(process.getKey(), process.getValue()))
            .faults()
            .refusing(StaleWriteException.class)
            .thenAsIfOneByOne(process -> Values.get(process.getKey(), "x"));

    assertThat(found.runsWithFault()).isPositive();
  }

  /** Remembers what it should write. */
  private static final class Memory {
    private final StateStore store;
    private long value;

    Memory(StateStore store) {
      this.store = store;
    }

    void set() {
      store.getLatestState("x");
      value = 5;
    }

    long get() {
      return value;
    }
  }

  @Test
  void thenAsIfOneByOne_resultThatARestartChanges_isNamedAsSuch() {
    assertThat(
            Failing.of(
                () ->
                    Scenario.of(Memory::new)
                        .whenRunning("ann", Memory::set)
                        .when("ann", Memory::get)
                        .crashes()
                        .thenAsIfOneByOne(memory -> 0)))
        .startsWith(
            """
            a restart changes the answer: no order of the operations, one by one, gives this:
              ann 1 returned; ann 2 returned 0; then 0
            but one of:
              ann 1 returned; ann 2 returned 5; then 0
            """);
  }

  @Test
  void thenAsIfOneByOne_conflictThatIsNoRefusal_saysWhatToWrite() {
    Supplier<Scenario<StateStore>> scenario =
        () ->
            Scenario.<StateStore>of(store -> store)
                .over(
                    () ->
                        new MemoryStateStore(
                            TypeRegistry.getEmptyTypeRegistry(),
                            OnDisconnect.PURGE,
                            OnStaleWrite.REFUSE))
                .when("add 1", store -> addNext(store, 1))
                .when("add 2", store -> addNext(store, 2));
    String advice =
        "\nif an operation that throws StaleWriteException has done nothing, write .refusing(StaleWriteException.class)\n";

    assertThat(Failing.of(() -> scenario.get().thenAsIfOneByOne(store -> Values.get(store, "x"))))
        .contains(advice);
    assertThat(
            scenario
                .get()
                .refusing(StaleWriteException.class)
                .thenAsIfOneByOne(store -> Values.get(store, "x"))
                .complete())
        .isTrue();
  }

  @Test
  void then_faultThatIsNotTheCause_saysThatItShouldBe() {
    Supplier<Scenario<StateStore>> scenario =
        () ->
            Scenario.<StateStore>of(store -> store)
                .whenRunning("write", OracleTest::writeOrBeUnavailable)
                .faults();
    String advice = "if it threw this because of the fault, make the fault its cause\n";

    assertThat(Failing.of(() -> scenario.get().then((store, run) -> {}))).contains("\n  " + advice);
    assertThat(Failing.of(() -> scenario.get().thenAsIfOneByOne(store -> Values.get(store, "x"))))
        .contains("\nwrite: " + advice);
  }

  private static void writeOrBeUnavailable(StateStore store) {
    try {
      Values.put(store, "x", 1, 1);
    } catch (StateStoreException e) {
      throw new IllegalStateException("unavailable");
    }
  }

  private static long addNext(StateStore store, long amount) {
    long version = store.getLatestState("x").map(DurableState::getVersionNumber).orElse(0L);
    Values.put(store, "x", version + 1, Values.get(store, "x") + amount);
    return amount;
  }

  @Test
  void thenAsIfOneByOne_observationThatThrows_isComparedLikeAResult() {
    assertThat(
            Failing.of(
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
                            })))
        .startsWith(
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

  @Test
  void thenAsIfOneByOne_observationThatAlwaysThrowsInPrograms_isRefused() {
    Scenario<StateStore> scenario =
        Scenario.<StateStore>of(store -> store)
            .operationRunning("add 1", store -> add(store, 1))
            .operationRunning("add 2", store -> add(store, 2));

    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                scenario.thenAsIfOneByOne(store -> store.getLatestState("mistyped").orElseThrow()))
        .withMessageStartingWith(
            "cannot explore the scenario: the observation throws whatever the operations do: ");
  }

  @Test
  void thenAsIfOneByOne_observationThatNeedsTwoOfAnOperation_isMade() {
    Exploration found =
        Scenario.<StateStore>of(store -> store)
            .operation(
                "add",
                store -> {
                  synchronized (store) {
                    return add(store, 1);
                  }
                })
            .size(2)
            .thenAsIfOneByOne(
                store -> {
                  assertThat(Values.get(store, "x")).isGreaterThan(1);
                  return 1;
                });

    assertThat(found.programs()).isOne();
  }

  /** Counts in memory and in the store, so that it starts from 0 after a crash. */
  private static final class Forgetful {
    private final StateStore store;
    private long last;

    Forgetful(StateStore store) {
      this.store = store;
    }

    synchronized long next() {
      Values.put(store, "last", 1, ++last);
      return last;
    }
  }

  @Test
  void possible_twoCallsOfOneOperation_standWhereTheyStandInTheRun() {
    Scenario<Forgetful> scenario =
        Scenario.of(Forgetful::new)
            .operation("next", Forgetful::next)
            .crashes()
            .replay("next, next | next: BBB#");

    assertThat(Failing.of(() -> scenario.thenAsIfOneByOne(process -> 0)))
        .startsWith(
            """
            a restart changes the answer: no order of the operations, one by one, gives this:
              next returned 1; next returned 2; next returned 1; then 0
            but one of:
              next returned 2; next returned 3; next returned 1; then 0

            in the replayed run""");
  }

  @Test
  void possible_twoCallsThatOverlapAThird_areEachShown() {
    Scenario<Services.Deposits> scenario =
        Scenario.of(Services.Deposits::new)
            .operation("add", deposits -> deposits.deposit("x", 1))
            .replay("add, add | add: AABBBBBAAAAAAAA");

    assertThat(Failing.of(() -> scenario.thenAsIfOneByOne(deposits -> deposits.balance("x"))))
        .startsWith(
            """
            no order of the operations, one by one, gives this:
              add returned 1; add returned 2; add returned 1; then 2
            but one of:
              add returned 1; add returned 3; add returned 2; then 3
              add returned 2; add returned 3; add returned 1; then 3
            """);
  }
}
