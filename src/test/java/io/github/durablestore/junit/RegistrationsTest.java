package io.github.durablestore.junit;

import static io.github.durablestore.TestStates.state;
import static io.github.durablestore.assertj.StateStoreAssertions.assertThat;
import static io.github.durablestore.junit.TestRuns.assertAllPass;
import static io.github.durablestore.junit.TestRuns.failureOf;
import static io.github.durablestore.junit.TestRuns.run;

import com.google.protobuf.TypeRegistry;
import io.github.durablestore.memory.MemoryStateStore;
import io.github.durablestore.memory.OnDisconnect;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Runs small test classes that inherit one {@link StateStoreExtension} and have another: which
 * serves the test.
 */
class RegistrationsTest {
  @Test
  void extension_registeredLast_servesTheTests() {
    for (Class<?> test :
        List.of(
            FieldOverField.class,
            FieldOverAnnotation.class,
            InstanceFieldOverField.class,
            InstanceFieldOverInstanceField.class,
            FieldOverInstanceField.class,
            FieldOfBaseOverAnnotation.class,
            FieldOfBaseOverInterface.class,
            InstanceFieldOfBaseOverInterface.class,
            FieldOverAnnotationOfItsClass.class,
            OtherField.class,
            FieldOfInterface.class,
            AnnotationOverAnnotation.class,
            FieldOverInterface.class,
            FieldOverComposed.class,
            FieldOverInterfaceOfBase.class,
            FieldOverFieldOfInterface.class,
            AroundAnnotation.AnnotationInClassWithField.class)) {
      assertAllPass(run(test), 1);
    }
    assertAllPass(run(NestedOverField.class), 2);
    assertAllPass(run(NestedOverInterface.class), 1);
    assertAllPass(run(NestedAnnotationInField.class), 1);
  }

  @Test
  void extensionOfAnInstance_afterAConstructorWithAStore_saysToMakeItStatic() {
    assertThat(failureOf(run(InstanceFieldAfterConstructor.class)))
        .hasMessageEndingWith(
            ": two StateStoreExtensions are registered, and this one only after the constructor,"
                + " which got a store of the other; make its field static");
  }

  static class InstanceFieldAfterConstructor extends BaseWithField {
    @RegisterExtension final StateStoreExtension stores = keeping();

    InstanceFieldAfterConstructor(MemoryStateStore store) {
      assertKeeps(false, store);
    }

    @Test
    void test() {}
  }

  private static StateStoreExtension keeping() {
    return new StateStoreExtension(
        TypeRegistry.getEmptyTypeRegistry(), () -> new MemoryStateStore(OnDisconnect.KEEP));
  }

  private static void assertKeeps(boolean keeps, MemoryStateStore store) {
    store.writeState(state("a"));
    store.disconnect();
    store.connect();
    assertThat(store.states()).hasSize(keeps ? 1 : 0);
  }

  static class BaseWithField {
    @RegisterExtension static final StateStoreExtension BASE = new StateStoreExtension();
  }

  @ExtendWith(StateStoreExtension.class)
  static class BaseWithAnnotation {}

  static class FieldOverField extends BaseWithField {
    @RegisterExtension static final StateStoreExtension STORES = keeping();

    @Test
    void test(MemoryStateStore store) {
      assertKeeps(true, store);
    }
  }

  static class FieldOverAnnotation extends BaseWithAnnotation {
    @RegisterExtension static final StateStoreExtension STORES = keeping();

    @Test
    void test(MemoryStateStore store) {
      assertKeeps(true, store);
    }
  }

  static class InstanceFieldOverField extends BaseWithField {
    @RegisterExtension final StateStoreExtension stores = keeping();

    @Test
    void test(MemoryStateStore store) {
      assertKeeps(true, store);
      assertThat((Object) stores.probe().store()).isSameAs(store);
    }
  }

  static class BaseWithPlainInstanceField {
    @RegisterExtension final StateStoreExtension base = new StateStoreExtension();
  }

  static class InstanceFieldOverInstanceField extends BaseWithPlainInstanceField {
    @RegisterExtension final StateStoreExtension stores = keeping();

    @Test
    void test(MemoryStateStore store) {
      assertKeeps(true, store);
      assertThat((Object) stores.probe().store()).isSameAs(store);
    }
  }

  static class FieldOverInstanceField extends BaseWithPlainInstanceField {
    @RegisterExtension static final StateStoreExtension STORES = keeping();

    @Test
    void test(MemoryStateStore store) {
      assertKeeps(true, store);
      assertThat((Object) STORES.probe().store()).isSameAs(store);
    }
  }

  static class BaseWithKeepingField {
    @RegisterExtension static final StateStoreExtension BASE = keeping();
  }

  @ExtendWith(StateStoreExtension.class)
  static class FieldOfBaseOverAnnotation extends BaseWithKeepingField {
    @Test
    void test(MemoryStateStore store) {
      assertKeeps(true, store);
    }
  }

  static class FieldOfBaseOverInterface extends BaseWithKeepingField implements Extended {
    @Test
    void test(MemoryStateStore store) {
      assertKeeps(true, store);
    }
  }

  static class BaseWithInstanceField {
    @RegisterExtension final StateStoreExtension base = keeping();
  }

  static class InstanceFieldOfBaseOverInterface extends BaseWithInstanceField implements Extended {
    @Test
    void test(MemoryStateStore store) {
      assertKeeps(true, store);
      assertThat((Object) base.probe().store()).isSameAs(store);
    }
  }

  @ExtendWith(StateStoreExtension.class)
  static class FieldOverAnnotationOfItsClass {
    @RegisterExtension final StateStoreExtension stores = keeping();

    @Test
    void test(MemoryStateStore store) {
      assertKeeps(true, store);
    }
  }

  @Composed
  static class OtherField {
    @RegisterExtension static final Extension STORES = keeping();

    @Test
    void test(MemoryStateStore store) {
      assertKeeps(true, store);
    }
  }

  interface WithKeepingField {
    @RegisterExtension StateStoreExtension KEEPING = keeping();
  }

  static class FieldOfInterface implements WithKeepingField, Extended {
    @Test
    void test(MemoryStateStore store) {
      assertKeeps(true, store);
    }
  }

  @ExtendWith(StateStoreExtension.class)
  static class AnnotationOverAnnotation extends BaseWithAnnotation {
    @Test
    void test(MemoryStateStore store) {
      assertKeeps(false, store);
    }
  }

  static class NestedAnnotationInField {
    @RegisterExtension static final StateStoreExtension STORES = keeping();

    @Nested
    @ExtendWith(StateStoreExtension.class)
    class Inner {
      @Test
      void test(MemoryStateStore store) {
        assertKeeps(true, store); // JUnit makes no second extension of the same class
      }
    }
  }

  static class NestedOverField {
    @RegisterExtension static final StateStoreExtension STORES = new StateStoreExtension();

    @Test
    void test(MemoryStateStore store) {
      assertKeeps(false, store);
    }

    @Nested
    class Inner {
      @RegisterExtension final StateStoreExtension stores = keeping();

      @Test
      void test(MemoryStateStore store) {
        assertKeeps(true, store);
      }
    }
  }

  @ExtendWith(StateStoreExtension.class)
  interface Extended {}

  @Retention(RetentionPolicy.RUNTIME)
  @ExtendWith(StateStoreExtension.class)
  @interface Composed {}

  interface MoreExtended extends Extended {}

  interface WithField {
    @RegisterExtension StateStoreExtension OF_INTERFACE = new StateStoreExtension();
  }

  interface WithInheritedField extends WithField {}

  static class FieldOverInterface implements MoreExtended {
    @RegisterExtension static final StateStoreExtension STORES = keeping();

    @Test
    void test(MemoryStateStore store) {
      assertKeeps(true, store);
    }
  }

  @Composed
  static class FieldOverComposed {
    @RegisterExtension final StateStoreExtension stores = keeping();

    @Test
    void test(MemoryStateStore store) {
      assertKeeps(true, store);
    }
  }

  static class BaseWithInterface implements Extended {
    @RegisterExtension static final StateStoreExtension BASE = new StateStoreExtension();
  }

  static class FieldOverInterfaceOfBase extends BaseWithInterface implements MoreExtended {
    @RegisterExtension static final StateStoreExtension STORES = keeping();

    @Test
    void test(MemoryStateStore store) {
      assertKeeps(true, store);
    }
  }

  static class FieldOverFieldOfInterface implements WithInheritedField {
    @RegisterExtension static final StateStoreExtension STORES = keeping();

    @Test
    void test(MemoryStateStore store) {
      assertKeeps(true, store);
    }
  }

  /** The test class is the inner one alone, as it is not {@code @Nested}. */
  static class AroundAnnotation {
    @RegisterExtension static final StateStoreExtension STORES = keeping();

    @ExtendWith(StateStoreExtension.class)
    static class AnnotationInClassWithField {
      @Test
      void test(MemoryStateStore store) {
        assertKeeps(false, store);
      }
    }
  }

  static class NestedOverInterface implements Extended {
    @Nested
    class Inner implements Extended {
      @RegisterExtension final StateStoreExtension stores = keeping();

      @Test
      void test(MemoryStateStore store) {
        assertKeeps(true, store);
      }
    }
  }
}
