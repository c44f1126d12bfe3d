package io.github.durablestore.assertj;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.ExtensionRegistry;
import com.google.protobuf.ExtensionRegistry.ExtensionInfo;
import com.google.protobuf.Message;
import com.google.protobuf.TypeRegistry;
import io.github.durablestore.text.Limits;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads messages so that extensions are fields, even if they were unknown to whoever read a message
 * first. It knows the extensions that are set in one of the messages to compare, those that the
 * proto file of a type declares or imports, and those of a given registry.
 */
final class MessageReader {
  private final TypeRegistry types;
  private final ExtensionRegistry given;
  private final Set<FieldDescriptor> found = new HashSet<>();
  private final Map<Descriptor, ExtensionRegistry> known = new HashMap<>();
  private final IdentityHashMap<Message, Map<FieldDescriptor, Object>> fields =
      new IdentityHashMap<>();
  private final IdentityHashMap<Message, Optional<Message>> payloads = new IdentityHashMap<>();
  private boolean isNeeded;

  MessageReader(List<Message> messages, TypeRegistry types, ExtensionRegistry given) {
    this.types = types;
    this.given = given;
    messages.forEach(this::search);
  }

  private void search(Message message) {
    isNeeded |= !message.getUnknownFields().asMap().isEmpty();
    fieldsOf(message)
        .forEach(
            (field, value) -> {
              if (field.isExtension()) {
                isNeeded = true;
                found.add(field);
              }
              if (value instanceof Message inner) {
                search(inner);
              } else if (MessageFields.isOfMessages(field) && value instanceof List<?> elements) {
                elements.forEach(element -> search((Message) element));
              }
            });
  }

  /** Returns messages as if they had been read with the extensions. */
  List<Message> read(List<Message> messages) {
    return messages.stream().map(each -> each == null ? null : read(each)).toList();
  }

  Message read(Message message) {
    return read(message, message.getDescriptorForType());
  }

  /**
   * Returns the message as if it had been read as a type, of which there may be two definitions.
   */
  Message read(Message message, Descriptor type) {
    if (!isNeeded && message.getDescriptorForType().equals(type)) {
      return message;
    }
    try {
      return read(message.toByteString(), type);
    } catch (IOException e) { // the two definitions contradict each other
      return message;
    }
  }

  private Message read(ByteString bytes, Descriptor type) throws IOException {
    CodedInputStream in = bytes.newCodedInput();
    in.setRecursionLimit(Limits.NESTING);
    return DynamicMessage.newBuilder(type).mergeFrom(in, extensionsFor(type)).buildPartial();
  }

  /**
   * Returns the fields that are set; generated classes collect them by reflection, so only once.
   */
  Map<FieldDescriptor, Object> fieldsOf(Message message) {
    return message instanceof DynamicMessage
        ? message.getAllFields()
        : fields.computeIfAbsent(message, Message::getAllFields);
  }

  /** Returns the message in an {@code Any}; null if its type is unknown or it does not parse. */
  @Nullable Message payload(Message any) {
    return payloads.computeIfAbsent(any, each -> Optional.ofNullable(parse(each))).orElse(null);
  }

  private @Nullable Message parse(Message any) {
    try {
      Descriptor type = types.getDescriptorForTypeUrl(MessageFields.typeUrl(any));
      var value = (ByteString) any.getField(MessageFields.valueOf(any.getDescriptorForType()));
      return type == null ? null : read(value, type);
    } catch (IOException e) {
      return null;
    }
  }

  /** Finds an extension of a type; null if there is none that is known. */
  @Nullable FieldDescriptor extension(Descriptor type, String name) {
    return type.equals(extended(type, name))
        ? extensionsFor(type).findImmutableExtensionByName(name).descriptor
        : null;
  }

  /** Returns the names of the extensions of a type that are known, as in a path. */
  Stream<String> extensionsOf(Descriptor type) {
    return extensionsFor(type).getAllImmutableExtensionsByExtendedType(type.getFullName()).stream()
        .map(extension -> MessageFields.nameOf(extension.descriptor))
        .sorted();
  }

  /** Returns what an extension extends that is known beside a type; null if none is known. */
  @Nullable Descriptor extended(Descriptor type, String name) {
    ExtensionInfo extension = extensionsFor(type).findImmutableExtensionByName(name);
    return extension == null ? null : extension.descriptor.getContainingType();
  }

  /** Finds a field or an extension of a type by its number; null if none is known. */
  @Nullable FieldDescriptor field(Descriptor type, int number) {
    ExtensionInfo extension = extensionsFor(type).findImmutableExtensionByNumber(type, number);
    return extension == null ? type.findFieldByNumber(number) : extension.descriptor;
  }

  private ExtensionRegistry extensionsFor(Descriptor type) {
    return known.computeIfAbsent(
        type,
        each -> {
          ExtensionRegistry registry = ExtensionRegistry.newInstance();
          Set<Object> visited = new HashSet<>();
          found.forEach(field -> add(field, registry, visited));
          addFile(each.getFile(), registry, visited);
          return registry;
        });
  }

  private void addFile(FileDescriptor file, ExtensionRegistry registry, Set<Object> visited) {
    if (visited.add(file)) {
      file.getExtensions().forEach(field -> add(field, registry, visited));
      file.getMessageTypes().forEach(type -> addType(type, registry, visited));
      file.getDependencies().forEach(each -> addFile(each, registry, visited));
    }
  }

  private void addType(Descriptor type, ExtensionRegistry registry, Set<Object> visited) {
    type.getExtensions().forEach(field -> add(field, registry, visited));
    type.getNestedTypes().forEach(nested -> addType(nested, registry, visited));
    given.getAllImmutableExtensionsByExtendedType(type.getFullName()).stream()
        .map(extension -> extension.descriptor)
        .forEach(field -> add(field, registry, visited));
  }

  private void add(FieldDescriptor extension, ExtensionRegistry registry, Set<Object> visited) {
    if (!visited.add(extension)) {
      return;
    }
    if (MessageFields.isOfMessages(extension)) {
      registry.add(extension, DynamicMessage.getDefaultInstance(extension.getMessageType()));
    } else {
      registry.add(extension);
    }
    addFile(extension.getFile(), registry, visited);
  }
}
