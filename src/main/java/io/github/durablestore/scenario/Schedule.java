package io.github.durablestore.scenario;

import static io.github.durablestore.text.Text.quote;

import io.github.durablestore.scenario.Choice.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The choices of one run. It repeats the choices of a branch, and then goes on without switching.
 * Each alternative on the way becomes a new branch.
 */
final class Schedule {
  private final Branch branch;
  private final Plan.Bounds limits;

  /** Whether a call may get a fault, by the number of the fault. */
  private final BiPredicate<Integer, Event> mayDisturb;

  /** The alternatives on the way; they share the arrays of this run. */
  final List<Branch> branches = new ArrayList<>();

  /** Which kinds of orders were left out, in words. */
  final Set<String> omissions = new LinkedHashSet<>();

  private Choice[] choices = new Choice[16];
  private @Nullable Step[] steps = new Step[16];
  private int length;
  private @Nullable Actor current;
  private boolean isAfterCall;
  private boolean isRecovering;
  private int callsInARow;

  /** Whether an actor has waited for another: from then on, the JVM chooses who gets a lock. */
  boolean isBehindWait;

  Schedule(Branch branch, Plan.Bounds limits, BiPredicate<Integer, Event> mayDisturb) {
    this.branch = branch;
    this.limits = limits;
    this.mayDisturb = mayDisturb;
  }

  /** From now on, the process starts once more, and may be disturbed once more. */
  void recover() {
    isRecovering = true;
    current = null;
    isAfterCall = false;
  }

  /**
   * Chooses who goes on.
   *
   * @param ready the actors that can, at least one
   * @throws Diverged if the choice to repeat is not possible
   */
  Choice next(List<Actor> ready) throws Diverged {
    boolean mayCrash = mayCrash();
    Choice repeated = branch.at(length);
    Choice choice =
        repeated != null ? requirePossible(repeated, ready, mayCrash) : choose(ready, mayCrash);
    record(choice, choice.kind() == Kind.CRASH ? null : find(choice.actor(), ready));
    return choice;
  }

  /** Returns whether the process dies now that everything has ended. */
  boolean crashesAtEnd() throws Diverged {
    if (!mayCrash()) {
      return false;
    }
    Choice repeated = branch.at(length);
    if (repeated == null) {
      addCrash();
      return false;
    }
    if (repeated.kind() != Kind.CRASH) {
      throw diverged(quote(repeated.toString()), "the end");
    }
    record(repeated, null);
    return true;
  }

  /** Returns the number of choices so far. */
  int length() {
    return length;
  }

  /** Returns the choices so far, as text. */
  String print() {
    return Choice.print(choices, length);
  }

  /** Returns whether the current actor may be waiting for another by calling the store. */
  private boolean maySpin() {
    return callsInARow >= Limits.CALLS_IN_A_ROW
        || (callsInARow >= Limits.IDLE_CALLS_IN_A_ROW && differentCalls() < Limits.DIFFERENT_CALLS);
  }

  /** Returns how many of the last calls in a row were different. One that writes counts as many. */
  private int differentCalls() {
    Set<Step> different = new HashSet<>();
    for (int place = length - 1, calls = 0; calls < Limits.IDLE_CALLS_IN_A_ROW; place--) {
      Step step = steps[place];
      if (step != null) {
        if (step.isWrite()) {
          return Limits.DIFFERENT_CALLS;
        }
        different.add(step);
        calls++;
      }
    }
    return different.size();
  }

  /** Removes the alternatives after the current actor has polled once: it read the same again. */
  private void forgetPolls() {
    int calls = Limits.IDLE_CALLS_IN_A_ROW - differentCalls();
    int place = length;
    while (calls > 0) {
      calls -= steps[--place] == null ? 0 : 1;
    }
    int last = place;
    branches.removeIf(branch -> branch.length > last);
  }

  private Choice choose(List<Actor> ready, boolean mayCrash) {
    Actor going = current != null && ready.contains(current) ? current : null;
    boolean isSpinning = going != null && ready.size() > 1 && maySpin();
    Actor chosen =
        going == null ? first(ready) : isSpinning ? ready.get(following(going, ready)) : going;
    if (isSpinning && callsInARow >= Limits.CALLS_IN_A_ROW) {
      omissions.add("orders with more than %d calls in a row".formatted(Limits.CALLS_IN_A_ROW));
    } else if (isSpinning) {
      omissions.add("orders in which an actor polls more than once in a row");
      forgetPolls();
    }
    for (Actor other : ready) {
      boolean isFree = other == chosen || other == going;
      int switches = isFree ? 0 : price(going, chosen, other);
      if (!isFree) {
        add(other, Kind.GO, switches);
      }
      addFaults(other, switches);
    }
    if (mayCrash) {
      addCrash();
    }
    return Choice.of(chosen.index, Kind.GO);
  }

  /** The actor's own tasks go on first, and the actor after its tasks. */
  private Actor first(List<Actor> ready) {
    for (Actor actor : ready) {
      if (current != null && actor.root == current.root) {
        return actor;
      }
    }
    return ready.get(0);
  }

  /**
   * Returns what a switch costs: it is free from an actor that has ended or waits to its own tasks
   * and back, and to any other if there are none.
   */
  private int price(@Nullable Actor going, Actor chosen, Actor other) {
    boolean isAmongKin = current != null && chosen.root == current.root;
    return going != null || (isAmongKin && other.root != chosen.root) ? 1 : 0;
  }

  private static int following(Actor actor, List<Actor> ready) {
    return (ready.indexOf(actor) + 1) % ready.size();
  }

  private void addFaults(Actor actor, int switches) {
    Event call = pending(actor);
    if (call == null || isDisturbed()) {
      return;
    }
    for (int fault = 1; fault <= limits.faultKinds(); fault++) {
      if (mayDisturb.test(fault, call)) {
        add(actor, fault == 1 ? Kind.FAIL : Kind.FAIL_OTHERWISE, switches);
      }
    }
  }

  private void addCrash() {
    if (!isDisturbed()) {
      add(null, Kind.CRASH, 0);
    }
  }

  /** Returns whether the process has had its fault or crash, so that it gets no other. */
  private boolean isDisturbed() {
    return branch.disturbances > (isRecovering ? 1 : 0);
  }

  private void add(@Nullable Actor actor, Kind kind, int switches) {
    int cost = branch.cost + switches + (kind == Kind.GO ? 0 : 1);
    if (branch.switches + switches > limits.switches()) {
      omissions.add(
          "orders with more than %d %s"
              .formatted(limits.switches(), limits.switches() == 1 ? "switch" : "switches"));
    } else if (cost <= limits.cost()) {
      Choice last = actor == null ? Choice.CRASH : Choice.of(actor.index, kind);
      branches.add(
          branch.branch(
              choices,
              steps,
              length,
              last,
              actor == null ? null : step(actor),
              switches,
              isBehindWait));
    }
  }

  private static @Nullable Event pending(Actor actor) {
    return actor.phase == Actor.Phase.BEFORE_CALL ? actor.pending : null;
  }

  private static @Nullable Step step(Actor actor) {
    Event call = pending(actor);
    return call == null ? null : call.step;
  }

  private Choice requirePossible(Choice repeated, List<Actor> ready, boolean mayCrash)
      throws Diverged {
    Actor actor = find(repeated.actor(), ready);
    Step step = actor == null ? null : step(actor);
    boolean isPossible =
        switch (repeated.kind()) {
          case GO -> actor != null;
          case FAIL -> step != null && limits.faultKinds() > 0;
          case FAIL_OTHERWISE -> step != null && limits.faultKinds() > 1;
          case CRASH -> mayCrash;
        };
    if (!isPossible) {
      throw new Diverged(
          "step %d, %s, is not possible".formatted(length + 1, quote(repeated.toString())),
          isBehindWait);
    }
    if (repeated.kind() != Kind.CRASH && !branch.expects(step, length)) {
      throw diverged(describe(branch.stepAt(length)), describe(step));
    }
    return repeated;
  }

  private Diverged diverged(String before, String now) {
    return new Diverged(
        "step %d is %s instead of %s".formatted(length + 1, now, before), isBehindWait);
  }

  /** Fails unless all choices of the branch were repeated, and in a replay no others made. */
  void requireRepeated() throws Diverged {
    if (branch.at(length) != null) {
      throw new Diverged(
          branch.isReplay()
              ? "the schedule has a step %d; this run ended before it".formatted(length + 1)
              : "an earlier run went on to step %d; this one ended before it".formatted(length + 1),
          isBehindWait);
    }
    if (branch.isReplay() && length > branch.length) {
      throw new Diverged(
          "the schedule ends with step %d; this run went on after it".formatted(branch.length),
          isBehindWait);
    }
  }

  /** The process dies before its first call, after each call, and after each end. */
  private boolean mayCrash() {
    boolean isAtEnd =
        current != null
            && !isRecovering
            && (current.phase == Actor.Phase.BETWEEN || current.isDone());
    return limits.crashes() && (isAfterCall || isAtEnd || (length == 0 && !isRecovering));
  }

  private static String describe(@Nullable Step step) {
    return step == null ? "no call" : step.toString();
  }

  private void record(Choice choice, @Nullable Actor actor) {
    if (length == choices.length) { // branches keep the shorter arrays
      choices = Arrays.copyOf(choices, 2 * length);
      steps = Arrays.copyOf(steps, 2 * length);
    }
    Step step = actor == null ? null : step(actor);
    callsInARow = (actor == current ? callsInARow : 0) + (step == null ? 0 : 1);
    current = actor;
    isAfterCall = step != null;
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
