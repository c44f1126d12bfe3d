package io.github.durablestore.text;

import com.google.protobuf.Message;
import com.google.protobuf.TypeRegistry;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How an {@code Any} is unpacked, which is otherwise shown as bytes, below a comment that says why.
 *
 * @param types the types that are known
 * @param hint why a type is not known
 * @param reader returns the message in an {@code Any}; null if it cannot be unpacked
 */
public record Unpacking(
    TypeRegistry types, String hint, Function<Message, @Nullable Message> reader) {
  /** Shows each {@code Any} as bytes. */
  public static final Unpacking NONE =
      of(TypeRegistry.getEmptyTypeRegistry(), "no types are known");

  /**
   * Unpacks by some types.
   *
   * @param types the types; may be none
   * @return how
   */
  public static Unpacking of(TypeRegistry types) {
    return types.equals(TypeRegistry.getEmptyTypeRegistry())
        ? NONE
        : of(types, "its type is not in the TypeRegistry");
  }

  /**
   * Unpacks by some types.
   *
   * @param types the types
   * @param hint why a type is not known
   * @return how
   */
  public static Unpacking of(TypeRegistry types, String hint) {
    return new Unpacking(types, hint, any -> MessagePrinter.payload(any, types, Limits.NESTING));
  }

  @Nullable Message payload(Message any) {
    try {
      return reader.apply(any);
    } catch (StackOverflowError e) {
      return null;
    }
  }
}
