package io.github.durablestore.contract;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;

/** Numbers that change in a type that is too small, signed or inexact. */
final class Numbers {
  // The value bits of byte, short, float, int, double and long, signed and unsigned.
  private static final int[] BITS = {7, 8, 15, 16, 24, 31, 32, 52, 53, 62, 63};

  // Decimals of common precisions, and one that any float, double or rounding changes.
  private static final long[] DECIMALS = {
    99_999, 999_999_999, 9_999_999_999L, 1_234_567_890_123_456_789L, 999_999_999_999_999_999L
  };

  // One time in seconds, milliseconds, microseconds and nanoseconds; years 1, 1582, 9999 and 10000.
  private static final long[] TIMES = {
    1_700_000_000L,
    1_700_000_000_123L,
    1_700_000_000_123_456L,
    1_700_000_000_123_456_789L,
    1_700_000_000_999L,
    -62_135_596_800_000L,
    -62_135_596_800_001L,
    -12_219_292_800_001L,
    253_402_300_799_999L,
    253_402_300_800_000L,
    999,
    1_001,
    -999,
    -1_001
  };

  // Years of 53 weeks, with a leap day, after 2^31 and 2^32 seconds; the first and last years of
  // some systems, which often mean that there is no time. Days at their ends.
  private static final int[] YEARS = {
    1582, 1601, 1753, 1899, 1900, 1969, 1970, 2016, 2020, 2024, 2026, 2038, 2079, 2100, 2262, 2263,
    9999
  };
  private static final List<String> DAYS =
      List.of("-01-01", "-03-01", "-12-28", "-12-30", "-12-31");
  private static final long HOUR = 3_600_000;

  private Numbers() {}

  /** Returns numbers for an unsigned field, each as the {@code long} with the same bits. */
  static List<Long> unsigned() {
    Set<Long> numbers = new TreeSet<>(Long::compareUnsigned);
    for (int bits : BITS) {
      LongStream.rangeClosed(-1, 1).forEach(step -> numbers.add((1L << bits) + step));
    }
    LongStream.of(DECIMALS).forEach(numbers::add);
    numbers.addAll(
        List.of(
            0L,
            1L,
            -1L,
            -2L,
            -1L - (1L << 10),
            -1L << 32,
            Long.parseUnsignedLong("10000000000000000000"),
            Long.parseUnsignedLong("12345678901234567890")));
    return new ArrayList<>(numbers);
  }

  /**
   * Returns numbers for a signed field, which usually contains a time.
   *
   * @param few returns the times in milliseconds only
   */
  static List<Long> signed(boolean few) {
    Set<Long> numbers = new TreeSet<>(unsigned());
    for (int bits : BITS) {
      LongStream.rangeClosed(-1, 1).forEach(step -> numbers.add(-(1L << bits) + step));
    }
    LongStream.of(TIMES).forEach(numbers::add);
    Set<Long> times = new TreeSet<>();
    ZoneId.getAvailableZoneIds().forEach(zone -> addSummerTime(times, ZoneId.of(zone).getRules()));
    for (int year : YEARS) {
      for (String day : DAYS) {
        Instant midnight = Instant.parse(year + day + "T00:00:00Z");
        LongStream.of(-12 * HOUR, 0, HOUR / 2, 12 * HOUR, 24 * HOUR - 1)
            .forEach(time -> times.add(midnight.toEpochMilli() + time));
      }
    }
    numbers.addAll(times);
    if (!few) { // in seconds, microseconds or nanoseconds
      int unit = 0;
      for (long time : times) {
        numbers.add(
            switch (unit++ % 3) {
              case 0 -> time / 1_000;
              case 1 -> time * 1_000 + 1;
              default -> time * 1_000_000 + 1;
            });
      }
    }
    return new ArrayList<>(numbers);
  }

  /**
   * Adds times in both hours that one clock change repeats, and beside the one that another skips:
   * as times in the zone, and as times in UTC that are taken for such.
   */
  private static void addSummerTime(Set<Long> numbers, ZoneRules rules) {
    Instant before = Instant.ofEpochMilli(States.TIME);
    for (int change = 1; change <= 2; change++) {
      ZoneOffsetTransition transition = rules.previousTransition(before);
      if (transition == null) {
        return;
      }
      before = transition.getInstant();
      long half = transition.getDuration().abs().toMillis() / 2;
      Instant local = transition.getDateTimeBefore().toInstant(ZoneOffset.UTC);
      for (Instant time : List.of(before, local)) {
        numbers.add(time.toEpochMilli() - half + 1);
        numbers.add(time.toEpochMilli() + half + 1);
      }
    }
  }
}
