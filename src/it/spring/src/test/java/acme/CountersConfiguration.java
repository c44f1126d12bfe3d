package acme;

import io.github.durablestore.StateStore;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.EnableAsync;

@Configuration
@EnableAsync(proxyTargetClass = true)
class CountersConfiguration {
  @Bean
  Counters counters(StateStore store) {
    return new Counters(store);
  }
}
