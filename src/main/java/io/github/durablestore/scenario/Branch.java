package io.github.durablestore.scenario;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A run to make: the first choices of an earlier run, then another choice. The arrays are those of
 * the earlier run, so that thousands of branches can wait in little memory.
 */
final class Branch {
  private final Choice[] choices;
  private final @Nullable Step[] steps;
  private final int length;
  private final @Nullable Choice last;
  private final @Nullable Step lastStep;

  /** The switches between actors. */
  final int switches;

  /** The switches, and the fault or crash. */
  final int cost;

  /** Whether there is a fault or crash among the choices. */
  final boolean disturbed;

  /**
   * Creates a branch.
   *
   * @param choices the choices of the earlier run
   * @param steps what was called at each of them; empty if that is not known
   * @param length how many of them to repeat
   * @param last the other choice, if there is one
   * @param lastStep what its actor was about to call
   */
  private Branch(
      Choice[] choices,
      @Nullable Step[] steps,
      int length,
      @Nullable Choice last,
      @Nullable Step lastStep,
      int switches,
      int cost,
      boolean disturbed) {
    this.choices = choices;
    this.steps = steps;
    this.length = length;
    this.last = last;
    this.lastStep = lastStep;
    this.switches = switches;
    this.cost = cost;
    this.disturbed = disturbed;
  }

  /** Returns the run that repeats nothing. */
  static Branch first() {
    return replaying(new Choice[0]);
  }

  /** Returns the run of a whole schedule. */
  static Branch replaying(Choice[] choices) {
    return new Branch(choices, new Step[0], choices.length, null, null, 0, 0, false);
  }

  /** Returns a branch of the run that is made by this one. */
  Branch branch(
      Choice[] choices,
      @Nullable Step[] steps,
      int length,
      Choice last,
      @Nullable Step lastStep,
      int switches) {
    int disturbances = last.kind() == Choice.Kind.GO ? 0 : 1;
    return new Branch(
        choices,
        steps,
        length,
        last,
        lastStep,
        this.switches + switches,
        cost + switches + disturbances,
        disturbed || disturbances > 0);
  }

  int length() {
    return length;
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
    return isReplay() || Objects.equals(stepAt(place), step);
  }

  /** Returns what was about to be called at a place. */
  @Nullable Step stepAt(int place) {
    return place < length ? steps[place] : lastStep;
  }
}
