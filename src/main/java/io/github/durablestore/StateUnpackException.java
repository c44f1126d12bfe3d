package io.github.durablestore;

/**
 * Thrown when the message inside a state cannot be unpacked: there is none, its type is unknown or
 * not the requested one, or its bytes do not parse.
 */
public final class StateUnpackException extends StateStoreException {
  private static final long serialVersionUID = 1L;

  StateUnpackException(String message) {
    super(message);
  }

  StateUnpackException(String message, Throwable cause) {
    super(message, cause);
  }
}
