package io.github.durablestore;

import static java.util.stream.Collectors.joining;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

/** A type as its users see it, in words that are the same on every JDK. */
final class ApiListing {
  private ApiListing() {}

  static boolean isVisible(Class<?> type) {
    return isVisible(type.getModifiers())
        && (type.getDeclaringClass() == null || isVisible(type.getDeclaringClass()));
  }

  private static boolean isVisible(int modifiers) {
    return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
  }

  /** Returns the type and its members, a line each. */
  static String of(Class<?> type) {
    Stream<String> members =
        members(type)
            .filter(member -> isVisible(member.getModifiers()) && !member.isSynthetic())
            .map(ApiListing::describe)
            .map(line -> "  " + line.replace(type.getTypeName() + ".", ""))
            .sorted();
    return Stream.concat(Stream.of(describe(type)), members)
        .map(line -> shorten(line) + "\n")
        .collect(joining());
  }

  /** Returns the members, those of a superclass that users do not see among them. */
  private static Stream<Member> members(Class<?> type) {
    Stream<Member> declared =
        Stream.<Member[]>of(
                type.getDeclaredFields(), type.getDeclaredConstructors(), type.getDeclaredMethods())
            .flatMap(Arrays::stream);
    Class<?> parent = type.getSuperclass();
    return parent == null || isVisible(parent)
        ? declared
        : Stream.concat(declared, members(parent));
  }

  private static String describe(Class<?> type) {
    Stream<Type> supertypes =
        Stream.concat(
            Optional.ofNullable(type.getGenericSuperclass()).stream(),
            Stream.of(type.getGenericInterfaces()));
    Stream<Class<?>> permitted =
        Optional.ofNullable(type.getPermittedSubclasses()).stream().flatMap(Stream::of);
    // JDK 17 does not print that a type is sealed; it shows by what the type permits.
    return annotations(type)
        + type.toGenericString().replaceFirst("(non-)?sealed ", "")
        + list(" extends ", supertypes.map(Type::getTypeName))
        + list(" permits ", permitted.map(Type::getTypeName));
  }

  private static String describe(Member member) {
    if (member instanceof Field field) {
      return annotations(field.getAnnotatedType()) + annotations(field) + field.toGenericString();
    }
    var executable = (Executable) member;
    return annotations(executable.getAnnotatedReturnType())
        + annotations(executable)
        + signature(executable)
        + (member instanceof Method method ? defaultValue(method) : "");
  }

  /** Returns the signature with the annotations of the parameters, which Java leaves out of it. */
  private static String signature(Executable executable) {
    String plain = executable.toGenericString();
    String parameters =
        list("", Stream.of(executable.getAnnotatedParameterTypes()).map(Object::toString));
    return plain.substring(0, plain.indexOf('(') + 1)
        + (executable.isVarArgs() ? parameters.replaceFirst("\\[]$", "...") : parameters)
        + plain.substring(plain.indexOf(')'));
  }

  /** Returns what an element of an annotation is when it is left out. */
  private static String defaultValue(Method method) {
    Object value = method.getDefaultValue();
    return value == null ? "" : " default " + Arrays.deepToString(new Object[] {value});
  }

  /** Returns the annotations without their elements, whose order differs between JDKs. */
  private static String annotations(AnnotatedElement element) {
    return Stream.of(element.getAnnotations())
        .map(found -> "@" + found.annotationType().getTypeName() + " ")
        .collect(joining());
  }

  private static String list(String prefix, Stream<String> items) {
    String list = items.collect(joining(", "));
    return list.isEmpty() ? "" : prefix + list;
  }

  /** Leaves out what goes without saying. */
  private static String shorten(String line) {
    return line.replace('$', '.')
        .replaceAll(
            "\\b(io\\.github\\.durablestore|java\\.lang|org\\.jspecify\\.annotations)\\.", "")
        .replaceAll("(@[\\w.]+)\\(\\)", "$1");
  }
}
