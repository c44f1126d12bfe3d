package io.github.durablestore.contract;

import io.github.durablestore.egopb.DurableState;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Checks that many states are still there later, or no longer if the store purges. */
final class Survival {
  private Survival() {}

  /** Reads what was written once more, from the store of a trial. */
  interface Reader<T> {
    void read(Trial trial, T written, String when);
  }

  private record Kept(Sample sample, DurableState read) {}

  /**
   * Writes and reads each state, then reads them again. What was read first must not change by
   * that, as it would if a store reads into one buffer. Returns it.
   */
  static List<DurableState> check(Trial trial, List<Sample> samples) {
    List<Sample> fitting = samples.stream().filter(each -> trial.fits(each.state())).toList();
    var kept = new ConcurrentLinkedQueue<Kept>();
    List<Sample> written =
        trial.forEach(
            fitting,
            each -> kept.add(new Kept(each, trial.keeps("a state " + each.what(), each.state()))));
    Reader<Sample> reader =
        (from, each, when) -> from.reads("a state " + each.what() + when, each.state());
    if (trial.can.purgesOnDisconnect()) {
      trial.forEach(
          Samples.toReadAgain(trial, written), each -> reader.read(trial, each, ", again"));
    }
    readAgain(trial, written, Sample::state, reader);
    for (Kept each : kept) {
      String what = "a state %s, made before others were read".formatted(each.sample().what());
      trial.isEqual(what, each.sample().state(), each.read());
    }
    return kept.stream().map(Kept::read).toList();
  }

  /**
   * Reads from another store over the same data, if there is one, and after reconnecting. A store
   * that purges must then have none.
   */
  static <T> void readAgain(
      Trial trial, List<T> all, Function<T, DurableState> state, Reader<T> reader) {
    List<T> some = Samples.toReadAgain(trial, all);
    if (trial.can.purgesOnDisconnect()) {
      trial.reconnect();
      trial.forEach(some, each -> trial.readsAfterReconnecting(state.apply(each)));
      return;
    }
    @Nullable Trial other = trial.onSameData();
    if (other != null) {
      other.store.connect();
      String when = ", from another store over the same data";
      other.forEach(some, each -> reader.read(other, each, when));
      other.close();
    }
    trial.reconnect();
    trial.forEach(some, each -> reader.read(trial, each, ", after disconnecting and connecting"));
  }
}
