package io.github.durablestore.probe;

import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The calls of a probe: those that have ended, and those in flight.
 *
 * <p>Safe for use by many threads. A call is added when it begins and keeps its place, which is
 * cheaper than moving it to another collection when it ends.
 */
final class Recording {
  private final Queue<Entry> entries = new ConcurrentLinkedQueue<>();
  private final AtomicLong ended = new AtomicLong();

  Entry begin(Call call) {
    var entry = new Entry(call);
    entries.add(entry);
    return entry;
  }

  /** Returns the calls that have ended, in the order in which they did. */
  List<Call> ended() {
    return entries.stream()
        .filter(Entry::hasEnded)
        .sorted(Comparator.comparingLong(entry -> entry.end))
        .map(entry -> entry.call)
        .toList();
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
    // The volatile fields, which are written after it, publish it.
    private Call call;
    private volatile boolean held;
    private volatile long end;

    private Entry(Call call) {
      this.call = call;
    }

    void startHolding(Call soFar) {
      call = soFar;
      held = true;
    }

    void stopHolding() {
      held = false;
    }

    void end(Call outcome) {
      call = outcome;
      end = ended.incrementAndGet();
    }

    private boolean hasEnded() {
      return end > 0;
    }
  }
}
