package io.github.durablestore.contract;

import static io.github.durablestore.text.Text.version;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.durablestore.NotConnectedException;
import io.github.durablestore.StaleWriteException;
import io.github.durablestore.egopb.DurableState;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** The checks of R18: a write whose version is not greater than the stored one is refused. */
final class Versions {
  // What the types hold: from these on, some numbers are wrong.
  private static final long FLOAT = 1L << 24;
  private static final long INT = 1L << 31;
  private static final long DOUBLE = 1L << 53;

  private static final int WRITERS = 6; // more than have the same lock, if it is replaced
  private static final int VERSIONS = 10_000;
  private static final int AHEAD = 3;

  private Versions() {}

  /** Connects, unless the store refuses no version. */
  private static void connect(Trial trial) {
    assumeTrue(trial.can.refusesStaleWrites(), "refusesStaleWrites() is false");
    trial.store.connect();
  }

  static void oneByOne(Trial trial) {
    connect(trial);
    DurableState untouched = States.of(trial.id("untouched"), 77_777);
    trial.write("a state, the first of its id", untouched);
    refuses(
        trial,
        new long[][] {{55_555, 55_555}, {55_555, 55_554}, {55_555, 0}, {2, 1}, {10, 9}, {100, 99}});
    DurableState.Builder full = Replacements.full(trial).toBuilder();
    trial.forEach(
        Replacements.changes(trial),
        change -> {
          String id = trial.newId();
          DurableState latest = full.clone().setPersistenceId(id).setVersionNumber(55_555).build();
          trial.write("a state, the first of its id", latest);
          for (long stale : new long[] {55_555, 55_554}) {
            refuses(
                trial,
                latest,
                change.state().toBuilder().setPersistenceId(id).setVersionNumber(stale).build(),
                " (" + change.what() + ")");
          }
        });
    accepts(trial, 1, 2, 9, 10, 100, 55_555, Integer.MAX_VALUE);
    trial.reads("a state of another id than those written", untouched);
    refusesAfterReconnecting(trial);
  }

  /** Compares versions that a type which is too small, signed or inexact confuses. */
  static void unsigned(Trial trial) {
    connect(trial);
    long max = Long.MAX_VALUE;
    long min = Long.MIN_VALUE; // 2^63
    accepts(trial, 0, 1, FLOAT, FLOAT + 1, INT - 1, INT, 2 * INT, 2 * INT + 1, DOUBLE, DOUBLE + 1);
    accepts(trial, 1, max - 1, max, min, min + 1, -2, -1);
    refuses(
        trial,
        new long[][] {
          {0, 0}, {1, 0}, {FLOAT + 1, FLOAT}, {INT, INT - 1}, {2 * INT, 1}, {2 * INT + 5, 6},
          {DOUBLE + 1, DOUBLE}, {max, max - 1}, {min, max}, {min, 0}, {min + 1, min}, {-1, 1},
          {-1, -2}, {-1, -1}, {-1, max}, {-1, 0},
        });
    Race.run(trial, round -> race(List.of(trial, trial), trial.newId(), max, 1, round));
  }

  /** Writes a stale version after the latest. States of each kind are the latest in turn. */
  private static void refuses(Trial trial, long[][] latestAndStale) {
    int kind = 0;
    for (long[] pair : latestAndStale) {
      String id = trial.newId();
      DurableState latest = ofKind(trial, kind++, States.of(id, pair[0], 1_000));
      trial.write("a state, the first of its id", latest);
      if (pair[0] == pair[1]) {
        refuses(trial, latest, latest);
      }
      refuses(trial, latest, States.of(id, pair[1], 2_000));
      refuses(trial, latest, trial.large(id, pair[1], 500));
      refuses(
          trial,
          latest,
          DurableState.newBuilder().setPersistenceId(id).setVersionNumber(pair[1]).build());
    }
  }

  /** Returns a state as it is, a large one, or one without payload. */
  private static DurableState ofKind(Trial trial, int kind, DurableState state) {
    return switch (kind % 3) {
      case 0 -> state;
      case 1 -> trial.large(state.getPersistenceId(), state.getVersionNumber(), 1_000);
      default -> state.toBuilder().clearResultingState().build();
    };
  }

  private static void refuses(Trial trial, DurableState latest, DurableState stale) {
    refuses(trial, latest, stale, "");
  }

  private static void refuses(
      Trial trial, DurableState latest, DurableState stale, String difference) {
    String what =
        "write of version %s after version %s%s"
            .formatted(version(stale), version(latest), difference);
    Throwable failure =
        trial.refuses(what, () -> trial.store.writeState(stale), StaleWriteException.class);
    Messages.requireVersions(failure, stale, latest.getVersionNumber());
    trial.reads("a state after a " + what, latest);
  }

  /** Writes greater versions with earlier times: only the version counts. */
  private static void accepts(Trial trial, long... rising) {
    for (int i = 1; i < rising.length; i++) {
      String id = trial.newId();
      boolean onlyNext = trial.can.acceptsOnlyNextVersion();
      DurableState latest = States.of(id, onlyNext ? rising[i] - 1 : rising[i - 1], 1_000);
      latest = ofKind(trial, i, latest);
      DurableState greater = ofKind(trial, i / 3, States.of(id, rising[i], 500));
      trial.write("a state, the first of its id", latest);
      if (onlyNext && rising[i] != -1) {
        refuses(trial, latest, States.of(id, rising[i] + 1, 1_001));
      }
      String what = "a state of version %s after version %s";
      what = what.formatted(version(greater), version(latest));
      trial.keeps(what, greater);
    }
  }

  private static void refusesAfterReconnecting(Trial trial) {
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
      trial.keeps("a state of a version that was stale before the store was purged", stale);
    } else {
      refuses(trial, latest, stale);
    }
  }

  /** Of concurrent writes of one version to one id, exactly one is accepted. */
  static void sameVersionAtOnce(Trial trial) {
    connect(trial);
    sameVersionAtOnce(List.of(trial, trial), Race.ROUNDS);
  }

  /** The same with threads that use two stores over the same data. */
  static void sameVersionAtOnce(List<Trial> trials, int most) {
    String shared = trials.get(0).id("shared-version");
    Race.run(
        trials.get(0),
        most,
        round ->
            // To an id that has a state, or to one that has none.
            round % 2 == 0
                ? race(trials, shared, round / 2, 0, round)
                : race(trials, trials.get(0).id("new-version-" + round), 1, 0, round));
  }

  /** Several threads write one of the next versions of one id, and so on. */
  private static void manyWriters(List<Trial> trials) {
    Trial first = trials.get(0);
    String id = first.id("many-writers");
    RoundLimit limit = first.manyRounds(VERSIONS);
    var accepted = new AtomicReferenceArray<DurableState>(VERSIONS + AHEAD);
    var writers = new ArrayList<Callable<Long>>();
    for (int writer = 0; writer < WRITERS; writer++) {
      int number = writer;
      Trial own = trials.get(writer % trials.size());
      writers.add(
          () -> {
            var random = ThreadLocalRandom.current();
            long found = 0;
            while (limit.allows((int) found)) {
              long ahead = own.can.acceptsOnlyNextVersion() ? 0 : random.nextInt(AHEAD);
              long version = found + 1 + ahead;
              found =
                  writeAndRead(own, accepted, own.raced(id, version, WRITERS * version + number));
            }
            return found;
          });
    }
    long last = Collections.max(first.threads.atOnce(writers));
    first.reads(
        "a state after concurrent writes to its id",
        requireNonNull(accepted.get((int) last), "the last state"));
  }

  /** Writes a state, unless another thread has written its version. Returns the version read. */
  private static long writeAndRead(
      Trial trial, AtomicReferenceArray<DurableState> accepted, DurableState state) {
    long version = state.getVersionNumber();
    String what = "a state while other threads write the same version";
    boolean isAccepted = trial.writeUnlessStale(what, state);
    if (isAccepted && !accepted.compareAndSet((int) version, null, state)) {
      throw new AssertionError(
          "concurrent writes of version %s to one id: expected one accepted but several were"
              .formatted(version));
    }
    Optional<DurableState> read = trial.read(what, state.getPersistenceId());
    long found = read.map(DurableState::getVersionNumber).orElse(0L);
    if (found < version || found >= accepted.length()) {
      String message =
          "read after a write of version %s, which was %s: expected it or a later one but was %s"
              .formatted(version, isAccepted ? "accepted" : "refused", found);
      throw isAccepted ? new AssertionError(message) : trial.onlyNext(message, null);
    }
    if (isAccepted && found == version) {
      trial.is("read of a state that was accepted", read, Optional.of(state));
    }
    return found;
  }

  /** Of concurrent writes of rising versions, the greatest is accepted, and remains. */
  static void risingVersionsAtOnce(Trial trial) {
    connect(trial);
    risingVersionsAtOnce(List.of(trial, trial));
  }

  /** The same with threads that use two stores over the same data. */
  static void risingVersionsAtOnce(List<Trial> trials) {
    manyWriters(trials);
    Trial first = trials.get(0);
    String shared = first.id("shared-rising");
    Race.run(
        first,
        round ->
            round % 2 == 0
                ? race(trials, shared, first.next(shared, round), 1, round)
                : race(trials, first.id("new-rising-" + round), 1, 1, round));
  }

  private static Race.Round race(List<Trial> trials, String id, long first, int step, int round) {
    DurableState one = trials.get(0).raced(id, first, 2L * round);
    DurableState other = trials.get(1).raced(id, first + step, 2L * round + 1);
    var refused = new @Nullable StaleWriteException[2];
    String what = "a state, while another thread writes to its id";
    return new Race.Round(
        () -> refused[0] = trials.get(0).staleness(what, one),
        () -> refused[1] = trials.get(1).staleness(what, other),
        () -> {
          var both = new ArrayList<DurableState>();
          if (refused[0] == null) {
            both.add(one);
          } else if (refused[1] == null && !trials.get(0).can.acceptsOnlyNextVersion()) {
            Messages.requireVersions(refused[0], one, other.getVersionNumber());
          }
          if (refused[1] == null) {
            both.add(other);
          }
          check(trials.get(0), step, List.of(one, other), both);
        });
  }

  private static void check(
      Trial trial, int step, List<DurableState> written, List<DurableState> accepted) {
    int last = written.size() - 1;
    String to = step == 0 ? "" : " to " + version(written.get(last));
    String versions =
        "concurrent writes of version %s%s to one id: expected "
            .formatted(version(written.get(0)), to);
    String was = " but %s of %s were".formatted(accepted.size(), written.size());
    if (step == 0 && accepted.size() != 1) {
      throw new AssertionError(versions + "one accepted" + was);
    }
    if (trial.can.acceptsOnlyNextVersion()) {
      if (step > 0 && !isSequence(accepted)) {
        throw new AssertionError(versions + "some accepted, each the next of another," + was);
      }
    } else if (step > 0 && !accepted.contains(written.get(last))) {
      throw trial.onlyNext(versions + "the greatest accepted but it was refused", null);
    }
    trial.reads("a state after concurrent writes to its id", accepted.get(accepted.size() - 1));
  }

  private static boolean isSequence(List<DurableState> accepted) {
    for (int i = 1; i < accepted.size(); i++) {
      if (accepted.get(i).getVersionNumber() != accepted.get(i - 1).getVersionNumber() + 1) {
        return false;
      }
    }
    return !accepted.isEmpty();
  }
}
