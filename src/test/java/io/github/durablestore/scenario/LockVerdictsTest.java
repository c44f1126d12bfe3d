package io.github.durablestore.scenario;

import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** As {@link VerdictsTest}, for services whose operations wait for one another. */
@Timeout(60)
class LockVerdictsTest {

  static Stream<Verdict> all() {
    return Verdicts.ofLocks();
  }

  @ParameterizedTest
  @MethodSource("all")
  void explore_severalTimes_sameVerdict(Verdict verdict) {
    VerdictsTest.requireSameVerdict(verdict);
  }
}
