package acme;

import io.github.durablestore.StateStore;
import io.github.durablestore.scenario.Exploration;
import io.github.durablestore.scenario.Scenario;

final class Scenarios {
  private Scenarios() {}

  static Exploration withCheck() {
    return Scenario.of((StateStore store) -> store)
        .when("read", store -> store.getLatestState("a"))
        .then((store, run) -> {});
  }

  static void withoutCheck() {
    Scenario.of((StateStore store) -> store).when("read", store -> store.getLatestState("a"));
  }
}
