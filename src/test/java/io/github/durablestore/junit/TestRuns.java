package io.github.durablestore.junit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.github.durablestore.ForeignStateStore;
import io.github.durablestore.memory.MemoryStateStore;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Map;
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
    var results = new ArrayList<EngineExecutionResults>();
    printedBy(
        () ->
            results.add(
                EngineTestKit.engine("junit-jupiter")
                    .selectors(selectClass(testClass))
                    .configurationParameters(configuration)
                    .execute()));
    return results.get(0);
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
  static final class OtherStore extends ForeignStateStore {
    final AtomicInteger closed = new AtomicInteger();

    OtherStore() {
      super(new MemoryStateStore());
    }

    @Override
    public void disconnect() {
      closed.incrementAndGet();
      super.disconnect();
    }
  }

  static String printedBy(Class<?> testClass) {
    return printedBy(
        () -> EngineTestKit.engine("junit-jupiter").selectors(selectClass(testClass)).execute());
  }

  private static String printedBy(Runnable work) {
    var printed = new ByteArrayOutputStream();
    PrintStream err = System.err;
    System.setErr(new PrintStream(printed, true, UTF_8));
    try {
      work.run();
    } finally {
      System.setErr(err);
    }
    return printed.toString(UTF_8);
  }
}
