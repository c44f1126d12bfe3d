package io.github.durablestore.assertj;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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

  /** Returns a map by its keys; of a key that is there twice, the last value. */
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
   * Returns the message as one that was read: its extensions are unknown fields, and messages of
   * two definitions with one name have the same fields.
   */
  static Message asRead(Message message, Message like) {
    try {
      return DynamicMessage.newBuilder(like.getDescriptorForType())
          .mergeFrom(message.toByteString())
          .buildPartial();
    } catch (InvalidProtocolBufferException | StackOverflowError e) {
      return message; // nested more deeply than can be read
    }
  }
}
