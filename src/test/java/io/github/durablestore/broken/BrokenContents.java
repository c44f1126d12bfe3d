package io.github.durablestore.broken;

import static io.github.durablestore.broken.BrokenStateStore.refused;
import static io.github.durablestore.broken.BrokenStateStore.replacing;
import static io.github.durablestore.broken.BrokenStateStore.states;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.StringValue;
import com.google.protobuf.UnknownFieldSet;
import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.memory.OnDisconnect;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.text.Collator;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntUnaryOperator;
import java.util.function.LongUnaryOperator;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.Adler32;
import java.util.zip.CRC32;
import java.util.zip.Checksum;
import org.jspecify.annotations.Nullable;

/** Stores that keep wrong states, or keep them under wrong ids. */
public final class BrokenContents {
  private static final Pattern PERCENT = Pattern.compile("%([0-9a-fA-F]{2})");
  private static final UnknownFieldSet NO_FIELDS = UnknownFieldSet.getDefaultInstance();

  private BrokenContents() {}

  public static Stream<Broken> stores() {
    return Stream.of(unknownIds(), fields(), replaced(), ids(), numbers(), payloads())
        .flatMap(List::stream);
  }

  private static List<Broken> unknownIds() {
    return List.of(
        Broken.of(
            "R7",
            "reads a default state",
            () ->
                reading(
                    (read, id) -> read.or(() -> Optional.of(DurableState.getDefaultInstance())))),
        Broken.of(
            "R7",
            "throws when there is none",
            () -> reading((read, id) -> Optional.of(read.orElseThrow(BrokenStateStore::refused)))),
        Broken.of("R7", "returns null when there is none", BrokenContents::returningNull),
        Broken.of("R7", "creates what is read", BrokenContents::creating),
        Broken.of("R7", "remembers that there was none", BrokenContents::rememberingNone),
        Broken.of(
            "R7",
            "reads by LIKE",
            () ->
                matching(id -> Pattern.quote(id).replace("%", "\\E.*\\Q").replace("_", "\\E.\\Q"))),
        Broken.of(
            "R7",
            "reads by a shell's pattern",
            () ->
                matching(id -> Pattern.quote(id).replace("*", "\\E.*\\Q").replace("?", "\\E.\\Q"))),
        Broken.of("R7", "reads by a prefix", () -> matching(id -> Pattern.quote(id) + ".*")),
        Broken.of("R7", "reads by a suffix", () -> matching(id -> ".*" + Pattern.quote(id))),
        Broken.of("R7", "reads the nearest", BrokenContents::nearest),
        Broken.of(
            "R7",
            "lets SQL in",
            () -> matching(id -> id.contains("' OR '1'='1") ? ".*" : Pattern.quote(id))));
  }

  private static List<Broken> fields() {
    return List.of(
        Broken.of("R8", "drops unknown fields", () -> states(s -> s.setUnknownFields(NO_FIELDS))),
        Broken.of(
            "R8",
            "drops unknown fields of the Any",
            () -> payload(BrokenContents::withoutUnknownFields)),
        Broken.of(
            "R8",
            "drops unknown groups",
            () -> unknown((number, field) -> field.getGroupList().isEmpty() ? field : null)),
        Broken.of(
            "R8",
            "keeps one value of each unknown field",
            () ->
                unknown(
                    (number, field) ->
                        field.getVarintList().size() > 1
                            ? UnknownFieldSet.Field.newBuilder()
                                .addVarint(field.getVarintList().get(0))
                                .build()
                            : field)),
        Broken.of(
            "R8",
            "knows no field number above 2^28",
            () -> unknown((number, field) -> number > 1 << 28 ? null : field)),
        Broken.of(
            "R8",
            "drops unknown fields of 32 bits",
            () -> unknown((number, field) -> field.getFixed32List().isEmpty() ? field : null)),
        Broken.of("R8", "drops the shard", () -> states(s -> s.clearShard())),
        Broken.of(
            "R8",
            "swaps version and shard",
            () ->
                states(
                    s -> {
                      long version = s.getVersionNumber();
                      return s.setVersionNumber(s.getShard()).setShard(version);
                    })),
        Broken.of(
            "R8",
            "counts versions itself",
            () -> states(s -> s.setVersionNumber(s.getVersionNumber() + 1))),
        Broken.of(
            "R8",
            "defaults the shard to that of its id",
            () -> states(s -> s.getShard() == 0 ? s.setShard(s.getPersistenceId().hashCode()) : s)),
        Broken.of("R8", "gives each state once", BrokenContents::consuming),
        Broken.keeping("R8", "caches whole what it stores in part", BrokenContents::cachingWhole));
  }

  private static List<Broken> replaced() {
    return List.of(
        Broken.of(
            "R9",
            "merges",
            () ->
                replacing(
                    (earlier, next) ->
                        earlier == null ? next : earlier.toBuilder().mergeFrom(next).build())),
        Broken.of(
            "R9",
            "keeps absent payloads",
            () ->
                replacing(
                    (earlier, next) ->
                        earlier == null || next.hasResultingState()
                            ? next
                            : next.toBuilder()
                                .setResultingState(earlier.getResultingState())
                                .build())),
        Broken.of(
            "R9",
            "keeps unknown fields",
            () ->
                replacing(
                    (earlier, next) ->
                        earlier == null
                            ? next
                            : next.toBuilder()
                                .mergeUnknownFields(earlier.getUnknownFields())
                                .build())),
        Broken.of(
            "R9",
            "keeps the first",
            () -> replacing((earlier, next) -> earlier == null ? next : null)),
        Broken.of(
            "R9",
            "ignores lower versions",
            () ->
                replacing(
                    (earlier, next) ->
                        earlier != null
                                && Long.compareUnsigned(
                                        earlier.getVersionNumber(), next.getVersionNumber())
                                    > 0
                            ? null
                            : next)),
        Broken.of(
            "R9",
            "ignores lower versions, signed",
            () ->
                replacing(
                    (earlier, next) ->
                        earlier != null && earlier.getVersionNumber() > next.getVersionNumber()
                            ? null
                            : next)),
        Broken.of(
            "R9",
            "ignores the same version",
            () ->
                replacing(
                    (earlier, next) ->
                        earlier != null && earlier.getVersionNumber() == next.getVersionNumber()
                            ? null
                            : next)),
        Broken.of(
            "R9",
            "ignores version 0",
            () ->
                replacing(
                    (earlier, next) ->
                        earlier != null && next.getVersionNumber() == 0 ? null : next)),
        Broken.of(
            "R9",
            "ignores earlier times",
            () ->
                replacing(
                    (earlier, next) ->
                        earlier != null && earlier.getTimestamp() > next.getTimestamp()
                            ? null
                            : next)),
        Broken.of(
            "R9",
            "ignores an equal payload",
            () ->
                replacing(
                    (earlier, next) ->
                        earlier != null
                                && earlier.getResultingState().equals(next.getResultingState())
                            ? null
                            : next)),
        Broken.of(
            "R9",
            "takes the same version and time for the same",
            () ->
                replacing(
                    (earlier, next) ->
                        earlier != null
                                && earlier.getVersionNumber() == next.getVersionNumber()
                                && earlier.getTimestamp() == next.getTimestamp()
                            ? null
                            : next)),
        Broken.of(
            "R9",
            "keeps the longer payload",
            () ->
                replacing(
                    (earlier, next) ->
                        earlier != null && earlier.getSerializedSize() > next.getSerializedSize()
                            ? earlier.toBuilder().setVersionNumber(next.getVersionNumber()).build()
                            : next)),
        Broken.of(
            "R9",
            "keeps the highest shard",
            () ->
                replacing(
                    (earlier, next) ->
                        earlier != null && earlier.getShard() > next.getShard()
                            ? next.toBuilder().setShard(earlier.getShard()).build()
                            : next)),
        Broken.of(
            "R9",
            "keeps the first shard",
            () ->
                replacing(
                    (earlier, next) ->
                        earlier == null
                            ? next
                            : next.toBuilder().setShard(earlier.getShard()).build())),
        Broken.of(
            "R9",
            "refuses the same version",
            () ->
                replacing(
                    (earlier, next) -> {
                      if (earlier != null
                          && earlier.getVersionNumber() == next.getVersionNumber()) {
                        throw refused();
                      }
                      return next;
                    })));
  }

  private static List<Broken> ids() {
    return List.of(
        id("keeps ASCII", id -> charset(id, US_ASCII)),
        id("keeps Latin 1", id -> charset(id, ISO_8859_1)),
        id("keeps Windows-1252", id -> charset(id, Charset.forName("windows-1252"))),
        id(
            "keeps characters of up to 3 bytes",
            id -> id.replaceAll("[\\x{10000}-\\x{10ffff}]", "?")),
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
        id("folds to lower case", id -> id.toLowerCase(Locale.ROOT)),
        id("folds to upper case", id -> id.toUpperCase(Locale.ROOT)),
        id("folds in Turkish", id -> id.toUpperCase(Locale.forLanguageTag("tr"))),
        id(
            "folds each character",
            id -> map(id, c -> Character.toLowerCase(Character.toUpperCase(c)))),
        id("folds what is not ASCII", id -> map(id, c -> c < 128 ? c : Character.toLowerCase(c))),
        id(
            "folds what is beyond 16 bits",
            id -> map(id, c -> c < 1 << 16 ? c : Character.toLowerCase(c))),
        id(
            "folds the first letter",
            id -> id.substring(0, 1).toLowerCase(Locale.ROOT) + id.substring(1)),
        id(
            "folds the last letter",
            id ->
                id.substring(0, id.length() - 1)
                    + id.substring(id.length() - 1).toLowerCase(Locale.ROOT)),
        id("collates", BrokenContents::collate),
        id("normalizes to NFC", id -> Normalizer.normalize(id, Normalizer.Form.NFC)),
        id("normalizes to NFD", id -> Normalizer.normalize(id, Normalizer.Form.NFD)),
        id("normalizes to NFKC", id -> Normalizer.normalize(id, Normalizer.Form.NFKC)),
        id(
            "drops accents",
            id -> Normalizer.normalize(id, Normalizer.Form.NFD).replaceAll("\\p{M}", "")),
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
        id("truncates to 254 characters", id -> id.substring(0, Math.min(254, id.length()))),
        id(
            "truncates to 255 bytes",
            id ->
                new String(
                    Arrays.copyOf(id.getBytes(UTF_8), Math.min(255, id.getBytes(UTF_8).length)),
                    ISO_8859_1)),
        id(
            "truncates to 880 bytes",
            id ->
                new String(
                    Arrays.copyOf(id.getBytes(UTF_8), Math.min(880, id.getBytes(UTF_8).length)),
                    ISO_8859_1)),
        id("truncates to 255 UTF-16 units", id -> id.substring(0, Math.min(255, id.length()))),
        id("truncates to 64 characters", id -> id.substring(0, Math.min(64, id.length()))),
        id("keeps the last 200 characters", id -> id.substring(Math.max(0, id.length() - 200))),
        id(
            "keeps the first and last 100 characters",
            id -> id.length() <= 200 ? id : id.substring(0, 100) + id.substring(id.length() - 100)),
        id("truncates at a zero character", id -> before(id, '\0')),
        id("truncates at a colon", id -> before(id, ':')),
        id("truncates at a bar", id -> before(id, '|')),
        id("truncates at a line break", id -> before(id, '\n')),
        id("truncates at a number sign", id -> before(id, '#')),
        id("truncates at a semicolon", id -> before(id, ';')),
        id("keeps what follows the last slash", id -> id.substring(id.lastIndexOf('/') + 1)),
        id("keeps what follows the last at sign", id -> id.substring(id.lastIndexOf('@') + 1)),
        id("decodes as URLs", id -> decode(id)),
        id("decodes percent signs", id -> percent(id)),
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
        id("resolves URIs", id -> resolve(id)),
        id(
            "sorts its characters",
            id -> {
              int[] sorted = id.codePoints().sorted().toArray();
              return new String(sorted, 0, sorted.length);
            }),
        id("doubled characters are one", id -> id.replaceAll("(.)\\1", "$1")),
        id("reads UTF-8 as Latin 1 where it can", id -> new String(id.getBytes(ISO_8859_1), UTF_8)),
        id("refuses quotes", id -> refusing(id, id.contains("'"))),
        id("refuses zero characters", id -> refusing(id, id.contains("\0"))),
        id("refuses blank ids", id -> refusing(id, id.isBlank())),
        id("refuses slashes", id -> refusing(id, id.contains("/"))),
        id("refuses 4 bytes", id -> refusing(id, id.codePoints().anyMatch(c -> c > 0xffff))),
        id("refuses more than 100 characters", id -> refusing(id, id.length() > 100)),
        id("refuses more than 767 bytes", id -> refusing(id, id.getBytes(UTF_8).length > 767)),
        Broken.of("R10", "gives the id back in lower case", BrokenContents::lowerCaseInResult));
  }

  private static List<Broken> numbers() {
    return List.of(
        version(
            "refuses negative versions",
            v -> {
              if (v < 0) {
                throw refused();
              }
              return v;
            }),
        version("keeps versions as doubles", v -> (long) (double) v),
        version(
            "keeps versions as unsigned doubles",
            v ->
                v < 0
                    ? Long.parseUnsignedLong(
                        new BigDecimal(unsignedDouble(v))
                            .toBigInteger()
                            .min(BigInteger.TWO.pow(64).subtract(BigInteger.ONE))
                            .toString())
                    : (long) (double) v),
        version("keeps versions as floats", v -> (long) (float) v),
        version("keeps versions as 32 bits", v -> (int) v),
        version("keeps versions as unsigned 32 bits", v -> v & 0xffff_ffffL),
        version("keeps versions of up to 2^63-1", v -> v < 0 ? Long.MAX_VALUE : v),
        version(
            "keeps versions of up to 18 digits",
            v -> Long.remainderUnsigned(v, 1_000_000_000_000_000_000L)),
        version("takes 2^64-1 for none", v -> v == -1 ? 0 : v),
        version("takes 2^63 for none", v -> v == Long.MIN_VALUE ? 0 : v),
        version("counts from 1", v -> v == 0 ? 1 : v),
        shard("keeps shards as doubles", v -> (long) (double) v),
        shard("keeps shards as floats", v -> (long) (float) v),
        shard("keeps shards as 32 bits", v -> (int) v),
        shard("keeps shards as 16 bits", v -> v & 0xffff),
        shard("drops the sign of shards", Math::abs),
        shard("keeps shards of up to 2^63-1", v -> v & Long.MAX_VALUE),
        time("keeps times as doubles", v -> (long) (double) v),
        time("keeps times as floats", v -> (long) (float) v),
        time("keeps times as 32 bits", v -> (int) v),
        time("keeps times as 48 bits", v -> v << 16 >> 16),
        time("keeps times as seconds", v -> v / 1_000 * 1_000),
        time("keeps times as tens of milliseconds", v -> v / 10 * 10),
        time("keeps no times before 1970", v -> Math.max(0, v)),
        time("keeps times of up to the year 9999", v -> Math.min(v, 253_402_300_799_999L)),
        time("sets the time when there is none", v -> v == 0 ? System.currentTimeMillis() : v),
        time("sets times", v -> System.currentTimeMillis()),
        time("multiplies times", v -> v * 1_000 / 1_000),
        time("takes -1 for none", v -> v == -1 ? 0 : v),
        time("drops the sign of times", Math::abs));
  }

  private static List<Broken> payloads() {
    return List.of(
        Broken.of(
            "R13",
            "requires a payload",
            () ->
                states(
                    s -> {
                      if (!s.hasResultingState()) {
                        throw refused();
                      }
                      return s;
                    })),
        Broken.of(
            "R13",
            "takes an empty payload for none",
            () ->
                states(
                    s ->
                        s.getResultingState().equals(Any.getDefaultInstance())
                            ? s.clearResultingState()
                            : s)),
        Broken.of(
            "R13",
            "takes none for an empty payload",
            () ->
                states(
                    s ->
                        s.hasResultingState() ? s : s.setResultingState(Any.getDefaultInstance()))),
        Broken.of(
            "R13",
            "refuses 400 KiB",
            () ->
                states(
                    s -> {
                      if (s.build().getSerializedSize() > 400 << 10) {
                        throw refused();
                      }
                      return s;
                    })),
        Broken.of(
            "R13",
            "truncates to 65,535 bytes",
            () -> value(v -> v.substring(0, Math.min(v.size(), 65_535)))),
        Broken.of(
            "R13",
            "loses what is a multiple of 65,536 bytes",
            () -> value(v -> v.size() > 0 && v.size() % 65_536 == 0 ? ByteString.EMPTY : v)),
        Broken.of(
            "R13",
            "refuses 65,535 bytes",
            () ->
                value(
                    v -> {
                      if (v.size() == 65_535) {
                        throw refused();
                      }
                      return v;
                    })),
        Broken.of(
            "R13",
            "truncates to 1,000,000 bytes",
            () -> value(v -> v.substring(0, Math.min(v.size(), 1_000_000)))),
        Broken.of(
            "R13",
            "drops bytes that are all zero",
            () ->
                value(
                    v ->
                        v.size() > 1_000 && v.byteAt(0) == 0 && v.byteAt(v.size() - 1) == 0
                            ? ByteString.EMPTY
                            : v)),
        Broken.of(
            "R14",
            "drops trailing zero bytes",
            () ->
                value(
                    v -> {
                      int end = v.size();
                      while (end > 0 && v.byteAt(end - 1) == 0) {
                        end--;
                      }
                      return v.substring(0, end);
                    })),
        Broken.of(
            "R14",
            "pads to an even size",
            () -> value(v -> v.size() % 2 == 0 ? v : v.concat(ByteString.copyFrom(new byte[1])))),
        Broken.of(
            "R14",
            "keeps values as UTF-8",
            () -> value(v -> ByteString.copyFromUtf8(v.toStringUtf8()))),
        Broken.of(
            "R14",
            "keeps values as ASCII",
            () -> value(v -> ByteString.copyFrom(v.toString(US_ASCII), US_ASCII))),
        Broken.of(
            "R14",
            "ends values at a zero byte",
            () ->
                value(
                    v -> {
                      for (int at = 0; at < v.size(); at++) {
                        if (v.byteAt(at) == 0) {
                          return v.substring(0, at);
                        }
                      }
                      return v;
                    })),
        Broken.of(
            "R14",
            "strips values",
            () ->
                value(
                    v ->
                        v.isValidUtf8() && v.size() < 10
                            ? ByteString.copyFromUtf8(v.toStringUtf8().strip())
                            : v)),
        Broken.of(
            "R14",
            "decodes base 64",
            () ->
                value(
                    v ->
                        v.toStringUtf8().equals("YQ==")
                            ? ByteString.copyFrom(Base64.getDecoder().decode("YQ=="))
                            : v)),
        Broken.of(
            "R14",
            "drops types that it does not know",
            () -> payload(any -> any.getTypeUrl().contains("no.such.Type") ? any.clear() : any)),
        Broken.of("R14", "writes known types once more", () -> known(StringValue.class, m -> m)),
        Broken.of("R14", "writes durations once more", () -> known(Duration.class, m -> m)),
        Broken.of(
            "R14",
            "drops unknown fields of known types",
            () -> known(StringValue.class, m -> m.toBuilder().setUnknownFields(NO_FIELDS).build())),
        Broken.of(
            "R14",
            "refuses known types that do not parse",
            () ->
                payload(
                    any -> {
                      try {
                        if (any.getTypeUrl().endsWith("/google.protobuf.StringValue")) {
                          requireNonNull(StringValue.parseFrom(any.getValue()));
                        }
                        return any;
                      } catch (InvalidProtocolBufferException e) {
                        throw refused();
                      }
                    })),
        Broken.of(
            "R14",
            "has one prefix for all URLs",
            () ->
                url(
                    u ->
                        u.isEmpty()
                            ? u
                            : "type.googleapis.com/" + u.substring(u.lastIndexOf('/') + 1))),
        Broken.of("R14", "folds URLs to lower case", () -> url(u -> u.toLowerCase(Locale.ROOT))),
        Broken.of(
            "R14",
            "folds hosts to lower case",
            () ->
                url(
                    u ->
                        !u.contains("/")
                            ? u
                            : u.substring(0, u.indexOf('/')).toLowerCase(Locale.ROOT)
                                + u.substring(u.indexOf('/')))),
        Broken.of("R14", "strips URLs", () -> url(String::strip)),
        Broken.of(
            "R14",
            "truncates URLs to 255 characters",
            () -> url(u -> u.substring(0, Math.min(255, u.length())))),
        Broken.of(
            "R14", "drops a leading slash", () -> url(u -> u.startsWith("/") ? u.substring(1) : u)),
        Broken.of("R14", "drops a trailing slash", () -> url(u -> u.replaceAll("/$", ""))),
        Broken.of("R14", "drops a query", () -> url(u -> u.replaceAll("\\?.*", ""))),
        Broken.of("R14", "decodes URLs", () -> url(BrokenContents::percent)),
        Broken.of("R14", "keeps URLs as ASCII", () -> url(u -> charset(u, US_ASCII))),
        Broken.of(
            "R14",
            "refuses URLs without a slash",
            () -> url(u -> refusing(u, !u.contains("/") && !u.isEmpty()))),
        Broken.of(
            "R14",
            "refuses a value without a URL",
            () ->
                payload(
                    any -> {
                      if (any.getTypeUrl().isEmpty() && !any.getValue().isEmpty()) {
                        throw refused();
                      }
                      return any;
                    })),
        Broken.of(
            "R14",
            "drops a URL without a value",
            () -> payload(any -> any.getValue().isEmpty() ? any.clearTypeUrl() : any)),
        Broken.of(
            "R14",
            "drops a value without a URL",
            () -> payload(any -> any.getTypeUrl().isEmpty() ? any.clearValue() : any)));
  }

  /** Discards unknown fields, by a method that protobuf-java 3 and 4 share. */
  private static Any.Builder withoutUnknownFields(Any.Builder any) {
    ((Message.Builder) any).setUnknownFields(NO_FIELDS);
    return any;
  }

  private static Broken id(String what, UnaryOperator<String> map) {
    return Broken.of("R10", what, () -> BrokenStateStore.ids(map));
  }

  private static Broken version(String what, LongUnaryOperator map) {
    return Broken.of(
        "R11", what, () -> states(s -> s.setVersionNumber(map.applyAsLong(s.getVersionNumber()))));
  }

  private static Broken shard(String what, LongUnaryOperator map) {
    return Broken.of("R11", what, () -> states(s -> s.setShard(map.applyAsLong(s.getShard()))));
  }

  private static Broken time(String what, LongUnaryOperator map) {
    return Broken.of(
        "R12", what, () -> states(s -> s.setTimestamp(map.applyAsLong(s.getTimestamp()))));
  }

  private static StateStore payload(UnaryOperator<Any.Builder> change) {
    return states(
        s ->
            s.hasResultingState()
                ? s.setResultingState(change.apply(s.getResultingState().toBuilder()))
                : s);
  }

  private static StateStore value(UnaryOperator<ByteString> change) {
    return payload(any -> any.setValue(change.apply(any.getValue())));
  }

  private static StateStore url(UnaryOperator<String> change) {
    return payload(any -> any.setTypeUrl(change.apply(any.getTypeUrl())));
  }

  /** Parses payloads of a known type, and serializes the changed message. */
  private static <T extends Message> StateStore known(
      Class<T> type, UnaryOperator<Message> change) {
    return payload(
        any -> {
          try {
            return any.build().is(type)
                ? any.setValue(change.apply(any.build().unpack(type)).toByteString())
                : any;
          } catch (InvalidProtocolBufferException e) {
            return any;
          }
        });
  }

  private interface FieldChange {
    UnknownFieldSet.@Nullable Field change(int number, UnknownFieldSet.Field field);
  }

  private static StateStore unknown(FieldChange change) {
    return states(
        s -> {
          var fields = UnknownFieldSet.newBuilder();
          s.getUnknownFields()
              .asMap()
              .forEach(
                  (number, field) -> {
                    UnknownFieldSet.Field changed = change.change(number, field);
                    if (changed != null) {
                      fields.addField(number, changed);
                    }
                  });
          return s.setUnknownFields(fields.build());
        });
  }

  private interface Reading {
    Optional<DurableState> read(Optional<DurableState> read, String id);
  }

  private static StateStore reading(Reading reading) {
    return new BrokenStateStore() {
      @Override
      public Optional<DurableState> getLatestState(String persistenceId) {
        return reading.read(store.getLatestState(persistenceId), persistenceId);
      }
    };
  }

  @SuppressWarnings({"OptionalAssignedToNull", "NullAway"}) // on purpose
  private static StateStore returningNull() {
    return reading((read, id) -> read.isPresent() ? read : null);
  }

  private static StateStore creating() {
    return new BrokenStateStore() {
      @Override
      public Optional<DurableState> getLatestState(String persistenceId) {
        Optional<DurableState> read = store.getLatestState(persistenceId);
        if (read.isEmpty()) {
          store.writeState(DurableState.newBuilder().setPersistenceId(persistenceId).build());
        }
        return read;
      }
    };
  }

  private static StateStore rememberingNone() {
    var none = ConcurrentHashMap.<String>newKeySet();
    return reading(
        (read, id) -> {
          if (none.contains(id)) {
            return Optional.empty();
          }
          if (read.isEmpty()) {
            none.add(id);
          }
          return read;
        });
  }

  private static StateStore matching(UnaryOperator<String> pattern) {
    return new BrokenStateStore() {
      @Override
      public Optional<DurableState> getLatestState(String persistenceId) {
        Optional<DurableState> exact = store.getLatestState(persistenceId);
        Pattern wanted = Pattern.compile(pattern.apply(persistenceId), Pattern.DOTALL);
        return exact.isPresent()
            ? exact
            : store.states().values().stream()
                .filter(state -> wanted.matcher(state.getPersistenceId()).matches())
                .findFirst();
      }
    };
  }

  private static StateStore nearest() {
    return new BrokenStateStore() {
      @Override
      public Optional<DurableState> getLatestState(String persistenceId) {
        Optional<DurableState> exact = store.getLatestState(persistenceId);
        var before = store.states().headMap(persistenceId);
        return exact.isPresent() || before.isEmpty()
            ? exact
            : Optional.of(before.get(before.lastKey()));
      }
    };
  }

  private static StateStore consuming() {
    return new BrokenStateStore() {
      private final Map<String, DurableState> given = new HashMap<>();

      @Override
      public synchronized Optional<DurableState> getLatestState(String persistenceId) {
        return store
            .getLatestState(persistenceId)
            .filter(state -> !state.equals(given.put(persistenceId, state)));
      }
    };
  }

  private static StateStore cachingWhole() {
    return new BrokenStateStore(OnDisconnect.KEEP) {
      private final Map<String, DurableState> cache = new ConcurrentHashMap<>();

      @Override
      public void disconnect() {
        store.disconnect();
        cache.clear();
      }

      @Override
      public void writeState(DurableState state) {
        store.writeState(state.toBuilder().clearShard().build());
        cache.put(state.getPersistenceId(), state);
      }

      @Override
      public Optional<DurableState> getLatestState(String persistenceId) {
        return store
            .getLatestState(persistenceId)
            .map(stored -> cache.getOrDefault(persistenceId, stored));
      }
    };
  }

  private static StateStore lowerCaseInResult() {
    return reading(
        (read, id) ->
            read.map(
                state -> state.toBuilder().setPersistenceId(id.toLowerCase(Locale.ROOT)).build()));
  }

  private static String charset(String text, Charset charset) {
    return new String(text.getBytes(charset), charset);
  }

  private static String map(String text, IntUnaryOperator map) {
    int[] mapped = text.codePoints().map(map).toArray();
    return new String(mapped, 0, mapped.length);
  }

  private static String checksum(String id, Checksum checksum) {
    checksum.update(id.getBytes(UTF_8));
    return "" + checksum.getValue();
  }

  private static long xor(String id) {
    byte[] bytes = id.getBytes(UTF_8);
    long xor = 0;
    for (int at = 0; at < bytes.length; at++) {
      xor ^= bytes[at] & 0xff;
    }
    return xor;
  }

  private static String collate(String id) {
    Collator collator = Collator.getInstance(Locale.ROOT);
    collator.setStrength(Collator.SECONDARY);
    return ByteString.copyFrom(collator.getCollationKey(id).toByteArray()).toString(ISO_8859_1);
  }

  private static String before(String id, char end) {
    int at = id.indexOf(end);
    return at > 0 ? id.substring(0, at) : id;
  }

  private static String decode(String id) {
    try {
      return URLDecoder.decode(id, UTF_8);
    } catch (IllegalArgumentException e) {
      return id;
    }
  }

  private static String percent(String text) {
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

  private static String refusing(String text, boolean refused) {
    if (refused) {
      throw refused();
    }
    return text;
  }

  private static double unsignedDouble(long value) {
    return new BigInteger(Long.toUnsignedString(value)).doubleValue();
  }
}
