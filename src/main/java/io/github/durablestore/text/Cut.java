package io.github.durablestore.text;

import com.google.protobuf.ByteString;
import java.util.function.IntPredicate;

/**
 * The part of a long value that is shown: its head, or what surrounds its first difference from
 * another.
 *
 * @param start where the part starts
 * @param end where it ends
 * @param size the size of the whole value
 * @param difference where the first difference is; -1 if it is in the head, or if there is none
 */
record Cut(int start, int end, int size, int difference) {
  /** A quoted text has its end in the place of so much of its head, and a little is to follow. */
  private static final int HIDDEN = 3 * Limits.SURROUNDINGS / 2;

  /** Returns the cut of a text that shows where it differs from another, if it does. */
  static Cut of(String text, String other) {
    Cut cut =
        around(
            text.length(), other.length(), Limits.TEXT, at -> text.charAt(at) == other.charAt(at));
    return new Cut(
        outsidePair(text, cut.start), outsidePair(text, cut.end), cut.size, cut.difference);
  }

  static int outsidePair(String text, int at) {
    boolean isInside =
        at > 0
            && at < text.length()
            && Character.isSurrogatePair(text.charAt(at - 1), text.charAt(at));
    return isInside ? at - 1 : at;
  }

  /** Returns the cut of bytes that shows where they differ from others, if they do. */
  static Cut of(ByteString bytes, ByteString other) {
    return around(
        bytes.size(), other.size(), Limits.BYTES, at -> bytes.byteAt(at) == other.byteAt(at));
  }

  private static Cut head(int size, int most) {
    return new Cut(0, Math.min(size, most), size, -1);
  }

  private static Cut around(int size, int otherSize, int most, IntPredicate isSame) {
    int shorter = Math.min(size, otherSize);
    int at = 0;
    while (at < shorter && isSame.test(at)) {
      at++;
    }
    boolean isInHead = at + HIDDEN <= most || Math.max(size, otherSize) <= most;
    if (isInHead || (at == size && at == otherSize)) {
      return head(size, most);
    }
    int start = at - Limits.SURROUNDINGS;
    return new Cut(start, Math.min(size, start + most), size, at);
  }

  /** Adds to the part what is left out around it, in words. */
  String mark(String part, String unit) {
    String marked = (start > 0 ? "..." : "") + part + (end < size ? "..." : "");
    if (difference == size) {
      return marked + " (ends after %s %d)".formatted(unit, size);
    }
    if (difference >= 0) {
      return marked + " (differs at %s %d of %d)".formatted(unit, difference + 1, size);
    }
    return end < size ? marked + " (%d %ss)".formatted(size, unit) : marked;
  }
}
