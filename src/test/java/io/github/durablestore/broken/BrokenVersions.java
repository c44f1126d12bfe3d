package io.github.durablestore.broken;

import static io.github.durablestore.broken.BrokenStateStore.refused;
import static java.lang.Long.compareUnsigned;
import static java.lang.Long.toUnsignedString;

import io.github.durablestore.StaleWriteException;
import io.github.durablestore.broken.BrokenStateStore.VersionTest;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.memory.OnDisconnect;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Stores that misjudge which writes are stale, or refuse them in a wrong way. */
public final class BrokenVersions {
  private BrokenVersions() {}

  public static Stream<Broken> stores() {
    return Stream.of(accepting(), refusing(), remembering()).flatMap(List::stream);
  }

  private static List<Broken> accepting() {
    return List.of(
        accepting("compares as signed numbers", (latest, next) -> next > latest),
        accepting("refuses the same version only", (latest, next) -> next != latest),
        accepting("takes the same version", (latest, next) -> compareUnsigned(next, latest) >= 0),
        accepting("compares 32 bits", (latest, next) -> (int) next > (int) latest),
        accepting("compares doubles", (latest, next) -> (double) next > (double) latest),
        accepting("takes the next version only", (latest, next) -> next == latest + 1),
        accepting(
            "takes version 0", (latest, next) -> next == 0 || compareUnsigned(next, latest) > 0),
        accepting(
            "takes what is far away",
            (latest, next) -> compareUnsigned(next, latest) > 0 || latest - next > 10_000),
        Broken.checking(
            "R18",
            "takes the same state once more",
            () ->
                new Checking(
                    (latest, next) -> isGreater(latest, next) || next.equals(latest),
                    BrokenVersions::stale)),
        Broken.checking(
            "R18",
            "refuses earlier times",
            () ->
                new Checking(
                    (latest, next) ->
                        isGreater(latest, next) && next.getTimestamp() > latest.getTimestamp(),
                    BrokenVersions::stale)));
  }

  private static List<Broken> refusing() {
    return List.of(
        Broken.checking("R18", "checks nothing", () -> new BrokenStateStore(OnDisconnect.KEEP)),
        refusing("ignores stale writes", (latest, next) -> null),
        refusing("fails in its own way", (latest, next) -> refused()),
        naming("names no version", (latest, next) -> next.getPersistenceId() + " is stale"),
        naming("names no id", (latest, next) -> version(next) + " <= " + version(latest)),
        naming(
            "names signed versions",
            (latest, next) ->
                "%s: %d <= %d"
                    .formatted(
                        next.getPersistenceId(),
                        next.getVersionNumber(),
                        latest.getVersionNumber())),
        Broken.checking("R18", "stores and then refuses", StoringStale::new));
  }

  private static List<Broken> remembering() {
    return List.of(
        Broken.checking("R18", "has one version for all ids", OneVersionForAll::new),
        Broken.checking("R18", "forgets versions when disconnected", ForgettingVersions::new),
        Broken.checking("R18", "checks and then writes", () -> new CheckingFirst(false)),
        Broken.checking("R18", "locks each version, not each id", () -> new CheckingFirst(true)));
  }

  private static Broken accepting(String what, VersionTest accepts) {
    return Broken.checking(
        "R18",
        what,
        () ->
            new Checking(
                (latest, next) -> accepts.test(latest.getVersionNumber(), next.getVersionNumber()),
                BrokenVersions::stale));
  }

  /** Returns an exception for a stale write, or none. */
  private static Broken refusing(
      String what, BiFunction<DurableState, DurableState, @Nullable RuntimeException> refusal) {
    return Broken.checking("R18", what, () -> new Checking(BrokenVersions::isGreater, refusal));
  }

  private static Broken naming(
      String what, BiFunction<DurableState, DurableState, String> message) {
    return refusing(what, (latest, next) -> new StaleWriteException(message.apply(latest, next)));
  }

  private static boolean isGreater(DurableState latest, DurableState next) {
    return compareUnsigned(next.getVersionNumber(), latest.getVersionNumber()) > 0;
  }

  private static StaleWriteException stale(DurableState latest, DurableState next) {
    return new StaleWriteException(
        next.getPersistenceId() + ": " + version(next) + " is not greater than " + version(latest));
  }

  private static String version(DurableState state) {
    return toUnsignedString(state.getVersionNumber());
  }

  /** Refuses stale writes correctly, if its functions are correct. */
  private static class Checking extends BrokenStateStore {
    private final BiPredicate<DurableState, DurableState> accepts;
    private final BiFunction<DurableState, DurableState, @Nullable RuntimeException> refusal;

    Checking() {
      this(BrokenVersions::isGreater, BrokenVersions::stale);
    }

    Checking(
        BiPredicate<DurableState, DurableState> accepts,
        BiFunction<DurableState, DurableState, @Nullable RuntimeException> refusal) {
      super(OnDisconnect.KEEP);
      this.accepts = accepts;
      this.refusal = refusal;
    }

    @Override
    public synchronized void writeState(DurableState state) {
      DurableState latest = takes(state) ? latest(state.getPersistenceId()) : null;
      if (latest == null || accepts.test(latest, state)) {
        store.writeState(state);
        return;
      }
      RuntimeException refused = refusal.apply(latest, state);
      if (refused != null) {
        throw refused;
      }
    }

    @Nullable DurableState latest(String persistenceId) {
      return store.getLatestState(persistenceId).orElse(null);
    }
  }

  private static final class StoringStale extends Checking {
    @Override
    public synchronized void writeState(DurableState state) {
      try {
        super.writeState(state);
      } catch (StaleWriteException e) {
        store.writeState(state);
        throw e;
      }
    }
  }

  private static final class OneVersionForAll extends Checking {
    private @Nullable DurableState last;

    @Override
    public synchronized void writeState(DurableState state) {
      super.writeState(state);
      last = state;
    }

    @Override
    @Nullable DurableState latest(String persistenceId) {
      return last;
    }
  }

  private static final class ForgettingVersions extends Checking {
    private final Map<String, DurableState> written = new HashMap<>();

    @Override
    public synchronized void disconnect() {
      written.clear();
      store.disconnect();
    }

    @Override
    public synchronized void writeState(DurableState state) {
      super.writeState(state);
      written.put(state.getPersistenceId(), state);
    }

    @Override
    @Nullable DurableState latest(String persistenceId) {
      return written.get(persistenceId);
    }
  }

  private static final class CheckingFirst extends BrokenStateStore {
    private final Map<String, Object> versions = new ConcurrentHashMap<>();
    private final boolean locks;

    CheckingFirst(boolean locks) {
      super(OnDisconnect.KEEP);
      this.locks = locks;
    }

    @Override
    public void writeState(DurableState state) {
      if (takes(state)) {
        DurableState latest = store.getLatestState(state.getPersistenceId()).orElse(null);
        if (latest != null && !isGreater(latest, state)) {
          throw stale(latest, state);
        }
        String key = state.getPersistenceId() + " " + state.getVersionNumber();
        if (locks && versions.putIfAbsent(key, state) != null) {
          throw stale(state, state);
        }
        yieldInGap();
      }
      store.writeState(state);
    }
  }
}
