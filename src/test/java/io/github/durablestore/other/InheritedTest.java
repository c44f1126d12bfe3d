package io.github.durablestore.other;

import static io.github.durablestore.assertj.StateStoreAssertions.assertThat;

import io.github.durablestore.StateStore;
import io.github.durablestore.junit.StateFixture;
import org.junit.jupiter.api.Test;

/** A test that a class in another package inherits. */
public abstract class InheritedTest {
  @Test
  @StateFixture("versions.textproto")
  public void test(StateStore store) {
    assertThat(store).state("account-42").hasVersion(7);
  }
}
