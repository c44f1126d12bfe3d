package io.github.durablestore.scenario;

import static io.github.durablestore.text.Text.quote;
import static java.util.Objects.requireNonNull;

import io.github.durablestore.StateStore;
import io.github.durablestore.memory.MemoryStateStore;
import io.github.durablestore.probe.Fault;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a {@link Scenario} was told, and what follows from all of it together. */
final class Settings<P> {
  private final BiFunction<? super StateStore, ? super Threads, ? extends P> process;
  private final Map<String, List<Plan.Op<P>>> actors = new LinkedHashMap<>();
  private final List<Plan.Op<P>> operations = new ArrayList<>();
  final List<Task<? super P>> given = new ArrayList<>();
  final List<Class<? extends Throwable>> refusals = new ArrayList<>();
  @Nullable Supplier<? extends StateStore> stores;
  @Nullable Supplier<? extends StateStore> shared;
  List<Fault> faults = List.of();
  boolean crashes;
  int switches = Limits.UNLIMITED;
  int size;
  int runs = Limits.RUNS;
  @Nullable String schedule;
  private boolean explored;

  Settings(BiFunction<? super StateStore, ? super Threads, ? extends P> process) {
    this.process = process;
  }

  void addActor(String actor, Action<? super P> action, boolean hasResult) {
    requireName("actor", requireNonNull(actor, "actor"));
    if (actors.size() == Limits.ACTORS && !actors.containsKey(actor)) {
      throw new IllegalStateException(
          "cannot add actor %s: a scenario has at most %d; remove one"
              .formatted(quote(actor), Limits.ACTORS));
    }
    int id = actors.values().stream().mapToInt(List::size).sum();
    actors
        .computeIfAbsent(actor, name -> new ArrayList<>())
        .add(new Plan.Op<>(id, actor, action, hasResult));
  }

  void addOperation(String name, Action<? super P> action, boolean hasResult) {
    requireName("operation", requireNonNull(name, "name"));
    if (operations.stream().anyMatch(operation -> operation.name().equals(name))) {
      throw new IllegalArgumentException(
          "cannot add operation %s: the name is taken; choose another".formatted(quote(name)));
    }
    operations.add(new Plan.Op<>(operations.size(), name, action, hasResult));
  }

  private static void requireName(String what, String name) {
    if (name.isBlank()) {
      throw new IllegalArgumentException(
          "cannot add %s %s: its name is blank; say what it does".formatted(what, quote(name)));
    }
  }

  /** Fails if the settings do not fit together, or if they were explored before. */
  void requireExplorable() {
    if (explored) {
      throw Failures.cannotExplore("it was explored before; write a new one");
    }
    if (actors.isEmpty() && operations.isEmpty()) {
      throw Failures.cannotExplore("it has no actor; add one with when(...), or operation(...)");
    }
    if (!actors.isEmpty() && !operations.isEmpty()) {
      throw Failures.cannotExplore(
          "it has actors and operations; use when(...) or operation(...) alone");
    }
    if (size > 0 && operations.isEmpty()) {
      throw Failures.cannotExplore(
          "size(...) is for programs of operations; use switches(...) with when(...)");
    }
    if (stores != null && shared != null) {
      throw Failures.cannotExplore(
          "it has stores from over(...) and overShared(...); use one of them");
    }
    if (size > 0 && size < Limits.MIN_SIZE) {
      throw Failures.cannotExplore(
          "a program of size 1 is one undisturbed operation; write .size(2) with faults() or crashes(), or .size(3)");
    }
    if (Workers.isAnyOf(Thread.currentThread())) {
      throw Failures.cannotExplore(
          "it is within another one, whose runs explore it; explore it on its own");
    }
    explored = true;
  }

  /** Returns the greatest size of a program; unlimited if the actors are written by hand. */
  int greatestSize() {
    return operations.isEmpty() ? Limits.UNLIMITED : size == 0 ? Limits.SIZE : size;
  }

  /** Returns what is to be explored, or the one program to replay. */
  List<Program<P>> programs() {
    Plan<P> plan = plan();
    if (operations.isEmpty()) {
      return List.of(new Program<>(plan));
    }
    return schedule == null
        ? Program.all(plan, operations, greatestSize(), runs)
        : List.of(Program.parse(schedule, plan, operations));
  }

  private Plan<P> plan() {
    List<Plan.Role<P>> roles = new ArrayList<>();
    actors.forEach((name, ops) -> roles.add(new Plan.Role<>(name, numbered(ops))));
    Supplier<? extends StateStore> common = shared;
    return new Plan<>(
        process,
        common == null
            ? new FreshStores(stores != null ? stores : MemoryStateStore::new)
            : () ->
                new SharedIds(
                    requireNonNull(common.get(), "overShared(...) returned null; return a store")),
        List.copyOf(given),
        roles,
        faults,
        List.copyOf(refusals),
        operations.stream().map(Plan.Op::name).toList(),
        new Plan.Bounds(switches, faults.size(), crashes, Limits.UNLIMITED));
  }

  /** The operations of an actor that has several are told apart by their numbers. */
  private static <P> List<Plan.Op<P>> numbered(List<Plan.Op<P>> ops) {
    if (ops.size() == 1) {
      return List.copyOf(ops);
    }
    List<Plan.Op<P>> numbered = new ArrayList<>();
    for (Plan.Op<P> op : ops) {
      String name = op.name() + " " + (numbered.size() + 1);
      numbered.add(new Plan.Op<>(op.id(), name, op.action(), op.hasResult()));
    }
    return numbered;
  }
}
