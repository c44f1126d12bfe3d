package io.github.durablestore.scenario;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A run to make: the first choices of an earlier run, then another choice. The arrays are those of
 * the earlier run, so that thousands of branches can wait in little memory.
 *
 * @param choices the choices of the earlier run
 * @param steps what was called at each of them
 * @param length how many of them to repeat
 * @param last the other choice; {@code null} in the first run, and in a replay
 * @param lastStep what the actor of the other choice was about to call; {@code null} if nothing
 * @param switches the switches between actors, until there
 * @param cost the switches, and the fault or crash
 * @param disturbed whether there is a fault or crash among the choices
 */
record Branch(
    Choice[] choices,
    @Nullable Step[] steps,
    int length,
    @Nullable Choice last,
    @Nullable Step lastStep,
    int switches,
    int cost,
    boolean disturbed) {
  static final Branch FIRST = new Branch(new Choice[0], new Step[0], 0, null, null, 0, 0, false);

  static Branch replaying(Choice[] choices) {
    return new Branch(choices, new Step[0], choices.length, null, null, 0, 0, false);
  }

  /** Returns the choice at a place, or {@code null} behind the last. */
  @Nullable Choice at(int place) {
    return place < length ? choices[place] : place == length ? last : null;
  }

  boolean isReplay() {
    return length > 0 && steps.length == 0;
  }

  /** Returns whether a call is the one of the earlier run, if that is known. */
  boolean expects(@Nullable Step step, int place) {
    return place < length
        ? isReplay() || Objects.equals(steps[place], step)
        : Objects.equals(lastStep, step);
  }

  /** Returns what was called at a place. */
  @Nullable Step stepAt(int place) {
    return place < length ? steps[place] : lastStep;
  }
}
