package io.github.durablestore.memory;

/**
 * What a {@link MemoryStateStore} does with a write whose version is not greater, as an unsigned
 * number, than that of the state it has under the same id.
 */
public enum OnStaleWrite {
  /** Accepts it: the last write wins, whatever its version. */
  ACCEPT,

  /**
   * Refuses it with a {@link io.github.durablestore.StaleWriteException}, and changes nothing. If
   * two writers read the same version, the second one is refused, as by a database that checks
   * versions.
   */
  REFUSE
}
