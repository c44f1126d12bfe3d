package io.github.durablestore.text;

import static io.github.durablestore.text.Text.quote;
import static java.util.Map.Entry.comparingByKey;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.UnknownFieldSet;
import java.io.IOException;
import java.util.HashMap;
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

  /** Levels that protobuf-java reads of a text, and of bytes if it is not told another number. */
  private static final int DEPTH_OF_TEXT = 100;

  private final Unpacking unpacking;
  private final boolean isWhole;
  private final int limit;
  private final Map<Integer, Object> others;
  private final Map<Integer, Object> values = new HashMap<>();
  private final StringBuilder text = new StringBuilder();
  private int lines;
  private int depth;

  /**
   * Creates a printer.
   *
   * @param limit the number of characters after which it stops, unless it prints the whole
   * @param others the values of another message, by their lines
   */
  private MessagePrinter(
      Unpacking unpacking, boolean isWhole, int limit, Map<Integer, Object> others) {
    this.unpacking = unpacking;
    this.isWhole = isWhole;
    this.limit = limit;
    this.others = others;
  }

  /** Prints the whole message, and expands only the {@code Any}s at one depth. */
  static String whole(Message message, TypeRegistry types) {
    var unpacking = new Unpacking(types, "", any -> payload(any, types, DEPTH_OF_TEXT));
    var printer = new MessagePrinter(unpacking, true, Limits.EXCERPT, Map.of());
    printer.message(message);
    return printer.text.toString();
  }

  @SuppressWarnings("ReferenceEquality") // equal messages may be large, too
  static String excerpt(Message message, Message other, Unpacking unpacking) {
    if (message == other) {
      return printed(message, unpacking, Limits.EXCERPT, Map.of()).part(0, Integer.MAX_VALUE);
    }
    var another = printed(other, unpacking, Limits.SEARCHED, Map.of());
    var excerpt = printed(message, unpacking, Limits.SEARCHED, another.values);
    boolean isFurtherOn =
        excerpt.isFull() && excerpt.text.compareTo(another.text) == 0 && !message.equals(other);
    return excerpt.around(another.text)
        + (isFurtherOn
            ? "... (the difference is after the first %d characters)\n".formatted(Limits.SEARCHED)
            : "");
  }

  private static MessagePrinter printed(
      Message message, Unpacking unpacking, int limit, Map<Integer, Object> others) {
    var printer = new MessagePrinter(unpacking, false, limit, others);
    printer.message(message);
    return printer;
  }

  /** Returns the message in an {@code Any}; {@code null} if it is none or cannot be unpacked. */
  static @Nullable Message payload(Message any, TypeRegistry types) {
    return payload(any, types, DEPTH_OF_TEXT);
  }

  static @Nullable Message payload(Message any, TypeRegistry types, int depth) {
    if (!isAny(any)) {
      return null;
    }
    Descriptor type = typeOf(typeUrl(any), types);
    if (type == null) {
      return null;
    }
    try {
      CodedInputStream in = bytes(any).newCodedInput();
      in.setRecursionLimit(depth);
      return DynamicMessage.newBuilder(type).mergeFrom(in).buildPartial();
    } catch (IOException | StackOverflowError e) {
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

  /** Returns the lines around the first difference, or all if they are few or there is none. */
  private String around(StringBuilder other) {
    int shorter = Math.min(text.length(), other.length());
    int at = 0;
    while (at < shorter && text.charAt(at) == other.charAt(at)) {
      at++;
    }
    int end = text.indexOf("\n", at);
    boolean isInHead = end == -1 ? text.length() <= Limits.EXCERPT : end < Limits.EXCERPT;
    if (at == text.length() && at == other.length()) {
      return part(0, Integer.MAX_VALUE);
    }
    int stop = at;
    for (int line = 0; line <= Limits.LINES_AFTER && stop != -1; line++) {
      stop = text.indexOf("\n", stop + 1);
    }
    int last = stop == -1 ? Integer.MAX_VALUE : stop + 1;
    if (isInHead) {
      return part(0, text.length() > Limits.EXCERPT ? last : Integer.MAX_VALUE);
    }
    int start = startOfLine(at);
    for (int line = 0; line < Limits.LINES_BEFORE && start > 0; line++) {
      int before = startOfLine(start - 1);
      if (at - before > Limits.EXCERPT / 2) {
        break;
      }
      start = before;
    }
    return part(start, last);
  }

  private int startOfLine(int at) {
    return text.lastIndexOf("\n", at - 1) + 1;
  }

  private String part(int start, int stop) {
    if (text.isEmpty()) {
      return "(every field is unset)\n";
    }
    String before = start == 0 ? "" : "... (cut before line %d)\n".formatted(1 + linesTo(start));
    if (text.length() - start <= Limits.EXCERPT && stop >= text.length()) {
      return before + text.substring(start);
    }
    if (stop - start <= Limits.EXCERPT) {
      return before
          + text.substring(start, stop)
          + "... (cut after line %d)\n".formatted(linesTo(stop));
    }
    int lastLine = text.lastIndexOf("\n", start + Limits.EXCERPT);
    return before
        + text.substring(start, Math.max(start, lastLine + 1))
        + "... (cut at "
        + Limits.EXCERPT
        + " characters)\n";
  }

  private long linesTo(int end) {
    return text.chars().limit(end).filter(letter -> letter == '\n').count();
  }

  private boolean isFull() {
    return !isWhole && text.length() > limit;
  }

  private void message(Message message) {
    if (isAny(message) && (isWhole ? depth == DEPTH_OF_PAYLOAD : !isFull())) {
      Message payload = isTooLarge(message) ? null : unpacking.payload(message);
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
    return !isWhole && bytes(any).size() > (limit == Limits.SEARCHED ? limit : Limits.PAYLOAD);
  }

  private String reason(Message any) {
    if (!typeUrl(any).contains("/")) {
      return "its type URL has no slash";
    }
    if (typeOf(typeUrl(any), unpacking.types()) == null) {
      return unpacking.hint();
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
    } else if (isWhole) {
      line(whole(field, value));
    } else {
      line(nameOf(field), value, other -> Text.scalar(field, value, other));
    }
  }

  /**
   * Adds a line for a value, which is shown beside that of the other message, if they are alike.
   */
  private void line(String name, Object value, Function<Object, String> print) {
    Object other = others.getOrDefault(lines, value);
    boolean areAlike =
        (value instanceof String && other instanceof String)
            || (value instanceof ByteString && other instanceof ByteString);
    values.put(lines, value);
    line(name + ": " + print.apply(areAlike ? other : value));
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

  private void unknown(UnknownFieldSet fields) {
    fields
        .asMap()
        .forEach(
            (number, field) -> {
              lines(number, field.getVarintList(), Long::toUnsignedString);
              lines(number, field.getFixed32List(), value -> "0x%08x".formatted(value));
              lines(number, field.getFixed64List(), value -> "0x%016x".formatted(value));
              for (ByteString bytes : field.getLengthDelimitedList()) {
                line(number.toString(), bytes, other -> Text.bytes(bytes, (ByteString) other));
              }
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
      lines++;
    }
  }
}
