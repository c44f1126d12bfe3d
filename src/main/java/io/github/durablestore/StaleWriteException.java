package io.github.durablestore;

/**
 * Thrown when a store that checks versions refuses a write: the version is not greater than that of
 * the state that the store has. Someone else may have written in between.
 *
 * <p>To write all the same, read the latest state again, apply the change to it, and write the
 * result with the next version.
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
