package io.github.durablestore.contract;

import org.jspecify.annotations.Nullable;

/** A failure that may be due to a capability that the subclass of the contract did not declare. */
final class AdvisedError extends AssertionError {
  private static final long serialVersionUID = 1;

  private final String advice;
  private final transient Capabilities declared;
  private boolean helps;

  /**
   * Creates a failure.
   *
   * @param advice the end of its message, which is shown once {@link #helps()} was called
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

  /** States that the rule passes if the advice is followed. */
  void helps() {
    helps = true;
  }

  @Override
  public String getMessage() {
    return super.getMessage() + (helps ? advice : "");
  }
}
