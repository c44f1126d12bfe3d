package io.github.durablestore.memory;

import static io.github.durablestore.memory.MemoryStateStoreLinearizabilityTest.SCENARIOS;
import static io.github.durablestore.memory.MemoryStateStoreLinearizabilityTest.modelChecking;
import static io.github.durablestore.memory.MemoryStateStoreLinearizabilityTest.stress;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.github.durablestore.broken.NaiveStateStore;
import io.github.durablestore.memory.MemoryStateStoreLinearizabilityTest.KeepingModel;
import io.github.durablestore.memory.MemoryStateStoreLinearizabilityTest.PurgingModel;
import io.github.durablestore.memory.MemoryStateStoreLinearizabilityTest.RefusingModel;
import java.util.stream.Stream;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.Options;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Lincheck refutes each {@link NaiveStateStore}, so it would refute a memory store with the same
 * error.
 */
class NaiveStateStoreLinearizabilityTest {
  static Stream<Arguments> naiveStores() {
    return Stream.of(
        arguments(Clearing.class, PurgingModel.class),
        arguments(Swapping.class, PurgingModel.class),
        arguments(SwappingUnderLock.class, PurgingModel.class),
        arguments(Copying.class, KeepingModel.class),
        arguments(Checking.class, RefusingModel.class));
  }

  @ParameterizedTest
  @MethodSource("naiveStores")
  void modelChecking_naiveStore_isRefuted(Class<?> operations, Class<?> model) {
    assertRefuted(modelChecking(model), operations);
  }

  @Test
  void stress_naiveStore_isRefuted() {
    // Chance finds the error, and late on a busy machine: the widest gap of the five.
    assertRefuted(stress(KeepingModel.class), Copying.class);
  }

  private static void assertRefuted(Options<?, ?> options, Class<?> operations) {
    options.iterations(150 * SCENARIOS).minimizeFailedScenario(false); // no haste
    assertThatThrownBy(() -> options.check(operations))
        .isInstanceOf(LincheckAssertionError.class)
        .hasMessageContaining("Invalid execution results");
  }

  // Lincheck makes a new store for each invocation, by a constructor without parameters.

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
