package io.github.durablestore.assertj;

import static java.util.stream.Collectors.joining;

import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.ExtensionRegistry;
import com.google.protobuf.Message;
import com.google.protobuf.TypeRegistry;
import io.github.durablestore.assertj.FieldPath.Ground;
import io.github.durablestore.assertj.FieldPath.Use;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The options of a comparison of messages. */
final class MessageOptions {
  private final NamedPlace places = new NamedPlace();
  private final Set<FieldPath> ignored = new LinkedHashSet<>();
  private final Set<FieldPath> unordered = new LinkedHashSet<>();
  private boolean ignoresUnknown;
  private boolean ignoresAllOrder;
  private boolean expectedOnly;
  private @Nullable Double doubleTolerance;
  private @Nullable Float floatTolerance;
  private @Nullable TypeRegistry types;
  private Supplier<TypeRegistry> known = TypeRegistry::getEmptyTypeRegistry;
  private ExtensionRegistry extensions = ExtensionRegistry.getEmptyRegistry();

  void ignore(List<Message> messages, String... paths) {
    for (FieldPath path : named(messages, Use.IGNORE, paths)) {
      ignored.add(path);
      places.ignore(path);
    }
  }

  void ignoreUnknown() {
    ignoresUnknown = true;
  }

  void ignoreOrder() {
    ignoresAllOrder = true;
  }

  void ignoreOrder(List<Message> messages, String... paths) {
    for (FieldPath path : named(messages, Use.IGNORE_ORDER, paths)) {
      unordered.add(path);
      places.ignoreOrder(path);
    }
  }

  void compareExpectedOnly() {
    expectedOnly = true;
  }

  void tolerateDouble(double tolerance) {
    doubleTolerance = requireTolerance(tolerance);
  }

  void tolerateFloat(float tolerance) {
    requireTolerance(tolerance);
    floatTolerance = tolerance;
  }

  void unpackAny(TypeRegistry types, ExtensionRegistry extensions) {
    this.types = types;
    this.extensions = extensions;
  }

  /** Sets the types that are known without an option, and asked for by the first comparison. */
  void know(Supplier<TypeRegistry> known) {
    this.known = known;
  }

  TypeRegistry types() {
    if (types != null) {
      return types;
    }
    TypeRegistry asked = known.get();
    known = () -> asked;
    return asked;
  }

  boolean unpacksAny() {
    return !types().equals(TypeRegistry.getEmptyTypeRegistry());
  }

  MessageReader reader(List<Message> messages) {
    return new MessageReader(messages, types(), extensions);
  }

  Scope scope(List<Message> expected) {
    return new Scope(this, places, expectedOnly ? expected : null);
  }

  boolean ignoresUnknown() {
    return ignoresUnknown;
  }

  boolean ignoresAllOrder() {
    return ignoresAllOrder;
  }

  boolean areEqual(@Nullable Object actual, @Nullable Object expected) {
    if (actual instanceof Double a && expected instanceof Double b && doubleTolerance != null) {
      return isWithin(a, b, doubleTolerance);
    }
    if (actual instanceof Float a && expected instanceof Float b && floatTolerance != null) {
      return isWithin(a, b, floatTolerance);
    }
    if (actual instanceof EnumValueDescriptor a && expected instanceof EnumValueDescriptor b) {
      return a.getNumber() == b.getNumber();
    }
    return Objects.equals(actual, expected);
  }

  /** Returns whether a value is a number with a tolerance. */
  boolean isTolerant(Object value) {
    return (value instanceof Double && doubleTolerance != null)
        || (value instanceof Float && floatTolerance != null);
  }

  /** Returns whether equality is transitive. */
  boolean isTransitive() {
    return doubleTolerance == null && floatTolerance == null && !unpacksAny();
  }

  private static boolean isWithin(double a, double b, double tolerance) {
    return Math.abs(a - b) <= tolerance || a == b || (Double.isNaN(a) && Double.isNaN(b));
  }

  private static double requireTolerance(double tolerance) {
    if (!(tolerance >= 0)) {
      throw new IllegalArgumentException(
          "cannot compare within \"" + tolerance + "\": it is not a distance; pass 0 or more");
    }
    return tolerance;
  }

  private List<FieldPath> named(List<Message> messages, Use use, String... paths) {
    if (paths.length == 0) {
      throw new IllegalArgumentException("cannot compare without fields: none is named; name one");
    }
    var ground = new Ground(reader(messages), unpacksAny(), false);
    List<FieldPath> named = Stream.of(paths).map(FieldPath::of).toList();
    named.forEach(path -> path.isSetIn(messages, use, ground));
    return named;
  }

  /** Returns whether a field is set. */
  boolean isSet(FieldPath path, Message message) {
    MessageReader reader = reader(List.of(message));
    Message read = reader.read(message, message.getDescriptorForType());
    return path.isSetIn(List.of(read), Use.HAS, new Ground(reader, unpacksAny(), true));
  }

  /**
   * Requires that each named path leads to a field, also in what is known only by now: extensions
   * of the expected message, and what an {@code Any} contains.
   *
   * @throws IllegalArgumentException if one has no effect
   */
  void requireEffect(List<Message> messages, MessageReader reader) {
    var ground = new Ground(reader, unpacksAny(), true);
    ignored.forEach(path -> path.isSetIn(messages, Use.IGNORE, ground));
    unordered.forEach(path -> path.isSetIn(messages, Use.IGNORE_ORDER, ground));
  }

  boolean isEmpty() {
    return toString().isEmpty();
  }

  /** Returns the options in words, as in {@code , ignoring updated_at}. */
  @Override
  public String toString() {
    return Stream.of(
            ignored.isEmpty() ? "" : ", ignoring " + inWords(ignored),
            ignoresUnknown ? ", ignoring unknown fields" : "",
            ignoresAllOrder ? ", in any order" : "",
            unordered.isEmpty() ? "" : ", in any order of " + inWords(unordered),
            expectedOnly ? ", in the fields that are expected" : "",
            doubleTolerance == null ? "" : ", doubles within " + doubleTolerance,
            floatTolerance == null ? "" : ", floats within " + floatTolerance,
            types == null ? "" : ", unpacking Any")
        .collect(joining());
  }

  private static String inWords(Collection<FieldPath> paths) {
    return paths.stream().map(FieldPath::text).collect(joining(", "));
  }
}
