package io.github.durablestore.scenario;

import io.github.durablestore.scenario.Choice.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The choices of one run. It repeats those of a branch and then goes on without switching; each
 * alternative that it passes becomes a branch.
 */
final class Course {
  /** An actor that calls the store this often in a row may be waiting for what another does. */
  static final int CALLS_IN_A_ROW = 20;

  private final Branch branch;
  private final Limits limits;
  private final List<Branch> branches = new ArrayList<>();
  private final Set<String> omissions = new LinkedHashSet<>();
  private Choice[] choices = new Choice[16];
  private @Nullable Step[] steps = new Step[16];
  private int length;
  private @Nullable Actor current;
  private boolean afterCall;
  private int callsInARow;

  /** What may be done to the actors, and how often. */
  record Limits(int switches, int faultKinds, boolean crashes, boolean spinsEnd) {
    static final Limits NONE = new Limits(0, 0, false, false);
  }

  Course(Branch branch, Limits limits) {
    this.branch = branch;
    this.limits = limits;
  }

  /**
   * Chooses who goes on.
   *
   * @param ready the actors that can, at least one
   * @throws DivergedException if the choice to repeat is not possible
   */
  Choice next(List<Actor> ready) throws DivergedException {
    Choice repeated = branch.at(length);
    Choice choice = repeated != null ? requirePossible(repeated, ready) : choose(ready);
    record(choice, choice.kind() == Kind.CRASH ? null : find(choice.actor(), ready));
    return choice;
  }

  /** Returns the number of choices so far. */
  int length() {
    return length;
  }

  /** Returns the actor that a choice went to; -1 for a crash. */
  int actorAt(int place) {
    Choice choice = choices[place];
    return choice.kind() == Kind.CRASH ? -1 : choice.actor();
  }

  /** Returns the choices so far, as text. */
  String schedule() {
    return Choice.print(choices, length);
  }

  /** Returns the alternatives that were passed, whose arrays are those of this run. */
  List<Branch> branches() {
    return branches;
  }

  /** Returns what kinds of orders were passed over. */
  Set<String> omissions() {
    return omissions;
  }

  /** Returns whether all choices of the branch have been repeated. */
  boolean isRepeated() {
    return branch.at(length) == null;
  }

  private Choice choose(List<Actor> ready) {
    Actor going = current != null && ready.contains(current) ? current : null;
    boolean spinning =
        limits.spinsEnd && going != null && callsInARow >= CALLS_IN_A_ROW && ready.size() > 1;
    Actor chosen =
        going == null ? ready.get(0) : spinning ? ready.get(following(going, ready)) : going;
    if (spinning) {
      omissions.add("orders with more than %d calls in a row".formatted(CALLS_IN_A_ROW));
    }
    int price = going == null || spinning ? 0 : 1;
    for (Actor other : ready) {
      int switches = other == chosen ? 0 : price;
      if (other != chosen && !(spinning && other == going)) {
        add(Choice.of(other, Kind.GO), switches, 0);
      }
      if (other.phase == Actor.Phase.BEFORE_CALL && !branch.disturbed()) {
        for (int kind = 1; kind <= limits.faultKinds; kind++) {
          add(Choice.of(other, kind == 1 ? Kind.FAIL : Kind.FAIL_OTHERWISE), switches, 1);
        }
      }
    }
    if (limits.crashes && !branch.disturbed() && (length == 0 || afterCall)) {
      add(Choice.CRASH, 0, 1);
    }
    return Choice.of(chosen, Kind.GO);
  }

  private static int following(Actor actor, List<Actor> ready) {
    return (ready.indexOf(actor) + 1) % ready.size();
  }

  private void add(Choice choice, int switches, int disturbances) {
    int sum = branch.switches() + switches;
    if (sum > limits.switches) {
      omissions.add(
          "orders with more than %d %s"
              .formatted(limits.switches, limits.switches == 1 ? "switch" : "switches"));
      return;
    }
    branches.add(
        new Branch(
            choices,
            steps,
            length,
            choice,
            sum,
            branch.cost() + switches + disturbances,
            branch.disturbed() || disturbances > 0));
  }

  private Choice requirePossible(Choice repeated, List<Actor> ready) throws DivergedException {
    if (repeated.kind() == Kind.CRASH) {
      return repeated;
    }
    Actor actor = find(repeated.actor(), ready);
    Step recorded = length < branch.steps().length ? branch.steps()[length] : null;
    boolean mayFail = actor != null && actor.phase == Actor.Phase.BEFORE_CALL;
    if (actor == null || repeated.kind().isFault() && !mayFail) {
      throw new DivergedException(length + 1, "a step of " + repeated, "no such step");
    }
    Step pending = mayFail ? actor.step : null;
    if (length < branch.length()
        && branch.steps().length > 0
        && !Objects.equals(recorded, pending)) {
      throw new DivergedException(length + 1, describe(recorded), describe(pending));
    }
    return repeated;
  }

  private static String describe(@Nullable Step step) {
    return step == null ? "no call" : step.toString();
  }

  private void record(Choice choice, @Nullable Actor actor) {
    if (length == choices.length) { // branches keep the shorter arrays
      choices = Arrays.copyOf(choices, 2 * length);
      steps = Arrays.copyOf(steps, 2 * length);
    }
    boolean calls = actor != null && actor.phase == Actor.Phase.BEFORE_CALL;
    callsInARow = (actor == current ? callsInARow : 0) + (calls ? 1 : 0);
    current = actor;
    afterCall = calls;
    choices[length] = choice;
    steps[length] = calls ? actor.step : null;
    length++;
  }

  private static @Nullable Actor find(int index, List<Actor> ready) {
    for (Actor actor : ready) {
      if (actor.index == index) {
        return actor;
      }
    }
    return null;
  }
}
