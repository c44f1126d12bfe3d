package io.github.durablestore.contract;

import static io.github.durablestore.text.Text.quote;
import static java.util.stream.Collectors.joining;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import io.github.durablestore.NotConnectedException;
import io.github.durablestore.egopb.DurableState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** The checks of R7, R10 and R15. */
final class Identity {
  /** The system property that sets the seed of the generated ids. A failure states its seed. */
  static final String SEED = "durablestore.contract.seed";

  /** More characters than an id gets that is like another, or of the same hash. */
  private static final int MARGIN = 20;

  /** More than usual rows hold, and more than one or several usual chunks. */
  private static final long[] LARGE = {20_000, 70_000, 200_000};

  private static final int PAIRS = 600;
  private static final int FEW_PAIRS = 24;
  private static final long IN_MEMORY_NANOS = 20_000;
  private static final int FEW = 8; // one in eight, on a store that is not in memory

  private Identity() {}

  static void neverWritten(Trial trial) {
    trial.store.connect();
    trial.readsNothing("an id never written", trial.id);
    trial.readsNothing("an id never written, once more", trial.id);
    DurableState state = States.of(trial.id, 1);
    trial.keeps("a state whose id was read as empty", state);

    String what = "an id never written, beside one that was: ";
    List<String> others = List.copyOf(Ids.matching(trial.id));
    for (String again : List.of("", ", once more")) {
      trial.forEach(others, other -> trial.readsNothing(what + quote(other) + again, other));
    }
    trial.reads("a state, after reads of others never written", state);
  }

  static void alike(Trial trial) {
    trial.store.connect();
    Set<String> ids = Ids.alike(trial.id, trial.isSlow());
    ids.addAll(Ids.lookalikes(trial.id, trial.isSlow()));
    ids.addAll(Ids.shortOnes(trial.id));
    independent(trial, "", ids);
  }

  static void ofParts(Trial trial) {
    trial.store.connect();
    Set<String> ids = Ids.reserved(trial.id);
    ids.addAll(Ids.ofParts(trial.id, 0, trial.isSlow()));
    independent(trial, "", ids);
    // These are only read, since others may use them too.
    trial.forEach(Ids.RESERVED, word -> readsItself(trial, word));
    derived(trial);
    joined(trial);
  }

  /** A store may join an id and a version number or a shard, with nothing in between. */
  private static void joined(Trial trial) {
    String id = trial.newId();
    String other = trial.newId();
    areIndependent(
        trial,
        "",
        List.of(
            States.of(id, 12, 10), // its shard is 12 too
            States.of(id + "1", 2, 0),
            States.of(other, 45, 43),
            States.of("5" + other, 4, 2)));
  }

  /** A store may keep what belongs to an id under others, but not those of entities. */
  private static void derived(Trial trial) {
    String id = trial.newId();
    var all = new ArrayList<DurableState>();
    Ids.derived(id).forEach(other -> all.add(States.of(other, all.size() + 10)));
    List<DurableState> written = trial.forEach(all, state -> trial.write(id(state), state));
    rewrite(trial, id);
    String after = ", after writes to id " + quote(id);
    trial.forEach(written, state -> trial.reads(id(state) + after, state));

    String another = trial.newId();
    rewrite(trial, another);
    String beside = "an id never written, beside one that was: ";
    trial.forEach(
        List.copyOf(Ids.derived(another)),
        other -> trial.readsNothing(beside + quote(other), other));
    Survival.readAgain( // a store may clean up when it connects
        trial,
        written,
        state -> state,
        (reader, state, when) -> reader.reads(id(state) + when, state));
  }

  /** Writes small and large states, as a store may keep large ones in another way. */
  private static void rewrite(Trial trial, String id) {
    trial.keeps("a state to be replaced", States.of(id, 1));
    long version = 1;
    for (long size : LARGE) {
      long most = Math.min(size, trial.can.maximumStateSize());
      trial.keeps("a state that is large", States.ofSize(id, ++version, most));
    }
    trial.keeps("a state in place of a large one", States.of(id, ++version));
  }

  private static void readsItself(Trial trial, String id) {
    Optional<DurableState> latest = trial.read("id " + quote(id), id);
    String other = latest.map(DurableState::getPersistenceId).orElse("");
    if (!other.isEmpty() && !other.equals(id)) {
      throw new AssertionError(
          "read of id %s: expected a state of that id but was one of %s"
              .formatted(quote(id), quote(other)));
    }
  }

  static void generated(Trial trial) {
    long seed = Long.getLong(SEED, System.nanoTime());
    trial.store.connect();
    independent(
        trial,
        ", generated; -D" + SEED + "=" + seed + " generates it again",
        Ids.generated(new Random(seed), trial.id, trial.isSlow() ? FEW_PAIRS : PAIRS));
    var written = new ArrayList<DurableState>();
    for (String same : collisions(trial)) { // as a value too
      DurableState state = States.of(same, written.size() + 1);
      Any payload = Payloads.of(ByteString.copyFromUtf8(same));
      written.add(state.toBuilder().setResultingState(payload).build());
    }
    areIndependent(trial, ", of the same hash as another", written);
  }

  /** A store may keep the beginning of a long id, however long, and a hash in place of the rest. */
  private static Set<String> collisions(Trial trial) {
    int length = Math.min(Ids.LONGEST, trial.can.maximumIdLength()) - MARGIN;
    var ids = Collisions.of(trial.newId());
    String id = trial.newId();
    if (id.length() < length) {
      ids.addAll(Collisions.of(id + "-".repeat(length - id.length())));
    }
    return ids;
  }

  static void longest(Trial trial) {
    trial.store.connect();
    int length = Math.min(Ids.LONGEST, trial.can.maximumIdLength());
    Set<String> ids = Ids.ofLength(length, trial.id);
    ids.addAll(Ids.ofParts(trial.id, length, true));
    ids.addAll(Collisions.ofLength(length, trial.newId()));
    if (length == Ids.LONGEST) {
      ids.addAll(Ids.ofMostBytes(length, trial.id));
    }
    if (!trial.isSlow()) {
      for (int size : new int[] {Capabilities.MIN_ID_LENGTH, length}) {
        String start = trial.id + "-".repeat(Math.max(0, size - trial.id.length() - MARGIN));
        Ids.alike(start, true).stream().filter(id -> takes(trial, id)).forEach(ids::add);
      }
    }
    if (trial.can.maximumIdLength() > length) {
      int far = Math.min(Ids.FAR, trial.can.maximumIdLength());
      ids.addAll(Ids.ofLength(far, trial.id));
      ids.addAll(Collisions.ofLength(far, trial.newId()));
    }
    independent(trial, "", ids);
  }

  private static boolean takes(Trial trial, String id) {
    return id.codePointCount(0, id.length()) <= trial.can.maximumIdLength();
  }

  static void withZero(Trial trial) {
    trial.store.connect();
    independent(trial, "", Ids.withZero(trial.id));
  }

  /**
   * Tries ids that are longer than the maximum, and differ from a shorter one, or from each other,
   * only at their end.
   */
  static void beyondMaximum(Trial trial) {
    trial.store.connect();
    int growth = trial.isSlow() ? 100 : 4;
    var accepted = new ArrayList<DurableState>();
    long next = trial.can.maximumIdLength() + 1L;
    for (long length = next; length <= Ids.FAR; length = next) {
      next = length < Ids.FAR ? Math.min(Ids.FAR, length * growth) : length + 1;
      for (List<String> letters : Ids.LETTERS_BY_SIZE) {
        String start = trial.newId();
        start += letters.get(0).repeat((int) length - 1 - start.length());
        accepted.addAll(
            keepsOrRefuses(trial, start, start + letters.get(0), start + letters.get(1)));
      }
    }
    int multiple = trial.can.maximumIdLength() + 8 & ~3;
    Set<String> equalHashes = Collisions.ofLength(multiple, trial.newId());
    accepted.addAll(keepsOrRefuses(trial, equalHashes.toArray(String[]::new)));
    refusesOften(trial);
    accepted.add(trial.isConnected("after ids longer than maximumIdLength()"));
    trial.reconnect();
    accepted.forEach(trial::readsAfterReconnecting);
  }

  /** A refusal may use up what the store has. */
  private static void refusesOften(Trial trial) {
    String start = trial.newId();
    String id = start + "x".repeat(trial.can.maximumIdLength() + 1 - start.length());
    boolean isAccepted = false;
    for (int again = trial.manyTimes(); again > 0 && !isAccepted; again--) {
      isAccepted = Contents.accepts(trial, lengthOf(trial, id), States.of(id, 1));
      readsNoneOf(List.of(), trial, id);
    }
  }

  /** Returns the states that were accepted. */
  private static List<DurableState> keepsOrRefuses(Trial trial, String... ids) {
    var accepted = new ArrayList<DurableState>();
    var without = new ArrayList<>(List.of(ids[2] + "0")); // never written
    for (String id : ids) {
      DurableState state = States.of(id, accepted.size() + 1);
      if (Contents.accepts(trial, lengthOf(trial, id), state)) {
        accepted.add(state);
      } else {
        without.add(id);
      }
    }
    for (DurableState state : accepted) {
      String id = state.getPersistenceId();
      String what = lengthOf(trial, id) + ", which was accepted";
      isNotOfOther(accepted, trial, id, what + ": expected its state", trial.read(what, id));
      trial.reads(what, state);
    }
    for (String id : without) {
      readsNoneOf(accepted, trial, id);
    }
    return accepted;
  }

  private static void readsNoneOf(List<DurableState> others, Trial trial, String id) {
    try {
      String what = lengthOf(trial, id) + ", which was refused or never written";
      isNotOfOther(others, trial, id, what + ": expected no state", trial.store.getLatestState(id));
    } catch (RuntimeException e) {
      trial.isRefusal("read of " + lengthOf(trial, id), e);
    }
  }

  /**
   * The ids were written with versions 1, 2, 3, ..., so that the version shows whose state it is.
   */
  private static void isNotOfOther(
      List<DurableState> accepted,
      Trial trial,
      String id,
      String expected,
      Optional<DurableState> latest) {
    long version = latest.map(DurableState::getVersionNumber).orElse(0L);
    if (version > 0 && version <= accepted.size()) {
      String other = accepted.get((int) version - 1).getPersistenceId();
      if (!other.equals(id)) {
        throw new AssertionError(
            "read of %s but was that of %s".formatted(expected, lengthOf(trial, other)));
      }
    }
  }

  private static String lengthOf(Trial trial, String id) {
    return "an id of %s characters (maximumIdLength() is %s)"
        .formatted(id.codePointCount(0, id.length()), trial.can.maximumIdLength());
  }

  private static void independent(Trial trial, String which, Collection<String> ids) {
    var written = new ArrayList<DurableState>();
    ids.forEach(id -> written.add(States.of(id, written.size() + 1)));
    areIndependent(trial, which, written);
  }

  private static void areIndependent(Trial trial, String which, List<DurableState> all) {
    List<DurableState> written = writeAndRead(trial, which, all);
    Survival.readAgain(
        trial,
        written,
        state -> state,
        (reader, state, again) -> readsOwn(reader, which + again, state, written));
    List<DurableState> some =
        trial.delayNanos() < IN_MEMORY_NANOS
            ? written
            : Samples.spread(written).subList(0, (written.size() + FEW - 1) / FEW);
    var large = new ArrayList<DurableState>();
    for (DurableState state : some) {
      long version = state.getVersionNumber();
      large.add(trial.large(state.getPersistenceId(), version + 1, version));
    }
    large.removeIf(state -> !trial.fits(state));
    writeAndRead(trial, which + ", with a large state", large);
  }

  /** Returns those that were written. */
  private static List<DurableState> writeAndRead(
      Trial trial, String which, List<DurableState> all) {
    List<DurableState> written = trial.forEach(all, state -> trial.write(id(state) + which, state));
    String when = which + ", after writes to ids like it";
    trial.forEach(written, state -> readsOwn(trial, when, state, written));
    return written;
  }

  private static String id(DurableState state) {
    return "id " + quote(state.getPersistenceId());
  }

  /** Expects a state of its id, and otherwise says to which id what was read was written. */
  private static void readsOwn(
      Trial trial, String when, DurableState state, List<DurableState> written) {
    try {
      trial.reads(id(state) + when, state);
    } catch (AssertionError e) {
      String own = state.getPersistenceId();
      DurableState read = trial.store.getLatestState(own).orElse(state);
      String others =
          written.stream()
              .filter(other -> !other.equals(state))
              .filter(other -> other.getShard() == read.getShard())
              .map(other -> ", which was written to " + id(other))
              .collect(joining());
      if (!others.isEmpty()) {
        String what = id(state) + when + ": expected its own state but was another" + others;
        trial.isEqual(what, state, read.toBuilder().setPersistenceId(own).build());
      }
      throw e;
    }
  }

  @SuppressWarnings("NullAway") // on purpose
  static void badInput(Trial trial) {
    trial.store.connect();
    List<DurableState> written =
        List.of(States.of(trial.newId(), 1), trial.large(trial.newId(), 1, 1));
    written.forEach(trial::write);

    for (int attempt = 1; attempt <= 2; attempt++) {
      Messages.requireParameter(
          "state",
          trial.refuses(
              "write of null", () -> trial.store.writeState(null), NullPointerException.class));
      Messages.requireParameter(
          "persistenceId",
          trial.refuses(
              "read of null", () -> trial.store.getLatestState(null), NullPointerException.class));
      for (DurableState without :
          List.of(
              States.of("", 2),
              trial.large("", 2, 2),
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

    written.forEach(state -> trial.reads("a state after bad input", state));
    DurableState next = trial.large(written.get(0).getPersistenceId(), 2, 2);
    trial.keeps("a state after bad input", next);
    DurableState another = trial.isConnected("after bad input");
    refusesWhenNotConnected(trial);
    List.of(next, written.get(1), another).forEach(trial::readsAfterReconnecting);
  }

  private static void refusesWhenNotConnected(Trial trial) {
    trial.store.disconnect();
    trial.isNotConnected("that is not connected");
    trial.refusesEmptyId(
        States.of("", 2),
        " to a store that is not connected",
        " from a store that is not connected",
        IllegalArgumentException.class,
        NotConnectedException.class);
    trial.isNotConnected("that was given bad input");
    trial.store.connect();
    trial.keptNothingRefused();
  }
}
