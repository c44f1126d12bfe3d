package io.github.durablestore;

import java.lang.ref.WeakReference;

/** Tells what the garbage collector can take. */
public final class GarbageCollector {
  private GarbageCollector() {}

  /** Returns whether what is referred to is collected, within a bounded number of collections. */
  public static boolean collects(WeakReference<?> reference) {
    for (int collection = 0; collection < 50 && reference.get() != null; collection++) {
      System.gc();
    }
    return reference.get() == null;
  }
}
