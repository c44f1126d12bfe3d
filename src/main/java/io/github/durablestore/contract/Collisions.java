package io.github.durablestore.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToIntFunction;

/** Persistence ids that have equal hashes of 32 bits. */
final class Collisions {
  static final int FNV_START = 0x811c9dc5;
  private static final int FNV_PRIME = 0x01000193;

  /** Endings whose hashes are equal, whatever precedes them. A test names the hashes. */
  static final List<List<String>> ENDINGS =
      List.of(
          List.of("Aa", "BB"), // String.hashCode
          List.of("AaAaAaAa", "AaAaBBBB", "BBBBAaAa", "BBBBBBBB"),
          List.of("tuhmtfmu", "etxfwrgs"), // djb2
          List.of("hprvtxcf", "bpikajke"), // sdbm
          List.of("plumless", "buckeroo"), // CRC-32
          List.of("oxcbnsht", "rjuscyxc"), // CRC-32/BZIP2
          List.of("zpwqwnnd", "hqdyvuih"), // CRC-32 of UTF-16
          List.of("tfgwwcjq", "hxnnkrpj"), // CRC-32C
          List.of("adda", "bccb"), // Adler-32
          List.of("ab", "ba"), // a sum
          List.of("ca0oca0o", "\u30a3!\u30a3!"), // murmur2, of any seed, after 4, 8, 12... bytes
          List.of(")#B!aap0", "\u0441!,aa!l")); // murmur3, in the same way

  /** Texts whose hashes are equal, also if the same follows them. */
  static final List<List<String>> BEGINNINGS =
      List.of(List.of("ipkgfuqy", "jrkjnyoe"), List.of("yigbvsdn", "wwlcdtrq")); // FNV-1, FNV-1a

  private static final int DIGITS = 7; // of base 31, in 32 bits
  private static final int LETTERS = 15;
  private static final int SLOTS = 1 << 20;
  private static final long RANDOM = 0x9e3779b97f4a7c15L;

  private Collisions() {}

  /** Returns ids that start with the given one, of ASCII characters. */
  static Set<String> of(String id) {
    var ids = new LinkedHashSet<String>();
    for (List<String> endings : ENDINGS) {
      for (String padding = ""; padding.length() < 4; padding += "-") {
        for (String ending : endings) {
          ids.add(id + padding + ending);
        }
      }
    }
    for (int hash : List.of(Integer.MIN_VALUE, -1, 0)) {
      ids.add(ofHash(id, hash, 0)); // of the text
      ids.add(ofHash(id, hash, 1)); // of its bytes, as Arrays.hashCode
    }
    byte[] start = id.getBytes(UTF_8);
    for (boolean isFnv1 : new boolean[] {true, false}) {
      int begun = fnv(FNV_START, start, isFnv1);
      addEqual(ids, id, letters -> fnv(begun, letters, isFnv1));
    }
    for (String algorithm : List.of("MD5", "SHA-1", "SHA-256")) {
      MessageDigest begun = newDigest(algorithm);
      begun.update(start);
      int last = begun.getDigestLength() - Integer.BYTES;
      addEqual(ids, id, letters -> digest(begun, letters).getInt(0));
      addEqual(ids, id, letters -> digest(begun, letters).getInt(last));
      if (algorithm.equals("MD5")) {
        addEqual(ids, id, letters -> hashOfUuid(digest(begun, letters)));
      }
    }
    return ids;
  }

  private static MessageDigest newDigest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JDK lacks an algorithm", e);
    }
  }

  /** A long text is digested once, not with each of its endings. */
  private static ByteBuffer digest(MessageDigest begun, byte[] ending) {
    try {
      return ByteBuffer.wrap(((MessageDigest) begun.clone()).digest(ending));
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("the digests of this JDK cannot be cloned", e);
    }
  }

  /** As UUID.nameUUIDFromBytes(...).hashCode(), but for the bits that are the same in all. */
  private static int hashOfUuid(ByteBuffer digest) {
    int middle = (digest.getInt(4) & 0xffff0fff) ^ (digest.getInt(8) & 0x3fffffff);
    return digest.getInt(0) ^ middle ^ digest.getInt(12);
  }

  /**
   * Returns an id whose hash is special: of {@link Integer#MIN_VALUE}, {@code Math.abs} is
   * negative. A hash that starts with a seed is 31 times that of the text before, plus the
   * character.
   */
  static String ofHash(String id, int hash, int seed) {
    for (int number = 0; ; number++) {
      String start = id + "-" + number;
      int found = seed;
      for (char each : (start + "A".repeat(DIGITS)).toCharArray()) {
        found = 31 * found + each;
      }
      var ending = new StringBuilder();
      for (long rest = hash - found & 0xffffffffL; ending.length() < DIGITS; rest /= 31) {
        ending.append((char) ('A' + rest % 31));
      }
      if (ending.chars().allMatch(Character::isLetter)) {
        return start + ending.reverse();
      }
    }
  }

  /** Returns long ids that differ at the beginning or at the end, and have equal hashes. */
  static Set<String> ofLength(int length, String id) {
    var ids = new LinkedHashSet<String>();
    int start = id.length() + 3 & ~3; // murmur needs a multiple of 4
    for (List<String> endings : ENDINGS) {
      int size = endings.get(0).length();
      String filler = "-".repeat((length - start - size) & ~3);
      String first = id + "-".repeat(start - id.length());
      endings.forEach(
          ending -> ids.addAll(List.of(first + filler + ending, first + ending + filler)));
    }
    return ids;
  }

  /**
   * Adds two ids of equal length and hash. Among 80,000 random ids there are two.
   *
   * @param hash returns the hash of an id by the letters at its end
   */
  private static void addEqual(Set<String> ids, String id, ToIntFunction<byte[]> hash) {
    byte[] letters = new byte[LETTERS];
    var seen = new long[SLOTS]; // a hash and the number of its id, found by the hash
    for (int number = 1; ; number++) {
      setRandom(letters, number);
      int found = hash.applyAsInt(letters);
      int slot = found & SLOTS - 1;
      while (seen[slot] != 0 && seen[slot] >> Integer.SIZE != found) {
        slot = slot + 1 & SLOTS - 1;
      }
      if (seen[slot] != 0) {
        ids.add(id + new String(letters, UTF_8));
        setRandom(letters, (int) seen[slot]);
        ids.add(id + new String(letters, UTF_8));
        return;
      }
      seen[slot] = (long) found << Integer.SIZE | number;
    }
  }

  private static void setRandom(byte[] letters, int number) {
    long random = number * RANDOM;
    random = (random ^ random >>> 29) * RANDOM;
    for (int at = 0; at < letters.length; at++) {
      letters[at] = (byte) ('a' + (random >>> 60));
      random <<= 4;
    }
  }

  /**
   * Continues a hash with more bytes.
   *
   * @param isFnv1 of FNV-1, otherwise of FNV-1a
   */
  static int fnv(int start, byte[] bytes, boolean isFnv1) {
    int hash = start;
    for (byte each : bytes) {
      int next = each & 0xff;
      hash = isFnv1 ? hash * FNV_PRIME ^ next : (hash ^ next) * FNV_PRIME;
    }
    return hash;
  }
}
