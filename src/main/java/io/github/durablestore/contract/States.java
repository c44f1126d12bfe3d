package io.github.durablestore.contract;

import com.google.protobuf.Any;
import com.google.protobuf.StringValue;
import io.github.durablestore.egopb.DurableState;

/** The states that the contract writes. */
final class States {
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
        .setTimestamp(number + 1)
        .setShard(number + 2)
        .build();
  }
}
