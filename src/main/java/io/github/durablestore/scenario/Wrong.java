package io.github.durablestore.scenario;

import io.github.durablestore.text.Text;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with a run.
 *
 * @param isTrouble whether its threads did not go on
 */
record Wrong(String what, @Nullable Throwable cause, boolean isTrouble) {
  static final String MAKE_FAULT_THE_CAUSE =
      "if it threw this because of the fault, make the fault its cause";

  private static final int MAX_FRAMES = 15;

  static Wrong trouble(String when, @Nullable String trouble) {
    return new Wrong(when + trouble, null, true);
  }

  static Wrong thrown(String what, Throwable thrown) {
    return new Wrong(what + Text.thrown(thrown) + Frames.of(thrown, MAX_FRAMES), thrown, false);
  }

  /**
   * What an operation threw that no check has looked at.
   *
   * @param where where a check looks at it
   */
  static Wrong ofOperation(String name, Ending ending, Throwable thrown, String where) {
    Wrong wrong = thrown(Text.name(name) + " threw ", thrown);
    Wrong advised = ending.hidesFault() ? wrong.and(MAKE_FAULT_THE_CAUSE) : wrong;
    return advised.and("if it may throw this, look at " + where);
  }

  Wrong and(String more) {
    return new Wrong(what + "\n  " + more, cause, isTrouble);
  }
}
