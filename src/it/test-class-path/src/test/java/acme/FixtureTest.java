package acme;

import static io.github.durablestore.assertj.StateStoreAssertions.assertThat;

import com.google.protobuf.StringValue;
import io.github.durablestore.StateStore;
import io.github.durablestore.junit.StateFixture;
import io.github.durablestore.junit.StateStoreExtension;
import io.github.durablestore.memory.MemoryStateStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Registers the extension by a field, with the message types of fixtures and payloads. */
@StateFixture("accounts.textproto")
class FixtureTest {
  @RegisterExtension
  static final StateStoreExtension STORES = new StateStoreExtension(StringValue.getDescriptor());

  @Test
  void fixture_ofTheClass_isLoaded(StateStore store) {
    assertThat(store).state("account-42").hasVersion(3).hasPayload(StringValue.of("4200 cents"));
  }

  @Test
  @StateFixture("account-7.textproto")
  void fixture_ofTheTest_isLoadedToo(MemoryStateStore store) {
    assertThat(store.states()).containsOnlyKeys("account-42", "account-7");
    assertThat(store.unpack(store.states().get("account-7")))
        .isEqualTo(StringValue.of("700 cents"));
  }
}
