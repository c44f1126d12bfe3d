package io.github.durablestore.contract;

/** What the store under test can do, as the subclass of the contract declares it. */
record Capabilities(
    boolean purgesOnDisconnect,
    int maximumIdLength,
    long maximumStateSize,
    long timestampResolution,
    boolean keepsUnknownFields,
    boolean refusesStaleWrites,
    boolean acceptsOnlyNextVersion) {
  static final int MIN_ID_LENGTH = 64;
  static final long MIN_STATE_SIZE = 4_096;

  /** A payload of 1 MiB, and the rest: a store that declares no maximum takes that. */
  static final long EVERY_STATE_SIZE = Payloads.MEBIBYTE + MIN_STATE_SIZE;

  static final long COARSEST_TIMESTAMPS = 1_000;

  Capabilities {
    refusesStaleWrites |= acceptsOnlyNextVersion;
    require(maximumIdLength >= MIN_ID_LENGTH, "maximumIdLength", maximumIdLength, "at least 64");
    require(
        maximumStateSize >= MIN_STATE_SIZE, "maximumStateSize", maximumStateSize, "at least 4096");
    require(
        timestampResolution > 0 && COARSEST_TIMESTAMPS % timestampResolution == 0,
        "timestampResolution",
        timestampResolution,
        "a divisor of 1000");
  }

  private static void require(boolean suffices, String method, long value, String needed) {
    if (!suffices) {
      throw new IllegalStateException(
          "%s() is %s; the contract needs %s".formatted(method, value, needed));
    }
  }

  /** Returns whether a store of other capabilities fails the one rule that is about the others. */
  boolean isOfOtherKind(Capabilities other) {
    return purgesOnDisconnect != other.purgesOnDisconnect
        || keepsUnknownFields != other.keepsUnknownFields
        || refusesStaleWrites != other.refusesStaleWrites;
  }

  /** Returns the same capabilities, except for the one that a method of the contract declares. */
  Capabilities with(String method, long value) {
    return new Capabilities(
        method.equals("purgesOnDisconnect") ? value != 0 : purgesOnDisconnect,
        method.equals("maximumIdLength") ? (int) value : maximumIdLength,
        method.equals("maximumStateSize") ? value : maximumStateSize,
        method.equals("timestampResolution") ? value : timestampResolution,
        method.equals("keepsUnknownFields") ? value != 0 : keepsUnknownFields,
        method.equals("refusesStaleWrites") ? value != 0 : refusesStaleWrites,
        method.equals("acceptsOnlyNextVersion") ? value != 0 : acceptsOnlyNextVersion);
  }
}
