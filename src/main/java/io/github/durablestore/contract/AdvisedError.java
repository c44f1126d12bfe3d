package io.github.durablestore.contract;

import org.jspecify.annotations.Nullable;

/** A failure that may be due to a capability that the subclass of the contract did not declare. */
final class AdvisedError extends AssertionError {
  private static final long serialVersionUID = 1;

  private final String advice;
  private final transient Capabilities declared;
  private String shown = "";

  /**
   * Creates a failure.
   *
   * @param advice the end of its message, which is shown only once {@link #show} was called
   * @param declared the capabilities if the advice is followed
   */
  AdvisedError(String message, @Nullable Throwable cause, String advice, Capabilities declared) {
    super(message, cause);
    this.advice = advice;
    this.declared = declared;
  }

  Capabilities declared() {
    return declared;
  }

  String advice() {
    return advice;
  }

  /** Shows advice with which the rule passes. */
  void show(String helpful) {
    shown = helpful;
  }

  @Override
  public String getMessage() {
    return super.getMessage() + shown;
  }
}
