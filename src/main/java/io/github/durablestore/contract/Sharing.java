package io.github.durablestore.contract;

import static java.util.Objects.requireNonNull;

import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The checks of R19: what one store has acknowledged, another over the same data reads. */
final class Sharing {
  private static final int ROUNDS = 3;
  private static final int IDS = 5;

  private final Trial trial;
  private final Others others;
  private final List<Trial> trials = new ArrayList<>();

  /** Creates stores over the data of another. */
  interface Others {
    @Nullable StateStore create(StateStore store);
  }

  private Sharing(Trial trial, Others others) {
    this.trial = trial;
    this.others = others;
  }

  /** Checks; returns whether there are stores that share their data. */
  static boolean check(Trial trial, Others others) throws Exception {
    var sharing = new Sharing(trial, others);
    if (others.create(trial.created) == null) {
      return false;
    }
    try {
      sharing.check();
      return true;
    } finally {
      sharing.trials.forEach(each -> each.store.close());
    }
  }

  private void check() throws Exception {
    trial.store.connect();
    Trial second = another();
    long version = 0;
    for (int round = 0; round < ROUNDS; round++) {
      writeAndRead(trial, second, ++version);
      writeAndRead(second, trial, ++version);
    }
    Trial dropped = another();
    writeAndRead(dropped, second, ++version); // and it is never closed before it is read
    Trial late = another();
    for (DurableState state : states(version)) {
      late.reads("a state that another store wrote before this one was created", state);
    }
  }

  private void writeAndRead(Trial writer, Trial reader, long version) {
    List<DurableState> written = states(version);
    written.forEach(writer::write);
    for (DurableState state : written) {
      reader.reads("a state that another store over the same data wrote", state);
      writer.reads("a state that this store wrote", state);
    }
  }

  private List<DurableState> states(long version) {
    var states = new ArrayList<DurableState>();
    for (int id = 0; id < IDS; id++) {
      states.add(States.of(trial.id("shared-" + id), version));
    }
    return states;
  }

  private Trial another() throws Exception {
    StateStore store = requireNonNull(others.create(trial.created), "createStoreOnSameData(...)");
    Trial made = trial.with(store);
    trials.add(made);
    made.isNotConnected("that was created over the data of another");
    store.connect();
    return made;
  }
}
