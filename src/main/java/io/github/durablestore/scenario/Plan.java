package io.github.durablestore.scenario;

import static java.util.Objects.requireNonNull;

import io.github.durablestore.StateStore;
import io.github.durablestore.probe.Fault;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An immutable copy of a scenario, or of one program of a scenario that the machine writes.
 *
 * @param operations the names of all operations that programs are written of; empty if the actors
 *     are written by hand
 */
record Plan<P>(
    BiFunction<? super StateStore, ? super Threads, ? extends P> process,
    Supplier<StateStore> stores,
    List<Task<? super P>> given,
    List<Role<P>> roles,
    List<Fault> faults,
    List<Class<? extends Throwable>> refusals,
    List<String> operations,
    Bounds limits) {

  /** An actor's name and what it does. */
  record Role<P>(String name, List<Op<P>> ops) {}

  /**
   * One operation of an actor.
   *
   * @param id its number among the operations that differ
   */
  record Op<P>(int id, String name, Action<? super P> action, boolean hasResult) {}

  /**
   * Bounds of what may be done to the actors.
   *
   * @param cost the most switches, faults and crashes together
   */
  record Bounds(int switches, int faultKinds, boolean crashes, int cost) {}

  /** Starts a process. */
  P start(StateStore store, Threads threads) {
    return requireNonNull(
        process.apply(store, threads), "it is null; return it from the function that starts it");
  }

  boolean isMachineWritten() {
    return !operations.isEmpty();
  }

  /** Returns whether an operation that threw this did nothing. */
  boolean isRefusal(@Nullable Throwable thrown) {
    Throwable refusal = refusalIn(thrown);
    return refusals.stream().anyMatch(type -> type.isInstance(refusal) || type.isInstance(thrown));
  }

  /** Returns what a future failed with; any other exception as it is. */
  static @Nullable Throwable refusalIn(@Nullable Throwable thrown) {
    Throwable cause = thrown;
    while ((cause instanceof ExecutionException || cause instanceof CompletionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  /** Returns the plan with more refusals. */
  Plan<P> refusing(List<Class<? extends Throwable>> more) {
    List<Class<? extends Throwable>> all = new ArrayList<>(refusals);
    all.addAll(more);
    return new Plan<>(process, stores, given, roles, faults, all, operations, limits);
  }

  /** Returns the plan of a program. */
  Plan<P> withRoles(List<Role<P>> roles, int cost) {
    var limits =
        new Bounds(this.limits.switches(), this.limits.faultKinds(), this.limits.crashes(), cost);
    return new Plan<>(process, stores, given, roles, faults, refusals, operations, limits);
  }
}
