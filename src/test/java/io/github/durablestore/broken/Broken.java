package io.github.durablestore.broken;

import io.github.durablestore.StateStore;
import java.util.function.Supplier;

/**
 * A store that is wrong in one way.
 *
 * @param rule the rule that refuses it
 * @param what what it does wrong
 * @param store creates the store
 * @param purges whether it purges its records on disconnect
 * @param checks whether it refuses stale writes
 */
public record Broken(
    String rule, String what, Supplier<StateStore> store, boolean purges, boolean checks) {
  static Broken of(String rule, String what, Supplier<StateStore> store) {
    return new Broken(rule, what, store, true, false);
  }

  /** A store that keeps its records when it is disconnected. */
  static Broken keeping(String rule, String what, Supplier<StateStore> store) {
    return new Broken(rule, what, store, false, false);
  }

  /** A store that keeps its records, and refuses stale writes. */
  static Broken checking(String rule, String what, Supplier<StateStore> store) {
    return new Broken(rule, what, store, false, true);
  }

  @Override
  public String toString() {
    return rule + " " + what;
  }
}
