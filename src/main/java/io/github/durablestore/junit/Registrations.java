package io.github.durablestore.junit;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Finds where the extensions of a test are registered. JUnit lets a subclass inherit those of its
 * base class. Here, the one registered nearest to the test replaces all others.
 */
final class Registrations {
  private final ExtensionContext context;

  Registrations(ExtensionContext context) {
    this.context = context;
  }

  /** Returns whether an extension that is registered nearer to the test replaces this one. */
  boolean replace(StateStoreExtension extension) {
    List<Class<?>> classes = new ArrayList<>();
    List<Class<?>> annotated = new ArrayList<>();
    Class<?> outer = context.getRequiredTestClass();
    while (outer != null) {
      boolean registers = false;
      List<Class<?>> level = new ArrayList<>();
      for (Class<?> type = outer; type != null; type = type.getSuperclass()) {
        level.add(type);
        registers |= isRegistered(type);
      }
      if (registers) {
        annotated.clear(); // JUnit creates no second one for an annotation on a nested class
      }
      level.stream().filter(type -> isExtended(type, new HashSet<>())).forEach(annotated::add);
      classes.addAll(level);
      outer = outer.getEnclosingClass();
    }
    boolean byField = classes.stream().anyMatch(type -> hasField(type, extension));
    for (Class<?> type : classes) {
      boolean isAnnotated = annotated.contains(type);
      if (isAnnotated || fields(type).findAny().isPresent()) {
        return byField ? !hasField(type, extension) : !isAnnotated;
      }
    }
    return false; // registered without a class, for example by a service loader
  }

  private static boolean isRegistered(Class<?> type) {
    return isExtended(type, new HashSet<>()) || fields(type).findAny().isPresent();
  }

  private boolean hasField(Class<?> type, StateStoreExtension extension) {
    return fields(type).anyMatch(field -> valueOf(field) == extension);
  }

  private static Stream<Field> fields(Class<?> type) {
    return Stream.concat(Stream.of(type), Stream.of(type.getInterfaces()))
        .flatMap(declaring -> Stream.of(declaring.getDeclaredFields()))
        .filter(field -> field.isAnnotationPresent(RegisterExtension.class))
        .filter(field -> StateStoreExtension.class.isAssignableFrom(field.getType()));
  }

  private @Nullable Object valueOf(Field field) {
    Object instance =
        Modifier.isStatic(field.getModifiers())
            ? null
            : context
                .getTestInstances()
                .flatMap(instances -> instances.findInstance(field.getDeclaringClass()))
                .orElse(null);
    if (instance == null && !Modifier.isStatic(field.getModifiers())) {
      return null;
    }
    try {
      field.setAccessible(true);
      return field.get(instance);
    } catch (IllegalAccessException e) {
      throw new AssertionError(e); // it is accessible
    }
  }

  /** Returns whether the element itself, not a superclass, is annotated to have the extension. */
  private static boolean isExtended(AnnotatedElement element, Set<AnnotatedElement> seen) {
    if (!seen.add(element)) {
      return false;
    }
    for (ExtendWith extendWith : element.getDeclaredAnnotationsByType(ExtendWith.class)) {
      if (List.of(extendWith.value()).contains(StateStoreExtension.class)) {
        return true;
      }
    }
    Stream<AnnotatedElement> annotations =
        Stream.of(element.getDeclaredAnnotations()).map(Annotation::annotationType);
    Stream<AnnotatedElement> interfaces =
        element instanceof Class<?> type ? Stream.of(type.getInterfaces()) : Stream.empty();
    return Stream.concat(annotations, interfaces).anyMatch(other -> isExtended(other, seen));
  }
}
