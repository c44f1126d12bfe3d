package io.github.durablestore.probe;

import static java.util.Objects.requireNonNull;

import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A store that passes every call on to another store: the base class of decorators. A subclass
 * overrides {@link #call}, through which all calls go, or single methods of {@link StateStore}.
 *
 * <p>It adds no state, and so is as safe for use by many threads as the other store. Arguments,
 * results and exceptions are passed on as they are, even those that break the contract: it is for
 * the other store to refuse a {@code null}.
 *
 * <pre>{@code
 * final class TimedStateStore extends ForwardingStateStore {
 *   TimedStateStore(StateStore store) {
 *     super(store);
 *   }
 *
 *   @Override
 *   protected Optional<DurableState> call(
 *       Operation operation,
 *       @Nullable String persistenceId,
 *       @Nullable DurableState written,
 *       Supplier<Optional<DurableState>> call) {
 *     long start = System.nanoTime();
 *     try {
 *       return call.get();
 *     } finally {
 *       timer(operation).record(System.nanoTime() - start);
 *     }
 *   }
 * }
 * }</pre>
 *
 * <p>The idea comes from Zipkin's {@code ForwardingStorageComponent}.
 */
public abstract class ForwardingStateStore implements StateStore {
  private final StateStore delegate;

  /**
   * Wraps a store.
   *
   * @param store the store that gets every call
   * @throws NullPointerException if {@code store} is {@code null}
   */
  protected ForwardingStateStore(StateStore store) {
    delegate = requireNonNull(store, "store");
  }

  /**
   * Returns the store that gets every call.
   *
   * @return the store
   */
  protected final StateStore delegate() {
    return delegate;
  }

  /**
   * Makes a call of any operation. Unless it is overridden, it passes the call on.
   *
   * @param operation the method that was called
   * @param persistenceId the id of a write or a read; {@code null} for other calls, and if the
   *     caller passed none
   * @param written the state of a write; {@code null} for other calls, and if the caller passed
   *     none
   * @param call passes the call on, and returns the state that was read; empty for all but reads
   * @return the state to return to the caller; used only for reads
   */
  protected Optional<DurableState> call(
      Operation operation,
      @Nullable String persistenceId,
      @Nullable DurableState written,
      Supplier<Optional<DurableState>> call) {
    return call.get();
  }

  @Override
  public void connect() {
    call(Operation.CONNECT, delegate::connect);
  }

  @Override
  public void disconnect() {
    call(Operation.DISCONNECT, delegate::disconnect);
  }

  @Override
  public void ping() {
    call(Operation.PING, delegate::ping);
  }

  @Override
  public void writeState(DurableState state) {
    call(
        Operation.WRITE_STATE,
        state == null ? null : state.getPersistenceId(),
        state,
        () -> {
          delegate.writeState(state);
          return Optional.empty();
        });
  }

  @Override
  public Optional<DurableState> getLatestState(String persistenceId) {
    return call(
        Operation.GET_LATEST_STATE,
        persistenceId,
        null,
        () -> delegate.getLatestState(persistenceId));
  }

  /** Closes the other store, without a call of {@link #disconnect()}. */
  @Override
  public void close() {
    call(Operation.CLOSE, delegate::close);
  }

  private void call(Operation operation, Runnable call) {
    call(
        operation,
        null,
        null,
        () -> {
          call.run();
          return Optional.empty();
        });
  }
}
