package io.github.durablestore.probe;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;

import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A {@link StateStore} around another that records its calls, and fails or holds them on demand.
 * Without a fault or a hold it changes nothing: it keeps the contract that the other store keeps.
 *
 * <p>Safe for use by many threads. No parameter may be {@code null} but those that the other store
 * refuses itself; {@code null} is never returned. What is recorded, every state among it, is kept
 * until {@link #clear()}.
 *
 * <pre>{@code
 * var probe = new StateStoreProbe(new MemoryStateStore());
 * probe.connect();
 * probe.inject(Fault.on(CallMatcher.writes()));
 * assertThrows(StateStoreException.class, () -> service(probe).deposit("account-42", 100));
 * assertEquals(List.of(), probe.writtenVersions("account-42"));
 * assertEquals(List.of(), probe.unusedFaults());
 * }</pre>
 *
 * <p>Failing on demand is an idea of Pekko's persistence test kit, which has it for events and
 * snapshots; queueing failures that are used once, one of Zipkin's test doubles.
 */
public final class StateStoreProbe implements StateStore {
  private static final Duration HOLD_LIMIT = Duration.ofSeconds(10);
  private static final int MAX_NEAR = 5;

  private final StateStore store;
  private final Queue<Call> calls = new ConcurrentLinkedQueue<>();
  private final List<ActiveFault> faults = new CopyOnWriteArrayList<>();
  private final List<Hold> holds = new CopyOnWriteArrayList<>();
  private final Queue<Hold> unreached = new ConcurrentLinkedQueue<>();
  private final Map<Thread, Call> inFlight = new ConcurrentHashMap<>();
  private final Map<Thread, Call> held = new ConcurrentHashMap<>();

  /**
   * Wraps a store.
   *
   * @param store the store that every call is passed on to
   */
  public StateStoreProbe(StateStore store) {
    this.store = requireNonNull(store, "store");
  }

  /**
   * Returns the store that the probe wraps. What is asked of it directly is neither recorded nor
   * failed.
   *
   * @return the store
   */
  public StateStore store() {
    return store;
  }

  @Override
  public void connect() {
    observe(Operation.CONNECT, store::connect);
  }

  @Override
  public void disconnect() {
    observe(Operation.DISCONNECT, store::disconnect);
  }

  @Override
  public void ping() {
    observe(Operation.PING, store::ping);
  }

  @Override
  public void writeState(DurableState state) {
    String persistenceId = state == null ? null : state.getPersistenceId();
    observe(
        new Call(Operation.WRITE_STATE, persistenceId, state),
        () -> {
          store.writeState(state);
          return Optional.empty();
        });
  }

  @Override
  public Optional<DurableState> getLatestState(String persistenceId) {
    return observe(
        new Call(Operation.GET_LATEST_STATE, persistenceId, null),
        () -> store.getLatestState(persistenceId));
  }

  @Override
  public void close() {
    observe(Operation.CLOSE, store::close);
  }

  /**
   * Returns every call since the last {@link #clear()}, in the order in which they ended.
   *
   * @return a copy
   */
  public List<Call> calls() {
    return List.copyOf(calls);
  }

  /**
   * Returns the calls that match, in the order in which they ended. Their number is its size.
   *
   * @param matcher which calls
   * @return a copy
   */
  public List<Call> calls(CallMatcher matcher) {
    requireNonNull(matcher, "matcher");
    return calls.stream().filter(matcher::matches).toList();
  }

  /**
   * Returns the call that ended last.
   *
   * @return the call, or empty if there was none
   */
  public Optional<Call> lastCall() {
    return calls.stream().reduce((earlier, later) -> later);
  }

  /**
   * Returns the calls that have begun and not ended, among them those that are held.
   *
   * @return a copy, in no particular order
   */
  public List<Call> callsInFlight() {
    return List.copyOf(inFlight.values());
  }

  /**
   * Returns the states of the writes of an id that took effect, in the order in which the calls
   * ended. A write whose reply was lost is among them.
   *
   * @param persistenceId the id
   * @return a copy
   */
  public List<DurableState> written(String persistenceId) {
    return calls(CallMatcher.writes().of(persistenceId)).stream()
        .filter(Call::tookEffect)
        .map(Call::state)
        .toList();
  }

  /**
   * Returns the version numbers of {@link #written}.
   *
   * @param persistenceId the id
   * @return the versions, to be read as unsigned
   */
  public List<Long> writtenVersions(String persistenceId) {
    return written(persistenceId).stream().map(DurableState::getVersionNumber).toList();
  }

  /**
   * Fails calls to come. Of several faults that match a call, the one injected first is used, and
   * used up first.
   *
   * @param fault which calls, how often and how
   * @throws IllegalArgumentException if no call can match: a read has no state before the store
   *     returns it, and only writes and reads have an id
   */
  public void inject(Fault fault) {
    fault.requireMatchable();
    faults.add(new ActiveFault(fault));
  }

  /**
   * Returns the faults that have not fired as often as expected: a test that ends with one did not
   * test what it meant to.
   *
   * @return a copy
   */
  public List<Fault> unusedFaults() {
    return unfulfilled().map(ActiveFault::fault).toList();
  }

  /**
   * Returns the holds that no call has reached, those that are released among them.
   *
   * @return a copy
   */
  public List<Hold> unreachedHolds() {
    return Stream.concat(unreached.stream(), holds.stream().filter(hold -> !hold.wasReached()))
        .toList();
  }

  /**
   * Returns {@link #unusedFaults()} and {@link #unreachedHolds()} in words: how often a fault was
   * used, and the calls of the same operation that did not match.
   *
   * @return a text for each, of one line or several
   */
  public List<String> unused() {
    return Stream.concat(
            unfulfilled()
                .map(
                    active ->
                        "%s: %s%s"
                            .formatted(
                                active.fault,
                                active.fault.used(active.matched.get()),
                                near(active.fault.calls()))),
            unreachedHolds().stream()
                .map(hold -> "%s: reached by no call%s".formatted(hold, near(hold.calls()))))
        .toList();
  }

  /**
   * Holds the next call that matches, before it reaches the store, for 10 seconds at most. Of
   * several holds that match, each holds a call of its own.
   *
   * @param matcher which call
   * @return what to release the call by
   * @throws IllegalArgumentException if no call can match: a read has no state before the store
   *     returns it, and only writes and reads have an id
   */
  public Hold hold(CallMatcher matcher) {
    return hold(matcher, HOLD_LIMIT);
  }

  /**
   * Holds the next call that matches, before it reaches the store. A call that is not released
   * within the limit throws a {@link io.github.durablestore.StateStoreException}, without reaching
   * the store.
   *
   * @param matcher which call
   * @param limit how long at most to hold the call, and to wait for it
   * @return what to release the call by
   * @throws IllegalArgumentException if {@code limit} is not positive, or no call can match
   */
  public Hold hold(CallMatcher matcher, Duration limit) {
    return hold(matcher, false, limit);
  }

  /**
   * Holds the reply of the next call that matches, for 10 seconds at most: the store has carried
   * the call out, and its caller does not hear of it yet. A read that is held so returns what may
   * be stale by then.
   *
   * @param matcher which call
   * @return what to release the call by
   * @throws IllegalArgumentException if no call can match: only writes and reads have an id
   */
  public Hold holdReply(CallMatcher matcher) {
    return holdReply(matcher, HOLD_LIMIT);
  }

  /**
   * Holds the reply of the next call that matches. A call that is not released within the limit
   * throws a {@link io.github.durablestore.StateStoreException}, though it took effect.
   *
   * @param matcher which call
   * @param limit how long at most to hold the call, and to wait for it
   * @return what to release the call by
   * @throws IllegalArgumentException if {@code limit} is not positive, or no call can match
   */
  public Hold holdReply(CallMatcher matcher, Duration limit) {
    return hold(matcher, true, limit);
  }

  private Hold hold(CallMatcher matcher, boolean ofReply, Duration limit) {
    matcher.requireMatchable("hold", ofReply ? null : "use holdReply(...)");
    if (requireNonNull(limit, "limit").isZero() || limit.isNegative()) {
      throw new IllegalArgumentException(
          "cannot hold a call for \"" + limit + "\": it is not positive; pass a longer limit");
    }
    var hold = new Hold(matcher, ofReply, limit, this::forget);
    holds.add(hold);
    return hold;
  }

  private void forget(Hold hold) {
    if (holds.remove(hold) && !hold.wasReached()) {
      unreached.add(hold);
    }
  }

  /** Forgets all faults: the store is well again. What was recorded stays. */
  public void clearFaults() {
    faults.clear();
  }

  /** Forgets all calls and faults and releases every hold. The store is left as it is. */
  public void clear() {
    clearFaults();
    holds.forEach(Hold::release);
    unreached.clear();
    calls.clear();
  }

  private void observe(Operation operation, Runnable work) {
    observe(
        new Call(operation, null, null),
        () -> {
          work.run();
          return Optional.empty();
        });
  }

  private Optional<DurableState> observe(Call call, Supplier<Optional<DurableState>> work) {
    Thread caller = Thread.currentThread();
    Call outer = inFlight.put(caller, call);
    Call outcome = call;
    try {
      holdIfMatched(call, false);
      throwInjected(call, false);
      Optional<DurableState> read = work.get();
      outcome = call.carriedOut(read == null ? null : read.orElse(null)); // null if it is broken
      holdIfMatched(outcome, true);
      throwInjected(outcome, true);
      return read;
    } catch (Throwable e) { // a checked one too, which not every language checks
      outcome = outcome.failed(e);
      throw e;
    } finally {
      calls.add(outcome);
      if (outer == null) {
        inFlight.remove(caller);
      } else { // the store calls its own probe
        inFlight.put(caller, outer);
      }
    }
  }

  private void holdIfMatched(Call call, boolean atReply) {
    for (Hold hold : holds) {
      if (hold.takes(call, atReply)) {
        held.put(Thread.currentThread(), call);
        try {
          hold.block(call);
        } finally {
          held.remove(Thread.currentThread());
        }
        return;
      }
    }
  }

  private void throwInjected(Call call, boolean replyLost) {
    for (ActiveFault active : faults) {
      if (active.fault.appliesTo(call, replyLost) && active.fires(faults)) {
        throw active.fault.exceptionFor(call);
      }
    }
  }

  private Stream<ActiveFault> unfulfilled() {
    return faults.stream().filter(active -> !active.fault.isFulfilled(active.matched.get()));
  }

  private String near(CallMatcher matcher) {
    List<Call> near = calls.stream().filter(matcher::isNear).toList();
    if (near.isEmpty()) {
      return "; there was no such call";
    }
    int skipped = Math.max(0, near.size() - MAX_NEAR);
    return near.stream()
        .skip(skipped)
        .map(call -> "\n  " + call)
        .collect(joining("", "; the calls were:" + (skipped > 0 ? "\n  ..." : ""), ""));
  }

  /** Returns the store, how many calls there were, and those that are held. */
  @Override
  public String toString() {
    List<Call> blocked = List.copyOf(held.values());
    return "probe of %s, calls: %d%s"
        .formatted(
            store.getClass().getSimpleName(),
            calls.size(),
            blocked.isEmpty()
                ? ""
                : blocked.stream()
                    .map(Call::description)
                    .collect(
                        joining(
                            ", ",
                            blocked.size() == 1
                                ? "; 1 call is held: "
                                : "; " + blocked.size() + " calls are held: ",
                            "")));
  }

  /** A fault and how many calls have matched it. It leaves the list when it is used up. */
  private record ActiveFault(Fault fault, AtomicLong matched) {
    ActiveFault(Fault fault) {
      this(fault, new AtomicLong());
    }

    boolean fires(List<ActiveFault> active) {
      long before = matched.getAndIncrement();
      if (fault.isUsedUp(before + 1)) {
        active.remove(this);
      }
      return fault.fails(before);
    }
  }
}
