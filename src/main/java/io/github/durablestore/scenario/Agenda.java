package io.github.durablestore.scenario;

import io.github.durablestore.scenario.Actor.Phase;
import io.github.durablestore.text.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Which actors can go on, which tasks may start, and the virtual time. Only whoever passes the turn
 * asks for it.
 */
final class Agenda {
  private final List<Actor> actors;
  private final Consumer<String> end;

  /** Whether a schedule chooses; otherwise tasks run one by one. */
  private boolean isChoosing;

  /** Whether the process's own thread waits until all others have ended. */
  private volatile boolean isEnding;

  private boolean runsDelayed;
  private int round;
  private int progress;
  private volatile long now;

  /**
   * Creates an agenda.
   *
   * @param end ends the run, and says why
   */
  Agenda(List<Actor> actors, Consumer<String> end) {
    this.actors = actors;
    this.end = end;
  }

  /** Returns the virtual time in nanoseconds. */
  long now() {
    return now;
  }

  /** From now on, all run until they have ended, in an order that is chosen. */
  void beginChoosing(Actor process, List<Actor> own) {
    var all = new ArrayList<>(own);
    all.addAll(tasks());
    for (int index = 0; index < all.size(); index++) {
      all.get(index).index = index;
    }
    actors.retainAll(List.of(process));
    actors.addAll(all);
    isChoosing = true;
    isEnding = true;
    requireLetters(process);
  }

  /**
   * From now on, tasks run one by one until they have ended.
   *
   * @param delayed whether those too that are due later, and periodic ones once
   */
  void beginDraining(boolean delayed) {
    runsDelayed = delayed;
    round++;
    isEnding = true;
  }

  void end() {
    isChoosing = false;
    isEnding = false;
    runsDelayed = false;
  }

  /** Returns those that can go on, without the process's own thread. */
  List<Actor> ready() {
    List<Actor> ready = new ArrayList<>();
    for (Actor actor : actors) {
      if (!actor.isProcess && isReady(actor)) {
        ready.add(actor);
      }
    }
    return ready;
  }

  /** Returns the tasks that have not ended. */
  List<Actor> tasks() {
    return actors.stream().filter(task -> task.task != null && !task.isDone()).toList();
  }

  /**
   * Returns one that asks for the turn; {@code null} for none. What depends on a future that is
   * complete comes first, in whichever thread it is.
   */
  @Nullable Actor asking() {
    List<Actor> asking = new ArrayList<>();
    for (Actor actor : actors) {
      if (actor.phase == Phase.ASKING) {
        asking.add(actor);
      }
    }
    for (Actor actor : asking) {
      if (asking.size() > 1 && Stages.isStage(actor.stack())) {
        return actor;
      }
    }
    return asking.isEmpty() ? null : asking.get(0);
  }

  /** Returns how many wait, or were woken and have not stopped. */
  int blocked() {
    return (int) actors.stream().filter(actor -> actor.isBlocked).count();
  }

  boolean isReady(Actor actor) {
    return switch (actor.phase) {
      case NEW -> actor.task == null || mayStart(actor, actor.task);
      case AWAITING -> {
        BooleanSupplier condition = actor.condition; // none for the end of all others
        yield condition != null && (condition.getAsBoolean() || actor.isInterrupted());
      }
      case BEFORE_CALL, AFTER_CALL, BETWEEN, ASKING, SUBMITTING -> true;
      default -> false;
    };
  }

  /** Returns whether someone waits with a virtual timeout. */
  boolean hasTimeout() {
    return actors.stream().anyMatch(Agenda::hasTimeout);
  }

  private static boolean hasTimeout(Actor actor) {
    return actor.phase == Phase.AWAITING && actor.deadline != Long.MAX_VALUE;
  }

  /** Returns those that can go on; if there are none, those whose timeout comes first. */
  List<Actor> passTime(Trace trace) {
    List<Actor> ready = ready();
    if (ready.isEmpty()) {
      long first = Long.MAX_VALUE;
      for (Actor actor : actors) {
        first = hasTimeout(actor) ? Math.min(first, actor.deadline) : first;
      }
      now = Math.max(now, first);
      for (Actor actor : actors) {
        if (hasTimeout(actor) && actor.deadline <= now) {
          ready.add(actor);
          trace.addOmission(actor, Trace.WITH_TIMEOUT);
        }
      }
    }
    return ready;
  }

  /** One by one, the task goes on that has begun, and then the one that is due first. */
  Actor earliest(List<Actor> ready, @Nullable Actor last) {
    Actor earliest = ready.get(0);
    for (Actor actor : ready) {
      if (actor == last) {
        return actor;
      }
      if (due(actor) < due(earliest)) {
        earliest = actor;
      }
    }
    return earliest;
  }

  private long due(Actor actor) {
    return actor.phase == Phase.NEW && actor.task != null ? Math.max(now, actor.task.due) : now;
  }

  /** Adds a task. */
  void add(Actor submitter, PoolTask<?> task) {
    int index = actors.size() - 1; // without the process's own thread
    actors.add(Actor.ofTask(Math.min(index, Limits.ACTORS_AND_TASKS - 1), submitter, task));
    if (isChoosing) {
      requireLetters(submitter);
    }
  }

  /** Ends the run if there are more actors and tasks than letters. */
  private void requireLetters(Actor submitter) {
    long tasks = actors.stream().filter(actor -> actor.task != null).count();
    long own = actors.size() - 1 - tasks;
    if (own + tasks > Limits.ACTORS_AND_TASKS) {
      end.accept(
          "%s submits more tasks than a run can have: there are %d %s and %d tasks, and at most %d are allowed in all; submit fewer"
              .formatted(
                  Text.name(submitter.root.name),
                  own,
                  own == 1 ? "actor" : "actors",
                  tasks,
                  Limits.ACTORS_AND_TASKS));
    }
  }

  /** Lets the time pass until a task is due that starts now. */
  void start(PoolTask<?> task) {
    now = Math.max(now, task.due);
    task.idleRounds = progress > task.progress ? 0 : task.idleRounds + 1;
    task.progress = progress;
  }

  /** Counts a step of an actor that is not a periodic task, or the task of one. */
  void count(Actor actor) {
    progress += actor.isPeriodic() || actor.repeats.arePolls() ? 0 : 1;
  }

  /** Records what has ended since, in the order of the letters, whoever was the first. */
  void recordEnds(Trace trace) {
    for (int i = 0; i < actors.size(); i++) { // a periodic task is added once more
      Actor actor = actors.get(i);
      Ending ending = actor.ending;
      if (ending != null && (actor.isDone() || actor.phase == Phase.BETWEEN)) {
        actor.ending = null;
        if (isChoosing) {
          trace.addEnd(ending);
        }
        if (ending.thrown != null && actor.task != null && actor.task.isExecuted) {
          trace.uncaught.add(ending);
        }
        count(actor);
        repeat(actor);
      }
    }
  }

  /** Adds a periodic task that has run, if it is to run once more. */
  private void repeat(Actor actor) {
    PoolTask<?> task = actor.task;
    if (task != null && task.repeats(round, isChoosing)) {
      add(actor, task);
    }
  }

  /** Returns whether its pool has a thread for a task, and no other task comes before it. */
  private boolean mayStart(Actor actor, PoolTask<?> task) {
    if (task.isCancelled()) {
      actor.phase = Phase.DONE;
      return false;
    }
    int running = 0;
    for (Actor other : actors) {
      PoolTask<?> its = other.task;
      if (its == null || other == actor || other.isCancelled()) {
        continue;
      }
      boolean isNew = other.phase == Phase.NEW;
      if (isNew && isBefore(other, its, actor, task)) {
        return false;
      }
      running += its.pool == task.pool && !isNew && !other.isDone() ? 1 : 0;
    }
    return running < task.pool.size && isTimeFor(task);
  }

  private boolean isBefore(Actor other, PoolTask<?> its, Actor actor, PoolTask<?> task) {
    if (its.isLast || task.isLast || (!isChoosing && its.isPeriodic())) {
      return false;
    }
    boolean isQueued = its.pool == task.pool && task.pool.isBounded();
    boolean isEarlier = its.due < task.due;
    return isQueued
        ? isEarlier || (its.due == task.due && other.index < actor.index)
        : isEarlier && its.due > now;
  }

  private boolean isTimeFor(PoolTask<?> task) {
    if (!task.isPeriodic()) {
      return isChoosing || task.due <= now || !isEnding || runsDelayed;
    }
    if (isChoosing && !task.isLast) {
      return true;
    }
    boolean isDue = isChoosing ? !task.isAgain : isEnding && runsDelayed && task.round < round;
    boolean isOfUse = isChoosing || !isEnding || runsDelayed; // others may wait for what it does
    boolean isNeeded =
        progress > task.progress || (task.idleRounds < Limits.IDLE_ROUNDS && isAnyActorBlocked());
    return (isDue || (isOfUse && isNeeded)) && isAllElseDone();
  }

  /** Returns whether an actor waits that is no task, such as a worker at its queue. */
  private boolean isAnyActorBlocked() {
    return actors.stream()
        .anyMatch(actor -> actor.task == null && (actor.isBlocked || isPollingStore(actor)));
  }

  private static boolean isPollingStore(Actor actor) {
    return actor.isAtCall() && actor.repeats.arePolls();
  }

  /** Returns whether only periodic tasks are left, and threads that wait for ever, or poll. */
  private boolean isAllElseDone() {
    for (Actor actor : actors) {
      PoolTask<?> task = actor.task;
      boolean isOver =
          actor.isProcess || actor.isDone() || actor.isBlocked || isPollingStore(actor);
      boolean isLater =
          task != null
              && task.isPeriodic()
              && actor.phase == Phase.NEW
              && (task.isLast || !isChoosing);
      if (!isOver && !isLater) {
        return false;
      }
    }
    return true;
  }

  /**
   * Returns whether the process's own thread waits for the end, and all others have ended, but for
   * tasks that wait for what no one gives them, or poll for it, as a worker does.
   */
  boolean haveAllEnded() {
    for (Actor actor : actors) {
      PoolTask<?> task = actor.task;
      boolean isLater =
          task != null
              && actor.phase == Phase.NEW
              && (task.isPeriodic() || (!isChoosing && task.due > now && !runsDelayed));
      boolean isIdle =
          task != null
              && actor.isBlocked
              && (actor.isPolling || actor.verdict == Watch.Verdict.WAITING);
      if (!actor.isProcess && !actor.isDone() && !isLater && !isIdle) {
        return false;
      }
    }
    return isEnding;
  }
}
