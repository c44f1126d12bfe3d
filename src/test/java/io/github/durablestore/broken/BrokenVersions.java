package io.github.durablestore.broken;

import static io.github.durablestore.broken.BrokenStateStore.refused;
import static io.github.durablestore.broken.BrokenStateStore.stale;
import static io.github.durablestore.broken.BrokenStateStore.takes;
import static io.github.durablestore.broken.BrokenStateStore.version;
import static io.github.durablestore.broken.BrokenStateStore.yieldInGap;
import static io.github.durablestore.broken.FunctionalStateStore.keeping;
import static java.lang.Long.compareUnsigned;

import io.github.durablestore.StaleWriteException;
import io.github.durablestore.StateStore;
import io.github.durablestore.broken.BrokenStateStore.VersionTest;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.memory.MemoryStateStore;
import io.github.durablestore.memory.OnDisconnect;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Stores that misjudge which writes are stale, or refuse them in a wrong way. */
public final class BrokenVersions {
  private BrokenVersions() {}

  public static Stream<Broken> stores() {
    return Stream.of(judging(), refusing(), forgetting()).flatMap(List::stream);
  }

  private static List<Broken> judging() {
    return List.of(
        Broken.checking("R18", "checks nothing", () -> new BrokenStateStore(OnDisconnect.KEEP)),
        versions("compares as signed numbers", (latest, next) -> next > latest),
        versions("refuses the same version only", (latest, next) -> next != latest),
        versions("takes the same version", (latest, next) -> compareUnsigned(next, latest) >= 0),
        versions("compares 32 bits", (latest, next) -> (int) next > (int) latest),
        versions("compares doubles", (latest, next) -> (double) next > (double) latest),
        versions("takes the next version only", (latest, next) -> next == latest + 1),
        versions(
            "takes version 0", (latest, next) -> next == 0 || compareUnsigned(next, latest) > 0),
        versions(
            "takes what is far away",
            (latest, next) -> compareUnsigned(next, latest) > 0 || latest - next > 10_000),
        versions(
            "takes the next version, which is 0 after 2^64-1",
            (latest, next) -> compareUnsigned(next, latest) > 0 || next == latest + 1),
        accepting(
            "takes large states unchecked",
            (latest, next) -> isGreater(latest, next) || next.getSerializedSize() > 4_000),
        accepting(
            "checks nothing after a state without payload",
            (latest, next) -> isGreater(latest, next) || !latest.hasResultingState()),
        accepting(
            "takes the same state once more",
            (latest, next) -> isGreater(latest, next) || next.equals(latest)),
        accepting(
            "takes what has unknown fields unchecked",
            (latest, next) ->
                isGreater(latest, next) || !next.getUnknownFields().asMap().isEmpty()),
        accepting(
            "takes what has no type URL unchecked",
            (latest, next) ->
                isGreater(latest, next)
                    || (next.hasResultingState()
                        && next.getResultingState().getTypeUrl().isEmpty())),
        accepting(
            "takes the same payload of another time",
            (latest, next) ->
                isGreater(latest, next)
                    || (next.getResultingState().equals(latest.getResultingState())
                        && next.getVersionNumber() == latest.getVersionNumber()
                        && next.getTimestamp() != latest.getTimestamp())),
        accepting(
            "takes what comes days later",
            (latest, next) ->
                isGreater(latest, next)
                    || next.getTimestamp() - latest.getTimestamp() > 86_400_000),
        accepting(
            "refuses earlier times",
            (latest, next) ->
                isGreater(latest, next) && next.getTimestamp() > latest.getTimestamp()));
  }

  private static List<Broken> refusing() {
    return List.of(
        refusing("ignores stale writes", (store, latest, next) -> null),
        refusing("fails in its own way", (store, latest, next) -> refused()),
        naming("names no version", (latest, next) -> next.getPersistenceId() + " is stale"),
        naming("names no id", (latest, next) -> version(next) + " <= " + version(latest)),
        naming(
            "names signed versions",
            (latest, next) ->
                next.getPersistenceId()
                    + (": " + next.getVersionNumber() + " <= " + latest.getVersionNumber())),
        refusing(
            "stores and then refuses",
            (store, latest, next) -> {
              store.writeState(next);
              return stale(latest, next);
            }),
        refusing(
            "refuses, and drops a large payload",
            (store, latest, next) -> {
              if (latest.getSerializedSize() > 4_000) {
                store.writeState(latest.toBuilder().clearResultingState().build());
              }
              return stale(latest, next);
            }));
  }

  private static List<Broken> forgetting() {
    return List.of(
        Broken.checking(
            "R18",
            "has one version for all ids",
            () -> checking(new ConcurrentHashMap<>(), id -> "all")),
        Broken.checking(
            "R18", "forgets versions when disconnected", BrokenVersions::forgettingVersions),
        Broken.checking("R18", "checks and then writes", () -> checkingFirst(false)),
        Broken.checking("R18", "locks each version, not each id", () -> checkingFirst(true)),
        Broken.checking(
            "R18",
            "names nothing if another was faster",
            () -> exchanging(next -> new StaleWriteException("0 rows updated"))),
        Broken.checking("R18", "locks the very text of an id", BrokenVersions::lockingText));
  }

  /** What a store does with a stale write. */
  private interface Refusal {
    /** Returns an exception to throw, or {@code null} to throw none. */
    @Nullable RuntimeException of(MemoryStateStore store, DurableState latest, DurableState next);
  }

  private static Broken versions(String what, VersionTest accepts) {
    return accepting(
        what, (latest, next) -> accepts.test(latest.getVersionNumber(), next.getVersionNumber()));
  }

  private static Broken accepting(String what, BiPredicate<DurableState, DurableState> accepts) {
    return Broken.checking(
        "R18", what, () -> checking(accepts, (store, latest, next) -> stale(latest, next)));
  }

  private static Broken naming(
      String what, BiFunction<DurableState, DurableState, String> message) {
    return refusing(
        what, (store, latest, next) -> new StaleWriteException(message.apply(latest, next)));
  }

  private static Broken refusing(String what, Refusal refusal) {
    return Broken.checking("R18", what, () -> checking(BrokenVersions::isGreater, refusal));
  }

  private static boolean isGreater(DurableState latest, DurableState next) {
    return compareUnsigned(next.getVersionNumber(), latest.getVersionNumber()) > 0;
  }

  private static StateStore checking(
      BiPredicate<DurableState, DurableState> accepts, Refusal refusal) {
    var lock = new Object();
    return keeping(
        (store, state) -> {
          synchronized (lock) {
            DurableState latest = takes(store, state) ? latest(store, state) : null;
            if (latest == null || accepts.test(latest, state)) {
              store.writeState(state);
              return;
            }
            RuntimeException refused = refusal.of(store, latest, state);
            if (refused != null) {
              throw refused;
            }
          }
        });
  }

  private static @Nullable DurableState latest(MemoryStateStore store, DurableState next) {
    return store.getLatestState(next.getPersistenceId()).orElse(null);
  }

  /** Checks against what it has written, which it finds under a key for each id. */
  private static FunctionalStateStore checking(
      Map<String, DurableState> written, UnaryOperator<String> key) {
    return keeping(
        (store, state) -> {
          synchronized (written) {
            String id = takes(store, state) ? key.apply(state.getPersistenceId()) : "";
            DurableState latest = written.get(id);
            if (latest != null && !isGreater(latest, state)) {
              throw stale(latest, state);
            }
            store.writeState(state);
            written.put(id, state);
          }
        });
  }

  private static StateStore forgettingVersions() {
    var written = new ConcurrentHashMap<String, DurableState>();
    return checking(written, id -> id).andOnDisconnect(written::clear);
  }

  private static StateStore lockingText() {
    return keeping(
        (store, state) -> {
          if (!takes(store, state)) {
            store.writeState(state); // refuses it
            return;
          }
          synchronized (state.getPersistenceId()) {
            DurableState latest = latest(store, state);
            if (latest != null && !isGreater(latest, state)) {
              throw stale(latest, state);
            }
            yieldInGap();
            store.writeState(state);
          }
        });
  }

  /** Writes if what it found is still there. */
  private static StateStore exchanging(Function<DurableState, RuntimeException> failure) {
    var latest = new ConcurrentHashMap<String, DurableState>();
    return keeping(
        (store, state) -> {
          if (takes(store, state)) {
            String id = state.getPersistenceId();
            DurableState found = latest.get(id);
            if (found != null && !isGreater(found, state)) {
              throw stale(found, state);
            }
            while (found == null
                ? latest.putIfAbsent(id, state) != null
                : !latest.replace(id, found, state)) {
              found = latest.get(id);
              if (found != null && !isGreater(found, state)) {
                throw failure.apply(state);
              }
            }
          }
          store.writeState(state);
        });
  }

  private static StateStore checkingFirst(boolean locks) {
    var versions = ConcurrentHashMap.<String>newKeySet();
    return keeping(
        (store, state) -> {
          if (takes(store, state)) {
            DurableState latest = latest(store, state);
            if (latest != null && !isGreater(latest, state)) {
              throw stale(latest, state);
            }
            if (locks && !versions.add(state.getPersistenceId() + " " + version(state))) {
              throw stale(state, state);
            }
            yieldInGap();
          }
          store.writeState(state);
        });
  }
}
