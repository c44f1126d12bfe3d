package io.github.durablestore.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import io.github.durablestore.StateUnpacker;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.fixture.StateFixtures;
import java.util.List;
import org.junit.jupiter.params.provider.MethodSource;

class PrintFuzzTest {
  private final StateFixtures fixtures = new StateFixtures(Seeds.TYPES);
  private final StateUnpacker unpacker = new StateUnpacker(Seeds.TYPES);

  @MethodSource("io.github.durablestore.fuzz.Seeds#arguments")
  @FuzzTest
  void print_anyStates_readsBack(
      byte @NotNull [] state,
      @NotNull String persistenceId,
      @NotNull String typeUrl,
      byte @NotNull [] payload) {
    List<DurableState> states = Seeds.states(state, persistenceId, typeUrl, payload);

    String printed = fixtures.print(states);
    List<DurableState> read = fixtures.parse(printed);

    assertThat(fixtures.print(read)).isEqualTo(printed);
    assertThat(read).hasSameSizeAs(states);
    for (int i = 0; i < states.size(); i++) {
      assertSame(read.get(i), states.get(i));
    }
  }

  /** Compares messages, since two payloads of the same message may differ in their bytes. */
  private void assertSame(DurableState read, DurableState printed) {
    if (!read.equals(printed)) {
      assertThat(withoutPayload(read)).isEqualTo(withoutPayload(printed));
      assertThat(unpacker.unpack(read)).isEqualTo(unpacker.unpack(printed));
    }
  }

  private static DurableState withoutPayload(DurableState state) {
    DurableState.Builder builder = state.toBuilder();
    builder.getResultingStateBuilder().clearValue();
    return builder.build();
  }
}
