package io.github.durablestore.contract;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.durablestore.StaleWriteException;
import io.github.durablestore.egopb.DurableState;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** The checks of R19: what one store has acknowledged, another over the same data reads. */
final class Sharing {
  private static final int ROUNDS = 12;
  private static final int FEW_ROUNDS = 4;
  private static final int BESIDE = 5_000;
  private static final int IDS = 3;
  private static final int NEW_IDS = 3_000;

  private final Trial first;
  private final Trial second;
  private final List<DurableState> written = new ArrayList<>();

  /** Creates the checks, unless there is no other store over the same data. */
  Sharing(Trial first) {
    this.first = first;
    Trial other = first.onSameData();
    assumeTrue(other != null, "createStoreOnSameData(...) returns null");
    first.store.connect();
    second = connected(other);
  }

  /** The stores write in turn, and then others over the same data. */
  void inTurn() {
    long version = 0;
    for (int round = 0; round < ROUNDS; round++) {
      writeAndRead(first, second, ++version);
      writeAndRead(second, first, ++version);
    }
    writeAndRead(another(), second, ++version); // and it is not closed before it is read
    another().reads("a state that was written before this store was created", latest(version));
    version = readOften(second, first, version, first.isSlow() ? FEW_ROUNDS : ROUNDS);
    version = disconnect(first, second, version);
    version = disconnect(second, first, version);
    replaceInTurn(version);
    writeSameAgain();
  }

  /** What a store wrote last may be another by now. */
  private void writeSameAgain() {
    List<DurableState> states = Sightings.inTurn(first);
    first.write(states.get(0));
    second.write(states.get(1));
    first.write(Sightings.SAME_AGAIN, states.get(2));
    second.reads(Sightings.SAME_AGAIN, states.get(2));
    first.reads(Sightings.SAME_AGAIN, states.get(2));
  }

  /** One store writes, and another only reads, often enough for a state to be worth a cache. */
  private long readOften(Trial writer, Trial reader, long version, int times) {
    long last = version;
    for (int round = 1; round <= times; round++) {
      DurableState state = latest(++last);
      writer.write(state);
      for (int again = 1; again <= times; again++) {
        reader.reads("a state that only another store over the same data writes", state);
      }
    }
    return last;
  }

  /** What replaces a state may be like it in all but one field, and of any size. */
  private void replaceInTurn(long version) {
    boolean mayRepeat = !first.can.refusesStaleWrites();
    long next = version + 1;
    boolean isFirst = true;
    for (int size : new int[] {300, 300, 20_000, 300, 70_000, 70_000, 300_000, 1_000_000, 0}) {
      DurableState state = States.ofPayload(first.id("replaced"), next, size);
      if (!first.fits(state)) {
        continue;
      }
      next++;
      var same = new ArrayList<>(List.of(state.toBuilder()));
      if (mayRepeat) {
        same.add(state.toBuilder().setShard(3));
        same.add(state.toBuilder().setResultingState(Payloads.random(size, next + 1_000)));
        same.add(state.toBuilder().setResultingState(Payloads.random(size, next + 2_000)));
        same.add(state.toBuilder().clearResultingState());
        same.add(States.ofPayload(state.getPersistenceId(), 1, size).toBuilder());
      }
      for (DurableState.Builder each : same) {
        replace(isFirst ? first : second, isFirst ? second : first, each.build());
        isFirst = !isFirst;
      }
    }
    second.store.disconnect();
    DurableState missed = States.of(first.id("replaced"), next);
    first.write("a state while another store over the same data is disconnected", missed);
    second.store.connect();
    second.reads("a state that another store over the same data wrote before connect()", missed);
  }

  private static void replace(Trial writer, Trial reader, DurableState state) {
    writer.write("a state in place of one like it", state);
    reader.reads("a state in place of one like it, which another store wrote", state);
    writer.reads("a state in place of one like it", state);
  }

  /**
   * What one store does at its end, or when it is back, undoes nothing that another has written.
   */
  private long disconnect(Trial one, Trial other, long version) {
    writeAndRead(one, other, version + 1);
    other.write(latest(version + 2));
    String when = "after another store over the same data was disconnected";
    one.store.disconnect();
    readsAll(other, when, version + 2);
    other.isConnected(when);
    writeAndRead(other, other, version + 3);
    one.store.connect();
    readsAll(one, "after this store was connected again", version + 3);
    readsAll(other, "after another store over the same data was connected again", version + 3);
    writeAndRead(other, one, version + 4);
    return version + 4;
  }

  /** Reads what was written, unless the store that was disconnected may have purged it. */
  private void readsAll(Trial reader, String when, long version) {
    if (first.can.purgesOnDisconnect()) {
      return;
    }
    reader.reads("a state " + when, latest(version));
    for (DurableState each : Samples.toReadAgain(first, written)) {
      reader.reads("a state " + when, each);
    }
  }

  /** The stores write at the same time: R16 and R18 hold for them as for the threads of one. */
  void atOnce() {
    connectBesideWrites();
    List<Trial> both = List.of(first, second);
    ConcurrentWrites.run(both);
    ConcurrentWrites.large(both);
    Sightings.writesAtOnce(both, Race.ROUNDS);
    newIds(both);
    if (first.can.refusesStaleWrites()) {
      Versions.sameVersionAtOnce(both, Race.ROUNDS);
      Versions.risingVersionsAtOnce(both);
    }
  }

  /** Both write states of new types to new ids. They may number either together. */
  private void newIds(List<Trial> both) {
    RoundLimit limit = first.rounds(NEW_IDS);
    var writers = new ArrayList<Callable<List<DurableState>>>();
    for (int writer = 0; writer < 2 * both.size(); writer++) {
      Trial own = both.get(writer % both.size());
      String id = first.id("new-" + writer + "-");
      writers.add(
          () -> {
            var states = new ArrayList<DurableState>();
            for (int number = 0; limit.allows(number); number++) {
              states.add(States.ofType(id + number, States.of(id + number, number)));
              own.write(
                  "a state of a new id, while other stores write to new ids", states.get(number));
            }
            return states;
          });
    }
    for (List<DurableState> states : first.threads.atOnce(writers)) {
      states.forEach(state -> second.reads("a state of an id that was new", state));
    }
  }

  /** One store connects, disconnects or pings while another writes. That undoes no write. */
  private void connectBesideWrites() {
    List<Runnable> calls =
        List.of(
            second.store::disconnect,
            second.store::connect,
            second.store::disconnect,
            second.store::ping,
            second.store::ping);
    var latest = new DurableState[IDS];
    Race.run(
        first,
        BESIDE,
        round -> {
          String id = first.id("beside-" + round % IDS);
          latest[round % IDS] = States.of(id, first.next(id, round), round);
          return new Race.Round(
              calls.get(round % calls.size()),
              () -> first.write("a state beside a call of another store", latest[round % IDS]),
              () -> {
                for (int written = 0; written < IDS && round >= IDS; written++) {
                  readUnlessPurged(
                      "a state written beside a call of another store", latest[written]);
                }
              });
        });
    second.store.connect();
  }

  private void readUnlessPurged(String what, DurableState state) {
    if (!first.can.purgesOnDisconnect()) {
      first.reads(what, state);
    }
  }

  /** One store writes what the other has read before, which reads it again at once. */
  private void writeAndRead(Trial writer, Trial reader, long version) {
    DurableState only = first.state(first.id("only-" + version), version);
    reader.readsNothing("an id never written", only.getPersistenceId());
    written.add(only);
    for (DurableState state : List.of(only, latest(version))) {
      writer.write(state);
      reader.reads("a state that another store over the same data wrote", state);
      writer.reads("a state that this store wrote", state);
    }
    if (version > 1 && first.can.refusesStaleWrites()) {
      reader.refuses(
          "write of a version that is stale since another store wrote",
          () -> reader.store.writeState(latest(version - 1)),
          StaleWriteException.class);
    }
  }

  private DurableState latest(long version) {
    return first.state(first.id("shared"), version);
  }

  private Trial another() {
    return connected(first.onSameData());
  }

  private static Trial connected(@Nullable Trial made) {
    requireNonNull(made, "createStoreOnSameData(...)")
        .isNotConnected("that was created over the data of another");
    made.store.connect();
    return made;
  }
}
