package io.github.durablestore.scenario;

import com.google.protobuf.Int64Value;
import io.github.durablestore.StaleWriteException;
import io.github.durablestore.StateStore;
import io.github.durablestore.StateUnpacker;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.scenario.ThreadServices.Pooled;
import java.util.concurrent.ScheduledExecutorService;

/** Services that say of an operation that it did nothing. */
final class RefusalServices {
  private RefusalServices() {}

  static final class Busy extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** Marks in the store that it works. */
  static final class Marked {
    private final StateStore store;

    private Marked(StateStore store) {
      this.store = store;
    }

    /** A mark that a crash left refuses all work for ever. */
    static Marked leavingMarks(StateStore store) {
      return new Marked(store);
    }

    static Marked clearingMarks(StateStore store) {
      if (Values.get(store, "mark") != 0) {
        Values.put(store, "mark", 1, 0);
      }
      return new Marked(store);
    }

    synchronized void work() {
      if (Values.get(store, "mark") != 0) {
        throw new Busy();
      }
      Values.put(store, "mark", 1, 1);
      try {
        Values.put(store, "done", 1, done() + 1);
      } finally {
        Values.put(store, "mark", 1, 0);
      }
    }

    long done() {
      return Values.get(store, "done");
    }
  }

  /** Writes the next version, and once more in a task: what comes in between is refused. */
  static final class Touching extends Pooled {
    Touching(StateStore store, ScheduledExecutorService pool) {
      super(store, pool);
    }

    long edit(long more) {
      long value = write(more);
      pool.execute(
          () -> {
            try {
              write(0);
            } catch (StaleWriteException e) {
              // an edit was faster
            }
          });
      return value;
    }

    private long write(long more) {
      DurableState state = store.getLatestState("x").orElseGet(() -> Values.state("x", 0, 0));
      long value = StateUnpacker.unpack(state, Int64Value.class).getValue() + more;
      Values.put(store, "x", state.getVersionNumber() + 1, value);
      return value;
    }
  }
}
