package io.github.durablestore.scenario;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Scenarios that fail. */
final class Failing {
  private Failing() {}

  /** Returns the text with which a scenario fails. */
  static String of(ThrowingCallable scenario) {
    try {
      scenario.call();
    } catch (AssertionError e) {
      return String.valueOf(e.getMessage());
    } catch (Throwable e) {
      throw new AssertionError("the scenario threw what is no AssertionError: " + e, e);
    }
    throw new AssertionError("the scenario was to fail, and passed");
  }
}
