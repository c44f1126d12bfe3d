package io.github.durablestore.probe;

import static io.github.durablestore.StateStoreException.quote;

import org.jspecify.annotations.Nullable;

/** A user's text as part of a sentence: on one line, bounded, without quotes. */
final class OneLine {
  private OneLine() {}

  static String of(String text) {
    String quoted = quote(text);
    int end = quoted.lastIndexOf('"');
    return (quoted.substring(1, end) + quoted.substring(end + 1)).replace("\\\"", "\"");
  }

  /** Returns the text of an exception, or its class if the exception cannot make one. */
  static String of(Throwable thrown) {
    @Nullable String text;
    try {
      text = thrown.toString();
    } catch (Throwable e) { // a call can be shown whatever a user's exception throws
      text = null;
    }
    return of(text == null ? thrown.getClass().getName() : text);
  }
}
