package io.github.durablestore.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.ToIntFunction;

/** Persistence ids that have equal hashes of 32 bits. */
final class Collisions {
  private static final int FNV_START = 0x811c9dc5;
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
          List.of("tfgwwcjq", "hxnnkrpj"), // CRC-32C
          List.of("adda", "bccb"), // Adler-32
          List.of("ab", "ba"), // a sum
          List.of("ca0oca0o", "\u30a3!\u30a3!"), // murmur2, of any seed, after 4, 8, 12... bytes
          List.of(")#B!aap0", "\u0441!,aa!l")); // murmur3, in the same way

  private Collisions() {}

  /** Returns ids that start with the given one, of ASCII characters. */
  static Set<String> of(String id) throws NoSuchAlgorithmException {
    var ids = new LinkedHashSet<String>();
    for (List<String> endings : ENDINGS) {
      for (String padding = ""; padding.length() < 4; padding += "-") {
        for (String ending : endings) {
          ids.add(id + padding + ending);
        }
      }
    }
    addEqual(ids, id, Collisions::fnv1);
    addEqual(ids, id, Collisions::fnv1a);
    addEqual(ids, id, bytes -> UUID.nameUUIDFromBytes(bytes).hashCode());
    for (String algorithm : List.of("MD5", "SHA-1", "SHA-256")) {
      MessageDigest digest = MessageDigest.getInstance(algorithm);
      int last = digest.getDigestLength() - Integer.BYTES;
      addEqual(ids, id, bytes -> ByteBuffer.wrap(digest.digest(bytes)).getInt(0));
      addEqual(ids, id, bytes -> ByteBuffer.wrap(digest.digest(bytes)).getInt(last));
    }
    return ids;
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

  /** Adds two ids of equal length and hash. Among 80,000 random ids there are two. */
  private static void addEqual(Set<String> ids, String id, ToIntFunction<byte[]> hash) {
    Map<Integer, String> seen = new HashMap<>();
    var random = new Random(0);
    while (true) {
      String next = id + Long.toString(1L << 59 | random.nextLong() >>> 5, 36);
      String other = seen.put(hash.applyAsInt(next.getBytes(UTF_8)), next);
      if (other != null) {
        ids.add(other);
        ids.add(next);
        return;
      }
    }
  }

  static int fnv1(byte[] bytes) {
    int hash = FNV_START;
    for (byte each : bytes) {
      hash = hash * FNV_PRIME ^ (each & 0xff);
    }
    return hash;
  }

  static int fnv1a(byte[] bytes) {
    int hash = FNV_START;
    for (byte each : bytes) {
      hash = (hash ^ (each & 0xff)) * FNV_PRIME;
    }
    return hash;
  }
}
