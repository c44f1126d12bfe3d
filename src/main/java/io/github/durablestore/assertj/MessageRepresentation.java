package io.github.durablestore.assertj;

import com.google.protobuf.Message;
import com.google.protobuf.TypeRegistry;
import io.github.durablestore.StateStore;
import io.github.durablestore.memory.MemoryStateStore;
import io.github.durablestore.text.Limits;
import io.github.durablestore.text.Text;
import io.github.durablestore.text.Unpacking;
import java.util.Arrays;
import java.util.Collection;
import org.assertj.core.api.AbstractAssert;
import org.assertj.core.api.WritableAssertionInfo;
import org.assertj.core.presentation.StandardRepresentation;
import org.jspecify.annotations.Nullable;

/** Shows messages in failures as fields. Unlike {@code toString()}, it bounds the text. */
final class MessageRepresentation extends StandardRepresentation {
  /** Lists in lists, of which one may contain itself. */
  private static final int MAX_LEVELS = 3;

  private final @Nullable StateStore store;

  private MessageRepresentation(@Nullable StateStore store) {
    this.store = store;
  }

  /**
   * Makes an assertion show messages in this way, unless the user has set a representation.
   *
   * @param store knows the types of payloads; may be {@code null}
   */
  static void use(WritableAssertionInfo info, @Nullable StateStore store) {
    Package ofAssertJ = StandardRepresentation.class.getPackage();
    if (info.representation().getClass().getPackage().equals(ofAssertJ)) {
      info.useRepresentation(new MessageRepresentation(store));
    }
  }

  /** Copies the description, message and representation from one assertion to the next. */
  static <S extends AbstractAssert<?, ?>> S carryOver(WritableAssertionInfo from, S to) {
    to.info.description(from.description());
    to.info.overridingErrorMessage(from.overridingErrorMessage());
    to.info.useRepresentation(from.representation());
    return to;
  }

  /** Returns the text of any object; if it contains messages, the beginning of it. */
  @Override
  public @Nullable String toStringOf(@Nullable Object object) {
    String text = super.toStringOf(object);
    return text == null || text.length() <= Limits.EXCERPT || !hasMessages(object, MAX_LEVELS)
        ? text
        : text.substring(0, Limits.EXCERPT) + "... (%d characters)".formatted(text.length());
  }

  private static boolean hasMessages(@Nullable Object object, int levels) {
    if (object instanceof Object[] array) {
      return hasMessages(Arrays.asList(array), levels);
    }
    return object instanceof Collection<?> elements
        && elements.stream()
            .anyMatch(
                each -> each instanceof Message || (levels > 1 && hasMessages(each, levels - 1)));
  }

  @Override
  protected String fallbackToStringOf(Object object) {
    return object instanceof Message message
        ? Text.excerpt(message, message, Unpacking.of(typesOf(store)))
        : super.fallbackToStringOf(object);
  }

  /** Returns the types that a store knows. */
  static TypeRegistry typesOf(@Nullable StateStore store) {
    return store != null
            && AbstractStateStoreAssert.innermost(store) instanceof MemoryStateStore memory
        ? memory.types()
        : TypeRegistry.getEmptyTypeRegistry();
  }
}
