package io.github.durablestore.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.durablestore.StateStore;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Actors that call the store again and again. */
@Timeout(60)
class PollingTest {

  /** Makes calls until something has come about. */
  private static Task<StateStore> poll(Predicate<StateStore> until) {
    return store -> {
      while (!until.test(store)) {
        // again
      }
    };
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
            "explored 45 runs: 45 orders, 0 with a fault, 0 with a crash; not all: orders with more"
                + " than 20 calls in a row, orders with more than 1 switch");
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
    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(
            () ->
                Scenario.<StateStore>of(store -> store)
                    .whenRunning("write 40, then add", store -> writeManyThenAdd(store))
                    .whenRunning("add", store -> add(store, 100))
                    .switches(2)
                    .then((store, run) -> assertThat(Values.get(store, "x")).isEqualTo(101)))
        .withMessageContainingAll("expected: 101L", "\n 41  |", "| read \"x\" empty");
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
    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(
            () ->
                Scenario.<StateStore>of(store -> store)
                    .whenRunning(
                        "of this test", poll(store -> store.getLatestState("x").isPresent()))
                    .then((store, run) -> {}))
        .withMessageStartingWith("of this test made 1,000 calls and did not end")
        .withMessageContaining(
            "\n  1  | read \"x\" empty\n     ... 998 rows more\n1000  | read \"x\" empty\n")
        .satisfies(
            failure ->
                assertThat(String.valueOf(failure.getMessage()).lines()).hasSizeLessThan(70));
  }

  @Test
  void explore_endlessLoopsOfTwo_fail() {
    Task<StateStore> task = poll(store -> store.getLatestState("x").isPresent());

    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(
            () ->
                Scenario.<StateStore>of(store -> store)
                    .whenRunning("of this test", task)
                    .whenRunning("of this test too", task)
                    .then((store, run) -> {}))
        .withMessageContaining("made 1,000 calls and did not end");
  }
}
