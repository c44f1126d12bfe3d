package io.github.durablestore.scenario;

import static io.github.durablestore.text.Text.literal;
import static io.github.durablestore.text.Text.quote;
import static java.util.stream.Collectors.joining;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** What the actors of a scenario do, and the runs of it that are still to be made. */
final class Program<P> {
  final Plan<P> plan;
  private final List<Queue<Branch>> queues = new ArrayList<>();

  Program(Plan<P> plan) {
    this.plan = plan;
    add(Branch.first());
  }

  /** Returns the number of operations. */
  int operations() {
    return plan.roles().stream().mapToInt(role -> role.ops().size()).sum();
  }

  void add(Branch branch) {
    while (queues.size() <= branch.cost) {
      queues.add(new ArrayDeque<>());
    }
    queues.get(branch.cost).add(branch);
  }

  /** Returns the next run of a cost; {@code null} if there is none. */
  @Nullable Branch poll(int cost) {
    return cost < 0 || cost >= queues.size() ? null : queues.get(cost).poll();
  }

  /** Returns the program as in {@code append | delete, create}. */
  @Override
  public String toString() {
    return String.join(" | ", plan.roles().stream().map(Program::print).toList());
  }

  private static String print(Plan.Role<?> role) {
    return String.join(", ", role.ops().stream().map(op -> print(op.name())).toList());
  }

  private static String print(String name) {
    boolean isPlain = name.chars().noneMatch(letter -> "|,:\"".indexOf(letter) >= 0);
    String literal = literal(name);
    return isPlain && literal.length() == name.length() + 2 && name.strip().equals(name)
        ? name
        : literal;
  }

  /** Returns the program as the lines of a scenario whose actors are written by hand. */
  String asScenario() {
    var text = new StringBuilder();
    for (Plan.Role<P> role : plan.roles()) {
      for (Plan.Op<P> op : role.ops()) {
        text.append(
            "\n    .%s(%s, ...) // the action of %s"
                .formatted(
                    op.hasResult() ? "when" : "whenRunning", quote(role.name()), print(op.name())));
      }
    }
    return text.toString();
  }

  /** Returns advice on the names that a check asks for if the actors are written by hand. */
  String namesForCheck() {
    return "\nin the check, ask for the actors (%s) instead of the operations"
        .formatted(plan.roles().stream().map(role -> quote(role.name())).collect(joining(", ")));
  }

  /**
   * Returns all small programs: of one actor if it may be disturbed, and of two that differ in more
   * than their order. If there are more shorter ones than runs, longer ones are left out.
   *
   * @param plan the plan, without actors
   * @param most the most operations, switches, faults and crashes together
   */
  static <P> List<Program<P>> all(Plan<P> plan, List<Plan.Op<P>> ops, int most, int runs) {
    List<Program<P>> programs = List.of();
    for (int longest = 1;
        longest <= Math.min(most, 2 * Limits.OPERATIONS_EACH) && programs.size() <= runs;
        longest++) {
      programs = all(plan, ops, most, longest, (long) programs.size() + runs);
    }
    return programs;
  }

  /** Returns those of at most some operations; of the longest, no more than can have their turn. */
  private static <P> List<Program<P>> all(
      Plan<P> plan, List<Plan.Op<P>> ops, int most, int longest, long mostPrograms) {
    boolean mayBeAlone = plan.limits().crashes() || plan.limits().faultKinds() > 0;
    List<List<Plan.Op<P>>> sequences = sequences(ops, Math.min(longest, Limits.OPERATIONS_ALONE));
    List<List<Plan.Op<P>>> each = sequences(ops, Math.min(longest - 1, Limits.OPERATIONS_EACH));
    List<Program<P>> programs = new ArrayList<>();
    for (int i = 0; i < sequences.size(); i++) {
      List<Plan.Op<P>> one = sequences.get(i);
      boolean isFull = programs.size() > mostPrograms;
      if (mayBeAlone && one.size() < most && !(isFull && one.size() == longest)) {
        programs.add(of(plan, List.of(one), most));
      }
      for (int j = i; j < each.size(); j++) {
        int length = one.size() + each.get(j).size();
        if (length < longest || (length == longest && programs.size() <= mostPrograms)) {
          programs.add(of(plan, List.of(one, each.get(j)), most));
        }
      }
    }
    return programs;
  }

  /** Returns all sequences of operations, the shortest first. */
  private static <P> List<List<Plan.Op<P>>> sequences(List<Plan.Op<P>> ops, int longest) {
    List<List<Plan.Op<P>>> sequences = new ArrayList<>();
    List<List<Plan.Op<P>>> last = List.of(List.of());
    for (int length = 1; length <= longest; length++) {
      List<List<Plan.Op<P>>> longer = new ArrayList<>();
      for (List<Plan.Op<P>> sequence : last) {
        for (Plan.Op<P> op : ops) {
          var next = new ArrayList<>(sequence);
          next.add(op);
          longer.add(next);
        }
      }
      sequences.addAll(longer);
      last = longer;
    }
    return sequences;
  }

  static <P> Program<P> of(Plan<P> plan, List<List<Plan.Op<P>>> actors, int most) {
    List<Plan.Role<P>> roles = new ArrayList<>();
    int operations = 0;
    for (List<Plan.Op<P>> actor : actors) {
      roles.add(new Plan.Role<>(String.valueOf((char) ('A' + roles.size())), actor));
      operations += actor.size();
    }
    return new Program<>(plan.withRoles(roles, most - operations));
  }

  /** Returns the letters in a text to replay, behind the program if there is one. */
  static String scheduleIn(String text) {
    int colon = text.lastIndexOf(": ");
    return colon < 0 ? text : text.substring(colon + 2);
  }

  /**
   * Returns the program in a text to replay.
   *
   * @throws IllegalArgumentException if there is none
   */
  static <P> Program<P> parse(String text, Plan<P> plan, List<Plan.Op<P>> ops) {
    int colon = text.lastIndexOf(": ");
    String rest = colon < 0 ? "" : text.substring(0, colon);
    List<List<Plan.Op<P>>> actors = new ArrayList<>();
    actors.add(new ArrayList<>());
    while (true) {
      Plan.Op<P> op = startOf(rest, ops);
      if (op == null) {
        throw new IllegalArgumentException(
            "cannot replay %s: it is no program of the operations; copy it from the failure"
                .formatted(quote(text)));
      }
      actors.get(actors.size() - 1).add(op);
      rest = rest.substring(print(op.name()).length());
      if (rest.isEmpty()) {
        return of(plan, actors, Limits.UNLIMITED);
      }
      if (rest.startsWith(" | ")) {
        actors.add(new ArrayList<>());
      }
      rest = rest.substring(rest.startsWith(" | ") ? 3 : Math.min(2, rest.length()));
    }
  }

  /** Returns the operation with whose name a text starts; the longest, as one may start another. */
  private static <P> Plan.@Nullable Op<P> startOf(String text, List<Plan.Op<P>> ops) {
    Plan.Op<P> longest = null;
    for (Plan.Op<P> op : ops) {
      String name = print(op.name());
      boolean isNext =
          text.equals(name) || text.startsWith(name + ", ") || text.startsWith(name + " | ");
      if (isNext && (longest == null || name.length() > print(longest.name()).length())) {
        longest = op;
      }
    }
    return longest;
  }
}
