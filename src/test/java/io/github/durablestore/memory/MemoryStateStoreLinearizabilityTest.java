package io.github.durablestore.memory;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.TypeRegistry;
import io.github.durablestore.broken.NaiveStateStore;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Options;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every history that Lincheck finds must be one that {@link ModelStateStore} could have had. */
class MemoryStateStoreLinearizabilityTest {
  // CONTRIBUTING names the long setting.
  private static final int SCENARIOS = Integer.getInteger("lincheck.scenarios", 6);
  private static final int INVOCATIONS = Integer.getInteger("lincheck.invocations", 300);
  // Without Lincheck directing the threads, an invocation costs less and finds less.
  private static final int STRESS_INVOCATIONS = 10 * INVOCATIONS;

  @ParameterizedTest
  @ValueSource(classes = {Purging.class, Keeping.class, Refusing.class})
  void modelChecking_memoryStore_isLinearizable(Class<?> operations) {
    modelChecking(operations).check(operations);
  }

  @ParameterizedTest
  @ValueSource(classes = {Purging.class, Refusing.class})
  void stress_memoryStore_isLinearizable(Class<?> operations) {
    stress(operations).check(operations);
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        Clearing.class,
        Swapping.class,
        SwappingUnderLock.class,
        Copying.class,
        Checking.class
      })
  void modelChecking_naiveStore_isRefuted(Class<?> operations) {
    assertRefuted(modelChecking(operations), operations);
  }

  @Test
  void stress_naiveStore_isRefuted() {
    // Chance finds the error, and late on a busy machine: the widest gap of the four, and no haste.
    assertRefuted(stress(Copying.class).iterations(100 * SCENARIOS), Copying.class);
  }

  private static void assertRefuted(Options<?, ?> options, Class<?> operations) {
    assertThatThrownBy(() -> options.minimizeFailedScenario(false).check(operations))
        .isInstanceOf(LincheckAssertionError.class)
        .hasMessageContaining("Invalid execution results");
  }

  private static ModelCheckingOptions modelChecking(Class<?> operations) {
    return configure(new ModelCheckingOptions().invocationsPerIteration(INVOCATIONS), operations);
  }

  private static StressOptions stress(Class<?> operations) {
    return configure(new StressOptions().invocationsPerIteration(STRESS_INVOCATIONS), operations);
  }

  private static <O extends Options<O, ?>> O configure(O options, Class<?> operations) {
    return options
        .iterations(SCENARIOS)
        .threads(3)
        .actorsPerThread(3)
        .actorsBefore(2)
        .actorsAfter(2)
        .sequentialSpecification(modelOf(operations));
  }

  private static Class<?> modelOf(Class<?> operations) {
    if (operations == Refusing.class || operations == Checking.class) {
      return RefusingModel.class;
    }
    return operations == Keeping.class || operations == Copying.class
        ? KeepingModel.class
        : PurgingModel.class;
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

  public static final class Clearing extends StoreOperations<NaiveStateStore> {
    public Clearing() {
      super(new NaiveStateStore.Clearing(), NaiveStateStore::states);
    }
  }

  public static final class Swapping extends StoreOperations<NaiveStateStore> {
    public Swapping() {
      super(new NaiveStateStore.Swapping(), NaiveStateStore::states);
    }
  }

  public static final class SwappingUnderLock extends StoreOperations<NaiveStateStore> {
    public SwappingUnderLock() {
      super(new NaiveStateStore.SwappingUnderLock(), NaiveStateStore::states);
    }
  }

  public static final class Checking extends StoreOperations<NaiveStateStore> {
    public Checking() {
      super(new NaiveStateStore.Checking(), NaiveStateStore::states);
    }
  }

  public static final class Copying extends StoreOperations<NaiveStateStore> {
    public Copying() {
      super(new NaiveStateStore.Copying(), NaiveStateStore::states);
    }
  }
}
