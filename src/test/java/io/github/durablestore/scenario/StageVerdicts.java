package io.github.durablestore.scenario;

import static io.github.durablestore.scenario.Verdict.passes;
import static io.github.durablestore.scenario.Verdict.refused;
import static io.github.durablestore.scenario.Verdicts.pooled;

import java.util.stream.Stream;

/** Stages that the thread that waits for a future may run too: exact, or refused. */
final class StageVerdicts {
  private static final String REFUSED =
      "the JVM chooses whether the thread that waits or the one that completes the future runs them";

  private StageVerdicts() {}

  private static Exploration one(Action<StageServices> action) {
    return pooled(2, StageServices::new).when("ann", action).then((stages, run) -> {});
  }

  private static Exploration two(Action<StageServices> action) {
    return pooled(2, StageServices::new)
        .when("ann", action)
        .when("bob", action)
        .switches(2)
        .then((stages, run) -> {});
  }

  static Stream<Verdict> all() {
    return Stream.of(
        refused(
            "stage that writes, of a future that is awaited",
            () -> one(StageServices::writesBesideTheWait),
            REFUSED,
            "is awaited at io.github.durablestore.scenario.StageServices.writesBesideTheWait"),
        refused(
            "two stages that write, of futures that are awaited",
            () -> two(StageServices::writesBesideTheWait),
            REFUSED,
            "stage.join()"),
        refused(
            "stage of a future that is awaited with a timeout",
            () -> two(StageServices::writesBesideATimedWait),
            REFUSED),
        refused(
            "stage that is awaited after its future",
            () -> one(StageServices::waitsForTheStageLast),
            REFUSED),
        passes(
            "stage that is awaited before its future",
            () -> one(StageServices::waitsForTheStageFirst)),
        refused(
            "two stages in the pool, of a future that is awaited",
            () -> one(StageServices::submitsTwiceBesideTheWait),
            REFUSED),
        passes(
            "two stages in the pool, which are awaited",
            () -> one(StageServices::submitsTwiceAndWaitsForBoth)),
        passes(
            "stage in the pool, of a future that is awaited",
            () -> one(StageServices::submitsOnceBesideTheWait)),
        passes(
            "stage in the pool, of a future that is completed by hand",
            () -> one(StageServices::completesByHand)));
  }
}
