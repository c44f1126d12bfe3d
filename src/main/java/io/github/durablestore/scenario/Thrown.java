package io.github.durablestore.scenario;

import static java.util.Objects.requireNonNull;

import io.github.durablestore.text.Text;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An exception as it is shown and compared: by class and message, without the ids of the store.
 *
 * @param cause the cause, if the message is only its text
 * @param isOmitted whether compiled code may have omitted the message
 */
record Thrown(
    Class<? extends Throwable> type,
    @Nullable String message,
    @Nullable Thrown cause,
    boolean isOmitted) {
  /** What the JVM throws by itself: from compiled code, without a message and a stack trace. */
  private static final Set<Class<?>> OF_JVM =
      Set.of(
          NullPointerException.class,
          ArithmeticException.class,
          ArrayIndexOutOfBoundsException.class,
          ArrayStoreException.class,
          ClassCastException.class);

  static Thrown of(Throwable thrown, ProcessIds names) {
    String message = Text.messageOf(thrown);
    Throwable cause = Text.cause(thrown);
    boolean isOfCause = message != null && cause != null && message.equals(textOf(cause));
    return new Thrown(
        thrown.getClass(),
        message == null ? null : names.ofProcess(message),
        isOfCause ? of(requireNonNull(cause, "cause"), names) : null,
        message == null
            && OF_JVM.contains(thrown.getClass())
            && Text.stackTrace(thrown).length == 0);
  }

  /** Throws any exception, also where the compiler permits none that is checked. */
  @SuppressWarnings("unchecked") // only the compiler checks what may be thrown
  static <E extends Throwable> RuntimeException asItIs(Throwable thrown) throws E {
    throw (E) thrown;
  }

  /** Returns the message of an exception that has only a cause. */
  private static String textOf(Throwable cause) {
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

  /** Returns whether both may be the same: what was omitted may be any message. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Thrown thrown
        && type == thrown.type
        && (isOmitted || thrown.isOmitted || hasMessageOf(thrown));
  }

  private boolean hasMessageOf(Thrown other) {
    return (cause != null && other.cause != null)
        ? cause.equals(other.cause)
        : Objects.equals(message, other.message);
  }

  @Override
  public int hashCode() {
    return type.hashCode();
  }

  @Override
  public String toString() {
    return describe(null);
  }
}
