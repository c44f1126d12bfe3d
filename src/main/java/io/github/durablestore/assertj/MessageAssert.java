package io.github.durablestore.assertj;

import static io.github.durablestore.StateStoreException.quote;
import static java.util.Objects.requireNonNull;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.TypeRegistry;
import io.github.durablestore.fixture.StateFixtures;
import java.util.Comparator;
import java.util.List;
import org.assertj.core.api.AbstractObjectAssert;
import org.jspecify.annotations.Nullable;

/**
 * Assertions about a message. Those that alter a comparison apply to {@link #isEqualTo} and {@link
 * #isNotEqualTo} after them. No parameter may be {@code null} but what a message is compared to.
 *
 * <pre>{@code
 * assertThat(store).state("cart-7").payload(Cart.class)
 *     .ignoringFields("updated_at", "lines.note")
 *     .ignoringRepeatedFieldOrder()
 *     .isEqualTo(expected);
 * }</pre>
 *
 * <p>A path has the names of the fields in the proto file, and leads through repeated fields and
 * the values of maps. Extensions are compared as unknown fields, and those by number.
 *
 * <p>The names and their meanings are those of ProtoTruth, but for tolerances: what is not a number
 * or infinite equals itself here, and in ProtoTruth it does not.
 *
 * @param <T> the type of the message
 */
public final class MessageAssert<T extends Message>
    extends AbstractObjectAssert<MessageAssert<T>, T> {
  private final MessageOptions options = new MessageOptions();
  private boolean usesComparator;

  MessageAssert(@Nullable T actual) {
    super(actual, MessageAssert.class);
    MessageRepresentation.use(info, null);
  }

  /**
   * Ignores fields, whatever they contain.
   *
   * @param paths the paths of the fields
   * @return this
   * @throws IllegalArgumentException if the message has no such field; the error names those it has
   */
  public MessageAssert<T> ignoringFields(String... paths) {
    isNotNull();
    options.ignore(actual.getDescriptorForType(), paths);
    return usingOptions();
  }

  /**
   * Compares repeated fields in any order, at all levels.
   *
   * @return this
   */
  public MessageAssert<T> ignoringRepeatedFieldOrder() {
    options.ignoreOrder();
    return usingOptions();
  }

  /**
   * Compares some repeated fields in any order.
   *
   * @param paths the paths of the fields
   * @return this
   * @throws IllegalArgumentException if the message has no such field; the error names those it has
   */
  public MessageAssert<T> ignoringRepeatedFieldOrderOfFields(String... paths) {
    isNotNull();
    options.ignoreOrder(actual.getDescriptorForType(), paths);
    return usingOptions();
  }

  /**
   * Compares only the fields that the expected message has set, at all levels. Of the elements of a
   * repeated field these are the fields that any of them has set.
   *
   * @return this
   */
  public MessageAssert<T> comparingExpectedFieldsOnly() {
    options.compareExpectedOnly();
    return usingOptions();
  }

  /**
   * Takes doubles for equal if they differ by no more than this.
   *
   * @param tolerance the greatest difference, not negative
   * @return this
   * @throws IllegalArgumentException if it is negative or not a number
   */
  public MessageAssert<T> usingDoubleTolerance(double tolerance) {
    requireTolerance(tolerance);
    options.tolerateDouble(tolerance);
    return usingOptions();
  }

  /**
   * Takes floats for equal if they differ by no more than this.
   *
   * @param tolerance the greatest difference, not negative
   * @return this
   * @throws IllegalArgumentException if it is negative or not a number
   */
  public MessageAssert<T> usingFloatTolerance(float tolerance) {
    requireTolerance(tolerance);
    options.tolerateFloat(tolerance);
    return usingOptions();
  }

  /**
   * Compares each {@code Any} whose type is known as the message in it. Any other is compared as
   * bytes.
   *
   * @param types the types
   * @return this
   */
  public MessageAssert<T> unpackingAnyUsing(TypeRegistry types) {
    options.unpackAny(requireNonNull(types, "types"));
    return usingOptions();
  }

  /** Makes isIn and its like compare as isEqualTo does. */
  private MessageAssert<T> usingOptions() {
    return super.usingComparator(
        (one, other) -> isEqual(one) && isEqual(other) ? 0 : 1,
        "a comparison of messages" + options);
  }

  private boolean isEqual(@Nullable Message other) {
    return other != null && isOfTheTypeOf(other) && differencesTo(other).isEmpty();
  }

  /**
   * Compares by a comparator, instead of field by field.
   *
   * @param comparator takes messages as equal if it returns 0
   * @param description what it is called in failures; {@code null} for its {@code toString}
   * @return this
   */
  @Override
  public MessageAssert<T> usingComparator(
      Comparator<? super T> comparator, @Nullable String description) {
    usesComparator = true;
    return super.usingComparator(comparator, description);
  }

  /**
   * Compares field by field again.
   *
   * @return this
   */
  @Override
  public MessageAssert<T> usingDefaultComparator() {
    usesComparator = false;
    return super.usingDefaultComparator();
  }

  /**
   * Verifies that the message is equal to another. A failure lists every difference.
   *
   * @param expected the other message, generated or dynamic
   * @return this
   */
  @Override
  public MessageAssert<T> isEqualTo(@Nullable Object expected) {
    if (actual == null || usesComparator || !(expected instanceof Message message)) {
      return super.isEqualTo(expected);
    }
    verify(message, "the message");
    return this;
  }

  /**
   * Verifies that the message is not equal to another.
   *
   * @param other the other message, generated or dynamic
   * @return this
   */
  @Override
  public MessageAssert<T> isNotEqualTo(@Nullable Object other) {
    if (actual == null || usesComparator || !(other instanceof Message message)) {
      return super.isNotEqualTo(other);
    }
    if (isEqual(message)) {
      throw failure("expected another message than this%s:%n%s", options, shown(actual));
    }
    return this;
  }

  /**
   * Verifies that a field is set: a repeated one is not empty, and one without presence does not
   * have its default value.
   *
   * @param path the path of the field, through messages that are neither repeated nor in a map
   * @return this
   * @throws IllegalArgumentException if the message has no such field; the error names those it has
   */
  public MessageAssert<T> hasField(String path) {
    if (!has(path)) {
      throw failure("expected field %s to be set but it is not:%n%s", quote(path), shown(actual));
    }
    return this;
  }

  /**
   * Verifies that a field is not set: the opposite of {@link #hasField}.
   *
   * @param path the path of the field, through messages that are neither repeated nor in a map
   * @return this
   * @throws IllegalArgumentException if the message has no such field; the error names those it has
   */
  public MessageAssert<T> doesNotHaveField(String path) {
    if (has(path)) {
      throw failure("expected field %s not to be set but it is:%n%s", quote(path), shown(actual));
    }
    return this;
  }

  /** Fails with every difference if the message is not equal to another. */
  void verify(Message expected, String what) {
    if (!isOfTheTypeOf(expected)) {
      throw failure(
          "expected %s to be of type %s but it is of type %s",
          what,
          quote(expected.getDescriptorForType().getFullName()),
          quote(actual.getDescriptorForType().getFullName()));
    }
    Differences differences = differencesTo(expected);
    if (!differences.isEmpty()) {
      String wanted = shown(expected);
      String found = shown(actual);
      String text =
          "expected %s to be equal to another%s, but %sexpected:%n%sbut was:%n%s"
              .formatted(what, options, differences, wanted, found);
      // AssertJ's error for a comparison in the IDE makes line breaks of these.
      throw text.contains("%n")
          ? failure("%s", text)
          : failureWithActualExpected(found, wanted, "%s", text);
    }
  }

  private boolean isOfTheTypeOf(Message other) {
    return actual
        .getDescriptorForType()
        .getFullName()
        .equals(other.getDescriptorForType().getFullName());
  }

  private Differences differencesTo(Message expected) {
    var comparison = new MessageComparison(options);
    try {
      if (actual.getDescriptorForType().equals(expected.getDescriptorForType())) {
        Differences differences = comparison.between(actual, expected);
        boolean hasExtensions =
            MessageFields.hasExtensions(actual) || MessageFields.hasExtensions(expected);
        if (differences.isEmpty() || !hasExtensions) {
          return differences; // of extensions that are maps, bytes may differ by their order
        }
      }
      return comparison.between(
          MessageFields.asRead(actual, actual), MessageFields.asRead(expected, actual));
    } catch (StackOverflowError e) {
      throw failure("expected messages that can be compared but they are nested too deeply");
    }
  }

  private String shown(Message message) {
    return options.types().equals(TypeRegistry.getEmptyTypeRegistry())
        ? info.representation().toStringOf(message)
        : new StateFixtures(options.types()).excerpt(message);
  }

  private boolean has(String path) {
    isNotNull();
    List<FieldDescriptor> fields = FieldPath.of(actual.getDescriptorForType(), path).fields();
    Message at = actual;
    for (FieldDescriptor field : fields.subList(0, fields.size() - 1)) {
      if (field.isRepeated()) {
        throw new IllegalArgumentException(
            "cannot look for field %s: %s is repeated; extract its elements first"
                .formatted(quote(path), quote(field.getName())));
      }
      if (!at.hasField(field)) {
        return false;
      }
      at = (Message) at.getField(field);
    }
    return MessageFields.isSet(at, fields.get(fields.size() - 1));
  }

  private static void requireTolerance(double tolerance) {
    if (!(tolerance >= 0)) {
      throw new IllegalArgumentException(
          "cannot compare within \"" + tolerance + "\": it is not a distance; pass 0 or more");
    }
  }
}
