package io.github.durablestore.assertj;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.TypeRegistry;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the fields of messages. */
final class MessageFields {
  private MessageFields() {}

  static FieldDescriptor keyOf(FieldDescriptor map) {
    return map.getMessageType().findFieldByNumber(1);
  }

  static FieldDescriptor valueOf(FieldDescriptor map) {
    return map.getMessageType().findFieldByNumber(2);
  }

  @SuppressWarnings("unchecked") // what a repeated field has
  static List<Object> list(Message message, FieldDescriptor field) {
    return (List<Object>) message.getField(field);
  }

  static boolean isAny(Message message) {
    return message.getDescriptorForType().getFullName().equals("google.protobuf.Any");
  }

  static String typeUrl(Message any) {
    return (String) any.getField(fieldOf(any, Any.TYPE_URL_FIELD_NUMBER));
  }

  /** Returns the message in an {@code Any}; null if its type is unknown or it does not parse. */
  static @Nullable Message payload(Message any, TypeRegistry types) {
    try {
      Descriptor type = types.getDescriptorForTypeUrl(typeUrl(any));
      var value = (ByteString) any.getField(fieldOf(any, Any.VALUE_FIELD_NUMBER));
      return type == null ? null : DynamicMessage.newBuilder(type).mergeFrom(value).buildPartial();
    } catch (InvalidProtocolBufferException e) {
      return null;
    }
  }

  private static FieldDescriptor fieldOf(Message message, int number) {
    return message.getDescriptorForType().findFieldByNumber(number);
  }

  /** Returns whether there is an extension in the message, at any level. */
  static boolean hasExtensions(Message message) {
    return message.getAllFields().entrySet().stream()
        .anyMatch(
            entry -> entry.getKey().isExtension() || isMessageWithExtensions(entry.getValue()));
  }

  private static boolean isMessageWithExtensions(Object value) {
    return value instanceof List<?> elements
        ? elements.stream().anyMatch(MessageFields::isMessageWithExtensions)
        : value instanceof Message message && hasExtensions(message);
  }

  /** Returns the entries of a map; for a duplicate key, the last one. */
  static Map<Object, Object> map(Message message, FieldDescriptor field) {
    Map<Object, Object> entries = new LinkedHashMap<>();
    for (Object element : list(message, field)) {
      Message entry = (Message) element;
      entries.put(entry.getField(keyOf(field)), entry.getField(valueOf(field)));
    }
    return entries;
  }

  static boolean isSet(Message message, FieldDescriptor field) {
    return field.isRepeated() ? message.getRepeatedFieldCount(field) > 0 : message.hasField(field);
  }

  /**
   * Returns the message as if it had been read with the type of another: its extensions become
   * unknown fields, and messages from two definitions of one type have the same descriptor.
   */
  static Message asRead(Message message, Message like) {
    try {
      return DynamicMessage.newBuilder(like.getDescriptorForType())
          .mergeFrom(message.toByteString())
          .buildPartial();
    } catch (InvalidProtocolBufferException | StackOverflowError e) {
      return message; // nested too deeply to be read
    }
  }
}
