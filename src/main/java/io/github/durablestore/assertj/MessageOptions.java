package io.github.durablestore.assertj;

import static io.github.durablestore.text.Text.quote;
import static java.util.stream.Collectors.joining;

import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.ExtensionRegistry;
import com.google.protobuf.Message;
import com.google.protobuf.TypeRegistry;
import io.github.durablestore.assertj.FieldPath.Ground;
import io.github.durablestore.assertj.FieldPath.Use;
import io.github.durablestore.text.Entries;
import io.github.durablestore.text.Limits;
import io.github.durablestore.text.Text;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The options of a comparison of messages. */
final class MessageOptions {
  private final NamedPlace places = new NamedPlace();
  private final Map<Use, Set<FieldPath>> paths = new EnumMap<>(Use.class);
  private boolean ignoresUnknown;
  private boolean ignoresAllOrder;
  private boolean expectedOnly;
  private boolean isUsed;
  private @Nullable Double doubleTolerance;
  private @Nullable Float floatTolerance;
  private @Nullable TypeRegistry types;
  private TypeRegistry known = TypeRegistry.getEmptyTypeRegistry();
  private ExtensionRegistry extensions = ExtensionRegistry.getEmptyRegistry();

  void ignore(List<Message> messages, String... paths) {
    add(messages, Use.IGNORE, paths);
  }

  void ignoreUnknown() {
    ignoresUnknown = true;
  }

  void ignoreOrder() {
    ignoresAllOrder = true;
  }

  void ignoreOrder(List<Message> messages, String... paths) {
    add(messages, Use.IGNORE_ORDER, paths);
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
    if (types.equals(TypeRegistry.getEmptyTypeRegistry())
        && extensions.equals(ExtensionRegistry.getEmptyRegistry())) {
      throw new IllegalArgumentException(
          "cannot unpack an Any: the TypeRegistry is empty; add descriptors, as in TypeRegistry.newBuilder().add(Cart.getDescriptor()).build()");
    }
    this.types = types;
    this.extensions = extensions;
  }

  /** Sets the types that are known without an option. */
  void know(TypeRegistry known) {
    this.known = known;
  }

  /**
   * Returns the options for the message in a field, from which the paths start.
   *
   * @throws IllegalStateException if the field is ignored, or a path does not lead into it
   */
  MessageOptions in(String field) {
    if (!isUsed) {
      requireAllIn(field);
    }
    isUsed = true;
    if (places.of(field).isIgnored()) {
      throw new IllegalStateException(
          "cannot compare the message in %s: the field is ignored; leave out one of the two"
              .formatted(quote(field)));
    }
    var inner = new MessageOptions();
    paths.forEach(
        (use, named) ->
            named.stream()
                .flatMap(path -> Stream.ofNullable(path.in(field)))
                .forEach(path -> inner.add(use, path)));
    inner.ignoresUnknown = ignoresUnknown;
    inner.ignoresAllOrder = ignoresAllOrder;
    inner.expectedOnly = expectedOnly;
    inner.doubleTolerance = doubleTolerance;
    inner.floatTolerance = floatTolerance;
    inner.types = types;
    inner.known = known;
    inner.extensions = extensions;
    return inner;
  }

  /**
   * Requires that each path leads into a field.
   *
   * @throws IllegalStateException if one does not, and so has no effect there
   */
  private void requireAllIn(String field) {
    paths.values().stream()
        .flatMap(Set::stream)
        .filter(path -> path.in(field) == null && !path.text().equals(field))
        .findFirst()
        .ifPresent(
            path -> {
              throw new IllegalStateException(
                  "cannot compare the message in %s: %s is not in it; leave out one of the two"
                      .formatted(quote(field), quote(path.text())));
            });
  }

  TypeRegistry types() {
    return types == null ? known : types;
  }

  boolean unpacksAny() {
    return !types().equals(TypeRegistry.getEmptyTypeRegistry());
  }

  MessageReader reader(List<Message> messages) {
    return new MessageReader(messages, types(), extensions);
  }

  NamedPlace places() {
    return places;
  }

  Scope scope(List<Message> expected) {
    return new Scope(this, places, expectedOnly ? expected : null);
  }

  boolean comparesExpectedOnly() {
    return expectedOnly;
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
    if (!(tolerance >= 0 && tolerance < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "cannot compare within %s: it is not a finite distance; pass 0 or more"
              .formatted(tolerance));
    }
    return tolerance;
  }

  private void add(List<Message> messages, Use use, String... paths) {
    if (paths.length == 0) {
      throw new IllegalArgumentException("cannot compare without fields: none is named; name one");
    }
    var ground = new Ground(this, reader(messages), false);
    List<FieldPath> named = Stream.of(paths).map(FieldPath::of).toList();
    named.forEach(path -> path.isSetIn(messages, use, ground));
    named.forEach(path -> add(use, path));
  }

  private void add(Use use, FieldPath path) {
    paths.computeIfAbsent(use, each -> new LinkedHashSet<>()).add(path);
    places.add(use, path);
  }

  /** Returns whether a field is set. */
  boolean isSet(FieldPath path, Message message) {
    MessageReader reader = reader(List.of(message));
    Message read = reader.read(message);
    return path.isSetIn(List.of(read), Use.HAS, new Ground(this, reader, true));
  }

  /**
   * Requires that each named path leads to a field, also in what is known only by now: extensions
   * of the expected messages, and what an {@code Any} contains.
   *
   * @throws IllegalArgumentException if one has no effect, or another option makes it useless
   */
  void requireEffect(List<Message> messages) {
    isUsed = true;
    if (paths.isEmpty()) {
      return;
    }
    MessageReader reader = reader(messages);
    List<Message> read = reader.read(messages);
    var ground = new Ground(this, reader, true);
    paths.forEach((use, named) -> named.forEach(path -> path.isSetIn(read, use, ground)));
  }

  /** Requires that no option is set, for an assertion that would not use it. */
  void requireNone(String method) {
    requireNone(method, toString());
  }

  private static void requireNone(String method, String words) {
    if (!words.isEmpty()) {
      throw new IllegalStateException(
          "cannot call %s: it does not use the options before it%s; leave out one of the two"
              .formatted(method, words));
    }
  }

  /** Requires that no option is set, or that a comparison has used it. */
  void requireUsed(String method) {
    if (!isUsed) {
      requireNone(method);
    }
  }

  /** Requires the same, for an assertion that only unpacks each {@code Any}. */
  void requireUsedExceptTypes(String method) {
    if (!isUsed) {
      requireNone(method, wordsExceptTypes());
    }
    isUsed = true;
  }

  /** Returns this, for an option that is set and must be used. */
  MessageOptions toSet() {
    isUsed = false;
    return this;
  }

  /** Returns the options in words, as in {@code , ignoring updated_at}. */
  @Override
  public String toString() {
    return wordsExceptTypes() + (types == null ? "" : ", unpacking Any");
  }

  private String wordsExceptTypes() {
    return Stream.of(
            inWords(", ignoring ", Use.IGNORE),
            ignoresUnknown ? ", ignoring unknown fields" : "",
            ignoresAllOrder ? ", repeated fields in any order" : "",
            inWords(", in any order of ", Use.IGNORE_ORDER),
            expectedOnly ? ", comparing only the expected fields" : "",
            doubleTolerance == null ? "" : ", doubles within " + doubleTolerance,
            floatTolerance == null ? "" : ", floats within " + floatTolerance)
        .collect(joining());
  }

  private String inWords(String prefix, Use use) {
    Set<FieldPath> named = paths.getOrDefault(use, Set.of());
    Stream<String> words = named.stream().map(path -> Text.oneLine(path.text()));
    return named.isEmpty() ? "" : prefix + Entries.list(words, named.size(), Limits.PATHS);
  }
}
