package io.github.durablestore.scenario;

import static io.github.durablestore.StateStoreException.quote;

import com.google.protobuf.Message;
import com.google.protobuf.TypeRegistry;
import io.github.durablestore.fixture.StateFixtures;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Prints users' values as text of bounded length that is safe to show. */
final class Text {
  private static final int MOST = 300;
  private static final StateFixtures FIXTURES =
      new StateFixtures(TypeRegistry.getEmptyTypeRegistry());

  private static final List<String> OWN =
      Stream.of(Scenario.class, Stage.class, Gate.class, Witness.class)
          .map(Class::getName)
          .toList();

  private Text() {}

  /** Returns a name as it is if it is plain, and otherwise in quotes. */
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
    String message = messageOf(thrown);
    String name = thrown.getClass().getName();
    return message == null ? name : name + ": " + plain(message);
  }

  /** Returns the message of an exception; {@code null} if it has none. */
  static @Nullable String messageOf(Throwable thrown) {
    return from(thrown::getMessage);
  }

  /** Returns the cause of an exception; {@code null} if it has none. */
  static @Nullable Throwable cause(Throwable thrown) {
    return from(thrown::getCause);
  }

  /** Returns the user's frames in the stack trace of an exception. */
  static String frames(Throwable thrown, int most) {
    StackTraceElement[] frames = from(thrown::getStackTrace);
    return frames == null ? "" : frames(frames, most);
  }

  /** Returns what a getter of an exception returns; a user's class may override it and throw. */
  private static <T extends @Nullable Object> @Nullable T from(Supplier<T> getter) {
    try {
      return getter.get();
    } catch (Throwable e) {
      return null;
    }
  }

  /** Returns what failed: for an assertion, only its message. */
  static String failure(Throwable thrown) {
    if (thrown instanceof AssertionError) {
      String message = messageOf(thrown);
      return message == null ? thrown.getClass().getName() : message;
    }
    return thrown(thrown);
  }

  /** Returns the user's frames of a stack, and the JDK method that the innermost one calls. */
  static String frames(StackTraceElement[] frames, int most) {
    var text = new StringBuilder();
    int shown = 0;
    for (int i = 0; i < frames.length && shown < most; i++) {
      String type = frames[i].getClassName();
      if (type.equals(Stage.class.getName()) && shown > 0) {
        break;
      }
      boolean inside =
          isOfJdk(type) && i + 1 < frames.length && isOfJdk(frames[i + 1].getClassName());
      if (!inside && !isOwn(type) && !type.contains("$$Lambda")) {
        text.append("\n    at ").append(frame(frames[i]));
        shown++;
      }
    }
    return text.toString();
  }

  /** Returns a frame without the names of modules and class loaders. */
  static String frame(StackTraceElement frame) {
    String file = frame.getFileName();
    return "%s.%s(%s)"
        .formatted(
            frame.getClassName(),
            frame.getMethodName(),
            file == null ? "unknown source" : file + ":" + frame.getLineNumber());
  }

  private static boolean isOfJdk(String type) {
    return type.startsWith("java.") || type.startsWith("jdk.") || type.startsWith("sun.");
  }

  private static boolean isOwn(String type) {
    return OWN.stream().anyMatch(own -> type.equals(own) || type.startsWith(own + "$"));
  }

  /** Returns a text of several lines, such as an assertion's message, with each line made safe. */
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
