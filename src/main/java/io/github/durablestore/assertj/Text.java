package io.github.durablestore.assertj;

import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;

/** Messages as failures show them. Not by toString(), whose form is not promised. */
final class Text {
  private Text() {}

  static String of(Message message) {
    String text = TextFormat.printer().escapingNonAscii(false).printToString(message);
    return text.isEmpty() ? "(every field is unset)\n" : text;
  }
}
