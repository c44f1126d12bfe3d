package io.github.durablestore;

/**
 * Thrown when a store cannot do its work: the base of every exception that is a store's own.
 *
 * <p>A store over a database wraps what its driver throws in one of these.
 */
public class StateStoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception without a cause.
   *
   * @param message what the store cannot do, and to what
   */
  public StateStoreException(String message) {
    super(message);
  }

  /**
   * Creates an exception with its cause.
   *
   * @param message what the store cannot do, and to what
   * @param cause what the store ran into
   */
  public StateStoreException(String message, Throwable cause) {
    super(message, cause);
  }
}
