package io.github.durablestore.contract;

import com.google.protobuf.Any;
import com.google.protobuf.StringValue;
import io.github.durablestore.egopb.DurableState;

/** The states that the contract writes. */
final class States {
  private States() {}

  /** Returns a state whose fields all follow from its version, so that a mix of two is seen. */
  static DurableState of(String persistenceId, long version) {
    return DurableState.newBuilder()
        .setPersistenceId(persistenceId)
        .setVersionNumber(version)
        .setResultingState(Any.pack(StringValue.of("version " + version)))
        .setTimestamp(version + 1)
        .setShard(version + 2)
        .build();
  }
}
