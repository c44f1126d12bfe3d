package io.github.durablestore.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link Quotation}: what is escaped and where it is cut. */
class QuotationTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "account-42",
        "a b/c:d",
        "caf\u00e9",
        "\u65e5\u672c",
        "\ud83d\ude00",
        "e\u0301"
      })
  void quote_visibleText_isAsItIs(String text) {
    assertThat(Text.quote(text)).isEqualTo('"' + text + '"');
  }

  @Test
  void quote_anotherThatLooksTheSame_isInAscii() {
    assertThat(Text.quote("caf\u00e9", "cafe\u0301")).isEqualTo("\"caf\\u00e9\"");
    assertThat(Text.quote("cafe\u0301", "caf\u00e9")).isEqualTo("\"cafe\\u0301\"");
    assertThat(Text.quote("\u0430ccount", "account")).isEqualTo("\"\\u0430ccount\"");
    assertThat(Text.quote("\u6771\u4eac", "\u5927\u962a")).isEqualTo("\"\u6771\u4eac\"");
    assertThat(Text.quote("caf\u00e9", "cafe")).isEqualTo("\"caf\u00e9\"");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '|',
      value = {
        "\u2010, -",
        "\u2011, -",
        "\u2012, -",
        "\u2013, -",
        "\u2212, -",
        "\u2018, '",
        "\u2019, '",
        "\u201c, \"",
        "\u201d, \"",
        "\u03bd, v",
        "\u03bf, o",
        "\u0585, o",
        "\u0131, i",
        "\u0458, j",
        "\u03a7, X"
      })
  void quote_characterThatLooksLikeOneOfAscii_isInAscii(String foreign, String ascii) {
    assertThat(Text.quote("a" + foreign + "b", "a" + ascii + "b"))
        .isEqualTo("\"a\\u%04xb\"", (int) foreign.charAt(0));
    assertThat(Text.quote("a" + foreign + "b", "axb")).isEqualTo('"' + "a" + foreign + "b" + '"');
  }

  @Test
  void quote_quotationMarkOrBackslash_isEscaped() {
    assertThat(Text.quote("a\" version 2\\")).isEqualTo("\"a\\\" version 2\\\\\"");
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        0,
        7,
        0x1b,
        0x7f,
        0x85,
        0x9b, // control characters
        0xa0,
        0x2003,
        0x3000, // spaces that look like others
        0xad,
        0x200b,
        0x200d,
        0x2028,
        0x2029,
        0x202e,
        0x2066,
        0xfeff,
        0xfff9, // format characters
        0x34f,
        0x115f,
        0x2800,
        0x3164,
        0xfe0f,
        0xffa0, // invisible letters and marks
        0xd800,
        0xdfff,
        0xe000,
        0xffff // what no font shows
      })
  void quote_invisibleCharacter_isEscaped(int character) {
    assertThat(Text.quote("a" + (char) character + "b")).isEqualTo("\"a\\u%04xb\"", character);
  }

  @ParameterizedTest
  @CsvSource({"0xe0041, \\udb40\\udc41", "0xe0100, \\udb40\\udd00", "0x1d173, \\ud834\\udd73"})
  void quote_invisibleSupplementaryCharacter_isEscaped(int character, String escaped) {
    assertThat(Text.quote(Character.toString(character))).isEqualTo('"' + escaped + '"');
  }

  @Test
  void quote_lineBreakOrTab_isEscaped() {
    assertThat(Text.quote("a\r\n\tb")).isEqualTo("\"a\\r\\n\\tb\"");
  }

  @Test
  void quote_longText_showsBothEndsAndItsLength() {
    assertThat(Text.quote("x".repeat(300))).isEqualTo('"' + "x".repeat(300) + '"');
    assertThat(Text.quote("x".repeat(300) + "1"))
        .isEqualTo('"' + "x".repeat(250) + "\"...\"" + "x".repeat(49) + "1\" (301 characters)");
  }

  @Test
  void quote_cutWithinAPair_leavesThePairWhole() {
    String pair = "\ud83d\ude00";
    String end = pair + "x".repeat(49);
    assertThat(Text.quote("x".repeat(249) + pair + "x".repeat(100) + end))
        .isEqualTo('"' + "x".repeat(249) + "\"...\"" + end + "\" (402 characters)");
  }
}
