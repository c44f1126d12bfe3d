package acme;

import static io.github.durablestore.assertj.StateStoreAssertions.assertThat;
import static io.github.durablestore.assertj.StateStoreAssertions.assertThatExceptionOfType;

import io.github.durablestore.StateStore;
import io.github.durablestore.StateStoreException;
import io.github.durablestore.junit.StateStoreExtension;
import io.github.durablestore.probe.CallMatcher;
import io.github.durablestore.probe.Fault;
import io.github.durablestore.probe.StateStoreProbe;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;

/** One application serves all tests, and each test has its own store. */
@SpringBootTest
class CountersApplicationTest {
  @RegisterExtension static final StateStoreExtension STORES = new StateStoreExtension();

  @TestConfiguration
  static class Stores {
    @Bean
    StateStore store() {
      return STORES.store();
    }
  }

  @Autowired Counters counters;

  @Test
  void increment_storeFails_isNotCounted(StateStoreProbe probe) {
    probe.inject(Fault.on(CallMatcher.writes()));

    assertThatExceptionOfType(StateStoreException.class).isThrownBy(() -> counters.increment("a"));
    assertThat(counters.value("a")).isZero();
  }

  @RepeatedTest(2)
  void incrementLater_inAThreadOfTheApplication_isWritten(StateStoreProbe probe) throws Exception {
    counters.incrementLater("a").get();

    assertThat(probe).wroteVersions("a", 1);
  }

  @Test
  void store_ofTheApplication_isNotTheProbeItself(
      @Autowired StateStore bean, StateStore ours, @Autowired Counters same) {
    assertThat((Object) bean).isSameAs(STORES.store()).isNotSameAs(ours);
    assertThat((Object) same).isSameAs(counters);
  }
}
