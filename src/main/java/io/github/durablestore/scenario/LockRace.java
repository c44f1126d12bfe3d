package io.github.durablestore.scenario;

import java.util.Set;

/**
 * Choices at which an actor goes on to wait for a lock that another holds. If the other goes on at
 * the same time, the JVM is more likely to give the lock to the one that waits.
 *
 * @param places the numbers of the choices
 * @param spinNanos how long the other waits before it goes on
 */
record LockRace(Set<Integer> places, long spinNanos) {
  static final LockRace NONE = new LockRace(Set.of(), 0);

  boolean isAt(int place) {
    return !places.isEmpty() && places.contains(place);
  }

  void pause() {
    long start = System.nanoTime();
    while (System.nanoTime() - start < spinNanos) {
      Thread.onSpinWait();
    }
  }
}
