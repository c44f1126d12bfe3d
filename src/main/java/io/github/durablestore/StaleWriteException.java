package io.github.durablestore;

/**
 * Thrown when a store that checks versions refuses a write, because the store already has a state
 * of the same or a greater version. Another writer may have written in between.
 *
 * <p>To retry, read the latest state again, apply the change to it, and write the result with the
 * next version.
 */
public final class StaleWriteException extends StateStoreException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message what was refused: the id, the version written and the version in the store
   */
  public StaleWriteException(String message) {
    super(message);
  }
}
