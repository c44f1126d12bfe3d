package io.github.durablestore.text;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import com.google.protobuf.TypeRegistry;
import io.github.durablestore.egopb.DurableState;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Users' values as text that is safe to show: bounded by {@link Limits}, and without characters
 * that garble a terminal or cannot be seen.
 *
 * <p>Safe for use by many threads. A parameter may be {@code null} only where it says so. No method
 * throws what a user's {@code toString()} or exception throws.
 */
public final class Text {
  private Text() {}

  /**
   * Quotes an id, or other text from a user: in quotation marks, on one line. Quotation marks,
   * backslashes, and control, bidirectional and invisible characters are escaped as in Java.
   *
   * @param text the text
   * @return the text as in {@code "account-42"}; if it is long, its two ends and its length
   */
  public static String quote(String text) {
    return quote(text, text);
  }

  /**
   * Quotes a text that is to be copied, however long it is.
   *
   * @param text the text
   * @return the text as a string literal of Java
   */
  public static String literal(String text) {
    return Quotation.whole(text);
  }

  /**
   * Quotes a text that is not equal to another. If it is long, that is the part where they differ.
   * If the two look the same, as with a Cyrillic letter in one, all but ASCII is escaped.
   *
   * @param text the text
   * @param other the other text
   * @return the text as in {@code ..."and so on" (differs at character 2001 of 2010)}
   */
  public static String quote(String text, String other) {
    return Quotation.of(text, other);
  }

  /**
   * Returns a text as part of a sentence, on one line: as {@link #quote} does, but without the
   * quotation marks around it, and with those inside it left as they are.
   *
   * @param text the text
   * @return the text; if it is cut, its length follows
   */
  public static String oneLine(String text) {
    String quoted = quote(text);
    int end = quoted.lastIndexOf('"');
    return (quoted.substring(1, end) + quoted.substring(end + 1))
        .replace("\"...\"", "...") // between the ends of a long text, as others are escaped
        .replace("\\\"", "\"");
  }

  /**
   * Returns a sentence as it is if it is short and can be seen, and otherwise in quotes, with the
   * quotes and backslashes in it left as they are.
   *
   * @param text the sentence, which may have quotation marks and backslashes in it
   * @return the text, or the text in quotes
   */
  public static String sentence(String text) {
    return sentence(text, text);
  }

  /**
   * Returns a sentence as {@link #sentence(String)} does. If it is long, and not equal to another,
   * that is the part where they differ.
   *
   * @param text the sentence
   * @param other the other sentence
   * @return the text, or the text in quotes
   */
  public static String sentence(String text, String other) {
    String quoted = quote(text.replace("\"", "'").replace("\\", "/"));
    boolean isPlain = text.length() <= Limits.TEXT && quoted.length() == text.length() + 2;
    return isPlain ? text : quote(text, other).replace("\\\"", "\"").replace("\\\\", "\\");
  }

  /**
   * Returns what an exception's {@code toString()} returns, on one line.
   *
   * @param thrown the exception
   * @return the text, or the exception's class if it cannot make one
   */
  public static String oneLine(Throwable thrown) {
    String text = from(thrown::toString);
    return oneLine(text == null ? thrown.getClass().getName() : text);
  }

  /**
   * Returns a name as it is if nothing in it needs to be escaped, and otherwise in quotes.
   *
   * @param name the name
   * @return the name
   */
  public static String name(String name) {
    String quoted = quote(name);
    return quoted.length() == name.length() + 2 ? name : quoted;
  }

  /**
   * Returns a call of a store, as it reads in lists and pictures.
   *
   * @param operation what was done, as in {@code write}
   * @param persistenceId the id; {@code null} if there is none
   * @param state the state that was written or read; {@code null} if there is none
   * @return the call, as in {@code write "account-42" version 3}
   */
  public static String call(
      String operation, @Nullable String persistenceId, @Nullable DurableState state) {
    return operation
        + (persistenceId == null ? "" : " " + quote(persistenceId))
        + (state == null ? "" : " version " + version(state));
  }

  /**
   * Returns what could not be done, as it reads in errors, after "cannot".
   *
   * @param operation what was to be done, as in {@code write}
   * @param persistenceId the id of the state; {@code null} if there is none
   * @return the action, as in {@code write state of "account-42"}
   */
  public static String action(String operation, @Nullable String persistenceId) {
    return operation + (persistenceId == null ? "" : " state of " + quote(persistenceId));
  }

  /**
   * Returns the version of a state.
   *
   * @param state the state
   * @return the version, as the unsigned number that it is
   */
  public static String version(DurableState state) {
    return Long.toUnsignedString(state.getVersionNumber());
  }

  /**
   * Returns a length of time.
   *
   * @param time the time
   * @return the time, as in {@code 50 ms} or {@code 10 s}
   */
  public static String time(Duration time) {
    BigDecimal seconds =
        BigDecimal.valueOf(time.getSeconds()).add(BigDecimal.valueOf(time.getNano(), 9));
    return time.getSeconds() == 0
        ? seconds.movePointRight(3).stripTrailingZeros().toPlainString() + " ms"
        : seconds.stripTrailingZeros().toPlainString() + " s";
  }

  /**
   * Returns the name that text format has for a field.
   *
   * @param field the field
   * @return its name; that of the type for a group, and in brackets for an extension
   */
  public static String name(FieldDescriptor field) {
    return MessagePrinter.nameOf(field);
  }

  /**
   * Returns any value on one line: text and bytes in quotes, a message as its fields, arrays as
   * their elements, and anything else by its {@code toString()}.
   *
   * @param value the value; may be {@code null}
   * @return the text, or the value's class if it cannot be shown
   */
  public static String value(@Nullable Object value) {
    return value(value, null);
  }

  /**
   * Returns any value on one line, as {@link #value(Object)} does. If it is long, and not equal to
   * another, that is the part where they differ.
   *
   * @param value the value; may be {@code null}
   * @param other the other value; may be {@code null}
   * @return the text, or the value's class if it cannot be shown
   */
  public static String value(@Nullable Object value, @Nullable Object other) {
    if (value instanceof Message message) {
      return message(message, other instanceof Message another ? another : message);
    }
    if (value instanceof ByteString bytes) {
      return bytes(bytes, other instanceof ByteString another ? another : bytes);
    }
    String text = from(() -> Elements.of(value, other));
    String another = from(() -> Elements.of(other, value));
    if (text == null) {
      return "a " + quote(String.valueOf(value == null ? null : value.getClass().getName()));
    }
    return value instanceof String
        ? quote(text, another == null ? text : another)
        : sentence(text, another == null ? text : another);
  }

  /**
   * Returns a message's fields on one line, in braces.
   *
   * @param message the message
   * @return the text, as in <code>{balance_cents: 4200}</code>
   */
  public static String message(Message message) {
    return message(message, message);
  }

  private static String message(Message message, Message other) {
    String lines = excerpt(message, other, Unpacking.NONE);
    return "{" + String.join(" ", Lines.of(lines)) + "}"; // comments would run into the fields
  }

  /**
   * Returns a whole fixture in text format, to be read back: a message that contains states.
   *
   * @param fixture the fixture
   * @param types the types of payloads that are printed as fields, in place of bytes
   * @return the fields, with maps in the order of their keys
   */
  public static String fixture(Message fixture, TypeRegistry types) {
    return MessagePrinter.whole(fixture, types);
  }

  /**
   * Returns the message in an {@code Any}.
   *
   * @param message any message
   * @param types the types that are known
   * @return the message in it; {@code null} if it is no {@code Any}, or cannot be unpacked
   */
  public static @Nullable Message payload(Message message, TypeRegistry types) {
    return MessagePrinter.payload(message, types);
  }

  /**
   * Returns whether most fonts show a character, and editors keep it.
   *
   * @param codePoint the character
   * @return {@code false} for what {@link #quote} escapes, apart from quotes and backslashes
   */
  public static boolean isVisible(int codePoint) {
    return Quotation.isVisible(codePoint);
  }

  /**
   * Returns the beginning of a message in text format, a field a line. If it is long, and not equal
   * to another, that is the part where they differ, as far as {@link Limits#SEARCHED} characters of
   * both show it. It is bounded in time and size, whatever the message contains.
   *
   * @param message the message, of any type
   * @param other the other message; the same one if there is none
   * @param unpacking how each {@code Any} is unpacked
   * @return the fields, with maps in the order of their keys
   */
  public static String excerpt(Message message, Message other, Unpacking unpacking) {
    return MessagePrinter.excerpt(message, other, unpacking);
  }

  /**
   * Returns the value of a field that is not equal to another, as in text format. If it is long,
   * that is the part where they differ.
   *
   * @param field the field; not one of messages
   * @param value its value, or one of its elements
   * @param other the other value
   * @return the text, on one line
   */
  public static String scalar(FieldDescriptor field, Object value, Object other) {
    return switch (field.getType()) {
      case STRING -> quote((String) value, (String) other);
      case BYTES -> bytes((ByteString) value, (ByteString) other);
      case UINT32, FIXED32 -> Integer.toUnsignedString((Integer) value);
      case UINT64, FIXED64 -> Long.toUnsignedString((Long) value);
      case ENUM -> name((EnumValueDescriptor) value);
      default -> value.toString();
    };
  }

  /** Returns the name of an enum's value, or its number if the enum does not declare it. */
  private static String name(EnumValueDescriptor value) {
    boolean isKnown = value.getType().findValueByNumber(value.getNumber()) != null;
    return isKnown ? value.getName() : Integer.toString(value.getNumber());
  }

  /**
   * Returns bytes in quotes, escaped as in text format.
   *
   * @param bytes the bytes
   * @param other other bytes; if both are long, the part where they differ is shown
   * @return the text; if it is cut, the number of bytes follows
   */
  static String bytes(ByteString bytes, ByteString other) {
    Cut cut = Cut.of(bytes, other);
    String part = TextFormat.escapeBytes(bytes.substring(cut.start(), cut.end()));
    return cut.mark('"' + part + '"', "byte");
  }

  /**
   * Returns the lines of a text on one line. If that is long, these are the first ones, or those
   * from the first on that is not in another text.
   *
   * @param lines the lines, such as the fields of a message
   * @param other the lines of the other text
   * @return the line, without positions in it, as it may be cut several times
   */
  public static String part(String lines, String other) {
    return Lines.part(lines, other);
  }

  /**
   * Returns the class and message of an exception, on one line.
   *
   * @param thrown the exception
   * @return the text; only the class if there is no message
   */
  public static String thrown(Throwable thrown) {
    String message = messageOf(thrown);
    String name = thrown.getClass().getName();
    return message == null ? name : name + ": " + sentence(message);
  }

  /**
   * Returns what failed, in one line or several: for an assertion only its message, as that says
   * everything.
   *
   * @param thrown the exception
   * @return the text; that of an assertion is as the assertion made it
   */
  public static String failure(Throwable thrown) {
    if (thrown instanceof AssertionError) {
      String message = messageOf(thrown);
      return message == null ? thrown.getClass().getName() : message;
    }
    return thrown(thrown);
  }

  /**
   * Returns the message of an exception, unchanged.
   *
   * @param thrown the exception
   * @return the message; {@code null} if there is none
   */
  public static @Nullable String messageOf(Throwable thrown) {
    return from(thrown::getMessage);
  }

  /**
   * Returns the cause of an exception.
   *
   * @param thrown the exception
   * @return the cause; {@code null} if there is none
   */
  public static @Nullable Throwable cause(Throwable thrown) {
    return from(thrown::getCause);
  }

  /**
   * Returns an exception and its causes, at most 100, as they may go round.
   *
   * @param thrown the exception; {@code null} for none
   * @return the exceptions, the cause of each after it
   */
  public static Stream<Throwable> causes(@Nullable Throwable thrown) {
    Stream.Builder<Throwable> causes = Stream.builder();
    int depth = 0;
    for (Throwable e = thrown; e != null && depth < Limits.CAUSES; e = cause(e), depth++) {
      causes.add(e);
    }
    return causes.build();
  }

  /**
   * Returns the stack trace of an exception.
   *
   * @param thrown the exception
   * @return the frames; none if the exception does not give them
   */
  public static StackTraceElement[] stackTrace(Throwable thrown) {
    StackTraceElement[] frames = from(thrown::getStackTrace);
    return frames == null ? new StackTraceElement[0] : frames;
  }

  /**
   * Returns a text of several lines, such as the message of an assertion, below a sentence.
   *
   * @param text the text
   * @return its lines, each indented and after a line break
   */
  public static String lines(String text) {
    List<String> lines = text.strip().lines().map(String::stripTrailing).toList();
    return Entries.firstLines(lines, Limits.LINES, line -> "\n  " + sentence(line));
  }

  /** Returns what a method of an exception returns; a user's class may override it and throw. */
  private static <T extends @Nullable Object> @Nullable T from(Supplier<T> method) {
    try {
      return method.get();
    } catch (Throwable e) {
      return null;
    }
  }
}
