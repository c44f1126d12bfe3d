package io.github.durablestore.benchmark;

import java.util.concurrent.ThreadLocalRandom;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Where in the accounts a thread is; no two threads start at the same place. */
@State(Scope.Thread)
public class Cursor {
  /** A power of two, and too many for the nearest cache. */
  static final int ACCOUNTS = 1024;

  private int step = ThreadLocalRandom.current().nextInt();

  /** Returns the next of the accounts. */
  int next() {
    return ++step & (ACCOUNTS - 1);
  }

  /** Returns whether it is the turn of the one in ten. */
  boolean isTenth() {
    return step % 10 == 0;
  }
}
