package io.github.durablestore.junit;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.TypeRegistry;
import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.fixture.StateFixtures;
import io.github.durablestore.memory.MemoryStateStore;
import io.github.durablestore.probe.StateStoreProbe;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.DynamicTestInvocationContext;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.jupiter.api.extension.TestWatcher;
import org.opentest4j.TestAbortedException;

/**
 * Gives each test its own connected store, and closes it afterwards. If the test fails, it prints
 * the contents and the calls of the store to {@link System#err}, unless the test did nothing with
 * it.
 *
 * <p>A test gets the store as a parameter of the test method, the constructor, or a
 * {@code @BeforeEach} or {@code @AfterEach} method. The types {@link StateStore} and {@link
 * StateStoreProbe} give the same probe; {@link MemoryStateStore}, or the class of another store,
 * gives the store inside the probe. A parameter is left to other extensions if it, or its
 * constructor, has an annotation that is not about nullness, or if it is an argument of a
 * parameterized test. If another extension resolves a parameter without these, as Spring does with
 * {@code @TestConstructor} on the class, JUnit refuses the competing resolvers; annotate the
 * constructor or the parameter as that extension permits. Without a test there is no store: neither
 * in {@code @BeforeAll}, nor in the constructor of a class with one instance for all tests. Each
 * invocation of a parameterized or repeated test has its own store, and so has a
 * {@code @MethodSource}. The dynamic tests of a {@code @TestFactory} share one. {@link
 * StateFixture} and {@link #given} load states without the probe recording them.
 *
 * <pre>{@code
 * class AccountServiceTest {
 *   @RegisterExtension
 *   static final StateStoreExtension STORES =
 *       new StateStoreExtension(AccountState.getDescriptor());
 *
 *   @Test
 *   void deposit_newAccount_isWritten(StateStoreProbe probe) {
 *     new AccountService(probe).deposit("account-42", 100);
 *     assertThat(probe).wroteVersions("account-42", 1);
 *   }
 * }
 * }</pre>
 *
 * <p>The descriptors name the types of the payloads, which are needed to unpack them by a registry,
 * to load them from fixtures and to print them as fields. Without them,
 * {@code @ExtendWith(StateStoreExtension.class)} on the class is enough. Make the field static:
 * otherwise the extension cannot serve constructors and {@code @MethodSource}. If several
 * extensions are registered, one serves the tests: a field replaces an annotation, even of a
 * subclass or an interface, and a field of a subclass or a {@code @Nested} class replaces that of
 * the base class or the enclosing class, static or not.
 *
 * <p>A fault that does not fire as often as expected, or a hold that no call reaches, fails the
 * test, since the test did not test what it was meant to. That includes probes inside the supplied
 * store, behind decorators that extend {@link io.github.durablestore.probe.ForwardingStateStore}.
 * In the store of a {@code @MethodSource}, it fails the parameterized test. To leave one on
 * purpose, call {@link StateStoreProbe#clear()} or {@link StateStoreProbe#clearFaults()}, or permit
 * all with {@link #lenient()}.
 *
 * <p>Safe for tests that run in parallel. No parameter may be {@code null}.
 */
public final class StateStoreExtension
    implements ParameterResolver,
        BeforeEachCallback,
        AfterTestExecutionCallback,
        AfterEachCallback,
        InvocationInterceptor,
        TestWatcher {
  private final TypeRegistry types;
  private final Supplier<? extends StateStore> stores;
  private final boolean lenient;
  private final RunningTests running = new RunningTests();
  private final StateStore store = new RunningStore(running);

  /** Creates an extension whose stores know no types, as {@code @ExtendWith} does. */
  public StateStoreExtension() {
    this(TypeRegistry.getEmptyTypeRegistry());
  }

  /**
   * Creates an extension whose stores know the types of some messages.
   *
   * @param types the descriptors of the messages
   */
  public StateStoreExtension(Descriptor... types) {
    this(registryOf(requireNonNull(types, "types")));
  }

  /**
   * Creates an extension whose stores know the types of a registry.
   *
   * @param types the registry
   */
  public StateStoreExtension(TypeRegistry types) {
    this(types, () -> new MemoryStateStore(types));
  }

  /**
   * Creates an extension with other stores, such as ones that keep their records or use a database.
   *
   * @param types the types of the payloads, for fixtures and what is printed
   * @param stores creates a store for each test, in the thread of the test. If they share a
   *     database, it must empty it. A {@link StateStoreProbe} is not wrapped again.
   */
  public StateStoreExtension(TypeRegistry types, Supplier<? extends StateStore> stores) {
    this(requireNonNull(types, "types"), requireNonNull(stores, "stores"), false);
  }

  private StateStoreExtension(
      TypeRegistry types, Supplier<? extends StateStore> stores, boolean lenient) {
    this.types = types;
    this.stores = stores;
    this.lenient = lenient;
  }

  private static TypeRegistry registryOf(Descriptor... types) {
    var registry = TypeRegistry.newBuilder();
    for (Descriptor type : types) {
      registry.add(requireNonNull(type, "type"));
    }
    return registry.build();
  }

  /**
   * Permits faults that do not fire and holds that no call reaches.
   *
   * @return an extension like this one that does not fail a test for them
   */
  public StateStoreExtension lenient() {
    return new StateStoreExtension(types, stores, true);
  }

  /**
   * Returns a store that passes every call on to the probe of the running test, for objects that
   * are made once for several tests, such as the beans of a Spring application. It is the same at
   * every call.
   *
   * <p>An assertion about it is one about the store of the running test, and reads past the probe.
   *
   * <p>A call for which there is no running test, or not a single one, throws an {@link
   * IllegalStateException}, as {@link #probe()} does. Only {@link StateStore#close()} does nothing,
   * since the extension closes each store.
   *
   * <p>A {@link StateStoreProbe} around it is not known to the extension: check its faults and
   * holds with {@link StateStoreProbe#unused()}, or use {@link #probe()}.
   *
   * @return the store
   */
  public StateStore store() {
    return store;
  }

  /**
   * Returns the probe of the running test, for helpers and base classes without a parameter.
   *
   * <p>A test's own thread, and any thread that it starts, gets the probe of that test. A thread of
   * the common pool, or one left over from an earlier test, gets that of the only running test. So
   * tests that run in parallel must not share other pools, and an extension that runs them in a
   * thread of its own is registered before this one. What JUnit itself calls outside a test has no
   * probe: neither the initializer of a field, nor a {@code @MethodSource}, nor a stream of dynamic
   * tests that another thread reads than that of the {@code @TestFactory}; take the store as a
   * parameter instead. A constructor has one if it takes a store as a parameter.
   *
   * @return the probe that the test gets
   * @throws IllegalStateException if this thread belongs to no test, and not exactly one is running
   */
  public StateStoreProbe probe() {
    return running.current("give the probe of the test").probe();
  }

  /**
   * Writes states to the store of the running test. The probe neither records nor fails these
   * calls.
   *
   * @param states the states
   * @throws IllegalStateException as {@link #probe()} does
   */
  public void given(DurableState... states) {
    given(Arrays.asList(requireNonNull(states, "states")));
  }

  /**
   * Writes states, such as those read by {@link StateFixtures}, to the store of the running test.
   * The probe neither records nor fails these calls.
   *
   * @param states the states
   * @throws IllegalStateException as {@link #probe()} does
   */
  public void given(Iterable<DurableState> states) {
    requireNonNull(states, "states");
    running.current("write states for the test").write(states);
  }

  /** Gives a constructor the store of the test for which it makes an instance. */
  @Override
  public ExtensionContextScope getTestInstantiationExtensionContextScope(
      ExtensionContext rootContext) {
    return ExtensionContextScope.TEST_METHOD;
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return StateStore.class.isAssignableFrom(parameter.getParameter().getType())
        && TestStores.isInCharge(this, context)
        && !Parameters.isForeign(parameter, context);
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    if (context.getTestMethod().isEmpty()) {
      throw new ParameterResolutionException(
          ("cannot inject %s into %s: each test has a store of its own, and there is no test yet;"
                  + " take it in the test or in a @BeforeEach method")
              .formatted(type.getSimpleName(), parameter.getDeclaringExecutable()));
    }
    TestStore store = storeOf(context);
    if (type.isInstance(store.probe())) {
      return store.probe();
    }
    if (type.isInstance(store.store())) {
      return store.store();
    }
    throw new ParameterResolutionException(
        ("cannot inject %s into %s: the stores of this extension are of class %s; take a"
                + " StateStore")
            .formatted(
                type.getSimpleName(),
                parameter.getDeclaringExecutable(),
                store.store().getClass().getName()));
  }

  /** Creates the store if no parameter has, so that a broken fixture fails the test. */
  @Override
  public void beforeEach(ExtensionContext context) {
    if (!TestStores.isInCharge(this, context)) {
      return;
    }
    TestStore store = storeOf(context);
    if (!running.contains(store)) {
      throw new ExtensionConfigurationException(
          "cannot make a store for %s: two StateStoreExtensions are registered%s"
              .formatted(
                  TestStores.nameOf(context),
                  TestStores.isInInstanceField(this, context)
                      ? ", and this one only after the constructor, which got a store of the other;"
                          + " make its field static"
                      : "; remove one"));
    }
    running.begin(store);
  }

  /** Prints before an {@code @AfterEach} method disconnects the store. */
  @Override
  public void afterTestExecution(ExtensionContext context) {
    context.getExecutionException().ifPresent(thrown -> print(context, thrown));
  }

  /** Fails a test that did not test what it was meant to, and closes its store. */
  @Override
  public void afterEach(ExtensionContext context) {
    TestStore store = TestStores.find(context);
    if (store == null || !running.contains(store)) {
      return;
    }
    context.getExecutionException().ifPresent(thrown -> print(context, thrown));
    close(store, context);
  }

  /** Closes a store, and fails a test that passed but did not test what it was meant to. */
  private void close(TestStore store, ExtensionContext context) {
    boolean passed = context.getExecutionException().isEmpty();
    List<String> unused = passed && !lenient ? store.unused() : List.of();
    running.unbind(store);
    running.remove(store);
    var failure =
        new AssertionError(
            "a fault did not fire, or a hold was not reached; correct what it matches, call"
                + " clearFaults() or clear() if it is meant to be unused, or make the extension"
                + " lenient():"
                + TestStore.lines(unused));
    try {
      store.close();
    } catch (Throwable e) { // must not hide what is unused
      if (unused.isEmpty()) {
        throw e;
      }
      failure.addSuppressed(e);
    }
    if (!unused.isEmpty()) {
      throw failure;
    }
  }

  @Override
  public <T> T interceptTestClassConstructor(
      Invocation<T> invocation,
      ReflectiveInvocationContext<Constructor<T>> called,
      ExtensionContext context)
      throws Throwable {
    return inTest(invocation, context);
  }

  /** Belongs to no test, not even to one of another class that runs beside it. */
  @Override
  public void interceptBeforeAllMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> called,
      ExtensionContext context)
      throws Throwable {
    inTest(invocation, context);
  }

  /** Belongs to no test, not even to one of another class that runs beside it. */
  @Override
  public void interceptAfterAllMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> called,
      ExtensionContext context)
      throws Throwable {
    inTest(invocation, context);
  }

  @Override
  public void interceptBeforeEachMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> called,
      ExtensionContext context)
      throws Throwable {
    inTest(invocation, context);
  }

  @Override
  public void interceptTestMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> called,
      ExtensionContext context)
      throws Throwable {
    inTest(invocation, context);
  }

  @Override
  public <T> T interceptTestFactoryMethod(
      Invocation<T> invocation,
      ReflectiveInvocationContext<Method> called,
      ExtensionContext context)
      throws Throwable {
    return inTest(invocation, context);
  }

  @Override
  public void interceptTestTemplateMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> called,
      ExtensionContext context)
      throws Throwable {
    inTest(invocation, context);
  }

  @Override
  public void interceptAfterEachMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> called,
      ExtensionContext context)
      throws Throwable {
    inTest(invocation, context);
  }

  @Override
  public void interceptDynamicTest(
      Invocation<Void> invocation,
      DynamicTestInvocationContext dynamicTest,
      ExtensionContext context)
      throws Throwable {
    try {
      inTest(invocation, context);
    } catch (Throwable e) {
      TestStore store = TestStores.find(context);
      if (isFailure(e) && store != null && running.contains(store)) {
        store.print(TestStores.nameOf(context));
      }
      throw e;
    }
  }

  /** Binds the thread here too, as that of an invocation with a time limit may be another one. */
  private <T extends @Nullable Object> T inTest(Invocation<T> invocation, ExtensionContext context)
      throws Throwable {
    TestStore found = TestStores.find(context);
    TestStore store = found != null && running.contains(found) ? found : null;
    running.bind(store, store == null ? TestStores.replacementOf(this, context) : null);
    try {
      return invocation.proceed();
    } finally {
      running.unbind(store);
    }
  }

  /** Prints the store of a test that failed before or after the callbacks above. */
  @Override
  public void testFailed(ExtensionContext context, Throwable cause) {
    print(context, cause);
    TestStores.remove(context);
  }

  @Override
  public void testSuccessful(ExtensionContext context) {
    TestStores.remove(context);
  }

  @Override
  public void testAborted(ExtensionContext context, Throwable cause) {
    TestStores.remove(context);
  }

  private void print(ExtensionContext context, Throwable thrown) {
    TestStore store = TestStores.find(context);
    if (isFailure(thrown) && store != null) {
      store.printOnce(TestStores.nameOf(context));
    }
  }

  private static boolean isFailure(Throwable thrown) {
    return !(thrown instanceof TestAbortedException);
  }

  private TestStore storeOf(ExtensionContext context) {
    return TestStores.findOrMake(
        context,
        () -> makeStore(context),
        store -> {
          if (running.contains(store)) {
            close(store, context);
          }
        });
  }

  private TestStore makeStore(ExtensionContext context) {
    String hint = TestStores.hintOfTypes(this, context);
    List<DurableState> states = AnnotatedFixtures.read(context, new StateFixtures(types), hint);
    StateStore supplied =
        requireNonNull(stores.get(), "the supplier of a StateStoreExtension returned null");
    var store = new TestStore(supplied, types, hint);
    store.open(states);
    running.add(store);
    return store;
  }
}
