package io.github.durablestore.scenario;

import java.util.List;
import java.util.function.Supplier;

/**
 * What a scenario must say of a service, each time that it is explored.
 *
 * @param name what the service does
 * @param kind whether it passes, fails or is refused
 * @param complete whether all runs are explored, if it passes
 * @param words what the omissions or the message must contain
 * @param steady whether the text is the same each time; {@code false} if it shows a value that the
 *     service makes by chance
 * @param exploration explores the service with a new scenario
 */
record Verdict(
    String name,
    Kind kind,
    boolean complete,
    List<String> words,
    boolean steady,
    Supplier<Exploration> exploration) {

  enum Kind {
    PASSES,
    /** An {@link AssertionError}. */
    FAILS,
    /** An {@link IllegalStateException}. */
    REFUSED,
    /** Any other exception, which no verdict expects. */
    BROKEN
  }

  /** What an exploration said. */
  record Outcome(Kind kind, boolean complete, String text) {
    @Override
    public String toString() {
      return kind + ": " + text;
    }
  }

  static Verdict passes(String name, Supplier<Exploration> exploration) {
    return new Verdict(name, Kind.PASSES, true, List.of(), true, exploration);
  }

  /** Passes, but leaves something out and says so. */
  static Verdict passesInPart(String name, Supplier<Exploration> exploration, String... words) {
    return new Verdict(name, Kind.PASSES, false, List.of(words), true, exploration);
  }

  static Verdict fails(String name, Supplier<Exploration> exploration, String... words) {
    return new Verdict(name, Kind.FAILS, false, List.of(words), true, exploration);
  }

  static Verdict refused(String name, Supplier<Exploration> exploration, String... words) {
    return new Verdict(name, Kind.REFUSED, false, List.of(words), true, exploration);
  }

  /** Refused with a text that shows a value that the service makes by chance. */
  static Verdict refusedBecauseOfChance(
      String name, Supplier<Exploration> exploration, String... words) {
    return new Verdict(name, Kind.REFUSED, false, List.of(words), false, exploration);
  }

  /** Explores the service once more. */
  Outcome explore() {
    try {
      Exploration found = exploration.get();
      return new Outcome(Kind.PASSES, found.complete(), found.toString());
    } catch (AssertionError e) {
      return new Outcome(Kind.FAILS, false, text(e));
    } catch (IllegalStateException e) {
      return new Outcome(Kind.REFUSED, false, text(e));
    } catch (Throwable e) { // a full stack too
      return new Outcome(Kind.BROKEN, false, e.toString());
    }
  }

  /**
   * Numbers that the JVM gives to threads are counted over all explorations, and a compiled method
   * may wait for a monitor in another line than an interpreted one.
   */
  private static String text(Throwable e) {
    return String.valueOf(e.getMessage())
        .replaceAll("(pool|thread|Thread|Timer|ForkJoinPool|worker)-\\d+", "$1-n")
        .replaceAll("\\.java:\\d+", ".java:n");
  }

  boolean isExpected(Outcome outcome) {
    return outcome.kind == kind
        && outcome.complete == complete
        && words.stream().allMatch(outcome.text::contains);
  }

  /** Returns what two explorations must have in common. */
  String comparable(Outcome outcome) {
    return steady ? outcome.toString() : outcome.kind.toString();
  }

  /** Returns what is expected, in one line. */
  String expectation() {
    String extent = kind != Kind.PASSES ? "" : complete ? ", complete" : ", not complete";
    return kind + extent + (words.isEmpty() ? "" : ", with " + String.join(" and ", words));
  }

  @Override
  public String toString() {
    return name;
  }
}
