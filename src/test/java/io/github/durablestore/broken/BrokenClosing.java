package io.github.durablestore.broken;

import static io.github.durablestore.broken.BrokenStateStore.yieldInGap;

import io.github.durablestore.egopb.DurableState;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Stores that disconnect cleanly, but not when they are closed. */
public final class BrokenClosing {
  private BrokenClosing() {}

  public static Stream<Broken> stores() {
    return Stream.of(
        Broken.of("R17", "clears without its lock when closed", Clearing::new),
        Broken.of("R17", "swaps without its lock when closed", Swapping::new),
        Broken.of("R17", "purges once more, later", PurgingTwice::new),
        Broken.keeping("R17", "copies without its lock when closed", Copying::new),
        Broken.keeping("R17", "drops its buffer when closed", () -> new Buffering(false)),
        Broken.keeping(
            "R17", "drops what it buffers while it is closed", () -> new Buffering(true)));
  }

  /** A correct store: calls share a lock, and what connects or disconnects takes it alone. */
  private static class Locking extends NaiveStateStore {
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();

    @Override
    public void connect() {
      with(lock.writeLock(), () -> connected.compareAndSet(false, true));
    }

    @Override
    public void disconnect() {
      with(
          lock.writeLock(),
          () -> {
            connected.set(false);
            records = disconnected(records);
            return true;
          });
    }

    /** Returns the records of a disconnected store. */
    Map<String, DurableState> disconnected(Map<String, DurableState> latest) {
      return latest;
    }

    @Override
    public void writeState(DurableState state) {
      with(
          lock.readLock(),
          () -> {
            super.writeState(state);
            return true;
          });
    }

    @Override
    public Optional<DurableState> getLatestState(String persistenceId) {
      return with(lock.readLock(), () -> super.getLatestState(persistenceId));
    }

    private static <T> T with(Lock lock, Supplier<T> work) {
      lock.lock();
      try {
        return work.get();
      } finally {
        lock.unlock();
      }
    }
  }

  private static class Purging extends Locking {
    @Override
    Map<String, DurableState> disconnected(Map<String, DurableState> latest) {
      return new ConcurrentHashMap<>();
    }
  }

  private static final class PurgingTwice extends Locking {
    @Override
    Map<String, DurableState> disconnected(Map<String, DurableState> latest) {
      latest.clear();
      CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS).execute(latest::clear);
      return latest;
    }
  }

  private static final class Clearing extends Purging {
    @Override
    public void close() {
      connected.set(false);
      records.clear();
    }
  }

  private static final class Swapping extends Purging {
    @Override
    public void close() {
      records = new ConcurrentHashMap<>();
      connected.set(false);
    }
  }

  private static final class Copying extends Locking {
    @Override
    public void close() {
      connected.set(false);
      records = new ConcurrentHashMap<>(records);
    }
  }

  /** Writes what it has buffered when it is disconnected. */
  private static final class Buffering extends Locking {
    private final Map<String, DurableState> file = new ConcurrentHashMap<>();
    private final boolean isLate;

    Buffering(boolean isLate) {
      this.isLate = isLate;
    }

    @Override
    Map<String, DurableState> disconnected(Map<String, DurableState> latest) {
      file.putAll(latest);
      return new ConcurrentHashMap<>();
    }

    @Override
    public Optional<DurableState> getLatestState(String persistenceId) {
      return super.getLatestState(persistenceId)
          .or(() -> Optional.ofNullable(file.get(persistenceId)));
    }

    @Override
    public void close() {
      if (isLate) {
        connected.set(false);
        file.putAll(records);
        yieldInGap(); // as a file is written
      } else {
        file.putAll(records);
        connected.set(false);
      }
      records.clear();
    }
  }
}
