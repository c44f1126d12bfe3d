package io.github.durablestore.assertj;

import static io.github.durablestore.text.Text.quote;
import static java.util.Objects.requireNonNull;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import io.github.durablestore.text.Entries;
import io.github.durablestore.text.Limits;
import io.github.durablestore.text.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The path to a field by proto names, through repeated fields, the values of maps and unpacked
 * {@code Any}s. A name may be that of an extension in brackets, of a oneof, or the number of an
 * unknown field.
 *
 * @param text the path as the user wrote it
 * @param names its names, or the last of them if it starts inside a field
 */
record FieldPath(String text, List<String> names) {
  private static final String ANY_VALUE = "value";

  static FieldPath of(String path) {
    return new FieldPath(path, split(requireNonNull(path, "path")));
  }

  /** Splits a path at its dots, except those in brackets. */
  private static List<String> split(String path) {
    List<String> names = new ArrayList<>();
    int start = 0;
    boolean isInBrackets = false;
    for (int i = 0; i < path.length(); i++) {
      char letter = path.charAt(i);
      if (letter == '[' || letter == ']') {
        isInBrackets = letter == '[';
      } else if (letter == '.' && !isInBrackets) {
        names.add(path.substring(start, i));
        start = i + 1;
      }
    }
    names.add(path.substring(start));
    return List.copyOf(names);
  }

  /**
   * Requires that one of some messages has a field at this path, set or not.
   *
   * @param use what the path is for
   * @param ground how to look for it
   * @return whether the field is set in one of them
   * @throws IllegalArgumentException if none of them has
   */
  boolean isSetIn(List<Message> messages, Use use, Ground ground) {
    var search = new Search(use, ground);
    messages.forEach(message -> search.in(message, 0, ground.options.places()));
    if (!search.isFound && search.reason != null && !messages.isEmpty()) {
      throw new IllegalArgumentException(
          "cannot %s field %s of message %s: %s"
              .formatted(
                  search.isUnfit ? use.verb : "find",
                  quote(text),
                  quote(messages.get(0).getDescriptorForType().getFullName()),
                  search.reason));
    }
    return search.isSet;
  }

  /** What a path is for. */
  enum Use {
    IGNORE("ignore"),
    IGNORE_ORDER("ignore the order of"),
    HAS("look for");

    private final String verb;

    Use(String verb) {
      this.verb = verb;
    }
  }

  /**
   * How to look for a path.
   *
   * @param isWhole whether everything is known; if not, what cannot be found is left to a later
   *     search
   */
  record Ground(MessageOptions options, MessageReader reader, boolean isWhole) {}

  /** Returns the rest of the path in the message of a field; null if it does not lead there. */
  @Nullable FieldPath in(String field) {
    return names.size() > 1 && names.get(0).equals(field)
        ? new FieldPath(text, names.subList(1, names.size()))
        : null;
  }

  /** A search for the path. */
  private final class Search {
    private final Use use;
    private final Ground ground;
    private @Nullable String reason;
    private int inMap = -1;
    private boolean isUnfit;
    private boolean isFound;
    private boolean isSet;

    Search(Use use, Ground ground) {
      this.use = use;
      this.ground = ground;
    }

    void in(Message message, int index, NamedPlace place) {
      String name = names.get(index);
      Message at = unpacked(message, name);
      FieldDescriptor field = fieldOf(at.getDescriptorForType(), name);
      String ignored =
          ground.isWhole && use != Use.HAS
              ? ignored(index, place, field, !at.equals(message) && !has(at, ANY_VALUE))
              : null;
      if (isPacked(at, name)) {
        inPackedAny(at);
      } else if (ignored != null) {
        unfit(ignored + " is ignored; leave out one of the two");
      } else if (field == null) {
        inOther(at, name, index, place);
      } else if (index < names.size() - 1) {
        inMessagesOf(at, field, index + 1, place.of(name));
      } else if (use == Use.IGNORE_ORDER && field.isMapField()) {
        unfit("it is a map, whose entries have no order; remove it");
      } else {
        end(MessageFields.isSet(at, field), field.isRepeated());
      }
    }

    /** Returns what is ignored and makes the path useless; null for nothing. */
    private @Nullable String ignored(
        int index, NamedPlace place, @Nullable FieldDescriptor field, boolean isInAny) {
      boolean isLast = index == names.size() - 1;
      if (isLast && use == Use.IGNORE_ORDER && ground.options.ignoresAllOrder()) {
        return "the order of all fields";
      }
      OneofDescriptor oneof = field == null ? null : field.getRealContainingOneof();
      return Stream.of(
              isLast && use == Use.IGNORE ? "" : names.get(index),
              oneof == null ? "" : oneof.getName(),
              isInAny ? ANY_VALUE : "")
          .filter(name -> place.of(name).isIgnored())
          .map(
              name ->
                  quote(String.join(".", names.subList(0, index)) + (index == 0 ? "" : ".") + name))
          .findFirst()
          .orElse(null);
    }

    /** Returns the message in an {@code Any}, unless only the {@code Any} has a field so named. */
    private Message unpacked(Message message, String name) {
      boolean isAny = MessageFields.isAny(message) && ground.options.unpacksAny();
      Message payload = isAny ? ground.reader.payload(message) : null;
      if (payload == null) {
        return message;
      }
      return has(message, name) && !has(payload, name) ? message : unpacked(payload, name);
    }

    private static boolean isPacked(Message message, String name) {
      return MessageFields.isAny(message) && !has(message, name);
    }

    private static boolean has(Message message, String name) {
      return message.getDescriptorForType().findFieldByName(name) != null
          || message.getUnknownFields().asMap().keySet().stream()
              .anyMatch(number -> name.equals(number.toString()));
    }

    private @Nullable FieldDescriptor fieldOf(Descriptor type, String name) {
      return isExtension(name)
          ? ground.reader.extension(type, name.substring(1, name.length() - 1))
          : type.findFieldByName(name);
    }

    private static boolean isExtension(String name) {
      return name.startsWith("[") && name.endsWith("]");
    }

    private void end(boolean isSetHere, boolean isRepeated) {
      if (use == Use.IGNORE_ORDER && !isRepeated) {
        unfit("it is not repeated; name a repeated field");
      } else {
        isFound = true;
        isSet |= isSetHere;
      }
    }

    private void unfit(String why) {
      isUnfit = true;
      reason = why;
    }

    private void inMessagesOf(Message message, FieldDescriptor field, int next, NamedPlace place) {
      Descriptor type = MessageFields.typeOf(field);
      if (type == null) {
        String name = names.get(next);
        reason =
            name.isEmpty()
                ? "there is no name after a dot; remove the dot"
                : "%s is not in a message; remove it".formatted(quote(name));
      } else if (use == Use.HAS && field.isRepeated()) {
        unfit("%s is repeated; extract its elements first".formatted(quote(field.getName())));
      } else {
        inMap = field.isMapField() ? next : -1;
        List<Message> inner = MessageFields.messages(message, field);
        Message unset = DynamicMessage.getDefaultInstance(type);
        for (Message each : inner.isEmpty() ? List.of(unset) : inner) {
          if (!isFound) {
            in(each, next, place);
          }
        }
      }
    }

    private void inPackedAny(Message any) {
      String typeUrl = MessageFields.typeUrl(any);
      if (!ground.isWhole) {
        isFound = true; // perhaps
      } else if (!ground.options.unpacksAny()) {
        reason = "it is in an Any; call unpackingAnyUsing(types)";
      } else if (!typeUrl.isEmpty()) {
        reason =
            "it is in an Any of type URL %s, which cannot be unpacked; add its type to the TypeRegistry"
                .formatted(quote(typeUrl));
      }
    }

    /** Looks for what is not a field that is known. */
    private void inOther(Message message, String name, int index, NamedPlace place) {
      Descriptor type = message.getDescriptorForType();
      Optional<OneofDescriptor> oneof =
          type.getRealOneofs().stream().filter(each -> each.getName().equals(name)).findFirst();
      if (isExtension(name)) {
        inExtension(type, name.substring(1, name.length() - 1));
      } else if (oneof.isPresent() && index == names.size() - 1) {
        end(message.hasOneof(oneof.get()), false);
      } else if (oneof.isPresent()) {
        reason = "%s is a oneof, which paths leave out; remove it".formatted(quote(name));
      } else if (name.matches("[1-9][0-9]{0,8}")) {
        inNumber(message, Integer.parseInt(name), index, place.of(name));
      } else {
        reason = known(type, name, index);
      }
    }

    private void inExtension(Descriptor type, String name) {
      Descriptor extended = ground.reader.extended(type, name);
      if (name.isBlank()) {
        reason = "there is no name in the brackets; write that of an extension";
      } else if (extended != null) {
        reason =
            "%s extends %s, and not %s; name it in a message of that type"
                .formatted(quote(name), quote(extended.getFullName()), quote(type.getFullName()));
      } else {
        isFound |= !ground.isWhole; // perhaps the other message has it
        String perhaps = perhapsExtension(type, name);
        reason =
            "%s has no such extension that is known%s; %spass an ExtensionRegistry to unpackingAnyUsing(types, extensions)"
                .formatted(
                    quote(type.getFullName()), perhaps, perhaps.isEmpty() ? "" : "write that, or ");
      }
    }

    private void inNumber(Message message, int number, int index, NamedPlace place) {
      FieldDescriptor known = ground.reader.field(message.getDescriptorForType(), number);
      if (known != null) {
        String name = MessageFields.nameOf(known);
        reason = "%d is the number of %s; name that".formatted(number, quote(name));
        return;
      }
      boolean isSetHere = message.getUnknownFields().hasField(number);
      isFound |= use == Use.HAS || !ground.isWhole; // perhaps the other message has it
      if (use != Use.HAS && ground.options.ignoresUnknown()) {
        unfit("all unknown fields are ignored; leave out one of the two");
      } else if (use != Use.HAS && !isSetHere) {
        reason = "no message has an unknown field %d; remove it".formatted(number);
      } else if (index == names.size() - 1) {
        end(isSetHere, false);
      } else {
        reason = "%d is not an unknown group; remove the rest".formatted(number);
        MessageFields.groups(message, number).forEach(group -> in(group, index + 1, place));
      }
    }

    private String known(Descriptor type, String name, int index) {
      if (name.contains("[")) {
        return "a path goes through all elements; remove \"[...]\"";
      }
      if (index == inMap && isInMapEntry(type, name, index)) {
        List<String> straight = new ArrayList<>(names);
        straight.remove(index);
        return "a path leads straight into the values of the map %s; write %s"
            .formatted(quote(names.get(index - 1)), quote(String.join(".", straight)));
      }
      List<String> fields = type.getFields().stream().map(FieldDescriptor::getName).toList();
      List<String> oneofs = type.getRealOneofs().stream().map(OneofDescriptor::getName).toList();
      List<String> extensions = ground.reader.extensionsOf(type).toList();
      String rest = String.join(".", names.subList(index, names.size()));
      String extension = perhapsExtension(type, rest);
      String perhaps =
          extension.isEmpty()
              ? Names.perhaps(name, Stream.concat(fields.stream(), oneofs.stream()))
              : extension;
      return "%s has no %s%s; its fields are %s%s%s"
          .formatted(
              quote(type.getFullName()),
              quote(name),
              perhaps,
              first(fields),
              extensions.isEmpty() ? "" : "; its extensions are " + first(extensions),
              oneofs.isEmpty() ? "" : "; its oneofs are " + first(oneofs));
    }

    /** Returns whether a name is a key of a map, or what the entry has in its own type. */
    private boolean isInMapEntry(Descriptor type, String name, int index) {
      return name.equals("key")
          || name.equals("value")
          || (index + 1 < names.size() && fieldOf(type, names.get(index + 1)) != null);
    }

    /** Returns the extension that a name may mean, of which perhaps only the package is missing. */
    private String perhapsExtension(Descriptor type, String name) {
      List<String> known = ground.reader.extensionsOf(type).toList();
      String wanted =
          known.stream()
              .filter(each -> each.endsWith("." + name + "]"))
              .findFirst()
              .orElse("[" + name + "]");
      return Names.perhaps(wanted, known.stream());
    }

    private static String first(List<String> names) {
      return Entries.list(names, Limits.FIELDS_OF_TYPE);
    }
  }
}
