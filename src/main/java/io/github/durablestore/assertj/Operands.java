package io.github.durablestore.assertj;

import static io.github.durablestore.text.Text.quote;

import com.google.protobuf.Message;
import io.github.durablestore.egopb.DurableState;
import java.util.Collection;
import java.util.List;
import java.util.Spliterator;
import org.jspecify.annotations.Nullable;

/** Refuses values to compare with that cannot be what was meant. */
final class Operands {
  private static final String STATE = DurableState.getDescriptor().getFullName();

  private Operands() {}

  /** Requires that there is something to compare with. */
  static void requireAny(List<?> values, String method) {
    if (values.isEmpty()) {
      throw new IllegalArgumentException(
          "cannot call %s: there is nothing to compare with; pass at least one".formatted(method));
    }
  }

  static void requireNoBuilder(@Nullable Object value) {
    if (value instanceof Message.Builder) {
      throw refused("a message", "a builder", "call build()");
    }
  }

  /** Requires what may be equal to a message. */
  static void requireMessage(@Nullable Object value) {
    requireNoBuilder(value);
    if (value != null && !(value instanceof Message)) {
      throw refused("a message", value, "pass a message");
    }
  }

  /** Requires what may be equal to a state. */
  static void requireState(@Nullable Object value) {
    requireMessage(value);
    if (value instanceof Message message
        && !message.getDescriptorForType().getFullName().equals(STATE)) {
      throw refused("a state", value, "pass a state, or call hasPayload(...) or payload(...)");
    }
  }

  /** Requires what may be equal to a list of messages. */
  static void requireList(@Nullable Object value) {
    if (value instanceof Message || value instanceof Message.Builder) {
      throw refused("a list", "a single message", "pass it in a list");
    }
    if (value instanceof Object[]) {
      throw refused("a list", "an array", "pass it as a list");
    }
    if (value instanceof Iterable<?> elements) {
      elements.forEach(Operands::requireNoBuilder);
    } else if (value != null) {
      throw refused("a list", value, "pass a list");
    }
  }

  /**
   * Requires a defined order. An iterable that is no collection does not say whether it has one.
   */
  static void requireOrder(@Nullable Object value) {
    if (value instanceof Collection<?> elements
        && !elements.spliterator().hasCharacteristics(Spliterator.ORDERED)) {
      throw new IllegalArgumentException(
          "cannot compare %s in order: the order of its elements is not defined; use containsExactlyInAnyOrderElementsOf(...)"
              .formatted(quote(elements.getClass().getName())));
    }
  }

  private static IllegalArgumentException refused(String actual, Object value, String remedy) {
    return refused(actual, "a value of " + quote(value.getClass().getName()), remedy);
  }

  private static IllegalArgumentException refused(String actual, String value, String remedy) {
    return new IllegalArgumentException(
        "cannot compare %s with %s: they are never equal; %s".formatted(actual, value, remedy));
  }
}
