package io.github.durablestore.contract;

/** What the store under test can do, as the subclass of the contract declares it. */
record Capabilities(
    boolean purgesOnDisconnect,
    int maximumIdLength,
    long maximumStateSize,
    boolean keepsUnknownFields,
    boolean refusesStaleWrites) {
  static final int LEAST_ID_LENGTH = 64;
  static final long LEAST_STATE_SIZE = 4_096;

  Capabilities {
    if (maximumIdLength < LEAST_ID_LENGTH) {
      throw new IllegalStateException(
          "maximumIdLength() is %s; the contract needs at least %s"
              .formatted(maximumIdLength, LEAST_ID_LENGTH));
    }
    if (maximumStateSize < LEAST_STATE_SIZE) {
      throw new IllegalStateException(
          "maximumStateSize() is %s; the contract needs at least %s"
              .formatted(maximumStateSize, LEAST_STATE_SIZE));
    }
  }
}
