package io.github.durablestore.scenario;

import static io.github.durablestore.text.Text.quote;

import java.util.Arrays;

/** Who goes on, and whether its call fails: one letter of a schedule, and a mark. */
record Choice(int actor, Kind kind) {
  enum Kind {
    GO("", 0),
    /** The first way in which a call may fail. */
    FAIL("!", 1),
    /** The second. */
    FAIL_OTHERWISE("?", 2),
    CRASH("#", 0);

    final String mark;

    /** The number of the fault among those of the scenario; 0 for none. */
    final int fault;

    Kind(String mark, int fault) {
      this.mark = mark;
      this.fault = fault;
    }
  }

  static final Choice CRASH = new Choice(0, Kind.CRASH);
  private static final Choice[][] ALL = new Choice[3][Limits.ACTORS_AND_TASKS];

  static {
    for (Kind kind : new Kind[] {Kind.GO, Kind.FAIL, Kind.FAIL_OTHERWISE}) {
      for (int actor = 0; actor < Limits.ACTORS_AND_TASKS; actor++) {
        ALL[kind.fault][actor] = new Choice(actor, kind);
      }
    }
  }

  static Choice of(int actor, Kind kind) {
    return ALL[kind.fault][actor];
  }

  static String print(Choice[] choices, int length) {
    var text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append(choices[i]);
    }
    return text.toString();
  }

  /**
   * Parses the letters of a schedule.
   *
   * @param schedule the whole text, for the error
   */
  static Choice[] parse(String letters, String schedule) {
    var choices = new Choice[letters.length()];
    int length = 0;
    for (int at = 0; at < letters.length(); at++) {
      char letter = letters.charAt(at);
      if (letter == '#') {
        choices[length++] = CRASH;
      } else if (letter == '!' && isGo(choices, length)) {
        choices[length - 1] = ALL[Kind.FAIL.fault][choices[length - 1].actor];
      } else if (letter == '?' && isGo(choices, length)) {
        choices[length - 1] = ALL[Kind.FAIL_OTHERWISE.fault][choices[length - 1].actor];
      } else if (letter >= 'A' && letter <= 'Z') {
        choices[length++] = ALL[Kind.GO.fault][letter - 'A'];
      } else {
        throw new IllegalArgumentException(
            "cannot replay %s: character %d is not part of a schedule; copy it from the failure"
                .formatted(quote(schedule), at + 1));
      }
    }
    if (length == 0) {
      throw new IllegalArgumentException(
          "cannot replay %s: the schedule is empty; copy it from the failure"
              .formatted(quote(schedule)));
    }
    return Arrays.copyOf(choices, length);
  }

  private static boolean isGo(Choice[] choices, int length) {
    return length > 0 && choices[length - 1].kind == Kind.GO;
  }

  @Override
  public String toString() {
    return kind == Kind.CRASH ? kind.mark : (char) ('A' + actor) + kind.mark;
  }
}
