package io.github.durablestore.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.github.durablestore.ForeignStateStore;
import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** As many runs are made as there are, by a count without threads, and none is made twice. */
class CountTest {
  private static final int ALL = 1_000;

  /** Counts runs of actors that all make the same number of calls. */
  private static final class Count {
    private final int segments;
    private final int switches;
    private final int[] done;
    int orders;
    int prefixesToCall = 1; // the process may die before all

    Count(int actors, int calls, int switches) {
      this.segments =
          2 * calls + 1; // to the first call; and for each call, itself and what follows
      this.switches = switches;
      this.done = new int[actors];
      extend(-1, 0);
    }

    private void extend(int last, int switched) {
      boolean ended = true;
      for (int actor = 0; actor < done.length; actor++) {
        if (done[actor] < segments) {
          ended = false;
          boolean preempts = last >= 0 && last != actor && done[last] < segments;
          int sum = switched + (preempts ? 1 : 0);
          if (sum <= switches) {
            prefixesToCall += done[actor] % 2; // an odd segment is a call
            done[actor]++;
            extend(actor, sum);
            done[actor]--;
          }
        }
      }
      orders += ended ? 1 : 0;
    }
  }

  static Stream<Arguments> sizes() {
    List<Arguments> sizes = new ArrayList<>();
    for (int actors = 1; actors <= 3; actors++) {
      for (int calls = 1; calls <= 3; calls++) {
        for (int switches = 0; switches <= 3; switches++) {
          sizes.add(arguments(actors, calls, switches));
        }
      }
    }
    return sizes.stream();
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void runs_bySize_areAsCounted(int actors, int calls, int switches) {
    var count = new Count(actors, calls, switches);

    Exploration found = Calls.scenario(actors, calls).switches(switches).then((process, run) -> {});

    assertThat(found.orders()).isEqualTo(count.orders).isEqualTo(found.runs());
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void runs_withCrashes_areAsCounted(int actors, int calls, int switches) {
    int most = actors == 3 ? Math.min(1, switches) : switches;
    var count = new Count(actors, calls, most);

    Exploration found =
        Calls.scenario(actors, calls).switches(most).crashes().then((process, run) -> {});

    assertThat(found.orders()).isEqualTo(count.orders);
    assertThat(found.runsWithCrash()).isEqualTo(count.prefixesToCall);
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void runs_withFaults_areAsCounted(int actors, int calls, int switches) {
    int most = actors == 3 ? Math.min(1, switches) : switches;
    var count = new Count(actors, calls, most);

    Exploration found =
        Calls.scenario(actors, calls).switches(most).faults().then((process, run) -> {});

    assertThat(found.orders()).isEqualTo(count.orders);
    assertThat(found.runsWithFault()).isEqualTo(count.orders * actors * calls * 2);
  }

  @Test
  void runs_ofKnownSizes_areAsKnown() {
    assertThat(new Count(2, 2, ALL).orders).isEqualTo(252);
    assertThat(new Count(2, 2, 2).orders).isEqualTo(42);
    assertThat(new Count(2, 4, ALL).orders).isEqualTo(48_620);
    assertThat(new Count(2, 4, 2).orders).isEqualTo(146);
    assertThat(new Count(3, 2, 2).orders).isEqualTo(690);
    assertThat(new Count(3, 3, 2).orders).isEqualTo(1_500);
  }

  @Test
  void runs_ofManyCalls_areAsCounted() {
    assertThat(writing(3, 60).switches(0).then((store, run) -> {}).orders()).isEqualTo(6);
    assertThat(writing(2, 40).switches(1).then((store, run) -> {}).orders())
        .isEqualTo(new Count(2, 40, 1).orders);
    assertThat(writing(1, 500).then((store, run) -> {}).complete()).isTrue();
  }

  private static Scenario<StateStore> writing(int actors, int calls) {
    Scenario<StateStore> scenario = Scenario.of(store -> store);
    for (int actor = 1; actor <= actors; actor++) {
      scenario.whenRunning(
          "actor " + actor,
          store -> {
            for (int i = 0; i < calls; i++) {
              Values.put(store, "x", 1, 1);
            }
          });
    }
    return scenario;
  }

  @Test
  void explore_twoByTwoWhole_makesEachOrder() {
    Exploration found = Calls.scenario(2, 2).then((process, run) -> {});

    assertThat(found).isEqualTo(new Exploration(252, 252, 0, 0, true, List.of()));
    assertThat(found)
        .hasToString("explored all 252 runs: 252 orders, 0 with a fault, 0 with a crash");
  }

  /** A store that takes down which ids are read. */
  private static final class LoggingStore extends ForeignStateStore {
    private final StringBuilder log;

    LoggingStore(StringBuilder log) {
      this.log = log;
    }

    @Override
    public Optional<DurableState> getLatestState(String persistenceId) {
      log.append(persistenceId);
      return Optional.empty();
    }
  }

  private static Task<StateStore> readTwice(String me, StringBuilder log) {
    return store -> {
      log.append(me);
      store.getLatestState(me);
      log.append(me);
      store.getLatestState(me);
      log.append(me);
    };
  }

  @Test
  void explore_twoActors_makesNoScheduleTwice() {
    var log = new StringBuilder();
    var schedules = new HashSet<String>();
    Scenario.<StateStore>of(store -> store)
        .over(() -> new LoggingStore(log))
        .given(store -> log.setLength(0))
        .whenRunning("a", readTwice("a", log))
        .whenRunning("b", readTwice("b", log))
        .then((store, run) -> assertThat(schedules.add(log.toString())).isTrue());

    assertThat(schedules).hasSize(252);
  }

  @Test
  void explore_oneActor_makesEachDisturbance() {
    Exploration found = Calls.scenario(1, 2).faults().crashes().then((process, run) -> {});

    assertThat(found).hasToString("explored all 8 runs: 1 order, 4 with a fault, 3 with a crash");
  }

  @Test
  void explore_switchesBounded_isNotComplete() {
    Exploration found = Calls.scenario(2, 2).switches(2).then((process, run) -> {});

    assertThat(found.complete()).isFalse();
    assertThat(found)
        .hasToString(
            "explored 42 runs: 42 orders, 0 with a fault, 0 with a crash; not all: orders with more than 2 switches");
  }

  @Test
  void explore_boundThatLeavesNothingOut_isComplete() {
    assertThat(Calls.scenario(2, 1).switches(4).then((process, run) -> {}).complete()).isTrue();
  }

  static Stream<Arguments> tooMany() {
    return Stream.of(
        arguments(
            Calls.scenario(3, 2),
            "all runs with at most 3 switches passed; write .switches(3) to explore these alone"),
        arguments(
            Calls.scenario(2, 40),
            "all runs with at most 1 switch passed; write .switches(1) to explore these alone"),
        arguments(
            Calls.scenario(2, 20).faults(),
            "write a scenario for the orders alone, and one without switches for faults and crashes;"
                + " or make the actors shorter"));
  }

  @ParameterizedTest
  @MethodSource("tooMany")
  void explore_moreThanTenThousandRuns_saysHowManySwitchesAreComplete(
      Scenario<Calls> scenario, String advice) {
    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(() -> scenario.then((process, run) -> {}))
        .withMessage("10,000 runs passed, but there are more: " + advice);
  }
}
