package io.github.durablestore.scenario;

import static java.util.concurrent.CompletableFuture.supplyAsync;

import io.github.durablestore.StateStore;
import io.github.durablestore.scenario.ThreadServices.Pooled;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Services that do something when a future is complete. */
final class StageServices extends Pooled {
  StageServices(StateStore store, ScheduledExecutorService pool) {
    super(store, pool);
  }

  private CompletableFuture<Long> read() {
    return supplyAsync(() -> get("x"), pool);
  }

  /** Waits for the future that the stage depends on. */
  long writesBesideTheWait() {
    var read = read();
    var unused = read.thenAccept(value -> put("y", value));
    return read.join();
  }

  long writesBesideATimedWait() throws Exception {
    var read = read();
    var unused = read.thenAccept(value -> put("y", value));
    return read.get(1, TimeUnit.HOURS);
  }

  /** Waits for both, in the wrong order. */
  long waitsForTheStageLast() {
    var read = read();
    var written = read.thenApply(value -> put("y", value));
    return read.join() + written.join();
  }

  long waitsForTheStageFirst() {
    var read = read();
    var written = read.thenApply(value -> put("y", value));
    return written.join() + read.join();
  }

  /** The tasks are the same, but which of them is the first is not. */
  long submitsTwiceBesideTheWait() {
    var read = read();
    var one = read.thenAcceptAsync(value -> put("y", value), pool);
    var other = read.thenAcceptAsync(value -> put("z", value), pool);
    long value = read.join();
    CompletableFuture.allOf(one, other).join();
    return value;
  }

  long submitsTwiceAndWaitsForBoth() {
    var read = read();
    var one = read.thenAcceptAsync(value -> put("y", value), pool);
    var other = read.thenAcceptAsync(value -> put("z", value), pool);
    CompletableFuture.allOf(one, other).join();
    return read.join();
  }

  long submitsOnceBesideTheWait() {
    var read = read();
    var written = read.thenAcceptAsync(value -> put("y", value), pool);
    long value = read.join();
    written.join();
    return value;
  }

  /** Goes on in a task that completes the future by hand. */
  long completesByHand() {
    var read = new CompletableFuture<Long>();
    var written = read.thenAcceptAsync(value -> put("y", value), pool);
    pool.execute(
        () -> {
          read.complete(get("x"));
          pool.execute(() -> put("z", 1));
        });
    long value = read.join();
    written.join();
    return value;
  }
}
