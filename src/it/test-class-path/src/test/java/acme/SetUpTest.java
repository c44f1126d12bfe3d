package acme;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.durablestore.StateStore;
import org.junit.jupiter.api.Test;

/** Checks that the tests run on the JUnit, and in the module, that the build claims. */
class SetUpTest {
  @Test
  void junit_isOfTheVersionClaimed() {
    assertThat(Test.class.getProtectionDomain().getCodeSource().getLocation().getPath())
        .endsWith("junit-jupiter-api-" + System.getProperty("claimed.junit.version") + ".jar");
  }

  @Test
  void library_isInTheModuleClaimed() {
    assertThat(StateStore.class.getModule().getName())
        .isEqualTo(System.getProperty("claimed.module"));
  }
}
