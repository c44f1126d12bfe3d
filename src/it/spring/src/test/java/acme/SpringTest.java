package acme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.durablestore.StateStore;
import io.github.durablestore.scenario.Exploration;
import io.github.durablestore.scenario.Scenario;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.scheduling.concurrent.ConcurrentTaskScheduler;

/** The process of each run is a context. */
class SpringTest {
  @Test
  void increment_storeFailsOrProcessDies_isDoneOrNot() {
    Exploration explored =
        Scenario.withThreads((store, threads) -> start(store, threads.pool(2)))
            .when("increment", context -> context.getBean(Counters.class).increment("a"))
            .faults()
            .crashes()
            .thenAsIfOneByOne(context -> context.getBean(Counters.class).value("a"));

    assertThat(explored.complete()).isTrue();
  }

  @Test
  void asynchronousIncrements_atTheSameTime_loseOne() {
    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(() -> incrementTwice(2))
        .withMessageStartingWith("no order of the operations, one by one, gives this:");
  }

  @Test
  void asynchronousIncrements_inOneThread_areBothKept() {
    assertThat(incrementTwice(1).orders()).isGreaterThan(1);
  }

  private static Exploration incrementTwice(int size) {
    return Scenario.withThreads((store, threads) -> start(store, threads.pool(size)))
        .when("one", context -> context.getBean(Counters.class).incrementLater("a").get())
        .when("other", context -> context.getBean(Counters.class).incrementLater("a").get())
        .thenAsIfOneByOne(context -> context.getBean(Counters.class).value("a"));
  }

  static AnnotationConfigApplicationContext start(StateStore store, ScheduledExecutorService pool) {
    var context = new AnnotationConfigApplicationContext();
    context.getBeanFactory().registerSingleton("store", store);
    context.getBeanFactory().registerSingleton("taskScheduler", new ConcurrentTaskScheduler(pool));
    context.register(CountersConfiguration.class);
    context.refresh();
    return context;
  }
}
