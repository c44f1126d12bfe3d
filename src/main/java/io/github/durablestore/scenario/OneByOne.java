package io.github.durablestore.scenario;

import io.github.durablestore.text.Text;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The outcomes that are allowed: those of some order in which the actors run one by one. An actor
 * that died or failed because of a fault may have run or not.
 */
final class OneByOne {
  /**
   * The outcome of one order.
   *
   * @param ends how each actor ended; {@code null} if it did not run, or need not have run
   * @param words the same in words, made only when needed, since large results take long to print
   * @param seen what the observation returned or threw
   */
  record Outcome(List<@Nullable End> ends, Supplier<String> words, @Nullable Object seen) {
    String describe() {
      return words.get()
          + "; then "
          + (seen instanceof Throwable e ? "threw " + Text.thrown(e) : Text.value(seen));
    }
  }

  /** How an actor ended. */
  record End(@Nullable Object result, @Nullable Throwable thrown) {}

  private final List<Outcome> serial = new ArrayList<>();

  /**
   * Runs every order of every subset of the actors, each twice.
   *
   * @throws IllegalStateException if the second time gave something else, or each observation threw
   */
  static <P> OneByOne of(Plan<P> plan, Runner<P> runner, Action<? super P> observation) {
    var all = new OneByOne();
    all.addOrders(plan, runner, observation, List.of());
    if (all.serial.stream().allMatch(outcome -> outcome.seen instanceof Throwable)) {
      throw new IllegalStateException(
          "cannot explore the scenario: the observation throws whatever the actors do: %s; correct it"
              .formatted(all.serial.get(0).describe()));
    }
    return all;
  }

  private <P> void addOrders(
      Plan<P> plan, Runner<P> runner, Action<? super P> observation, List<Integer> order) {
    Outcome outcome = runInOrder(plan, runner, observation, order);
    Outcome again = runInOrder(plan, runner, observation, order);
    if (!same(outcome.ends, again.ends) || !same(outcome.seen, again.seen)) {
      throw new IllegalStateException(
          "cannot explore the scenario: it gives something else each time\n  %s\n  %s\nleave times, random ids and objects without equals out of what is returned"
              .formatted(outcome.describe(), again.describe()));
    }
    serial.add(outcome);
    for (int actor = 0; actor < plan.roles().size(); actor++) {
      if (!order.contains(actor)) {
        var longer = new ArrayList<Integer>(order);
        longer.add(actor);
        addOrders(plan, runner, observation, longer);
      }
    }
  }

  /** Runs some of the actors one by one; without a limit on switches, none is made. */
  private static <P> Outcome runInOrder(
      Plan<P> plan, Runner<P> runner, Action<? super P> observation, List<Integer> order) {
    var ordered =
        new Plan<P>(
            plan.process(),
            plan.stores(),
            plan.given(),
            order.stream().map(plan.roles()::get).toList(),
            List.of(),
            Course.Limits.NONE);
    var found = new ArrayList<Outcome>();
    Runner.Report report;
    try {
      report =
          runner.run(
              ordered,
              Branch.first(),
              (process, run, stage) ->
                  found.add(observe(plan, order, stage, process, observation)));
    } catch (DivergedException e) {
      throw new IllegalStateException(e); // there was nothing to repeat
    }
    if (report.failure() != null) {
      throw new IllegalStateException(
          "cannot run the actors one by one, as thenAsIfOneByOne(...) does: %s\nuse then(...) for actors that wait for one another"
              .formatted(report.failure().what()),
          report.failure().cause());
    }
    return found.get(0);
  }

  /**
   * Records the outcome of a run.
   *
   * @param order the actors of the stage, by their places in the plan
   */
  static <P> Outcome observe(
      Plan<P> plan, List<Integer> order, Stage<P> stage, P process, Action<? super P> observation) {
    var ends = new ArrayList<@Nullable End>();
    for (int role = 0; role < plan.roles().size(); role++) {
      Actor actor = actorOf(role, order, stage);
      if (actor == null || mayHaveRun(actor, stage)) {
        ends.add(null);
      } else {
        ends.add(new End(actor.result, actor.thrown));
      }
      if (actor != null) {
        actor.judged = true;
      }
    }
    Object seen;
    try {
      seen = observation.run(process);
    } catch (Throwable e) { // compared like a result
      seen = e;
    }
    return new Outcome(ends, () -> inWords(plan, order, stage), seen);
  }

  private static @Nullable Actor actorOf(int role, List<Integer> order, Stage<?> stage) {
    int at = order.indexOf(role);
    return at < 0 ? null : stage.actors().get(at);
  }

  private static boolean mayHaveRun(Actor actor, Stage<?> stage) {
    return actor.died || actor.phase != Actor.Phase.DONE || stage.failedByFault(actor);
  }

  private static String inWords(Plan<?> plan, List<Integer> order, Stage<?> stage) {
    var texts = new ArrayList<String>();
    for (int role = 0; role < plan.roles().size(); role++) {
      Actor actor = actorOf(role, order, stage);
      String end = actor == null ? "did not run" : stage.describeEnd(actor);
      texts.add(Text.name(plan.roles().get(role).name()) + " " + end);
    }
    return String.join("; ", texts);
  }

  /** Fails unless the outcome is one that the actors give one by one. */
  void require(Outcome outcome) throws Refutation {
    Set<String> possible = new LinkedHashSet<>();
    for (Outcome one : serial) {
      if (isPossible(one, outcome)) {
        if (agrees(one, outcome)) {
          return;
        }
        possible.add(one.describe());
      }
    }
    throw new Refutation(
        "no order of the actors, one by one, gives this:\n  %s\nbut one of:\n  %s"
            .formatted(outcome.describe(), String.join("\n  ", possible)));
  }

  /** Returns whether those ran that must have run. */
  private static boolean isPossible(Outcome one, Outcome outcome) {
    for (int actor = 0; actor < outcome.ends.size(); actor++) {
      if (outcome.ends.get(actor) != null && one.ends.get(actor) == null) {
        return false;
      }
    }
    return true;
  }

  private static boolean agrees(Outcome one, Outcome outcome) {
    for (int actor = 0; actor < outcome.ends.size(); actor++) {
      End end = outcome.ends.get(actor);
      if (end != null && !same(one.ends.get(actor), end)) {
        return false;
      }
    }
    return same(one.seen, outcome.seen);
  }

  /**
   * Returns whether two values are equal: arrays by their elements, exceptions by their message.
   */
  static boolean same(@Nullable Object one, @Nullable Object other) {
    if (one == null || other == null) {
      return one == null && other == null;
    }
    if (one instanceof End a && other instanceof End b) {
      return same(a.result, b.result) && same(a.thrown, b.thrown);
    }
    if (one instanceof Throwable a && other instanceof Throwable b) {
      return a.getClass() == b.getClass() && Objects.equals(Text.messageOf(a), Text.messageOf(b));
    }
    if (one instanceof Optional<?> a && other instanceof Optional<?> b) {
      return same(a.orElse(null), b.orElse(null));
    }
    if (one instanceof List<?> a && other instanceof List<?> b) {
      return same(a.toArray(), b.toArray());
    }
    if (one instanceof Map<?, ?> a && other instanceof Map<?, ?> b) {
      return a.keySet().equals(b.keySet())
          && a.keySet().stream().allMatch(key -> same(a.get(key), b.get(key)));
    }
    if (one instanceof Object[] a && other instanceof Object[] b) {
      for (int i = 0; i < a.length && a.length == b.length; i++) {
        if (!same(a[i], b[i])) {
          return false;
        }
      }
      return a.length == b.length;
    }
    return Objects.deepEquals(one, other);
  }
}
