package io.github.durablestore;

/**
 * Thrown when a store cannot do its work. It is the base class of the exceptions of stores.
 *
 * <p>A store over a database wraps the exceptions of its driver in it.
 */
public class StateStoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int MAX_QUOTED = 300;
  // Letters, marks and symbols that most fonts show as nothing.
  private static final String INVISIBLE =
      "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0";

  /**
   * Creates an exception without a cause.
   *
   * @param message what the store cannot do, and to what
   */
  public StateStoreException(String message) {
    super(message);
  }

  /**
   * Creates an exception with its cause.
   *
   * @param message what the store cannot do, and to what
   * @param cause the cause
   */
  public StateStoreException(String message, Throwable cause) {
    super(message, cause);
  }

  /**
   * Quotes an id, or other text from a user, for the message of an exception: in quotation marks,
   * on one line, and at most 300 characters. Quotation marks, backslashes, and control,
   * bidirectional and invisible characters are escaped as in Java.
   *
   * @param text the text
   * @return the text as in {@code "account-42"}; if it is longer, its length follows
   */
  public static String quote(String text) {
    int end = Math.min(text.length(), MAX_QUOTED);
    if (end < text.length() && Character.isHighSurrogate(text.charAt(end - 1))) {
      end--;
    }
    var quoted = new StringBuilder("\"");
    for (int at = 0; at < end; at += Character.charCount(text.codePointAt(at))) {
      appendEscaped(quoted, text.codePointAt(at));
    }
    quoted.append('"');
    if (end < text.length()) {
      quoted.append("... (").append(text.length()).append(" characters)");
    }
    return quoted.toString();
  }

  private static void appendEscaped(StringBuilder quoted, int letter) {
    switch (letter) {
      case '\n' -> quoted.append("\\n");
      case '\r' -> quoted.append("\\r");
      case '\t' -> quoted.append("\\t");
      case '"', '\\' -> quoted.append('\\').appendCodePoint(letter);
      default -> {
        if (isVisible(letter)) {
          quoted.appendCodePoint(letter);
        } else {
          for (char unit : Character.toChars(letter)) {
            quoted.append("\\u%04x".formatted((int) unit));
          }
        }
      }
    }
  }

  private static boolean isVisible(int letter) {
    return switch (Character.getType(letter)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.PRIVATE_USE,
          Character.SURROGATE,
          Character.UNASSIGNED ->
          false;
      case Character.SPACE_SEPARATOR -> letter == ' ';
      default -> INVISIBLE.indexOf(letter) < 0 && !isVariationSelector(letter);
    };
  }

  private static boolean isVariationSelector(int letter) {
    return (letter >= 0xfe00 && letter <= 0xfe0f) || (letter >= 0xe0100 && letter <= 0xe01ef);
  }
}
