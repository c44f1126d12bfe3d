package io.github.durablestore.assertj;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Hash codes that are the same for values that a comparison treats as equal. Long lists are
 * searched by them, since comparing every pair of elements can take minutes.
 */
final class Sketch {
  private final MessageOptions options;
  private final MessageReader reader;
  private long values;

  Sketch(MessageOptions options, MessageReader reader) {
    this.options = options;
    this.reader = reader;
  }

  /** Returns how many values it has read. */
  long values() {
    return values;
  }

  int of(@Nullable Object value, Scope scope) {
    values++;
    if (value instanceof Message message) {
      return MessageFields.isAny(message) ? ofAny(message, scope) : ofFields(message, scope);
    }
    if (value instanceof EnumValueDescriptor constant) {
      return constant.getNumber(); // protobuf makes that of an unknown number again and again
    }
    return value == null || options.isTolerant(value) ? 0 : value.hashCode();
  }

  private int ofAny(Message any, Scope scope) {
    Descriptor type = any.getDescriptorForType();
    if (options.unpacksAny() && scope.of(MessageFields.typeUrlOf(type)) == null) {
      return 0; // what it is compared as depends on the other Any
    }
    Message payload = scope.of(MessageFields.valueOf(type)) == null ? null : reader.payload(any);
    return payload == null
        ? ofFields(any, scope)
        : mixed(
            MessageFields.typeUrl(any).hashCode(),
            of(payload, scope.ofPayload(payload.getDescriptorForType(), reader)));
  }

  private int ofFields(Message message, Scope scope) {
    int hash = 0;
    for (Map.Entry<FieldDescriptor, Object> entry : reader.fieldsOf(message).entrySet()) {
      FieldDescriptor field = entry.getKey();
      Scope inner = scope.of(field);
      if (inner != null && !options.isTolerant(entry.getValue())) { // near 0, it may equal an unset
        hash = mixed(hash, field.getNumber());
        hash = mixed(hash, ofField(message, field, entry.getValue(), inner));
      }
    }
    for (Map.Entry<Integer, UnknownFieldSet.Field> entry :
        message.getUnknownFields().asMap().entrySet()) {
      Scope inner = scope.ofUnknown(message.getDescriptorForType(), entry.getKey());
      if (inner != null) {
        hash = mixed(hash, entry.getKey());
        hash = mixed(hash, ofUnknown(entry.getValue(), inner));
      }
    }
    return hash;
  }

  private int ofUnknown(UnknownFieldSet.Field field, Scope scope) {
    if (field.getGroupList().isEmpty()) {
      return field.hashCode();
    }
    int hash = MessageFields.withoutGroups(field).hashCode();
    for (UnknownFieldSet group : field.getGroupList()) {
      hash = mixed(hash, ofFields(MessageFields.ofUnknown(group), scope));
    }
    return hash;
  }

  private int ofField(Message message, FieldDescriptor field, Object value, Scope scope) {
    if (field.isMapField()) {
      return MessageFields.map(message, field).entrySet().stream()
          .mapToInt(entry -> mixed(entry.getKey().hashCode(), of(entry.getValue(), scope)))
          .sum();
    }
    if (!field.isRepeated()) {
      return of(value, scope);
    }
    boolean inAnyOrder = scope.ignoresOrder();
    int hash = 0;
    for (Object element : MessageFields.list(message, field)) {
      int next = 1 + of(element, scope);
      hash = inAnyOrder ? hash + mixed(0, next) : mixed(hash, next);
    }
    return hash;
  }

  /** Returns a hash of two, such that sums of several rarely collide: the end of MurmurHash3. */
  private static int mixed(int hash, int next) {
    int mixed = 31 * hash + next;
    mixed = (mixed ^ (mixed >>> 16)) * 0x85ebca6b;
    mixed = (mixed ^ (mixed >>> 13)) * 0xc2b2ae35;
    return mixed ^ (mixed >>> 16);
  }
}
