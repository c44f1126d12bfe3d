package io.github.durablestore.text;

/** Text in quotation marks, with what cannot be seen escaped as in Java. */
final class Quotation {
  // Letters, marks and symbols that most fonts show as nothing.
  private static final String INVISIBLE =
      "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0";

  private Quotation() {}

  /** Quotes all of a text, as in Java. */
  static String whole(String text) {
    return quote(text, 0, text.length());
  }

  static String of(String text, String other) {
    boolean inAscii = Homoglyphs.areAlike(text, other);
    Cut cut = Cut.of(text, other);
    if (inAscii || cut.difference() >= 0 || cut.end() == text.length()) {
      return cut.mark(quote(text, cut.start(), cut.end(), inAscii), "character");
    }
    int end = Cut.outsidePair(text, cut.end() - Limits.SURROUNDINGS);
    int start = Cut.outsidePair(text, text.length() - Limits.SURROUNDINGS);
    return "%s...%s (%d characters)"
        .formatted(quote(text, 0, end), quote(text, start, text.length()), text.length());
  }

  private static String quote(String text, int start, int end) {
    return quote(text, start, end, false);
  }

  private static String quote(String text, int start, int end, boolean inAscii) {
    var quoted = new StringBuilder("\"");
    for (int at = start; at < end; at += Character.charCount(text.codePointAt(at))) {
      appendEscaped(quoted, text.codePointAt(at), inAscii);
    }
    return quoted.append('"').toString();
  }

  private static void appendEscaped(StringBuilder quoted, int letter, boolean inAscii) {
    switch (letter) {
      case '\n' -> quoted.append("\\n");
      case '\r' -> quoted.append("\\r");
      case '\t' -> quoted.append("\\t");
      case '"', '\\' -> quoted.append('\\').appendCodePoint(letter);
      default -> {
        if (isVisible(letter) && (letter < 128 || !inAscii)) {
          quoted.appendCodePoint(letter);
        } else {
          for (char unit : Character.toChars(letter)) {
            quoted.append("\\u%04x".formatted((int) unit));
          }
        }
      }
    }
  }

  static boolean isVisible(int letter) {
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
