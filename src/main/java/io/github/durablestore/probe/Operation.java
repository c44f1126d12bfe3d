package io.github.durablestore.probe;

import io.github.durablestore.StateStore;

/** A method of {@link StateStore}. */
public enum Operation {
  /** {@link StateStore#connect()}. */
  CONNECT("connect"),
  /** {@link StateStore#disconnect()}. */
  DISCONNECT("disconnect"),
  /** {@link StateStore#ping()}. */
  PING("ping"),
  /** {@link StateStore#writeState}. */
  WRITE_STATE("writeState"),
  /** {@link StateStore#getLatestState}. */
  GET_LATEST_STATE("getLatestState"),
  /** {@link StateStore#close()}. */
  CLOSE("close");

  private final String method;

  Operation(String method) {
    this.method = method;
  }

  /** Returns the name of the method. */
  @Override
  public String toString() {
    return method;
  }
}
