package io.github.durablestore.scenario;

import io.github.durablestore.text.Text;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An exception as it is shown and compared: by class and message, without the ids of the store. A
 * message that the JVM makes is not compared, as compiled code may omit it.
 *
 * @param compared the message without what the JVM may leave out
 */
record Thrown(
    Class<? extends Throwable> type, @Nullable String message, @Nullable String compared) {
  /** What compiled code throws by itself, and how the messages start that it otherwise has. */
  private static final Map<Class<?>, String> OF_JVM =
      Map.of(
          NullPointerException.class, "Cannot ",
          ArithmeticException.class, "/ by zero",
          ArrayIndexOutOfBoundsException.class, "Index ",
          ArrayStoreException.class, "",
          ClassCastException.class, "class ");

  static Thrown of(Throwable thrown, Names names) {
    return new Thrown(
        thrown.getClass(),
        ofProcess(Text.messageOf(thrown), names),
        ofProcess(comparable(thrown), names));
  }

  private static @Nullable String ofProcess(@Nullable String message, Names names) {
    return message == null ? null : names.ofProcess(message);
  }

  private static @Nullable String comparable(Throwable thrown) {
    String message = Text.messageOf(thrown);
    String ofJvm = OF_JVM.get(thrown.getClass());
    if (message == null || (ofJvm != null && message.startsWith(ofJvm))) {
      return null;
    }
    Throwable cause = Text.cause(thrown);
    if (cause == null || !message.equals(messageOfOnly(cause))) {
      return message;
    }
    return cause.getClass().getName() + ": " + comparable(cause);
  }

  /** Returns the message of an exception that has only a cause. */
  private static String messageOfOnly(Throwable cause) {
    String message = Text.messageOf(cause);
    return cause.getClass().getName() + (message == null ? "" : ": " + message);
  }

  /** Returns the text; of a long message, where it differs from that of another exception. */
  String describe(@Nullable Thrown other) {
    String its = other == null ? null : other.message;
    return message == null
        ? type.getName()
        : type.getName() + ": " + Text.sentence(message, its == null ? message : its);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Thrown thrown
        && type == thrown.type
        && Objects.equals(compared, thrown.compared);
  }

  @Override
  public int hashCode() {
    return Objects.hash(type, compared);
  }

  @Override
  public String toString() {
    return describe(null);
  }
}
