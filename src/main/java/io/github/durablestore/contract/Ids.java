package io.github.durablestore.contract;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.text.Normalizer;
import java.text.Normalizer.Form;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Persistence ids that become equal in a store that folds, truncates, decodes or splits them. With
 * an id of up to 22 characters, none has more than 64.
 */
final class Ids {
  /** The length of the longest id that every store should take, in code points. */
  static final int LONGEST = 255;

  /** The length up to which ids are tried that are longer than a store takes. */
  static final int FAR = 20_000;

  /** Letters of one, two, three and four bytes, each with another of as many. */
  static final List<List<String>> LETTERS_BY_SIZE =
      List.of(
          List.of("x", "y"),
          List.of("\u00e9", "\u00e8"),
          List.of("\u4e2d", "\u4e2e"),
          List.of("\ud83d\udcb6", "\ud83d\udcb7"));

  /** Names, numbers and paths that mean something to some system. */
  static final List<String> RESERVED =
      Stream.concat(
              words(
                  ". .. ... ~ CON NUL PRN AUX COM1 LPT1 null NULL nil undefined true false NaN default index * ** % _ ? $ $where"
                      + " __proto__ %2e%2e ..%2f ..%5c .%2e/ {} [] () '' \"\" -- /* */ // \\ <> 0 -0 -1 +1 1e3")
                  .stream(),
              Stream.of(" ", "\t", "\n", "\u00a0", "\u3000", "/"))
          .toList();

  // Every printable ASCII character that is neither a letter nor a digit.
  private static final String SYNTAX = " !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";
  private static final String SEPARATORS = "/:.|-_#$,; \\@&=+~%?*!^\t\n\u001f";
  private static final String OPENING = "([{<";
  private static final String CLOSING = ")]}>";

  // Invisible, shown as white space, or not meant for text at all.
  private static final String UNSEEN =
      "\u007f\u0080\u0085\u009f\u00a0\u00ad\u034f\u0301\u061c\u115f\u180e\u2003\u200b\u200c\u200d"
          + "\u200e\u2028\u2029\u202e\u2060\u3000\u3164\ufe0f\ufeff\ufff9\ufffd\ufffe\uffff\ue000"
          + "\u0640\u064e\u1680\u202f\u2066\u2069\u30fc\ud83c\udffb\ud83c\udfff"
          + "\udb40\udc41\udb40\udd00\udbff\udfff";

  // What word processors write for quotes, dashes and dots of ASCII.
  private static final String PUNCTUATION =
      "\u2018\u2019\u201c\u201d\u00ab\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2026\u00b7"
          // What file systems and programs write for characters that they do not allow.
          + "\u2215\u2044\u29f8\u2571\ua789\u2236\u2217\u204e\u2223\u01c0\u2039\u203a\u2024\u201a";

  // Case beyond ASCII, letters that share one case or one normal form, and letters with the low
  // bits of "A".
  private static final String LETTERS =
      "aAbBeiIkKsS\u0131\u0130\u017f\u212a\u00e5\u00c5\u212b\u00e9\u00c9\u00f6\u00d6\u00df\u1e9e"
          + "\u03c3\u03c2\u03a3\u03c9\u03a9\u2126\u01c4\u01c5\u01c6\ufb01\u0430\u0410\u3042\u30a2"
          + "\u30ab\uff76\uac00\u8c48\uf900\uff41\uff21\u2460\u00b2\u0661\uff11\u00c1\u0141\u0241"
          + "\u4e2d\u05d0\u0e01\u20ac\u0178\u0152\ud801\udc00\ud801\udc28\ud835\udc00\ud800\udc41"
          + "\ud83d\udcb6\ud83d\udcb7\ud83d\ude00\ud840\udc00\u00e4\u00fc\u00f8\u00e6\u00fe\u00f0"
          // Arabic and Persian, Hebrew, Japanese, Chinese, Armenian, Cherokee, Georgian, Adlam.
          + "\u064a\u06cc\u0643\u06a9\u0627\u0622\u0623\u0625\u0671\u06f1\u05da\u05db\u05dd\u05de"
          + "\u3063\u3064\u30c3\u30c4\u570b\u56fd\u9ad4\u4f53\u0587\u13a0\u10d0\ud83a\udd00";

  // Latin, Greek, Cyrillic, ligatures and full-width letters: first and last of each.
  private static final String RANGES =
      "\u00c0\u017f\u0391\u03c9\u0400\u045f\ufb00\ufb06\uff01\uff5e";

  // Several characters that are one in another form, and what one letter is written as in ASCII.
  private static final List<String> SEQUENCES =
      words(
          "i\u0307 \u02bcn a\u0323\u0307 a\u0307\u0323 \u1e05\u0307 1\u20442 \u1e9b\u0323 \u01d5 AB"
              + " ae oe ue aa ss sz th dh ng ij fi fl ff ffi st zh sh ch ts kh yu ya ye yo ph ps ka");

  // White space within, escapes that have names, and what templates and parsers act on.
  private static final List<String> ENDINGS =
      List.of(
              "a b|a  b|a\tb|a\nb|a\u00a0b|\r\n|?|??|''|a'b|a\\'b|%%|%s|%n|%zz|%C3%A9|%c3%a9|a+b|&amp;|&lt;"
                  .split("\\|"),
              "+a@b|.a@b|a@b|@b|;jsessionid=1|?utm_source=a|?a=1&b=2|?b=2&a=1|?a=1|:80|:443|:80/|:443/|...|::$DATA"
                  .split("\\|"),
              "\\n|\\t|\\0|\\\\|\\'|${a}|#{a}|{{a}}|%{a}|@{a}|$(a)|$1|{0}|[a]|<a/>|]]>|:a|?1|(?i)|a~1|.*"
                  .split("\\|"))
          .stream()
          .flatMap(Stream::of)
          .toList();

  private static final List<String> PREFIXES = words("www. http:// https:// mailto: urn:uuid:");

  // What stores put before or after an id for what belongs to it: versions, chunks, locks, files.
  private static final List<String> BELONGINGS =
      words(
          "lock version meta chunk part 0 1 2 tmp data latest current v v1 v2 index state metadata old"
              + " new bak json lck pb bin");
  private static final List<String> NUMBERED = words("chunk part v");
  private static final List<String> DERIVED = words("~%s %s~ .%s _%s .#%s .%s.swp");

  // How a code point is written in URLs, HTML, programs, mail and XML names.
  private static final List<String> ESCAPES =
      Stream.concat(
              words(
                  "%%%02X %%%02x %%25%02X %%u%04X &#%d; &#x%x; \\u%04x \\x%02x \\%03o =%02X _x%04X_"
                      + " \\%02x \\%04X -%02X _%02X_ !%02x ~%02X $%02X %2$c")
                  .stream(),
              Stream.of("\\%x "))
          .toList();
  private static final String ESCAPED = SYNTAX + "Aa\n\u00e9\u20ac\ud83d\udcb6";
  private static final int PRIVATE = 0xf000; // where file systems keep characters they cannot

  // What stands for a dot, a slash and the like in names that may contain only letters.
  private static final List<String> SPELLED =
      words("__dot__ _dot_ [dot] (dot) __slash__ _slash_ __colon__ ___ ____ -- ---");

  // Numbers, truth values, versions, times, durations and languages, each in several forms.
  private static final List<String> SCALARS =
      words(
          "1 01 1.0 1. 1e0 10e-1 +1 -1 0x1 1000 1_000 1,000 \u0661 \uff11 true yes on y t false no off n"
              + " f 1.2 1.2.0 v1.2 12:30 12:30:00 2024-03-05 2024-03-05T00:00 20240305"
              + " 2024-01-01T12:00Z 2024-01-01T14:00+02:00 PT1H PT60M en_GB en-GB");

  // What becomes equal in a store that takes a part for a number, as a double or without zeros.
  private static final List<List<String>> NUMBERS_ALIKE =
      List.of(
          List.of("7", "07"),
          List.of("7", "7.0"),
          List.of("2024-03-05", "2024-3-5"),
          List.of("9007199254740992", "9007199254740993"));

  private static final int MAX_PARTS = 6;
  private static final int SHORT = 16;
  private static final int RANDOM = 5; // characters that differ from those of other tests
  private static final int PICTURES = 0x1f300; // the first of more than 200
  private static final long DIGITS_17 = 10_000_000_000_000_000L;

  // The controls, but for U+0000, and all that is no letter.
  private static final List<Integer> SIGNS =
      IntStream.concat(IntStream.range(1, ' '), (SYNTAX + UNSEEN + PUNCTUATION).codePoints())
          .boxed()
          .toList();
  private static final List<Integer> CHARACTERS =
      Stream.concat(SIGNS.stream(), LETTERS.codePoints().boxed()).toList();

  private Ids() {}

  /** Returns ids that differ in a character at the beginning, in the middle or at the end. */
  static Set<String> alike(String id, boolean few) {
    var ids = new LinkedHashSet<>(List.of(id, id + "1", id.toUpperCase(Locale.ROOT)));
    PREFIXES.forEach(prefix -> ids.add(prefix + id));
    for (int sign : SIGNS) {
      String one = Character.toString(sign);
      ids.addAll(List.of(id + one, one + id, id + one + "1"));
      if (!few) {
        String end = opposite(one);
        ids.addAll(List.of(id + one + one, one + one + id));
        ids.addAll(List.of(one + id + end, one + one + id + end + end));
      }
    }
    letters(few)
        .flatMap(Ids::forms)
        .forEach(
            letters -> {
              ids.add(id + letters + "1");
              if ((few ? "aA" : LETTERS).contains(letters)) {
                ids.addAll(List.of(letters + id, id + letters));
              }
            });
    ENDINGS.forEach(ending -> ids.add(id + ending));
    injections().forEach(ending -> ids.add(id + ending));
    for (String escape : ESCAPES) {
      ESCAPED
          .codePoints()
          .forEach(each -> ids.add(id + escape.formatted(each, PRIVATE + each) + "1"));
    }
    SPELLED.forEach(name -> ids.add(id + name + "1"));
    return ids;
  }

  /** Returns ids alike of up to 16 characters, as short keys may be kept in another way. */
  static Set<String> shortOnes(String id) {
    String end = id.substring(id.length() - RANDOM);
    Set<String> ids = alike("contract-" + end, true);
    ids.removeIf(each -> each.codePointCount(0, each.length()) > SHORT);
    return ids;
  }

  private static String opposite(String bracket) {
    int at = OPENING.indexOf(bracket);
    return at < 0 ? bracket : CLOSING.substring(at, at + 1);
  }

  private static Stream<String> letters(boolean few) {
    IntStream letters = IntStream.concat(LETTERS.codePoints(), IntStream.rangeClosed('a', 'z'));
    for (int range = 0; range < RANGES.length() && !few; range += 2) {
      letters =
          IntStream.concat(
              letters, IntStream.rangeClosed(RANGES.charAt(range), RANGES.charAt(range + 1)));
    }
    return Stream.concat(letters.mapToObj(Character::toString), SEQUENCES.stream());
  }

  /** Returns a text as other stores write it: in each case and normal form, or without accents. */
  private static Stream<String> forms(String text) {
    String plain = Normalizer.normalize(text, Form.NFKD).replaceAll("\\p{M}", "");
    String upper = text.toUpperCase(Locale.ROOT);
    String title = upper.charAt(0) + text.substring(1);
    String misread = new String(text.getBytes(UTF_8), ISO_8859_1);
    return Stream.concat(
        Stream.of(text, upper, title, text.toLowerCase(Locale.ROOT), plain, misread),
        Stream.of(Form.values()).map(form -> Normalizer.normalize(text, form)));
  }

  /** Returns what ends a quoted text and continues a statement. */
  private static Stream<String> injections() {
    return Stream.of("'", "\"", "`", "')", "\\'", "*)(", "\",\"")
        .flatMap(
            end ->
                Stream.of(" OR '1'='1", " OR 1=1 --", "; --", "||'", "uid=*", ":\"", "/*", "#")
                    .map(end::concat));
  }

  /** Returns ids that a match by prefix, suffix, pattern or condition confuses with the given. */
  static Set<String> matching(String id) {
    int length = id.length();
    int half = length / 2;
    var ids = new LinkedHashSet<String>();
    Stream<String> wildcards =
        Stream.concat(
            SYNTAX.chars().mapToObj(Character::toString),
            words("x ... .* .+ .? %% [0-9a-z] [^/] \\w {1} (?i) (a|.)").stream());
    wildcards.forEach(
        wildcard -> {
          int[][] places = {
            {0, 0}, {0, 1}, {0, half}, {half, half + 1}, {half, length}, {length - 1, length}
          };
          for (int[] place : places) {
            ids.add(id.substring(0, place[0]) + wildcard + id.substring(place[1]));
          }
          ids.addAll(List.of(id + wildcard, wildcard + id + wildcard));
        });
    for (int part = half; part < length; part++) {
      ids.addAll(List.of(id.substring(0, part), id.substring(length - part)));
    }
    injections().forEach(end -> ids.addAll(List.of(id + end, end + id)));
    ids.addAll(List.of(id.toUpperCase(Locale.ROOT), new StringBuilder(id).reverse() + "contract-"));
    ids.remove(id);
    return ids;
  }

  /** Returns ids with a reserved word or a scalar in front, behind, or as a part. */
  static Set<String> reserved(String id) {
    var ids = new LinkedHashSet<>(List.of(id, id + "/a", id + "/b", id + "\\a", id + "\\b"));
    for (String word : RESERVED) {
      ids.addAll(List.of(word + id, id + word));
      for (String separator : List.of("/", "\\")) {
        ids.add(word + separator + id);
        ids.add(id + separator + word);
        ids.add(id + separator + word + separator + "a");
        ids.add(id + separator + "b" + separator + word + separator + "a");
      }
    }
    for (String scalar : SCALARS) {
      Stream.of("-", ":", "/", "#").forEach(separator -> ids.add(id + separator + scalar));
    }
    return ids;
  }

  /**
   * Returns ids of two to six parts that differ in one part or one separator.
   *
   * @param length the length to which parts are extended; 0 for short ones
   * @param few returns one number of parts for each separator, and only some of the differences
   */
  static Set<String> ofParts(String id, int length, boolean few) {
    List<String> separators = new ArrayList<>(List.of("::", "||", "->"));
    SEPARATORS.chars().forEach(separator -> separators.add(Character.toString(separator)));
    var ids = new LinkedHashSet<String>();
    for (int at = 0; at < separators.size(); at++) {
      String other = separators.get((at + 1) % separators.size());
      for (int count = 2; count <= MAX_PARTS; count++) {
        if (!few || count == 2 + at % (MAX_PARTS - 1)) {
          String filler = "z".repeat(Math.max(0, (length - id.length()) / count - 3));
          List<String> parts = new ArrayList<>(List.of(id + filler));
          "abcde"
              .substring(0, count - 1)
              .chars()
              .forEach(letter -> parts.add((char) letter + filler));
          addChanged(ids, parts, separators.get(at), other, few);
          addAlike(ids, parts, separators.get(at), few || count > 3 ? at : -1);
        }
      }
    }
    return ids;
  }

  private static void addChanged(
      Set<String> ids, List<String> parts, String separator, String other, boolean few) {
    ids.add(String.join(separator, parts));
    ids.add("x" + String.join(separator, parts));
    ids.add(String.join(separator, parts) + separator);
    for (int at = 0; at < parts.size(); at++) {
      ids.add(replaced(parts, at, at + 1, separator, parts.get(at) + "x"));
      ids.add(replaced(parts, at, at, separator, ""));
      if (!few && at > 0) {
        String before = parts.get(at - 1);
        String part = parts.get(at);
        ids.add(replaced(parts, at - 1, at + 1, separator, part + separator + before));
        ids.add(replaced(parts, at - 1, at + 1, separator, before + other + part));
        ids.add(replaced(parts, at - 1, at + 1, separator, before + part));
      }
    }
  }

  /**
   * Adds ids of which one part is written in another way.
   *
   * @param only the number of the one way to be taken; if negative, all are
   */
  private static void addAlike(Set<String> ids, List<String> parts, String separator, int only) {
    for (int at = 0; at < parts.size(); at++) {
      String part = parts.get(at);
      List<List<String>> ways =
          new ArrayList<>(
              List.of(
                  List.of(part.toUpperCase(Locale.ROOT)),
                  List.of(part + " "),
                  List.of(" " + part)));
      if (at > 0 && part.length() == 1) { // the first is the id itself, and long ones stay long
        ways.addAll(NUMBERS_ALIKE);
      }
      for (int way = 0; way < ways.size(); way++) {
        if (only < 0 || way == only % ways.size()) {
          for (String alike : ways.get(way)) {
            ids.add(replaced(parts, at, at + 1, separator, alike));
          }
        }
      }
    }
  }

  private static String replaced(
      List<String> parts, int from, int to, String separator, String replacement) {
    var changed = new ArrayList<>(parts);
    changed.subList(from, to).clear();
    changed.add(from, replacement);
    return String.join(separator, changed);
  }

  /** Returns ids under which a store may keep what belongs to the given one. */
  static Set<String> derived(String id) {
    var ids = new LinkedHashSet<String>();
    for (String word : BELONGINGS) {
      ids.add("." + id + "." + word); // as temporary files
      for (String separator : words(": / . - _ @ # |")) {
        ids.addAll(List.of(id + separator + word, word + separator + id));
      }
    }
    for (String word : NUMBERED) {
      for (String separator : words(": / . - _ #")) {
        for (int number = 0; number <= 2; number++) {
          ids.add(id + separator + word + number);
          ids.add(id + separator + word + separator + number);
          ids.add(word + separator + id + separator + number);
        }
      }
    }
    DERIVED.forEach(pattern -> ids.add(pattern.formatted(id)));
    return ids;
  }

  /**
   * Returns ids that are UUIDs or numbers, in several forms, or that have one as a part. Those that
   * are or start with one are random, since they cannot contain the given id.
   */
  static Set<String> lookalikes(String id, boolean few) {
    UUID random = UUID.randomUUID();
    String uuid = random.toString();
    String hex = uuid.replace("-", "");
    long number = DIGITS_17 + (random.getMostSignificantBits() >>> 1) % DIGITS_17 & ~7;
    var texts = new LinkedHashSet<>(List.of("" + number, "0" + number, "00" + number));
    texts.addAll(List.of("+" + number, number + ".0", "" + (number + 1))); // the last, as a double
    texts.add("{" + uuid + "}");
    for (String text : List.of(uuid, hex, hex.substring(8))) { // the last as in MongoDB
      texts.addAll(List.of(text, text.toUpperCase(Locale.ROOT)));
    }
    var ids = new LinkedHashSet<>(texts);
    List<String> separators = words(few ? "/ :" : "/ : - | . # _");
    for (String separator : separators) { // as the first part, which may be a tenant
      texts.forEach(text -> ids.add(text + separator + "a"));
      texts.forEach(text -> ids.add(text + separator + "a" + separator + "b"));
    }
    texts.addAll(List.of("deadbeef", "DEADBEEF", "deadBEEF"));
    for (String separator : separators) {
      texts.forEach(text -> ids.add(id + separator + text));
    }
    return ids;
  }

  /** Returns ids that contain U+0000, or what a store may put in its place. */
  static Set<String> withZero(String id) {
    var ids = new LinkedHashSet<>(List.of(id));
    for (String part : List.of("\0", "\0\0", "a\0", "\0a", "\0b", "a\0b", "\0" + "0")) {
      ids.addAll(List.of(part + id, id + part + "1"));
      for (String zero : List.of("\0", " ", "?", "\ufffd", "")) {
        ids.add(id + part.replace("\0", zero));
      }
    }
    return ids;
  }

  /** Returns ids of the given length or one character shorter, which differ in one place. */
  static Set<String> ofLength(int length, String id) {
    var ids = new LinkedHashSet<String>();
    int padding = length - id.length() - 2; // the id is ASCII
    for (List<String> letters : LETTERS_BY_SIZE) {
      String letter = letters.get(0);
      String other = letters.get(1);
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

  /** Returns ids of characters of 4 bytes, the beginning of which derives from the given id. */
  static Set<String> ofMostBytes(int length, String id) {
    var start = new StringBuilder();
    id.chars().forEach(character -> start.appendCodePoint(PICTURES + character));
    String filler = Character.toString(PICTURES).repeat(length - id.length() - 1);
    var ids = new LinkedHashSet<String>();
    LETTERS_BY_SIZE.get(3).forEach(last -> ids.add(start + filler + last));
    return ids;
  }

  /** Returns generated ids, each followed by one that differs from it by a small change. */
  static Set<String> generated(Random random, String id, int pairs) {
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

  /** Returns the words of a text, which have one space between them. */
  static List<String> words(String text) {
    return List.of(text.split(" "));
  }

  private static int anyCharacter(Random random) {
    return CHARACTERS.get(random.nextInt(CHARACTERS.size()));
  }

  private static String text(List<Integer> characters) {
    var text = new StringBuilder();
    characters.forEach(text::appendCodePoint);
    return text.toString();
  }
}
