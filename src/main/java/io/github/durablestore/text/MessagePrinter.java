package io.github.durablestore.text;

import static io.github.durablestore.text.Text.quote;
import static java.util.Map.Entry.comparingByKey;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.UnknownFieldSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Prints a message in text format: the beginning of it, for people, or the whole, to be read back.
 * Unlike the printer of protobuf-java it stops when it has enough, sorts the entries of all maps,
 * and logs nothing.
 */
final class MessagePrinter {
  private static final TextFormat.Printer ASCII = TextFormat.printer();
  private static final TextFormat.Printer UNICODE = ASCII.escapingNonAscii(false);

  /** Where a fixture has the payload of a state: below the fixture and the state. */
  private static final int DEPTH_OF_PAYLOAD = 2;

  private final TypeRegistry types;
  private final boolean isWhole;
  private final StringBuilder text = new StringBuilder();
  private int depth;

  private MessagePrinter(TypeRegistry types, boolean isWhole) {
    this.types = types;
    this.isWhole = isWhole;
  }

  /** Prints the whole message, and expands only the {@code Any}s at one depth. */
  static String whole(Message message, TypeRegistry types) {
    var printer = new MessagePrinter(types, true);
    printer.message(message);
    return printer.text.toString();
  }

  static String excerpt(Message message, TypeRegistry types) {
    var excerpt = new MessagePrinter(types, false);
    excerpt.message(message);
    return excerpt.cut();
  }

  /** Returns the message in an {@code Any}; {@code null} if it is none or cannot be unpacked. */
  static @Nullable Message payload(Message any, TypeRegistry types) {
    if (!isAny(any)) {
      return null;
    }
    Descriptor type = typeOf(typeUrl(any), types);
    if (type == null) {
      return null;
    }
    try {
      return DynamicMessage.newBuilder(type).mergeFrom(bytes(any)).buildPartial();
    } catch (InvalidProtocolBufferException e) {
      return null;
    }
  }

  private static @Nullable Descriptor typeOf(String typeUrl, TypeRegistry types) {
    int slash = typeUrl.lastIndexOf('/');
    return slash < 0 ? null : types.find(typeUrl.substring(slash + 1));
  }

  private static boolean isAny(Message message) {
    return message.getDescriptorForType().getFullName().equals(Any.getDescriptor().getFullName());
  }

  private static String typeUrl(Message any) {
    return (String) any.getField(any.getDescriptorForType().findFieldByNumber(1));
  }

  private static ByteString bytes(Message any) {
    return (ByteString) any.getField(any.getDescriptorForType().findFieldByNumber(2));
  }

  private String cut() {
    if (text.isEmpty()) {
      return "(every field is unset)\n";
    }
    if (!isFull()) {
      return text.toString();
    }
    int lastLine = text.lastIndexOf("\n", Limits.EXCERPT);
    return text.substring(0, lastLine + 1) + "... (cut at " + Limits.EXCERPT + " characters)\n";
  }

  private boolean isFull() {
    return !isWhole && text.length() > Limits.EXCERPT;
  }

  private void message(Message message) {
    if (isAny(message) && (isWhole ? depth == DEPTH_OF_PAYLOAD : !isFull())) {
      Message payload = isTooLarge(message) ? null : payload(message, types);
      if (payload != null) {
        block("[" + quote(typeUrl(message)).replace("\"", "") + "]", () -> message(payload));
        return;
      }
      if (!isWhole && !typeUrl(message).isEmpty()) {
        line("# as bytes: " + reason(message));
      }
    }
    message.getAllFields().forEach(this::field);
    unknown(message.getUnknownFields());
  }

  private boolean isTooLarge(Message any) {
    return !isWhole && bytes(any).size() > Limits.PAYLOAD;
  }

  private String reason(Message any) {
    if (!typeUrl(any).contains("/")) {
      return "its type URL has no slash";
    }
    if (typeOf(typeUrl(any), types) == null) {
      return "its type is not in the TypeRegistry";
    }
    return isTooLarge(any) ? "it is too large" : "it does not parse";
  }

  private void field(FieldDescriptor field, Object value) {
    if (!field.isRepeated()) {
      value(field, value);
      return;
    }
    List<?> elements = field.isMapField() ? entries(field, value) : (List<?>) value;
    for (Object element : elements) {
      if (isFull()) {
        return;
      }
      value(field, element);
    }
  }

  /** Returns the entries of a map by key, in the order that protobuf-java uses. */
  @SuppressWarnings("unchecked") // a key is a string, a number or a boolean
  private static List<Message> entries(FieldDescriptor map, Object entries) {
    FieldDescriptor key = map.getMessageType().findFieldByNumber(1);
    return ((List<Message>) entries)
        .stream()
            .map(entry -> Map.entry((Comparable<Object>) entry.getField(key), entry))
            .sorted(comparingByKey()) // with each key read once
            .map(Map.Entry::getValue)
            .toList();
  }

  private void value(FieldDescriptor field, Object value) {
    if (value instanceof Message message) {
      block(nameOf(field), () -> message(message));
    } else {
      line(isWhole ? whole(field, value) : nameOf(field) + ": " + scalar(field, value));
    }
  }

  /** Returns the name of a field: a group of proto2 goes by that of its type. */
  static String nameOf(FieldDescriptor field) {
    if (field.isExtension()) {
      return "[" + field.getFullName() + "]";
    }
    if (field.getType() != FieldDescriptor.Type.GROUP) {
      return field.getName();
    }
    String type = field.getMessageType().getName();
    return type.toLowerCase(Locale.ROOT).equals(field.getName()) ? type : field.getName();
  }

  /** Escapes other letters than ASCII only in a text that an editor would change or not show. */
  private static String whole(FieldDescriptor field, Object value) {
    Object printed = field.isRepeated() ? List.of(value) : value;
    String line = UNICODE.printFieldToString(field, printed).strip();
    return line.codePoints().allMatch(Quotation::isVisible)
        ? line
        : ASCII.printFieldToString(field, printed).strip();
  }

  private static String scalar(FieldDescriptor field, Object value) {
    return switch (field.getType()) {
      case STRING -> quote((String) value);
      case BYTES -> shown((ByteString) value);
      case UINT32, FIXED32 -> Integer.toUnsignedString((Integer) value);
      case UINT64, FIXED64 -> Long.toUnsignedString((Long) value);
      case ENUM -> nameOf((EnumValueDescriptor) value);
      default -> value.toString();
    };
  }

  private static String nameOf(EnumValueDescriptor value) {
    boolean known = value.getType().findValueByNumber(value.getNumber()) != null;
    return known ? value.getName() : Integer.toString(value.getNumber());
  }

  private static String shown(ByteString value) {
    return Text.bytes(value, Limits.BYTES);
  }

  private void unknown(UnknownFieldSet fields) {
    fields
        .asMap()
        .forEach(
            (number, field) -> {
              lines(number, field.getVarintList(), Long::toUnsignedString);
              lines(number, field.getFixed32List(), value -> "0x%08x".formatted(value));
              lines(number, field.getFixed64List(), value -> "0x%016x".formatted(value));
              lines(number, field.getLengthDelimitedList(), MessagePrinter::shown);
              for (UnknownFieldSet group : field.getGroupList()) {
                block(number.toString(), () -> unknown(group));
              }
            });
  }

  private <T> void lines(int number, List<T> values, Function<T, String> print) {
    for (T value : values) {
      if (isFull()) {
        return;
      }
      line(number + ": " + print.apply(value));
    }
  }

  private void block(String name, Runnable contents) {
    if (isFull()) {
      return;
    }
    if (!isWhole && depth == Limits.DEPTH) {
      line(name + " { ... }");
      return;
    }
    line(name + " {");
    depth++;
    contents.run();
    depth--;
    line("}");
  }

  private void line(String line) {
    if (!isFull()) {
      text.append("  ".repeat(depth)).append(line).append('\n');
    }
  }
}
