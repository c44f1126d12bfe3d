package io.github.durablestore.text;

import static java.util.Comparator.comparingInt;

import java.util.Locale;
import java.util.stream.Stream;

/** Names that may have been meant instead of one that there is not. */
public final class Names {
  private static final int MAX_LENGTH = 60;

  private Names() {}

  /**
   * Returns the nearest of some names, as part of a sentence.
   *
   * @param wanted the name that there is not
   * @param known those that there are
   * @return the name in parentheses after a space, as in {@code (perhaps "by_sku")}; empty if it
   *     does not differ by a few letters, underscores or capitals
   */
  public static String perhaps(String wanted, Stream<String> known) {
    String letters = letters(wanted);
    return known
        .filter(name -> distance(letters, letters(name)) * 3 <= letters.length())
        .min(comparingInt(name -> distance(letters, letters(name))))
        .map(name -> " (perhaps " + Text.quote(name) + ")")
        .orElse("");
  }

  private static String letters(String name) {
    return name.replace("_", "").toLowerCase(Locale.ROOT);
  }

  /**
   * Returns the Levenshtein distance of two texts.
   *
   * @param from a text
   * @param to another one
   * @return how many characters are to be added, removed or replaced in their first 60
   */
  public static int distance(String from, String to) {
    String a = head(from);
    String b = head(to);
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }

  private static String head(String text) {
    return text.length() <= MAX_LENGTH ? text : text.substring(0, MAX_LENGTH);
  }
}
