package io.github.durablestore.scenario;

import io.github.durablestore.ForeignStateStore;
import io.github.durablestore.StateStore;
import io.github.durablestore.StateStoreException;
import io.github.durablestore.egopb.DurableState;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A process that writes down where it is, as {@link Enumeration} does. */
final class Logged {
  private final StateStore store;
  private final StringBuilder log;

  private Logged(StateStore store, StringBuilder log) {
    this.store = store;
    this.log = log;
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

  private static Logged start(StateStore store, StringBuilder log, int recovery) {
    log.append('R');
    var started = new Logged(store, log);
    for (int i = 0; i < recovery; i++) {
      started.call("r");
    }
    return started;
  }

  void perform(String me, int calls) {
    log.append(me);
    for (int i = 0; i < calls; i++) {
      call(me.toUpperCase(Locale.ROOT));
      log.append(me);
    }
  }

  private void call(String id) {
    try {
      store.getLatestState(id);
    } catch (StateStoreException e) {
      // goes on
    }
  }

  /** Returns a scenario without actors; what is written down starts again with each run. */
  static Scenario<Logged> scenario(StringBuilder log, int recovery) {
    return Scenario.of(store -> start(store, log, recovery))
        .over(() -> new LoggingStore(log))
        .given(process -> log.setLength(0));
  }

  /**
   * Returns a scenario of actors.
   *
   * @param shape the calls of each operation of each actor
   */
  static Scenario<Logged> scenario(StringBuilder log, List<List<Integer>> shape, int recovery) {
    Scenario<Logged> scenario = scenario(log, recovery);
    for (int actor = 0; actor < shape.size(); actor++) {
      String me = String.valueOf((char) ('a' + actor));
      for (int calls : shape.get(actor)) {
        scenario = scenario.whenRunning(me, process -> process.perform(me, calls));
      }
    }
    return scenario;
  }
}
