package io.github.durablestore.junit;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.TypeRegistry;
import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.fixture.StateFixtures;
import io.github.durablestore.memory.MemoryStateStore;
import io.github.durablestore.probe.StateStoreProbe;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.AfterAllCallback;
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
import org.junit.jupiter.api.extension.TestWatcher;
import org.opentest4j.TestAbortedException;

/**
 * Gives each test its own connected store, and closes it afterwards. If the test fails, it prints
 * the contents and the calls of the store to {@link System#err}.
 *
 * <p>A test gets the store as a parameter of the test method, the constructor, or a
 * {@code @BeforeEach} or {@code @AfterEach} method. The types {@link StateStore} and {@link
 * StateStoreProbe} give the same probe; {@link MemoryStateStore}, or the class of another store,
 * gives the store inside the probe. Without a test there is no store: neither in
 * {@code @BeforeAll}, nor in the constructor of a class with one instance for all tests. Each
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
 * otherwise the extension cannot serve constructors, {@code @MethodSource} and {@code @AfterAll}.
 * An extension registered in a subclass or {@code @Nested} class replaces that of the base class or
 * enclosing class.
 *
 * <p>A fault that does not fire as often as expected, or a hold that no call reaches, fails the
 * test, since the test did not test what it was meant to. To leave one on purpose, call {@link
 * StateStoreProbe#clear()} or {@link StateStoreProbe#clearFaults()}, or permit all with {@link
 * #lenient()}.
 *
 * <p>Safe for tests that run in parallel. No parameter may be {@code null}.
 */
public final class StateStoreExtension
    implements ParameterResolver,
        BeforeEachCallback,
        AfterTestExecutionCallback,
        AfterEachCallback,
        AfterAllCallback,
        InvocationInterceptor,
        TestWatcher {
  private final TypeRegistry types;
  private final Supplier<? extends StateStore> stores;
  private final boolean lenient;
  private final Set<TestStore> open = ConcurrentHashMap.newKeySet();

  @SuppressWarnings("ThreadLocalUsage") // a test may have several extensions
  private final ThreadLocal<TestStore> current = new ThreadLocal<>();

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
    this(TypeRegistry.newBuilder().add(List.of(types)).build());
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

  /**
   * Permits faults that do not fire and holds that no call reaches.
   *
   * @return an extension like this one that does not fail a test for them
   */
  public StateStoreExtension lenient() {
    return new StateStoreExtension(types, stores, true);
  }

  /**
   * Returns the probe of the running test, for helpers and base classes without a parameter.
   *
   * @return the probe that the test gets
   * @throws IllegalStateException if no test runs in this thread, and it is not clear which of
   *     several running tests is meant
   */
  public StateStoreProbe probe() {
    return running().probe();
  }

  /**
   * Writes states to the store of the running test. The probe neither records nor fails these
   * calls.
   *
   * @param states the states
   * @throws IllegalStateException as {@link #probe()} does
   */
  public void given(DurableState... states) {
    given(List.of(states));
  }

  /**
   * Writes states, such as those read by {@link StateFixtures}, to the store of the running test.
   * The probe neither records nor fails these calls.
   *
   * @param states the states
   * @throws IllegalStateException as {@link #probe()} does
   */
  public void given(Iterable<DurableState> states) {
    requireNonNull(states, "states").forEach(running().store()::writeState);
  }

  private TestStore running() {
    TestStore store = current.get();
    if (store != null) {
      return store;
    }
    List<TestStore> candidates = List.copyOf(open);
    if (candidates.size() != 1) {
      throw new IllegalStateException(
          "cannot give the probe of the test: %s; register the extension with @RegisterExtension, and call this in the thread of a test"
              .formatted(
                  candidates.isEmpty()
                      ? "no test runs, or another extension replaces this one"
                      : candidates.size() + " tests run, none of them in this thread"));
    }
    return candidates.get(0);
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
        && isInCharge(context);
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
        ("cannot inject %s into %s: the stores of this extension are of class \"%s\"; take a"
                + " StateStore")
            .formatted(
                type.getSimpleName(),
                parameter.getDeclaringExecutable(),
                store.store().getClass().getName()));
  }

  /** Creates the store if no parameter has, so that a broken fixture fails the test. */
  @Override
  public void beforeEach(ExtensionContext context) {
    if (!isInCharge(context)) {
      return;
    }
    TestStore store = storeOf(context);
    if (!open.contains(store)) {
      throw new ExtensionConfigurationException(
          "cannot make a store for %s: two StateStoreExtensions are registered; remove one"
              .formatted(TestStores.nameOf(context)));
    }
    current.set(store);
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
    if (store == null || !open.contains(store)) {
      return;
    }
    context.getExecutionException().ifPresent(thrown -> print(context, thrown));
    List<String> unused =
        lenient || context.getExecutionException().isPresent() ? List.of() : store.probe().unused();
    close(store);
    if (!unused.isEmpty()) {
      throw new AssertionError(
          "a fault did not fire, or a hold was not reached; correct what it matches, clear it if it"
              + " is left over on purpose, or make the extension lenient():"
              + unused.stream()
                  .map(text -> "\n" + text.indent(2).stripTrailing())
                  .collect(joining()));
    }
  }

  @Override
  public void interceptDynamicTest(
      Invocation<Void> invocation,
      DynamicTestInvocationContext dynamicTest,
      ExtensionContext context)
      throws Throwable {
    try {
      invocation.proceed();
    } catch (Throwable e) {
      TestStore store = TestStores.find(context);
      if (isFailure(e) && store != null && open.contains(store)) {
        store.print(TestStores.nameOf(context));
      }
      throw e;
    }
  }

  /** Prints the store of a test that failed before or after the callbacks above. */
  @Override
  public void testFailed(ExtensionContext context, Throwable cause) {
    print(context, cause);
    end(context);
  }

  @Override
  public void testSuccessful(ExtensionContext context) {
    end(context);
  }

  @Override
  public void testAborted(ExtensionContext context, Throwable cause) {
    end(context);
  }

  /** Closes the stores that no test has closed: of a template, or of a constructor that failed. */
  @Override
  public void afterAll(ExtensionContext context) {
    TestStores.allOf(context).stream().filter(open::contains).forEach(this::close);
  }

  private boolean isInCharge(ExtensionContext context) {
    return !new Registrations(context).replace(this);
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
    return TestStores.findOrMake(context, () -> makeStore(context));
  }

  private TestStore makeStore(ExtensionContext context) {
    List<DurableState> states = AnnotatedFixtures.read(context, new StateFixtures(types));
    StateStore supplied =
        requireNonNull(stores.get(), "the supplier of a StateStoreExtension returned null");
    var store = new TestStore(supplied, types);
    store.open(states);
    open.add(store);
    return store;
  }

  /**
   * Closes the store of a test whose {@code afterEach} was never called, as its constructor failed.
   */
  private void end(ExtensionContext context) {
    TestStore store = TestStores.find(context);
    if (store != null) {
      TestStores.remove(context);
      close(store);
    }
  }

  private void close(TestStore store) {
    open.remove(store);
    current.remove();
    store.close();
  }
}
