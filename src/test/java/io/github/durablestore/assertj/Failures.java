package io.github.durablestore.assertj;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Assertions about assertions that fail. */
final class Failures {
  private Failures() {}

  static AbstractThrowableAssert<?, ? extends Throwable> assertFailure(ThrowingCallable assertion) {
    return assertThatThrownBy(assertion).isInstanceOf(AssertionError.class);
  }

  /** Returns whether an assertion passes. */
  static boolean passes(Runnable assertion) {
    try {
      assertion.run();
      return true;
    } catch (AssertionError e) {
      return false;
    }
  }
}
