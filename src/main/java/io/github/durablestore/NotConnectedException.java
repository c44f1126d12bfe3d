package io.github.durablestore;

/** Thrown when a state is written to, or read from, a store that is not connected. */
public final class NotConnectedException extends StateStoreException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message what the store cannot do, and to what
   */
  public NotConnectedException(String message) {
    super(message);
  }
}
