package io.github.durablestore.junit;

import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.fixture.StateFixtures;
import java.lang.reflect.AnnotatedElement;
import java.net.URL;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Finds what {@link StateFixture} names for a test. */
final class AnnotatedFixtures {
  private final StateFixtures fixtures;
  private final List<DurableState> states = new ArrayList<>();

  private AnnotatedFixtures(StateFixtures fixtures) {
    this.fixtures = fixtures;
  }

  /** Returns the states of all fixtures of a test, in the order in which they are to be written. */
  static List<DurableState> read(ExtensionContext context, StateFixtures fixtures) {
    var annotated = new AnnotatedFixtures(fixtures);
    context.getEnclosingTestClasses().forEach(annotated::addClass);
    annotated.addClass(context.getRequiredTestClass());
    annotated.add(
        context.getRequiredTestMethod(), context.getRequiredTestMethod().getDeclaringClass());
    return annotated.states;
  }

  private void addClass(Class<?> type) {
    if (type.getSuperclass() != null) {
      addClass(type.getSuperclass());
    }
    add(type, type);
  }

  private void add(AnnotatedElement element, Class<?> anchor) {
    AnnotationSupport.findAnnotation(element, StateFixture.class).stream()
        .flatMap(annotation -> Stream.of(annotation.value()))
        .forEach(name -> states.addAll(fixtures.read(resource(name, anchor))));
  }

  private static URL resource(String name, Class<?> anchor) {
    URL resource = anchor.getResource(name);
    if (resource == null) {
      throw new ExtensionConfigurationException(
          ("cannot read fixture \"%s\" of %s: there is no such resource; put it beside the class in"
                  + " src/test/resources, and open its package if it is in a module")
              .formatted(name, anchor.getName()));
    }
    return resource;
  }
}
