package io.github.durablestore.benchmark;

import java.util.concurrent.ThreadLocalRandom;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The position of a thread in the accounts. Each thread starts at a random one. */
@State(Scope.Thread)
public class Cursor {
  /** A power of two, and too many for the first-level cache. */
  static final int ACCOUNTS = 1024;

  private int step = ThreadLocalRandom.current().nextInt();

  /** Returns the next position. */
  int next() {
    return ++step & (ACCOUNTS - 1);
  }

  /** Returns whether this step is the one in ten. */
  boolean isTenth() {
    return step % 10 == 0;
  }
}
