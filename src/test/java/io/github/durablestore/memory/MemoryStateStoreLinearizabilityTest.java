package io.github.durablestore.memory;

import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.google.protobuf.TypeRegistry;
import java.util.stream.Stream;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Options;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every history of {@link MemoryStateStore} that Lincheck finds must be one that {@link
 * ModelStateStore} could have had.
 */
class MemoryStateStoreLinearizabilityTest {
  // CONTRIBUTING names the long setting.
  static final int SCENARIOS = Integer.getInteger("lincheck.scenarios", 2);
  private static final int INVOCATIONS = Integer.getInteger("lincheck.invocations", 300);
  // Without Lincheck directing the threads, an invocation costs less and finds less.
  private static final int STRESS_INVOCATIONS = 10 * INVOCATIONS;

  static Stream<Arguments> memoryStores() {
    return Stream.of(
        arguments(Purging.class, PurgingModel.class),
        arguments(Keeping.class, KeepingModel.class),
        arguments(Refusing.class, RefusingModel.class));
  }

  @ParameterizedTest
  @MethodSource("memoryStores")
  void modelChecking_memoryStore_isLinearizable(Class<?> operations, Class<?> model) {
    modelChecking(model).check(operations);
  }

  @ParameterizedTest
  @MethodSource("memoryStores")
  void stress_memoryStore_isLinearizable(Class<?> operations, Class<?> model) {
    stress(model).check(operations);
  }

  static ModelCheckingOptions modelChecking(Class<?> model) {
    return configure(new ModelCheckingOptions().invocationsPerIteration(INVOCATIONS), model);
  }

  static StressOptions stress(Class<?> model) {
    return configure(new StressOptions().invocationsPerIteration(STRESS_INVOCATIONS), model);
  }

  private static <O extends Options<O, ?>> O configure(O options, Class<?> model) {
    return options
        .iterations(SCENARIOS)
        .threads(3)
        .actorsPerThread(3)
        .actorsBefore(2)
        .actorsAfter(2)
        .sequentialSpecification(model);
  }

  // Lincheck makes a new store for each invocation, by a constructor without parameters.

  public static final class Purging extends StoreOperations<MemoryStateStore> {
    public Purging() {
      super(new MemoryStateStore(), MemoryStateStore::states);
    }
  }

  public static final class Keeping extends StoreOperations<MemoryStateStore> {
    public Keeping() {
      super(new MemoryStateStore(OnDisconnect.KEEP), MemoryStateStore::states);
    }
  }

  public static final class Refusing extends StoreOperations<MemoryStateStore> {
    public Refusing() {
      super(
          new MemoryStateStore(
              TypeRegistry.getEmptyTypeRegistry(), OnDisconnect.KEEP, OnStaleWrite.REFUSE),
          MemoryStateStore::states);
    }
  }

  public static final class PurgingModel extends StoreOperations<ModelStateStore> {
    public PurgingModel() {
      super(new ModelStateStore(OnDisconnect.PURGE, OnStaleWrite.ACCEPT), ModelStateStore::states);
    }
  }

  public static final class KeepingModel extends StoreOperations<ModelStateStore> {
    public KeepingModel() {
      super(new ModelStateStore(OnDisconnect.KEEP, OnStaleWrite.ACCEPT), ModelStateStore::states);
    }
  }

  public static final class RefusingModel extends StoreOperations<ModelStateStore> {
    public RefusingModel() {
      super(new ModelStateStore(OnDisconnect.KEEP, OnStaleWrite.REFUSE), ModelStateStore::states);
    }
  }
}
