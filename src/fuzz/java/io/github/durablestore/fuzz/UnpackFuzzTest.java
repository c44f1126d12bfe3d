package io.github.durablestore.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import com.google.protobuf.Message;
import io.github.durablestore.StateUnpackException;
import io.github.durablestore.StateUnpacker;
import io.github.durablestore.egopb.DurableState;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class UnpackFuzzTest {
  private final StateUnpacker unpacker = new StateUnpacker(Seeds.TYPES);

  static Stream<Arguments> seeds() {
    return Seeds.MESSAGES.stream().map(m -> arguments(Seeds.url(m), m.toByteArray()));
  }

  @MethodSource("seeds")
  @FuzzTest
  void unpack_anyPayload_unpacksOrRefuses(@NotNull String typeUrl, byte @NotNull [] payload) {
    DurableState state = Seeds.state("account-42", typeUrl, payload);

    Object byRegistry = outcome(() -> unpacker.unpack(state));
    for (Message seed : Seeds.MESSAGES) {
      Class<? extends Message> type = seed.getClass();
      Object byClass = outcome(() -> StateUnpacker.unpack(state, type));
      if (byClass instanceof Message) {
        assertThat(byClass).isInstanceOf(type).isEqualTo(byRegistry);
      }
      assertThat(outcome(() -> StateUnpacker.unpack(state, type))).isEqualTo(byClass);
    }
    assertThat(outcome(() -> unpacker.unpack(state))).isEqualTo(byRegistry);
    assertThat(state).isEqualTo(Seeds.state("account-42", typeUrl, payload));
  }

  private static Object outcome(Supplier<Message> unpacking) {
    try {
      return unpacking.get();
    } catch (StateUnpackException e) {
      return e.getMessage();
    }
  }
}
