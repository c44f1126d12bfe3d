package io.github.durablestore.junit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.memory.MemoryStateStore;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;

/** Runs small test classes, and looks at their outcomes. */
final class TestRuns {
  private TestRuns() {}

  static EngineExecutionResults run(Class<?> testClass) {
    return run(testClass, Map.of());
  }

  static EngineExecutionResults run(Class<?> testClass, Map<String, String> configuration) {
    return EngineTestKit.engine("junit-jupiter")
        .selectors(selectClass(testClass))
        .configurationParameters(configuration)
        .execute();
  }

  static void assertAllPass(EngineExecutionResults results, int tests) {
    results.testEvents().assertStatistics(statistics -> statistics.succeeded(tests).failed(0));
  }

  static Throwable failureOf(EngineExecutionResults results) {
    return results.allEvents().failed().stream()
        .map(event -> event.getRequiredPayload(TestExecutionResult.class))
        .flatMap(result -> result.getThrowable().stream())
        .findFirst()
        .orElseThrow();
  }

  /** A store that is none of ours, and cannot tell its ids. */
  static final class OtherStore implements StateStore {
    private final MemoryStateStore store = new MemoryStateStore();
    final AtomicInteger closed = new AtomicInteger();

    @Override
    public void connect() {
      store.connect();
    }

    @Override
    public void disconnect() {
      closed.incrementAndGet();
      store.disconnect();
    }

    @Override
    public void ping() {
      store.ping();
    }

    @Override
    public void writeState(DurableState state) {
      store.writeState(state);
    }

    @Override
    public Optional<DurableState> getLatestState(String persistenceId) {
      return store.getLatestState(persistenceId);
    }
  }

  static String printedBy(Class<?> testClass) {
    var printed = new ByteArrayOutputStream();
    PrintStream err = System.err;
    System.setErr(new PrintStream(printed, true, UTF_8));
    try {
      run(testClass);
    } finally {
      System.setErr(err);
    }
    return printed.toString(UTF_8);
  }

  static DurableState state(String persistenceId) {
    return DurableState.newBuilder().setPersistenceId(persistenceId).build();
  }
}
