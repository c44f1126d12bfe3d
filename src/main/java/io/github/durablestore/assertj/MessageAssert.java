package io.github.durablestore.assertj;

import static io.github.durablestore.text.Text.quote;

import com.google.protobuf.Message;
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
 * <p>A path consists of names from the proto file, as a failure shows them. It can go through
 * repeated fields, the values of maps, and an {@code Any} that is unpacked. There, a name is that
 * of a field of the message in it, or else that of a field of the {@code Any}. Extensions are
 * written in brackets, as in {@code [acme.rating]}. Unknown fields are compared by number. A path
 * without effect is refused.
 *
 * <p>Names and meanings are those of ProtoTruth, with three exceptions. With a tolerance, NaN and
 * the infinities equal themselves. In any order, elements are matched if there is a way to match
 * them all, even if the first choice of each does not lead there. And if only expected fields are
 * compared, an expected message that sets no field is refused, and an expected payload that sets
 * none is compared in all fields.
 *
 * @param <T> the type of the message
 */
public final class MessageAssert<T extends Message>
    extends AbstractMessageAssert<MessageAssert<T>, T> {
  MessageAssert(@Nullable T actual, MessageOptions options) {
    super(actual, MessageAssert.class, options);
  }

  /**
   * Verifies that a field is set: a repeated one is not empty, and one without presence does not
   * have its default value. A oneof is set if any of its fields is.
   *
   * @param path the path of the field, through messages that are neither repeated nor in a map
   * @return this
   * @throws IllegalArgumentException if the message has no such field; the error lists its fields
   * @throws IllegalStateException if an option is set other than {@code unpackingAnyUsing}, and no
   *     comparison has used it, or if a comparator is set
   */
  public MessageAssert<T> hasField(String path) {
    if (!has(path, "hasField(...)")) {
      throw failure("expected field %s to be set but it is not:\n%s", quote(path), shown());
    }
    return this;
  }

  /**
   * Verifies that a field is not set: the opposite of {@link #hasField}.
   *
   * @param path the path of the field, through messages that are neither repeated nor in a map
   * @return this
   * @throws IllegalArgumentException if the message has no such field; the error lists its fields
   * @throws IllegalStateException if an option is set other than {@code unpackingAnyUsing}, and no
   *     comparison has used it, or if a comparator is set
   */
  public MessageAssert<T> doesNotHaveField(String path) {
    if (has(path, "doesNotHaveField(...)")) {
      throw failure("expected field %s not to be set but it is:\n%s", quote(path), shown());
    }
    return this;
  }

  private boolean has(String path, String method) {
    requireNoComparator(method);
    options.requireUsedExceptTypes(method);
    return orFail(() -> options.isSet(FieldPath.of(path), messages().get(0)));
  }
}
