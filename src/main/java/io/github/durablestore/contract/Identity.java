package io.github.durablestore.contract;

import static io.github.durablestore.text.Text.quote;

import io.github.durablestore.NotConnectedException;
import io.github.durablestore.egopb.DurableState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Future;

/** The checks of R7, R10 and R15. */
final class Identity {
  /** The system property that sets the seed of the generated ids. A failure states its seed. */
  static final String SEED = "durablestore.contract.seed";

  private static final int ROUNDS = 200;
  private static final int PAIRS = 3;
  private static final int READERS = 4;

  private Identity() {}

  static void neverWritten(Trial trial) {
    trial.store.connect();
    trial.readsNothing("an id never written", trial.id);
    trial.readsNothing("an id never written, once more", trial.id);
    DurableState state = States.of(trial.id, 1);
    trial.write("a state whose id was read as empty", state);
    trial.reads("a state whose id was read as empty", state);

    for (String unknown : neighbours(trial.id)) {
      String what = "an id never written, beside one that was: " + quote(unknown);
      trial.readsNothing(what, unknown);
      trial.readsNothing(what + ", once more", unknown);
    }
    trial.reads("a state, after reads of others never written", state);
  }

  /** Returns ids that a match by prefix, pattern or SQL condition confuses with the given one. */
  private static List<String> neighbours(String id) {
    String shorter = id.substring(0, id.length() - 1);
    return List.of(
        id + "x",
        "x" + id,
        id.substring(1),
        shorter,
        shorter + "_",
        shorter + "%",
        shorter + "?",
        shorter + "*",
        shorter + ".",
        shorter + ".*",
        shorter + "[0-9a-f]",
        id + "%",
        id + "*",
        id + "' OR '1'='1",
        "' OR ''<>'" + id,
        id + "/..",
        id + "/.",
        id + "/",
        id + " ",
        id + "\0",
        id.toUpperCase(Locale.ROOT),
        new StringBuilder(id).reverse() + "contract-");
  }

  static void alike(Trial trial) throws Exception {
    trial.store.connect();
    independent(trial, "", Ids.alike(trial.id));
    readOnly(trial);
  }

  /** Reads ids, but does not write them, since others may use them too. */
  private static void readOnly(Trial trial) {
    for (String id :
        List.of(" ", "\t", "\n", "\u00a0", "\u3000", "\0", "/", ".", "..", "%", "*", "0", "null")) {
      trial
          .read("id " + quote(id), id)
          .ifPresent(
              state -> {
                if (!state.getPersistenceId().equals(id)) {
                  throw new AssertionError(
                      "read of id %s: expected a state of that id but was one of %s"
                          .formatted(quote(id), quote(state.getPersistenceId())));
                }
              });
    }
  }

  static void generated(Trial trial) throws Exception {
    long seed = Long.getLong(SEED, System.nanoTime());
    var random = new Random(seed);
    trial.store.connect();
    RoundLimit limit = trial.rounds(ROUNDS);
    for (int round = 0; limit.allows(round); round++) {
      String id = trial.id(round + "-");
      independent(
          trial,
          ", generated; -D" + SEED + "=" + seed + " generates it again",
          Ids.generated(random, id, PAIRS));
    }
  }

  static void longest(Trial trial) throws Exception {
    trial.store.connect();
    int length = Math.min(Ids.LONGEST, trial.can.maximumIdLength());
    independent(trial, " (" + length + " characters)", Ids.ofLength(length, trial.id));
  }

  private static void independent(Trial trial, String which, Collection<String> ids)
      throws Exception {
    var samples = new ArrayList<Sample>();
    for (String id : ids) {
      samples.add(new Sample("id " + quote(id) + which, States.of(id, samples.size() + 1)));
    }
    samples.forEach(sample -> trial.write(sample.what(), sample.state()));
    readAll(trial, samples, ", after writes to ids like it");
    if (!trial.can.purgesOnDisconnect()) {
      trial.reconnect();
      readAll(trial, trial.toReadAgain(samples), ", after reconnecting");
    }
  }

  /** Reads on several threads, which saves time on a slow store. */
  private static void readAll(Trial trial, List<Sample> samples, String when) throws Exception {
    var others = new ArrayList<Future<Object>>();
    for (int reader = 1; reader < READERS; reader++) {
      int first = reader;
      others.add(trial.workers.start(() -> read(trial, samples, first, when)));
    }
    read(trial, samples, 0, when);
    Workers.getAll(others);
  }

  private static Object read(Trial trial, List<Sample> samples, int first, String when) {
    for (int index = first; index < samples.size(); index += READERS) {
      trial.reads(samples.get(index).what() + when, samples.get(index).state());
    }
    return samples;
  }

  @SuppressWarnings("NullAway") // on purpose
  static void badInput(Trial trial) throws Exception {
    trial.store.connect();
    DurableState state = States.of(trial.id, 1);
    trial.write(state);

    for (int attempt = 1; attempt <= 2; attempt++) {
      names(
          "state",
          trial.refuses(
              "write of null", () -> trial.store.writeState(null), NullPointerException.class));
      names(
          "persistenceId",
          trial.refuses(
              "read of null", () -> trial.store.getLatestState(null), NullPointerException.class));
      for (DurableState without :
          List.of(
              States.of("", 2),
              DurableState.getDefaultInstance(),
              States.of("", 2).toBuilder().clearResultingState().build())) {
        trial.refuses(
            "write of an empty id",
            () -> trial.store.writeState(without),
            IllegalArgumentException.class);
      }
      trial.refuses(
          "read of an empty id",
          () -> trial.store.getLatestState(""),
          IllegalArgumentException.class);
    }

    trial.reads("a state after bad input", state);
    DurableState next = States.of(trial.id, 2);
    trial.write("a state after bad input", next);
    trial.reads("a state after bad input", next);
    trial.isConnected("after bad input");
    refusesWhenNotConnected(trial);
  }

  private static void refusesWhenNotConnected(Trial trial) throws Exception {
    trial.store.disconnect();
    trial.isNotConnected("that is not connected");
    trial.refuses(
        "write of an empty id to a store that is not connected",
        () -> trial.store.writeState(States.of("", 2)),
        IllegalArgumentException.class,
        NotConnectedException.class);
    trial.refuses(
        "read of an empty id from a store that is not connected",
        () -> trial.store.getLatestState(""),
        IllegalArgumentException.class,
        NotConnectedException.class);
    trial.isNotConnected("that was given bad input");
    trial.store.connect();
    trial.keptNothingRefused();
  }

  private static void names(String parameter, Throwable failure) {
    if (failure.getMessage() == null || !failure.getMessage().contains(parameter)) {
      throw new AssertionError(
          "message of the NullPointerException: expected the parameter's name, %s, but was %s"
              .formatted(parameter, failure.getMessage()),
          failure);
    }
  }
}
