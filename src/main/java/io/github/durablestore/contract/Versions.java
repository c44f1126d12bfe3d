package io.github.durablestore.contract;

import io.github.durablestore.NotConnectedException;
import io.github.durablestore.StaleWriteException;
import io.github.durablestore.egopb.DurableState;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;

/** The checks of R18: a write whose version is not greater than the stored one is refused. */
final class Versions {
  private static final int THREADS = 4;
  private static final int ROUNDS = 3_000;

  private Versions() {}

  static void oneByOne(Trial trial) throws Exception {
    trial.store.connect();
    DurableState untouched = States.of(trial.id("untouched"), 77_777);
    trial.write("a state, the first of its id", untouched);
    long[][] latestAndStale = {
      {55_555, 55_555},
      {55_555, 55_554},
      {55_555, 1},
      {55_555, 0},
      {0, 0},
      {1, 0},
      {100, 99},
      {1L << 32, 1},
      {(1L << 32) + 5, 6},
      {(1L << 53) + 1, 1L << 53},
      {(1L << 24) + 1, 1L << 24},
      {Long.MAX_VALUE, Long.MAX_VALUE - 1},
      {Long.MIN_VALUE, Long.MAX_VALUE},
      {Long.MIN_VALUE, 0},
      {Long.MIN_VALUE + 1, Long.MIN_VALUE},
      {-1, 1},
      {-1, -2},
      {-1, -1},
      {-1, Long.MAX_VALUE},
    };
    for (long[] pair : latestAndStale) {
      refuses(trial, pair[0], pair[1]);
    }
    acceptsGreater(trial);
    trial.reads("a state of another id than those written", untouched);
    refusesAfterReconnecting(trial);
  }

  private static void refuses(Trial trial, long version, long stale) throws Exception {
    String id = trial.id(Long.toUnsignedString(version) + "-" + Long.toUnsignedString(stale));
    DurableState latest = States.of(id, version, 1_000);
    trial.write("a state, the first of its id", latest);
    if (version == stale) {
      refuses(trial, latest, latest);
    }
    refuses(trial, latest, States.of(id, stale, 2_000));
    refuses(trial, latest, States.of(id, stale, -2_000));
    refuses(
        trial,
        latest,
        DurableState.newBuilder().setPersistenceId(id).setVersionNumber(stale).build());
  }

  private static void refuses(Trial trial, DurableState latest, DurableState stale)
      throws Exception {
    String found = Long.toUnsignedString(latest.getVersionNumber());
    String written = Long.toUnsignedString(stale.getVersionNumber());
    String what = "write of version %s after version %s".formatted(written, found);
    Throwable failure =
        trial.refuses(what, () -> trial.store.writeState(stale), StaleWriteException.class);
    String message = String.valueOf(failure.getMessage());
    String id = latest.getPersistenceId();
    // The id contains digits too, which must not pass for a version.
    String rest = message.replace(id, "");
    if (!message.contains(id) || !isIn(rest, written) || !isIn(rest, found)) {
      throw new AssertionError(
          "message of the StaleWriteException: expected the id %s and the versions %s and %s but was %s"
              .formatted(id, written, found, message),
          failure);
    }
    trial.reads("a state after a " + what, latest);
  }

  private static boolean isIn(String text, String number) {
    return Pattern.compile("(?<![\\d-])" + number + "(?!\\d)").matcher(text).find();
  }

  private static void acceptsGreater(Trial trial) {
    String id = trial.id("greater");
    for (long version :
        new long[] {
          0,
          1,
          2,
          9,
          10,
          100,
          1L << 24,
          (1L << 24) + 1,
          1L << 32,
          (1L << 32) + 1,
          1L << 53,
          (1L << 53) + 1,
          Long.MAX_VALUE,
          Long.MIN_VALUE,
          -2,
          -1
        }) {
      // Timestamps fall as versions rise: only the version counts.
      DurableState state = States.of(id, version, -Long.numberOfLeadingZeros(version) - 10);
      state = state.toBuilder().setTimestamp(-state.getTimestamp()).build();
      trial.write("a state of a greater version than the latest", state);
      trial.reads("a state of a greater version than the latest", state);
    }
  }

  private static void refusesAfterReconnecting(Trial trial) throws Exception {
    DurableState latest = States.of(trial.id("reconnect"), 44_444);
    DurableState stale = States.of(trial.id("reconnect"), 33_333);
    trial.write("a state, the first of its id", latest);
    trial.store.disconnect();
    trial.refuses(
        "write of a stale version to a store that is not connected",
        () -> trial.store.writeState(stale),
        NotConnectedException.class);
    trial.store.connect();
    trial.readsAfterReconnecting(latest);
    if (trial.can.purgesOnDisconnect()) {
      trial.write("a state of a version that was stale before the store was purged", stale);
      trial.reads("a state of a version that was stale before the store was purged", stale);
    } else {
      refuses(trial, latest, stale);
    }
  }

  /** Of concurrent writes of one version to one id, exactly one is accepted. */
  static void sameVersionAtOnce(Trial trial) throws Exception {
    trial.store.connect();
    RoundLimit limit = trial.manyRounds(ROUNDS);
    for (int round = 0; limit.allows(round); round++) {
      // To an id that has a state, and to one that has none.
      race(trial, trial.id("shared"), round + 1, 0);
      race(trial, trial.id("new-" + round), 1, 0);
    }
  }

  /** Of concurrent writes of rising versions, the greatest is accepted, and remains. */
  static void risingVersionsAtOnce(Trial trial) throws Exception {
    trial.store.connect();
    RoundLimit limit = trial.manyRounds(ROUNDS);
    for (int round = 0; limit.allows(round); round++) {
      race(trial, trial.id("shared"), (long) round * THREADS + 1, 1);
      race(trial, trial.id("new-" + round), 1, 1);
    }
  }

  private static void race(Trial trial, String id, long first, int step) throws Exception {
    var written = new ArrayList<DurableState>();
    var works = new ArrayList<Callable<Boolean>>();
    for (int thread = 0; thread < THREADS; thread++) {
      DurableState state = States.of(id, first + (long) thread * step, first * THREADS + thread);
      written.add(state);
      works.add(() -> accepts(trial, state));
    }
    List<Boolean> results = trial.workers.atOnce(works);
    var accepted = new ArrayList<DurableState>();
    for (int thread = 0; thread < THREADS; thread++) {
      if (results.get(thread)) {
        accepted.add(written.get(thread));
      }
    }
    check(trial, step, written, accepted);
  }

  private static void check(
      Trial trial, int step, List<DurableState> written, List<DurableState> accepted) {
    if (step == 0 && accepted.size() != 1) {
      throw new AssertionError(
          "concurrent writes of version %s to one id: expected one accepted but was %s"
              .formatted(written.get(0).getVersionNumber(), accepted.size()));
    }
    DurableState greatest = written.get(written.size() - 1);
    if (step > 0 && !accepted.contains(greatest)) {
      throw new AssertionError(
          "concurrent writes of versions up to %s to one id: expected the greatest accepted but it was refused"
              .formatted(greatest.getVersionNumber()));
    }
    trial.reads("a state after concurrent writes to its id", accepted.get(accepted.size() - 1));
  }

  private static boolean accepts(Trial trial, DurableState state) {
    try {
      trial.store.writeState(state);
      return true;
    } catch (StaleWriteException e) {
      return false;
    } catch (RuntimeException e) {
      throw new AssertionError(
          "concurrent writes to one id: expected each to return or to throw StaleWriteException"
              + " but was "
              + e,
          e);
    }
  }
}
