package io.github.durablestore.assertj;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toSet;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.TypeRegistry;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The options of a comparison of messages. */
final class MessageOptions {
  private final Set<List<FieldDescriptor>> ignored = new HashSet<>();
  private final Set<List<FieldDescriptor>> unordered = new HashSet<>();
  private final List<String> words = new ArrayList<>();
  private boolean ignoresAllOrder;
  private boolean expectedOnly;
  private @Nullable Double doubleTolerance;
  private @Nullable Float floatTolerance;
  private TypeRegistry types = TypeRegistry.getEmptyTypeRegistry();

  void ignore(Descriptor type, String... paths) {
    ignored.addAll(places(type, paths));
    words.add("ignoring " + String.join(", ", paths));
  }

  void ignoreOrder() {
    ignoresAllOrder = true;
    words.add("in any order");
  }

  void ignoreOrder(Descriptor type, String... paths) {
    unordered.addAll(places(type, paths));
    words.add("in any order of " + String.join(", ", paths));
  }

  void compareExpectedOnly() {
    expectedOnly = true;
    words.add("in the fields that are expected");
  }

  void tolerateDouble(double tolerance) {
    doubleTolerance = tolerance;
    words.add("within " + tolerance);
  }

  void tolerateFloat(float tolerance) {
    floatTolerance = tolerance;
    words.add("within " + tolerance);
  }

  void unpackAny(TypeRegistry types) {
    this.types = types;
  }

  boolean unpacksAny() {
    return !types.equals(TypeRegistry.getEmptyTypeRegistry());
  }

  TypeRegistry types() {
    return types;
  }

  Scope scope(Message expected) {
    return expectedOnly ? Scope.ofFieldsIn(expected, ignored) : Scope.whole(ignored);
  }

  boolean ignoresOrder(Scope scope) {
    return ignoresAllOrder || unordered.contains(scope.place());
  }

  boolean areEqual(Object actual, Object expected) {
    if (actual instanceof Double a && expected instanceof Double b && doubleTolerance != null) {
      return isWithin(a, b, doubleTolerance);
    }
    if (actual instanceof Float a && expected instanceof Float b && floatTolerance != null) {
      return isWithin(a, b, floatTolerance);
    }
    if (actual instanceof EnumValueDescriptor a && expected instanceof EnumValueDescriptor b) {
      return a.getNumber() == b.getNumber();
    }
    return actual.equals(expected);
  }

  /** Returns whether a value is a number with a tolerance. */
  boolean isTolerant(Object value) {
    return (value instanceof Double && doubleTolerance != null)
        || (value instanceof Float && floatTolerance != null);
  }

  /** Returns whether equality is transitive. */
  boolean isTransitive() {
    return doubleTolerance == null && floatTolerance == null && !unpacksAny() && !expectedOnly;
  }

  /** Returns the tolerance of a {@link #isTolerant tolerant} number. */
  double tolerance(Object value) {
    return requireNonNull(value instanceof Double ? doubleTolerance : (Number) floatTolerance)
        .doubleValue();
  }

  private static boolean isWithin(double a, double b, double tolerance) {
    return Math.abs(a - b) <= tolerance || a == b || (Double.isNaN(a) && Double.isNaN(b));
  }

  private static Set<List<FieldDescriptor>> places(Descriptor type, String... paths) {
    if (paths.length == 0) {
      throw new IllegalArgumentException("cannot compare without fields: none is named; name one");
    }
    return Stream.of(paths).map(path -> FieldPath.of(type, path).fields()).collect(toSet());
  }

  /** Returns the options in words, as in {@code , ignoring updated_at}. */
  @Override
  public String toString() {
    return words.isEmpty() ? "" : ", " + String.join(", ", words);
  }
}
