package io.github.durablestore.contract;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

/** Ids that a store may take for one another, or refuse, if it does not keep them as they are. */
final class Ids {
  private static final int MAX_SUFFIX = 18;

  /** What ends an id, is trimmed, dropped, folded or means something elsewhere. */
  private static final List<String> SPECIAL =
      Stream.concat(
              "\0\1\b\t\n\013\f\r\033 !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~\177\u0085\u00a0\u00ad"
                  .codePoints()
                  .mapToObj(Character::toString),
              "\u034f\u061c\u1680\u180e\u2003\u200b\u200d\u200e\u2028\u202e\u2060\u3000\ufe0f\ufeff\uffff"
                  .codePoints()
                  .mapToObj(Character::toString))
          .toList();

  /** Texts of which some way of writing or comparing them makes two the same. */
  private static final List<String> ALIKE =
      List.of(
          // letter case, in ASCII and beyond
          "a",
          "A",
          "b",
          "k",
          "K",
          "\u212a",
          "s",
          "S",
          "\u017f",
          "ss",
          "SS",
          "\u00df",
          "\u1e9e",
          "i",
          "I",
          "\u0130",
          "\u0131",
          "\u00e4",
          "\u00c4",
          "\u03c3",
          "\u03c2",
          "\u03a3",
          "\u0436",
          "\u0416",
          "\ud801\udc00",
          "\ud801\udc28",
          // accents and normal forms
          "e",
          "\u00e9",
          "e\u0301",
          "o",
          "\u00f8",
          "\u00f6",
          "oe",
          "\u0153",
          "\u00c5",
          "\u212b",
          "A\u030a",
          "\u03a9",
          "\u2126",
          "q\u0323\u0307",
          "q\u0307\u0323",
          "\uac00",
          "\u1100\u1161",
          "fi",
          "\ufb01",
          "\uff21",
          "2",
          "\u00b2",
          "\u0662",
          "\uff12",
          "\u2166",
          "VII",
          "\uff76",
          "\u30ab",
          "\u30ac",
          "\u304b",
          // letters that an encoding does not have
          "\u0101",
          "\u0103",
          "\u20ac",
          "\u4e2d",
          "\u6587",
          "\ud83d\udcb6",
          "\ud83d\udcb7",
          "?",
          "\ufffd",
          "\ud83d\udc4d",
          "\ud83d\udc4d\ud83c\udffd",
          // pairs that have one hash code, one Adler-32, one CRC-32, whatever is before them
          "Aa",
          "BB",
          "AaAa",
          "BBBB",
          "AaBB",
          "ab",
          "ba",
          "bab",
          "aca",
          "xs4ibwwl",
          "adwoqc8j",
          // numbers
          "7",
          "07",
          "7.0",
          "+7",
          "-7",
          "7e0",
          "0x7",
          "0",
          "00",
          "-0",
          // escapes
          "%41",
          "%61",
          "%2F",
          "%2f",
          "%20",
          "%00",
          "%25",
          "%",
          "%%",
          "%zz",
          "&amp;",
          "&",
          "&#65;",
          "\\u0041",
          "\\n",
          "\\\\",
          "\\",
          "''",
          "'",
          "\"\"",
          "\"",
          "=41",
          "${a}",
          "{}",
          "$1",
          // paths
          "/",
          "//",
          "/a",
          "//a",
          "/./a",
          "/b/../a",
          "/a/",
          "\\a",
          "..",
          ".",
          "a/b",
          "a:b",
          "a\\b",
          "a|b",
          "a.b",
          "a-b",
          "a_b",
          "a,b",
          "a;b",
          "a#b",
          "a?b",
          "a@b",
          "a~b",
          // patterns
          "axb",
          "a%b",
          "axxb",
          "a*b",
          "[a]",
          "_",
          "*");

  private Ids() {}

  /** Returns ids for a fixed list of ways to confuse them. */
  static Set<String> alike(String id) {
    Set<String> ids = new LinkedHashSet<>();
    ids.add(id);
    for (String text : ALIKE) {
      ids.add(id + text);
    }
    for (String text : SPECIAL) {
      ids.add(id + text);
      ids.add(text + id);
      ids.add(id + text + "a");
      ids.add(id + text + "b");
    }
    ids.add(id.toUpperCase(Locale.ROOT));
    ids.add(id.replace("-", ""));
    ids.add(id + id.substring(0, MAX_SUFFIX));
    return ids;
  }

  /** Returns ids of the same alphabet in random order. */
  static Set<String> random(String id, int count, long seed) {
    var random = new Random(seed);
    Set<String> ids = new LinkedHashSet<>();
    while (ids.size() < count) {
      var suffix = new StringBuilder();
      int end = 1 + random.nextInt(MAX_SUFFIX);
      while (suffix.length() < end) {
        List<String> from = random.nextBoolean() ? SPECIAL : ALIKE;
        suffix.append(from.get(random.nextInt(from.size())));
      }
      if (suffix.length() <= MAX_SUFFIX) {
        ids.add(random.nextInt(4) == 0 ? suffix + id : id + suffix);
      }
    }
    return ids;
  }

  /** Returns ids of a length that differ at one place only: first, middle or last. */
  static Set<String> longest(String id, int length) {
    Set<String> ids = new LinkedHashSet<>();
    for (String letter : List.of("x", "\u00e9", "\u4e2d", "\ud83d\udcb6")) {
      int room = length - id.length() - 2;
      String padding = letter.repeat(room / letter.length() / 2);
      String half = id + padding;
      String rest = padding + "x".repeat(room - 2 * padding.length());
      for (String differing : List.of("a--", "b--", "-a-", "-b-", "--a", "--b")) {
        String text = differing.charAt(0) + half + differing.charAt(1) + rest + differing.charAt(2);
        ids.add(text.substring(text.length() - length));
        ids.add(text.substring(0, length));
      }
    }
    return ids;
  }
}
