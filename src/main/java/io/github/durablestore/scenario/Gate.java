package io.github.durablestore.scenario;

import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.probe.Operation;
import io.github.durablestore.probe.StateStoreProbe;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The store that a process gets. While actors run, each call is a step of the run. */
final class Gate implements StateStore {
  private final StateStoreProbe store;
  private volatile @Nullable Stage<?> stage;

  Gate(StateStoreProbe store) {
    this.store = store;
  }

  /** Makes later calls steps of a run; with {@code null}, passes them straight to the store. */
  void leadTo(@Nullable Stage<?> stage) {
    this.stage = stage;
  }

  @Override
  public void connect() {
    call(Operation.CONNECT, store::connect);
  }

  @Override
  public void disconnect() {
    call(Operation.DISCONNECT, store::disconnect);
  }

  @Override
  public void ping() {
    call(Operation.PING, store::ping);
  }

  @Override
  public void close() {
    call(Operation.CLOSE, store::close);
  }

  @Override
  public void writeState(DurableState state) {
    String persistenceId = state == null ? null : state.getPersistenceId();
    call(
        new Step(Operation.WRITE_STATE, persistenceId),
        state,
        () -> {
          store.writeState(state);
          return Optional.empty();
        });
  }

  @Override
  public Optional<DurableState> getLatestState(String persistenceId) {
    return call(
        new Step(Operation.GET_LATEST_STATE, persistenceId),
        null,
        () -> store.getLatestState(persistenceId));
  }

  private void call(Operation operation, Runnable work) {
    call(
        new Step(operation, null),
        null,
        () -> {
          work.run();
          return Optional.empty();
        });
  }

  private Optional<DurableState> call(
      Step step, @Nullable DurableState written, Supplier<Optional<DurableState>> work) {
    Stage<?> current = stage;
    return current == null ? work.get() : current.call(step, written, work);
  }
}
