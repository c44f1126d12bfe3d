package io.github.durablestore.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.github.durablestore.broken.BrokenIdKinds;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The ids that the contract tries are of the length and the kind that it says: {@link Ids}. */
@Tag("same-on-any-jdk")
@Tag("same-on-any-protobuf")
class IdsTest {
  private static final String ID = "contract-3w5e11264sgsf";

  private static final List<Set<String>> COLLISIONS = new ArrayList<>();

  @BeforeAll
  static void findCollisions() {
    for (String id : List.of(ID, ID + "1", ID + "12", ID + "123")) {
      COLLISIONS.add(Collisions.of(id));
    }
  }

  static Stream<Arguments> ids() {
    return Stream.of(
        arguments("alike", Ids.alike(ID, false)),
        arguments("alike, few", Ids.alike(ID, true)),
        arguments("of parts", Ids.ofParts(ID, 0, false)),
        arguments("of parts, few", Ids.ofParts(ID, 0, true)),
        arguments("of long parts", Ids.ofParts(ID, 64, true)),
        arguments("of length", Ids.ofLength(64, ID)),
        arguments("reserved", Ids.reserved(ID)),
        arguments("derived", Ids.derived(ID)),
        arguments("of equal hash", COLLISIONS.get(0)),
        arguments("with U+0000", Ids.withZero(ID)),
        arguments("generated", Ids.generated(new Random(1), ID, 600)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("ids")
  void ids_fitTheLeastMaximumAndAreTheContracts(String which, Set<String> ids) {
    assertThat(ids)
        .hasSizeGreaterThan(10)
        .allSatisfy(
            id -> {
              assertThat(id.codePointCount(0, id.length()))
                  .isLessThanOrEqualTo(Capabilities.MIN_ID_LENGTH);
              assertThat(id.toLowerCase(Locale.ROOT)).contains("contract-");
              assertThat(id).isEqualTo(new String(id.getBytes(UTF_8), UTF_8));
            });
    assertThat(ids.stream().anyMatch(id -> id.contains("\0"))).isEqualTo(which.contains("U+0000"));
  }

  @ParameterizedTest
  @CsvSource({"64", "100", "255", "1000"})
  void longIds_areAsLongAsSaid(int length) {
    assertThat(Ids.ofLength(length, ID))
        .hasSize(20)
        .allSatisfy(
            id -> assertThat(id.codePointCount(0, id.length())).isBetween(length - 1, length));
    assertThat(Ids.ofParts(ID, length, true))
        .allSatisfy(id -> assertThat(id).hasSizeBetween(length - 30, length));
  }

  @Test
  void lookalikes_areTheContractsOrRandom() {
    Set<String> some = Ids.lookalikes(ID, false);
    Set<String> others = Ids.lookalikes(ID, false);

    assertThat(some)
        .allSatisfy(id -> assertThat(id).hasSizeBetween(17, Capabilities.MIN_ID_LENGTH))
        .allSatisfy(id -> assertThat(id.contains(ID) || !others.contains(id)).isTrue())
        .anySatisfy(id -> assertThat(id).matches("[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}"))
        .anySatisfy(id -> assertThat(id).matches("[0-9a-f]{24}"))
        .anySatisfy(id -> assertThat(id).matches("[1-9][0-9]{16}"))
        .anySatisfy(id -> assertThat(id).matches("0[1-9][0-9]{16}"));
  }

  static Stream<Arguments> hashes() {
    return BrokenIdKinds.HASHES.entrySet().stream()
        .map(hash -> arguments(hash.getKey(), hash.getValue()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("hashes")
  void idsOfEqualHash_areAmongThem(String which, ToIntFunction<byte[]> hash) {
    for (Set<String> ids : COLLISIONS) {
      Set<Integer> hashes = new HashSet<>();

      assertThat(ids)
          .anySatisfy(
              each -> assertThat(hashes.add(hash.applyAsInt(each.getBytes(UTF_8)))).isFalse());
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("hashes")
  void longIdsOfEqualHash_areOfThatLength(String which, ToIntFunction<byte[]> hash) {
    Set<String> ids = Collisions.ofLength(255, ID);
    assertThat(ids).allSatisfy(id -> assertThat(id).startsWith(ID).hasSizeBetween(240, 255));

    if (!which.matches("FNV.*|UUID.*|.*bytes of.*")) {
      assertThat(ids.stream().map(id -> hash.applyAsInt(id.getBytes(UTF_8))).distinct().count())
          .isLessThan(ids.size());
    }
  }

  @Test
  void idsOfMostBytes_exceedAThousand() {
    assertThat(Ids.ofMostBytes(255, ID))
        .hasSize(2)
        .allSatisfy(id -> assertThat(id.codePointCount(0, id.length())).isEqualTo(255))
        .allSatisfy(id -> assertThat(id.getBytes(UTF_8)).hasSize(4 * 255));
  }

  @ParameterizedTest
  @CsvSource({
    "CRC-32, 123456789, cbf43926",
    "CRC-32C, 123456789, e3069283",
    "Adler-32, 123456789, 91e01de",
    "FNV-1, a, 50c5d7e",
    "FNV-1a, a, e40c292c",
    "murmur3, hello, 248bfa47",
    "String.hashCode, Aa, 840",
    "4 bytes of MD5, a, cc175b9",
    "4 bytes of SHA-1, abc, a9993e36",
    "4 bytes of SHA-256, abc, ba7816bf",
    "the last 4 bytes of MD5, a, 69772661",
    "CRC-32/BZIP2, 123456789, fc891918",
    "murmur2, foobar, d0e47bbe"
  })
  void hash_hasItsKnownValue(String hash, String text, String value) {
    assertThat(Integer.toHexString(hash(hash, text.getBytes(UTF_8)))).isEqualTo(value);
  }

  @Test
  void hashesOfTheContract_areFnv() {
    byte[] text = "a\u00e9".getBytes(UTF_8);

    assertThat(Collisions.fnv(Collisions.FNV_START, text, true)).isEqualTo(hash("FNV-1", text));
    assertThat(Collisions.fnv(Collisions.FNV_START, text, false)).isEqualTo(hash("FNV-1a", text));
  }

  private static int hash(String name, byte[] text) {
    return requireNonNull(BrokenIdKinds.HASHES.get(name), name).applyAsInt(text);
  }
}
