package io.github.durablestore.contract;

import static io.github.durablestore.text.Text.version;

import io.github.durablestore.egopb.DurableState;
import java.util.regex.Pattern;

/** The checks of the messages with which a store refuses a call. */
final class Messages {
  private Messages() {}

  /** Requires the message of a {@code NullPointerException} to name the parameter. */
  static void requireParameter(String parameter, Throwable failure) {
    String message = String.valueOf(failure.getMessage());
    if (!message.contains(parameter)) {
      throw new AssertionError(
          "message of the NullPointerException: expected the parameter's name, %s, but was %s"
              .formatted(parameter, message),
          failure);
    }
  }

  /** Requires the message of a stale write to name the id, the version written, and one found. */
  static void requireVersions(Throwable failure, DurableState written, long found) {
    String message = String.valueOf(failure.getMessage());
    String id = written.getPersistenceId();
    String rest = message.replace(id, ""); // it has digits too, which must not pass for a version
    String foundShown = Long.toUnsignedString(found);
    if (!message.contains(id) || !isIn(rest, version(written)) || !isIn(rest, foundShown)) {
      throw new AssertionError(
          "message of the StaleWriteException: expected the id %s and the versions %s and %s but was %s"
              .formatted(id, version(written), foundShown, message),
          failure);
    }
  }

  private static boolean isIn(String text, String number) {
    return Pattern.compile("(?<![\\d-])" + number + "(?!\\d)").matcher(text).find();
  }
}
