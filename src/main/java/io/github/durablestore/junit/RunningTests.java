package io.github.durablestore.junit;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.ForkJoinWorkerThread;
import org.jspecify.annotations.Nullable;

/**
 * The running tests of an extension, and the threads that belong to them. A thread that a test
 * starts belongs to that test.
 */
final class RunningTests {
  private final Set<TestStore> open = ConcurrentHashMap.newKeySet();
  private final Set<TestStore> begun = ConcurrentHashMap.newKeySet();

  @SuppressWarnings("ThreadLocalUsage") // a test may have several extensions
  private final InheritableThreadLocal<@Nullable Binding> bindings =
      new InheritableThreadLocal<>() {
        @Override
        protected @Nullable Binding childValue(@Nullable Binding parent) {
          return parent == null
              ? null
              : new Binding(parent.store, parent.replacement, parent.thread, null);
        }
      };

  /**
   * A thread's test.
   *
   * @param store the store of the test; null if this extension has made none for it
   * @param replacement the field of the extension that serves the test instead; null for none
   * @param thread the thread that was bound; others may have inherited this
   * @param previous what the thread was bound to before
   */
  private record Binding(
      @Nullable TestStore store,
      @Nullable String replacement,
      Thread thread,
      @Nullable Binding previous) {
    boolean isOwn() {
      return thread == Thread.currentThread();
    }

    /**
     * Returns whether this thread serves the test that started it. A worker of the common pool, or
     * of a pool that runs tests, serves all.
     */
    boolean isInherited() {
      return !(Thread.currentThread() instanceof ForkJoinWorkerThread worker
          && (worker.getPool().equals(ForkJoinPool.commonPool())
              || (thread instanceof ForkJoinWorkerThread starter
                  && worker.getPool().equals(starter.getPool()))));
    }
  }

  void add(TestStore store) {
    open.add(store);
  }

  boolean contains(TestStore store) {
    return open.contains(store);
  }

  void remove(TestStore store) {
    begun.remove(store);
    open.remove(store);
  }

  /** Marks the store as that of a test rather than of a template, which may stay open longer. */
  void begin(TestStore store) {
    begun.add(store);
    bind(store, null);
  }

  /** Binds this thread to a test. If it waits in that test, it may run another one meanwhile. */
  void bind(@Nullable TestStore store, @Nullable String replacement) {
    bindings.set(new Binding(store, replacement, Thread.currentThread(), bindings.get()));
  }

  /** Restores what this thread was bound to before this test. */
  void unbind(@Nullable TestStore store) {
    Binding binding = bindings.get();
    if (binding == null || !binding.isOwn() || binding.store != store) {
      return; // the test ended before it was bound
    }
    if (binding.previous == null) {
      bindings.remove();
    } else {
      bindings.set(binding.previous);
    }
  }

  /**
   * Returns the store of this thread's test, or else that of the only running test. JUnit's own
   * threads do not get that one: they may run a {@code @MethodSource} of another class beside it.
   *
   * @param what what the caller needs it for, as in {@code give the probe of the test}
   */
  TestStore current(String what) {
    Binding binding = bindings.get();
    TestStore bound = binding == null ? null : binding.store;
    boolean isOwn = binding != null && binding.isOwn();
    if (bound != null && open.contains(bound) && (isOwn || binding.isInherited())) {
      return bound;
    }
    if (binding != null && binding.replacement != null && (isOwn || binding.isInherited())) {
      throw new IllegalStateException(
          "cannot %s: %s replaces this extension; use that, or take the store as a parameter"
              .formatted(what, binding.replacement));
    }
    List<TestStore> tests = List.copyOf(begun);
    List<TestStore> candidates = tests.isEmpty() ? List.copyOf(open) : tests;
    if (candidates.size() == 1 && !isOwn && !isCalledByJUnit()) {
      return candidates.get(0);
    }
    throw new IllegalStateException(
        "cannot %s: %s".formatted(what, reason(isOwn, bound, candidates.size())));
  }

  /**
   * Returns whether JUnit itself called this in a thread of its own, and not an extension that runs
   * tests in another. A thread of JUnit that runs a part of a parallel stream was called by the
   * stream: the walk ends at that task.
   */
  private static boolean isCalledByJUnit() {
    List<String> callers =
        StackWalker.getInstance()
            .walk(
                frames ->
                    frames
                        .map(StackWalker.StackFrame::getClassName)
                        .takeWhile(name -> !name.equals(ForkJoinTask.class.getName()))
                        .filter(name -> !name.startsWith("java."))
                        .toList());
    return callers
            .get(callers.size() - 1)
            .startsWith("org.junit.jupiter.engine.") // for a time limit
        || callers.stream()
            .anyMatch(name -> name.startsWith("org.junit.platform.engine.support.hierarchical."));
  }

  private static String reason(boolean isOwn, @Nullable TestStore bound, int running) {
    if (!isOwn && running > 0 && !isCalledByJUnit()) {
      return running
          + " tests are running, and this thread belongs to no single one of them; get the StateStoreProbe"
          + " in the thread of the test, and use that here; if an extension runs tests in a thread of"
          + " its own, register it before this one";
    }
    String reason =
        bound != null
            ? "the test of this thread has ended"
            : running == 0
                ? "no test is running, or another extension replaces this one"
                : "this thread runs no test that has a store, or another extension replaces this one";
    return reason
        + "; register the extension with @RegisterExtension, and call this in a test, in a"
        + " @BeforeEach method or in a thread that they start; a constructor, a @MethodSource"
        + " or a @TestFactory takes the store as a parameter";
  }
}
