package io.github.durablestore.contract;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;

/** Persistence ids that become equal in a store that folds, truncates, decodes or hashes them. */
final class Ids {
  /** The length of the longest id tested, in code points. */
  static final int LONGEST = 255;

  // Every printable ASCII character that is neither a letter nor a digit.
  private static final String SYNTAX = " !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

  // Case beyond ASCII, letters that share one case or one normal form, and letters with the low
  // bits of "A".
  private static final String LETTERS =
      "aAbBeiIkKsS\u0131\u0130\u017f\u212a\u00e5\u00c5\u212b\u00e9\u00c9\u00f6\u00d6\u00df\u1e9e"
          + "\u03c3\u03c2\u03a3\u03c9\u03a9\u2126\u01c4\u01c5\u01c6\ufb01\u0430\u0410\u3042\u30a2"
          + "\u30ab\uff76\uac00\u8c48\uf900\uff41\uff21\u2460\u00b2\u0661\uff11\u00c1\u0141\u0241"
          + "\u4e2d\u05d0\u0e01\u20ac\u0178\u0152\ud801\udc00\ud801\udc28\ud835\udc00\ud800\udc41"
          + "\ud83d\udcb6\ud83d\udcb7\ud83d\ude00\ud840\udc00";

  // Invisible, shown as white space, or not meant for text at all.
  private static final String UNSEEN =
      "\u007f\u0080\u0085\u009f\u00a0\u00ad\u034f\u0301\u061c\u115f\u180e\u2003\u200b\u200c\u200d"
          + "\u200e\u2028\u2029\u202e\u2060\u3000\u3164\ufe0f\ufeff\ufff9\ufffd\ufffe\uffff\ue000"
          + "\udb40\udc41\udb40\udd00\udbff\udfff";

  // Most of them come in pairs, which some mistake makes equal.
  private static final List<String> ENDINGS =
      List.of(
          // Equal hashes: of strings, CRC-32, sums of characters and Adler-32.
          "Aa",
          "BB",
          "AaBB",
          "BBAa",
          "AaAa",
          "BBBB",
          "plumless",
          "buckeroo",
          "ab",
          "ba",
          "adda",
          "bccb",
          // Trimmed.
          " ",
          "  ",
          "\t",
          "\n",
          "\r",
          "\r\n",
          "\0",
          "\0\0",
          "\u00a0",
          "\u3000",
          "\ufeff",
          ".",
          "/",
          "-",
          "_",
          "0",
          "00",
          "1",
          "=",
          ";",
          // White space collapsed or dropped.
          "a b",
          "a  b",
          "a\tb",
          "a\nb",
          "a\u00a0b",
          // Folded: by case, into several letters, and by normal forms.
          "aB",
          "Ab",
          "AB",
          "ss",
          "SS",
          "fi",
          "fI",
          "i\u0307",
          "\u02bcn",
          "\u0149",
          "e\u0301",
          "a\u030a",
          "o\u0308",
          "oe",
          "\u1100\u1161",
          "a\u0323\u0307",
          "a\u0307\u0323",
          "\u1e05\u0307",
          "1\u20442",
          "\u00bd",
          "\u1e9b\u0323",
          "\u01d5",
          // Decoded: percent signs, plus signs, entities, backslashes, quoted-printable, UTF-8 read
          // as Latin 1.
          "A",
          "%41",
          "%61",
          "%2541",
          "%25",
          "%2F",
          "%2f",
          "%20",
          "%2B",
          "%C3%A9",
          "%00",
          "%u0041",
          "%",
          "%%",
          "%zz",
          "a+b",
          "&#65;",
          "&amp;",
          "&lt;",
          "\\u0041",
          "\\x41",
          "\\101",
          "\\n",
          "\\0",
          "\\\\",
          "=41",
          "_x0041_",
          "\u00c3\u00a9",
          "?",
          "??",
          // Syntax of SQL, shells, patterns, templates, JSON, XML.
          "''",
          "'a'",
          "\"\"",
          "' OR '1'='1",
          "'; --",
          "/*",
          "*/",
          "--",
          "a\\'b",
          "**",
          ".*",
          "[a]",
          "{}",
          "{0}",
          "${a}",
          "#{a}",
          "$1",
          "%s",
          "%n",
          "null",
          "<a/>",
          "]]>",
          ":a",
          "?1",
          "(?i)",
          // Paths and keys of several parts.
          "/.",
          "/..",
          "/b",
          "//b",
          "/./b",
          "/a/../b",
          "/b/",
          "\\b",
          "a.b",
          "a.c",
          "..",
          "/b?c",
          "/b#c",
          "/b;c",
          "a:b",
          "a:c",
          "a|b",
          "a|c",
          "a\0b",
          "a\0c",
          "a,b",
          "a,c",
          "CON",
          "a~1",
          // Read as numbers.
          "-1",
          "-01",
          "-1.0",
          "-1e0",
          "+1",
          "-0",
          "-00");

  private static final List<String> BEGINNINGS =
      List.of(
          "a",
          "b",
          "A",
          "\u00e9",
          "\ud83d\udcb6",
          "0",
          " ",
          "\t",
          "\n",
          "\0",
          "\u00a0",
          "\ufeff",
          "\u200b",
          "/",
          "//",
          "./",
          "../",
          "\\",
          ".",
          "-",
          "_",
          "%",
          "%2F",
          "a:",
          "b:",
          "a/",
          "b/",
          "a|",
          "b|",
          "a-",
          "a.",
          "a#",
          "a@",
          "'",
          "\"",
          "$",
          "~",
          "*",
          "{",
          "[",
          "(",
          "#",
          "a\0",
          "http://a/",
          "contract-");

  private static final List<Integer> CHARACTERS = characters();

  private Ids() {}

  /** Returns different ids that all contain the given one, in lower or upper case. */
  static List<String> alike(String id) {
    var ids = new LinkedHashSet<String>();
    ids.add(id);
    ids.add(id.toUpperCase(Locale.ROOT));
    ids.add(id + id.substring(0, 2));
    CHARACTERS.forEach(character -> ids.add(id + Character.toString(character) + "1"));
    SYNTAX.chars().forEach(character -> ids.add(id + Character.toString(character)));
    ENDINGS.forEach(ending -> ids.add(id + ending));
    BEGINNINGS.forEach(beginning -> ids.add(beginning + id));
    return List.copyOf(ids);
  }

  /**
   * Returns ids of the given length or one character shorter, of characters of one, two, three and
   * four bytes. They differ only at the end, in the middle or at the beginning.
   */
  static List<String> ofLength(int length, String id) {
    var ids = new ArrayList<String>();
    int padding = length - id.length() - 2; // the id is ASCII
    for (String[] letters :
        List.of(
            new String[] {"x", "y"},
            new String[] {"\u00e9", "\u00e8"},
            new String[] {"\u4e2d", "\u4e2e"},
            new String[] {"\ud83d\udcb6", "\ud83d\udcb7"})) {
      String letter = letters[0];
      String other = letters[1];
      String half = letter.repeat(padding / 2);
      String rest = letter.repeat(padding - padding / 2 - 1);
      ids.add(letter + id + half + letter + rest);
      ids.add(letter + id + half + letter + rest + letter);
      ids.add(letter + id + half + letter + rest + other);
      ids.add(letter + id + half + other + rest + letter);
      ids.add(other + id + half + letter + rest + letter);
    }
    return ids;
  }

  /** Returns generated ids, each followed by one that differs from it by a small change. */
  static Collection<String> generated(Random random, String id, int pairs) {
    Set<String> ids = new LinkedHashSet<>();
    for (int pair = 0; pair < pairs; pair++) {
      List<Integer> word = new ArrayList<>();
      for (int length = 1 + random.nextInt(12); length > 0; length--) {
        word.add(anyCharacter(random));
      }
      ids.add(id + text(word));
      int at = random.nextInt(word.size());
      switch (random.nextInt(4)) {
        case 0 -> word.add(at, anyCharacter(random));
        case 1 -> word.subList(at, at + 1).clear();
        case 2 -> word.add(at, word.get(at));
        default -> word.set(at, anyCharacter(random));
      }
      ids.add(id + text(word));
    }
    return ids;
  }

  private static int anyCharacter(Random random) {
    return CHARACTERS.get(random.nextInt(CHARACTERS.size()));
  }

  private static String text(List<Integer> characters) {
    var text = new StringBuilder();
    characters.forEach(text::appendCodePoint);
    return text.toString();
  }

  private static List<Integer> characters() {
    var characters = new ArrayList<Integer>();
    for (int control = 0; control < ' '; control++) {
      characters.add(control);
    }
    (SYNTAX + LETTERS + UNSEEN).codePoints().forEach(characters::add);
    return List.copyOf(characters);
  }
}
