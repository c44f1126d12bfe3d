package io.github.durablestore.contract;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Samples to check: all of them on a store in memory, and on a slow one as many as there is time
 * for, however many calls it takes at once.
 */
final class Samples<T> {
  private static final int THREADS = 24;
  private static final long ALONE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long TOGETHER_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** As many samples that follow each other stay together, since they may be alike. */
  private static final int BLOCK = 8;

  private final Trial trial;
  private final List<T> all;
  private final AtomicInteger taken = new AtomicInteger();

  Samples(Trial trial, List<T> all) {
    this.trial = trial;
    this.all = all;
  }

  /**
   * Checks one after the other for a while, so that only R16 fails if no thread but one may call.
   * If the store is slow, it then checks on many threads. Returns those that were checked.
   */
  List<T> check(Consumer<? super T> check) {
    long end = System.nanoTime() + ALONE_NANOS;
    int alone = 0;
    while (alone < all.size() && (System.nanoTime() - end <= 0 || trial.isFast())) {
      check.accept(all.get(alone++));
    }
    List<T> rest = spread(all.subList(alone, all.size()));
    long last = System.nanoTime() + TOGETHER_NANOS;
    int threads = Math.min(THREADS, rest.size());
    var started = new ArrayList<Future<?>>();
    for (int thread = 0; thread < threads; thread++) {
      started.add(trial.threads.start(() -> checkUntil(last, rest, check)));
    }
    TrialThreads.getAll(started);
    var checked = new ArrayList<>(all.subList(0, alone));
    checked.addAll(rest.subList(0, Math.min(taken.get(), rest.size())));
    return checked;
  }

  /** Checks one sample at least. */
  private void checkUntil(long last, List<T> rest, Consumer<? super T> check) {
    do {
      int index = taken.getAndIncrement();
      if (index >= rest.size()) {
        break;
      }
      check.accept(rest.get(index));
    } while (System.nanoTime() - last < 0);
  }

  /** Returns all, or every eighth if a call takes long. */
  static <T> List<T> toReadAgain(Trial trial, List<T> written) {
    int step = trial.isSlow() ? 8 : 1;
    return IntStream.range(0, written.size())
        .filter(index -> index % step == 0)
        .mapToObj(written::get)
        .toList();
  }

  /** Returns an order of which any beginning is spread over all. */
  static <T> List<T> spread(List<T> all) {
    int blocks = (all.size() + BLOCK - 1) / BLOCK;
    return IntStream.range(0, blocks)
        .boxed()
        .sorted(Comparator.comparingInt(block -> Integer.reverse(block) >>> 1))
        .map(block -> all.subList(block * BLOCK, Math.min(all.size(), (block + 1) * BLOCK)))
        .flatMap(List::stream)
        .toList();
  }
}
