package io.github.durablestore.text;

import java.util.List;

/** The lines of a text that are shown on one line. */
final class Lines {
  private Lines() {}

  /** Returns the lines that are no comments. */
  static List<String> of(String lines) {
    return lines
        .strip()
        .lines()
        .map(String::strip)
        .filter(line -> !line.startsWith("# as bytes: "))
        .toList();
  }

  /** Returns the first lines, or those from the first on that is not in another text. */
  static String part(String lines, String other) {
    List<String> all = of(lines);
    List<String> others = of(other);
    int at = 0;
    while (at < all.size() - 1 && at < others.size() && all.get(at).equals(others.get(at))) {
      at++;
    }
    boolean isInHead = all.equals(others) || fit(all, 0) > at;
    int from = isInHead ? 0 : at;
    int to = Math.min(all.size(), Math.max(from + 1, fit(all, from)));
    return (from > 0 ? "... " : "")
        + String.join(" ", all.subList(from, to))
        + (to < all.size() ? " ..." : "");
  }

  /** Returns the index after the last line that fits. */
  private static int fit(List<String> lines, int from) {
    int to = from;
    int size = 0;
    while (to < lines.size() && size + lines.get(to).length() < Limits.TEXT) {
      size += lines.get(to).length() + 1;
      to++;
    }
    return to;
  }
}
