package io.github.durablestore;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.github.durablestore.egopb.DurableState;

/** States with as much in them as a test needs. */
public final class TestStates {
  private TestStates() {}

  public static DurableState state(String persistenceId) {
    return DurableState.newBuilder().setPersistenceId(persistenceId).build();
  }

  public static DurableState state(String persistenceId, long version) {
    return state(persistenceId).toBuilder().setVersionNumber(version).build();
  }

  public static DurableState state(String persistenceId, Any payload) {
    return state(persistenceId).toBuilder().setResultingState(payload).build();
  }

  public static DurableState state(String persistenceId, Message payload) {
    return state(persistenceId, Any.pack(payload));
  }

  /** Returns the state with another value of its payload; without a payload, the state itself. */
  public static DurableState withValue(DurableState state, ByteString value) {
    return state.hasResultingState()
        ? state.toBuilder()
            .setResultingState(state.getResultingState().toBuilder().setValue(value))
            .build()
        : state;
  }
}
