package io.github.durablestore.assertj;

import static java.util.Objects.requireNonNull;
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

  /** The number of pairs up to which it is remembered whether they are equal. */
  private static final int MAX_REMEMBERED = 1_000_000;

  private final List<Sketch> actuals;
  private final List<Sketch> expecteds;
  private final Equality equality;
  private final boolean isTransitive;
  private final Map<Long, Boolean> remembered = new HashMap<>();
  private final int[] partners;
  private final int[] partnersOfExpected;
  private final boolean[] hopeless;

  private Matching(
      List<Sketch> actuals, List<Sketch> expecteds, Equality equality, boolean isTransitive) {
    this.actuals = actuals;
    this.expecteds = expecteds;
    this.equality = equality;
    this.isTransitive = isTransitive;
    this.partners = unpaired(actuals.size());
    this.partnersOfExpected = unpaired(expecteds.size());
    this.hopeless = new boolean[expecteds.size()];
  }

  /**
   * Groups the expected elements by the hash codes of their sketches and the magnitude of their
   * slacks, each group sorted by sum.
   */
  private Map<Integer, Map<Integer, List<Integer>>> groups() {
    return IntStream.range(0, expecteds.size())
        .boxed()
        .sorted(Comparator.comparingDouble(j -> expecteds.get(j).sum()))
        .collect(
            groupingBy(
                j -> expecteds.get(j).hash(),
                groupingBy(
                    j -> Math.getExponent(expecteds.get(j).slack()),
                    toCollection(ArrayList::new))));
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
    var matching = new Matching(actuals, expecteds, equality, isTransitive);
    Map<Integer, Map<Integer, List<Integer>>> groups = matching.groups();
    IntStream.range(0, actuals.size())
        .boxed()
        .sorted(
            Comparator.comparingDouble(i -> actuals.get(i).sum())) // most pairs, if of one number
        .forEach(i -> matching.pairWithFree(i, groups));
    if (!isTransitive) {
      Map<Integer, Map<Integer, List<Integer>>> all = matching.groups();
      IntStream.range(0, actuals.size())
          .filter(i -> matching.partners[i] == -1)
          .forEach(i -> matching.augment(i, all));
    }
    return matching.partners;
  }

  /** Pairs an element with the first equal one, and removes that from the groups. */
  private void pairWithFree(int actual, Map<Integer, Map<Integer, List<Integer>>> free) {
    for (List<Integer> candidates : candidates(actual, free)) {
      for (Iterator<Integer> each = candidates.iterator(); each.hasNext(); ) {
        int j = each.next();
        if (areEqual(actual, j)) {
          each.remove();
          pair(actual, j);
          return;
        }
      }
    }
  }

  /** Tests a pair only once, since its elements may contain lists that are matched too. */
  private boolean areEqual(int actual, int expected) {
    if (isTransitive) { // no pair is tested twice
      return equality.test(actual, expected);
    }
    long pair = (long) actual * expecteds.size() + expected;
    Boolean known = remembered.get(pair);
    if (known != null) {
      return known;
    }
    boolean equal = equality.test(actual, expected);
    if (remembered.size() < MAX_REMEMBERED) {
      remembered.put(pair, equal);
    }
    return equal;
  }

  private void pair(int actual, int expected) {
    partners[actual] = expected;
    partnersOfExpected[expected] = actual;
  }

  /** Finds a partner for an element by giving other elements new partners, if possible. */
  private void augment(int unpaired, Map<Integer, Map<Integer, List<Integer>>> groups) {
    Map<Integer, Integer> reachedFrom = new HashMap<>();
    Queue<Integer> left = new ArrayDeque<>(List.of(unpaired));
    for (Integer i = left.poll(); i != null; i = left.poll()) {
      for (List<Integer> candidates : candidates(i, groups)) {
        for (int j : candidates) {
          if (hopeless[j] || reachedFrom.containsKey(j) || !areEqual(i, j)) {
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
    }
    reachedFrom.keySet().forEach(j -> hopeless[j] = true); // on no later augmenting path either
  }

  private void pairAlong(int free, Map<Integer, Integer> reachedFrom) {
    int expected = free;
    while (expected != -1) {
      int actual = requireNonNull(reachedFrom.get(expected), "actual");
      int before = partners[actual];
      pair(actual, expected);
      expected = before;
    }
  }

  /** Returns the expected elements that may be equal to an actual one. */
  private List<List<Integer>> candidates(
      int actual, Map<Integer, Map<Integer, List<Integer>>> groups) {
    Sketch sketch = actuals.get(actual);
    List<List<Integer>> candidates = new ArrayList<>();
    groups
        .getOrDefault(sketch.hash(), Map.of())
        .forEach(
            (exponent, group) -> {
              double reach = sketch.slack() + Math.scalb(1.0, exponent + 1);
              int from = countBelow(group, sketch.sum() - reach);
              int to = countBelow(group, Math.nextUp(sketch.sum() + reach));
              candidates.add(group.subList(from, to));
            });
    return candidates;
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
