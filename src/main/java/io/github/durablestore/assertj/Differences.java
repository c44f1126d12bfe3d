package io.github.durablestore.assertj;

import static io.github.durablestore.text.Text.quote;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Empty;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import io.github.durablestore.text.Limits;
import io.github.durablestore.text.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The differences between two messages, one per line. Only the first ones are shown. */
final class Differences {
  private static final int MAX_COUNTED = 100_000;

  private final List<String> lines = new ArrayList<>();
  private final int enough;
  private final int maxLines;
  private int count;

  Differences() {
    this(MAX_COUNTED, Limits.DIFFERENCES);
  }

  private Differences(int enough, int maxLines) {
    this.enough = enough;
    this.maxLines = maxLines;
  }

  /** Returns differences that stop at the first one. */
  static Differences first() {
    return new Differences(1, 0);
  }

  /** Returns differences that are only counted. */
  static Differences counted() {
    return new Differences(Limits.DIFFERENCES, 0);
  }

  int count() {
    return count;
  }

  boolean areShown() {
    return maxLines > 0;
  }

  boolean isEnough() {
    return count >= enough;
  }

  /** Returns whether it matters only if there is a difference. */
  boolean areOnlyAsked() {
    return enough == 1;
  }

  boolean isEmpty() {
    return count == 0;
  }

  void add(String path, FieldDescriptor field, @Nullable Object actual, @Nullable Object expected) {
    add(path, () -> value(field, expected), () -> value(field, actual));
  }

  void addUnknown(
      String path,
      int number,
      UnknownFieldSet.@Nullable Field actual,
      UnknownFieldSet.@Nullable Field expected) {
    add(path, () -> unknown(number, expected), () -> unknown(number, actual));
  }

  private void add(String path, Supplier<String> expected, Supplier<String> actual) {
    if (count++ < maxLines) {
      lines.add("  %s: expected %s but was %s%n".formatted(path, expected.get(), actual.get()));
    }
  }

  private static String value(FieldDescriptor field, @Nullable Object value) {
    if (value == null) {
      return "nothing";
    }
    return value instanceof Message message ? inOneLine(message) : scalar(field, value);
  }

  private static String unknown(int number, UnknownFieldSet.@Nullable Field field) {
    if (field == null) {
      return "nothing";
    }
    var set = UnknownFieldSet.newBuilder().addField(number, field).build();
    return inOneLine(
        DynamicMessage.newBuilder(Empty.getDescriptor()).setUnknownFields(set).build());
  }

  private static String inOneLine(Message message) {
    String text = Text.fields(message);
    return text.startsWith("(every")
        ? "{}"
        : "{"
            + (text.length() <= Limits.DIFFERING_VALUE
                ? text
                : text.substring(0, Limits.DIFFERING_VALUE) + "...")
            + "}";
  }

  /** Returns a value as in text format, on one line. */
  static String scalar(FieldDescriptor field, Object value) {
    return switch (field.getType()) {
      case STRING -> quote((String) value);
      case BYTES -> Text.bytes((ByteString) value, Limits.DIFFERING_VALUE);
      case UINT32, FIXED32 -> Integer.toUnsignedString((Integer) value);
      case UINT64, FIXED64 -> Long.toUnsignedString((Long) value);
      case ENUM -> ((EnumValueDescriptor) value).getName();
      default -> value.toString();
    };
  }

  /** Returns the number of differences, and the first ones. */
  @Override
  public String toString() {
    String number =
        isEnough()
            ? "at least " + count + " fields differ"
            : count == 1 ? "1 field differs" : count + " fields differ";
    int rest = count - lines.size();
    return number
        + ":%n".formatted()
        + String.join("", lines)
        + (rest > 0 ? "  and %d more%n".formatted(rest) : "");
  }
}
