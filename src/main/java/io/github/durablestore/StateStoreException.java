package io.github.durablestore;

/**
 * Thrown when a store cannot do its work. It is the base class of the exceptions of stores.
 *
 * <p>A store over a database wraps the exceptions of its driver in it.
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
   * @param cause the cause
   */
  public StateStoreException(String message, Throwable cause) {
    super(message, cause);
  }
}
