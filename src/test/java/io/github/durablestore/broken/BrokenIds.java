package io.github.durablestore.broken;

import static io.github.durablestore.broken.BrokenStateStore.refuseIf;
import static io.github.durablestore.broken.FunctionalStateStore.reading;
import static io.github.durablestore.broken.FunctionalStateStore.writing;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.text.Normalizer.Form.NFC;
import static java.text.Normalizer.Form.NFD;
import static java.text.Normalizer.Form.NFKC;
import static java.text.Normalizer.normalize;
import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import io.github.durablestore.StateStore;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.text.Collator;
import java.util.Arrays;
import java.util.Locale;
import java.util.UUID;
import java.util.function.IntUnaryOperator;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.Adler32;
import java.util.zip.CRC32;
import java.util.zip.Checksum;

/** Stores that take different ids for one, or refuse some. */
public final class BrokenIds {
  private static final Pattern PERCENT = Pattern.compile("%([0-9a-fA-F]{2})");

  private BrokenIds() {}

  public static Stream<Broken> stores() {
    return Stream.of(
        id("keeps ASCII", id -> charset(id, US_ASCII)),
        id("keeps Latin 1", id -> charset(id, ISO_8859_1)),
        id("keeps Windows-1252", id -> charset(id, Charset.forName("windows-1252"))),
        id("keeps characters of up to 3 bytes", id -> id.replaceAll("[^\\x{0}-\\x{ffff}]", "?")),
        id("keeps 16 bits of a character", id -> map(id, c -> c & 0xffff)),
        id("keeps 8 bits of a character", id -> map(id, c -> c & 0xff)),
        id("keeps 7 bits of a character", id -> map(id, c -> c & 0x7f)),
        id("hashes as strings do", id -> "" + id.hashCode()),
        id("hashes its bytes", id -> "" + Arrays.hashCode(id.getBytes(UTF_8))),
        id(
            "hashes to 10 bits",
            id -> "" + (UUID.nameUUIDFromBytes(id.getBytes(UTF_8)).hashCode() & 1023)),
        id("hashes by CRC-32", id -> checksum(id, new CRC32())),
        id("hashes by Adler-32", id -> checksum(id, new Adler32())),
        id("hashes by a sum", id -> "" + id.chars().sum()),
        id("hashes by exclusive or of 8 bytes", id -> "" + xor(id)),
        id("folds to lower case", BrokenIds::lower),
        id("folds to upper case", id -> id.toUpperCase(Locale.ROOT)),
        id("folds in Turkish", id -> id.toUpperCase(Locale.forLanguageTag("tr"))),
        id(
            "folds each character",
            id -> map(id, c -> Character.toLowerCase(Character.toUpperCase(c)))),
        id("folds what is not ASCII", id -> map(id, c -> c < 128 ? c : Character.toLowerCase(c))),
        id(
            "folds what is beyond 16 bits",
            id -> map(id, c -> c < 1 << 16 ? c : Character.toLowerCase(c))),
        id("folds the first letter", id -> lower(id.substring(0, 1)) + id.substring(1)),
        id("folds the last letter", id -> start(id, id.length() - 1) + lower(end(id, 1))),
        id("collates", BrokenIds::collate),
        id("normalizes to NFC", id -> normalize(id, NFC)),
        id("normalizes to NFD", id -> normalize(id, NFD)),
        id("normalizes to NFKC", id -> normalize(id, NFKC)),
        id("drops accents", id -> normalize(id, NFD).replaceAll("\\p{M}", "")),
        id(
            "takes every digit for one of ASCII",
            id -> map(id, c -> Character.isDigit(c) ? '0' + Character.digit(c, 10) : c)),
        id("strips", String::strip),
        id("trims", String::trim),
        id("drops leading white space", String::stripLeading),
        id("drops trailing spaces", id -> id.replaceAll(" +$", "")),
        id("drops trailing zero characters", id -> id.replaceAll("\0+$", "")),
        id("drops a trailing line break", id -> id.replaceAll("\\R\\z", "")),
        id("drops trailing dots", id -> id.replaceAll("\\.+$", "")),
        id("makes white space one", id -> id.replaceAll("\\s+", " ")),
        id("takes line breaks for one", id -> id.replaceAll("\\R", "\n")),
        id("drops control characters", id -> id.replaceAll("\\p{Cntrl}", "")),
        id("drops C1 controls", id -> id.replaceAll("[\\x80-\\x9f]", "")),
        id("drops ignorable characters", id -> id.replaceAll("\\p{Cf}", "")),
        id("drops soft hyphens", id -> id.replace("\u00ad", "")),
        id("drops a byte order mark", id -> id.replaceAll("^\ufeff", "")),
        id("drops variation selectors", id -> id.replaceAll("[\ufe00-\ufe0f]", "")),
        id("replaces what is no character", id -> id.replaceAll("[\ufffe\uffff]", "\ufffd")),
        id("replaces private characters", id -> id.replaceAll("\\p{Co}", "?")),
        id("drops what is no letter or digit", id -> id.replaceAll("[^\\p{L}\\p{N}]", "")),
        id("replaces what a file name may not have", id -> id.replaceAll("[\\\\/:*?\"<>|]", "_")),
        id("truncates to 254 characters", id -> start(id, 254)),
        id("truncates to 255 bytes", id -> bytes(id, 255)),
        id("truncates to 880 bytes", id -> bytes(id, 880)),
        id("truncates to 255 UTF-16 units", id -> start(id, 255)),
        id("truncates to 64 characters", id -> start(id, 64)),
        id("keeps the last 200 characters", id -> end(id, 200)),
        id(
            "keeps the first and last 100 characters",
            id -> id.length() <= 200 ? id : start(id, 100) + end(id, 100)),
        id("truncates at a zero character", id -> before(id, '\0')),
        id("truncates at a colon", id -> before(id, ':')),
        id("truncates at a bar", id -> before(id, '|')),
        id("truncates at a line break", id -> before(id, '\n')),
        id("truncates at a number sign", id -> before(id, '#')),
        id("truncates at a semicolon", id -> before(id, ';')),
        id("keeps what follows the last slash", id -> id.substring(id.lastIndexOf('/') + 1)),
        id("keeps what follows the last at sign", id -> id.substring(id.lastIndexOf('@') + 1)),
        id("decodes as URLs", BrokenIds::decode),
        id("decodes percent signs", BrokenIds::percent),
        id("takes plus signs for spaces", id -> id.replace('+', ' ')),
        id("decodes entities", id -> id.replace("&amp;", "&").replace("&#65;", "A")),
        id("decodes backslashes", id -> id.replace("\\n", "\n").replace("\\\\", "\\")),
        id("drops backslashes", id -> id.replace("\\", "")),
        id("doubled quotes are one", id -> id.replace("''", "'")),
        id("drops quotes", id -> id.replaceAll("['\"]", "")),
        id("doubled percent signs are one", id -> id.replace("%%", "%")),
        id("fills in a parameter", id -> id.replaceAll("\\$\\{.*}", "")),
        id(
            "normalizes paths",
            id -> Path.of("/", id.replace("\0", "\ufff0")).normalize().toString()),
        id("normalizes slashes", id -> id.replaceAll("/+", "/")),
        id("takes backslashes for slashes", id -> id.replace('\\', '/')),
        id("drops a trailing slash", id -> id.replaceAll("/$", "")),
        id("drops a leading slash", id -> id.replaceAll("^/", "")),
        id("resolves URIs", BrokenIds::resolve),
        id("sorts its characters", id -> string(id.codePoints().sorted())),
        id("doubled characters are one", id -> id.replaceAll("(.)\\1", "$1")),
        id("reads UTF-8 as Latin 1 where it can", id -> new String(id.getBytes(ISO_8859_1), UTF_8)),
        id("refuses quotes", id -> refuseIf(id.contains("'"), id)),
        id("refuses zero characters", id -> refuseIf(id.contains("\0"), id)),
        id("refuses blank ids", id -> refuseIf(id.isBlank(), id)),
        id("refuses slashes", id -> refuseIf(id.contains("/"), id)),
        id("refuses 4 bytes", id -> refuseIf(id.codePoints().anyMatch(c -> c > 0xffff), id)),
        id("refuses more than 100 characters", id -> refuseIf(id.length() > 100, id)),
        id("refuses more than 767 bytes", id -> refuseIf(id.getBytes(UTF_8).length > 767, id)),
        Broken.of("R10", "gives the id back in lower case", BrokenIds::loweringResults));
  }

  /** Changes ids before it uses them. */
  static Broken id(String what, UnaryOperator<String> map) {
    return Broken.of("R10", what, () -> mapping(map));
  }

  static StateStore mapping(UnaryOperator<String> map) {
    return writing(
            (store, state) -> {
              String id = requireNonNull(state, "state").getPersistenceId();
              store.writeState(
                  id.isEmpty() ? state : state.toBuilder().setPersistenceId(map.apply(id)).build());
            })
        .andReading(
            (store, id) ->
                store
                    .getLatestState(
                        requireNonNull(id, "persistenceId").isEmpty() ? id : map.apply(id))
                    .map(state -> state.toBuilder().setPersistenceId(id).build()));
  }

  private static StateStore loweringResults() {
    return reading(
        (store, id) ->
            store
                .getLatestState(id)
                .map(state -> state.toBuilder().setPersistenceId(lower(id)).build()));
  }

  private static String start(String id, int most) {
    return id.substring(0, Math.min(most, id.length()));
  }

  private static String end(String id, int most) {
    return id.substring(Math.max(0, id.length() - most));
  }

  private static String before(String id, char end) {
    int at = id.indexOf(end);
    return at > 0 ? id.substring(0, at) : id;
  }

  private static String bytes(String id, int most) {
    byte[] bytes = id.getBytes(UTF_8);
    return new String(bytes, 0, Math.min(most, bytes.length), ISO_8859_1);
  }

  private static String lower(String id) {
    return id.toLowerCase(Locale.ROOT);
  }

  private static String charset(String id, Charset charset) {
    return new String(id.getBytes(charset), charset);
  }

  private static String map(String id, IntUnaryOperator map) {
    return string(id.codePoints().map(map));
  }

  private static String string(IntStream characters) {
    int[] all = characters.toArray();
    return new String(all, 0, all.length);
  }

  private static String checksum(String id, Checksum checksum) {
    checksum.update(id.getBytes(UTF_8));
    return "" + checksum.getValue();
  }

  private static int xor(String id) {
    int xor = 0;
    for (byte each : id.getBytes(UTF_8)) {
      xor ^= each & 0xff;
    }
    return xor;
  }

  private static String collate(String id) {
    Collator collator = Collator.getInstance(Locale.ROOT);
    collator.setStrength(Collator.SECONDARY);
    return ByteString.copyFrom(collator.getCollationKey(id).toByteArray()).toString(ISO_8859_1);
  }

  private static String decode(String id) {
    try {
      return URLDecoder.decode(id, UTF_8);
    } catch (IllegalArgumentException e) {
      return id;
    }
  }

  static String percent(String text) {
    return PERCENT
        .matcher(text)
        .replaceAll(
            found ->
                Matcher.quoteReplacement(Character.toString(Integer.parseInt(found.group(1), 16))));
  }

  private static String resolve(String id) {
    try {
      return URI.create("http://a/" + URLEncoder.encode(id, UTF_8).replace("%2F", "/"))
          .normalize()
          .toString();
    } catch (IllegalArgumentException e) {
      return id;
    }
  }
}
