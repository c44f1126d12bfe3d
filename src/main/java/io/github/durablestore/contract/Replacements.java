package io.github.durablestore.contract;

import static com.google.protobuf.ByteString.copyFromUtf8;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.github.durablestore.egopb.DurableState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;

/** The checks of R9: a later write replaces the earlier one whole. */
final class Replacements {
  private static final int[] CHUNKS = {4_000, 4_096, 8_192, 65_536, 261_120, 262_144};

  private Replacements() {}

  /**
   * Replaces a state with another that differs in one field or in all, then writes the first one
   * again. Each version is the next, and where it need not rise, all have one version too.
   */
  static void anyField(Trial trial) {
    trial.store.connect();
    DurableState first = full(trial);
    var written = new ConcurrentLinkedQueue<DurableState>();
    for (int step = 1; step >= (trial.can.refusesStaleWrites() ? 1 : 0); step--) {
      int rise = step;
      trial.forEach(
          changes(trial),
          change -> {
            String id = trial.newId();
            String with = rise == 0 ? " (of the same version)" : "";
            trial.keeps("a state to be replaced", ofVersion(1, first, id));
            trial.keeps("a state " + change.what() + with, ofVersion(1 + rise, change.state(), id));
            DurableState last = ofVersion(1 + 2 * rise, first, id);
            trial.keeps("a state in place of one " + change.what() + with, last);
            written.add(last);
          });
    }
    long most = trial.can.maximumStateSize() - States.ROOM;
    List<List<ByteString>> pairs =
        Payloads.ofEqualHashes().stream().filter(pair -> pair.get(0).size() <= most).toList();
    trial.forEach(pairs, pair -> ofEqualHash(trial, pair));
    trial.forEach(pairs, pair -> ofTwoIds(trial, pair));
    areKeptAfterReconnecting(trial, written);
    Successors.check(trial);
  }

  /** Returns a state that has all fields, but for an id. */
  static DurableState full(Trial trial) {
    DurableState plain = States.of("", 1, 1_000);
    return trial.can.keepsUnknownFields() ? Payloads.withUnknownFields(plain) : plain;
  }

  /** Returns states that differ from the full one in one field, or in several. */
  static List<Sample> changes(Trial trial) {
    DurableState.Builder full = full(trial).toBuilder();
    Any payload = full.getResultingState();
    long time = full.getTimestamp();
    var changes =
        new ArrayList<>(
            List.of(
                new Sample("with nothing but an id, replacing one with all fields", builder()),
                new Sample("the same but for its version", full),
                new Sample(
                    "without a shard, replacing one with a shard", full.clone().clearShard()),
                new Sample(
                    "of a lower shard, replacing one of a higher shard", full.clone().setShard(5)),
                new Sample(
                    "without a time, replacing one with a time", full.clone().clearTimestamp()),
                new Sample(
                    "of a shard 2^32 higher", full.clone().setShard(full.getShard() + (1L << 32))),
                new Sample(
                    "of an earlier time, replacing one of a later time",
                    full.clone().setTimestamp(States.TIME)),
                new Sample(
                    "of a time ten days later", full.clone().setTimestamp(time + 864_000_000)),
                new Sample(
                    "without a payload, replacing one with a payload",
                    full.clone().clearResultingState()),
                with("an empty payload, replacing one with another", full, Any.newBuilder()),
                with(
                    "no type URL, replacing one with a type URL",
                    full,
                    payload.toBuilder().clearTypeUrl()),
                with(
                    "no value, replacing one with a value", full, payload.toBuilder().clearValue()),
                with(
                    "another type URL",
                    full,
                    payload.toBuilder().setTypeUrl("example.invalid/no.such.Type")),
                with("another type URL of the same length", full, otherUrl(payload)),
                with(
                    "another type URL and no value",
                    full,
                    payload.toBuilder().setTypeUrl("example.invalid/no.such.Type").clearValue()),
                new Sample(
                    "without a shard and a time, replacing one with both",
                    full.clone().clearShard().clearTimestamp()),
                with("another value of the same length", full, sameLength(payload)),
                with(
                    "a space at the end of its value",
                    full,
                    payload.toBuilder().setValue(payload.getValue().concat(copyFromUtf8(" ")))),
                with("the end of its type URL before its value", full, withUrlInValue(payload)),
                with(
                    "another case of its type URL",
                    full,
                    payload.toBuilder().setTypeUrl(payload.getTypeUrl().toUpperCase(Locale.ROOT))),
                with(
                    "no unknown fields of its payload, replacing one with some",
                    full,
                    Any.newBuilder().setTypeUrl(payload.getTypeUrl()).setValue(payload.getValue())),
                new Sample(
                    "without unknown fields, replacing one with some",
                    full.clone().setUnknownFields(UnknownFieldSet.getDefaultInstance()))));
    if (trial.can.keepsUnknownFields()) {
      changes.add(
          new Sample("with other unknown fields", Payloads.withOtherUnknownFields(full.build())));
    }
    return changes;
  }

  /** A store may join both, to hash them, or to keep them in one column. */
  private static Any.Builder withUrlInValue(Any payload) {
    String url = payload.getTypeUrl();
    int last = url.length() - 1;
    return payload.toBuilder()
        .setTypeUrl(url.substring(0, last))
        .setValue(copyFromUtf8(url.substring(last)).concat(payload.getValue()));
  }

  /** Replaces a value with another of the same length and hash, so that a hash does not suffice. */
  private static void ofEqualHash(Trial trial, List<ByteString> pair) {
    String id = trial.newId();
    long version = 1;
    for (ByteString value : pair) {
      DurableState state = ofValue(States.of(id, version, 1), value);
      trial.keeps("a state in place of one of the same length and hash", state);
      version += trial.can.refusesStaleWrites() ? 1 : 0; // so that even all else is the same
    }
  }

  /** Values of two ids have the same length and hash, then are equal, then one is replaced. */
  private static void ofTwoIds(Trial trial, List<ByteString> pair) {
    String id = trial.newId();
    DurableState first = ofValue(States.of(id, 1), pair.get(0));
    DurableState second = ofValue(States.of(trial.newId(), 1), pair.get(1));
    trial.write("a state", first);
    trial.write("a state whose value has the hash of that of another id", second);
    trial.reads("a state, after a write of a value of the same hash to another id", first);
    trial.reads("a state whose value has the hash of that of another id", second);
    DurableState same = ofValue(States.of(id, 2), pair.get(1));
    trial.write("a state whose value is that of another id", same);
    trial.write("a state of another value", ofValue(States.of(id, 3), pair.get(0)));
    trial.reads("a state whose value was that of another id", second);
  }

  private static DurableState ofValue(DurableState state, ByteString value) {
    return state.toBuilder().setResultingState(Payloads.of(value)).build();
  }

  /** Values and states of many sizes replace each other; each version is the next. */
  static void anySize(Trial trial) {
    trial.store.connect();
    var sizes = new ArrayList<>(List.of(List.of(5_000, 70_000, 5_000, 13, 70_000)));
    for (int chunk : CHUNKS) {
      sizes.add(List.of(2 * chunk, chunk, chunk, 3 * chunk, 200));
    }
    var written = new ConcurrentLinkedQueue<DurableState>();
    trial.forEach(sizes, ofOneId -> written.add(ofSizes(trial, ofOneId)));
    trial.forEach(
        List.<Sized>of(States::ofPayload, States::ofSize),
        sized -> written.add(shrinking(trial, trial.newId(), sized)));
    areKeptAfterReconnecting(trial, written);
  }

  private static DurableState ofSizes(Trial trial, List<Integer> sizes) {
    DurableState latest = States.of(trial.newId(), 1);
    trial.keeps("a state to be replaced", latest);
    for (int size : sizes) {
      String id = latest.getPersistenceId();
      long version = latest.getVersionNumber() + 1;
      DurableState value = States.ofPayload(id, version, size);
      if (trial.fits(value)) {
        trial.keeps(
            "a state with a payload of %,d bytes, in place of another".formatted(size), value);
        DurableState sized = States.ofSize(id, version + 1, size);
        trial.keeps("a state of %,d bytes, in place of another".formatted(size), sized);
        latest = byteChanged(sized, version + 2);
        trial.keeps("a state of %,d bytes, but for one of them".formatted(size), latest);
      }
    }
    return latest;
  }

  private interface Sized {
    DurableState state(String persistenceId, long version, int size);
  }

  /**
   * Replaces a state of more than 1 MiB with ever smaller ones, so that each whole chunk takes the
   * place of several. Returns the last one, which is large again.
   */
  private static DurableState shrinking(Trial trial, String id, Sized sized) {
    var sizes = new ArrayList<>(List.of(Payloads.MEBIBYTE + 1_000));
    if (!trial.isSlow()) {
      sizes.addAll(chunks(trial.isFast()).descendingSet());
    }
    sizes.addAll(List.of(4_000, 300_000, 600_000));
    DurableState latest = States.of(id, 1);
    trial.keeps("a state to be replaced with ever smaller ones", latest);
    for (int size : sizes) {
      DurableState next = sized.state(id, latest.getVersionNumber() + 1, size);
      if (trial.fits(next)) {
        trial.keeps("a state of about %,d bytes, in place of another".formatted(size), next);
        latest = next;
      }
    }
    return latest;
  }

  /**
   * Returns powers of two, one less, those multiples of 1,000 and 1,024 that someone may choose,
   * and the limits of a row of PostgreSQL's TOAST and of a document of Firestore.
   *
   * @param many whether also all small sizes, and more multiples
   */
  private static NavigableSet<Integer> chunks(boolean many) {
    var chunks = new TreeSet<>(List.of(1_996, Payloads.MEBIBYTE - 89));
    IntStream.rangeClosed(1, many ? 2_100 : 0).forEach(chunks::add);
    for (int power = 1_024; power <= Payloads.MEBIBYTE; power *= 2) {
      chunks.addAll(List.of(power, power - 1));
    }
    IntStream.rangeClosed(1, 1_024)
        .filter(n -> n <= 100 || n % (many ? 10 : 50) == 0 || n % 64 == 0 || n == 255)
        .forEach(n -> chunks.addAll(List.of(n * 1_000, n * 1_024)));
    return chunks;
  }

  /** Changes the last byte, or one in the middle. */
  private static DurableState byteChanged(DurableState state, long version) {
    byte[] value = state.getResultingState().getValue().toByteArray();
    if (value.length > 0) {
      value[version % 2 == 0 ? value.length - 1 : value.length / 2] ^= 1;
    }
    return ofValue(state.toBuilder().setVersionNumber(version).build(), ByteString.copyFrom(value));
  }

  /** The last write wins, whatever its version. */
  static void anyVersion(Trial trial) {
    assumeFalse(trial.can.refusesStaleWrites(), "refusesStaleWrites() is true");
    trial.store.connect();
    DurableState first = States.of(trial.id, 5, 1_000);
    DurableState.Builder full = first.toBuilder();
    DurableState latest = first;
    for (Sample next :
        List.of(
            new Sample("of version 5", full),
            new Sample("that is the same once more", full),
            new Sample("of the same version without a payload", full.clone().clearResultingState()),
            with("the same version and an empty payload", full, Any.newBuilder()),
            new Sample("of a lower version", States.of(trial.id, 2, 1_000)),
            new Sample("of version 0", States.of(trial.id, 0, 1_000)),
            new Sample("of version 0, once more", States.of(trial.id, 0, 1_001)),
            new Sample("of version 2^31-1", States.of(trial.id, Integer.MAX_VALUE, 1)),
            new Sample("of version 1, after a high one", States.of(trial.id, 1)),
            new Sample("of version 9", States.of(trial.id, 9)),
            new Sample("as it was in the beginning", full),
            new Sample("with nothing but an id", builder().setPersistenceId(trial.id)))) {
      trial.keeps("a state " + next.what() + ", in place of another", next.state());
      latest = next.state();
    }
    areKeptAfterReconnecting(trial, List.of(latest));
  }

  private static void areKeptAfterReconnecting(Trial trial, Collection<DurableState> written) {
    if (!trial.can.purgesOnDisconnect()) {
      trial.reconnect();
      written.forEach(trial::readsAfterReconnecting);
    }
  }

  private static Sample with(String what, DurableState.Builder state, Any.Builder payload) {
    return new Sample("with " + what, state.clone().setResultingState(payload));
  }

  private static DurableState ofVersion(long version, DurableState state, String id) {
    return state.toBuilder().setPersistenceId(id).setVersionNumber(version).build();
  }

  private static DurableState.Builder builder() {
    return DurableState.newBuilder();
  }

  /** Changes the last letter of the type URL. */
  private static Any.Builder otherUrl(Any payload) {
    return payload.toBuilder().setTypeUrl(payload.getTypeUrl().replaceFirst(".$", "_"));
  }

  private static Any.Builder sameLength(Any payload) {
    int size = payload.getValue().size();
    return payload.toBuilder().setValue(ByteString.copyFrom(new byte[size]));
  }
}
