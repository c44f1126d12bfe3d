package io.github.durablestore.scenario;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** As {@link VerdictsTest}, for services whose operations wait for one another. */
@Tag("same-on-any-protobuf")
@Timeout(60)
class LockVerdictsTest {
  /** Of services that are the same but for the lock, one of how many is explored. */
  private static final int SAMPLE = 3;

  static Stream<Verdict> all() {
    List<String> eachLock = HeldVerdicts.eachLock().map(Verdict::name).toList();
    return VerdictsTest.part(
        Verdicts.ofLocks()
            .filter(verdict -> Math.max(0, eachLock.indexOf(verdict.name())) % SAMPLE == 0));
  }

  @ParameterizedTest
  @MethodSource("all")
  void explore_severalTimes_sameVerdict(Verdict verdict) {
    VerdictsTest.requireSameVerdict(verdict);
  }
}
