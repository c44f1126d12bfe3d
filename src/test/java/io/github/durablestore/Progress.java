package io.github.durablestore;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Set;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/** Prints which tests are running, now and then: Maven is silent until the last of a class ends. */
public final class Progress implements TestExecutionListener {
  private static final long PERIOD = Duration.ofSeconds(40).toMillis();

  private final Set<TestIdentifier> running = ConcurrentHashMap.newKeySet();
  private @Nullable Timer timer;

  /** Called by JUnit, which finds this class by its name in META-INF/services. */
  public Progress() {}

  @Override
  public void testPlanExecutionStarted(TestPlan plan) {
    TimerTask print =
        new TimerTask() {
          @Override
          public void run() {
            if (!running.isEmpty()) {
              System.out.println("still running: " + names());
            }
          }
        };
    var started = new Timer("progress", true); // one each, as Surefire has a plan for each class
    started.schedule(print, PERIOD, PERIOD);
    timer = started;
  }

  @Override
  public void testPlanExecutionFinished(TestPlan plan) {
    requireNonNull(timer, "timer").cancel();
  }

  @Override
  public void executionStarted(TestIdentifier test) {
    if (test.isTest()) {
      running.add(test);
    }
  }

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    running.remove(test);
  }

  private String names() {
    return running.stream().map(Progress::name).sorted().collect(Collectors.joining(", "));
  }

  private static String name(TestIdentifier test) {
    return test.getSource().orElse(null) instanceof MethodSource method
        ? method.getJavaClass().getSimpleName() + "." + method.getMethodName()
        : test.getDisplayName();
  }
}
