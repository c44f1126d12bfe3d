package io.github.durablestore.scenario;

import java.util.ArrayList;
import java.util.List;

/**
 * The runs of a scenario whose actors make known calls, counted and written down without a thread.
 *
 * <p>A run is written as {@link Logged} does it: a small letter each time that an actor goes on, a
 * capital one for each of its calls, {@code R} for a start after a crash, and {@code r} for each
 * call of that.
 */
final class Enumeration {
  static final int UNLIMITED = 1_000;

  /** What an actor does from stop to stop, a letter each. */
  private final List<String> actors = new ArrayList<>();

  /** The operations of an actor, each as a part of what it does. */
  private final List<List<String>> operations = new ArrayList<>();

  private final int switches;
  private final int cost;
  private final int recovery;
  private final int[] done;
  private final StringBuilder log = new StringBuilder();
  private final List<String> orders = new ArrayList<>();
  private final List<String> crashes = new ArrayList<>();
  private int faults;
  private int faultsInRecovery;

  /**
   * Enumerates.
   *
   * @param shape the calls of each operation of each actor
   * @param switches the most switches
   * @param cost the most switches, faults and crashes
   * @param recovery the calls of a process that starts
   */
  Enumeration(List<List<Integer>> shape, int switches, int cost, int recovery) {
    this.switches = switches;
    this.cost = cost;
    this.recovery = recovery;
    done = new int[shape.size()];
    for (int actor = 0; actor < shape.size(); actor++) {
      String letter = String.valueOf((char) ('a' + actor));
      List<String> parts =
          shape.get(actor).stream()
              .map(
                  calls ->
                      letter + (letter.toUpperCase(java.util.Locale.ROOT) + letter).repeat(calls))
              .toList();
      operations.add(parts);
      actors.add(String.join("", parts));
    }
    extend(-1, 0);
  }

  List<String> orders() {
    return orders;
  }

  /** Returns the runs in which the process dies, once or twice. */
  List<String> crashes() {
    return crashes;
  }

  /** Returns the number of runs in which a call of an actor fails in one of two ways. */
  int faults() {
    return faults;
  }

  /** Returns the number of runs in which a call fails while the process starts after a crash. */
  int faultsInRecovery() {
    return faultsInRecovery;
  }

  private void extend(int last, int switched) {
    if (mayCrash(last) && switched < cost) {
      addCrashes(switched);
    }
    boolean ended = true;
    for (int actor = 0; actor < done.length; actor++) {
      if (done[actor] < actors.get(actor).length()) {
        ended = false;
        boolean preempts = last >= 0 && last != actor && done[last] < actors.get(last).length();
        int sum = switched + (preempts ? 1 : 0);
        if (sum <= switches && sum <= cost) {
          log.append(actors.get(actor).charAt(done[actor]++));
          extend(actor, sum);
          log.setLength(log.length() - 1);
          done[actor]--;
        }
      }
    }
    if (ended) {
      orders.add(log.toString());
      faults += switched < cost ? 2 * (int) log.chars().filter(Character::isUpperCase).count() : 0;
    }
  }

  /** Before all, after a call, and after an operation. */
  private boolean mayCrash(int last) {
    return last < 0
        || Character.isUpperCase(log.charAt(log.length() - 1))
        || isEnd(operations.get(last), done[last]);
  }

  private static boolean isEnd(List<String> parts, int place) {
    int end = 0;
    for (String part : parts) {
      end += part.length();
      if (end == place) {
        return true;
      }
    }
    return false;
  }

  private void addCrashes(int switched) {
    String started = "R" + "r".repeat(recovery);
    crashes.add(log + started + left());
    if (switched + 1 < cost) {
      for (int calls = 1; calls <= recovery; calls++) {
        crashes.add(log + "R" + "r".repeat(calls) + started + left());
        faultsInRecovery += 2;
      }
    }
  }

  /** What had not begun, one by one. */
  private String left() {
    var left = new StringBuilder();
    for (int actor = 0; actor < done.length; actor++) {
      int begin = 0;
      for (String part : operations.get(actor)) {
        if (begin >= done[actor]) {
          left.append(part);
        }
        begin += part.length();
      }
    }
    return left.toString();
  }
}
