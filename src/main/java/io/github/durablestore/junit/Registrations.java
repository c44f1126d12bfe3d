package io.github.durablestore.junit;

import java.lang.annotation.Annotation;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Finds where the extensions of a test are registered. JUnit lets a class inherit those of its base
 * class, interfaces and annotations. Here, the one registered nearest to the test replaces all
 * others.
 */
final class Registrations {
  private final ExtensionContext context;

  Registrations(ExtensionContext context) {
    this.context = context;
  }

  /**
   * What is registered in one place.
   *
   * @param fields those with an extension
   * @param annotated whether {@link ExtendWith} names the extension
   */
  private record Place(List<Field> fields, boolean annotated) {
    static Place of(Set<Class<?>> elements, boolean ignoresAnnotations) {
      return new Place(
          elements.stream().flatMap(Registrations::fields).toList(),
          !ignoresAnnotations && elements.stream().anyMatch(Registrations::isAnnotated));
    }

    boolean isEmpty() {
      return fields.isEmpty() && !annotated;
    }
  }

  /** Returns whether an extension that is registered nearer to the test replaces this one. */
  boolean replace(StateStoreExtension extension) {
    List<Place> places = places();
    boolean byField = places.stream().anyMatch(place -> has(place, extension));
    return !places.isEmpty() // registered without a class, for example by a service loader
        && (byField ? !has(places.get(0), extension) : !places.get(0).annotated);
  }

  /** Returns the places with a registration, the nearest first. */
  private List<Place> places() {
    List<Place> places = new ArrayList<>();
    List<Class<?>> classes = new ArrayList<>(context.getEnclosingTestClasses());
    classes.add(context.getRequiredTestClass());
    for (Class<?> testClass : classes) {
      boolean isNested = !places.isEmpty(); // JUnit creates no second one for an annotation there
      List<Place> own = new ArrayList<>();
      for (Class<?> type = testClass; type != null; type = type.getSuperclass()) {
        var inherited = new LinkedHashSet<Class<?>>();
        addInherited(type, inherited);
        own.add(Place.of(Set.of(type), isNested));
        own.add(Place.of(inherited, isNested));
      }
      own.removeIf(Place::isEmpty);
      places.addAll(0, own);
    }
    return places;
  }

  private static void addInherited(Class<?> element, Set<Class<?>> inherited) {
    Stream.<Class<?>>concat(
            Stream.of(element.getDeclaredAnnotations()).map(Annotation::annotationType),
            Stream.of(element.getInterfaces()))
        .filter(inherited::add)
        .forEach(other -> addInherited(other, inherited));
  }

  private static boolean isAnnotated(Class<?> element) {
    return Stream.of(element.getDeclaredAnnotationsByType(ExtendWith.class))
        .anyMatch(annotation -> List.of(annotation.value()).contains(StateStoreExtension.class));
  }

  private static Stream<Field> fields(Class<?> element) {
    return Stream.of(element.getDeclaredFields())
        .filter(field -> field.isAnnotationPresent(RegisterExtension.class))
        .filter(field -> StateStoreExtension.class.isAssignableFrom(field.getType()));
  }

  private boolean has(Place place, StateStoreExtension extension) {
    return place.fields.stream().anyMatch(field -> valueOf(field) == extension);
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
}
