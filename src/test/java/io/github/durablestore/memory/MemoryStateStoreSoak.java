package io.github.durablestore.memory;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.TypeRegistry;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A long run under load, in the profile "soak": nothing is lost, and nothing piles up. */
class MemoryStateStoreSoak {
  private static final Duration DURATION =
      Duration.parse(System.getProperty("soak.duration", "PT5M"));

  @ParameterizedTest
  @EnumSource
  void everyAcknowledgedWrite_isAccountedFor(OnDisconnect onDisconnect) throws Exception {
    var store = new MemoryStateStore(TypeRegistry.getEmptyTypeRegistry(), onDisconnect);
    var soak = new Soak(store, onDisconnect == OnDisconnect.KEEP);

    soak.run(DURATION.dividedBy(OnDisconnect.values().length));

    System.out.println(onDisconnect + ": " + soak);
    assertThat(soak.problems()).isEmpty();
    assertThat(soak.heap(2)).as("heap in the last third").isLessThan(2 * soak.heap(0));
  }
}
