package io.github.durablestore.probe;

import static java.util.Objects.requireNonNull;

import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * A {@link StateStore} around another that shows what is asked of it, and fails or holds calls on
 * demand. Until told to, it changes nothing: it keeps the contract that the other keeps.
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

  private final StateStore store;
  private final Queue<Call> calls = new ConcurrentLinkedQueue<>();
  private final List<ActiveFault> faults = new CopyOnWriteArrayList<>();
  private final List<Hold> holds = new CopyOnWriteArrayList<>();

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
        new Call(Operation.WRITE_STATE, persistenceId, state, null),
        () -> {
          store.writeState(state);
          return Optional.empty();
        });
  }

  @Override
  public Optional<DurableState> getLatestState(String persistenceId) {
    return observe(
        new Call(Operation.GET_LATEST_STATE, persistenceId, null, null),
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
   * Returns the states of the writes of an id that were acknowledged, which is to say that did not
   * throw.
   *
   * @param persistenceId the id
   * @return a copy
   */
  public List<DurableState> written(String persistenceId) {
    return calls(CallMatcher.writes().of(persistenceId)).stream()
        .filter(Call::succeeded)
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
   * Fails calls to come. Of several faults that match a call, the one told first is used, and used
   * up first.
   *
   * @param fault which calls, how often and how
   */
  public void inject(Fault fault) {
    faults.add(new ActiveFault(requireNonNull(fault, "fault")));
  }

  /**
   * Returns the faults that did not come about, or less often than they should: a test that ends
   * with one did not test what it meant to.
   *
   * @return a copy
   */
  public List<Fault> unusedFaults() {
    return faults.stream().filter(ActiveFault::isUnused).map(ActiveFault::fault).toList();
  }

  /**
   * Holds the next call that matches, for 10 seconds at most. Of several holds that match, each
   * holds a call of its own.
   *
   * @param matcher which call
   * @return what to release the call by
   */
  public Hold hold(CallMatcher matcher) {
    return hold(matcher, HOLD_LIMIT);
  }

  /**
   * Holds the next call that matches. A call that is not released within the limit throws a {@link
   * io.github.durablestore.StateStoreException}, without reaching the store.
   *
   * @param matcher which call
   * @param limit how long at most to hold the call, and to wait for it
   * @return what to release the call by
   * @throws IllegalArgumentException if {@code limit} is not positive
   */
  public Hold hold(CallMatcher matcher, Duration limit) {
    requireNonNull(matcher, "matcher");
    if (requireNonNull(limit, "limit").isZero() || limit.isNegative()) {
      throw new IllegalArgumentException(
          "cannot hold a call for \"" + limit + "\": it is not positive; pass a longer limit");
    }
    var hold = new Hold(matcher, limit);
    holds.add(hold);
    return hold;
  }

  /** Forgets all faults: the store is well again. What was recorded stays. */
  public void clearFaults() {
    faults.clear();
  }

  /** Forgets all calls and faults and releases every hold. The store is left as it is. */
  public void clear() {
    clearFaults();
    holds.forEach(Hold::release);
    holds.clear();
    calls.clear();
  }

  private void observe(Operation operation, Runnable work) {
    observe(
        new Call(operation, null, null, null),
        () -> {
          work.run();
          return Optional.empty();
        });
  }

  private Optional<DurableState> observe(Call call, Supplier<Optional<DurableState>> work) {
    Optional<DurableState> read;
    try {
      holdIfMatched(call);
      throwInjected(call, false);
      read = work.get();
      throwInjected(call.returning(read), true);
    } catch (Throwable e) { // a checked one too, which not every language checks
      calls.add(call.failed(e));
      throw e;
    }
    calls.add(call.returning(read));
    return read;
  }

  private void holdIfMatched(Call call) {
    for (Hold hold : holds) {
      if (hold.holdIfFirstMatch(call)) {
        return;
      }
    }
  }

  private void throwInjected(Call call, boolean replyLost) {
    for (ActiveFault active : faults) {
      if (active.fault.appliesTo(call, replyLost) && active.use()) {
        throw active.fault.exceptionFor(call);
      }
    }
  }

  /** A fault and how often it has been used. */
  private record ActiveFault(Fault fault, AtomicInteger uses) {
    ActiveFault(Fault fault) {
      this(fault, new AtomicInteger());
    }

    boolean use() {
      return fault.allows(uses.getAndIncrement());
    }

    boolean isUnused() {
      return !fault.isUsedUp(uses.get());
    }
  }
}
