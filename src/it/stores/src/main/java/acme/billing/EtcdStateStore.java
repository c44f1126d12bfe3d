package acme.billing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.google.protobuf.InvalidProtocolBufferException;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.KV;
import io.etcd.jetcd.KeyValue;
import io.github.durablestore.NotConnectedException;
import io.github.durablestore.StateStore;
import io.github.durablestore.StateStoreException;
import io.github.durablestore.egopb.DurableState;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A {@link StateStore} over an etcd cluster, for states that outlive a machine. It is an example to
 * copy.
 *
 * <p>A state is the value of one key. A majority of the nodes has each acknowledged write, and
 * reads are linearizable. The last write wins. A write that got no answer in time may still take
 * effect. By default, etcd accepts requests of up to 1.5 MiB.
 */
public final class EtcdStateStore implements StateStore {
  private static final String PREFIX = "durable_state/";
  private final KV client;
  private final Duration timeout;
  // A flag is enough: a write that a disconnect overtakes is kept like any other.
  private volatile boolean connected;

  /** Creates a store whose calls fail after the timeout. It does not close the client. */
  public EtcdStateStore(KV client, Duration timeout) {
    this.client = requireNonNull(client, "client");
    this.timeout = requireNonNull(timeout, "timeout");
  }

  @Override
  public void connect() {
    if (!connected) {
      ping();
    }
  }

  @Override
  public void disconnect() {
    connected = false;
  }

  @Override
  public void ping() {
    await("reach the cluster", client.get(ByteSequence.from(PREFIX, UTF_8)));
    connected = true;
  }

  @Override
  public void writeState(DurableState state) {
    String persistenceId = requireNonNull(state, "state").getPersistenceId();
    String action = "write state of \"" + persistenceId + '"';
    ByteSequence key = key(persistenceId, action);
    requireConnected(action);
    await(action, client.put(key, ByteSequence.from(state.toByteString())));
  }

  @Override
  public Optional<DurableState> getLatestState(String persistenceId) {
    String action = "read state of \"" + requireNonNull(persistenceId, "persistenceId") + '"';
    ByteSequence key = key(persistenceId, action);
    requireConnected(action);
    List<KeyValue> found = await(action, client.get(key)).getKvs();
    try {
      return found.isEmpty()
          ? Optional.empty()
          : Optional.of(DurableState.parseFrom(found.get(0).getValue().getBytes()));
    } catch (InvalidProtocolBufferException e) {
      throw failure(action, "its value is not a DurableState", e);
    }
  }

  private <T> T await(String action, CompletableFuture<T> answer) {
    try {
      return answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw failure(action, "no answer within " + timeout.toMillis() + " ms", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure(action, "the thread was interrupted", e);
    } catch (ExecutionException e) {
      throw failure(action, e.getCause().getMessage(), e.getCause());
    } finally {
      answer.cancel(true);
    }
  }

  private void requireConnected(String action) {
    if (!connected) {
      throw new NotConnectedException(
          "cannot " + action + ": store is not connected; call connect() first");
    }
  }

  private static ByteSequence key(String persistenceId, String action) {
    // An unpaired surrogate would become a "?", and two entities could share one id.
    if (persistenceId.isEmpty() || !UTF_8.newEncoder().canEncode(persistenceId)) {
      throw new IllegalArgumentException(
          "cannot " + action + ": persistence id is empty or not valid Unicode");
    }
    return ByteSequence.from(PREFIX + persistenceId, UTF_8);
  }

  private static StateStoreException failure(String action, String reason, Throwable cause) {
    return new StateStoreException("cannot " + action + ": " + reason + "; see the cause", cause);
  }
}
