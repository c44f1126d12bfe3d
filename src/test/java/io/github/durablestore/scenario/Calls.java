package io.github.durablestore.scenario;

import io.github.durablestore.StateStore;
import io.github.durablestore.StateStoreException;

/** A process whose actors make calls of the store, and go on whatever comes of them. */
final class Calls {
  private final StateStore store;

  Calls(StateStore store) {
    this.store = store;
  }

  int make(int calls) {
    for (int i = 0; i < calls; i++) {
      try {
        store.getLatestState("account-42");
      } catch (StateStoreException e) {
        // goes on
      }
    }
    return calls;
  }

  /** Returns a scenario of actors that make some calls each. */
  static Scenario<Calls> scenario(int actors, int calls) {
    Scenario<Calls> scenario = Scenario.of(Calls::new);
    for (int actor = 1; actor <= actors; actor++) {
      scenario = scenario.when("actor " + actor, process -> process.make(calls));
    }
    return scenario;
  }
}
