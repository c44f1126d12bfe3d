package io.github.durablestore.scenario;

import io.github.durablestore.text.Text;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Refuses threads that the scenario does not schedule. The first refusal ends the exploration. */
final class Refusals {
  private static final int MAX_LOOKS = 100;

  /** How many large frames have more room than a call of the scenario needs. */
  private static final int RESERVE = 150;

  /** More frames than a store has in a call, and fewer than fill a stack. */
  private static final int DEEP = 500;

  private volatile @Nullable StackOverflowError overflow;
  private final Crash end = new Crash(); // made while there is room to load its class
  private final AtomicReference<@Nullable IllegalStateException> first = new AtomicReference<>();
  private final AtomicInteger looks = new AtomicInteger();

  Refusals() {
    Frames.load();
  }

  /**
   * Refuses a call that comes when little of the stack is left, while nothing is half done. How
   * deep code gets depends on the compiler.
   */
  void requireStack() {
    if (overflow != null) { // the run is about to end
      throw end;
    }
    try {
      var unused = deepen(RESERVE, 0, 0, 0, 0, 0, 0, 0, 0);
    } catch (StackOverflowError e) {
      overflow = e; // no method, as it may find no room
      throw e;
    }
  }

  /** Uses the stack, with arguments that a frame must keep. */
  private static long deepen(
      int frames, long a, long b, long c, long d, long e, long f, long g, long h) {
    return frames == 0
        ? a
        : deepen(frames - 1, b, c, d, e, f, g, h, a + 1) ^ a ^ b ^ c ^ d ^ e ^ f ^ g ^ h;
  }

  /** Notes that the stack was full inside a call, rather than that a store threw this by hand. */
  void noteOverflow(StackOverflowError thrown) {
    if (thrown.getStackTrace().length > DEEP) {
      overflow = thrown;
    }
  }

  boolean hasOverflow() {
    return overflow != null;
  }

  /** Returns the error for a thread, which it also gets itself. */
  IllegalStateException refuse(Thread thread, boolean isSubmitting) {
    StackTraceElement[] frames = thread.getStackTrace();
    String name =
        thread.getName().isEmpty()
            ? thread.getClass().getSimpleName()
            : Text.name(thread.getName());
    String why =
        isOfParallelStream(frames) && isOfCommonPool(thread)
            ? helped(isSubmitting, frames) // as if the thread that started the stream had done it
            : "thread %s, which the scenario does not schedule, %s%s; start with Scenario.withThreads((store, threads) -> ...), and %s"
                .formatted(
                    name,
                    isSubmitting ? "submits a task" : "calls the store",
                    Frames.innermost(frames),
                    replacement(thread, frames));
    var refusal = Failures.cannotExplore(why);
    first.compareAndSet(null, refusal);
    return refusal;
  }

  /**
   * Refuses an actor that has waited for its tasks with a timeout that was real, and ran out. If
   * that was too short to be seen, what the operation threw shows it.
   */
  void requireUntimed(Actor me, Scheduler scheduler) {
    String place = me.timedWait;
    Throwable thrown = me.ending == null ? null : me.ending.thrown;
    if (place == null && thrown != null && isTimeout(thrown) && hasTasks(me, scheduler)) {
      place = Frames.innermost(Text.stackTrace(thrown));
    }
    if (place != null) {
      end(
          scheduler,
          "a task was awaited with a timeout%s, which ran out, as its time is real; use get(timeout, unit) of a future that threads.pool() returned, whose time is virtual, or a timeout of several seconds"
              .formatted(place));
    }
  }

  /**
   * Refuses an actor that does work of the common pool in its own thread, as it happens in a
   * parallel stream: the next time, a thread of the pool may do it.
   */
  void requireNoHelp(Actor me, boolean isSubmitting, Scheduler scheduler) {
    if (looks.get() >= MAX_LOOKS) { // code that does so does it from the first run on
      return;
    }
    looks.incrementAndGet();
    StackTraceElement[] frames = me.stack();
    if (Frames.contains(frames, "java.util.concurrent.ForkJoinTask")) {
      end(scheduler, helped(isSubmitting, frames));
    }
  }

  private static String helped(boolean isSubmitting, StackTraceElement[] frames) {
    return "%s%s, in work that any thread of the common pool may do; %s"
        .formatted(
            isSubmitting ? "a task is submitted" : "the store is called",
            Frames.innermost(frames),
            isOfParallelStream(frames) ? SEQUENTIAL : AS_EXECUTOR);
  }

  private static boolean isOfParallelStream(StackTraceElement[] frames) {
    return Frames.contains(frames, "java.util.stream.")
        && Frames.contains(frames, "java.util.concurrent.CountedCompleter");
  }

  /** Refuses what a stage does that two threads may run: the JVM chooses which. */
  void requireOwnStage(Actor me, boolean isSubmitting, Scheduler scheduler) {
    String place = scheduler.stages.shared(me, isSubmitting, scheduler.actors);
    if (place != null) {
      end(
          scheduler,
          "a future that is awaited%s has stages that call the store or submit tasks, and the JVM chooses whether the thread that waits or the one that completes the future runs them; run them in the pool, as in var stage = future.thenAcceptAsync(work, pool), and wait for them instead, as in stage.join()"
              .formatted(place));
    }
  }

  /** Ends the run of an actor that is refused, unless the process is dead. */
  private void end(Scheduler scheduler, String why) {
    if (!scheduler.isDead()) {
      first.compareAndSet(null, Failures.cannotExplore(why));
      scheduler.end(null);
      throw new Crash();
    }
  }

  private static boolean isTimeout(Throwable thrown) {
    return Text.causes(thrown)
        .anyMatch(e -> e instanceof TimeoutException && Frames.isThrownByJdk(Text.stackTrace(e)));
  }

  /** Returns whether a task of an actor could go on. */
  private static boolean hasTasks(Actor me, Scheduler scheduler) {
    return scheduler.actors.stream()
        .anyMatch(task -> task.isTaskOf(me) && !task.isDone() && !task.isBlocked);
  }

  /** Throws the first refusal, if there is one. */
  void requireNone() {
    StackOverflowError full = overflow;
    if (full != null) {
      throw Failures.cannotExplore(
          "the stack is full where the store is called or a task is submitted, and how deep code gets depends on the JVM; end the recursion",
          full);
    }
    IllegalStateException refusal = first.get();
    if (refusal != null) {
      throw new IllegalStateException(refusal.getMessage(), refusal);
    }
  }

  private static final String SEQUENTIAL =
      "make the stream sequential(), or submit its work to threads.pool(2)";

  private static final String AS_EXECUTOR =
      "pass threads.pool() as the executor, as in supplyAsync(work, threads.pool())";

  @SuppressWarnings("ReferenceEquality") // there is one common pool
  private static boolean isOfCommonPool(Thread thread) {
    return thread instanceof ForkJoinWorkerThread worker
        && worker.getPool() == ForkJoinPool.commonPool();
  }

  private static String replacement(Thread thread, StackTraceElement[] frames) {
    if (isOfParallelStream(frames)) {
      return SEQUENTIAL;
    }
    if (Frames.contains(frames, "kotlinx.coroutines.scheduling.")) {
      return "use threads.pool(2).asCoroutineDispatcher() instead of Dispatchers.Default";
    }
    if (ForeignThreads.isTimer(thread)) {
      return "use threads.pool().schedule(work, delay, unit) instead of CompletableFuture.delayedExecutor(...)";
    }
    if (Frames.contains(frames, "java.util.TimerThread")) {
      return "use threads.pool(1).schedule(work, delay, unit) instead of the process's own Timer";
    }
    if (thread instanceof ForkJoinWorkerThread) {
      return isOfCommonPool(thread)
          ? AS_EXECUTOR
          : "use threads.pool(2) instead of the ForkJoinPool";
    }
    boolean isOfExecutor = Frames.contains(frames, "java.util.concurrent.CompletableFuture$Async");
    if (Stages.isStage(frames) && !isOfExecutor) { // a client completes the future
      return "await the future first, as in future.join(), and go on in the thread that awaits it";
    }
    if (Frames.contains(frames, "java.util.concurrent.ScheduledThreadPoolExecutor")) {
      return "use threads.pool(1) instead of the process's own ScheduledExecutorService";
    }
    if (Frames.contains(frames, "java.util.concurrent.ThreadPoolExecutor")) {
      return "use threads.pool(2) instead of the process's own ExecutorService";
    }
    if (Frames.contains(frames, "java.util.concurrent.CompletableFuture$")) {
      return AS_EXECUTOR; // its default executor, where the common pool has one thread
    }
    return "use threads.pool().execute(work) instead of the process's own Thread";
  }
}
