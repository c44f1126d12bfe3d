package io.github.durablestore.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.github.durablestore.egopb.DurableState;
import org.junit.jupiter.api.Test;

/** How the contract shows two states that are not equal: {@link Difference}. */
class DifferenceTest {
  private static final ByteString NOISE = Payloads.random(5_000, 1).getValue();

  @Test
  void payloads_ofOneByteChanged_areShownFromThatByte() {
    assertThat(between(NOISE.concat(hex("0102")), NOISE.concat(hex("0103"))))
        .isEqualTo(
            "value of resulting_state: expected ...02 (differs at byte 5002 of 5002)"
                + " but was ...03 (differs at byte 5002 of 5002)");
  }

  @Test
  void payload_cutShort_saysWhereItEnds() {
    assertThat(between(hex("00112233445566778899aabb"), hex("0011")))
        .isEqualTo(
            "value of resulting_state: expected ...2233445566778899... (differs at byte 3 of 12)"
                + " but was ... (ends after byte 2)");
  }

  @Test
  void payload_withoutBytes_saysSo() {
    assertThat(between(hex("0011"), ByteString.EMPTY))
        .isEqualTo(
            "value of resulting_state: expected 0011 (differs at byte 1 of 2) but was no bytes");
  }

  @Test
  void payload_lost_isMissing() {
    DurableState state = States.of("a", 1);

    assertThat(Difference.between(state, state.toBuilder().clearResultingState().build()))
        .startsWith("resulting_state: expected one but there was none; type_url of ");
  }

  private static String between(ByteString written, ByteString read) {
    return Difference.between(ofValue(written), ofValue(read));
  }

  private static DurableState ofValue(ByteString value) {
    return States.of("a", 1).toBuilder().setResultingState(Payloads.of(value)).build();
  }

  private static ByteString hex(String bytes) {
    return ByteString.fromHex(bytes);
  }
}
