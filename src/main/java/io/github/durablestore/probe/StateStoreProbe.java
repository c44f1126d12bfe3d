package io.github.durablestore.probe;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toSet;

import io.github.durablestore.StateStore;
import io.github.durablestore.StateStoreException;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.text.Entries;
import io.github.durablestore.text.Limits;
import io.github.durablestore.text.Lookalikes;
import io.github.durablestore.text.Text;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final Recording recording = new Recording();
  private final Faults faults = new Faults();
  private final List<Hold> holds = new CopyOnWriteArrayList<>();

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
   * Returns the probes in a store: itself, and those inside it. Decorators between them are looked
   * through if they extend {@link ForwardingStateStore}.
   *
   * @param store the store
   * @return the probes, the outermost first
   */
  public static List<StateStoreProbe> allIn(StateStore store) {
    requireNonNull(store, "store");
    var probes = new ArrayList<StateStoreProbe>();
    StateStore inner = store;
    while (inner instanceof ForwardingStateStore outer) {
      if (outer instanceof StateStoreProbe probe) {
        probes.add(probe);
      }
      inner = outer.delegate();
    }
    return List.copyOf(probes);
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
   * @throws IllegalArgumentException if no call can match: only writes and reads have an id
   */
  public List<Call> calls(CallMatcher matcher) {
    requireNonNull(matcher, "matcher").requireMatchable("list", null);
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
   * ended. This includes writes whose reply was lost, but none in flight.
   *
   * @param persistenceId the id
   * @return a copy
   * @throws IllegalArgumentException if the id is empty
   */
  public List<DurableState> written(String persistenceId) {
    return calls(CallMatcher.writesOf(persistenceId, "list")).stream()
        .filter(Call::tookEffect)
        .map(Call::state)
        .toList();
  }

  /**
   * Returns the version numbers of {@link #written}.
   *
   * @param persistenceId the id
   * @return the versions, as unsigned numbers
   * @throws IllegalArgumentException if the id is empty
   */
  public List<Long> writtenVersions(String persistenceId) {
    return written(persistenceId).stream().map(DurableState::getVersionNumber).toList();
  }

  /**
   * Waits until a write of an id has taken effect and ended, for at most 10 seconds. Returns at
   * once if one has, since the last {@link #clear()}. For code that writes in threads of its own.
   *
   * @param persistenceId the id
   * @return the state that was written; the first one if there were several
   * @throws IllegalStateException if there is none within the limit
   * @throws StateStoreException if the thread is interrupted
   * @throws IllegalArgumentException if the id is empty
   */
  public DurableState awaitWrite(String persistenceId) {
    return awaitWrite(persistenceId, LIMIT);
  }

  /**
   * Waits until a write of an id has taken effect and ended. Returns at once if one has, since the
   * last {@link #clear()}.
   *
   * @param persistenceId the id
   * @param limit the longest time to wait
   * @return the state that was written; the first one if there were several
   * @throws IllegalStateException if there is none within the limit
   * @throws StateStoreException if the thread is interrupted
   * @throws IllegalArgumentException if the id is empty, or {@code limit} is not positive
   */
  public DurableState awaitWrite(String persistenceId, Duration limit) {
    return requireNonNull(awaitCall(CallMatcher.writesOf(persistenceId, "await"), limit).state());
  }

  /**
   * Waits until a matching call has taken effect and ended. Returns at once if one has, since the
   * last {@link #clear()}.
   *
   * <pre>{@code
   * probe.awaitCall(writes().of("account-42").where(state -> state.getVersionNumber() == 3), limit);
   * }</pre>
   *
   * @param matcher which call; its predicates are asked in the waiting thread
   * @param limit the longest time to wait
   * @return the call; the first one if there were several
   * @throws IllegalStateException if there is none within the limit
   * @throws StateStoreException if the thread is interrupted
   * @throws IllegalArgumentException if {@code limit} is not positive, or no call can match
   */
  public Call awaitCall(CallMatcher matcher, Duration limit) {
    requireNonNull(matcher, "matcher").requireMatchable("await", null);
    requirePositive(limit, "await");
    try {
      return recording
          .await(call -> call.tookEffect() && matcher.matches(call), limit)
          .orElseThrow(
              () ->
                  new IllegalStateException(
                      lookalikes(matcher.exactId())
                          .apart(
                              "cannot await %s: no such call took effect and ended within %s%s"
                                  .formatted(
                                      matcher, Text.time(limit), near(matcher, new HashMap<>())))));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StateStoreException(
          "cannot await %s: the thread was interrupted; interrupt it when the call has ended"
              .formatted(matcher),
          e);
    }
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
    faults.add(fault);
  }

  /**
   * Returns the faults that have not fired as often as expected. A test that ends with one did not
   * test what it was meant to.
   *
   * @return a copy
   */
  public List<Fault> unusedFaults() {
    return faults.unused().map(unused -> unused.fault).toList();
  }

  /**
   * Returns the holds that no call has reached, including released ones.
   *
   * @return a copy
   */
  public List<Hold> unreachedHolds() {
    return holds.stream().filter(hold -> !hold.wasReached()).toList();
  }

  /**
   * Returns {@link #unusedFaults()} and {@link #unreachedHolds()} in words, of this probe and of
   * {@link #allIn those inside it}: how often a fault was used, and the last calls of the same
   * operation, with the first text about it only.
   *
   * @return a text for each, of one line or several
   */
  public List<String> unused() {
    return allIn(this).stream().flatMap(StateStoreProbe::unusedHere).toList();
  }

  private Stream<String> unusedHere() {
    var near = new HashMap<String, String>();
    var matchers =
        Stream.concat(
            faults.unused().map(unused -> unused.fault.calls),
            unreachedHolds().stream().map(Hold::calls));
    Lookalikes lookalikes = lookalikes(matchers.flatMap(CallMatcher::exactId));
    return Stream.concat(
            faults.unused().map(unused -> unused + near(unused.fault.calls, near)),
            unreachedHolds().stream()
                .map(hold -> hold + unreached(hold) + near(hold.calls(), near)))
        .map(lookalikes::apart);
  }

  /** Returns some ids and those of all calls, for a text that shows some of each. */
  Lookalikes lookalikes(Stream<String> ids) {
    Stream<String> ofCalls =
        Stream.concat(calls().stream(), callsInFlight().stream())
            .flatMap(call -> Stream.ofNullable(call.persistenceId()));
    return new Lookalikes(Stream.concat(ids, ofCalls).collect(toSet()));
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
    return hold(matcher, LIMIT);
  }

  /**
   * Holds the next matching call, before it reaches the store. A call that is not released within
   * the limit throws a {@link StateStoreException}, without reaching the store; so does one whose
   * thread is interrupted meanwhile.
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
    return holdReply(matcher, LIMIT);
  }

  /**
   * Holds the reply of the next matching call. A call that is not released within the limit throws
   * a {@link StateStoreException}, though it took effect; so does one whose thread is interrupted
   * meanwhile.
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
    requirePositive(limit, "hold");
    var hold = new Hold(matcher, ofReply, limit, this);
    holds.add(hold);
    return hold;
  }

  private static void requirePositive(Duration limit, String action) {
    if (requireNonNull(limit, "limit").isZero() || limit.isNegative()) {
      throw new IllegalArgumentException(
          "cannot %s a call for %s: it is not positive; pass a longer limit"
              .formatted(action, Text.time(limit)));
    }
  }

  /** Returns the number of calls that have ended, for {@link #endedCalls}. */
  long time() {
    return recording.time();
  }

  List<Call> endedCalls(long after, long until) {
    return recording.ended(after, until);
  }

  /** Forgets a released hold. One that no call has reached is kept, to be reported. */
  void forget(Hold hold) {
    if (hold.wasReached()) {
      holds.remove(hold);
    }
  }

  /** Removes all faults. Recorded calls stay. */
  public void clearFaults() {
    faults.clear();
  }

  /** Removes all calls and faults, and releases every hold. The contents of the store stay. */
  public void clear() {
    clearFaults();
    List<Hold> made = List.copyOf(holds);
    made.forEach(Hold::release);
    holds.removeAll(made);
    recording.clear();
  }

  @Override
  protected Optional<DurableState> call(
      Operation operation,
      @Nullable String persistenceId,
      @Nullable DurableState written,
      Supplier<Optional<DurableState>> call) {
    return observe(recording.begin(new Call(operation, persistenceId, written)), call);
  }

  private Optional<DurableState> observe(
      Recording.Entry entry, Supplier<Optional<DurableState>> work) {
    try {
      holdIfMatched(entry, false);
      throwInjected(entry.call(), false);
      Optional<DurableState> read = work.get();
      entry.become(entry.call().carriedOut(read == null ? null : read.orElse(null)));
      holdIfMatched(entry, true);
      throwInjected(entry.call(), true);
      return read;
    } catch (Throwable e) { // checked exceptions too: not every language declares them
      entry.become(entry.call().failed(e));
      throw e;
    } finally {
      entry.end();
    }
  }

  private void holdIfMatched(Recording.Entry entry, boolean atReply) {
    for (Hold hold : holds) {
      if (hold.takes(entry.call(), atReply)) {
        entry.hold(true);
        try {
          hold.block(entry.call());
        } finally {
          entry.hold(false);
          forget(hold);
        }
        return;
      }
    }
  }

  private void throwInjected(Call call, boolean replyLost) {
    Fault fault = faults.use(call, replyLost);
    if (fault != null) {
      throw fault.exceptionFor(call);
    }
  }

  private static String unreached(Hold hold) {
    return hold.failedBeforeReply().isEmpty()
        ? ": reached by no call"
        : ": the call failed before its reply";
  }

  /** Looks at all calls once per operation, and shows them once, as there may be many of both. */
  private String near(CallMatcher matcher, Map<String, String> known) {
    String operation = String.valueOf(matcher.operation());
    String shown = known.get(operation);
    if (shown != null) {
      return shown;
    }
    String near = near(matcher, 0);
    String none = "; there was no " + (matcher.operation() == null ? "call" : operation);
    known.put(operation, near.isEmpty() ? none : "");
    return near.isEmpty() ? none : near;
  }

  /** Returns the calls of the same operation that are in flight, or ended after a {@link #time}. */
  String near(CallMatcher matcher, long after) {
    List<Call> ended = endedCalls(after, Long.MAX_VALUE).stream().filter(matcher::isNear).toList();
    return inFlight(matcher)
        + (ended.isEmpty()
            ? ""
            : "; the calls were:" + Entries.lastLines(ended, Limits.CALLS_IN_SENTENCE));
  }

  /** Returns the store, the number of calls that have ended, and those in flight. */
  @Override
  public String toString() {
    String name = store().getClass().getSimpleName();
    return "probe of %s, calls: %d%s"
        .formatted(
            name.isEmpty() ? store().getClass().getName() : name, // an anonymous class has none
            calls().size(),
            inFlight(CallMatcher.anyCall()));
  }

  /** Returns the calls in flight of the same operation, as an end of a sentence. */
  private String inFlight(CallMatcher near) {
    return inWords("held", recording.inFlight(true).stream().filter(near::isNear).toList())
        + inWords("in flight", recording.inFlight(false).stream().filter(near::isNear).toList());
  }

  private static String inWords(String where, List<Call> calls) {
    return calls.isEmpty()
        ? ""
        : "; %s %s: %s"
            .formatted(
                calls.size() == 1 ? "1 call is" : calls.size() + " calls are",
                where,
                Entries.list(
                    calls.stream().map(Call::soFar), calls.size(), Limits.CALLS_IN_SENTENCE));
  }
}
