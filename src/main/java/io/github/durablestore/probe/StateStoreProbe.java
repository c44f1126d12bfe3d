package io.github.durablestore.probe;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;

import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.text.Limits;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Wraps another {@link StateStore}, records its calls, and fails or holds them on demand. Without
 * faults and holds it keeps the same contract as the other store.
 *
 * <p>Safe for use by many threads. Arguments and results of store methods are passed on as they
 * are. No other parameter may be {@code null}, and no other method returns {@code null}. Recorded
 * calls and their states are kept until {@link #clear()}.
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
 * <p>The idea of failing on demand comes from Pekko's persistence test kit, that of queueing
 * failures that are used once from Zipkin's test doubles.
 */
public final class StateStoreProbe extends ForwardingStateStore {
  private static final Duration HOLD_LIMIT = Duration.ofSeconds(10);

  private final Recording recording = new Recording();
  private final List<ActiveFault> faults = new CopyOnWriteArrayList<>();
  private final List<Hold> holds = new CopyOnWriteArrayList<>();
  private final Queue<Hold> unreached = new ConcurrentLinkedQueue<>();

  /**
   * Wraps a store.
   *
   * @param store the store that gets every call
   */
  public StateStoreProbe(StateStore store) {
    super(store);
  }

  /**
   * Returns the store inside the probe. Calls made directly to it are neither recorded nor failed.
   *
   * @return the store
   */
  public StateStore store() {
    return delegate();
  }

  /**
   * Returns every call since the last {@link #clear()}, in the order in which they ended.
   *
   * @return a copy
   */
  public List<Call> calls() {
    return recording.ended();
  }

  /**
   * Returns the matching calls, in the order in which they ended.
   *
   * @param matcher which calls
   * @return a copy
   */
  public List<Call> calls(CallMatcher matcher) {
    requireNonNull(matcher, "matcher");
    return calls().stream().filter(matcher::matches).toList();
  }

  /**
   * Returns the call that ended last.
   *
   * @return the call, or empty if there was none
   */
  public Optional<Call> lastCall() {
    return calls().stream().reduce((earlier, later) -> later);
  }

  /**
   * Returns the calls in flight, including those that are held.
   *
   * @return a copy, in the order in which they began
   */
  public List<Call> callsInFlight() {
    return recording.inFlight();
  }

  /**
   * Returns the states of the writes of an id that took effect, in the order in which the calls
   * ended. This includes writes whose reply was lost.
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
   * @return the versions, as unsigned numbers
   */
  public List<Long> writtenVersions(String persistenceId) {
    return written(persistenceId).stream().map(DurableState::getVersionNumber).toList();
  }

  /**
   * Makes later calls fail. If several faults match a call, the one that was injected first is
   * used.
   *
   * @param fault which calls, how often and how
   * @throws IllegalArgumentException if no call can match: a read has no state before the store
   *     returns it, only writes and reads have an id, and that is never empty
   */
  public void inject(Fault fault) {
    requireNonNull(fault, "fault").requireMatchable();
    faults.add(new ActiveFault(fault));
  }

  /**
   * Returns the faults that have not fired as often as expected. A test that ends with one did not
   * test what it was meant to.
   *
   * @return a copy
   */
  public List<Fault> unusedFaults() {
    return unfulfilled().map(ActiveFault::fault).toList();
  }

  /**
   * Returns the holds that no call has reached, including released ones.
   *
   * @return a copy
   */
  public List<Hold> unreachedHolds() {
    return Stream.concat(unreached.stream(), holds.stream().filter(hold -> !hold.wasReached()))
        .toList();
  }

  /**
   * Returns {@link #unusedFaults()} and {@link #unreachedHolds()} in words: how often a fault was
   * used, and the last calls of the same operation.
   *
   * @return a text for each, of one line or several
   */
  public List<String> unused() {
    var near = new HashMap<String, String>();
    return Stream.concat(
            unfulfilled().map(active -> active + near(active.fault().calls(), near)),
            unreachedHolds().stream()
                .map(hold -> hold + ": reached by no call" + near(hold.calls(), near)))
        .toList();
  }

  /**
   * Holds the next matching call, before it reaches the store, for at most 10 seconds. If several
   * holds match, each holds a different call.
   *
   * @param matcher which call
   * @return the hold, which releases the call
   * @throws IllegalArgumentException if no call can match: a read has no state before the store
   *     returns it, only writes and reads have an id, and that is never empty
   */
  public Hold hold(CallMatcher matcher) {
    return hold(matcher, HOLD_LIMIT);
  }

  /**
   * Holds the next matching call, before it reaches the store. A call that is not released within
   * the limit throws a {@link io.github.durablestore.StateStoreException}, without reaching the
   * store; so does one whose thread is interrupted meanwhile.
   *
   * @param matcher which call
   * @param limit the longest time to hold the call, and to wait for it
   * @return the hold, which releases the call
   * @throws IllegalArgumentException if {@code limit} is not positive, or no call can match
   */
  public Hold hold(CallMatcher matcher, Duration limit) {
    return hold(matcher, false, limit);
  }

  /**
   * Holds the reply of the next matching call, for at most 10 seconds. The call has taken effect,
   * but its caller waits. A held read can return a state that is stale by then.
   *
   * @param matcher which call
   * @return the hold, which releases the call
   * @throws IllegalArgumentException if no call can match: only writes and reads have an id
   */
  public Hold holdReply(CallMatcher matcher) {
    return holdReply(matcher, HOLD_LIMIT);
  }

  /**
   * Holds the reply of the next matching call. A call that is not released within the limit throws
   * a {@link io.github.durablestore.StateStoreException}, though it took effect; so does one whose
   * thread is interrupted meanwhile.
   *
   * @param matcher which call
   * @param limit the longest time to hold the call, and to wait for it
   * @return the hold, which releases the call
   * @throws IllegalArgumentException if {@code limit} is not positive, or no call can match
   */
  public Hold holdReply(CallMatcher matcher, Duration limit) {
    return hold(matcher, true, limit);
  }

  private Hold hold(CallMatcher matcher, boolean ofReply, Duration limit) {
    requireNonNull(matcher, "matcher")
        .requireMatchable("hold", ofReply ? null : "use holdReply(...)");
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

  /** Removes all faults. Recorded calls stay. */
  public void clearFaults() {
    faults.clear();
  }

  /** Removes all calls and faults, and releases every hold. The contents of the store stay. */
  public void clear() {
    clearFaults();
    holds.forEach(Hold::release);
    unreached.clear();
    recording.clear();
  }

  @Override
  protected Optional<DurableState> call(
      Operation operation,
      @Nullable String persistenceId,
      @Nullable DurableState written,
      Supplier<Optional<DurableState>> call) {
    return observe(new Call(operation, persistenceId, written), call);
  }

  private Optional<DurableState> observe(Call call, Supplier<Optional<DurableState>> work) {
    Recording.Entry entry = recording.begin(call);
    Call outcome = call;
    try {
      holdIfMatched(call, false, entry);
      throwInjected(call, false);
      Optional<DurableState> read = work.get();
      outcome = call.carriedOut(read == null ? null : read.orElse(null));
      holdIfMatched(outcome, true, entry);
      throwInjected(outcome, true);
      return read;
    } catch (Throwable e) { // checked exceptions too: not every language declares them
      outcome = outcome.failed(e);
      throw e;
    } finally {
      entry.end(outcome);
    }
  }

  private void holdIfMatched(Call call, boolean atReply, Recording.Entry entry) {
    for (Hold hold : holds) {
      if (hold.takes(call, atReply)) {
        entry.startHolding(call);
        try {
          hold.block(call);
        } finally {
          entry.stopHolding();
          forget(hold);
        }
        return;
      }
    }
  }

  private void throwInjected(Call call, boolean replyLost) {
    ActiveFault firing = null;
    for (ActiveFault active : faults) {
      if (active.claims(call, replyLost, firing != null)) {
        firing = active;
      }
    }
    if (firing != null) {
      if (firing.isUsedUp()) {
        faults.remove(firing);
      }
      throw firing.fault().exceptionFor(call);
    }
  }

  private Stream<ActiveFault> unfulfilled() {
    return faults.stream().filter(active -> !active.isFulfilled());
  }

  /** Looks at all calls once per operation, as there may be many of both. */
  private String near(CallMatcher matcher, Map<String, String> known) {
    return known.computeIfAbsent(
        String.valueOf(matcher.operation()),
        operation -> {
          List<Call> near = calls().stream().filter(matcher::isNear).toList();
          if (near.isEmpty()) {
            return "; there was no such call";
          }
          int skipped = Math.max(0, near.size() - Limits.CALLS_IN_SENTENCE);
          return near.stream()
              .skip(skipped)
              .map(call -> "\n  " + call)
              .collect(joining("", "; the calls were:" + (skipped > 0 ? "\n  ..." : ""), ""));
        });
  }

  /** Returns the store, the number of calls that have ended, and those in flight. */
  @Override
  public String toString() {
    String name = store().getClass().getSimpleName();
    return "probe of %s, calls: %d%s%s"
        .formatted(
            name.isEmpty() ? store().getClass().getName() : name, // an anonymous class has none
            calls().size(),
            inWords("held", recording.inFlight(true)),
            inWords("in flight", recording.inFlight(false)));
  }

  private static String inWords(String where, List<Call> calls) {
    if (calls.isEmpty()) {
      return "";
    }
    return calls.stream()
        .limit(Limits.CALLS_IN_SENTENCE)
        .map(Call::description)
        .collect(
            joining(
                ", ",
                calls.size() == 1
                    ? "; 1 call is %s: ".formatted(where)
                    : "; %d calls are %s: ".formatted(calls.size(), where),
                calls.size() > Limits.CALLS_IN_SENTENCE ? ", ..." : ""));
  }
}
