package io.github.durablestore.memory;

import io.github.durablestore.NotConnectedException;
import io.github.durablestore.StaleWriteException;
import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The store for one thread: what the real one must be indistinguishable from. */
final class ModelStateStore implements StateStore {
  private final Map<String, DurableState> records = new HashMap<>();
  private final OnDisconnect onDisconnect;
  private final OnStaleWrite onStaleWrite;
  private boolean connected;

  ModelStateStore(OnDisconnect onDisconnect, OnStaleWrite onStaleWrite) {
    this.onDisconnect = onDisconnect;
    this.onStaleWrite = onStaleWrite;
  }

  @Override
  public void connect() {
    connected = true;
  }

  @Override
  public void disconnect() {
    connected = false;
    if (onDisconnect == OnDisconnect.PURGE) {
      records.clear();
    }
  }

  @Override
  public void ping() {
    connected = true;
  }

  @Override
  public void writeState(DurableState state) {
    DurableState latest = states().get(state.getPersistenceId());
    if (onStaleWrite == OnStaleWrite.REFUSE
        && latest != null
        && Long.compareUnsigned(state.getVersionNumber(), latest.getVersionNumber()) <= 0) {
      throw new StaleWriteException("the model has this version or a greater one");
    }
    states().put(state.getPersistenceId(), state);
  }

  @Override
  public Optional<DurableState> getLatestState(String persistenceId) {
    return Optional.ofNullable(states().get(persistenceId));
  }

  Map<String, DurableState> states() {
    if (!connected) {
      throw new NotConnectedException("the model is not connected");
    }
    return records;
  }
}
