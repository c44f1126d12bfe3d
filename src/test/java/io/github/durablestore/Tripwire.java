package io.github.durablestore;

/** Tells when it is initialized. A message may have its name. */
final class Tripwire {
  static {
    StateUnpackerTest.tripped = true;
  }

  private Tripwire() {}
}
