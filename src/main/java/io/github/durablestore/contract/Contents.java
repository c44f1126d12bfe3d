package io.github.durablestore.contract;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.TextFormat;
import com.google.protobuf.UnknownFieldSet;
import io.github.durablestore.egopb.DurableState;
import java.util.ArrayList;
import java.util.List;

/** The checks of R8, R9 and R11 to R14. */
final class Contents {
  private Contents() {}

  static void everyField(Trial trial) {
    trial.store.connect();
    var samples = new ArrayList<Sample>();
    DurableState full = States.of("", 5, 1_000);
    DurableState.Builder empty = DurableState.newBuilder();
    samples.add(new Sample("with every field set", full));
    samples.add(new Sample("with an id alone", empty));
    samples.add(new Sample("with a version alone", empty.clone().setVersionNumber(7)));
    samples.add(new Sample("with a timestamp alone", empty.clone().setTimestamp(7)));
    samples.add(new Sample("with a shard alone", empty.clone().setShard(7)));
    samples.add(
        new Sample(
            "with a payload alone", empty.clone().setResultingState(full.getResultingState())));
    samples.add(new Sample("without a version", full.toBuilder().clearVersionNumber()));
    samples.add(new Sample("without a timestamp", full.toBuilder().clearTimestamp()));
    samples.add(new Sample("without a shard", full.toBuilder().clearShard()));
    samples.add(new Sample("without a payload", full.toBuilder().clearResultingState()));
    trial.survive(withIds(trial, samples));
  }

  static void unknownFields(Trial trial) {
    trial.store.connect();
    var samples = new ArrayList<Sample>();
    Payloads.unknownFields()
        .forEach(
            (what, fields) -> {
              DurableState state = States.of("", 1);
              samples.add(
                  new Sample(
                      "with an unknown field, " + what,
                      state.toBuilder().setUnknownFields(fields)));
              Any payload = Payloads.withUnknownFields(state.getResultingState(), fields);
              samples.add(
                  new Sample(
                      "with an unknown field of resulting_state, " + what,
                      state.toBuilder().setResultingState(payload)));
            });
    trial.survive(
        withIds(trial, samples),
        "; if the store has a column for each field, override keepsUnknownFields()");
  }

  /**
   * Replaces a state with another that differs in one field or in all, then writes the first one
   * again. Each version is greater than the last.
   */
  static void replaced(Trial trial) {
    trial.store.connect();
    DurableState full = States.of("", 100, 1_000);
    if (trial.can.keepsUnknownFields()) {
      UnknownFieldSet unknown = Payloads.unknownFields().get("every wire type");
      full = full.toBuilder().setUnknownFields(unknown).build();
    }
    Any payload = full.getResultingState();
    int number = 0;
    for (Sample change :
        List.of(
            new Sample("with nothing but an id, in place of one with all", builder()),
            new Sample("the same but for its version", full),
            new Sample("without a shard, in place of one with", full.toBuilder().clearShard()),
            new Sample("without a time, in place of one with", full.toBuilder().clearTimestamp()),
            new Sample(
                "without a payload, in place of one with", full.toBuilder().clearResultingState()),
            new Sample(
                "with an empty payload, in place of another",
                full.toBuilder().setResultingState(Any.getDefaultInstance())),
            new Sample(
                "without a type URL, in place of one with",
                full.toBuilder().setResultingState(payload.toBuilder().clearTypeUrl())),
            new Sample(
                "without a value, in place of one with",
                full.toBuilder().setResultingState(payload.toBuilder().clearValue())),
            new Sample(
                "with a value of the same length, in place of another",
                full.toBuilder().setResultingState(sameLength(payload))),
            new Sample(
                "without unknown fields, in place of one with",
                full.toBuilder().setUnknownFields(UnknownFieldSet.getDefaultInstance())),
            new Sample("of an earlier time, in place of a later", full.toBuilder().setTimestamp(5)),
            new Sample("of a negative time", full.toBuilder().setTimestamp(-5)),
            new Sample("of a lower shard, in place of a higher", full.toBuilder().setShard(5)))) {
      String id = trial.id(++number);
      DurableState first = withId(full, id).toBuilder().setVersionNumber(7).build();
      DurableState second = withId(change.state(), id).toBuilder().setVersionNumber(8).build();
      trial.write(first);
      trial.reads("a state to be replaced", first);
      trial.write("a state " + change.what(), second);
      trial.reads("a state " + change.what(), second);

      DurableState third = first.toBuilder().setVersionNumber(9).build();
      trial.write("a state in place of one " + change.what(), third);
      trial.reads("a state in place of one " + change.what(), third);
      assertKeptAfterReconnecting(trial, third);
    }
  }

  /** The last write wins, whatever its version and whichever other fields differ. */
  static void replacedByAnyVersion(Trial trial) {
    trial.store.connect();
    DurableState full = States.of(trial.id, 5, 1_000);
    DurableState before = full;
    for (Sample next :
        List.of(
            new Sample("of version 5", full),
            new Sample("that is the same once more", full),
            new Sample("of the same version and another time", full.toBuilder().setTimestamp(6)),
            new Sample("of the same version and an earlier time", full.toBuilder().setTimestamp(2)),
            new Sample("of the same version and another shard", full.toBuilder().setShard(3)),
            new Sample(
                "of the same version and no payload", full.toBuilder().clearResultingState()),
            new Sample(
                "of the same version and another payload",
                full.toBuilder().setResultingState(sameLength(full.getResultingState()))),
            new Sample("of a lower version", States.of(trial.id, 2, 1_000)),
            new Sample("of version 0", States.of(trial.id, 0, 1_000)),
            new Sample("of version 0, once more", States.of(trial.id, 0, 1_001)),
            new Sample("of version 2^64-1", States.of(trial.id, -1)),
            new Sample("of version 1, after the highest there is", States.of(trial.id, 1)),
            new Sample("of version 2^63", States.of(trial.id, Long.MIN_VALUE)),
            new Sample("of version 2^63-1, after 2^63", States.of(trial.id, Long.MAX_VALUE)),
            new Sample("of version 9", States.of(trial.id, 9)),
            new Sample("as it was in the beginning", full),
            new Sample("with nothing but an id", builder().setPersistenceId(trial.id)))) {
      trial.write("a state " + next.what() + ", in place of another", next.state());
      trial.reads("a state " + next.what() + ", in place of another", next.state());
      before = next.state();
    }
    assertKeptAfterReconnecting(trial, before);
  }

  private static void assertKeptAfterReconnecting(Trial trial, DurableState state) {
    if (!trial.can.purgesOnDisconnect()) {
      trial.reconnect();
      trial.readsAfterReconnecting(state);
    }
  }

  static void unsignedNumbers(Trial trial) {
    trial.store.connect();
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
    List<Sample> written = withIds(trial, samples);
    trial.survive(written);

    for (Sample sample : trial.toReadAgain(written)) {
      DurableState state = sample.state();
      DurableState latest =
          trial.read("a state " + sample.what(), state.getPersistenceId()).orElse(state);
      String text = TextFormat.printer().printToString(latest);
      assertPrints(text, "version_number", state.getVersionNumber());
      assertPrints(text, "shard", state.getShard());
    }
  }

  private static void assertPrints(String text, String field, long number) {
    String line = field + ": " + Long.toUnsignedString(number) + "\n";
    if (number != 0 && !text.contains(line)) { // text format omits zeros
      throw new AssertionError(
          "print of a state that was read: expected %s but was%n%s".formatted(line.strip(), text));
    }
  }

  static void timestamps(Trial trial) {
    trial.store.connect();
    var samples = new ArrayList<Sample>();
    for (long timestamp : Numbers.signed()) {
      samples.add(
          new Sample(
              "of timestamp " + timestamp, States.of("", 1).toBuilder().setTimestamp(timestamp)));
    }
    trial.survive(withIds(trial, samples));
  }

  static void payloads(Trial trial) {
    trial.store.connect();
    DurableState state = States.of("", 1);
    var samples = new ArrayList<Sample>();
    samples.add(new Sample("without resulting_state", state.toBuilder().clearResultingState()));
    samples.add(
        new Sample(
            "with an empty resulting_state",
            state.toBuilder().setResultingState(Any.getDefaultInstance())));
    for (int size : Payloads.sizes()) {
      samples.add(
          new Sample(
              "with a payload of %,d bytes".formatted(size),
              state.toBuilder().setResultingState(Payloads.random(size))));
    }
    samples.add(
        new Sample(
            "with a payload of 70,000 bytes, all of them zero",
            state.toBuilder().setResultingState(Payloads.zeros(70_000))));
    trial.survive(withIds(trial, samples));
    largest(trial);
  }

  /** Writes a state of the maximum size that the store declares, if that is less than 1 MiB. */
  private static void largest(Trial trial) {
    long most = trial.can.maximumStateSize();
    if (most < Payloads.MEBIBYTE) {
      DurableState state = States.of(trial.id("largest"), 1);
      int size = (int) most;
      while (!trial.fits(withPayload(state, size))) {
        size--;
      }
      trial.survive(
          List.of(new Sample("as large as maximumStateSize() allows", withPayload(state, size))));
    }
  }

  private static DurableState withPayload(DurableState state, int size) {
    return state.toBuilder().setResultingState(Payloads.random(size)).build();
  }

  static void largePayloads(Trial trial) {
    trial.store.connect();
    DurableState state = States.of("", 1);
    trial.survive(
        withIds(
            trial,
            List.of(
                new Sample(
                    "with a payload of 1 MiB",
                    state.toBuilder().setResultingState(Payloads.random(Payloads.MEBIBYTE))),
                new Sample(
                    "with a payload of 1 MiB, all of it zero",
                    state.toBuilder().setResultingState(Payloads.zeros(Payloads.MEBIBYTE))))));
  }

  /** Returns whether the maximum size has room for what {@link #largePayloads} writes. */
  static boolean takesLargePayloads(Capabilities can) {
    return can.maximumStateSize() >= Payloads.MEBIBYTE + Capabilities.LEAST_STATE_SIZE;
  }

  static void untouchedPayloads(Trial trial) {
    trial.store.connect();
    var samples = new ArrayList<Sample>();
    Payloads.untouched()
        .forEach(
            (what, payload) ->
                samples.add(
                    new Sample(what, States.of("", 1).toBuilder().setResultingState(payload))));
    trial.survive(withIds(trial, samples));
  }

  private static List<Sample> withIds(Trial trial, List<Sample> samples) {
    var withIds = new ArrayList<Sample>();
    for (Sample sample : samples) {
      String id = trial.id(withIds.size() + 1);
      withIds.add(new Sample(sample.what(), withId(sample.state(), id)));
    }
    return withIds;
  }

  private static DurableState withId(DurableState state, String id) {
    return state.toBuilder().setPersistenceId(id).build();
  }

  private static DurableState.Builder builder() {
    return DurableState.newBuilder();
  }

  private static Any sameLength(Any payload) {
    int size = payload.getValue().size();
    return payload.toBuilder().setValue(ByteString.copyFrom(new byte[size])).build();
  }
}
