package io.github.durablestore.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.durablestore.scenario.Verdict.Outcome;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each service gets its verdict, to the last character, each time; {@link VerdictsProof} asks more
 * often.
 */
@Timeout(60)
class VerdictsTest {
  private static final int EXPLORATIONS = 2;

  static Stream<Verdict> all() {
    return Verdicts.all();
  }

  @ParameterizedTest
  @MethodSource("all")
  void explore_severalTimes_sameVerdict(Verdict verdict) {
    requireSameVerdict(verdict);
  }

  static void requireSameVerdict(Verdict verdict) {
    Set<String> seen = new LinkedHashSet<>();
    for (int i = 0; i < EXPLORATIONS; i++) {
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
