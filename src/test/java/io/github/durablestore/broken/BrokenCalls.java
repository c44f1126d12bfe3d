package io.github.durablestore.broken;

import static io.github.durablestore.broken.BrokenStateStore.refuseIf;
import static io.github.durablestore.broken.FunctionalStateStore.keeping;
import static io.github.durablestore.probe.Operation.CONNECT;
import static io.github.durablestore.probe.Operation.DISCONNECT;
import static io.github.durablestore.probe.Operation.PING;
import static io.github.durablestore.probe.Operation.WRITE_STATE;

import io.github.durablestore.ForeignStateStore;
import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.memory.MemoryStateStore;
import io.github.durablestore.memory.OnDisconnect;
import io.github.durablestore.probe.Operation;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Stores that fail for some threads, after an interrupt, or once a pool is used up. */
public final class BrokenCalls {
  private static final int CONNECTIONS = 10;
  private static final int LARGE = 4_000;
  private static final int TOO_LARGE = 1_100_000;
  private static final int TOO_LONG = 255;

  private BrokenCalls() {}

  public static Stream<Broken> stores() {
    return Stream.of(
        Broken.keeping("R5", "has a connection for each thread", ConnectedPerThread::new),
        Broken.keeping("R5", "writes what is large at any time", BrokenCalls::writingLarge),
        Broken.keeping("R16", "an interrupted write deletes", BrokenCalls::deleting),
        Broken.of("R16", "an interrupted ping closes", () -> closing(PING)),
        Broken.of("R16", "an interrupted connect closes", () -> closing(CONNECT)),
        Broken.of("R16", "an interrupted disconnect closes", () -> closing(DISCONNECT)),
        leaking("R16", "when interrupted", call -> Thread.currentThread().isInterrupted()),
        leaking("R16", "of 100 when a write is interrupted", 100, Call::isInterruptedWrite),
        leaking("R13", "of 100 when a state is too large", 100, Call::isTooLarge),
        leaking("R10", "of 100 when an id is too long", 100, Call::isTooLong),
        leaking("R16", "when null is written", Call::isWriteOfNull),
        leaking("R16", "when null is read", call -> call.isRead() && call.id() == null),
        leaking("R16", "when no id is read", call -> call.isRead() && "".equals(call.id())));
  }

  private record Call(Operation operation, @Nullable String id, @Nullable DurableState state) {
    boolean isRead() {
      return operation == Operation.GET_LATEST_STATE;
    }

    boolean isInterruptedWrite() {
      return operation == WRITE_STATE && Thread.currentThread().isInterrupted();
    }

    boolean isTooLarge() {
      return state != null && state.getSerializedSize() > TOO_LARGE;
    }

    boolean isTooLong() {
      String id = state == null ? "" : state.getPersistenceId();
      return id.codePointCount(0, id.length()) > TOO_LONG;
    }

    boolean isWriteOfNull() {
      return operation == WRITE_STATE && state == null;
    }
  }

  private static Broken leaking(String rule, String when, Predicate<Call> leaks) {
    return leaking(rule, when, CONNECTIONS, leaks);
  }

  private static Broken leaking(String rule, String when, int connections, Predicate<Call> leaks) {
    return Broken.of(
        rule,
        "leaks a connection " + when,
        () -> {
          var leaked = new AtomicInteger();
          return new HookedStateStore(
              (store, operation, id, state) -> {
                var call = new Call(operation, id, state);
                if (store.isConnected() && leaks.test(call)) {
                  leaked.incrementAndGet();
                }
                refuseIf(leaked.get() > connections || call.isTooLarge() || call.isTooLong());
                return true;
              });
        });
  }

  private static StateStore closing(Operation closes) {
    var closed = new AtomicBoolean();
    return new HookedStateStore(
        (store, operation, id, state) -> {
          if (operation == closes && Thread.currentThread().isInterrupted()) {
            closed.set(true);
          }
          refuseIf(closed.get() && operation != Operation.CLOSE);
          return true;
        });
  }

  /** Checks the connection of the calling thread, if it has one. */
  private static final class ConnectedPerThread extends ForeignStateStore {
    private final MemoryStateStore data = new MemoryStateStore(OnDisconnect.KEEP);
    private final MemoryStateStore guard;
    private final ThreadLocal<Boolean> connected = ThreadLocal.withInitial(() -> false);

    ConnectedPerThread() {
      this(new MemoryStateStore());
    }

    private ConnectedPerThread(MemoryStateStore guard) {
      super(guard);
      this.guard = guard;
      data.connect();
    }

    @Override
    public void connect() {
      connected.set(true);
      super.connect();
    }

    @Override
    public void disconnect() {
      connected.remove();
      super.disconnect();
    }

    @Override
    public void writeState(DurableState state) {
      if (!connected.get()) {
        guard.writeState(state);
      }
      data.writeState(state);
    }

    @Override
    public Optional<DurableState> getLatestState(String persistenceId) {
      if (!connected.get()) {
        guard.getLatestState(persistenceId);
      }
      return data.getLatestState(persistenceId);
    }
  }

  private static StateStore writingLarge() {
    return keeping(
        (store, state) -> {
          boolean connects =
              state != null
                  && !state.getPersistenceId().isEmpty()
                  && state.getSerializedSize() > LARGE
                  && !BrokenStateStore.isConnected(store);
          if (connects) {
            store.connect();
          }
          store.writeState(state);
          if (connects) {
            store.disconnect();
          }
        });
  }

  private static StateStore deleting() {
    Map<String, Boolean> deleted = new ConcurrentHashMap<>();
    return keeping(
            (store, state) -> {
              store.writeState(state);
              deleted.remove(state.getPersistenceId());
              if (Thread.currentThread().isInterrupted()) {
                deleted.put(state.getPersistenceId(), true);
                throw BrokenStateStore.refused();
              }
            })
        .andReading((store, id) -> store.getLatestState(id).filter(s -> !deleted.containsKey(id)));
  }
}
