package io.github.durablestore.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import com.google.protobuf.ByteString;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.memory.MemoryStateStore;
import java.util.List;
import org.junit.jupiter.params.provider.MethodSource;

class WriteFuzzTest {
  @MethodSource("io.github.durablestore.fuzz.Seeds#arguments")
  @FuzzTest
  void writeState_anyStates_areReadByteForByte(
      byte @NotNull [] state,
      @NotNull String persistenceId,
      @NotNull String typeUrl,
      byte @NotNull [] payload) {
    List<DurableState> states = Seeds.states(state, persistenceId, typeUrl, payload);
    List<ByteString> bytes = states.stream().map(DurableState::toByteString).toList();
    try (var store = new MemoryStateStore(Seeds.TYPES)) {
      store.connect();

      states.forEach(store::writeState);

      assertThat(states)
          .map(each -> store.getLatestState(each.getPersistenceId()).orElseThrow().toByteString())
          .isEqualTo(bytes);
      assertThat(store.states().values()).map(DurableState::toByteString).isEqualTo(bytes);
    }
  }
}
