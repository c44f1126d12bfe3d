package io.github.durablestore.text;

import java.text.Normalizer;

/** Texts that are not equal, but look the same in most fonts. */
final class Homoglyphs {
  /** Letters of Cyrillic, Greek, Armenian and Turkish, hyphens and dashes, quotation marks. */
  private static final String FOREIGN =
      "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0425\u0405\u0406\u0408"
          + "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0455\u0456\u0458"
          + "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03bd\u03bf"
          + "\u0585\u0131"
          + "\u2010\u2012\u2013\u2212"
          + "\u2018\u2019\u201c\u201d";

  /** The characters of ASCII that look like those, in the same order. */
  private static final String LATIN =
      "ABEKMHOPCTXSIJ" + "aeopcyxsij" + "ABEZHIKMNOPTYXvo" + "oi" + "----" + "''\"\"";

  private Homoglyphs() {}

  static boolean areAlike(String text, String other) {
    return !text.equals(other) && shape(text).equals(shape(other));
  }

  private static boolean isAscii(String text) {
    return text.chars().allMatch(letter -> letter < 128);
  }

  /** Returns the text with the same letters for all that look the same. */
  static String shape(String text) {
    return isAscii(text) ? text : shapeOfOther(text);
  }

  private static String shapeOfOther(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFKC)
        .chars()
        .map(letter -> FOREIGN.indexOf(letter) < 0 ? letter : LATIN.charAt(FOREIGN.indexOf(letter)))
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
