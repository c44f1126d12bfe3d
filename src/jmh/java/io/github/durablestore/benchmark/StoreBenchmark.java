package io.github.durablestore.benchmark;

import io.github.durablestore.egopb.DurableState;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/** Measures writes and reads of prepared states. */
@State(Scope.Benchmark)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 2, time = 1)
public class StoreBenchmark {
  @Param Contender contender;

  private final DurableState[] states = new DurableState[Cursor.ACCOUNTS];
  private final String[] ids = new String[Cursor.ACCOUNTS];
  private final String[] unknownIds = new String[Cursor.ACCOUNTS];
  private Store store;

  @Setup
  public void fill() {
    store = contender.open();
    int place = 0;
    for (int number : Accounts.shuffled(Cursor.ACCOUNTS)) {
      states[place] = Accounts.state(number);
      ids[place] = Accounts.id(number);
      unknownIds[place] = Accounts.id(Cursor.ACCOUNTS + number);
      store.write(states[place++]);
    }
  }

  @Benchmark
  public void write(Cursor cursor) {
    store.write(states[cursor.next()]);
  }

  @Benchmark
  public DurableState readHit(Cursor cursor) {
    return store.read(ids[cursor.next()]);
  }

  @Benchmark
  public DurableState readMiss(Cursor cursor) {
    return store.read(unknownIds[cursor.next()]);
  }

  @Benchmark
  public DurableState mix(Cursor cursor) {
    if (cursor.isTenth()) {
      write(cursor);
      return null;
    }
    return readHit(cursor);
  }

  @Benchmark
  @Threads(Threads.MAX)
  public DurableState mixOnAllCores(Cursor cursor) {
    return mix(cursor);
  }
}
