package io.github.durablestore.scenario;

import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** As {@link VerdictsTest}, for services whose actors have several operations. */
@Tag("same-on-any-jdk")
@Tag("same-on-any-protobuf")
@Timeout(60)
class OperationVerdictsTest {

  static Stream<Verdict> all() {
    return OperationVerdicts.all();
  }

  @ParameterizedTest
  @MethodSource("all")
  void explore_severalTimes_sameVerdict(Verdict verdict) {
    VerdictsTest.requireSameVerdict(verdict);
  }
}
