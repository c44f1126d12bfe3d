package io.github.durablestore.junit;

import static io.github.durablestore.TestStates.state;
import static io.github.durablestore.assertj.StateStoreAssertions.assertThat;
import static io.github.durablestore.assertj.StateStoreAssertions.assertThatExceptionOfType;
import static io.github.durablestore.assertj.StateStoreAssertions.assertThatIllegalStateException;
import static io.github.durablestore.assertj.StateStoreAssertions.catchThrowable;
import static io.github.durablestore.junit.TestRuns.assertAllPass;
import static io.github.durablestore.junit.TestRuns.failureOf;
import static io.github.durablestore.junit.TestRuns.run;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.github.durablestore.memory.MemoryStateStore;
import io.github.durablestore.probe.StateStoreProbe;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Asks in many threads which test is running: {@link RunningTests}. */
class RunningTestsTest {
  static final Map<String, String> PARALLEL =
      Map.of(
          "junit.jupiter.execution.parallel.enabled", "true",
          "junit.jupiter.execution.parallel.config.strategy", "fixed",
          "junit.jupiter.execution.parallel.config.fixed.parallelism", "4");

  private static void assertSame(StateStoreProbe probe, StateStoreProbe expected) {
    assertThat((Object) probe).isSameAs(expected);
  }

  private static <T> T inNewThread(Callable<T> work) throws Exception {
    var task = new FutureTask<>(work);
    new Thread(task).start();
    return task.get(10, TimeUnit.SECONDS);
  }

  @Test
  void probeAndGiven_inAHelper_areThoseOfTheTest() {
    assertAllPass(run(WithHelper.class), 1);
    assertThatIllegalStateException()
        .isThrownBy(WithHelper.STORES::probe)
        .withMessageContaining("no test is running");
  }

  static class WithHelper {
    @RegisterExtension static final StateStoreExtension STORES = new StateStoreExtension();

    @BeforeEach
    void prepare() {
      STORES.given(state("a"), state("b"));
      STORES.given(List.of(state("c")));
    }

    @Test
    void test(StateStoreProbe probe, MemoryStateStore memory) throws Exception {
      assertThat((Object) STORES.probe()).isSameAs(probe);
      assertThat(memory.states()).containsOnlyKeys("a", "b", "c");
      assertThat(probe.calls()).isEmpty();
      assertThat((Object) CompletableFuture.supplyAsync(STORES::probe).get()).isSameAs(probe);
    }
  }

  @Test
  void stores_ofParallelTests_areTheirOwn() {
    assertAllPass(run(Parallel.class, PARALLEL), 2);
  }

  @ExtendWith(StateStoreExtension.class)
  @Execution(ExecutionMode.CONCURRENT)
  static class Parallel {
    static final CyclicBarrier BOTH = new CyclicBarrier(2);

    // No repeated test: JUnit may run one repetition after the other.

    @Test
    void one(MemoryStateStore memory) throws Exception {
      write("one", memory);
    }

    @Test
    void other(MemoryStateStore memory) throws Exception {
      write("other", memory);
    }

    private static void write(String id, MemoryStateStore memory) throws Exception {
      memory.writeState(state(id));
      BOTH.await(10, TimeUnit.SECONDS); // until the other test is as far

      assertThat(memory.states()).hasSize(1);
    }
  }

  @Test
  void probe_ofTestsWithLimits_isTheirOwn() {
    assertAllPass(run(Limited.class, PARALLEL), 20);
  }

  @Execution(ExecutionMode.CONCURRENT)
  @Timeout(value = 1, unit = TimeUnit.MINUTES, threadMode = ThreadMode.SEPARATE_THREAD)
  static class Limited {
    @RegisterExtension static final StateStoreExtension STORES = new StateStoreExtension();

    @BeforeEach
    void prepare(StateStoreProbe probe) throws Exception {
      assertSame(STORES.probe(), probe);
      assertSame(inNewThread(STORES::probe), probe);
      STORES.given(state("a"));
    }

    @RepeatedTest(10)
    void separateThread(StateStoreProbe probe, MemoryStateStore memory) throws Exception {
      assertSame(STORES.probe(), probe);
      assertSame(inNewThread(STORES::probe), probe);
      assertThat(memory.states()).containsOnlyKeys("a");
    }

    @RepeatedTest(10)
    @SuppressWarnings("AssertTimeoutPreemptively")
    void assertedLimit(StateStoreProbe probe) {
      assertSame(assertTimeoutPreemptively(Duration.ofMinutes(1), STORES::probe), probe);
    }

    @AfterEach
    void look(StateStoreProbe probe) throws Exception {
      assertSame(STORES.probe(), probe);
      assertSame(inNewThread(STORES::probe), probe);
    }
  }

  @Test
  void probe_ofParallelDynamicTests_isThatOfTheirFactory() {
    assertAllPass(run(Dynamic.class, PARALLEL), 60);
  }

  @Execution(ExecutionMode.CONCURRENT)
  static class Dynamic {
    @RegisterExtension static final StateStoreExtension STORES = new StateStoreExtension();

    @TestFactory
    Stream<DynamicTest> some(StateStoreProbe probe) {
      return tests(probe);
    }

    @TestFactory
    Stream<DynamicTest> others(StateStoreProbe probe) {
      return tests(probe);
    }

    private static Stream<DynamicTest> tests(StateStoreProbe probe) {
      return IntStream.range(0, 30)
          .mapToObj(i -> dynamicTest("" + i, () -> assertSame(STORES.probe(), probe)));
    }
  }

  @Test
  void probe_afterParallelStreams_isStillTheTestsOwn() {
    assertAllPass(run(Streaming.class, PARALLEL), 40);
  }

  @Execution(ExecutionMode.CONCURRENT)
  static class Streaming {
    @RegisterExtension static final StateStoreExtension STORES = new StateStoreExtension();

    @RepeatedTest(40)
    void test(StateStoreProbe probe) throws Exception {
      ForkJoinPool pool = ForkJoinPool.commonPool();
      assertThat(IntStream.range(0, 1_000).parallel().map(i -> i * i).sum()).isNotZero();
      pool.submit(() -> {}).get();
      assertSame(STORES.probe(), probe);
    }
  }

  @Test
  void probe_inPoolsOfParallelTests_isTheirOwn() {
    assertAllPass(run(Pooled.class, PARALLEL), 2);
  }

  @Execution(ExecutionMode.CONCURRENT)
  static class Pooled {
    @RegisterExtension static final StateStoreExtension STORES = new StateStoreExtension();
    static final CyclicBarrier BOTH = new CyclicBarrier(2);

    @Test
    void one(StateStoreProbe probe) throws Exception {
      ask(probe);
    }

    @Test
    void other(StateStoreProbe probe) throws Exception {
      ask(probe);
    }

    private static void ask(StateStoreProbe probe) throws Exception {
      BOTH.await(10, TimeUnit.SECONDS);
      var forkJoin = new ForkJoinPool(2);
      ExecutorService executor = Executors.newFixedThreadPool(2);
      try {
        assertSame(forkJoin.submit(STORES::probe).get(), probe);
        assertSame(executor.submit(STORES::probe).get(), probe);
        assertThatExceptionOfType(ExecutionException.class)
            .isThrownBy(ForkJoinPool.commonPool().submit(STORES::probe)::get)
            .withMessageContaining(
                "cannot give the probe of the test: 2 tests are running, and this thread belongs to"
                    + " no single one of them; get the StateStoreProbe in the thread of the test");
      } finally {
        BOTH.await(10, TimeUnit.SECONDS); // so that both run until here
        forkJoin.shutdown();
        executor.shutdown();
      }
    }
  }

  @Test
  void probe_inAThreadOfAnEarlierTest_isThatOfTheOnlyTest() {
    assertAllPass(run(Reused.class), 2);
    Reused.POOL.shutdown();
  }

  static class Reused {
    @RegisterExtension static final StateStoreExtension STORES = new StateStoreExtension();
    static final ExecutorService POOL = Executors.newSingleThreadExecutor();

    @RepeatedTest(2)
    void test(StateStoreProbe probe) throws Exception {
      assertSame(POOL.submit(STORES::probe).get(), probe);
    }
  }

  @Test
  void probe_inAThreadOfAnotherExtension_isThatOfTheTest() {
    assertAllPass(run(InOwnThread.class), 2);
    OwnThread.POOL.shutdown();
  }

  /** Runs each test in its own thread, as an extension for a user interface does. */
  static class OwnThread implements InvocationInterceptor {
    static final ExecutorService POOL = Executors.newSingleThreadExecutor();

    @Override
    public void interceptTestMethod(
        Invocation<Void> test, ReflectiveInvocationContext<Method> method, ExtensionContext context)
        throws Throwable {
      var task = new FutureTask<Throwable>(() -> catchThrowable(test::proceed));
      POOL.execute(task);
      Throwable thrown = task.get(10, TimeUnit.SECONDS);
      if (thrown != null) {
        throw thrown;
      }
    }
  }

  static class InOwnThread {
    @Order(1)
    @RegisterExtension
    static final StateStoreExtension STORES = new StateStoreExtension();

    @Order(2)
    @RegisterExtension
    static final OwnThread THREAD = new OwnThread();

    @Test
    void one(StateStoreProbe probe) {
      assertSame(STORES.probe(), probe);
    }

    @Test
    void other(StateStoreProbe probe) {
      assertSame(STORES.probe(), probe);
    }
  }

  @Test
  void probe_inTheCommonPoolBesideATemplate_isThatOfTheTest() {
    assertAllPass(run(OfTemplate.class), 2);
  }

  static class OfTemplate {
    @RegisterExtension static final StateStoreExtension STORES = new StateStoreExtension();

    static Stream<String> ids(StateStoreProbe template) throws Exception {
      assertSame(ForkJoinPool.commonPool().submit(STORES::probe).get(), template);
      return Stream.of("a", "b");
    }

    @ParameterizedTest
    @MethodSource("ids")
    void each(String id, StateStoreProbe probe) throws Exception {
      assertThat(id).isNotEmpty();
      assertSame(ForkJoinPool.commonPool().submit(STORES::probe).get(), probe);
    }
  }

  @Test
  void probe_ofAnExtensionThatIsReplaced_isRefused() {
    assertAllPass(run(Replacing.class), 1);
  }

  static class Replacing extends Shared {
    @RegisterExtension static final StateStoreExtension NEARER = new StateStoreExtension();

    @Test
    void test(StateStoreProbe probe) {
      assertSame(NEARER.probe(), probe);
      assertThatIllegalStateException()
          .isThrownBy(STORES::probe)
          .withMessage(
              "cannot give the probe of the test: Replacing.NEARER replaces this extension; use"
                  + " that, or take the store as a parameter");
    }
  }

  @Test
  void probe_inAThreadOfATestThatHasTimedOut_isRefused() throws Exception {
    assertThat(failureOf(run(TimedOut.class))).isInstanceOf(TimeoutException.class);

    assertThat(TimedOut.after.get(10, TimeUnit.SECONDS))
        .startsWith("cannot give the probe of the test: ")
        // the second if the time was over before the thread of the test began
        .containsAnyOf(
            "the test of this thread has ended; ", "this thread runs no test that has a store, ");
  }

  @TestMethodOrder(MethodOrderer.MethodName.class)
  static class TimedOut {
    @RegisterExtension static final StateStoreExtension STORES = new StateStoreExtension();
    static final CountDownLatch NEXT = new CountDownLatch(1);
    static final CompletableFuture<String> after = new CompletableFuture<>();

    @Test
    @Timeout(value = 1, unit = TimeUnit.MILLISECONDS, threadMode = ThreadMode.SEPARATE_THREAD)
    void a(StateStoreProbe probe) {
      while (NEXT.getCount() > 0) {
        Thread.onSpinWait(); // as code does that cannot be interrupted
      }
      try {
        STORES.probe().ping();
      } catch (IllegalStateException e) {
        after.complete(e.getMessage());
      }
    }

    @Test
    void b() throws Exception {
      NEXT.countDown();
      assertThat(after.get(10, TimeUnit.SECONDS)).isNotEmpty();
    }
  }

  @Test
  void probe_aroundTestsInsideATest_isThatOfTheOuterTest() {
    assertAllPass(run(Outside.class), 1);
  }

  static class Shared {
    @RegisterExtension static final StateStoreExtension STORES = new StateStoreExtension();
  }

  static class Outside extends Shared {
    @Test
    void test(StateStoreProbe probe) {
      assertAllPass(run(Inside.class), 1);
      assertSame(STORES.probe(), probe);
    }
  }

  static class Inside extends Shared {
    @Test
    void test(StateStoreProbe probe) {
      assertSame(STORES.probe(), probe);
    }
  }

  @Test
  void probe_inAConstructor_isThatOfItsParameterOrRefused() {
    assertAllPass(run(Constructed.class, PARALLEL), 20);
    assertAllPass(run(PerClass.class), 1);
  }

  @Execution(ExecutionMode.CONCURRENT)
  static class Constructed {
    @RegisterExtension static final StateStoreExtension STORES = new StateStoreExtension();

    Constructed(StateStoreProbe probe) {
      assertSame(STORES.probe(), probe);
    }

    @RepeatedTest(20)
    void test(StateStoreProbe probe) {
      assertSame(STORES.probe(), probe);
    }
  }

  @TestInstance(Lifecycle.PER_CLASS)
  static class PerClass {
    @RegisterExtension static final StateStoreExtension STORES = new StateStoreExtension();

    PerClass() {
      assertThatIllegalStateException().isThrownBy(STORES::probe);
    }

    @Test
    void test() {}
  }

  @Test
  void probe_inAnInitializer_saysThatTheConstructorTakesIt() {
    assertAllPass(run(Initialized.class), 1);
  }

  static class Initialized {
    @RegisterExtension static final StateStoreExtension STORES = new StateStoreExtension();
    final Throwable thrown = catchThrowable(STORES::probe);

    @Test
    void test() {
      assertThat(thrown)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageEndingWith(
              "; a constructor, a @MethodSource or a @TestFactory takes the store as a parameter");
    }
  }

  @Test
  void probe_inAMethodSourceBesideATest_isRefused() {
    assertAllPass(run(Sourced.class, PARALLEL), 2);
  }

  @Execution(ExecutionMode.CONCURRENT)
  static class Sourced {
    @RegisterExtension static final StateStoreExtension STORES = new StateStoreExtension();
    static final CyclicBarrier BOTH = new CyclicBarrier(2);

    static Stream<String> ids() throws Exception {
      BOTH.await(10, TimeUnit.SECONDS); // until the test beside it runs
      try {
        assertThatIllegalStateException()
            .isThrownBy(STORES::probe)
            .withMessageStartingWith(
                "cannot give the probe of the test: this thread runs no test that has a store, ")
            .withMessageEndingWith(
                "a @MethodSource or a @TestFactory takes the store as a parameter");
      } finally {
        BOTH.await(10, TimeUnit.SECONDS);
      }
      return Stream.of("a");
    }

    @ParameterizedTest
    @MethodSource("ids")
    void each(String id) {
      assertThat(id).isNotEmpty();
    }

    @Test
    void test(StateStoreProbe probe) throws Exception {
      BOTH.await(10, TimeUnit.SECONDS);
      assertSame(ForkJoinPool.commonPool().submit(STORES::probe).get(), probe);
      BOTH.await(10, TimeUnit.SECONDS);
    }
  }
}
