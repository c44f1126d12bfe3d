package io.github.durablestore.contract;

import io.github.durablestore.egopb.DurableState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongFunction;

/** The checks of R16 for concurrent writers: each has its own ids, and all share one id. */
final class ConcurrentWrites {
  private static final int WRITERS = 4;
  private static final int ROUNDS = 10_000;
  private static final int NEW_STORES = 2_000;
  private static final int LARGE_ROUNDS = 500;

  private static final String SHARED = "an id to which others write";
  private static final int MAX_READS = 10_000;
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  /** Bytes by which a state grows with its version. */
  private static final int MARGIN = 30;

  private final List<Trial> trials;
  private final Trial trial;
  private final RoundLimit limit;
  private final AtomicInteger progress = new AtomicInteger();
  private final AtomicInteger writing = new AtomicInteger(WRITERS);
  private final String id;
  private final LongFunction<DurableState> shared;

  private ConcurrentWrites(
      List<Trial> trials, int rounds, String id, LongFunction<DurableState> shared) {
    this.trials = trials;
    this.id = id;
    this.shared = shared;
    trial = trials.get(0);
    limit = trial.manyRounds(rounds);
  }

  static void run(Trial trial) {
    trial.store.connect();
    run(List.of(trial));
    if (!trial.isSlow()) { // the writers above use several ids too, but seldom at the same moment
      Race.run(trial, round -> toTwoIds(trial, round));
      Race.run(trial, round -> ofOneValue(trial, round));
    }
    Race.run(trial, NEW_STORES, round -> firstCalls(trial, round));
  }

  private static Race.Round toTwoIds(Trial trial, int round) {
    // New ids in two of four rounds, and new types in one of these: a store may number both.
    String which = round % 4 < 2 ? "" : "-" + round;
    int version = round / 4 * 2 + round % 2 + 1; // of an id that is not new, always the next
    DurableState first = trial.raced(trial.id("one" + which), version, round);
    DurableState second = trial.raced(trial.id("other" + which), version, round);
    boolean isNewType = round % 4 == 3;
    DurableState one = isNewType ? States.ofType(round + ".1", first) : first;
    DurableState other = isNewType ? States.ofType(round + ".2", second) : second;
    return new Race.Round(
        () -> trial.write(one),
        () -> trial.write(other),
        () -> {
          trial.reads("a state, while another thread wrote to another id", one);
          trial.reads("a state, while another thread wrote to another id", other);
        });
  }

  /**
   * A store may keep a value once, however many states have it. In three of four rounds, one id
   * leaves a value while another takes it. In the fourth, both take one, and then one leaves it.
   */
  private static Race.Round ofOneValue(Trial trial, int round) {
    DurableState plain = trial.raced(trial.id("leaves"), 2L * round, 0);
    DurableState left = withValue(trial, plain, round);
    DurableState taken = withValue(trial, trial.raced(trial.id("takes"), round, 0), round);
    DurableState next = plain.toBuilder().setVersionNumber(2L * round + 1).build();
    String what = "a state whose value another thread writes to another id, or replaces there";
    boolean leaves = round % 4 < 3;
    if (leaves) {
      trial.write(left);
    }
    return new Race.Round(
        () -> trial.write(what, leaves ? next : left),
        () -> trial.write(what, taken),
        () -> {
          trial.reads(what, leaves ? next : left);
          trial.reads(what, taken);
          if (!leaves) {
            trial.write(what, next);
            trial.reads("a state whose value was also that of another id", taken);
          }
        });
  }

  /** Returns a state of a small or large value, which derives from a number. */
  private static DurableState withValue(Trial trial, DurableState state, int number) {
    boolean isLarge = (number + number / 4) % 2 == 0;
    DurableState value = isLarge ? trial.large("", 1, 8L * number) : States.of("", 1, number);
    return state.toBuilder().setResultingState(value.getResultingState()).build();
  }

  /** Two threads make the first calls of a store, which may now create what it needs. */
  private static Race.Round firstCalls(Trial trial, int round) {
    trial.store.disconnect(); // some data takes one connection
    Trial made = trial.withNewStore();
    made.store.connect();
    DurableState one = States.of(made.id("first-1-" + round), 1);
    DurableState other = States.of(made.id("first-2-" + round), 2);
    String what = "a state, by one of the two first calls of a store";
    boolean reads = round % 4 == 0;
    return new Race.Round(
        () -> made.write(what, one),
        () -> {
          if (reads) {
            made.readsNothing("an id never written, by one of the first calls", made.id("never"));
          }
          made.write(what, other);
        },
        () -> {
          made.reads(what, one);
          made.reads(what, other);
          made.close();
        });
  }

  /** The same with writers that use several stores over the same data, in turn. */
  static void run(List<Trial> trials) {
    String id = trials.get(0).id;
    new ConcurrentWrites(trials, ROUNDS, id, version -> States.of(id, version)).run();
  }

  /** The same with an id of large states that differ in size. */
  static void large(Trial trial) {
    trial.store.connect();
    large(List.of(trial));
    manyLarge(trial);
  }

  /** Each write may need more of what the store has, if it is large. */
  private static void manyLarge(Trial trial) {
    for (long size : List.of(70_000, 300_000, Payloads.MEBIBYTE - MARGIN)) {
      var writers = new ArrayList<Callable<DurableState>>();
      for (int writer = 1; writer <= Crowds.MANY; writer++) {
        String id = trial.id("large-" + size + "-" + writer);
        long most = Math.min(size, trial.can.maximumStateSize());
        DurableState state = States.ofSize(id, writer, most);
        writers.add(
            () -> {
              trial.succeeds( // as it does alone, so that no maximum is to be declared
                  "write of a large state, while many threads write large ones",
                  () -> trial.store.writeState(state));
              return trial.reads("a large state, while many threads read large ones", state);
            });
      }
      for (DurableState state : trial.threads.atOnce(writers)) {
        trial.reads("a large state that one of many threads wrote", state);
      }
    }
  }

  /** The same with writers that use several stores over the same data, in turn. */
  static void large(List<Trial> trials) {
    Trial first = trials.get(0);
    String id = first.id("large");
    long most = first.can.maximumStateSize() - MARGIN;
    new ConcurrentWrites(trials, ROUNDS / 10, id, States.large(id, most)).run();
    largest(first, trials.get(trials.size() - 1));
  }

  /**
   * Two writers, or a writer and a reader, of an id of states of the same size, 1 MiB if it fits.
   */
  private static void largest(Trial first, Trial second) {
    String id = first.id("largest");
    long size = Math.min(Payloads.MEBIBYTE, first.can.maximumStateSize()) - MARGIN;
    LongFunction<DurableState> states = States.ofSameSize(id, size);
    var latest = new AtomicReference<>(states.apply(1));
    first.write("a large state", latest.get());
    Race.run(
        first,
        LARGE_ROUNDS,
        round -> {
          long version = latest.get().getVersionNumber() + 1; // a store may take only the next
          List<DurableState> next = List.of(states.apply(version), states.apply(version + 1));
          List<DurableState> any = List.of(latest.get(), next.get(0), next.get(1));
          String what = "a large state while another thread uses its id";
          String read = "an id of large states";
          boolean reads = round % 2 == 0;
          return new Race.Round(
              () -> first.writeUnlessStale(what, next.get(0)),
              () -> {
                if (reads) {
                  requireWhole(any.subList(0, 2), readWritten(second, read, id));
                } else {
                  second.writeUnlessStale(what, next.get(1));
                }
              },
              () -> {
                latest.set(readWritten(first, read, id));
                requireWhole(any.subList(1, reads ? 2 : 3), latest.get());
              });
        });
  }

  /** Reads an id to which states were written, and expects one. */
  static DurableState readWritten(Trial trial, String what, String id) {
    Optional<DurableState> latest = trial.read(what, id);
    if (latest.isEmpty()) {
      throw new AssertionError(
          "read of %s: expected one of the states written but there was none".formatted(what));
    }
    return latest.get();
  }

  private record Written(int rounds, long lastShared) {}

  private void run() {
    var writers = new ArrayList<Callable<Written>>();
    for (int writer = 0; writer < WRITERS; writer++) {
      int number = writer;
      writers.add(() -> write(number));
    }
    trials.forEach(each -> writers.add(() -> readMeanwhile(each)));
    List<Written> all = trial.threads.atOnce(writers);
    var last = new ArrayList<Long>();
    for (int writer = 0; writer < WRITERS; writer++) {
      Written written = all.get(writer);
      for (int round = 0; round < written.rounds(); round++) {
        trialOf(writer + 1).reads("an id that one of several threads wrote", own(writer, round));
      }
      last.add(written.lastShared());
    }
    long left = readShared(trial).getVersionNumber();
    if (!last.contains(left)) {
      throw new AssertionError(
          "read of an id to which all wrote: expected the last version of one of the threads, %s,"
                  .formatted(last)
              + " but was "
              + left);
    }
  }

  private Trial trialOf(int writer) {
    return trials.get(writer % trials.size());
  }

  private Written write(int writer) {
    try {
      return writeRounds(writer);
    } finally {
      writing.decrementAndGet();
    }
  }

  /** Reads all the time: right after its own write, a thread seldom sees part of another one's. */
  private Written readMeanwhile(Trial mine) {
    int reads = 0;
    int seen = 0;
    while (writing.get() > 0 && !mine.threads.isOver()) {
      int now = progress.get();
      reads = now == seen ? reads + 1 : 0;
      seen = now;
      if (reads > MAX_READS) { // so that a store in which the writers hang is noticed
        LockSupport.parkNanos(PAUSE_NANOS);
      } else {
        mine.read(SHARED, id).ifPresent(this::requireWritten);
      }
    }
    return new Written(0, 0);
  }

  private Written writeRounds(int writer) {
    Trial mine = trialOf(writer);
    int round = 0;
    long lastShared = 0;
    for (; limit.allows(round); round++) {
      DurableState own = own(writer, round);
      mine.write("a state while others write", own);
      mine.reads("a thread's own last write", own);

      long version = mine.next(id, (long) round * WRITERS + writer + 1);
      if (mine.writeUnlessStale("a state while others write to its id", shared.apply(version))) {
        lastShared = version;
      }
      readShared(mine);
      progress.incrementAndGet();
    }
    return new Written(round, lastShared);
  }

  private DurableState readShared(Trial mine) {
    DurableState latest = readWritten(mine, SHARED, id);
    requireWritten(latest);
    return latest;
  }

  private void requireWritten(DurableState read) {
    requireWhole(List.of(shared.apply(read.getVersionNumber())), read);
  }

  /** Requires a state to be one of those written. */
  static void requireWhole(List<DurableState> written, DurableState read) {
    if (!written.contains(read)) {
      throw new AssertionError(
          "read of an id during concurrent writes to it: expected one of them, whole; "
              + Difference.between(written.get(0), read));
    }
  }

  private DurableState own(int writer, int round) {
    return States.of(id + "-" + writer + "-" + round, round + 1);
  }
}
