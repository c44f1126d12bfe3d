package io.github.durablestore.memory;

/** What a {@link MemoryStateStore} does with its records when it is disconnected. */
public enum OnDisconnect {
  /** Drops every record. */
  PURGE,

  /**
   * Keeps every record for the next {@code connect()}: the process restarted, the database did not.
   */
  KEEP
}
