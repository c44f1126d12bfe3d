package io.github.durablestore.junit;

import static java.util.Objects.requireNonNull;

import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.standin.StandIn;
import io.github.durablestore.text.Text;
import java.util.Optional;

/** Passes every call on to the probe of the running test. */
final class RunningStore implements StandIn {
  private final RunningTests tests;

  RunningStore(RunningTests tests) {
    this.tests = tests;
  }

  @Override
  public void connect() {
    store("connect").connect();
  }

  @Override
  public void disconnect() {
    store("disconnect").disconnect();
  }

  @Override
  public void ping() {
    store("ping").ping();
  }

  @Override
  public void writeState(DurableState state) {
    requireNonNull(state, "state");
    store(Text.action("write", state.getPersistenceId())).writeState(state);
  }

  @Override
  public Optional<DurableState> getLatestState(String persistenceId) {
    requireNonNull(persistenceId, "persistenceId");
    return store(Text.action("read", persistenceId)).getLatestState(persistenceId);
  }

  /** Does nothing: a container may close its beans at any time, and the extension closes stores. */
  @Override
  public void close() {}

  @Override
  public StateStore original() {
    return store("look into the store of the test");
  }

  private StateStore store(String what) {
    return tests.current(what).probe();
  }

  @Override
  public String toString() {
    return "store of the running test";
  }
}
