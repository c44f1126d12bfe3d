package io.github.durablestore.assertj;

import static io.github.durablestore.text.Text.quote;
import static java.util.Objects.requireNonNull;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import io.github.durablestore.text.Entries;
import io.github.durablestore.text.Limits;
import io.github.durablestore.text.Text;
import io.github.durablestore.text.Unpacking;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The differences between two messages, one per line. Only the first ones are shown. */
final class Differences {
  static final int MAX_COUNTED = 100_000;
  private static final String NOTHING = "nothing";

  private final List<String> lines = new ArrayList<>();
  private final int enough;
  private final int maxLines;
  private int count;
  private @Nullable Pair first;

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

  /** Returns differences that are only counted, up to a number. */
  static Differences counted(int enough) {
    return new Differences(enough, 0);
  }

  /** The indices of two messages, of two lists, that were compared to each other. */
  record Pair(int index, int other) {
    Pair swapped() {
      return new Pair(other, index);
    }
  }

  /** Keeps where two messages of two lists differ, if these are the first ones. */
  void locate(int actual, int expected) {
    if (count > 0 && first == null) {
      first = new Pair(actual, expected);
    }
  }

  /** Returns the first messages that differ; null if none of two lists do. */
  @Nullable Pair firstPair() {
    return first;
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

  /**
   * Adds a difference.
   *
   * @param field the field; {@code null} for messages that are in no field
   */
  void add(
      String path,
      @Nullable FieldDescriptor field,
      @Nullable Object actual,
      @Nullable Object expected) {
    if (count++ < maxLines) {
      add(path, value(field, expected, actual), value(field, actual, expected));
    }
  }

  /** Adds an element that only one of two lists has, which may be null. */
  void addAlone(
      String path, @Nullable FieldDescriptor field, @Nullable Object element, boolean isExpected) {
    if (count++ < maxLines) {
      String shown = element == null ? "null" : value(field, element, null);
      add(path, isExpected ? shown : NOTHING, isExpected ? NOTHING : shown);
    }
  }

  /** Adds an element that is only expected, at an index where there is another one. */
  void addMissing(
      String path, int index, @Nullable FieldDescriptor field, @Nullable Object expected) {
    if (count++ < maxLines) {
      lines.add(
          line(
              "%sexpected %s at [%d] but it is missing"
                  .formatted(
                      path.isEmpty() ? "" : shown(path) + ": ",
                      expected == null ? "null" : value(field, expected, null),
                      index)));
    }
  }

  void addUnknown(
      String path, int number, UnknownFieldSet.Field actual, UnknownFieldSet.Field expected) {
    if (count++ < maxLines) {
      add(path, unknown(number, expected, actual), unknown(number, actual, expected));
    }
  }

  private void add(String path, String expected, String actual) {
    lines.add(line("%s: expected %s but was %s".formatted(shown(path), expected, actual)));
  }

  private static String shown(String path) {
    int half = Limits.PATH / 2;
    return path.length() <= Limits.PATH
        ? path
        : path.substring(0, half) + "..." + path.substring(path.length() - half);
  }

  private static String value(
      @Nullable FieldDescriptor field, @Nullable Object value, @Nullable Object other) {
    if (value == null) {
      return NOTHING;
    }
    if (!(value instanceof Message message)) {
      return Text.scalar(requireNonNull(field, "field"), value, other == null ? value : other);
    }
    if (!(other instanceof Message another)) {
      return inOneLine(message, null);
    }
    String type = message.getDescriptorForType().getFullName(); // one type is compared by fields
    return "a %s %s".formatted(quote(type), inOneLine(message, another));
  }

  private static String unknown(
      int number, UnknownFieldSet.Field field, UnknownFieldSet.Field other) {
    return field.equals(UnknownFieldSet.Field.getDefaultInstance())
        ? NOTHING
        : inOneLine(ofUnknown(number, field), ofUnknown(number, other));
  }

  private static Message ofUnknown(int number, UnknownFieldSet.Field field) {
    return MessageFields.ofUnknown(UnknownFieldSet.newBuilder().addField(number, field).build());
  }

  /** Returns a message in one line; if it is long, that is the part where it differs. */
  static String inOneLine(@Nullable Message message, @Nullable Message other) {
    if (message == null) {
      return NOTHING;
    }
    boolean isEmpty =
        message.getAllFields().isEmpty() && message.getUnknownFields().asMap().isEmpty();
    return isEmpty ? "{}" : "{" + Text.part(lines(message, other), lines(other, message)) + "}";
  }

  private static String lines(@Nullable Message message, @Nullable Message other) {
    return message == null
        ? ""
        : Text.excerpt(message, other == null ? message : other, Unpacking.NONE);
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
        + ":\n"
        + String.join("", lines)
        + (rest > 0 ? line(isEnough() ? "and more" : Entries.more(rest)) : "");
  }

  /** Returns a text as a line of a list. */
  static String line(String text) {
    return "  " + text + "\n";
  }
}
