package io.github.durablestore.contract;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.Any;
import com.google.protobuf.TextFormat;
import com.google.protobuf.UnknownFieldSet;
import io.github.durablestore.egopb.DurableState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The checks of R8 and R11 to R14. */
final class Contents {
  static final String PERHAPS_TOO_LARGE = "a state that may be too large";

  private static final int GROWTH = 4;

  /** The declared maximum above which no larger state is tried, since it takes too much memory. */
  private static final long FAR = 4L * Payloads.LARGEST;

  private Contents() {}

  /** Returns the states of R8 and R12 to R14 that fit, without ids. */
  static List<Sample> ofEveryKind(Trial trial) {
    var samples = new ArrayList<>(fields());
    if (trial.can.keepsUnknownFields()) {
      samples.addAll(withUnknownFields());
    }
    samples.addAll(ofTimestamps(trial));
    samples.addAll(ofSizes(trial));
    samples.addAll(ofMebibyte());
    samples.addAll(of(Payloads.untouched(trial.isSlow())));
    samples.removeIf(sample -> !trial.fits(sample.state()));
    return samples;
  }

  static void everyField(Trial trial) {
    survive(trial, fields());
  }

  private static List<Sample> fields() {
    DurableState full = States.of("", 5, 1_000);
    DurableState.Builder empty = DurableState.newBuilder();
    return List.of(
        new Sample("with every field set", full),
        new Sample("with an id alone", empty),
        new Sample("with a version alone", empty.clone().setVersionNumber(7)),
        new Sample("with a timestamp alone", empty.clone().setTimestamp(States.TIME)),
        new Sample("with a shard alone", empty.clone().setShard(7)),
        new Sample(
            "with a payload alone", empty.clone().setResultingState(full.getResultingState())),
        new Sample("without a version", full.toBuilder().clearVersionNumber()),
        new Sample("without a timestamp", full.toBuilder().clearTimestamp()),
        new Sample("without a shard", full.toBuilder().clearShard()),
        new Sample("without a payload", full.toBuilder().clearResultingState()));
  }

  static void unknownFields(Trial trial) {
    assumeTrue(trial.can.keepsUnknownFields(), "keepsUnknownFields() is false");
    survive(trial, withUnknownFields());
  }

  private static List<Sample> withUnknownFields() {
    var samples = new ArrayList<Sample>();
    for (Map.Entry<String, UnknownFieldSet> each : Payloads.unknownFields().entrySet()) {
      DurableState state = States.of("", 1);
      Any payload = Payloads.withUnknownFields(state.getResultingState(), each.getValue());
      samples.add(
          new Sample(
              "with an unknown field, " + each.getKey(),
              state.toBuilder().setUnknownFields(each.getValue())));
      samples.add(with("an unknown field of resulting_state, " + each.getKey(), payload));
    }
    return samples;
  }

  /** Returns states of versions and shards, in ascending order of their versions, without ids. */
  static List<Sample> ofUnsignedNumbers() {
    List<Long> numbers = Numbers.unsigned();
    var samples = new ArrayList<Sample>();
    for (int i = 0; i < numbers.size(); i++) {
      long version = numbers.get(i);
      long shard = numbers.get((i + 7) % numbers.size());
      samples.add(
          new Sample(
              "of version %s and shard %s"
                  .formatted(Long.toUnsignedString(version), Long.toUnsignedString(shard)),
              States.of("", 1).toBuilder().setVersionNumber(version).setShard(shard)));
    }
    return samples;
  }

  static void unsignedNumbers(Trial trial) {
    for (DurableState read : survive(trial, ofUnsignedNumbers())) {
      String text = TextFormat.printer().printToString(read);
      assertPrints(text, "version_number", read.getVersionNumber());
      assertPrints(text, "shard", read.getShard());
    }
    if (!trial.can.refusesStaleWrites()) {
      for (long version : new long[] {1, -1, 1, Long.MIN_VALUE, Long.MAX_VALUE, -1, 0}) {
        String what =
            "a state of version %s, in place of another".formatted(Long.toUnsignedString(version));
        trial.keeps(what, States.of(trial.id("replaced"), version, 1));
      }
    }
  }

  private static void assertPrints(String text, String field, long number) {
    String line = field + ": " + Long.toUnsignedString(number) + "\n";
    if (number != 0 && !text.contains(line)) { // text format omits zeros
      throw new AssertionError(
          "print of a state that was read: expected %s but was%n%s".formatted(line.strip(), text));
    }
  }

  private static List<Sample> ofTimestamps(Trial trial) {
    var timestamps = new TreeSet<Long>();
    for (long timestamp : Numbers.signed(trial.isSlow())) {
      timestamps.add(timestamp - timestamp % trial.can.timestampResolution());
    }
    DurableState.Builder state = States.of("", 1).toBuilder();
    return timestamps.stream()
        .map(time -> new Sample("of timestamp " + time, state.setTimestamp(time)))
        .toList();
  }

  static void timestamps(Trial trial) {
    trial.store.connect();
    survive(trial, ofTimestamps(trial));
    if (!trial.can.refusesStaleWrites()) { // a store may compare what it replaces
      DurableState some = States.of(trial.newId(), 1);
      trial.keeps("a state of some timestamp", some);
      long next = some.getTimestamp() + trial.can.timestampResolution();
      trial.keeps("a state of the next timestamp", some.toBuilder().setTimestamp(next).build());
    }
  }

  static void payloads(Trial trial) {
    survive(trial, ofSizes(trial));
  }

  private static List<Sample> ofSizes(Trial trial) {
    var samples = new ArrayList<Sample>();
    samples.add(
        new Sample("without resulting_state", States.of("", 1).toBuilder().clearResultingState()));
    samples.add(with("an empty resulting_state", Any.getDefaultInstance()));
    for (int size : Payloads.sizes()) {
      samples.add(with("a payload of %,d bytes".formatted(size), Payloads.random(size, size)));
    }
    samples.add(with("a payload of 70,000 bytes, all of them zero", Payloads.zeros(70_000)));
    long most = trial.can.maximumStateSize();
    if (most < Payloads.MEBIBYTE) {
      samples.add(new Sample("of maximumStateSize()", States.ofSize(trial.id, 1, most)));
    }
    return samples;
  }

  static void mebibyte(Trial trial) {
    long most = trial.can.maximumStateSize();
    assumeTrue(most >= Capabilities.EVERY_STATE_SIZE, "maximumStateSize() is " + most);
    survive(trial, ofMebibyte());
  }

  private static List<Sample> ofMebibyte() {
    int size = Payloads.MEBIBYTE;
    return List.of(
        with("a payload of 1 MiB", Payloads.random(size, size)),
        with("a payload of 1 MiB, all of it zero", Payloads.zeros(size)));
  }

  /**
   * A state one step above the maximum, or above usual ones, is kept whole or refused, and then
   * replaced with a small one.
   */
  static void tooLarge(Trial trial) {
    trial.store.connect();
    long most = trial.can.maximumStateSize();
    boolean isLimited = most <= FAR;
    Set<Long> sizes = new TreeSet<>(List.of(Payloads.LARGEST + 1_000L));
    if (isLimited) {
      sizes.addAll(List.of(most + 1, most + 1_000)); // the state is too large, then its payload too
    }
    long first = isLimited ? most : Payloads.MEBIBYTE;
    for (long size = first; size <= Payloads.LARGEST; size *= GROWTH) {
      sizes.add(size + 1_000);
    }
    int attempts = trial.manyTimes();
    boolean refused = false;
    for (long size : sizes) {
      DurableState small = States.of(trial.id("small-" + size), 1);
      DurableState large = States.ofSize(small.getPersistenceId(), 2, size);
      trial.write("a state to be replaced with one that may be too large", small);
      boolean accepted = accepts(trial, PERHAPS_TOO_LARGE, large);
      for (int again = 0; !accepted && !refused && again < attempts; again++) {
        accepted =
            accepts(trial, PERHAPS_TOO_LARGE, large); // a refusal may use up what the store has
      }
      refused |= !accepted;
      String what =
          "a state after a write of %,d bytes was %s"
              .formatted(size, accepted ? "accepted" : "refused");
      trial.reads(what, accepted ? large : small);
      DurableState next = trial.isConnected("after a write of one that may be too large");
      trial.reconnect();
      trial.readsAfterReconnecting(accepted ? large : small);
      trial.readsAfterReconnecting(next);
      DurableState last = States.of(small.getPersistenceId(), accepted ? 3 : 2);
      trial.keeps("a state in place of one that may be too large", last);
    }
  }

  /**
   * Writes a state that may be refused.
   *
   * @param what names it
   * @return whether it was accepted
   */
  static boolean accepts(Trial trial, String what, DurableState state) {
    try {
      trial.store.writeState(state);
      return true;
    } catch (RuntimeException e) {
      trial.isRefusal("write of " + what, e);
      return false;
    }
  }

  static void untouchedPayloads(Trial trial) {
    trial.store.connect();
    survive(trial, of(Payloads.untouched(trial.isSlow())));
  }

  static void zeroCharacters(Trial trial) {
    survive(trial, of(Payloads.zeroCharacters()));
  }

  private static List<Sample> of(Map<String, Any> payloads) {
    return payloads.entrySet().stream()
        .map(each -> new Sample(each.getKey(), with("", each.getValue()).state()))
        .toList();
  }

  /** Gives each state an id of its own, and returns what was read. */
  private static List<DurableState> survive(Trial trial, List<Sample> samples) {
    trial.store.connect();
    var withIds = new ArrayList<Sample>();
    for (Sample sample : samples) {
      String id = trial.id(withIds.size() + 1);
      withIds.add(new Sample(sample.what(), sample.state().toBuilder().setPersistenceId(id)));
    }
    return Survival.check(trial, withIds);
  }

  private static Sample with(String what, Any payload) {
    return new Sample("with " + what, States.of("", 1).toBuilder().setResultingState(payload));
  }
}
