package io.github.durablestore.assertj;

import static io.github.durablestore.text.Text.quote;
import static java.util.Objects.requireNonNull;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.TypeRegistry;
import io.github.durablestore.text.Text;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.assertj.core.api.AbstractObjectAssert;
import org.jspecify.annotations.Nullable;

/**
 * Assertions about a message. Options such as {@link #ignoringFields} apply to the comparisons that
 * follow them. No parameter may be {@code null}, except a message to compare with.
 *
 * <pre>{@code
 * assertThat(store).state("cart-7").payload(Cart.class)
 *     .ignoringFields("updated_at", "lines.note")
 *     .ignoringRepeatedFieldOrder()
 *     .isEqualTo(expected);
 * }</pre>
 *
 * <p>A path consists of field names from the proto file. It can go through repeated fields and the
 * values of maps. Extensions are compared as unknown fields, which are compared by number.
 *
 * <p>Names and meanings are those of ProtoTruth, with two exceptions. With a tolerance, NaN and the
 * infinities equal themselves. In any order, elements are matched if there is a way to match them
 * all, even if the first choice of each does not lead there.
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
   * Ignores some fields.
   *
   * @param paths the paths of the fields
   * @return this
   * @throws IllegalArgumentException if the message has no such field; the error lists its fields
   */
  public MessageAssert<T> ignoringFields(String... paths) {
    isNotNull();
    options.ignore(actual.getDescriptorForType(), paths);
    return this;
  }

  /**
   * Compares repeated fields in any order, at all levels.
   *
   * @return this
   */
  public MessageAssert<T> ignoringRepeatedFieldOrder() {
    options.ignoreOrder();
    return this;
  }

  /**
   * Compares some repeated fields in any order.
   *
   * @param paths the paths of the fields
   * @return this
   * @throws IllegalArgumentException if the message has no such field; the error lists its fields
   */
  public MessageAssert<T> ignoringRepeatedFieldOrderOfFields(String... paths) {
    isNotNull();
    options.ignoreOrder(actual.getDescriptorForType(), paths);
    return this;
  }

  /**
   * Compares only fields that are set in the expected message, at all levels. In the elements of a
   * repeated field, these are the fields that are set in any of the expected elements.
   *
   * @return this
   */
  public MessageAssert<T> comparingExpectedFieldsOnly() {
    options.compareExpectedOnly();
    return this;
  }

  /**
   * Treats doubles as equal if they differ by at most this much.
   *
   * @param tolerance the greatest difference, not negative
   * @return this
   * @throws IllegalArgumentException if it is negative or not a number
   */
  public MessageAssert<T> usingDoubleTolerance(double tolerance) {
    requireTolerance(tolerance);
    options.tolerateDouble(tolerance);
    return this;
  }

  /**
   * Treats floats as equal if they differ by at most this much.
   *
   * @param tolerance the greatest difference, not negative
   * @return this
   * @throws IllegalArgumentException if it is negative or not a number
   */
  public MessageAssert<T> usingFloatTolerance(float tolerance) {
    requireTolerance(tolerance);
    options.tolerateFloat(tolerance);
    return this;
  }

  /**
   * Unpacks each {@code Any} of a known type, and compares the messages. Others are compared as
   * bytes.
   *
   * @param types the types
   * @return this
   */
  public MessageAssert<T> unpackingAnyUsing(TypeRegistry types) {
    options.unpackAny(requireNonNull(types, "types"));
    return this;
  }

  private boolean isEqual(@Nullable Object other) {
    return other instanceof Message message
        && isOfTheTypeOf(message)
        && differencesTo(message).isEmpty();
  }

  /**
   * Compares with a comparator instead of field by field.
   *
   * @param comparator returns 0 for messages that are equal
   * @param description its name in failures; {@code null} for its {@code toString()}
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
   * Verifies that the message is equal to one of some values.
   *
   * @param values the values
   * @return this
   */
  @Override
  public MessageAssert<T> isIn(Object... values) {
    return isIn(Arrays.asList(values));
  }

  /**
   * Verifies that the message is equal to one of some values.
   *
   * @param values the values
   * @return this
   */
  @Override
  public MessageAssert<T> isIn(Iterable<?> values) {
    return actual == null || usesComparator ? super.isIn(values) : requireAmong(values, true);
  }

  /**
   * Verifies that the message is equal to none of some values.
   *
   * @param values the values
   * @return this
   */
  @Override
  public MessageAssert<T> isNotIn(Object... values) {
    return isNotIn(Arrays.asList(values));
  }

  /**
   * Verifies that the message is equal to none of some values.
   *
   * @param values the values
   * @return this
   */
  @Override
  public MessageAssert<T> isNotIn(Iterable<?> values) {
    return actual == null || usesComparator ? super.isNotIn(values) : requireAmong(values, false);
  }

  private MessageAssert<T> requireAmong(Iterable<?> values, boolean isExpected) {
    if (isAmong(values) != isExpected) {
      throw failure(
          "expected %s of these messages%s:%n%s%nbut was:%n%s",
          isExpected ? "one" : "none",
          options,
          info.representation().toStringOf(values),
          shown(actual));
    }
    return this;
  }

  private boolean isAmong(Iterable<?> values) {
    for (Object value : values) {
      if (isEqual(value)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Verifies that a field is set: a repeated one is not empty, and one without presence does not
   * have its default value.
   *
   * @param path the path of the field, through messages that are neither repeated nor in a map
   * @return this
   * @throws IllegalArgumentException if the message has no such field; the error lists its fields
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
   * @throws IllegalArgumentException if the message has no such field; the error lists its fields
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
          return differences; // as bytes, equal extensions may differ by the order of a map
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
        : Text.excerpt(message, options.types());
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
