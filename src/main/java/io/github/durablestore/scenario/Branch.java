package io.github.durablestore.scenario;

import org.jspecify.annotations.Nullable;

/**
 * A run to make: the first choices of an earlier run, then another choice. The arrays are those of
 * the earlier run, so that thousands of branches can wait in little memory.
 *
 * @param choices the choices of the earlier run
 * @param steps what was called at each of them
 * @param length how many of them to repeat
 * @param last the other choice; {@code null} in the first run, and in a replay
 * @param switches the switches between actors, until there
 * @param cost the switches, and the fault or crash
 * @param disturbed whether there is a fault or crash among the choices
 */
record Branch(
    Choice[] choices,
    @Nullable Step[] steps,
    int length,
    @Nullable Choice last,
    int switches,
    int cost,
    boolean disturbed) {
  static final Branch FIRST = new Branch(new Choice[0], new Step[0], 0, null, 0, 0, false);

  static Branch replaying(Choice[] choices) {
    return new Branch(choices, new Step[0], choices.length, null, 0, 0, false);
  }

  /** Returns the choice at a place, or {@code null} behind the last. */
  @Nullable Choice at(int place) {
    return place < length ? choices[place] : place == length ? last : null;
  }
}
