package io.github.durablestore.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.durablestore.StateStore;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Actors that call the store again and again: {@link Spin}. */
@Tag("same-on-any-protobuf")
@Timeout(60)
class PollingTest {

  /** Makes calls until something has come about. */
  private static Task<StateStore> poll(Predicate<StateStore> until) {
    return store -> await(store, until);
  }

  private static void await(StateStore store, Predicate<StateStore> until) {
    while (!until.test(store)) {
      // again
    }
  }

  @Test
  void explore_actorThatPollsForTheOther_goesOn() {
    Exploration found =
        Scenario.<StateStore>of(store -> store)
            .whenRunning("of this test", poll(store -> store.getLatestState("x").isPresent()))
            .whenRunning("of this test too", store -> Values.put(store, "x", 1, 1))
            .switches(1)
            .then((store, run) -> assertThat(run.succeeded("of this test")).isTrue());

    assertThat(found.complete()).isFalse();
    assertThat(found)
        .hasToString(
            "explored 9 runs: 9 orders, 0 with a fault, 0 with a crash; not all: orders in which an actor"
                + " polls more than once in a row; orders with more than 1 switch");
  }

  @Test
  void explore_actorThatWritesUntilTheOther_goesOnAfterAWhile() {
    Exploration found =
        Scenario.<StateStore>of(store -> store)
            .whenRunning(
                "of this test",
                store -> {
                  while (store.getLatestState("x").isEmpty()) {
                    Values.put(store, "alive", 1, 1);
                  }
                })
            .whenRunning("of this test too", store -> Values.put(store, "x", 1, 1))
            .switches(0)
            .then((store, run) -> {});

    assertThat(found.omissions())
        .containsExactlyInAnyOrder(
            "orders with more than 200 calls in a row", "orders with more than 0 switches");
  }

  @Test
  void explore_threeThatPollForEachOther_end() {
    Exploration found =
        Scenario.<StateStore>of(store -> store)
            .whenRunning("a", store -> putThenPoll(store, "a", "c"))
            .whenRunning("b", store -> pollThenPut(store, "a", "b"))
            .whenRunning("c", store -> pollThenPut(store, "b", "c"))
            .switches(0)
            .then((store, run) -> assertThat(run.succeeded("a")).isTrue());

    assertThat(found.runs()).isLessThan(100);
  }

  private static void putThenPoll(StateStore store, String id, String awaited) throws Throwable {
    Values.put(store, id, 1, 1);
    poll(each -> each.getLatestState(awaited).isPresent()).run(store);
  }

  private static void pollThenPut(StateStore store, String awaited, String id) throws Throwable {
    poll(each -> each.getLatestState(awaited).isPresent()).run(store);
    Values.put(store, id, 1, 1);
  }

  @Test
  void explore_manyCallsBetweenTheTwoOfALostUpdate_isFound() {
    assertThat(
            Failing.of(
                () ->
                    Scenario.<StateStore>of(store -> store)
                        .whenRunning("write 40, then add", store -> writeManyThenAdd(store))
                        .whenRunning("add", store -> add(store, 100))
                        .switches(2)
                        .then((store, run) -> assertThat(Values.get(store, "x")).isEqualTo(101))))
        .contains("expected: 101L", "\n 41  |", "| read \"x\" empty");
  }

  private static void writeManyThenAdd(StateStore store) {
    for (int i = 0; i < 40; i++) {
      Values.put(store, "x" + i, 1, 1);
    }
    add(store, 1);
  }

  private static void add(StateStore store, long amount) {
    Values.put(store, "x", 1, Values.get(store, "x") + amount);
  }

  @Test
  void explore_endlessLoopOfCalls_fails() {
    assertThat(
            Failing.of(
                () ->
                    Scenario.<StateStore>of(store -> store)
                        .whenRunning(
                            "of this test", poll(store -> store.getLatestState("x").isPresent()))
                        .then((store, run) -> {})))
        .startsWith("of this test made 1,000 calls and did not end")
        .contains("\n  1  | read \"x\" empty\n     ... 998 rows more\n1000  | read \"x\" empty\n")
        .satisfies(text -> assertThat(text.lines()).hasSizeLessThan(70));
  }

  @Test
  void explore_endlessLoopsOfTwo_fail() {
    Task<StateStore> task = poll(store -> store.getLatestState("x").isPresent());

    assertThat(
            Failing.of(
                () ->
                    Scenario.<StateStore>of(store -> store)
                        .whenRunning("of this test", task)
                        .whenRunning("of this test too", task)
                        .then((store, run) -> {})))
        .contains("made 1,000 calls and did not end")
        .satisfies(text -> assertThat(text.lines()).hasSizeLessThan(100));
  }

  /** Works while a mark in the store is set, which a crash leaves behind. */
  private static void work(StateStore store) {
    await(store, each -> Values.get(each, "lock") == 0);
    Values.put(store, "lock", 1, 1);
    Values.put(store, "lock", 2, 0);
  }

  private static Scenario<StateStore> marked() {
    return Scenario.<StateStore>of(store -> store).whenRunning("mark", store -> mark(store, "x"));
  }

  private static void mark(StateStore store, String id) {
    Values.put(store, id, 1, 1);
  }

  @Test
  void restart_operationThatPollsForWhatIsLost_isJudged() {
    Scenario<StateStore> byMachine =
        Scenario.<StateStore>of(store -> store).operationRunning("work", PollingTest::work);
    Scenario<StateStore> byHand =
        Scenario.<StateStore>of(store -> store)
            .whenRunning("work", PollingTest::work)
            .whenRunning("work", PollingTest::work);

    assertThatThrownBy(() -> byMachine.crashes().size(3).thenAsIfOneByOne(store -> 1))
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith("after the restart, work made 1,000 calls and did not end\n")
        .hasMessageContaining("| restart\n");
    assertThatThrownBy(() -> byHand.crashes().then((store, run) -> {}))
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith("after the restart, work 2 made 1,000 calls and did not end\n");
  }

  @Test
  void restart_operationThatPollsForAnother_isRefused() {
    assertThatThrownBy(
            () ->
                Scenario.<StateStore>of(store -> store)
                    .whenRunning("wait", poll(store -> store.getLatestState("x").isPresent()))
                    .whenRunning("mark", store -> mark(store, "x"))
                    .crashes()
                    .then((store, run) -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("had not begun: wait made 1,000 calls and did not end\nleave out");
  }

  @Test
  void restart_startThatPolls_isJudged() {
    assertThatThrownBy(() -> startingBy(store -> await(store, each -> Values.get(each, "x") == 0)))
        .hasMessageStartingWith("after the restart, the process made 1,000 calls and did not end");
    assertThatThrownBy(
            () -> startingBy(store -> awaitAtAnyPrice(store, each -> Values.get(each, "x") == 0)))
        .hasMessageStartingWith("after the restart, the process made 1,000 calls and did not end");
    assertThatThrownBy(
            () ->
                startingBy(
                    store -> {
                      await(store, each -> Values.get(each, "recovers") == 0);
                      if (Values.get(store, "x") == 1) {
                        mark(store, "recovers");
                        Values.put(store, "recovers", 2, 0);
                      }
                    }))
        .hasMessageStartingWith("after the restart, the process made 1,000 calls and did not end");
  }

  private static Exploration startingBy(Consumer<StateStore> start) {
    return Scenario.<StateStore>of(
            store -> {
              start.accept(store);
              return store;
            })
        .whenRunning("mark", store -> mark(store, "x"))
        .crashes()
        .then((store, run) -> {});
  }

  /** Makes calls until something has come about, whatever they throw. */
  private static void awaitAtAnyPrice(StateStore store, Predicate<StateStore> until) {
    while (true) {
      try {
        await(store, until);
        return;
      } catch (Throwable e) {
        // again
      }
    }
  }

  @Test
  void pollingAsideTheOperations_ends() {
    Predicate<StateStore> never = store -> store.getLatestState("never").isPresent();
    List<Task<StateStore>> tasks = List.of(poll(never), store -> awaitAtAnyPrice(store, never));
    for (Task<StateStore> task : tasks) {
      assertThatThrownBy(() -> marked().given(task).then((store, run) -> {}))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith(
              "cannot explore the scenario: in given(...), the process made 10,000 calls");
      assertThatThrownBy(() -> marked().then((store, run) -> task.run(store)))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("the process made 10,000 calls and did not end");
    }
    assertThatThrownBy(
            () ->
                Scenario.<StateStore>of(store -> store)
                    .whenRunning("a", store -> putThenPoll(store, "a", "b"))
                    .whenRunning("b", store -> putThenPoll(store, "b", "a"))
                    .thenAsIfOneByOne(store -> 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(": a made 1,000 calls and did not end\nuse then(...) for");
  }

  @Test
  void given_manyCalls_areMade() {
    Task<StateStore> fill =
        store -> {
          for (int i = 0; i < 2_000; i++) {
            mark(store, "id " + i);
          }
        };

    assertThat(marked().given(fill).then((store, run) -> fill.run(store)).runs()).isOne();
  }

  @Test
  void explore_twoWorkersThatPollOneQueue_areNeverComplete() {
    try {
      assertThat(WorkerVerdicts.ofTwoThatSleep().complete()).isFalse();
    } catch (IllegalStateException e) {
      assertThat(e)
          .hasMessageEndingWith(", and let workers wait at their queue instead of polling it");
    }
  }

  @Test
  void close_thatPolls_ends() {
    record Closing(StateStore store) implements AutoCloseable {
      @Override
      public void close() {
        while (true) {
          store.getLatestState("never");
        }
      }
    }

    assertThatThrownBy(
            () ->
                Scenario.of(Closing::new)
                    .whenRunning("mark", process -> mark(process.store(), "x"))
                    .then((process, run) -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "cannot explore the scenario: the process did not close: the process made 10,000 calls and did not end");
  }
}
