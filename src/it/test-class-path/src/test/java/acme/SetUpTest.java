package acme;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.durablestore.StateStore;
import org.junit.jupiter.api.Test;

/** The tests run by the JUnit that the build claims, on the module path only if it claims that. */
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
