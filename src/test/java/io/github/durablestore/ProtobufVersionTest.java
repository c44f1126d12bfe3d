package io.github.durablestore;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import io.github.durablestore.egopb.DurableState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Each round of tests is on the protobuf-java that it claims to be on, with the same classes. */
@EnabledIfSystemProperty(
    named = "protobuf.version",
    matches = ".+",
    disabledReason = "set by the build")
class ProtobufVersionTest {
  @Test
  void message_isOfTheVersionUnderTest() {
    assertThat(jarOf(Message.class))
        .endsWith("protobuf-java-" + System.getProperty("protobuf.version") + ".jar");
  }

  @Test
  void durableState_isGeneratedForTheFloor() {
    assertThat(DurableState.class.getSuperclass().getSimpleName()).isEqualTo("GeneratedMessageV3");
  }

  private static String jarOf(Class<?> type) {
    return type.getProtectionDomain().getCodeSource().getLocation().getPath();
  }
}
