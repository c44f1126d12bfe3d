package io.github.durablestore.scenario;

import static io.github.durablestore.text.Text.failure;
import static io.github.durablestore.text.Text.lines;
import static io.github.durablestore.text.Text.name;
import static io.github.durablestore.text.Text.quote;
import static io.github.durablestore.text.Text.thrown;

import io.github.durablestore.StateStore;
import io.github.durablestore.memory.MemoryStateStore;
import io.github.durablestore.probe.StateStoreProbe;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes runs, each with its own store and process. */
final class Runner<P> implements AutoCloseable {
  private static final int MOST_ATTEMPTS = 5;
  private static final int MOST_FRAMES = 15;

  private final boolean replaying;
  private final Pool pool;
  private final @Nullable Alarm alarm;
  private boolean watched;
  private boolean interrupted;
  private @Nullable StateStore lastStore;

  /** Judges a run that has ended. */
  @FunctionalInterface
  interface Judge<P> {
    void judge(P process, Run run, Stage<P> stage) throws Throwable;
  }

  /** The outcome of a run. */
  record Report(
      Course course,
      boolean discarded,
      boolean faulted,
      boolean crashed,
      List<String> omissions,
      @Nullable Failure failure) {}

  /** What was wrong with a run, and the run as a picture. */
  record Failure(String what, @Nullable Throwable cause, String picture) {}

  private record Wrong(String what, @Nullable Throwable cause) {}

  Runner(int actors, boolean replaying) {
    this.replaying = replaying;
    this.pool = new Pool(actors);
    this.alarm = actors == 1 && !replaying ? new Alarm() : null;
    this.watched = actors > 1;
  }

  /** Makes a run, and repeats it if it diverged from the choices of an earlier one. */
  Report run(Plan<P> plan, Branch branch, Judge<P> judge) throws DivergedException {
    for (int attempt = 1; ; attempt++) {
      try {
        Report report = runOnce(plan, branch, judge, attempt);
        if (report != null) {
          return report;
        }
        watched = true;
      } catch (DivergedException e) {
        if (attempt == MOST_ATTEMPTS || branch.isReplay()) {
          throw e;
        }
      }
    }
  }

  private @Nullable Report runOnce(Plan<P> plan, Branch branch, Judge<P> judge, int attempt)
      throws DivergedException {
    try (StateStore store = newStore(plan)) {
      store.connect();
      var witness = new Witness(store);
      var probe = new StateStoreProbe(witness);
      var gate = new Gate(probe);
      P process = start(plan, gate);
      var course = new Course(branch, plan.limits());
      var stage =
          new Stage<>(
              plan,
              process,
              probe,
              witness,
              course,
              watched ? pool : null,
              alarm,
              replaying ? Patience.inDebugger() : Patience.of(attempt));
      play(stage, gate, probe);
      witness.requireEmptyAtFirst();
      if (!watched && (stage.foreign || stage.interrupted)) {
        // The actor may wait for the other thread, or it was not the actor that interrupted.
        interrupted = stage.interrupted;
        close(process, gate);
        return null;
      }
      requireRepeated(stage, course, branch);
      Wrong wrong = stage.discarded ? null : judge(plan, process, gate, probe, stage, judge);
      witness.requireEmptyAtFirst();
      if (stage.trouble == null) { // otherwise, closing might wait for an actor that hangs
        close(process, gate);
      }
      return new Report(
          course,
          stage.discarded,
          !stage.injected.isEmpty(),
          stage.crashed,
          omissions(stage, course),
          wrong == null
              ? null
              : new Failure(wrong.what, wrong.cause, new Picture(stage, course, store).draw()));
    }
  }

  @SuppressWarnings("ReferenceEquality") // a store may say that it equals another
  private StateStore newStore(Plan<P> plan) {
    StateStore store = plan.stores().get();
    if (store == null) {
      throw new NullPointerException("over(...) returned null; return a new store");
    }
    if (store == lastStore) {
      throw new IllegalStateException(
          "cannot explore the scenario: over(...) returned the same store twice;"
              + " return a new, empty store each time");
    }
    if (lastStore == null && store instanceof MemoryStateStore memory) {
      memory.connect();
      if (!memory.states().isEmpty()) {
        throw Witness.notEmpty(memory.states().firstKey());
      }
    }
    lastStore = store;
    return store;
  }

  private static <P> P start(Plan<P> plan, Gate gate) {
    P process;
    try {
      process = plan.process().apply(gate);
    } catch (RuntimeException | Error e) {
      throw new IllegalStateException(
          "cannot explore the scenario: the process did not start: " + thrown(e), e);
    }
    try {
      plan.given().run(process);
    } catch (Throwable e) { // a user's code may throw anything
      throw new IllegalStateException(
          "cannot explore the scenario: given(...) threw " + thrown(e), e);
    }
    return process;
  }

  private void play(Stage<?> stage, Gate gate, StateStoreProbe probe) {
    gate.leadTo(stage);
    try {
      stage.play();
      if (interrupted && !stage.interrupted) { // the actor did not do it
        throw new InterruptedException();
      }
      interrupted = false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(
          "cannot explore the scenario: the thread was interrupted during a run", e);
    } finally {
      gate.leadTo(null);
      probe.clearFaults();
    }
  }

  private static void requireRepeated(Stage<?> stage, Course course, Branch branch)
      throws DivergedException {
    if (stage.diverged != null) {
      throw stage.diverged;
    }
    if (!course.isRepeated() && !stage.discarded) {
      throw new DivergedException(course.length() + 1, "there", "behind the end");
    }
    if (branch.isReplay() && course.length() > branch.length()) {
      throw new DivergedException(branch.length() + 1, "behind the end", "there");
    }
  }

  private static List<String> omissions(Stage<?> stage, Course course) {
    var omissions = new ArrayList<String>(course.omissions());
    omissions.addAll(stage.omissions);
    if (stage.foreign) {
      omissions.add("orders may be missing, as threads that are no actors called the store");
    }
    return omissions;
  }

  private static <P> @Nullable Wrong judge(
      Plan<P> plan, P process, Gate gate, StateStoreProbe probe, Stage<P> stage, Judge<P> judge) {
    if (stage.trouble != null) {
      return new Wrong(stage.trouble, null);
    }
    P survivor = process;
    if (stage.crashed) {
      try {
        survivor = plan.process().apply(gate);
      } catch (RuntimeException | Error e) {
        return new Wrong("the process did not start again: " + thrown(e) + frames(e), e);
      }
    }
    try {
      return judge(survivor, probe, stage, plan.roles().size(), judge);
    } finally {
      if (stage.crashed) {
        close(survivor, gate);
      }
    }
  }

  private static <P> @Nullable Wrong judge(
      P survivor, StateStoreProbe probe, Stage<P> stage, int roles, Judge<P> judge) {
    Wrong wrong = null;
    List<Actor> actors = stage.actors().subList(0, roles);
    boolean undisturbed = !stage.crashed && stage.injected.isEmpty();
    try {
      judge.judge(survivor, new Run(probe, actors, stage.crashed, undisturbed), stage);
    } catch (Refutation e) {
      wrong = new Wrong(e.what(), null);
    } catch (Throwable e) { // any library's assertion error
      wrong = new Wrong("the check failed:" + lines(failure(e)), e);
    }
    for (Actor actor : actors) {
      if (actor.thrown != null && !actor.judged && !stage.failedByFault(actor)) {
        String what =
            "%s threw %s%s\n  if it may throw this, look at run.thrown(%s) in the check"
                .formatted(
                    name(actor.name),
                    thrown(actor.thrown),
                    frames(actor.thrown),
                    quote(actor.name));
        return new Wrong(what, actor.thrown);
      }
    }
    return wrong;
  }

  /** Closes a process that can be closed, so that its threads end. The store is closed anyway. */
  @SuppressWarnings("ReferenceEquality") // the process may be the store
  private static void close(Object process, Gate gate) {
    if (process != gate && process instanceof AutoCloseable closeable) {
      try {
        closeable.close();
      } catch (Exception e) {
        throw new IllegalStateException(
            "cannot explore the scenario: the process did not close: " + thrown(e), e);
      }
    }
  }

  private static String frames(Throwable thrown) {
    return Text.frames(thrown, MOST_FRAMES);
  }

  @Override
  public void close() {
    if (alarm != null) {
      alarm.close();
    }
    pool.close();
  }
}
