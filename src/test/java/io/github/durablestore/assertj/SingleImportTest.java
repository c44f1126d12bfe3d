package io.github.durablestore.assertj;

import static io.github.durablestore.assertj.StateStoreAssertions.assertThat;
import static org.assertj.core.api.Assertions.*;

import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.memory.MemoryStateStore;
import io.github.durablestore.probe.StateStoreProbe;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * One import brings AssertJ's assertions too, and AssertJ's own do not clash with it: {@link
 * StateStoreAssertions}.
 */
class SingleImportTest {
  @Test
  void assertThat_ofAnything_isTheMostFittingOne() {
    var probe = new StateStoreProbe(new MemoryStateStore());

    assertThat(assertThat(DurableState.getDefaultInstance()))
        .isInstanceOf(DurableStateAssert.class);
    assertThat((Object) assertThat(new MemoryStateStore())).isInstanceOf(StateStoreAssert.class);
    assertThat((Object) assertThat(probe)).isInstanceOf(StateStoreProbeAssert.class);
    assertThat("text").startsWith("t");
    assertThat(1).isPositive();
    assertThat(List.of(1, 2)).hasSize(2);
    assertThat(Optional.of(1)).contains(1);
    assertThatCode(probe::connect).doesNotThrowAnyException();
  }
}
