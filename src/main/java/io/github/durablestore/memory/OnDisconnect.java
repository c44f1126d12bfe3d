package io.github.durablestore.memory;

/** What a {@link MemoryStateStore} does with its records when it is disconnected. */
public enum OnDisconnect {
  /** Discards every record. */
  PURGE,

  /**
   * Keeps every record for the next {@code connect()}: as if the process had restarted, but not the
   * database.
   */
  KEEP
}
