package io.github.durablestore.assertj;

import static io.github.durablestore.text.Text.quote;
import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toSet;

import io.github.durablestore.probe.Call;
import io.github.durablestore.probe.Fault;
import io.github.durablestore.probe.Operation;
import io.github.durablestore.probe.StateStoreProbe;
import io.github.durablestore.text.Entries;
import io.github.durablestore.text.Limits;
import io.github.durablestore.text.Lookalikes;
import io.github.durablestore.text.Text;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Assertions about the calls that a probe has recorded, and about the contents of the store inside
 * it. The probe neither records nor fails the calls that they make. No parameter may be {@code
 * null}.
 *
 * <p>A write counts if it took effect: if it was acknowledged, if only its reply was lost, or if
 * its reply has not reached its caller yet. Writes are in the order in which they ended, and those
 * in flight come last. An attempt counts as soon as it begins.
 */
public final class StateStoreProbeAssert
    extends AbstractStateStoreAssert<StateStoreProbeAssert, StateStoreProbe> {
  StateStoreProbeAssert(@Nullable StateStoreProbe actual) {
    super(actual, StateStoreProbeAssert.class);
  }

  /**
   * Verifies that a write of an id took effect.
   *
   * @param persistenceId the id
   * @return this
   */
  public StateStoreProbeAssert wrote(String persistenceId) {
    return require(
        !writes(persistenceId).isEmpty(),
        "expected a write of " + quote(persistenceId),
        persistenceId);
  }

  /**
   * Verifies that no write of an id took effect: the opposite of {@link #wrote}.
   *
   * @param persistenceId the id
   * @return this
   */
  public StateStoreProbeAssert didNotWrite(String persistenceId) {
    return require(
        writes(persistenceId).isEmpty(),
        "expected no write of " + quote(persistenceId),
        persistenceId);
  }

  /**
   * Verifies that no write of an id was even attempted.
   *
   * @param persistenceId the id
   * @return this
   */
  public StateStoreProbeAssert attemptedNoWrite(String persistenceId) {
    return require(
        !isAttempted(isWriteOf(persistenceId)),
        "expected no attempt to write " + quote(persistenceId),
        persistenceId);
  }

  /**
   * Verifies that no write of any id was attempted.
   *
   * @return this
   */
  public StateStoreProbeAssert attemptedNoWrites() {
    return require(!isAttempted(StateStoreProbeAssert::isWrite), "expected no attempt to write");
  }

  /**
   * Verifies the versions of all writes of an id that took effect, in order.
   *
   * @param persistenceId the id
   * @param expected the versions, as unsigned numbers
   * @return this
   */
  public StateStoreProbeAssert wroteVersions(String persistenceId, long... expected) {
    List<Seen> writes = writes(persistenceId);
    List<Long> found = writes.stream().map(Seen::version).toList();
    List<Long> wanted = LongStream.of(expected).boxed().toList();
    if (!found.equals(wanted)) {
      int at = firstDifference(found, wanted);
      String shown = around(at, writes, Seen::inWords);
      String expectedShown = around(at, wanted, Long::toUnsignedString);
      throw failureWithActualExpected(
          shown,
          expectedShown,
          "expected writes of %s with the versions %s but they were %s%s%s",
          lookalikes(persistenceId).quote(persistenceId),
          expectedShown,
          shown,
          Math.max(found.size(), wanted.size()) > Limits.ENTRIES
              ? ", first different at write " + (at + 1)
              : "",
          writes.isEmpty() ? otherIds(persistenceId) : "");
    }
    return this;
  }

  /**
   * Verifies that writes of an id took effect, and that each has the same version as the previous
   * one, or the next version.
   *
   * @param persistenceId the id
   * @return this
   */
  public StateStoreProbeAssert wroteVersionsWithoutGap(String persistenceId) {
    wrote(persistenceId);
    List<Seen> writes = writes(persistenceId);
    for (int i = 1; i < writes.size(); i++) {
      long version = writes.get(i).version();
      long step = version - writes.get(i - 1).version();
      if (step != 0 && (step != 1 || version == 0)) { // 0 does not follow the greatest version
        throw failure(
            "expected writes of %s with versions without a gap but they were %s",
            lookalikes(persistenceId).quote(persistenceId),
            around(
                i,
                writes.subList(0, Math.min(writes.size(), Math.max(i + 1, Limits.ENTRIES))),
                Seen::inWords));
      }
    }
    return this;
  }

  /**
   * Verifies that each fault has fired as often as expected, also those of probes inside the store.
   *
   * @return this
   */
  public StateStoreProbeAssert hasNoUnusedFaults() {
    isNotNull();
    List<Fault> unused =
        StateStoreProbe.allIn(actual).stream()
            .flatMap(probe -> probe.unusedFaults().stream())
            .toList();
    if (!unused.isEmpty()) {
      throw failure("expected every fault to be used but these were not:\n%s", lines(unused));
    }
    return this;
  }

  /** Fails with all calls, in a text in which their ids and those that it names are told apart. */
  private StateStoreProbeAssert require(boolean holds, String expectation, String... ids) {
    if (!holds) {
      throw failure("%s", lookalikes(ids).apart(expectation + butCallsWere()));
    }
    return this;
  }

  private boolean isAttempted(Predicate<Call> writes) {
    return calls().map(Seen::call).anyMatch(writes);
  }

  private List<Seen> writes(String persistenceId) {
    Predicate<Call> writes = isWriteOf(persistenceId);
    return calls().filter(seen -> seen.call.tookEffect() && writes.test(seen.call)).toList();
  }

  private static Predicate<Call> isWriteOf(String persistenceId) {
    if (requireNonNull(persistenceId, "persistenceId").isEmpty()) {
      throw new IllegalArgumentException(
          "cannot check writes of \"\": persistence id is empty; pass a non-empty id");
    }
    return call -> isWrite(call) && persistenceId.equals(call.persistenceId());
  }

  private static boolean isWrite(Call call) {
    return call.operation() == Operation.WRITE_STATE;
  }

  /** Returns the calls that have ended, and then those in flight. */
  private Stream<Seen> calls() {
    isNotNull();
    List<Call> inFlight = actual.callsInFlight(); // first, as one that ends now would be in neither
    List<Call> ended = actual.calls();
    Set<Call> known = Collections.newSetFromMap(new IdentityHashMap<>()); // equal calls are several
    known.addAll(ended);
    return Stream.concat(
        ended.stream().map(call -> new Seen(call, false)),
        inFlight.stream().filter(call -> !known.contains(call)).map(call -> new Seen(call, true)));
  }

  /** A call, and whether it is in flight. */
  private record Seen(Call call, boolean isInFlight) {
    long version() {
      return requireNonNull(call.state(), "state").getVersionNumber();
    }

    String inWords() {
      String version = Text.version(requireNonNull(call.state(), "state"));
      return isInFlight
          ? version + " (in flight)"
          : version + (call.succeeded() ? "" : " (reply lost)");
    }

    @Override
    public String toString() {
      return isInFlight
          ? call + (call.tookEffect() ? " (in flight, took effect)" : " (in flight)")
          : call.toString();
    }
  }

  private Lookalikes lookalikes(String... persistenceId) {
    return new Lookalikes(
        Stream.concat(
                Stream.of(persistenceId),
                calls().flatMap(seen -> Stream.ofNullable(seen.call.persistenceId())))
            .collect(toSet()));
  }

  /** Names the ids that were written, in case the expected one is mistyped. */
  private String otherIds(String persistenceId) {
    Set<String> ids =
        calls()
            .map(Seen::call)
            .filter(call -> call.tookEffect() && isWrite(call))
            .map(write -> requireNonNull(write.state(), "state").getPersistenceId())
            .collect(toSet());
    return ids.isEmpty() ? "" : "; the ids written were " + StateIds.nearest(persistenceId, ids);
  }

  private static int firstDifference(List<Long> found, List<Long> wanted) {
    int at = 0;
    while (at < found.size() && at < wanted.size() && found.get(at).equals(wanted.get(at))) {
      at++;
    }
    return at;
  }

  /** Shows the surroundings of a write, if there are many. */
  private static <T> String around(int at, List<T> writes, Function<T, String> show) {
    int from =
        Math.min(
            writes.size(),
            at + Limits.WRITES_BEFORE < Limits.ENTRIES ? 0 : at - Limits.WRITES_BEFORE);
    return Entries.around(writes.size(), from, Limits.ENTRIES, i -> show.apply(writes.get(i)))
        .collect(joining(", ", "[", "]"));
  }

  private String butCallsWere() {
    List<Seen> calls = calls().toList();
    return calls.isEmpty() ? " but there was no call" : " but the calls were:\n" + lines(calls);
  }

  /** Shows the last ones. */
  private static String lines(List<?> values) {
    return Entries.last(values, Differences::line);
  }
}
