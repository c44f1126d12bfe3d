package io.github.durablestore.contract;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.StringValue;
import io.github.durablestore.egopb.DurableState;
import java.util.List;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The states that the contract writes. Usual columns take each of their fields. */
final class States {
  /** A date in milliseconds, on a whole second. */
  static final long TIME = 1_700_000_000_000L;

  // Growing and shrinking; multiples of usual chunks among them. Each of four writers gets each.
  private static final int[] SIZES = {
    70_000, 5_000, 65_536, 8_192, 300_000, 4_000, 131_072, 4_096, 600_000, 300, 20_000
  };

  /** More bytes than all but the id and the payload's value take. */
  static final int ROOM = 600;

  private static final int MOST_BYTES = 3; // of a character of an id
  private static final int STEP = 7_919; // a prime, so that versions start in many places
  private static final ByteString NOISE = Payloads.random(3 * Payloads.MEBIBYTE, 2).getValue();

  private States() {}

  /** Returns a state whose fields all derive from its version, so that a mix of two is noticed. */
  static DurableState of(String persistenceId, long version) {
    return of(persistenceId, version, version);
  }

  /**
   * Returns a state whose other fields derive from a number, so that a mix of two is noticed.
   *
   * @param number from 0 to below 2^30
   */
  static DurableState of(String persistenceId, long version, long number) {
    return DurableState.newBuilder()
        .setPersistenceId(persistenceId)
        .setVersionNumber(version)
        .setResultingState(Any.pack(StringValue.of("number " + number)))
        .setTimestamp(TIME + 1_000 * (number % 1_000_000))
        .setShard(number + 2)
        .build();
  }

  /** Returns what makes states of various sizes, mostly large, each by its version. */
  static LongFunction<DurableState> large(String id, long maximumSize) {
    return withPayloads(
        id,
        IntStream.range(0, SIZES.length)
            .mapToObj(number -> ofSize(id, number, Math.min(SIZES[number], maximumSize))));
  }

  /** Returns what makes states of about this size, each unlike the one before. */
  static LongFunction<DurableState> ofSameSize(String id, long size) {
    return withPayloads(id, Stream.of(1, 2).map(number -> ofSize(id, number, size)));
  }

  private static LongFunction<DurableState> withPayloads(String id, Stream<DurableState> states) {
    List<Any> payloads = states.map(DurableState::getResultingState).toList();
    return version ->
        of(id, version).toBuilder()
            .setResultingState(payloads.get((int) (version % payloads.size())))
            .build();
  }

  /**
   * Returns a state whose other fields derive from a number, and whose payload has this many bytes.
   * Only the bytes at both ends are the state's own, so that it is made as fast as a small one.
   *
   * @param maximumSize the maximum of the whole state, for which it may have fewer bytes
   */
  static DurableState ofPayload(
      String persistenceId, long version, long number, int size, long maximumSize) {
    ByteString end = ByteString.copyFromUtf8(" number " + number + " ");
    long most = Math.min(size, maximumSize - ROOM - (long) MOST_BYTES * persistenceId.length());
    ByteString middle = NOISE.substring(0, (int) Math.max(0, most - 2L * end.size()));
    return of(persistenceId, version, number).toBuilder()
        .setResultingState(Payloads.of(end.concat(middle).concat(end)))
        .build();
  }

  /** Returns a state whose payload has this many bytes, which derive from its version. */
  static DurableState ofPayload(String persistenceId, long version, int size) {
    return of(persistenceId, version).toBuilder().setResultingState(noise(size, version)).build();
  }

  /** Returns random bytes, which are those of other versions, but elsewhere. */
  private static Any noise(int size, long version) {
    if (size > NOISE.size() - Payloads.MEBIBYTE) {
      return Payloads.random(size, version);
    }
    int start = (int) (version * STEP & Payloads.MEBIBYTE - 1);
    return Payloads.of(NOISE.substring(start, start + size)); // not copied
  }

  /** Returns a state with a payload of another type, which no store has ever heard of. */
  static DurableState ofType(String name, DurableState state) {
    String url = "example.invalid/no.such.Type." + name;
    Any payload = state.getResultingState().toBuilder().setTypeUrl(url).build();
    return state.toBuilder().setResultingState(payload).build();
  }

  /** Returns a state of this many bytes when serialized, or a few less if there is none. */
  static DurableState ofSize(String persistenceId, long version, long size) {
    int payload = (int) size;
    DurableState state = ofPayload(persistenceId, version, payload);
    for (int attempt = 1; attempt <= 3 && state.getSerializedSize() != size; attempt++) {
      payload = Math.max(0, payload + (int) size - state.getSerializedSize());
      state = ofPayload(persistenceId, version, payload);
    }
    while (payload > 0 && state.getSerializedSize() > size) {
      state = ofPayload(persistenceId, version, --payload);
    }
    return state;
  }
}
