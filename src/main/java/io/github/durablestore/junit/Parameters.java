package io.github.durablestore.junit;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Parameter;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterInfo;

/** Finds out which parameters another extension resolves. */
final class Parameters {
  /** As the many libraries have it: {@code Nullable}, {@code NotNull}, {@code CheckForNull}. */
  private static final Pattern ABOUT_NULLNESS =
      Pattern.compile(
          "(CheckFor|Poly|Possibly|Recently|Monotonic|ParametersAre|Ensures|Requires)?"
              + "(Null(able|Marked|Unmarked|nessUnspecified|nessUnknown)?|No[nt][Nn]ull)"
              + "(Decl|Type|ByDefault|If)?");

  private Parameters() {}

  /** Returns whether a parameter is annotated for another extension, or is given an argument. */
  static boolean isForeign(ParameterContext parameter, ExtensionContext context) {
    Executable executable = parameter.getDeclaringExecutable();
    return (isAnnotated(parameter.getParameter()) && !isExtended(parameter))
        || (executable instanceof Constructor<?> && isAnnotated(executable)) // with @Autowired
        || isArgument(parameter, context);
  }

  /** Returns whether a parameter has our {@code @ExtendWith}, perhaps as part of another. */
  private static boolean isExtended(ParameterContext parameter) {
    return parameter.findRepeatableAnnotations(ExtendWith.class).stream()
        .anyMatch(each -> List.of(each.value()).contains(StateStoreExtension.class));
  }

  private static boolean isAnnotated(AnnotatedElement element) {
    return Stream.of(element.getAnnotations())
        .map(Annotation::annotationType)
        .anyMatch(
            type ->
                !ABOUT_NULLNESS.matcher(type.getSimpleName()).matches()
                    && !type.getName().startsWith("java."));
  }

  private static boolean isArgument(ParameterContext parameter, ExtensionContext context) {
    try {
      return Arguments.contain(parameter.getParameter(), parameter.getIndex(), context);
    } catch (NoClassDefFoundError e) {
      return false; // without junit-jupiter-params, no test has arguments
    }
  }

  /** Needs junit-jupiter-params, which is optional. */
  private static final class Arguments {
    static boolean contain(Parameter parameter, int index, ExtensionContext context) {
      // A context shows only the innermost parameterization; the class around it may have another.
      return Stream.iterate(
              Optional.of(context),
              Optional::isPresent,
              each -> each.flatMap(ExtensionContext::getParent))
          .map(each -> ParameterInfo.get(each.orElseThrow()))
          .filter(Objects::nonNull)
          .anyMatch(info -> contain(parameter, index, info));
    }

    private static boolean contain(Parameter parameter, int index, ParameterInfo info) {
      int arguments = info.getArguments().size();
      Executable executable = parameter.getDeclaringExecutable();
      return info.getDeclarations().getAll().stream()
              .filter(declaration -> declaration.getParameterIndex() < arguments)
              .anyMatch(declaration -> declaration.getAnnotatedElement().equals(parameter))
          || (index < arguments
              && (executable.isAnnotationPresent(BeforeParameterizedClassInvocation.class)
                  || executable.isAnnotationPresent(AfterParameterizedClassInvocation.class)));
    }
  }
}
