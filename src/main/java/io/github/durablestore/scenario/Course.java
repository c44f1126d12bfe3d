package io.github.durablestore.scenario;

import static io.github.durablestore.text.Text.quote;

import io.github.durablestore.probe.Operation;
import io.github.durablestore.scenario.Choice.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The choices of one run. It repeats the choices of a branch, and then goes on without switching.
 * Each alternative on the way becomes a new branch.
 */
final class Course {
  /** After this many calls in a row without progress, an actor may be waiting for another. */
  private static final int MOST_IDLE_CALLS = 20;

  /** After this many calls in a row, an actor may be waiting even if it seems to make progress. */
  private static final int MOST_CALLS = 200;

  /** With this many different calls among its last ones, an actor makes progress. */
  private static final int DIFFERENT_CALLS = 5;

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

  /** Limits on what may be done to the actors. */
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
    Actor chosen = choice.kind() == Kind.CRASH ? null : find(choice.actor(), ready);
    record(choice, chosen);
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

  /** Returns the alternatives on the way; they share the arrays of this run. */
  List<Branch> branches() {
    return branches;
  }

  /** Returns which kinds of orders were left out, in words. */
  Set<String> omissions() {
    return omissions;
  }

  /** Returns whether an actor called the store. */
  boolean hasCalls() {
    return Arrays.stream(steps).anyMatch(Objects::nonNull);
  }

  /** Returns whether all choices of the branch have been repeated. */
  boolean isRepeated() {
    return branch.at(length) == null;
  }

  /** Returns whether the current actor may be waiting for another by calling the store. */
  private boolean maySpin() {
    return limits.spinsEnd
        && (callsInARow >= MOST_CALLS || (callsInARow >= MOST_IDLE_CALLS && !makesProgress()));
  }

  /** Returns whether the last calls in a row wrote something, or were different ones. */
  private boolean makesProgress() {
    Set<Step> different = new HashSet<>();
    for (int place = length - 1, calls = 0; calls < MOST_IDLE_CALLS; place--) {
      Step step = steps[place];
      if (step != null) {
        if (step.operation() == Operation.WRITE_STATE) {
          return true;
        }
        different.add(step);
        calls++;
      }
    }
    return different.size() >= DIFFERENT_CALLS;
  }

  private Choice choose(List<Actor> ready) {
    Actor going = current != null && ready.contains(current) ? current : null;
    boolean spinning = going != null && ready.size() > 1 && maySpin();
    Actor chosen =
        going == null ? ready.get(0) : spinning ? ready.get(following(going, ready)) : going;
    if (spinning) {
      omissions.add(
          "orders with more than %d calls in a row"
              .formatted(callsInARow < MOST_CALLS ? MOST_IDLE_CALLS : MOST_CALLS));
    }
    int price = going == null ? 0 : 1;
    for (Actor other : ready) {
      int switches = other == chosen || other == going ? 0 : price;
      if (other != chosen && other != going) {
        add(other, Kind.GO, switches);
      }
      if (other.phase == Actor.Phase.BEFORE_CALL && !branch.disturbed) {
        for (int kind = 1; kind <= limits.faultKinds; kind++) {
          add(other, kind == 1 ? Kind.FAIL : Kind.FAIL_OTHERWISE, switches);
        }
      }
    }
    if (mayCrash() && !branch.disturbed) {
      add(null, Kind.CRASH, 0);
    }
    return Choice.of(chosen, Kind.GO);
  }

  private static int following(Actor actor, List<Actor> ready) {
    return (ready.indexOf(actor) + 1) % ready.size();
  }

  private void add(@Nullable Actor actor, Kind kind, int switches) {
    if (branch.switches + switches > limits.switches) {
      omissions.add(
          "orders with more than %d %s"
              .formatted(limits.switches, limits.switches == 1 ? "switch" : "switches"));
      return;
    }
    Choice last = actor == null ? Choice.CRASH : Choice.of(actor, kind);
    Step step = actor == null ? null : pending(actor);
    branches.add(branch.branch(choices, steps, length, last, step, switches));
  }

  private static @Nullable Step pending(Actor actor) {
    return actor.phase == Actor.Phase.BEFORE_CALL ? actor.step : null;
  }

  private Choice requirePossible(Choice repeated, List<Actor> ready) throws DivergedException {
    Actor actor = find(repeated.actor(), ready);
    Step step = actor == null ? null : pending(actor);
    boolean possible =
        switch (repeated.kind()) {
          case GO -> actor != null;
          case FAIL -> step != null && limits.faultKinds > 0;
          case FAIL_OTHERWISE -> step != null && limits.faultKinds > 1;
          case CRASH -> mayCrash();
        };
    if (!possible) {
      throw new DivergedException(length + 1, quote(repeated.toString()), "not possible");
    }
    if (repeated.kind() != Kind.CRASH && !branch.expects(step, length)) {
      throw new DivergedException(length + 1, describe(branch.stepAt(length)), describe(step));
    }
    return repeated;
  }

  private boolean mayCrash() {
    return limits.crashes && (length == 0 || afterCall);
  }

  private static String describe(@Nullable Step step) {
    return step == null ? "no call" : step.toString();
  }

  private void record(Choice choice, @Nullable Actor actor) {
    if (length == choices.length) { // branches keep the shorter arrays
      choices = Arrays.copyOf(choices, 2 * length);
      steps = Arrays.copyOf(steps, 2 * length);
    }
    Step step = actor == null ? null : pending(actor);
    boolean calls = step != null;
    callsInARow = (actor == current ? callsInARow : 0) + (calls ? 1 : 0);
    current = actor;
    afterCall = calls;
    choices[length] = choice;
    steps[length] = step;
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
