package io.github.durablestore.assertj;

import static io.github.durablestore.text.Text.quote;
import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import io.github.durablestore.text.Limits;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The path to a field by proto names, through repeated fields, the values of maps and unpacked
 * {@code Any}s. A name may be that of an extension in brackets, of a oneof, or the number of an
 * unknown field.
 *
 * @param text the path as the user wrote it
 * @param names its names
 */
record FieldPath(String text, List<String> names) {
  static FieldPath of(String path) {
    return new FieldPath(
        path, List.of(requireNonNull(path, "path").split("\\.(?![^\\[\\]]*])", -1)));
  }

  /** What a path is looked for in. */
  record Ground(MessageReader reader, boolean unpacksAny, boolean isWhole) {}

  /**
   * Requires that one of some messages has a field at this path, set or not.
   *
   * @param isOfList whether it must be a repeated field
   * @param ground if it is not the whole, what cannot be found is left to a later check
   * @throws IllegalArgumentException if none of them has
   */
  void requireIn(List<Message> messages, boolean isOfList, Ground ground) {
    var search = new Search(isOfList, ground);
    messages.forEach(message -> search.in(message, 0));
    if (!search.isFound && search.reason != null && !messages.isEmpty()) {
      throw new IllegalArgumentException(
          "cannot %s field %s of message %s: %s"
              .formatted(
                  search.isOfNoList ? "ignore the order of" : "find",
                  quote(text),
                  quote(messages.get(0).getDescriptorForType().getFullName()),
                  search.reason));
    }
  }

  /**
   * Returns whether the field is set.
   *
   * @throws IllegalArgumentException if the path goes through a repeated field
   */
  boolean isSetIn(Message message, Ground ground) {
    requireIn(List.of(message), false, ground);
    Message at = message;
    for (int i = 0; ; i++) {
      String name = names.get(i);
      at = payload(at, name, ground);
      FieldDescriptor field = fieldOf(at.getDescriptorForType(), name, ground);
      if (i == names.size() - 1) {
        return field == null ? hasOther(at, name) : MessageFields.isSet(at, field);
      }
      if (field == null) {
        throw new IllegalArgumentException(
            "cannot look for field %s: %s is unknown; look for that".formatted(quote(text), name));
      }
      if (field.isRepeated()) {
        throw new IllegalArgumentException(
            "cannot look for field %s: %s is repeated; extract its elements first"
                .formatted(quote(text), quote(name)));
      }
      if (!at.hasField(field)) {
        return false;
      }
      at = (Message) at.getField(field);
    }
  }

  private static boolean hasOther(Message message, String name) {
    OneofDescriptor oneof = oneofOf(message.getDescriptorForType(), name);
    return oneof == null
        ? message.getUnknownFields().hasField(Integer.parseInt(name))
        : message.hasOneof(oneof);
  }

  /** Returns the message in an {@code Any}, unless the name is that of one of its own fields. */
  private static Message payload(Message message, String name, Ground ground) {
    Message at = message;
    while (leadsIntoAny(at, name) && ground.unpacksAny) {
      Message payload = ground.reader.payload(at);
      if (payload == null) {
        return at;
      }
      at = payload;
    }
    return at;
  }

  private static boolean leadsIntoAny(Message message, String name) {
    return MessageFields.isAny(message)
        && message.getDescriptorForType().findFieldByName(name) == null;
  }

  private static @Nullable FieldDescriptor fieldOf(Descriptor type, String name, Ground ground) {
    return isExtension(name)
        ? ground.reader.extension(type, name.substring(1, name.length() - 1))
        : type.findFieldByName(name);
  }

  private static boolean isExtension(String name) {
    return name.startsWith("[") && name.endsWith("]");
  }

  private static boolean isNumber(String name) {
    return name.matches("[1-9][0-9]{0,8}");
  }

  static @Nullable OneofDescriptor oneofOf(Descriptor type, String name) {
    return type.getRealOneofs().stream()
        .filter(oneof -> oneof.getName().equals(name))
        .findFirst()
        .orElse(null);
  }

  /** A search for the path. */
  private final class Search {
    private final boolean isOfList;
    private final Ground ground;
    private @Nullable String reason;
    private boolean isOfNoList;
    private boolean isFound;

    Search(boolean isOfList, Ground ground) {
      this.isOfList = isOfList;
      this.ground = ground;
    }

    void in(Message message, int index) {
      String name = names.get(index);
      Message at = payload(message, name, ground);
      if (leadsIntoAny(at, name)) {
        inPackedAny(at);
        return;
      }
      Descriptor type = at.getDescriptorForType();
      FieldDescriptor field = fieldOf(type, name, ground);
      boolean isLast = index == names.size() - 1;
      if (field == null) {
        inOther(type, name, isLast);
      } else if (isLast) {
        end(field.isRepeated() && !field.isMapField(), field.isMapField());
      } else {
        inMessagesOf(at, field, index);
      }
    }

    private void inMessagesOf(Message message, FieldDescriptor field, int index) {
      Descriptor type = MessageFields.typeOf(field);
      if (type == null) {
        reason = "%s is not in a message; remove it".formatted(quote(names.get(index + 1)));
        return;
      }
      List<Message> inner = MessageFields.messages(message, field);
      for (Message each : inner.isEmpty() ? List.of(defaultOf(type)) : inner) {
        if (!isFound) {
          in(each, index + 1);
        }
      }
    }

    private static Message defaultOf(Descriptor type) {
      return DynamicMessage.getDefaultInstance(type);
    }

    private void end(boolean isList, boolean isMap) {
      if (isList || !isOfList) {
        isFound = true;
      } else {
        isOfNoList = true;
        reason =
            isMap
                ? "it is a map, whose entries have no order; remove it"
                : "it is not repeated; name a repeated field";
      }
    }

    private void inPackedAny(Message any) {
      if (!ground.isWhole) {
        isFound = true; // perhaps
      } else if (!ground.unpacksAny) {
        reason = "it is in an Any; call unpackingAnyUsing(types)";
      } else if (!MessageFields.typeUrl(any).isEmpty()) {
        reason =
            "it is in an Any of type URL %s, which cannot be unpacked; add its type to the TypeRegistry"
                .formatted(quote(MessageFields.typeUrl(any)));
      }
    }

    private void inOther(Descriptor type, String name, boolean isLast) {
      if (isExtension(name)) {
        isFound |= !ground.isWhole; // perhaps the other message has it
        reason =
            "%s has no such extension that is known; pass an ExtensionRegistry to unpackingAnyUsing(types, extensions)"
                .formatted(quote(type.getFullName()));
      } else if (oneofOf(type, name) != null) {
        if (isLast) {
          end(false, false);
        } else {
          reason =
              "%s is a oneof, which is not in the path of its fields; remove it"
                  .formatted(quote(name));
        }
      } else if (isNumber(name) && !isOfList) {
        FieldDescriptor field = type.findFieldByNumber(Integer.parseInt(name));
        isFound |= field == null;
        reason =
            field == null
                ? reason
                : "%s is the number of %s; name that".formatted(name, quote(field.getName()));
      } else {
        reason = known(type, name);
      }
    }

    private static String known(Descriptor type, String name) {
      if (name.contains("[")) {
        return "a path goes through all elements; remove \"[...]\"";
      }
      String fields =
          type.getFields().stream()
              .limit(Limits.FIELDS_OF_TYPE)
              .map(FieldDescriptor::getName)
              .collect(joining(", "));
      return "%s has no %s; its fields are %s"
          .formatted(quote(type.getFullName()), quote(name), fields);
    }
  }
}
