package io.github.durablestore.scenario;

import static io.github.durablestore.text.Text.quote;
import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;

import io.github.durablestore.probe.StateStoreProbe;
import io.github.durablestore.text.Text;
import java.util.List;
import java.util.Optional;

/**
 * What happened in one run of a {@link Scenario}, for its check.
 *
 * <p>It can be used only during the check, by one thread. No parameter may be {@code null}, and no
 * method returns {@code null}.
 */
public final class Run {
  private final StateStoreProbe store;
  private final List<Actor> actors;
  private final boolean crashed;
  private final boolean undisturbed;

  Run(StateStoreProbe store, List<Actor> actors, boolean crashed, boolean undisturbed) {
    this.store = store;
    this.actors = actors;
    this.crashed = crashed;
    this.undisturbed = undisturbed;
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
   * Returns whether an actor returned normally.
   *
   * @param actor the name of the actor
   * @return {@code false} if it threw, or if the process died before it returned
   * @throws IllegalArgumentException if there is no actor of this name
   */
  public boolean succeeded(String actor) {
    return find(actor).returned();
  }

  /**
   * Returns what an actor returned.
   *
   * @param actor the name of the actor
   * @return the result; empty if it was {@code null}, or if the actor did not return
   * @throws IllegalArgumentException if there is no actor of this name
   */
  public Optional<Object> result(String actor) {
    return Optional.ofNullable(find(actor).result);
  }

  /**
   * Returns what an actor threw. After a check has asked for it, the exception no longer fails the
   * run by itself.
   *
   * @param actor the name of the actor
   * @return the exception; empty if the actor returned, or if the process died before that
   * @throws IllegalArgumentException if there is no actor of this name
   */
  public Optional<Throwable> thrown(String actor) {
    Actor found = find(actor);
    found.judged = true;
    return Optional.ofNullable(found.thrown);
  }

  /**
   * Returns whether the process died in this run.
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

  private Actor find(String name) {
    requireNonNull(name, "actor");
    for (Actor actor : actors) {
      if (actor.name.equals(name)) {
        return actor;
      }
    }
    throw new IllegalArgumentException(
        "cannot find actor %s: the actors are %s; pass one of these names"
            .formatted(
                quote(name),
                actors.stream().map(actor -> actor.name).map(Text::quote).collect(joining(", "))));
  }
}
