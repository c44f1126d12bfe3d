package io.github.durablestore.assertj;

import static java.util.stream.Collectors.joining;

import io.github.durablestore.probe.CallMatcher;
import io.github.durablestore.probe.StateStoreProbe;
import java.util.Collection;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Assertions about what a probe has recorded, and what the store that it wraps holds. None makes a
 * call that the probe records or fails. No parameter may be {@code null}.
 *
 * <p>A write is acknowledged if it returned.
 */
public final class StateStoreProbeAssert
    extends AbstractStateStoreAssert<StateStoreProbeAssert, StateStoreProbe> {
  StateStoreProbeAssert(@Nullable StateStoreProbe actual) {
    super(actual, StateStoreProbeAssert.class);
  }

  /**
   * Verifies that a write of an id was acknowledged.
   *
   * @param persistenceId the id
   * @return this
   */
  public StateStoreProbeAssert wrote(String persistenceId) {
    if (versions(persistenceId).isEmpty()) {
      throw failure("expected a write of \"%s\"%s", persistenceId, butCallsWere());
    }
    return this;
  }

  /**
   * Verifies that no write of an id was asked for, acknowledged or not.
   *
   * @param persistenceId the id
   * @return this
   */
  public StateStoreProbeAssert didNotWrite(String persistenceId) {
    isNotNull();
    if (!actual.calls(CallMatcher.writes().of(persistenceId)).isEmpty()) {
      throw failure("expected no write of \"%s\"%s", persistenceId, butCallsWere());
    }
    return this;
  }

  /**
   * Verifies the versions of all writes of an id that were acknowledged, in order.
   *
   * @param persistenceId the id
   * @param expected the versions, their bits read as unsigned
   * @return this
   */
  public StateStoreProbeAssert wroteVersions(String persistenceId, long... expected) {
    List<Long> found = versions(persistenceId);
    List<Long> wanted = LongStream.of(expected).boxed().toList();
    if (!found.equals(wanted)) {
      throw failureWithActualExpected(
          found,
          wanted,
          "expected writes of \"%s\" with the versions [%s] but they were [%s]",
          persistenceId,
          unsigned(wanted),
          unsigned(found));
    }
    return this;
  }

  /**
   * Verifies that writes of an id were acknowledged, and that the version of each is that of the
   * one before it, or the next.
   *
   * @param persistenceId the id
   * @return this
   */
  public StateStoreProbeAssert wroteVersionsWithoutGap(String persistenceId) {
    wrote(persistenceId);
    List<Long> found = versions(persistenceId);
    for (int i = 1; i < found.size(); i++) {
      long step = found.get(i) - found.get(i - 1);
      if (step != 0 && step != 1) {
        throw failure(
            "expected writes of \"%s\" with versions without a gap but they were [%s]",
            persistenceId, unsigned(found));
      }
    }
    return this;
  }

  /**
   * Verifies that every fault came about, and as often as it should.
   *
   * @return this
   */
  public StateStoreProbeAssert hasNoUnusedFaults() {
    isNotNull();
    if (!actual.unusedFaults().isEmpty()) {
      throw failure(
          "expected every fault to be used but these were not:%n%s", lines(actual.unusedFaults()));
    }
    return this;
  }

  private List<Long> versions(String persistenceId) {
    isNotNull();
    return actual.writtenVersions(persistenceId);
  }

  private String butCallsWere() {
    return actual.calls().isEmpty()
        ? " but there was no call"
        : " but the calls were:" + System.lineSeparator() + lines(actual.calls());
  }

  private static String lines(Collection<?> values) {
    return values.stream().map(value -> "  " + value + System.lineSeparator()).collect(joining());
  }

  private static String unsigned(List<Long> versions) {
    return versions.stream().map(Long::toUnsignedString).collect(joining(", "));
  }
}
