package io.github.durablestore.assertj;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.List;
import java.util.Map;

/**
 * Hash codes of values that are equal if a comparison takes the values as equal. Long lists are
 * searched by them, as comparing each element to each takes minutes.
 */
final class MessageHash {
  private final MessageOptions options;

  MessageHash(MessageOptions options) {
    this.options = options;
  }

  /** Returns the hash codes of the elements of a list. */
  int[] ofAll(List<Object> elements, Scope scope) {
    return elements.stream().mapToInt(element -> of(element, scope)).toArray();
  }

  private int of(Object value, Scope scope) {
    if (value instanceof Message message) {
      return ofMessage(message, scope);
    }
    return options.isTolerant(value) ? 0 : value.hashCode();
  }

  private int ofMessage(Message message, Scope scope) {
    if (options.unpacksAny() && MessageFields.isAny(message)) {
      return 0; // it is compared by the message in it, or by its bytes
    }
    int hash = scope.isExpectedOnly() ? 0 : message.getUnknownFields().hashCode();
    for (Map.Entry<FieldDescriptor, Object> entry : message.getAllFields().entrySet()) {
      FieldDescriptor field = entry.getKey();
      Scope inner = scope.of(field);
      // A number near 0 may be equal to one that is not set.
      if (inner != null && !options.isTolerant(entry.getValue())) {
        hash = 31 * hash + field.getNumber();
        hash = 31 * hash + ofField(message, field, entry.getValue(), inner);
      }
    }
    return hash;
  }

  private int ofField(Message message, FieldDescriptor field, Object value, Scope scope) {
    if (field.isMapField()) {
      return MessageFields.map(message, field).entrySet().stream()
          .mapToInt(entry -> 31 * entry.getKey().hashCode() + of(entry.getValue(), scope))
          .sum();
    }
    if (!field.isRepeated()) {
      return of(value, scope);
    }
    boolean inAnyOrder = options.ignoresOrder(scope);
    int hash = 0;
    for (Object element : MessageFields.list(message, field)) {
      hash = (inAnyOrder ? hash : 31 * hash) + of(element, scope);
    }
    return hash;
  }
}
