package io.github.durablestore.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.github.durablestore.StateStore;
import io.github.durablestore.probe.CallMatcher;
import io.github.durablestore.probe.Fault;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * As many runs are made as there are, by a count without threads, and none is made twice: {@link
 * Explorer}, {@link Scheduler}.
 */
@Tag("same-on-any-jdk")
@Tag("same-on-any-protobuf")
class CountTest {
  private static final int ALL = Enumeration.UNLIMITED;

  /** Returns the shape of actors that all make the same number of calls in one operation. */
  private static List<List<Integer>> shape(int actors, int calls) {
    return Collections.nCopies(actors, List.of(calls));
  }

  private static Enumeration orders(int actors, int calls, int switches) {
    return new Enumeration(shape(actors, calls), switches, ALL, 0);
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
    int counted = orders(actors, calls, switches).orders().size();

    Exploration found =
        Calls.scenario(actors, calls).switches(switches).runs(counted).then((process, run) -> {});

    assertThat(found.orders()).isEqualTo(counted).isEqualTo(found.runs());
  }

  /** Shapes of actors, switches, and calls of a process that starts. */
  static Stream<Arguments> shapes() {
    return Stream.of(
        arguments(shape(1, 1), ALL, 0),
        arguments(shape(1, 3), ALL, 2),
        arguments(shape(2, 1), ALL, 0),
        arguments(shape(2, 2), ALL, 0),
        arguments(shape(2, 2), 1, 2),
        arguments(shape(3, 1), ALL, 0),
        arguments(shape(3, 2), 1, 0),
        arguments(shape(3, 3), 0, 1),
        arguments(List.of(List.of(1, 1)), ALL, 1),
        arguments(List.of(List.of(1, 0, 2)), ALL, 3),
        arguments(List.of(List.of(1, 1), List.of(1)), ALL, 1),
        arguments(List.of(List.of(0, 1), List.of(1, 0)), ALL, 1),
        arguments(List.of(List.of(2, 1), List.of(1, 2)), 2, 0),
        arguments(List.of(List.of(0), List.of(2, 2)), ALL, 2),
        arguments(List.of(List.of(1, 1), List.of(1, 1), List.of(1)), 1, 1));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void explore_withCrashes_makesEachRunOnce(List<List<Integer>> shape, int switches, int recovery) {
    var counted = new Enumeration(shape, switches, ALL, recovery);
    var log = new StringBuilder();
    var made = new ArrayList<String>();

    Exploration found =
        Logged.scenario(log, shape, recovery)
            .switches(switches)
            .crashes()
            .then((process, run) -> made.add(log.toString()));

    assertThat(made)
        .doesNotHaveDuplicates()
        .containsExactlyInAnyOrderElementsOf(
            Stream.concat(counted.orders().stream(), counted.crashes().stream()).toList());
    assertThat(found.orders()).isEqualTo(counted.orders().size());
    assertThat(found.runsWithCrash()).isEqualTo(counted.crashes().size());
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void runs_withFaultsAndCrashes_areAsCounted(
      List<List<Integer>> shape, int switches, int recovery) {
    var counted = new Enumeration(shape, switches, ALL, recovery);

    Exploration found =
        Logged.scenario(new StringBuilder(), shape, recovery)
            .switches(switches)
            .runs(20_000)
            .faults()
            .crashes()
            .then((process, run) -> {});

    assertThat(found.orders()).isEqualTo(counted.orders().size());
    assertThat(found.runsWithFault()).isEqualTo(counted.faults());
    assertThat(found.runsWithCrash())
        .isEqualTo(counted.crashes().size() + counted.faultsInRecovery());
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void runs_withFaults_areAsCounted(List<List<Integer>> shape, int switches, int recovery) {
    var counted = new Enumeration(shape, switches, ALL, recovery);

    Exploration found =
        Logged.scenario(new StringBuilder(), shape, recovery)
            .switches(switches)
            .runs(20_000)
            .faults()
            .then((process, run) -> {});

    assertThat(found.runsWithFault()).isEqualTo(counted.faults());
    assertThat(found.runs()).isEqualTo(counted.faults() + counted.orders().size());
  }

  @Test
  void runs_ofAProcessThatFailsToRecover_areAsCounted() {
    List<List<Integer>> shape = shape(2, 1);
    var counted = new Enumeration(shape, ALL, ALL, 2);

    Exploration found =
        Scenario.of(
                store -> { // throws if one of its calls fails
                  store.getLatestState("r");
                  store.getLatestState("r");
                  return new Calls(store);
                })
            .when("one", calls -> calls.make(1))
            .when("other", calls -> calls.make(1))
            .faults()
            .crashes()
            .then((process, run) -> {});

    assertThat(found.runsWithCrash())
        .isEqualTo(counted.crashes().size() + counted.faultsInRecovery());
  }

  /** Counts all programs of two operations, the one with a call, the other with two. */
  private record ProgramCount(int programs, int orders, int faults, int crashes) {
    static ProgramCount of(int size, boolean isDisturbed) {
      List<List<Integer>> sequences =
          List.of(
              List.of(1),
              List.of(2),
              List.of(1, 1),
              List.of(1, 2),
              List.of(2, 1),
              List.of(2, 2),
              List.of(1, 1, 1),
              List.of(1, 1, 2),
              List.of(1, 2, 1),
              List.of(1, 2, 2),
              List.of(2, 1, 1),
              List.of(2, 1, 2),
              List.of(2, 2, 1),
              List.of(2, 2, 2));
      List<List<List<Integer>>> programs = new ArrayList<>();
      for (int i = 0; i < sequences.size(); i++) {
        List<Integer> one = sequences.get(i);
        if (isDisturbed && one.size() < size) {
          programs.add(List.of(one));
        }
        for (List<Integer> other : sequences.subList(i, sequences.size())) {
          if (one.size() <= 2 && other.size() <= 2 && one.size() + other.size() <= size) {
            programs.add(List.of(one, other));
          }
        }
      }
      List<Enumeration> counted =
          programs.stream()
              .map(
                  shape -> {
                    int operations = shape.stream().mapToInt(List::size).sum();
                    return new Enumeration(shape, ALL, size - operations, 0);
                  })
              .toList();
      return new ProgramCount(
          programs.size(),
          counted.stream().mapToInt(each -> each.orders().size()).sum(),
          isDisturbed ? counted.stream().mapToInt(Enumeration::faults).sum() : 0,
          isDisturbed ? counted.stream().mapToInt(each -> each.crashes().size()).sum() : 0);
    }

    static ProgramCount of(Exploration found) {
      return new ProgramCount(
          found.programs(), found.orders(), found.runsWithFault(), found.runsWithCrash());
    }
  }

  private static Scenario<Calls> programs(int size) {
    return Scenario.of(Calls::new)
        .operation("once", calls -> calls.make(1))
        .operation("twice", calls -> calls.make(2))
        .size(size)
        .runs(100_000);
  }

  static IntStream programSizes() {
    return IntStream.rangeClosed(2, 5);
  }

  @ParameterizedTest
  @MethodSource("programSizes")
  void runs_ofProgramsWithFaultsAndCrashes_areAsCounted(int size) {
    Exploration found = programs(size).faults().crashes().then((process, run) -> {});

    assertThat(ProgramCount.of(found)).isEqualTo(ProgramCount.of(size, true));
    assertThat(found.complete()).isTrue();
  }

  @ParameterizedTest
  @MethodSource("programSizes")
  void runs_ofPrograms_areAsCounted(int size) {
    Exploration found = programs(size).then((process, run) -> {});

    assertThat(ProgramCount.of(found)).isEqualTo(ProgramCount.of(size, false));
  }

  @Test
  void runs_ofKnownSizes_areAsKnown() {
    assertThat(orders(2, 2, ALL).orders()).hasSize(252);
    assertThat(orders(2, 2, 2).orders()).hasSize(42);
    assertThat(orders(2, 4, ALL).orders()).hasSize(48_620);
    assertThat(orders(2, 4, 2).orders()).hasSize(146);
    assertThat(orders(3, 2, 2).orders()).hasSize(690);
    assertThat(orders(3, 3, 2).orders()).hasSize(1_500);
  }

  @Test
  void runs_ofManyCalls_areAsCounted() {
    assertThat(writing(3, 60).switches(0).then((store, run) -> {}).orders()).isEqualTo(6);
    assertThat(writing(2, 40).switches(1).then((store, run) -> {}).orders())
        .isEqualTo(orders(2, 40, 1).orders().size());
    assertThat(writing(1, 500).then((store, run) -> {}).complete()).isTrue();
  }

  private static Scenario<StateStore> writing(int actors, int calls) {
    Scenario<StateStore> scenario = Scenario.of(store -> store);
    for (int actor = 1; actor <= actors; actor++) {
      scenario =
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

    assertThat(found).isEqualTo(new Exploration(1, 0, 252, 252, 0, 0, true, List.of()));
    assertThat(found)
        .hasToString("explored all 252 runs: 252 orders, 0 with a fault, 0 with a crash");
  }

  @Test
  void explore_oneActor_makesEachDisturbance() {
    Exploration found = Calls.scenario(1, 2).faults().crashes().then((process, run) -> {});

    assertThat(found).hasToString("explored all 9 runs: 1 order, 4 with a fault, 4 with a crash");
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

  /** Each with the limit that it does not keep, and how the advice begins. */
  static Stream<Arguments> tooMany() {
    return Stream.of(
        arguments(
            "three actors",
            Calls.scenario(3, 2),
            "all runs with at most 3 switches passed; write .switches(3) to explore these alone, or at least .runs("),
        arguments(
            "two long actors",
            Calls.scenario(2, 40),
            "all runs with at most 3 switches passed; write .switches(3) to explore these alone, or at least .runs("),
        arguments(
            "faults",
            Calls.scenario(3, 19).faults(),
            "write a scenario for the orders alone, and one without switches for faults and crashes;"
                + " or make the actors shorter; or write at least .runs("),
        arguments(
            "bounded switches",
            Calls.scenario(3, 10).switches(3),
            "all runs with at most 1 switch passed; write .switches(1) to explore these alone, or at least .runs("),
        arguments(
            "programs",
            programs(9).runs(10_000).faults().crashes(),
            "all programs of size 5 passed; write .size(5) to explore these alone, or .runs("));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("tooMany")
  void explore_moreThanTenThousandRuns_saysWhatIsComplete(
      String name, Scenario<Calls> scenario, String advice) {
    assertThat(Failing.of(() -> scenario.then((process, run) -> {})))
        .startsWith("10,000 runs passed, but there are more: " + advice)
        .matches("(?s).*\\.runs\\([\\d_]+_000\\)( for more| for all)?");
  }

  @Test
  void explore_moreRunsThanTheSmallestPrograms_advisesNoSizeBelowThem() {
    for (int runs : new int[] {1, 3}) {
      assertThat(Failing.of(() -> reading(2).faults().runs(runs).then((process, run) -> {})))
          .isEqualTo(
              "%d %s passed, but there are more: write at least .runs(10_000) for more, or leave operations out"
                  .formatted(runs, runs == 1 ? "run" : "runs"));
    }
  }

  @Test
  void explore_asManyRunsOfProgramsAsAdvised_suffices() {
    String advice = "";
    try {
      reading(10).faults().runs(1_000).then((process, run) -> {});
    } catch (AssertionError e) {
      advice = String.valueOf(e.getMessage());
    }
    Matcher runs = Pattern.compile("\\.runs\\(([\\d_]+)\\)").matcher(advice);
    assertThat(runs.find()).isTrue();

    Exploration found =
        reading(10)
            .faults()
            .runs(Integer.parseInt(runs.group(1).replace("_", "")))
            .then((process, run) -> {});

    assertThat(found.complete()).isTrue();
  }

  /** Returns a scenario of operations of one call each. */
  private static Scenario<Calls> reading(int operations) {
    Scenario<Calls> scenario = Scenario.of(Calls::new);
    for (int i = 0; i < operations; i++) {
      scenario = scenario.operation("read " + i, calls -> calls.make(1));
    }
    return scenario;
  }

  @Test
  void runs_raised_areMade() {
    int counted = orders(3, 3, 3).orders().size();

    Exploration found = Calls.scenario(3, 3).switches(3).runs(counted).then((process, run) -> {});

    assertThat(found.runs()).isEqualTo(counted).isGreaterThan(10_000);
  }

  @Test
  void runs_lowered_holdWithFaultsAndCrashes() {
    int counted = Calls.scenario(2, 1).faults().crashes().then((process, run) -> {}).runs();

    assertThat(lowered(counted).then((process, run) -> {}).runs()).isEqualTo(counted);
    assertThat(Failing.of(() -> lowered(counted - 1).then((process, run) -> {})))
        .startsWith(counted - 1 + " runs passed, but there are more: ");
  }

  private static Scenario<Calls> lowered(int runs) {
    return Calls.scenario(2, 1).faults().crashes().runs(runs);
  }

  /** Reads an id, and then another. */
  private static Scenario<StateStore> readingTwoIds() {
    Task<StateStore> task =
        store -> {
          store.getLatestState("x");
          store.getLatestState("y");
        };
    return Scenario.<StateStore>of(store -> store).whenRunning("a", task).whenRunning("b", task);
  }

  @Test
  void faults_template_countsOnlyMatchingCalls() {
    Exploration found =
        readingTwoIds()
            .faults(Fault.on(CallMatcher.reads().of("y")))
            .runs(252 + 2 * 252)
            .then((store, run) -> {});

    assertThat(found.orders()).isEqualTo(252);
    assertThat(found.runsWithFault()).isEqualTo(2 * 252);
  }

  @Test
  void faults_templateThatMatchesNone_isRefusedAfterTheOrders() {
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                readingTwoIds()
                    .faults(Fault.on(CallMatcher.reads().of("z")))
                    .runs(252)
                    .then((store, run) -> {}))
        .withMessageContaining("no call matched the fault");
  }

  @Test
  void faults_templateForWhatIsWritten_countsOnlyMatchingCalls() {
    Task<StateStore> task =
        store -> {
          Values.put(store, "x", 1, 1);
          Values.put(store, "x", 2, 2);
        };

    Exploration found =
        Scenario.<StateStore>of(store -> store)
            .whenRunning("write", task)
            .faults(Fault.on(CallMatcher.writes().where(state -> state.getVersionNumber() == 2)))
            .runs(2)
            .then((store, run) -> {});

    assertThat(found.runsWithFault()).isEqualTo(1);
  }
}
