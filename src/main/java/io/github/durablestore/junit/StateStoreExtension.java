package io.github.durablestore.junit;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.TypeRegistry;
import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.fixture.StateFixtures;
import io.github.durablestore.memory.MemoryStateStore;
import io.github.durablestore.probe.StateStoreProbe;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.DynamicTestInvocationContext;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.opentest4j.TestAbortedException;

/**
 * Gives each test a connected store of its own, and closes it afterwards. When a test fails, what
 * the store held and what was asked of it is printed to {@link System#err}.
 *
 * <p>A test takes it as a parameter, of the test method, a constructor, or a {@code @BeforeEach} or
 * {@code @AfterEach} method: as {@link StateStore} or {@link StateStoreProbe}, which are one and
 * the same probe, or as {@link MemoryStateStore}, the store that the probe wraps. There is no store
 * where there is no test yet: not in {@code @BeforeAll}, and not in the constructor of a class
 * whose one instance serves all tests. The dynamic tests of a {@code @TestFactory} share one.
 * {@link StateFixture} loads states beforehand; the probe does not record that.
 *
 * <pre>{@code
 * @ExtendWith(StateStoreExtension.class)
 * class AccountServiceTest {
 *   @Test
 *   void deposit_newAccount_isWritten(StateStoreProbe probe) {
 *     new AccountService(probe).deposit("account-42", 100);
 *     assertThat(probe).wroteVersions("account-42", 1);
 *   }
 * }
 * }</pre>
 *
 * <p>Where payloads are to be unpacked by a registry, loaded from fixtures or printed as fields:
 *
 * <pre>{@code
 * @RegisterExtension
 * static final StateStoreExtension STORES = new StateStoreExtension(AccountState.getDescriptor());
 * }</pre>
 *
 * <p>Safe for tests that run in parallel. No parameter may be {@code null}.
 */
public final class StateStoreExtension
    implements ParameterResolver,
        BeforeEachCallback,
        AfterTestExecutionCallback,
        AfterEachCallback,
        InvocationInterceptor {
  private static final Namespace NAMESPACE = Namespace.create(StateStoreExtension.class);
  private static final List<Class<?>> INJECTED =
      List.of(StateStore.class, StateStoreProbe.class, MemoryStateStore.class);

  private final TypeRegistry types;
  private final Supplier<? extends StateStore> stores;

  /** Creates an extension whose stores know no types; the one that {@code @ExtendWith} makes. */
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
   * Creates an extension that gives out stores of the caller's: one that keeps its records, or one
   * over a database.
   *
   * @param types the types of the payloads, for fixtures and what is printed
   * @param stores makes a store for each test, in the thread of the test; if several share one
   *     database, it is to empty it
   */
  public StateStoreExtension(TypeRegistry types, Supplier<? extends StateStore> stores) {
    this.types = requireNonNull(types, "types");
    this.stores = requireNonNull(stores, "stores");
  }

  /** Lets a constructor have the store of the test that its instance is for. */
  @Override
  public ExtensionContextScope getTestInstantiationExtensionContextScope(
      ExtensionContext rootContext) {
    return ExtensionContextScope.TEST_METHOD;
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return INJECTED.contains(parameter.getParameter().getType());
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
    if (type != MemoryStateStore.class) {
      return store.probe();
    }
    if (store.store() instanceof MemoryStateStore memory) {
      return memory;
    }
    throw new ParameterResolutionException(
        ("cannot inject MemoryStateStore into %s: the stores of this extension are of class \"%s\";"
                + " take a StateStore")
            .formatted(parameter.getDeclaringExecutable(), store.store().getClass().getName()));
  }

  /** Makes the store, should no parameter have asked for it: a broken fixture fails the test. */
  @Override
  public void beforeEach(ExtensionContext context) {
    Store store = context.getStore(NAMESPACE);
    if (store.getOrComputeIfAbsent(StateStoreExtension.class, key -> this) != this) {
      throw new ExtensionConfigurationException(
          "cannot make a store for %s: two StateStoreExtensions are registered; leave one out"
              .formatted(nameOf(context)));
    }
    storeOf(context);
  }

  /** Prints before an {@code @AfterEach} method disconnects the store. */
  @Override
  public void afterTestExecution(ExtensionContext context) {
    printIfFailed(context);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    printIfFailed(context);
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
      if (isFailure(e)) {
        storeOf(context).print(nameOf(context));
      }
      throw e;
    }
  }

  private void printIfFailed(ExtensionContext context) {
    if (context.getExecutionException().filter(StateStoreExtension::isFailure).isPresent()) {
      storeOf(context).printOnce(nameOf(context));
    }
  }

  private static boolean isFailure(Throwable thrown) {
    return !(thrown instanceof TestAbortedException);
  }

  private static String nameOf(ExtensionContext context) {
    ExtensionContext test = context;
    while (test.getTestMethod().isEmpty()) { // that of a dynamic test has none itself
      test = test.getParent().orElseThrow();
    }
    return "%s.%s, \"%s\""
        .formatted(
            test.getRequiredTestClass().getSimpleName(),
            test.getRequiredTestMethod().getName(),
            context.getDisplayName());
  }

  private TestStore storeOf(ExtensionContext context) {
    return context
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(TestStore.class, key -> makeStore(context), TestStore.class);
  }

  private TestStore makeStore(ExtensionContext context) {
    var fixtures = new StateFixtures(types);
    List<DurableState> states = AnnotatedFixtures.read(context, fixtures);
    StateStore store =
        requireNonNull(stores.get(), "the supplier of a StateStoreExtension returned null");
    return TestStore.of(store, fixtures, states);
  }
}
