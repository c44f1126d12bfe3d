package io.github.durablestore;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import io.github.durablestore.egopb.DurableState;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** A {@link DurableState} has the bytes and the name of ego's. */
class DurableStateTest {
  @Test
  void toByteArray_everyField_isWhatEgoWrites() {
    DurableState state =
        DurableState.newBuilder()
            .setPersistenceId("a")
            .setVersionNumber(-1) // 2^64-1
            .setResultingState(
                Any.newBuilder().setTypeUrl("x/T").setValue(ByteString.copyFromUtf8("v")))
            .setTimestamp(1)
            .setShard(1)
            .build();

    String field1 = "0a" + "01" + "61";
    String field2 = "10" + "ffffffffffffffffff01";
    String field3 = "1a" + "08" + ("0a" + "03" + "782f54") + ("12" + "01" + "76");
    String field5 = "28" + "01";
    String field6 = "30" + "01";
    assertThat(HexFormat.of().formatHex(state.toByteArray()))
        .isEqualTo(field1 + field2 + field3 + field5 + field6);
  }

  @Test
  void descriptor_isNamedAsInEgo() {
    assertThat(DurableState.getDescriptor().getFullName()).isEqualTo("egopb.DurableState");
  }
}
