package io.github.durablestore.scenario;

import static io.github.durablestore.text.Text.stackTrace;

import java.util.List;
import java.util.stream.Stream;

/** Prints the stacks of a user's code. */
final class Text {
  private static final List<String> OWN =
      Stream.of(Scenario.class, Stage.class, Gate.class, Witness.class)
          .map(Class::getName)
          .toList();

  private Text() {}

  /** Returns the user's frames in the stack trace of an exception. */
  static String frames(Throwable thrown, int most) {
    return frames(stackTrace(thrown), most);
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
}
