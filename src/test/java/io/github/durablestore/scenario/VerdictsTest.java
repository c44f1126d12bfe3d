package io.github.durablestore.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.durablestore.scenario.Verdict.Outcome;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each service gets its verdict, and a sample the same text each time; {@link VerdictsProof} asks
 * for all more often.
 */
@Tag("same-on-any-protobuf")
@Timeout(60)
class VerdictsTest {
  /** Every how many verdicts one is asked for twice. */
  private static final int SAMPLE = 12;

  /** Every how many verdicts one is asked for. The build asks for all on its oldest JDK. */
  private static final int PART = Integer.getInteger("verdicts.part", 1);

  static Stream<Verdict> all() {
    return part(Verdicts.ofThreads());
  }

  static Stream<Verdict> part(Stream<Verdict> verdicts) {
    return verdicts.filter(verdict -> Math.floorMod(verdict.name().hashCode(), PART) == 0);
  }

  @ParameterizedTest
  @MethodSource("all")
  void explore_severalTimes_sameVerdict(Verdict verdict) {
    requireSameVerdict(verdict);
  }

  static void requireSameVerdict(Verdict verdict) {
    Set<String> seen = new LinkedHashSet<>();
    int explorations = Math.floorMod(verdict.name().hashCode(), SAMPLE) == 0 ? 2 : 1;
    for (int i = 0; i < explorations; i++) {
      Outcome outcome = verdict.explore();
      assertThat(outcome)
          .as("expected %s", verdict.expectation())
          .matches(verdict::isExpected, "is as expected");
      seen.add(verdict.comparable(outcome));
    }

    assertThat(seen).hasSize(1);
  }

  @Test
  void names_areUnique() {
    assertThat(Stream.concat(Verdicts.all(), OperationVerdicts.all()).map(Verdict::name))
        .doesNotHaveDuplicates();
  }
}
