package io.github.durablestore.probe;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/**
 * The calls of a probe: those that have ended, and those in flight.
 *
 * <p>Safe for use by many threads. A call is added when it begins and keeps its place, which is
 * cheaper than moving it to another collection when it ends.
 */
final class Recording {
  private final Queue<Entry> entries = new ConcurrentLinkedQueue<>();
  private final AtomicLong ended = new AtomicLong();
  private final List<Semaphore> waiting = new CopyOnWriteArrayList<>();

  Entry begin(Call call) {
    var entry = new Entry(call);
    entries.add(entry);
    return entry;
  }

  /** Returns the calls that have ended, in the order in which they did. */
  List<Call> ended() {
    return ended(0, Long.MAX_VALUE);
  }

  /** Returns the calls that ended after one {@link #time} and until another. */
  List<Call> ended(long after, long until) {
    return entries.stream()
        .filter(entry -> entry.end > after && entry.end <= until)
        .sorted(Comparator.comparingLong(entry -> entry.end))
        .map(entry -> entry.call)
        .toList();
  }

  /** Returns the number of calls that have ended so far, those that were forgotten included. */
  long time() {
    return ended.get();
  }

  /**
   * Waits until a call has ended that satisfies a predicate, which the waiting thread asks.
   *
   * @return the first one; empty if there is none within the limit
   */
  Optional<Call> await(Predicate<Call> wanted, Duration limit) throws InterruptedException {
    long start = System.nanoTime();
    long nanos = TimeUnit.NANOSECONDS.convert(limit);
    var news = new Semaphore(0);
    waiting.add(news); // before it looks, so that it misses no call
    try {
      while (true) {
        news.drainPermits();
        Optional<Call> call = ended().stream().filter(wanted).findFirst();
        long rest = nanos - (System.nanoTime() - start);
        if (call.isPresent() || !news.tryAcquire(rest, TimeUnit.NANOSECONDS)) {
          return call;
        }
      }
    } finally {
      waiting.remove(news);
    }
  }

  /** Returns the calls in flight, held or not, in the order in which they began. */
  List<Call> inFlight() {
    return entries.stream().filter(entry -> !entry.hasEnded()).map(entry -> entry.call).toList();
  }

  /** Returns the calls that are held, or those in flight that are not. */
  List<Call> inFlight(boolean held) {
    return entries.stream()
        .filter(entry -> !entry.hasEnded() && entry.held == held)
        .map(entry -> entry.call)
        .toList();
  }

  /** Forgets the calls that have ended. One in flight is recorded when it ends. */
  void clear() {
    entries.removeIf(Entry::hasEnded);
  }

  /** A call, as far as it has come. Only the thread that makes the call writes to it. */
  final class Entry {
    private volatile Call call;
    private volatile boolean held;
    private volatile long end;

    private Entry(Call call) {
      this.call = call;
    }

    Call call() {
      return call;
    }

    void become(Call soFar) {
      call = soFar;
    }

    void hold(boolean isHeld) {
      held = isHeld;
    }

    void end() {
      end = ended.incrementAndGet();
      waiting.forEach(Semaphore::release); // if there is none, a call takes no lock
    }

    private boolean hasEnded() {
      return end > 0;
    }
  }
}
