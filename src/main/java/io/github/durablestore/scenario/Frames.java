package io.github.durablestore.scenario;

import static io.github.durablestore.text.Text.stackTrace;

import io.github.durablestore.probe.StateStoreProbe;
import java.security.CodeSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Prints the stacks of a user's code. */
final class Frames {
  private static final List<String> PACKAGES =
      List.of(Frames.class.getPackageName() + ".", StateStoreProbe.class.getPackageName() + ".");

  private static final @Nullable CodeSource SOURCE = source(Frames.class);

  private Frames() {}

  /** Loads this class: it could not be used if that failed as the stack of an actor is full. */
  static void load() {}

  /** Returns the user's frames in the stack trace of an exception. */
  static String of(Throwable thrown, int most) {
    return of(stackTrace(thrown), most);
  }

  /** Returns the user's frames of a stack, and the JDK method that each of them calls. */
  static String of(StackTraceElement[] frames, int most) {
    var text = new StringBuilder();
    int shown = 0;
    int last = lastOfUser(frames);
    for (int i = 0; i <= last && shown < most; i++) {
      String type = frames[i].getClassName();
      boolean isCalledByUser = i + 1 == frames.length || isOfUser(frames[i + 1]);
      if (isOfUser(frames[i]) ? !type.contains("$$Lambda") : isOfJdk(type) && isCalledByUser) {
        text.append("\n    at ").append(print(frames[i]));
        shown++;
      }
    }
    return text.toString();
  }

  /** Returns the innermost of the user's methods in a stack. */
  static String method(StackTraceElement[] frames) {
    return firstOfUser(frames)
        .map(frame -> frame.getClassName() + "." + frame.getMethodName())
        .orElse("");
  }

  /** Returns the innermost of the user's frames, as in {@code " at acme.Service.move(...)"}. */
  static String innermost(StackTraceElement[] frames) {
    return firstOfUser(frames).map(frame -> " at " + print(frame)).orElse("");
  }

  /** Returns whether a thread is about to give the processor to others. */
  static boolean isYielding(StackTraceElement[] frames) {
    return frames.length > 0
        && frames[0].getClassName().equals("java.lang.Thread")
        && frames[0].getMethodName().startsWith("yield"); // yield0 in JDK 25
  }

  private static Optional<StackTraceElement> firstOfUser(StackTraceElement[] frames) {
    return Stream.of(frames).filter(Frames::isOfUser).findFirst();
  }

  /** Returns whether there is a frame of a class whose name starts in some way. */
  static boolean contains(StackTraceElement[] frames, String type) {
    return Stream.of(frames).anyMatch(frame -> frame.getClassName().startsWith(type));
  }

  /** Returns whether the user's code has parked the thread. */
  static boolean isParkedByUser(StackTraceElement[] frames) {
    int i = 0;
    while (i < frames.length && isOfJdk(frames[i].getClassName())) {
      i++;
    }
    return i > 0 && frames[i - 1].getClassName().equals("java.util.concurrent.locks.LockSupport");
  }

  /** Returns whether the JDK has thrown an exception, by its stack trace. */
  static boolean isThrownByJdk(StackTraceElement[] frames) {
    return frames.length > 0 && isOfJdk(frames[0].getClassName());
  }

  private static int lastOfUser(StackTraceElement[] frames) {
    for (int i = frames.length - 1; i >= 0; i--) {
      if (isOfUser(frames[i])) {
        return i;
      }
    }
    return frames.length - 1;
  }

  private static boolean isOfUser(StackTraceElement frame) {
    return !isOfJdk(frame.getClassName()) && !isOwn(frame.getClassName());
  }

  /** Returns a frame without the names of modules and class loaders. */
  static String print(StackTraceElement frame) {
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

  /** Returns whether a class is one that carries out scenarios, rather than a test beside it. */
  static boolean isOwn(String type) {
    return PACKAGES.stream().anyMatch(type::startsWith) && isOfSameSource(type);
  }

  private static boolean isOfSameSource(String type) {
    int end = type.indexOf('$'); // a lambda cannot be found by its name
    String outermost = end < 0 ? type : type.substring(0, end);
    try {
      Class<?> found = Class.forName(outermost, false, Frames.class.getClassLoader());
      return Objects.equals(source(found), SOURCE);
    } catch (ClassNotFoundException | LinkageError e) {
      return false;
    }
  }

  /** Returns where a class was loaded from; {@code null} if its loader does not say. */
  private static @Nullable CodeSource source(Class<?> type) {
    return type.getProtectionDomain().getCodeSource();
  }
}
