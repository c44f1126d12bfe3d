package io.github.durablestore.assertj;

import com.google.protobuf.Any;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Empty;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the fields of messages. */
final class MessageFields {
  private MessageFields() {}

  /** Returns the name of a field, as in a path. */
  static String nameOf(FieldDescriptor field) {
    return field.isExtension() ? "[" + field.getFullName() + "]" : field.getName();
  }

  static FieldDescriptor keyOf(Descriptor entry) {
    return entry.findFieldByNumber(1);
  }

  /** Returns the field of the value of a map's entry, or of that of an {@code Any}. */
  static FieldDescriptor valueOf(Descriptor type) {
    return type.findFieldByNumber(2);
  }

  static boolean isOfMessages(FieldDescriptor field) {
    return field.getJavaType() == FieldDescriptor.JavaType.MESSAGE;
  }

  /** Returns the message type of a field or of a map's values; null for other types. */
  static @Nullable Descriptor typeOf(FieldDescriptor field) {
    FieldDescriptor value = field.isMapField() ? valueOf(field.getMessageType()) : field;
    return isOfMessages(value) ? value.getMessageType() : null;
  }

  @SuppressWarnings("unchecked") // what a repeated field has
  static List<Object> list(Message message, FieldDescriptor field) {
    return (List<Object>) message.getField(field);
  }

  /** Returns the entries of a map; for a duplicate key, the last one. */
  static Map<Object, Object> map(Message message, FieldDescriptor field) {
    Map<Object, Object> entries = new LinkedHashMap<>();
    for (Object element : list(message, field)) {
      Message entry = (Message) element;
      Descriptor type = entry.getDescriptorForType();
      entries.put(entry.getField(keyOf(type)), entry.getField(valueOf(type)));
    }
    return entries;
  }

  /** Returns the messages that a field is set to, in a list or map too. */
  static List<Message> messages(Message message, FieldDescriptor field) {
    if (typeOf(field) == null || !isSet(message, field)) {
      return List.of();
    }
    Collection<?> values =
        field.isMapField()
            ? map(message, field).values()
            : field.isRepeated() ? list(message, field) : List.of(message.getField(field));
    return values.stream().map(value -> (Message) value).toList();
  }

  static boolean isSet(Message message, FieldDescriptor field) {
    return field.isRepeated() ? message.getRepeatedFieldCount(field) > 0 : message.hasField(field);
  }

  static boolean isAny(Message message) {
    return message.getDescriptorForType().getFullName().equals("google.protobuf.Any");
  }

  static String typeUrl(Message any) {
    return (String) any.getField(typeUrlOf(any.getDescriptorForType()));
  }

  static FieldDescriptor typeUrlOf(Descriptor any) {
    return any.findFieldByNumber(Any.TYPE_URL_FIELD_NUMBER);
  }

  /** Returns the groups of an unknown field. */
  static Stream<Message> groups(Message message, int number) {
    return message.getUnknownFields().getField(number).getGroupList().stream()
        .map(MessageFields::ofUnknown);
  }

  /** Returns the values of an unknown field that are not groups. */
  static UnknownFieldSet.Field withoutGroups(UnknownFieldSet.Field field) {
    var rest = UnknownFieldSet.Field.newBuilder();
    field.getVarintList().forEach(rest::addVarint);
    field.getFixed32List().forEach(rest::addFixed32);
    field.getFixed64List().forEach(rest::addFixed64);
    field.getLengthDelimitedList().forEach(rest::addLengthDelimited);
    return rest.build();
  }

  /** Returns a message that has only unknown fields, such as an unknown group. */
  static Message ofUnknown(UnknownFieldSet fields) {
    return DynamicMessage.newBuilder(Empty.getDescriptor()).setUnknownFields(fields).build();
  }
}
