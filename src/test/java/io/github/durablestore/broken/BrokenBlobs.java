package io.github.durablestore.broken;

import static io.github.durablestore.broken.FunctionalStateStore.keeping;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.memory.MemoryStateStore;
import io.github.durablestore.memory.OnDisconnect;
import io.github.durablestore.probe.Operation;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiPredicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Stores that keep the payloads of large states elsewhere, and are right about small states. */
public final class BrokenBlobs {
  private static final int LARGE = 4_000;

  private BrokenBlobs() {}

  public static Stream<Broken> stores() {
    return Stream.of(
        dropping("R2", "connected again", Operation.CONNECT, (store, state) -> true),
        dropping("R4", "pinged", Operation.PING, (store, state) -> true),
        dropping(
            "R15",
            "given an empty id",
            Operation.WRITE_STATE,
            (store, state) -> state != null && state.getPersistenceId().isEmpty()),
        Broken.of("R3", "purges nothing when closed", BrokenBlobs::keepingWhenClosed),
        Broken.keeping("R9", "keeps a payload once, by its joined parts", BrokenBlobs::joining),
        Broken.keeping("R10", "keeps large payloads by a folded id", BrokenBlobs::byFoldedId));
  }

  /** Drops large payloads before some calls of a connected store. */
  private static Broken dropping(
      String rule,
      String when,
      Operation operation,
      BiPredicate<HookedStateStore, @Nullable DurableState> drops) {
    return Broken.keeping(
        rule,
        "drops large payloads when " + when,
        () ->
            new HookedStateStore(
                OnDisconnect.KEEP,
                (store, called, id, state) -> {
                  if (called == operation && store.isConnected() && drops.test(store, state)) {
                    dropLarge(store.store);
                  }
                  return true;
                }));
  }

  private static void dropLarge(MemoryStateStore store) {
    store.states().values().stream()
        .filter(state -> state.getSerializedSize() > LARGE)
        .forEach(state -> store.writeState(state.toBuilder().clearResultingState().build()));
  }

  private static StateStore joining() {
    Map<ByteString, Any> payloads = new ConcurrentHashMap<>();
    return keeping(
        (store, state) -> {
          Any payload = state.getResultingState();
          ByteString key =
              ByteString.copyFromUtf8(payload.getTypeUrl())
                  .concat(payload.getValue())
                  .concat(payload.getUnknownFields().toByteString());
          Any known = payloads.computeIfAbsent(key, joined -> payload);
          store.writeState(
              state.hasResultingState()
                  ? state.toBuilder().setResultingState(known).build()
                  : state);
        });
  }

  private static StateStore keepingWhenClosed() {
    return new BrokenStateStore(OnDisconnect.KEEP) {
      private final Map<String, DurableState> purged = new ConcurrentHashMap<>();

      @Override
      public void disconnect() {
        if (isConnected()) {
          purged.putAll(store.states());
        }
        store.disconnect();
      }

      @Override
      public void close() {
        store.disconnect();
      }

      @Override
      public Optional<DurableState> getLatestState(String persistenceId) {
        return store
            .getLatestState(persistenceId)
            .filter(state -> !Objects.equals(purged.get(persistenceId), state));
      }
    };
  }

  private static StateStore byFoldedId() {
    var blobs = new ConcurrentHashMap<String, ByteString>();
    return keeping(
            (store, state) -> {
              store.writeState(state);
              if (state.getSerializedSize() > LARGE) {
                blobs.put(folded(state), state.getResultingState().getValue());
              }
            })
        .andReading((store, id) -> store.getLatestState(id).map(state -> joined(blobs, state)));
  }

  private static DurableState joined(Map<String, ByteString> blobs, DurableState state) {
    DurableState.Builder read = state.toBuilder();
    if (state.getSerializedSize() > LARGE && state.hasResultingState()) {
      ByteString value = state.getResultingState().getValue();
      read.getResultingStateBuilder().setValue(blobs.getOrDefault(folded(state), value));
    }
    return read.build();
  }

  private static String folded(DurableState state) {
    return state.getPersistenceId().toLowerCase(Locale.ROOT);
  }
}
