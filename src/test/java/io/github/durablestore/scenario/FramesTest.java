package io.github.durablestore.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.durablestore.probe.Fault;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A stack shows the lines of the user's code and not of ours: {@link Frames}. */
class FramesTest {
  @Test
  void frames_ofUserCode_leaveOutOurOwnAndTheInsideOfTheJdk() {
    StackTraceElement[] frames = {
      frame("jdk.internal.misc.Unsafe", "park", "Unsafe.java"),
      frame("java.util.concurrent.locks.LockSupport", "park", "LockSupport.java"),
      frame("acme.Service", "move", null),
      frame("acme.Test$$Lambda/0x1", "run", null),
      frame(Execution.class.getName(), "perform", "Stage.java"),
      frame("java.lang.Thread", "run", "Thread.java"),
    };

    assertThat(Frames.of(frames, 9))
        .isEqualTo(
            "\n    at java.util.concurrent.locks.LockSupport.park(LockSupport.java:7)"
                + "\n    at acme.Service.move(unknown source)");
    assertThat(Frames.of(frames, 1)).endsWith("(LockSupport.java:7)");
    assertThat(Frames.of(new StackTraceElement[] {frames[5]}, 9)).contains("Thread.run");
  }

  /** Whether our own waits park or yield is chance. */
  @Test
  void frames_ofAWaitOfOurOwn_leaveOutWhatItCalls() {
    StackTraceElement[] frames = {
      frame("java.lang.Thread", "yield", "Thread.java"),
      frame(Spin.class.getName(), "until", "Spin.java"),
      frame(PoolTask.class.getName(), "get", "PoolTask.java"),
      frame("java.util.concurrent.AbstractExecutorService", "invokeAll", "Executor.java"),
      frame("acme.Service", "move", "Service.java"),
    };

    assertThat(Frames.of(frames, 9))
        .isEqualTo(
            "\n    at java.util.concurrent.AbstractExecutorService.invokeAll(Executor.java:7)"
                + "\n    at acme.Service.move(Service.java:7)");
  }

  @Test
  void isOwn_classOfOurs_isTrueAlsoIfNestedOrALambda() {
    assertThat(
            List.of(
                Unwinding.class.getName(),
                Execution.Report.class.getName(),
                Gate.class.getName() + "$$Lambda/0x1",
                Fault.class.getName()))
        .allMatch(Frames::isOwn);
  }

  @Test
  void isOwn_testOrUnknownClassInThePackage_isFalse() {
    String name = FramesTest.class.getName();

    assertThat(List.of(name, name + "$$Lambda/0x1", name + "NotThere", "acme.Gate"))
        .noneMatch(Frames::isOwn);
  }

  private static StackTraceElement frame(String type, String method, @Nullable String file) {
    return new StackTraceElement("app", "module", "1", type, method, file, 7);
  }
}
