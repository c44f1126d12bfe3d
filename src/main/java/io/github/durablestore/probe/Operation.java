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
  WRITE_STATE("write"),
  /** {@link StateStore#getLatestState}. */
  GET_LATEST_STATE("read"),
  /** {@link StateStore#close()}. */
  CLOSE("close");

  private final String verb;

  Operation(String verb) {
    this.verb = verb;
  }

  /** Returns the operation as it reads in failures, as in {@code write} or {@code connect}. */
  @Override
  public String toString() {
    return verb;
  }
}
