package io.github.durablestore.scenario;

import io.github.durablestore.text.Text;
import org.jspecify.annotations.Nullable;

/** An exception as it is compared and shown: by class and message, without the ids of the store. */
record Thrown(Class<? extends Throwable> type, @Nullable String message) {
  static Thrown of(Throwable thrown, Names names) {
    String message = Text.messageOf(thrown);
    return new Thrown(thrown.getClass(), message == null ? null : names.ofProcess(message));
  }

  /** Returns the text; of a long message, where it differs from that of another exception. */
  String describe(@Nullable Thrown other) {
    String its = other == null ? null : other.message;
    return message == null
        ? type.getName()
        : type.getName() + ": " + Text.sentence(message, its == null ? message : its);
  }

  @Override
  public String toString() {
    return describe(null);
  }
}
