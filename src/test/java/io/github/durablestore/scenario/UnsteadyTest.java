package io.github.durablestore.scenario;

import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.durablestore.StateStore;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What {@link Scenario} says of code that does or gives something else each time. */
class UnsteadyTest {
  /** The sample of runs that are made twice would miss it. */
  @Test
  void explore_randomResultOfALateOperation_isNamedAsSuch() {
    var results = new AtomicInteger();

    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                Scenario.of(Calls::new)
                    .operation("read", calls -> calls.make(1))
                    .operation("read again", calls -> calls.make(1))
                    .operation("count", calls -> calls.make(1) + results.getAndIncrement())
                    .size(2)
                    .then((calls, run) -> {}))
        .withMessageContaining("in the same run the end of count has a different result;");
  }

  @Test
  void explore_randomIds_isNamedAsSuch() {
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                Scenario.of(store -> store)
                    .whenRunning(
                        "read",
                        store -> {
                          store.getLatestState("first");
                          store.getLatestState(UUID.randomUUID().toString());
                        })
                    .faults()
                    .then((store, run) -> {}))
        .withMessageStartingWith(
            "cannot explore the scenario: it is not deterministic: in the same run there is read \"")
        .withMessageEndingWith("out of calls and results");
  }

  private record RandomAfterLatch(StateStore store, CountDownLatch latch) {
    RandomAfterLatch(StateStore store) {
      this(store, new CountDownLatch(1));
    }

    void open() {
      store.getLatestState("gate");
      latch.countDown();
    }

    void await() throws InterruptedException {
      latch.await();
      store.getLatestState(UUID.randomUUID().toString());
    }
  }

  @Test
  void explore_randomIdsOfWokenActors_saysThatTheseShareNothing() {
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                Scenario.of(RandomAfterLatch::new)
                    .whenRunning("wait", RandomAfterLatch::await)
                    .whenRunning("open", RandomAfterLatch::open)
                    .then((process, run) -> {}))
        .withMessageEndingWith(
            "results, and let actors that are woken share nothing until their next calls");
  }

  @Test
  void explore_codeThatCountsItsRuns_isNamedAsSuch() {
    var runs = new AtomicInteger();

    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                Scenario.of(store -> store)
                    .whenRunning(
                        "read",
                        store -> {
                          if (runs.getAndIncrement() == 0) {
                            store.getLatestState("only once");
                          }
                        })
                    .faults()
                    .then((store, run) -> {}))
        .withMessageContaining("it is not deterministic");
  }

  @Test
  void thenAsIfOneByOne_callsByChance_areSaidToBeDone() {
    var ids = new AtomicInteger();

    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                Scenario.<StateStore>of(store -> store)
                    .whenRunning("ann", store -> Values.get(store, "id-" + ids.incrementAndGet()))
                    .whenRunning("bob", store -> Values.put(store, "x", 1, 1))
                    .thenAsIfOneByOne(store -> Values.get(store, "x")))
        .withMessageStartingWith("cannot explore the scenario: it is not deterministic: ");
  }

  @Test
  void thenAsIfOneByOne_randomResult_isNamedAsSuch() {
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                Scenario.of(Calls::new)
                    .given(process -> process.make(1))
                    .when("make an id", process -> UUID.randomUUID())
                    .thenAsIfOneByOne(process -> 1))
        .withMessageStartingWith(
            "cannot explore the scenario: it is not deterministic: one by one, it gives\n")
        .withMessageEndingWith(
            "objects without equals and the JVM's own exception messages out of calls and results");
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                Scenario.of(Calls::new)
                    .given(process -> process.make(1))
                    .when("make no id", process -> 1)
                    .thenAsIfOneByOne(process -> UUID.randomUUID()))
        .withMessageStartingWith("cannot explore the scenario: it is not deterministic");
  }
}
