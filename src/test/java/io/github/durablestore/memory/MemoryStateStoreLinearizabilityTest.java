package io.github.durablestore.memory;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.TypeRegistry;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Options;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryStateStoreLinearizabilityTest {
  private static final int ITERATIONS = Integer.getInteger("lincheck.iterations", 30);
  private static final int INVOCATIONS = Integer.getInteger("lincheck.invocations", 1_000);

  @ParameterizedTest
  @ValueSource(classes = {Purging.class, Keeping.class})
  void modelChecking_memoryStore_isLinearizable(Class<?> operations) {
    modelChecking(operations).check(operations);
  }

  @ParameterizedTest
  @ValueSource(classes = {Purging.class, Keeping.class})
  void stress_memoryStore_isLinearizable(Class<?> operations) {
    configured(new StressOptions(), operations).check(operations);
  }

  @ParameterizedTest
  @ValueSource(classes = {Clearing.class, Swapping.class, SwappingUnderLock.class, Copying.class})
  void modelChecking_naiveStore_isRefuted(Class<?> operations) {
    assertThatThrownBy(() -> modelChecking(operations).check(operations))
        .isInstanceOf(LincheckAssertionError.class)
        .hasMessageContaining("Invalid execution results");
  }

  private static ModelCheckingOptions modelChecking(Class<?> operations) {
    return configured(new ModelCheckingOptions(), operations).checkObstructionFreedom(false);
  }

  private static <O extends Options<O, ?>> O configured(O options, Class<?> operations) {
    boolean keeps = operations == Keeping.class || operations == Copying.class;
    return options
        .threads(3)
        .actorsPerThread(3)
        .iterations(ITERATIONS)
        .invocationsPerIteration(INVOCATIONS)
        .sequentialSpecification(keeps ? KeepingModel.class : PurgingModel.class);
  }

  public static final class Purging extends MemoryStoreOperations {
    public Purging() {
      super(OnDisconnect.PURGE);
    }
  }

  public static final class Keeping extends MemoryStoreOperations {
    public Keeping() {
      super(OnDisconnect.KEEP);
    }
  }

  public static final class PurgingModel extends ModelOperations {
    public PurgingModel() {
      super(OnDisconnect.PURGE);
    }
  }

  public static final class KeepingModel extends ModelOperations {
    public KeepingModel() {
      super(OnDisconnect.KEEP);
    }
  }

  public static final class Clearing extends NaiveOperations {
    public Clearing() {
      super(new NaiveStateStore.Clearing());
    }
  }

  public static final class Swapping extends NaiveOperations {
    public Swapping() {
      super(new NaiveStateStore.Swapping());
    }
  }

  public static final class SwappingUnderLock extends NaiveOperations {
    public SwappingUnderLock() {
      super(new NaiveStateStore.SwappingUnderLock());
    }
  }

  public static final class Copying extends NaiveOperations {
    public Copying() {
      super(new NaiveStateStore.Copying());
    }
  }

  abstract static class MemoryStoreOperations extends StoreOperations {
    MemoryStoreOperations(OnDisconnect onDisconnect) {
      this(new MemoryStateStore(TypeRegistry.getEmptyTypeRegistry(), onDisconnect));
    }

    private MemoryStoreOperations(MemoryStateStore store) {
      super(store, store::states);
    }
  }

  abstract static class ModelOperations extends StoreOperations {
    ModelOperations(OnDisconnect onDisconnect) {
      this(new ModelStateStore(onDisconnect));
    }

    private ModelOperations(ModelStateStore store) {
      super(store, store::states);
    }
  }

  abstract static class NaiveOperations extends StoreOperations {
    NaiveOperations(NaiveStateStore store) {
      super(store, store::states);
    }
  }
}
