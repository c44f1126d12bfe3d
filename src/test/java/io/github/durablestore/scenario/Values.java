package io.github.durablestore.scenario;

import com.google.protobuf.Any;
import com.google.protobuf.Int64Value;
import io.github.durablestore.StateStore;
import io.github.durablestore.StateUnpacker;
import io.github.durablestore.egopb.DurableState;

/** Numbers in a store: as much of a state as the services of the tests need. */
final class Values {
  private Values() {}

  static long get(StateStore store, String id) {
    return store
        .getLatestState(id)
        .map(state -> StateUnpacker.unpack(state, Int64Value.class).getValue())
        .orElse(0L);
  }

  static void put(StateStore store, String id, long version, long value) {
    store.writeState(state(id, version, value));
  }

  static DurableState state(String id, long version, long value) {
    return DurableState.newBuilder()
        .setPersistenceId(id)
        .setVersionNumber(version)
        .setResultingState(Any.pack(Int64Value.of(value)))
        .build();
  }
}
