package io.github.durablestore.assertj;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toCollection;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
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

  private final int[] actuals;
  private final int[] expecteds;
  private final Equality equality;
  private final boolean isTransitive;
  private final Map<Long, Boolean> remembered = new HashMap<>();
  private final int[] partners;
  private final int[] partnersOfExpected;
  private final boolean[] hopeless;

  private Matching(int[] actuals, int[] expecteds, Equality equality, boolean isTransitive) {
    this.actuals = actuals;
    this.expecteds = expecteds;
    this.equality = equality;
    this.isTransitive = isTransitive;
    this.partners = unpaired(actuals.length);
    this.partnersOfExpected = unpaired(expecteds.length);
    this.hopeless = new boolean[expecteds.length];
  }

  private static int[] unpaired(int size) {
    int[] partners = new int[size];
    Arrays.fill(partners, -1);
    return partners;
  }

  /**
   * Returns the partner of each actual element, -1 for none.
   *
   * @param actuals the sketches of the actual elements
   * @param expecteds the sketches of the expected elements
   * @param isTransitive whether the equality is transitive, so that the first pairs are the most
   */
  static int[] of(int[] actuals, int[] expecteds, Equality equality, boolean isTransitive) {
    var matching = new Matching(actuals, expecteds, equality, isTransitive);
    Map<Integer, List<Integer>> free = matching.groups();
    IntStream.range(0, actuals.length).forEach(i -> matching.pairWithFree(i, free));
    if (!isTransitive) {
      Map<Integer, List<Integer>> all = matching.groups();
      IntStream.range(0, actuals.length)
          .filter(i -> matching.partners[i] == -1)
          .forEach(i -> matching.augment(i, all));
    }
    return matching.partners;
  }

  /** Groups the expected elements by their sketches. */
  private Map<Integer, List<Integer>> groups() {
    return IntStream.range(0, expecteds.length)
        .boxed()
        .collect(groupingBy(j -> expecteds[j], toCollection(ArrayList::new)));
  }

  /** Pairs an element with the first equal one, and removes that from the groups. */
  private void pairWithFree(int actual, Map<Integer, List<Integer>> free) {
    Iterator<Integer> candidates = free.getOrDefault(actuals[actual], List.of()).iterator();
    while (candidates.hasNext()) {
      int j = candidates.next();
      if (areEqual(actual, j)) {
        candidates.remove();
        pair(actual, j);
        return;
      }
    }
  }

  /** Tests a pair only once, since its elements may contain lists that are matched too. */
  private boolean areEqual(int actual, int expected) {
    if (isTransitive) { // no pair is tested twice
      return equality.test(actual, expected);
    }
    long pair = (long) actual * expecteds.length + expected;
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
  private void augment(int unpaired, Map<Integer, List<Integer>> groups) {
    Map<Integer, Integer> reachedFrom = new HashMap<>();
    Queue<Integer> left = new ArrayDeque<>(List.of(unpaired));
    for (Integer i = left.poll(); i != null; i = left.poll()) {
      for (int j : groups.getOrDefault(actuals[i], List.of())) {
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
}
