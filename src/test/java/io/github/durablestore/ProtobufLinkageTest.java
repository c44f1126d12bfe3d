package io.github.durablestore;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The protobuf-java under test has each method of its own that the library calls. Classes of 3.25
 * declare methods that those of 4.x inherit, with another return type: compiled against the one,
 * they are missing from the other.
 */
@Tag("same-on-any-jdk")
class ProtobufLinkageTest {
  @Test
  void methodsOfProtobufThatAreCalled_exist() {
    List<String> missing =
        LibraryClasses.ALL.stream()
            .flatMap(
                type ->
                    Stream.concat(
                        type.getMethodCallsFromSelf().stream(),
                        type.getMethodReferencesFromSelf().stream()))
            .filter(call -> call.getTargetOwner().getName().startsWith("com.google.protobuf."))
            .filter(call -> !exists(call.getTarget()))
            .map(call -> call.getDescription())
            .toList();

    assertThat(missing).isEmpty();
  }

  private static boolean exists(CodeUnitAccessTarget target) {
    // Compilers differ in whether a method of Object is called on the interface.
    return declares(target.getOwner().reflect(), target) || declares(Object.class, target);
  }

  private static boolean declares(Class<?> type, CodeUnitAccessTarget target) {
    return type != null
        && (Arrays.stream(type.getDeclaredMethods()).anyMatch(method -> is(method, target))
            || declares(type.getSuperclass(), target)
            || Arrays.stream(type.getInterfaces()).anyMatch(each -> declares(each, target)));
  }

  private static boolean is(Method method, CodeUnitAccessTarget target) {
    return method.getName().equals(target.getName())
        && method.getReturnType().getName().equals(target.getRawReturnType().getName())
        && Arrays.stream(method.getParameterTypes())
            .map(Class::getName)
            .toList()
            .equals(target.getRawParameterTypes().stream().map(JavaClass::getName).toList());
  }
}
