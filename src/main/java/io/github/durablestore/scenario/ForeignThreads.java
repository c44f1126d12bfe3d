package io.github.durablestore.scenario;

import io.github.durablestore.text.Text;
import java.lang.management.LockInfo;
import java.lang.management.ThreadInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The threads that the scenario does not schedule, but which may end the wait of an actor: those
 * that its own threads have started, and the common pool's. They may compute and sleep, and call no
 * store.
 */
final class ForeignThreads {
  private static final int FEW_THREADS = 64;
  private static final int MAX_THREADS = 10_000;

  /** The JDK's own threads for the timeouts of futures, in 17 and 25. */
  private static final Set<String> TIMERS =
      Set.of("CompletableFutureDelayScheduler", "ForkJoinPool.commonPool-delayScheduler");

  /** The JDK's own threads that wait for the end of a process of the operating system. */
  private static final String REAPER = "process reaper";

  private final Workers workers;
  private final EarlierThreads earlier;
  private final Set<Thread> before;
  private final Set<String> ignored = new HashSet<>();
  private @Nullable Actor waiting;
  private long since;

  ForeignThreads(Workers workers) {
    this.workers = workers;
    before = new HashSet<>(all());
    for (Thread thread : before) {
      if (isTimer(thread)) {
        Jvm.looksAgain(thread); // a timeout that was cancelled is no longer waited for
      }
    }
    earlier = new EarlierThreads(before, workers);
  }

  /**
   * Returns whether one of them is running or asleep, so that the wait of an actor may end without
   * another actor. One that goes on for seconds is ignored from then on.
   */
  synchronized boolean isActive(List<Actor> actors, Trace trace, Actor actor) {
    Thread active = active(actors, thread -> true);
    if (active == null) {
      waiting = null;
      return false;
    }
    long now = System.nanoTime();
    if (waiting != actor) {
      waiting = actor;
      since = now;
    }
    boolean isTimer = isTimer(active);
    if (isTimer && isAnyTaskLeft(actors)) { // the timeout is for it, and it could not start
      return false;
    }
    if (now - since
        < (isTimer || !workers.started(active) ? Limits.OTHER_NANOS : Limits.FOREIGN_NANOS)) {
      return true;
    }
    ignored.add(place(active));
    trace.omissions.add(
        Trace.missing(
            "%s waited while thread %s, which the scenario does not schedule, was busy or asleep"
                .formatted(Text.name(actor.name), Text.name(active.getName()))));
    since = now;
    return false;
  }

  /** Returns whether there are such threads. */
  boolean hasAny() {
    return !threads(thread -> true).isEmpty();
  }

  /** Notes that a wait has ended, although none of them was running or asleep. */
  void noteAnswer() {
    earlier.noteAnswer();
  }

  /** Returns whether one of them is running or asleep just now, but for the JDK's timers. */
  synchronized boolean isBusy(List<Actor> actors) {
    return active(actors, thread -> !isTimer(thread)) != null;
  }

  /** Returns whether a timeout of a future is to come, perhaps that of an actor. */
  boolean isTimerSet() {
    return timers().stream().anyMatch(timer -> timer.getState() == Thread.State.TIMED_WAITING);
  }

  /** Returns whether a timer may have been set that does not yet wait for its time. */
  boolean isTimerMoving() {
    return timers().stream()
        .filter(timer -> timer.getState() != Thread.State.TIMED_WAITING)
        .anyMatch(timer -> !Jvm.looksAgain(timer));
  }

  private List<Thread> timers() {
    return threads(thread -> isTimer(thread) && !earlier.isTimedByOthers(thread));
  }

  private static boolean isAnyTaskLeft(List<Actor> actors) {
    return actors.stream().anyMatch(actor -> actor.task != null && !actor.isDone());
  }

  /** Waits a while for threads that are running or asleep, so that a call of theirs is noticed. */
  void settle(long mostNanos) {
    long start = System.nanoTime();
    for (int looks = 0; System.nanoTime() - start < mostNanos; looks++) {
      if (active(List.of(), thread -> true) == null) {
        return;
      }
      Spin.pause(looks);
    }
  }

  /** Returns one that is running or asleep, after all others have looked at what they wait for. */
  private @Nullable Thread active(List<Actor> actors, Predicate<Thread> isMeant) {
    List<Thread> threads = threads(isMeant);
    if (threads.isEmpty()) {
      return null;
    }
    Map<Thread, Long> looks = new HashMap<>();
    for (int round = 1; round <= 2; round++) { // one may have woken another that had looked
      Thread active = active(threads, actors, looks);
      if (active != null) {
        return active;
      }
    }
    return threads(isMeant).equals(threads) ? null : threads.get(0);
  }

  /** Asks all at once, as each needs a moment to look. */
  private @Nullable Thread active(
      List<Thread> threads, List<Actor> actors, Map<Thread, Long> looks) {
    List<Question> questions = new ArrayList<>();
    for (Thread thread : threads) {
      ThreadInfo info = Jvm.info(thread);
      if (info != null && !ignored.contains(place(thread))) {
        Long before = looks.get(thread);
        if (before != null && before != info.getWaitedCount()) {
          return thread;
        }
        var question = new Question(thread, info, actors);
        if (question.answer == Answer.ACTIVE) {
          earlier.note(thread, false);
          return thread;
        }
        questions.add(question);
      }
    }
    questions.forEach(Question::ask);
    Thread active = null;
    for (Question question : questions) {
      boolean isIdle = question.isIdle();
      looks.put(question.thread, Jvm.waits(question.thread));
      earlier.note(question.thread, isIdle);
      active = isIdle ? active : question.thread;
    }
    return active;
  }

  private enum Answer {
    IDLE,
    ACTIVE,
    /** It waits, unless it has been woken. */
    LOOKS
  }

  /** Whether a thread is idle. */
  private final class Question {
    private final Thread thread;
    private final ThreadInfo info;
    private final Answer answer;
    private Jvm.@Nullable Waking waking;

    Question(Thread thread, ThreadInfo info, List<Actor> actors) {
      this.thread = thread;
      this.info = info;
      answer = answer(actors);
    }

    private Answer answer(List<Actor> actors) {
      LockInfo lock = info.getLockInfo();
      boolean carries = lock != null && lock.getClassName().equals("java.lang.VirtualThread");
      return switch (carries ? Thread.State.RUNNABLE : info.getThreadState()) {
        case BLOCKED ->
            isHeld(info, actors) || earlier.isBlockedByOthers(thread) ? Answer.IDLE : Answer.ACTIVE;
        case WAITING ->
            isHeld(info, actors) || (lock == null && !isOfVirtualThreads(thread))
                ? Answer.IDLE
                : Answer.LOOKS;
        case TIMED_WAITING -> {
          boolean isOthers = earlier.isTimedByOthers(thread);
          if (isOthers && (isTimer(thread) || !isParked(thread))) {
            yield Answer.IDLE;
          }
          yield isOthers || isIdleWorker(thread) ? Answer.LOOKS : Answer.ACTIVE;
        }
        default -> Answer.ACTIVE;
      };
    }

    void ask() {
      boolean isCarrier =
          info.getThreadState() == Thread.State.WAITING && info.getLockInfo() == null;
      if (answer == Answer.LOOKS && (isCarrier || isParked(thread))) {
        waking = new Jvm.Waking(thread);
      }
    }

    /** Returns whether it waits as before; a timer may have begun to wait for a time. */
    boolean isIdle() {
      return answer == Answer.IDLE
          || (waking == null
              ? info.getThreadState() == Thread.State.WAITING
              : waking.await() == Jvm.Look.IN_VAIN && thread.getState() == info.getThreadState());
    }
  }

  private static boolean isParked(Thread thread) {
    return LockSupport.getBlocker(thread) != null;
  }

  /** Returns whether it waits for a lock of an actor, which cannot release it now. */
  private static boolean isHeld(ThreadInfo info, List<Actor> actors) {
    return info.getLockOwnerId() != -1 && Watch.find(info.getLockOwnerId(), actors) != null;
  }

  /** Returns whether a thread waits for its next task, until it is no longer needed. */
  static boolean isIdleWorker(Thread thread) {
    boolean waits = false;
    for (StackTraceElement frame : thread.getStackTrace()) {
      String type = frame.getClassName();
      if (type.endsWith("DelayedWorkQueue")) {
        return false;
      }
      waits |= type.endsWith("ThreadPoolExecutor") && frame.getMethodName().equals("getTask");
      waits |= type.endsWith("ForkJoinPool") && frame.getMethodName().equals("awaitWork");
    }
    return waits;
  }

  private List<Thread> threads(Predicate<Thread> isMeant) {
    List<Thread> threads = new ArrayList<>();
    for (Thread thread : all()) {
      boolean isForeign = isForeign(thread) || earlier.mayWork(thread);
      if (isForeign && thread.isAlive() && isMeant.test(thread)) {
        threads.add(thread);
      }
    }
    return threads;
  }

  @SuppressWarnings("ReferenceEquality") // the very pool
  private boolean isForeign(Thread thread) {
    return workers.started(thread)
        || isTimer(thread)
        || thread.getName().startsWith(REAPER)
        || isOfVirtualThreads(thread)
        || (thread instanceof ForkJoinWorkerThread worker
            && worker.getPool() == ForkJoinPool.commonPool())
        || (!before.contains(thread) && mayBeOfProcess(thread, workers));
  }

  /** Returns whether it is no thread of the JVM, of a test or of an exploration. */
  static boolean mayBeOfProcess(Thread thread, Workers workers) {
    ThreadGroup group = thread.getThreadGroup();
    boolean isOfJvm = group == null || group.getParent() == null;
    boolean isOfTests = thread.getClass().getName().startsWith("org.junit.");
    return (!isOfJvm || isTimer(thread)) && !isOfTests && !workers.isOfScenario(thread);
  }

  static boolean isTimer(Thread thread) {
    return TIMERS.contains(thread.getName());
  }

  /** Returns whether a thread waits for the time at which others go on. */
  static boolean wakesOthers(Thread thread) {
    return isTimer(thread) || isOfVirtualThreads(thread);
  }

  /** Returns whether a thread runs virtual threads, or wakes those that sleep. */
  private static boolean isOfVirtualThreads(Thread thread) {
    ThreadGroup group = thread.getThreadGroup();
    return (group != null && group.getName().equals("CarrierThreads"))
        || thread.getName().equals("VirtualThread-unparker"); // up to JDK 24
  }

  /** Returns the living thread with an identity hash code. */
  static @Nullable Thread find(int identityHashCode) {
    for (Thread thread : all()) {
      if (System.identityHashCode(thread) == identityHashCode) {
        return thread;
      }
    }
    return null;
  }

  private static List<Thread> all() {
    ThreadGroup root = Thread.currentThread().getThreadGroup();
    while (root.getParent() != null) {
      root = root.getParent();
    }
    Thread[] threads = new Thread[FEW_THREADS];
    int count = root.enumerate(threads);
    while (count == threads.length && count < MAX_THREADS) { // perhaps not all
      threads = new Thread[4 * count];
      count = root.enumerate(threads);
    }
    return Arrays.asList(threads).subList(0, count);
  }

  /** Returns where a thread comes from: what it runs, not where it is just now. */
  static String place(Thread thread) {
    return thread.getClass().getName() + " " + thread.getName().replaceAll("\\d+", "");
  }
}
