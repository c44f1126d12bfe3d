package io.github.durablestore.probe;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.durablestore.StateStoreException;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.memory.MemoryStateStore;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** A connected probe around a memory store, and threads. */
abstract class ProbeTestBase {
  final MemoryStateStore store = new MemoryStateStore();
  final StateStoreProbe probe = new StateStoreProbe(store);
  final ExecutorService executor = Executors.newCachedThreadPool();

  @AfterEach
  void stopThreads() {
    executor.shutdownNow();
  }

  /** Runs it in two threads, as near to each other as can be. */
  @Nullable Void inTwoThreads(Runnable work) throws Exception {
    var start = new CyclicBarrier(2);
    Callable<Integer> started =
        () -> {
          int place = start.await();
          work.run();
          return place;
        };
    for (Future<Integer> thread : List.of(executor.submit(started), executor.submit(started))) {
      thread.get();
    }
    return null;
  }

  void writeAnyhow(DurableState state) {
    try {
      probe.writeState(state);
    } catch (StateStoreException e) {
      // The fault.
    }
  }

  void assertReadFails() {
    assertThatThrownBy(() -> probe.getLatestState("account-42"))
        .isExactlyInstanceOf(StateStoreException.class);
  }

  static boolean isVersion2(DurableState state) {
    return state.getVersionNumber() == 2;
  }
}
