package io.github.durablestore.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which threads from before an exploration cannot work for it: {@link EarlierThreads}. */
class EarlierThreadsTest {
  @Test
  void isBlockedByOthers_threadAtAMonitor_isTrueUntilItGoesOn() throws InterruptedException {
    var monitor = new Object();
    var next = new Object();
    var thread =
        new Thread(
            () -> {
              synchronized (monitor) {
                synchronized (next) {
                }
              }
            });
    synchronized (next) {
      EarlierThreads earlier;
      synchronized (monitor) {
        thread.start();
        awaitBlocked(thread);
        earlier = new EarlierThreads(Set.of(thread), new Workers());
        assertThat(earlier.isBlockedByOthers(thread)).isTrue();
        assertThat(earlier.isBlockedByOthers(Thread.currentThread())).isFalse();
      }
      while (earlier.isBlockedByOthers(thread)) {
        Thread.onSpinWait();
      }
      awaitBlocked(thread);
      assertThat(earlier.isBlockedByOthers(thread)).isFalse();
    }
    thread.join();
  }

  private static void awaitBlocked(Thread thread) {
    while (thread.getState() != Thread.State.BLOCKED) {
      Thread.onSpinWait();
    }
  }
}
