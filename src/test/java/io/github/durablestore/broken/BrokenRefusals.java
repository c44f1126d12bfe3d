package io.github.durablestore.broken;

import static io.github.durablestore.broken.BrokenStateStore.isConnected;
import static io.github.durablestore.broken.BrokenStateStore.refuseIf;
import static io.github.durablestore.broken.FunctionalStateStore.reading;
import static io.github.durablestore.broken.FunctionalStateStore.writing;
import static io.github.durablestore.broken.HookedStateStore.before;
import static io.github.durablestore.broken.HookedStateStore.beforeWrite;
import static io.github.durablestore.broken.HookedStateStore.ignoringReads;
import static io.github.durablestore.broken.HookedStateStore.ignoringWrites;
import static io.github.durablestore.probe.Operation.GET_LATEST_STATE;
import static java.util.Objects.requireNonNull;

import io.github.durablestore.NotConnectedException;
import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.memory.OnDisconnect;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Stores that take calls that they should refuse, or refuse them in a wrong way. */
public final class BrokenRefusals {
  private BrokenRefusals() {}

  public static Stream<Broken> stores() {
    return Stream.of(disconnected(), badInput(), rollingBack()).flatMap(List::stream);
  }

  private static List<Broken> disconnected() {
    return List.of(
        Broken.keeping("R17", "purges though it says that it keeps", BrokenStateStore::new),
        Broken.of(
            "R17",
            "keeps though it says that it purges",
            () -> new BrokenStateStore(OnDisconnect.KEEP)),
        Broken.keeping("R5", "refuses writes too late", RefusingLate::new),
        ignoringWrites(
            "R5",
            "ignores writes when disconnected",
            (store, state) -> !store.isNew() && !store.isConnected()),
        before(
            "R5", "connects on a refused read", GET_LATEST_STATE, BrokenRefusals::connectAndRefuse),
        Broken.of("R5", "reads from a cache when disconnected", BrokenRefusals::readingItsCache),
        Broken.of(
            "R5", "reads nothing for an unknown id when disconnected", BrokenRefusals::knowingIds),
        ignoringWrites(
            "R5",
            "ignores null when disconnected",
            (store, state) -> state == null && !store.isConnected()));
  }

  private static List<Broken> badInput() {
    return List.of(
        ignoringWrites("R15", "ignores null", (store, state) -> state == null),
        ignoringReads(
            "R15", "reads nothing for null", (store, id) -> id == null && store.isConnected()),
        ignoringWrites(
            "R15", "ignores empty ids", (store, state) -> hasNoId(state) && store.isConnected()),
        ignoringReads(
            "R15",
            "reads nothing for an empty id",
            (store, id) -> "".equals(id) && store.isConnected()),
        Broken.of(
            "R15",
            "names no parameter",
            () -> reading((store, id) -> store.getLatestState(requireNonNull(id)))),
        beforeWrite(
            "R15", "names another parameter", (store, state) -> requireNonNull(state, "record")),
        beforeWrite(
            "R15",
            "fails in its own way on an empty id",
            (store, state) -> refuseIf(hasNoId(state) && store.isConnected())),
        beforeWrite(
            "R15",
            "disconnects on bad input",
            (store, state) -> {
              if (state == null) {
                store.disconnect();
              }
            }),
        beforeWrite(
            "R15",
            "connects on bad input",
            (store, state) -> {
              if (hasNoId(state)) {
                store.connect();
              }
            }),
        Broken.of("R15", "keeps a lock on bad input", BrokenRefusals::keepingALock));
  }

  private static List<Broken> rollingBack() {
    return List.of(
        rollingBack("R15", "an empty id", BrokenRefusals::hasNoId),
        rollingBack("R13", "a too large state", state -> state.getSerializedSize() > 2 << 20),
        rollingBack("R10", "a too long id", state -> isTooLong(state.getPersistenceId())));
  }

  private static boolean isTooLong(String id) {
    return id.codePointCount(0, id.length()) > 255;
  }

  /** A store that leaves a transaction open when it refuses a write. */
  private static Broken rollingBack(String rule, String what, Predicate<DurableState> isRefused) {
    return Broken.keeping(
        rule, "rolls back what follows " + what, () -> new RollingBack(isRefused));
  }

  private static final class RollingBack extends BrokenStateStore {
    private final Predicate<DurableState> isRefused;
    private final Map<String, Optional<DurableState>> earlier = new ConcurrentHashMap<>();
    private volatile boolean isOpen;

    RollingBack(Predicate<DurableState> isRefused) {
      super(OnDisconnect.KEEP);
      this.isRefused = isRefused;
    }

    @Override
    public void writeState(DurableState state) {
      if (isConnected() && state != null && isRefused.test(state)) {
        isOpen = true;
        refuseIf(!state.getPersistenceId().isEmpty());
      }
      if (isOpen && takes(store, state)) {
        String id = state.getPersistenceId();
        earlier.putIfAbsent(id, store.getLatestState(id));
      }
      store.writeState(state);
      if (!isOpen) {
        earlier.remove(state.getPersistenceId());
      }
    }

    @Override
    public Optional<DurableState> getLatestState(String persistenceId) {
      return store
          .getLatestState(persistenceId)
          .flatMap(state -> isOpen ? Optional.of(state) : latest(state));
    }

    private Optional<DurableState> latest(DurableState state) {
      return earlier.getOrDefault(state.getPersistenceId(), Optional.of(state));
    }

    @Override
    public void disconnect() {
      store.disconnect();
      isOpen = false;
    }
  }

  private static boolean hasNoId(@Nullable DurableState state) {
    return state != null && state.getPersistenceId().isEmpty();
  }

  private static void connectAndRefuse(HookedStateStore store) {
    if (!store.isNew() && !store.isConnected()) {
      store.connect();
      throw new NotConnectedException("not connected");
    }
  }

  private static final class RefusingLate extends BrokenStateStore {
    RefusingLate() {
      super(OnDisconnect.KEEP);
    }

    @Override
    public synchronized void connect() {
      store.connect();
    }

    @Override
    public synchronized void disconnect() {
      store.disconnect();
    }

    @Override
    public synchronized void writeState(DurableState state) {
      if (isConnected()) {
        store.writeState(state);
        return;
      }
      store.connect();
      store.writeState(state);
      store.disconnect();
      throw new NotConnectedException("not connected");
    }
  }

  private static StateStore readingItsCache() {
    var cache = new ConcurrentHashMap<String, DurableState>();
    return remembering(cache)
        .andReading(
            (store, id) ->
                isConnected(store) || !cache.containsKey(id)
                    ? store.getLatestState(id)
                    : Optional.of(cache.get(id)));
  }

  private static StateStore knowingIds() {
    var known = new ConcurrentHashMap<String, DurableState>();
    return remembering(known)
        .andReading(
            (store, id) ->
                isConnected(store) || known.isEmpty() || known.containsKey(id)
                    ? store.getLatestState(id)
                    : Optional.empty());
  }

  private static FunctionalStateStore remembering(Map<String, DurableState> written) {
    return writing(
        (store, state) -> {
          store.writeState(state);
          written.put(state.getPersistenceId(), state);
        });
  }

  private static StateStore keepingALock() {
    var locked = new AtomicBoolean();
    return writing(
        (store, state) -> {
          refuseIf(locked.get() && state != null);
          locked.compareAndSet(false, state == null && isConnected(store));
          store.writeState(state);
        });
  }
}
