package io.github.durablestore.contract;

import com.google.protobuf.Any;
import com.google.protobuf.StringValue;
import io.github.durablestore.egopb.DurableState;

/** The states that the contract writes. */
final class States {
  /** A date in milliseconds, as any column takes it, on a whole second. */
  private static final long TIME = 1_700_000_000_000L;

  private States() {}

  /** Returns a state whose fields all derive from its version, so that a mix of two is noticed. */
  static DurableState of(String persistenceId, long version) {
    return of(persistenceId, version, version);
  }

  /** Returns a state whose other fields derive from a number, so that a mix of two is noticed. */
  static DurableState of(String persistenceId, long version, long number) {
    return DurableState.newBuilder()
        .setPersistenceId(persistenceId)
        .setVersionNumber(version)
        .setResultingState(Any.pack(StringValue.of("number " + number)))
        .setTimestamp(TIME + 1_000 * Math.floorMod(number, 1_000_000L))
        .setShard(number + 2)
        .build();
  }
}
