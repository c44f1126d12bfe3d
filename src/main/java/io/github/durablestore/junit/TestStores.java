package io.github.durablestore.junit;

import io.github.durablestore.text.Text;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.ReflectionSupport;

/**
 * The stores of the tests of a class, each under the unique id of its test. That of a template
 * serves only the template itself; its invocations have their own.
 *
 * <p>They are kept with the class, because JUnit may report a failure after it has discarded what
 * was kept with the test.
 */
final class TestStores {
  private static final Namespace NAMESPACE = Namespace.create(TestStores.class);

  private TestStores() {}

  /** JUnit's configuration may say that it does not close what is only an {@code AutoCloseable}. */
  @SuppressWarnings("deprecation")
  private interface Closer extends Store.CloseableResource, AutoCloseable {
    @Override
    void close();
  }

  /**
   * Returns whether an extension serves a test: the one in a field of the innermost class, else the
   * only one that annotations register. A field of an instance does not count before there is one.
   */
  static boolean isInCharge(StateStoreExtension extension, ExtensionContext context) {
    return replacementOf(extension, context) == null;
  }

  /** Returns the field of the extension that serves a test instead of another; null for none. */
  static @Nullable String replacementOf(StateStoreExtension replaced, ExtensionContext context) {
    return fieldInCharge(context)
        .filter(field -> !replaced.equals(valueOf(field, context)))
        .map(field -> field.getDeclaringClass().getSimpleName() + "." + field.getName())
        .orElse(null);
  }

  private static Optional<Field> fieldInCharge(ExtensionContext context) {
    return fields(context)
        .filter(field -> valueOf(field, context) instanceof StateStoreExtension)
        .reduce((outer, inner) -> inner);
  }

  /** Returns how to pass a type to an extension: an annotation takes none. */
  static String hintOfTypes(StateStoreExtension extension, ExtensionContext context) {
    boolean isInField =
        fields(context).anyMatch(field -> extension.equals(valueOf(field, context)));
    return isInField
        ? "add its descriptor to the types of the StateStoreExtension"
        : "replace @ExtendWith(StateStoreExtension.class) by @RegisterExtension static final"
            + " StateStoreExtension STORES = new StateStoreExtension(types)";
  }

  /** Returns whether an extension is in a field of an instance. */
  static boolean isInInstanceField(StateStoreExtension extension, ExtensionContext context) {
    return fields(context)
        .filter(field -> !Modifier.isStatic(field.getModifiers()))
        .anyMatch(field -> extension.equals(valueOf(field, context)));
  }

  /** Returns the fields that register extensions, those of outer classes and base classes first. */
  private static Stream<Field> fields(ExtensionContext context) {
    return Stream.concat(
            context.getEnclosingTestClasses().stream(), context.getTestClass().stream())
        .flatMap(
            type -> AnnotationSupport.findAnnotatedFields(type, RegisterExtension.class).stream());
  }

  private static @Nullable Object valueOf(Field field, ExtensionContext context) {
    Object instance =
        context
            .getTestInstances()
            .flatMap(instances -> instances.findInstance(field.getDeclaringClass()))
            .orElse(null);
    return instance == null && !Modifier.isStatic(field.getModifiers())
        ? null
        : ReflectionSupport.tryToReadFieldValue(field, instance).toOptional().orElse(null);
  }

  /**
   * Returns the store of a test. Each test runs in one thread at a time.
   *
   * @param closer gets a new store when JUnit ends the test or the template, whose extension may be
   *     registered with it alone: after all invocations, and even if a constructor has failed
   */
  static TestStore findOrMake(
      ExtensionContext context, Supplier<TestStore> maker, Consumer<TestStore> closer) {
    TestStore found = find(context);
    if (found != null) {
      return found;
    }
    TestStore made = maker.get();
    ExtensionContext test = testOf(context);
    storesOf(test).put(test.getUniqueId(), made);
    test.getStore(NAMESPACE).put(made, (Closer) () -> closer.accept(made));
    return made;
  }

  /**
   * Returns the store of a test; null if there is none yet, as before the first test of a class.
   */
  static @Nullable TestStore find(ExtensionContext context) {
    ExtensionContext test = testOf(context);
    return test.getTestMethod().isEmpty()
        ? null
        : storesOf(test).get(test.getUniqueId(), TestStore.class);
  }

  static void remove(ExtensionContext context) {
    ExtensionContext test = testOf(context);
    storesOf(test).remove(test.getUniqueId(), TestStore.class);
  }

  static String nameOf(ExtensionContext context) {
    ExtensionContext test = testOf(context);
    return "%s.%s, %s"
        .formatted(
            test.getRequiredTestClass().getSimpleName(),
            test.getRequiredTestMethod().getName(),
            Text.quote(context.getDisplayName()));
  }

  private static Store storesOf(ExtensionContext test) {
    return classOf(test).getStore(NAMESPACE);
  }

  /** Returns the test of a context; a dynamic test belongs to its factory. */
  private static ExtensionContext testOf(ExtensionContext context) {
    ExtensionContext test = context;
    while (test.getTestMethod().isEmpty() && test.getParent().isPresent()) {
      test = test.getParent().get();
    }
    return test;
  }

  private static ExtensionContext classOf(ExtensionContext test) {
    ExtensionContext testClass = test;
    while (testClass.getTestMethod().isPresent()) {
      testClass = testClass.getParent().orElseThrow();
    }
    return testClass;
  }
}
