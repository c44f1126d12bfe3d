package io.github.durablestore.broken;

import static io.github.durablestore.broken.BrokenStateStore.refuseIf;
import static io.github.durablestore.broken.BrokenStateStore.states;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.function.LongUnaryOperator;
import java.util.stream.Stream;

/** Stores that change versions, shards and times. */
public final class BrokenNumbers {
  private static final BigInteger LARGEST = BigInteger.TWO.pow(64).subtract(BigInteger.ONE);

  private BrokenNumbers() {}

  public static Stream<Broken> stores() {
    return Stream.of(
        version("refuses negative versions", v -> refuseIf(v < 0, v)),
        version("keeps versions as doubles", v -> (long) (double) v),
        version("keeps versions as unsigned doubles", BrokenNumbers::unsignedDouble),
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
        time("takes 29 February for 1 March", BrokenNumbers::withoutLeapDay),
        time("keeps local times in Asia/Tehran", BrokenNumbers::local),
        time("multiplies times", v -> v * 1_000 / 1_000),
        time("takes -1 for none", v -> v == -1 ? 0 : v),
        time("drops the sign of times", Math::abs));
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

  private static boolean isUsual(long time) {
    return time >= 0 && time < 4_102_444_800_000L;
  }

  private static long withoutLeapDay(long time) {
    long day = 86_400_000;
    return isUsual(time) && LocalDate.ofEpochDay(time / day).toString().endsWith("-02-29")
        ? time + day
        : time;
  }

  private static long local(long time) {
    ZoneId zone = ZoneId.of("Asia/Tehran");
    Instant instant = Instant.ofEpochMilli(time);
    return isUsual(time)
        ? LocalDateTime.ofInstant(instant, zone).atZone(zone).toInstant().toEpochMilli()
        : time;
  }

  private static long unsignedDouble(long value) {
    double rounded = new BigInteger(Long.toUnsignedString(value)).doubleValue();
    return value < 0
        ? new BigDecimal(rounded).toBigInteger().min(LARGEST).longValue()
        : (long) rounded;
  }
}
