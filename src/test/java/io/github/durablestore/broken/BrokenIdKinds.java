package io.github.durablestore.broken;

import static io.github.durablestore.broken.BrokenIds.id;
import static io.github.durablestore.broken.BrokenStateStore.refused;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;
import java.util.zip.Adler32;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;

/** Stores that confuse ids by their structure, their length or their hash. */
public final class BrokenIdKinds {
  /** The usual hashes of 32 bits. */
  public static final Map<String, ToIntFunction<byte[]>> HASHES = hashes();

  private static final int M2 = 0x5bd1e995;
  private static final int C1 = 0xcc9e2d51;
  private static final int C2 = 0x1b873593;

  private BrokenIdKinds() {}

  public static Stream<Broken> stores() {
    var hashed =
        HASHES.entrySet().stream()
            .map(hash -> id("keys by " + hash.getKey(), id -> hash(id, hash.getValue())));
    return Stream.of(hashed, structured().stream(), shortened().stream(), patterns().stream())
        .flatMap(Function.identity());
  }

  /** A store that refuses U+0000, as a database without that character. */
  public static StateStore withoutZero() {
    return BrokenIds.mapping(id -> refusing(id, id.contains("\0")));
  }

  /** A store that takes 255 characters, and cuts what is longer. */
  public static StateStore cuttingBeyondMaximum() {
    return BrokenIds.mapping(id -> cutCharacters(id, 255));
  }

  private static List<Broken> structured() {
    var stores = new ArrayList<Broken>();
    for (String separator : ": / . | - _ # $ , ; \\ @ & = + ~ % ? * \t \n".split(" ", -1)) {
      String at = " at " + separator.replace("\t", "tabs").replace("\n", "line ends");
      int part = stores.size() % 6;
      stores.add(
          switch (stores.size() % 4) {
            case 0 -> id("drops part " + part + at, id -> dropped(id, separator, part));
            case 1 -> id("drops the second of two parts" + at, id -> secondOfTwo(id, separator));
            case 2 -> id("drops empty parts" + at, id -> withoutEmpty(id, separator));
            default -> id("puts parts in order" + at, id -> ordered(id, separator));
          });
    }
    stores.addAll(
        List.of(
            id(
                "keeps five parts",
                id ->
                    String.join(
                        "/",
                        List.of(id.split("/", -1))
                            .subList(0, Math.min(5, id.split("/", -1).length)))),
            id(
                "drops the third of four parts",
                id -> id.replaceAll("^([^:]*:[^:]*):[^:]*(:[^:]*)$", "$1$2")),
            id("joins parts without a separator", id -> id.replace("/", "")),
            id("takes colons for slashes", id -> id.replace(':', '/')),
            id("takes blanks for dashes", id -> id.replace(' ', '-')),
            id("takes dots for slashes", id -> id.replace('.', '/')),
            id("takes plus signs for blanks", id -> id.replace('+', ' ')),
            id("cuts each part at 32 characters", id -> id.replaceAll("([^/]{32})[^/]*", "$1")),
            id("drops a trailing blank", id -> id.replaceAll(" $", "")),
            id("drops a leading zero of a part", id -> id.replaceAll("(?<=[-/:])0+(?=\\d)", "")),
            id("drops leading zeros of parts at _", id -> each(id, "_", BrokenIdKinds::number)),
            id("takes parts at | for doubles", id -> each(id, "|", BrokenIdKinds::ofDouble)),
            id("folds the second part at |", id -> second(id, "|", BrokenIdKinds::lower)),
            id("folds the last part at @", id -> last(id, "@", BrokenIdKinds::lower)),
            id("strips parts at ;", id -> each(id, ";", String::strip)),
            id("strips the second part at =", id -> second(id, "=", String::stripTrailing)),
            id("unwraps __x__", id -> id.replaceAll("^__(.*)__$", "$1")),
            id("unwraps brackets", id -> id.replaceAll("(?s)^\\[(.*)]$", "$1")),
            id("resolves ..", id -> id.replaceAll("(?<![^/])[^/]+/\\.\\.(/|$)", "")),
            id(
                "resolves .. of Windows",
                id -> id.replaceAll("(?<![^\\\\])[^\\\\]+\\\\\\.\\.(\\\\|$)", "")),
            id("drops /.", id -> id.replace("/./", "/")),
            id("decodes hexadecimal escapes", id -> decoded(id, "\\\\x([0-9a-f]{2})")),
            id(
                "decodes percent signs twice",
                id -> decoded(decoded(id, "%25([0-9a-fA-F]{2})"), "%([0-9a-fA-F]{2})")),
            id("refuses NUL", id -> refusing(id, id.endsWith("NUL"))),
            id("refuses __x__", id -> refusing(id, id.matches("__.*__"))),
            id("refuses $where", id -> refusing(id, id.contains("$where"))),
            id("takes null for nothing", id -> id.replace("null", "")),
            id("writes umlauts out", id -> written(id, "\u00e4=ae \u00f6=oe \u00fc=ue \u00df=ss")),
            id("writes Nordic letters out", id -> written(id, "\u00f8=o \u00e6=ae \u00e5=aa")),
            id("writes Polish letters out", id -> written(id, "\u0141=L \u0142=l")),
            id("writes Cyrillic letters out", id -> written(id, "\u0436=zh \u0448=sh")),
            id("writes ligatures out", id -> written(id, "\ufb01=fi \ufb03=ffi \u0153=oe")),
            id(
                "takes full-width letters for ASCII",
                id ->
                    id.codePoints()
                        .map(c -> c >= 0xff01 && c <= 0xff5e ? c - 0xfee0 : c)
                        .collect(
                            StringBuilder::new,
                            StringBuilder::appendCodePoint,
                            StringBuilder::append)
                        .toString()),
            id(
                "drops acute accents",
                id -> Normalizer.normalize(id, Normalizer.Form.NFD).replace("\u0301", ""))));
    return stores;
  }

  private static String lower(String id) {
    return id.toLowerCase(Locale.ROOT);
  }

  private static List<Broken> shortened() {
    return List.of(
        Broken.of("R10", "cuts at 255 characters", BrokenIdKinds::cuttingBeyondMaximum),
        id("cuts at 255 bytes", id -> cutBytes(id, 255)),
        id("cuts at 64 characters", id -> cut(id, 64)),
        id("cuts at 1,000 bytes", id -> cutBytes(refusingBeyondMaximum(id), 1_000)),
        id("hashes more than 100 characters", id -> hashing(id, 100, 0, "CRC-32")),
        id("hashes more than 200 characters", id -> hashing(id, 200, 0, "String.hashCode")),
        id("hashes more than 255 characters", id -> hashing(id, 255, 240, "String.hashCode")),
        id("adds MD5 to 64 characters", id -> hashing(id, 70, 64, "4 bytes of MD5")),
        id("adds SHA-256 to 100 characters", id -> hashing(id, 140, 100, "4 bytes of SHA-256")),
        id("adds FNV-1a to 200 characters", id -> hashing(id, 220, 200, "FNV-1a")),
        id("adds a hash to 180 characters", id -> hashing(id, 200, 180, "CRC-32")),
        id("adds murmur3 to 32 characters", id -> hashing(id, 200, 32, "murmur3")),
        id("folds case beyond 100 characters", id -> id.length() > 100 ? lower(id) : id),
        id("cuts at 512 characters", id -> cut(id, 512)),
        id("cuts at 1,024 bytes", id -> cutBytes(id, 1_024)),
        id("cuts at 65,535 bytes", id -> cutBytes(id, 65_535)),
        id(
            "refuses 1,024 characters and cuts at 400",
            id -> cut(refusing(id, id.length() >= 1_024), 400)),
        id(
            "ends ids at U+0000",
            id -> id.contains("\0") ? cut(id, Math.max(1, id.indexOf('\0'))) : id),
        id("takes U+0000 for a blank", id -> id.replace('\0', ' ')),
        Broken.of("R10", "cuts at 255 characters when it reads", BrokenIdKinds::cuttingReads));
  }

  private static List<Broken> patterns() {
    return List.of(
        matching("reads by LIKE, with _ in the middle", id -> like(id, '_', ".")),
        matching("reads by LIKE, with % anywhere", id -> like(id, '%', ".*")),
        matching("reads by a regular expression", id -> id),
        matching("reads by a glob of classes", id -> like(id, '?', ".")),
        matching("ignores case when it reads", id -> "(?i)" + Pattern.quote(id)),
        matching(
            "lets SQL in, by double quotes",
            id -> id.contains("\" OR 1=1") ? ".*" : Pattern.quote(id)));
  }

  private static Broken matching(String what, UnaryOperator<String> pattern) {
    return Broken.of("R7", what, () -> new Matching(pattern));
  }

  private static final class Matching extends BrokenStateStore {
    private final UnaryOperator<String> pattern;

    Matching(UnaryOperator<String> pattern) {
      this.pattern = pattern;
    }

    @Override
    public Optional<DurableState> getLatestState(String persistenceId) {
      Optional<DurableState> exact = store.getLatestState(persistenceId);
      return exact.isPresent()
          ? exact
          : store.states().values().stream().filter(matches(persistenceId)).findFirst();
    }

    private Predicate<DurableState> matches(String id) {
      try {
        Pattern wanted = Pattern.compile(pattern.apply(id), Pattern.DOTALL);
        return state -> wanted.matcher(state.getPersistenceId()).matches();
      } catch (PatternSyntaxException e) {
        return state -> false;
      }
    }
  }

  private static StateStore cuttingReads() {
    return new BrokenStateStore() {
      @Override
      public void writeState(DurableState state) {
        String id = requireNonNull(state, "state").getPersistenceId();
        refusingBeyondMaximum(id);
        store.writeState(state);
      }

      @Override
      public Optional<DurableState> getLatestState(String persistenceId) {
        return store.getLatestState(cutCharacters(persistenceId, 255));
      }
    };
  }

  private static String like(String id, char wildcard, String meaning) {
    return Pattern.quote(id).replace("" + wildcard, "\\E" + meaning + "\\Q");
  }

  private static String dropped(String id, String separator, int part) {
    List<String> parts = new ArrayList<>(List.of(id.split(Pattern.quote(separator), -1)));
    int at = part < 3 ? part : parts.size() - part + 2;
    if (at >= 0 && at < parts.size() && parts.size() > 1) {
      parts.remove(at);
    }
    return String.join(separator, parts);
  }

  private static String each(String id, String separator, UnaryOperator<String> change) {
    List<String> parts = new ArrayList<>(List.of(id.split(Pattern.quote(separator), -1)));
    parts.replaceAll(change);
    return String.join(separator, parts);
  }

  private static String second(String id, String separator, UnaryOperator<String> change) {
    List<String> parts = new ArrayList<>(List.of(id.split(Pattern.quote(separator), -1)));
    if (parts.size() > 1) {
      parts.set(1, change.apply(parts.get(1)));
    }
    return String.join(separator, parts);
  }

  private static String last(String id, String separator, UnaryOperator<String> change) {
    int at = id.lastIndexOf(separator) + 1;
    return at == 0 ? id : id.substring(0, at) + change.apply(id.substring(at));
  }

  private static String number(String part) {
    return part.matches("\\d{1,18}") ? "" + Long.parseLong(part) : part;
  }

  private static String ofDouble(String part) {
    return part.matches("\\d{10,18}") ? "" + Double.parseDouble(part) : part;
  }

  private static String secondOfTwo(String id, String separator) {
    String[] parts = id.split(Pattern.quote(separator), -1);
    return parts.length == 2 ? parts[0] + separator : id;
  }

  private static String withoutEmpty(String id, String separator) {
    String parts = Pattern.quote(separator);
    return id.replaceAll("(?<=.)(" + parts + ")+(?=.)", Matcher.quoteReplacement(separator));
  }

  private static String ordered(String id, String separator) {
    String[] parts = id.split(Pattern.quote(separator), -1);
    Arrays.sort(parts);
    return String.join(separator, parts);
  }

  private static String decoded(String id, String escape) {
    return Pattern.compile(escape)
        .matcher(id)
        .replaceAll(
            found -> Matcher.quoteReplacement("" + (char) Integer.parseInt(found.group(1), 16)));
  }

  private static String written(String id, String letters) {
    String plain = id;
    for (String letter : letters.split(" ", -1)) {
      plain = plain.replace(letter.substring(0, 1), letter.substring(2));
    }
    return plain;
  }

  private static String cutCharacters(String id, int length) {
    int least = Math.min(length, id.codePointCount(0, id.length()));
    return id.substring(0, id.offsetByCodePoints(0, least));
  }

  private static String cut(String id, int length) {
    return id.substring(0, Math.min(length, id.length()));
  }

  private static String cutBytes(String id, int length) {
    byte[] bytes = id.getBytes(UTF_8);
    return new String(bytes, 0, Math.min(length, bytes.length), ISO_8859_1);
  }

  private static String refusing(String id, boolean refused) {
    if (refused) {
      throw refused();
    }
    return id;
  }

  private static String refusingBeyondMaximum(String id) {
    return refusing(id, id.codePointCount(0, id.length()) > 255);
  }

  private static String hashing(String id, int most, int kept, String hash) {
    return id.length() <= most
        ? id
        : cut(id, kept) + "#" + hash(id, requireNonNull(HASHES.get(hash)));
  }

  private static String hash(String id, ToIntFunction<byte[]> hash) {
    return Integer.toHexString(hash.applyAsInt(id.getBytes(UTF_8)));
  }

  private static Map<String, ToIntFunction<byte[]>> hashes() {
    var hashes = new TreeMap<String, ToIntFunction<byte[]>>();
    hashes.put("CRC-32", bytes -> checksum(bytes, new CRC32()));
    hashes.put("CRC-32/BZIP2", BrokenIdKinds::crcOfBzip2);
    hashes.put(
        "CRC-32 of UTF-16",
        bytes -> checksum(new String(bytes, UTF_8).getBytes(UTF_16BE), new CRC32()));
    hashes.put("UUID.hashCode", bytes -> UUID.nameUUIDFromBytes(bytes).hashCode());
    hashes.put("murmur2", BrokenIdKinds::murmur2);
    hashes.put("CRC-32C", bytes -> checksum(bytes, new CRC32C()));
    hashes.put("Adler-32", bytes -> checksum(bytes, new Adler32()));
    hashes.put("FNV-1", bytes -> fnv(bytes, false));
    hashes.put("FNV-1a", bytes -> fnv(bytes, true));
    hashes.put("murmur3", bytes -> murmur3(bytes, 0));
    hashes.put("murmur3 of another seed", bytes -> murmur3(bytes, 0x9747b28c));
    hashes.put("String.hashCode", bytes -> polynomial(bytes, 31));
    hashes.put("djb2", bytes -> polynomial(bytes, 33));
    hashes.put("sdbm", bytes -> polynomial(bytes, 65_599));
    for (String algorithm : List.of("MD5", "SHA-1", "SHA-256")) {
      hashes.put("4 bytes of " + algorithm, bytes -> digest(bytes, algorithm, true));
      hashes.put("the last 4 bytes of " + algorithm, bytes -> digest(bytes, algorithm, false));
    }
    return hashes;
  }

  private static int checksum(byte[] bytes, Checksum checksum) {
    checksum.update(bytes);
    return (int) checksum.getValue();
  }

  private static int polynomial(byte[] bytes, int factor) {
    int hash = 0;
    for (byte each : bytes) {
      hash = hash * factor + each;
    }
    return hash;
  }

  private static int fnv(byte[] bytes, boolean xorFirst) {
    long hash = 2_166_136_261L;
    for (byte each : bytes) {
      int one = Byte.toUnsignedInt(each);
      hash = (xorFirst ? (hash ^ one) * 16_777_619 : hash * 16_777_619 ^ one) & 0xffffffffL;
    }
    return (int) hash;
  }

  private static int crcOfBzip2(byte[] bytes) {
    int crc = -1;
    for (byte each : bytes) {
      crc ^= each << 24;
      for (int bit = 0; bit < Byte.SIZE; bit++) {
        crc = crc << 1 ^ (crc < 0 ? 0x04c11db7 : 0);
      }
    }
    return ~crc;
  }

  /** The hash of Kafka's partitions. */
  private static int murmur2(byte[] bytes) {
    int hash = 0x9747b28c ^ bytes.length;
    int whole = bytes.length / 4 * 4;
    for (int at = 0; at < whole; at += 4) {
      int block = block(bytes, at, at + 4) * M2;
      hash = hash * M2 ^ (block ^ block >>> 24) * M2;
    }
    if (whole < bytes.length) {
      hash = (hash ^ block(bytes, whole, bytes.length)) * M2;
    }
    hash = (hash ^ hash >>> 13) * M2;
    return hash ^ hash >>> 15;
  }

  private static int murmur3(byte[] bytes, int seed) {
    int hash = seed;
    int whole = bytes.length / 4 * 4;
    for (int at = 0; at < whole; at += 4) {
      hash = Integer.rotateLeft(hash ^ scrambled(bytes, at, at + 4), 13) * 5 + 0xe6546b64;
    }
    hash ^= scrambled(bytes, whole, bytes.length) ^ bytes.length;
    hash = (hash ^ hash >>> 16) * 0x85ebca6b;
    hash = (hash ^ hash >>> 13) * 0xc2b2ae35;
    return hash ^ hash >>> 16;
  }

  private static int scrambled(byte[] bytes, int from, int to) {
    return Integer.rotateLeft(block(bytes, from, to) * C1, 15) * C2;
  }

  private static int block(byte[] bytes, int from, int to) {
    int block = 0;
    for (int at = to - 1; at >= from; at--) {
      block = block << 8 | Byte.toUnsignedInt(bytes[at]);
    }
    return block;
  }

  private static int digest(byte[] bytes, String algorithm, boolean isFirst) {
    try {
      byte[] digest = MessageDigest.getInstance(algorithm).digest(bytes);
      return ByteBuffer.wrap(digest).getInt(isFirst ? 0 : digest.length - 4);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
