package io.github.durablestore.scenario;

import static io.github.durablestore.StateStoreException.quote;

import com.google.protobuf.Message;
import com.google.protobuf.TypeRegistry;
import io.github.durablestore.fixture.StateFixtures;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What users gave, as text of bounded length that is safe to print. */
final class Text {
  private static final int MOST = 300;
  private static final StateFixtures FIXTURES =
      new StateFixtures(TypeRegistry.getEmptyTypeRegistry());

  private Text() {}

  /** Returns a name as it is, if that is plain to read; else quoted. */
  static String name(String name) {
    String quoted = quote(name);
    return quoted.length() == name.length() + 2 ? name : quoted;
  }

  static String value(@Nullable Object value) {
    if (value instanceof String text) {
      return quote(text);
    }
    if (value instanceof Message message) {
      return message(message);
    }
    try {
      String text =
          value != null && value.getClass().isArray()
              ? inner(Arrays.deepToString(new Object[] {value}))
              : String.valueOf(value);
      return plain(text);
    } catch (Throwable e) { // the value's own toString
      return "a " + quote(String.valueOf(value == null ? null : value.getClass().getName()));
    }
  }

  /** Returns a message's fields on one line. */
  static String message(Message message) {
    return "{" + FIXTURES.excerpt(message).strip().replaceAll("\\s*\n\\s*", " ") + "}";
  }

  /** Returns the class and message of an exception. */
  static String thrown(Throwable thrown) {
    try {
      String message = thrown.getMessage();
      String name = thrown.getClass().getName();
      return message == null ? name : name + ": " + plain(message);
    } catch (Throwable e) { // the exception's own getMessage
      return thrown.getClass().getName();
    }
  }

  static String frames(StackTraceElement[] frames, int most) {
    var text = new StringBuilder();
    int shown = 0;
    for (StackTraceElement frame : frames) {
      if (shown == most || frame.getClassName().equals(Stage.class.getName())) {
        break;
      }
      text.append("\n    at ").append(frame);
      shown++;
    }
    return text.toString();
  }

  /** Returns lines of which each is bounded and safe, as of the message of an assertion. */
  static String lines(String text) {
    var lines = new StringBuilder();
    text.strip()
        .lines()
        .limit(60)
        .forEach(line -> lines.append("\n  ").append(plain(line.stripTrailing())));
    return lines.toString();
  }

  private static String plain(String text) {
    String quoted = quote(text.replace("\"", "'").replace("\\", "/"));
    boolean isPlain = text.length() <= MOST && quoted.length() == text.length() + 2;
    return isPlain ? text : quote(text);
  }

  private static String inner(String text) {
    return text.substring(1, text.length() - 1);
  }
}
