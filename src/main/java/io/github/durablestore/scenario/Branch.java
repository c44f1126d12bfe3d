package io.github.durablestore.scenario;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A run still to be made: the first choices of an earlier run, and then a different one. It shares
 * the arrays of the earlier run, so thousands of branches take little memory.
 */
final class Branch {
  private final Choice[] choices;
  private final @Nullable Step[] steps;
  private final @Nullable Choice last;
  private final @Nullable Step lastStep;

  /** The number of choices to repeat, before the different one. */
  final int length;

  /** The switches between actors. */
  final int switches;

  /** The switches, and the fault or crash. */
  final int cost;

  /** The faults and crashes. */
  final int disturbances;

  /** Whether an actor has waited for another by then, so that it may not repeat. */
  final boolean isBehindWait;

  /**
   * Creates a branch.
   *
   * @param choices the choices of the earlier run
   * @param steps the call at each choice; empty if the calls are not known
   * @param length the number of choices to repeat
   * @param last the different choice, if any
   * @param lastStep the call that its actor was about to make
   */
  private Branch(
      Choice[] choices,
      @Nullable Step[] steps,
      int length,
      @Nullable Choice last,
      @Nullable Step lastStep,
      int switches,
      int cost,
      int disturbances,
      boolean isBehindWait) {
    this.choices = choices;
    this.steps = steps;
    this.length = length;
    this.last = last;
    this.lastStep = lastStep;
    this.switches = switches;
    this.cost = cost;
    this.disturbances = disturbances;
    this.isBehindWait = isBehindWait;
  }

  /** Returns the first run, which repeats nothing. */
  static Branch first() {
    return replaying(new Choice[0]);
  }

  /** Returns the run of a complete schedule. */
  static Branch replaying(Choice[] choices) {
    return new Branch(choices, new Step[0], choices.length, null, null, 0, 0, 0, false);
  }

  /** Returns a branch off the run that this branch leads to. */
  Branch branch(
      Choice[] choices,
      @Nullable Step[] steps,
      int length,
      Choice last,
      @Nullable Step lastStep,
      int switches,
      boolean isBehindWait) {
    int disturbances = last.kind() == Choice.Kind.GO ? 0 : 1;
    return new Branch(
        choices,
        steps,
        length,
        last,
        lastStep,
        this.switches + switches,
        cost + switches + disturbances,
        this.disturbances + disturbances,
        isBehindWait);
  }

  /** Returns the choice at a place, or {@code null} after the last. */
  @Nullable Choice at(int place) {
    return place < length ? choices[place] : place == length ? last : null;
  }

  /** Returns whether it repeats nothing. */
  boolean isFirst() {
    return length == 0 && last == null;
  }

  boolean isReplay() {
    return length > 0 && steps.length == 0;
  }

  /** Returns whether a call is that of the earlier run, if it is known. */
  boolean expects(@Nullable Step step, int place) {
    return isReplay() || Objects.equals(stepAt(place), step);
  }

  /** Returns the call that was about to be made at a place. */
  @Nullable Step stepAt(int place) {
    return place < length ? steps[place] : lastStep;
  }
}
