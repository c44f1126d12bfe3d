package io.github.durablestore.assertj;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toCollection;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.stream.IntStream;

/**
 * Pairs as many equal elements of two lists as possible, in any order. Equality need not be
 * transitive: with a tolerance, a number may equal two that do not equal each other. If an element
 * finds no free partner, earlier pairs are changed along an augmenting path (Berge, 1957).
 */
final class Matching {
  /** Returns whether an actual element equals an expected one. */
  @FunctionalInterface
  interface Equality {
    boolean test(int actual, int expected);
  }

  private final List<Sketch> actuals;
  private final List<Sketch> expecteds;
  private final Equality equality;
  private final Map<Integer, List<Integer>> byHash;
  private final int[] partners;
  private final int[] partnersOfExpected;
  private final boolean[] hopeless;
  private final double widest;

  private Matching(List<Sketch> actuals, List<Sketch> expecteds, Equality equality) {
    this.actuals = actuals;
    this.expecteds = expecteds;
    this.equality = equality;
    this.partners = unpaired(actuals.size());
    this.partnersOfExpected = unpaired(expecteds.size());
    this.hopeless = new boolean[expecteds.size()];
    this.widest = expecteds.stream().mapToDouble(Sketch::slack).max().orElse(0);
    this.byHash = groups();
  }

  /** Groups the expected elements by the hash codes of their sketches, each sorted by sum. */
  private Map<Integer, List<Integer>> groups() {
    return IntStream.range(0, expecteds.size())
        .boxed()
        .sorted(Comparator.comparing(j -> expecteds.get(j).sum()))
        .collect(groupingBy(j -> expecteds.get(j).hash(), toCollection(ArrayList::new)));
  }

  private static int[] unpaired(int size) {
    int[] partners = new int[size];
    Arrays.fill(partners, -1);
    return partners;
  }

  /**
   * Returns the partner of each actual element, -1 for none.
   *
   * @param isTransitive whether the equality is transitive, so that the first pairs are the most
   */
  static int[] of(
      List<Sketch> actuals, List<Sketch> expecteds, Equality equality, boolean isTransitive) {
    var matching = new Matching(actuals, expecteds, equality);
    Map<Integer, List<Integer>> free = matching.groups();
    for (int i = 0; i < actuals.size(); i++) {
      matching.pairWithFree(i, free);
    }
    for (int i = 0; i < actuals.size() && !isTransitive; i++) {
      if (matching.partners[i] == -1) {
        matching.augment(i);
      }
    }
    return matching.partners;
  }

  private void pairWithFree(int actual, Map<Integer, List<Integer>> free) {
    for (Iterator<Integer> each = candidates(actual, free).iterator(); each.hasNext(); ) {
      int j = each.next();
      if (equality.test(actual, j)) {
        each.remove();
        pair(actual, j);
        return;
      }
    }
  }

  private void pair(int actual, int expected) {
    partners[actual] = expected;
    partnersOfExpected[expected] = actual;
  }

  /** Finds a partner for an element by giving other elements new partners, if possible. */
  private void augment(int unpaired) {
    Map<Integer, Integer> reachedFrom = new HashMap<>();
    Queue<Integer> left = new ArrayDeque<>(List.of(unpaired));
    for (Integer i = left.poll(); i != null; i = left.poll()) {
      for (int j : candidates(i, byHash)) {
        if (hopeless[j] || reachedFrom.containsKey(j) || !equality.test(i, j)) {
          continue;
        }
        reachedFrom.put(j, i);
        if (partnersOfExpected[j] == -1) {
          pairAlong(j, reachedFrom);
          return;
        }
        left.add(partnersOfExpected[j]);
      }
    }
    reachedFrom.keySet().forEach(j -> hopeless[j] = true); // on no later augmenting path either
  }

  private void pairAlong(int free, Map<Integer, Integer> reachedFrom) {
    int expected = free;
    while (expected != -1) {
      int actual = reachedFrom.get(expected);
      int before = partners[actual];
      pair(actual, expected);
      expected = before;
    }
  }

  /** Returns the expected elements that may be equal to an actual one. */
  private List<Integer> candidates(int actual, Map<Integer, List<Integer>> groups) {
    Sketch sketch = actuals.get(actual);
    List<Integer> group = groups.getOrDefault(sketch.hash(), List.of());
    double reach = sketch.slack() + widest;
    return group.subList(
        countBelow(group, sketch.sum() - reach),
        countBelow(group, Math.nextUp(sketch.sum() + reach)));
  }

  private int countBelow(List<Integer> group, double bound) {
    int from = 0;
    int to = group.size();
    while (from < to) {
      int middle = (from + to) >>> 1;
      if (expecteds.get(group.get(middle)).sum() < bound) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    return from;
  }
}
