package io.github.durablestore.scenario;

import static io.github.durablestore.StateStoreException.quote;

/** Who goes on, and whether its call fails: one letter of a schedule, and a mark. */
record Choice(int actor, Kind kind) {
  enum Kind {
    GO(""),
    /** The first way in which a call may fail. */
    FAIL("!"),
    /** The second. */
    FAIL_OTHERWISE("?"),
    CRASH("#");

    final String mark;

    Kind(String mark) {
      this.mark = mark;
    }

    boolean isFault() {
      return this == FAIL || this == FAIL_OTHERWISE;
    }
  }

  static final int MOST_ACTORS = 26;
  static final Choice CRASH = new Choice(0, Kind.CRASH);
  private static final Choice[][] ALL = new Choice[3][MOST_ACTORS];

  static {
    for (Kind kind : new Kind[] {Kind.GO, Kind.FAIL, Kind.FAIL_OTHERWISE}) {
      for (int actor = 0; actor < MOST_ACTORS; actor++) {
        ALL[kind.ordinal()][actor] = new Choice(actor, kind);
      }
    }
  }

  static Choice of(Actor actor, Kind kind) {
    return ALL[kind.ordinal()][actor.index];
  }

  static String print(Choice[] choices, int length) {
    var text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append(choices[i]);
    }
    return text.toString();
  }

  static Choice[] parse(String schedule) {
    var choices = new Choice[schedule.length()];
    int length = 0;
    for (int at = 0; at < schedule.length(); at++) {
      char letter = schedule.charAt(at);
      if (letter == '#' && at == schedule.length() - 1) {
        choices[length++] = CRASH;
      } else if (letter == '!' && isGo(choices, length)) {
        choices[length - 1] = ALL[Kind.FAIL.ordinal()][choices[length - 1].actor];
      } else if (letter == '?' && isGo(choices, length)) {
        choices[length - 1] = ALL[Kind.FAIL_OTHERWISE.ordinal()][choices[length - 1].actor];
      } else if (letter >= 'A' && letter <= 'Z') {
        choices[length++] = ALL[Kind.GO.ordinal()][letter - 'A'];
      } else {
        throw new IllegalArgumentException(
            "cannot replay %s: character %d is not part of a schedule; copy it from the failure"
                .formatted(quote(schedule), at + 1));
      }
    }
    if (length == 0) {
      throw new IllegalArgumentException(
          "cannot replay \"\": the schedule is empty; copy it from the failure");
    }
    return java.util.Arrays.copyOf(choices, length);
  }

  private static boolean isGo(Choice[] choices, int length) {
    return length > 0 && choices[length - 1].kind == Kind.GO;
  }

  @Override
  public String toString() {
    return kind == Kind.CRASH ? kind.mark : (char) ('A' + actor) + kind.mark;
  }
}
