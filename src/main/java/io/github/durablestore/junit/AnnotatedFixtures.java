package io.github.durablestore.junit;

import static io.github.durablestore.text.Text.quote;

import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.fixture.StateFixtures;
import java.io.UncheckedIOException;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.net.URL;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.annotation.Testable;
import org.junit.platform.commons.support.AnnotationSupport;

/** Finds the fixtures that {@link StateFixture} names for a test. */
final class AnnotatedFixtures {
  private final StateFixtures fixtures;
  private final String hint;
  private final List<DurableState> states = new ArrayList<>();

  private AnnotatedFixtures(StateFixtures fixtures, String hint) {
    this.fixtures = fixtures;
    this.hint = hint;
  }

  /**
   * Returns the states of all fixtures of a test, in the order in which they must be written.
   *
   * @param hint how to pass a type that is missing
   */
  static List<DurableState> read(ExtensionContext context, StateFixtures fixtures, String hint) {
    var annotated = new AnnotatedFixtures(fixtures, hint);
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
    requireTests(type);
  }

  private static void requireTests(Class<?> type) {
    Stream.of(type.getDeclaredMethods()).forEach(AnnotatedFixtures::requireTest);
    Stream.of(type.getInterfaces()).forEach(AnnotatedFixtures::requireTests);
  }

  private static void requireTest(Method method) {
    if (!AnnotationSupport.isAnnotated(method, Testable.class)
        && !AnnotationSupport.findRepeatableAnnotations(method, StateFixture.class).isEmpty()) {
      throw new ExtensionConfigurationException(
          "cannot load the fixtures of %s: it is not a test; annotate the tests or the class"
              .formatted(method));
    }
  }

  private void add(AnnotatedElement element, Class<?> anchor) {
    AnnotationSupport.findRepeatableAnnotations(element, StateFixture.class).stream()
        .flatMap(annotation -> names(annotation, anchor))
        .forEach(name -> states.addAll(read(name, resource(name, anchor))));
  }

  private static Stream<String> names(StateFixture annotation, Class<?> anchor) {
    if (annotation.value().length == 0) {
      throw new ExtensionConfigurationException(
          "cannot load the fixtures of %s: @StateFixture names none; name one, or remove it"
              .formatted(anchor.getName()));
    }
    return Stream.of(annotation.value());
  }

  private List<DurableState> read(String name, URL resource) {
    String place = quote(resource.toString());
    try {
      List<DurableState> read = fixtures.read(resource);
      if (read.isEmpty()) {
        throw new ExtensionConfigurationException(
            "cannot load fixture %s: it has no states; add one, or remove the annotation"
                .formatted(quote(name)));
      }
      return read;
    } catch (UncheckedIOException e) {
      String annotation = place + " of @StateFixture(" + quote(name) + ')';
      throw new ExtensionConfigurationException(
          String.valueOf(e.getMessage()).replace(place, annotation), e);
    } catch (IllegalArgumentException e) {
      throw new ExtensionConfigurationException(
          String.valueOf(e.getMessage()).replace("; add its descriptor", "; " + hint), e);
    }
  }

  private static URL resource(String name, Class<?> anchor) {
    URL resource = anchor.getResource(name);
    if (resource == null) {
      throw new ExtensionConfigurationException(
          ("cannot load fixture %s of %s: there is no such resource; put it beside the class in"
                  + " src/test/resources, and open its package if it is in a module")
              .formatted(quote(name), anchor.getName()));
    }
    return resource;
  }
}
