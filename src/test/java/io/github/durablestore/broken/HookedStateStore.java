package io.github.durablestore.broken;

import static io.github.durablestore.probe.Operation.CLOSE;
import static io.github.durablestore.probe.Operation.CONNECT;
import static io.github.durablestore.probe.Operation.GET_LATEST_STATE;
import static io.github.durablestore.probe.Operation.PING;
import static io.github.durablestore.probe.Operation.WRITE_STATE;

import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.memory.OnDisconnect;
import io.github.durablestore.probe.Operation;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A correct store, broken by what it does before a call, or by the calls that it ignores. */
final class HookedStateStore extends BrokenStateStore {
  private final AtomicInteger connections = new AtomicInteger();
  private volatile boolean closed;
  private final Hook hook;

  /** Is called before each call, and returns whether the correct store gets it. */
  interface Hook {
    boolean passes(
        HookedStateStore store,
        Operation operation,
        @Nullable String id,
        @Nullable DurableState state);
  }

  HookedStateStore(Hook hook) {
    this(OnDisconnect.PURGE, hook);
  }

  HookedStateStore(OnDisconnect onDisconnect, Hook hook) {
    super(onDisconnect);
    this.hook = hook;
  }

  /** Ignores some calls of one operation; a read that is ignored finds nothing. */
  static Broken ignoring(
      String rule, String what, Operation ignored, Predicate<HookedStateStore> when) {
    return hooked(
        rule, what, (store, operation, id, state) -> operation != ignored || !when.test(store));
  }

  static Broken ignoringWrites(
      String rule, String what, BiPredicate<HookedStateStore, @Nullable DurableState> when) {
    return hooked(
        rule,
        what,
        (store, operation, id, state) -> operation != WRITE_STATE || !when.test(store, state));
  }

  static Broken ignoringReads(
      String rule, String what, BiPredicate<HookedStateStore, @Nullable String> when) {
    return hooked(
        rule,
        what,
        (store, operation, id, state) -> operation != GET_LATEST_STATE || !when.test(store, id));
  }

  /** Refuses some calls of one operation. */
  static Broken refusing(
      String rule, String what, Operation refused, Predicate<HookedStateStore> when) {
    return before(rule, what, refused, store -> refuseIf(when.test(store)));
  }

  /** Does something before calls of one operation. */
  static Broken before(
      String rule, String what, Operation operation, Consumer<HookedStateStore> action) {
    return hooked(rule, what, before(operation, (store, state) -> action.accept(store)));
  }

  static Broken beforeWrite(
      String rule, String what, BiConsumer<HookedStateStore, @Nullable DurableState> action) {
    return hooked(rule, what, before(WRITE_STATE, action));
  }

  static Hook before(Operation which, BiConsumer<HookedStateStore, @Nullable DurableState> action) {
    return (store, operation, id, state) -> {
      if (operation == which) {
        action.accept(store, state);
      }
      return true;
    };
  }

  private static Broken hooked(String rule, String what, Hook hook) {
    return Broken.of(rule, what, () -> new HookedStateStore(hook));
  }

  /** Returns how often it was connected while it was not. */
  int connections() {
    return connections.get();
  }

  boolean isNew() {
    return connections() == 0;
  }

  boolean isClosed() {
    return closed && !isConnected();
  }

  @Override
  protected Optional<DurableState> call(
      Operation operation,
      @Nullable String persistenceId,
      @Nullable DurableState written,
      Supplier<Optional<DurableState>> call) {
    if (!hook.passes(this, operation, persistenceId, written)) {
      return Optional.empty();
    }
    if ((operation == CONNECT || operation == PING) && !isConnected()) {
      connections.incrementAndGet();
    }
    closed |= operation == CLOSE;
    return call.get();
  }

  @Override
  public void close() {
    call(
        CLOSE,
        null,
        null,
        () -> {
          disconnect();
          return Optional.empty();
        });
  }
}
