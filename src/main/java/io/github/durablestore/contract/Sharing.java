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

  private final Trial first;
  private final Trial second;
  private final Others others;

  /** Creates stores over the data of another. */
  interface Others {
    @Nullable StateStore create(StateStore store);
  }

  /** The checks of one test. */
  interface Rule {
    void check(Sharing sharing) throws Exception;
  }

  private Sharing(Trial first, Trial second, Others others) {
    this.first = first;
    this.second = second;
    this.others = others;
  }

  /** Checks; returns whether there are stores that share their data. */
  static boolean check(Trial first, Others others, Rule rule) throws Exception {
    StateStore store = others.create(first.created);
    if (store == null) {
      return false;
    }
    first.store.connect();
    rule.check(new Sharing(first, connected(first.with(store)), others));
    return true;
  }

  /** The stores write in turn, and then others over the same data. */
  void inTurn() throws Exception {
    long version = 0;
    for (int round = 0; round < ROUNDS; round++) {
      writeAndRead(first, second, ++version);
      writeAndRead(second, first, ++version);
    }
    Trial dropped = another();
    writeAndRead(dropped, second, ++version); // and it is not closed before it is read
    Trial late = another();
    for (DurableState state : states("shared", version)) {
      late.reads("a state that another store wrote before this one was created", state);
    }
    first.store.disconnect();
    second.isConnected("after another store over the same data was disconnected");
    first.store.connect();
    writeAndRead(second, first, ++version);
  }

  /** The stores write at the same time: R16 and R18 hold for them as for the threads of one. */
  void atOnce() throws Exception {
    List<Trial> both = List.of(first, second);
    ConcurrentWrites.run(both);
    Sightings.firstWrites(both);
    if (first.can.refusesStaleWrites()) {
      Versions.sameVersionAtOnce(both);
    }
  }

  private void writeAndRead(Trial writer, Trial reader, long version) {
    // Ids that were read as empty must not stay so.
    List<DurableState> written = states("new-" + version, 1);
    for (DurableState state : written) {
      reader.readsNothing("an id never written", state.getPersistenceId());
      writer.readsNothing("an id never written", state.getPersistenceId());
    }
    written.addAll(states("shared", version));
    written.forEach(writer::write);
    for (DurableState state : written) {
      reader.reads("a state that another store over the same data wrote", state);
      writer.reads("a state that this store wrote", state);
    }
  }

  private List<DurableState> states(String which, long version) {
    var states = new ArrayList<DurableState>();
    for (int id = 0; id < IDS; id++) {
      states.add(States.of(first.id(which + "-" + id), version));
    }
    return states;
  }

  private Trial another() throws Exception {
    return connected(
        first.with(requireNonNull(others.create(first.created), "createStoreOnSameData(...)")));
  }

  private static Trial connected(Trial made) throws Exception {
    made.isNotConnected("that was created over the data of another");
    made.store.connect();
    return made;
  }
}
