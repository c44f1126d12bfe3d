package io.github.durablestore.scenario;

import static io.github.durablestore.text.Text.literal;
import static io.github.durablestore.text.Text.quote;
import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;

import io.github.durablestore.probe.StateStoreProbe;
import io.github.durablestore.text.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What happened in one run of a {@link Scenario}, for its check.
 *
 * <p>Its methods take the name of an actor. In a scenario of {@link Scenario#operation operations},
 * they take the name of an operation, and answer for all its calls. The calls are counted from 1:
 * first those of the first actor, in their order.
 *
 * <p>It can be used only during the check, by one thread. No parameter may be {@code null}, and no
 * method returns {@code null}.
 */
public final class Run {
  private final StateStoreProbe store;
  private final Plan<?> plan;
  private final List<Ending> endings;
  private final boolean crashed;
  private final boolean undisturbed;

  /** How the ids in the store's texts are turned into those of the process. */
  final ProcessIds names;

  Run(StateStoreProbe store, Plan<?> plan, List<Ending> endings, Trace trace) {
    this.store = store;
    this.plan = plan;
    this.endings = endings;
    crashed = trace.hasCrash;
    names = trace.names;
    undisturbed = !crashed && !trace.hasFault();
  }

  /**
   * Returns the store of this run, which has recorded every call, including those of {@code given}.
   * It injects no more faults.
   *
   * @return the store, connected
   */
  public StateStoreProbe store() {
    return store;
  }

  /**
   * Returns whether all operations of an actor returned normally, also if the process died later.
   *
   * @param actor the name of the actor
   * @return {@code false} if one threw or did not return, or if there was none
   * @throws IllegalArgumentException if no actor has this name
   */
  public boolean succeeded(String actor) {
    List<@Nullable Ending> all = find(actor);
    return !all.isEmpty() && all.stream().allMatch(ending -> ending != null && ending.returned());
  }

  /**
   * Returns whether an operation of an actor returned normally.
   *
   * @param actor the name of the actor
   * @param operation the place of the operation, from 1
   * @return {@code false} if it threw or did not return
   * @throws IllegalArgumentException if there is no such operation
   */
  public boolean succeeded(String actor, int operation) {
    Ending ending = find(actor, operation);
    return ending != null && ending.returned();
  }

  /**
   * Returns what an actor of one operation returned, as it was then.
   *
   * @param actor the name of the actor
   * @return the result; empty if it was {@code null}, or if the operation did not return
   * @throws IllegalArgumentException if no actor has this name, or if it has several operations
   */
  public Optional<Object> result(String actor) {
    return resultOf(findOnly(actor, "result"));
  }

  /**
   * Returns what an operation of an actor returned, as it was then.
   *
   * @param actor the name of the actor
   * @param operation the place of the operation, from 1
   * @return the result; empty if it was {@code null}, or if the operation did not return
   * @throws IllegalArgumentException if there is no such operation
   */
  public Optional<Object> result(String actor, int operation) {
    return resultOf(find(actor, operation));
  }

  private static Optional<Object> resultOf(@Nullable Ending ending) {
    return ending == null || ending.result == null
        ? Optional.empty()
        : Optional.ofNullable(ending.result.value());
  }

  /**
   * Returns what an actor of one operation threw. After a check has asked for it, the exception no
   * longer fails the run by itself.
   *
   * @param actor the name of the actor
   * @return the exception; empty if the operation returned, or if the process died before that
   * @throws IllegalArgumentException if no actor has this name, or if it has several operations
   */
  public Optional<Throwable> thrown(String actor) {
    return thrownBy(findOnly(actor, "thrown"));
  }

  /**
   * Returns what an operation of an actor threw. After a check has asked for it, the exception no
   * longer fails the run by itself.
   *
   * @param actor the name of the actor
   * @param operation the place of the operation, from 1
   * @return the exception; empty if the operation returned, or if the process died before that
   * @throws IllegalArgumentException if there is no such operation
   */
  public Optional<Throwable> thrown(String actor, int operation) {
    return thrownBy(find(actor, operation));
  }

  private static Optional<Throwable> thrownBy(@Nullable Ending ending) {
    if (ending == null) {
      return Optional.empty();
    }
    ending.judged = true;
    return Optional.ofNullable(ending.thrown);
  }

  /**
   * Returns whether the process died in this run. Operations that ended before that have succeeded
   * all the same.
   *
   * @return {@code true} if the process of the check is a new one
   */
  public boolean crashed() {
    return crashed;
  }

  /**
   * Returns whether the run had neither a fault nor a crash.
   *
   * @return {@code false} if a fault was injected or the process died
   */
  public boolean undisturbed() {
    return undisturbed;
  }

  private @Nullable Ending findOnly(String actor, String method) {
    List<@Nullable Ending> all = find(actor);
    if (all.size() > 1) {
      throw new IllegalArgumentException(
          "cannot choose an operation of %s: it has %d; write %s(%s, 1) for the first"
              .formatted(quote(actor), all.size(), method, quote(actor)));
    }
    return all.isEmpty() ? null : all.get(0);
  }

  private @Nullable Ending find(String actor, int operation) {
    List<@Nullable Ending> all = find(actor);
    if (operation < 1 || (operation > all.size() && !plan.isMachineWritten())) {
      throw new IllegalArgumentException(
          "cannot find operation %d of %s: it has %d, counted from 1"
              .formatted(operation, quote(actor), all.size()));
    }
    return operation > all.size() ? null : all.get(operation - 1);
  }

  /** Returns how each operation with the name ended; {@code null} if it has not begun. */
  private List<@Nullable Ending> find(String name) {
    requireNonNull(name, "actor");
    List<@Nullable Ending> all = new ArrayList<>();
    List<String> names = new ArrayList<>(plan.operations());
    for (int role = 0; role < plan.roles().size(); role++) {
      Plan.Role<?> its = plan.roles().get(role);
      if (!plan.isMachineWritten()) {
        names.add(its.name());
      }
      for (int place = 0; place < its.ops().size(); place++) {
        String key = !plan.isMachineWritten() ? its.name() : its.ops().get(place).name();
        if (key.equals(name)) {
          all.add(ending(role, place));
        }
      }
    }
    if (!names.contains(name)) {
      throw new IllegalArgumentException(
          "cannot find %s: the %s are %s; pass one of these names"
              .formatted(
                  !plan.isMachineWritten() ? "actor " + quote(name) : "operation " + quote(name),
                  !plan.isMachineWritten() ? "actors" : "operations",
                  names.stream().map(Text::quote).collect(joining(", "))));
    }
    return all;
  }

  private @Nullable Ending ending(int role, int place) {
    for (Ending ending : endings) {
      if (ending.role == role && ending.place == place) {
        return ending;
      }
    }
    return null;
  }

  /** Returns what an operation threw that the check has not looked at; {@code null} for nothing. */
  @Nullable Wrong unjudged() {
    for (Ending ending : endings) {
      Throwable thrown = ending.thrown;
      if (thrown != null && !ending.judged && !ending.byFault && !plan.isRefusal(thrown)) {
        String name = plan.roles().get(ending.role).ops().get(ending.place).name();
        return Wrong.ofOperation(name, ending, thrown, advice(ending));
      }
    }
    return null;
  }

  /** Returns how a check asks for what an operation threw. */
  private String advice(Ending ending) {
    Plan.Role<?> role = plan.roles().get(ending.role);
    if (!plan.isMachineWritten()) {
      String place = role.ops().size() == 1 ? "" : ", " + (ending.place + 1);
      return "run.thrown(%s%s) in the check".formatted(literal(role.name()), place);
    }
    String name = role.ops().get(ending.place).name();
    int number = 1;
    while (find(name, number) != ending) {
      number++;
    }
    return "run.thrown(%s, %d) in the check, and at its other calls, as programs have up to %d"
        .formatted(literal(name), number, 2 * Limits.OPERATIONS_EACH);
  }

  /** The oracle has judged all exceptions. */
  void judgeAll() {
    endings.forEach(ending -> ending.judged = true);
  }
}
