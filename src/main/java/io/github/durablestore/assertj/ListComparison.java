package io.github.durablestore.assertj;

import com.google.protobuf.Descriptors.FieldDescriptor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Compares two lists: those of a repeated field, or of messages. */
final class ListComparison {
  /** Up to this product of two lengths, unmatched elements are paired by likeness. */
  private static final int MAX_LIKENED = 400;

  private final MessageComparison comparison;
  private final @Nullable FieldDescriptor field;
  private final List<?> actuals;
  private final List<?> expecteds;
  private final Place place;
  private final boolean inAnyOrder;

  ListComparison(
      MessageComparison comparison,
      @Nullable FieldDescriptor field,
      List<?> actuals,
      List<?> expecteds,
      Place place,
      boolean inAnyOrder) {
    this.comparison = comparison;
    this.field = field;
    this.actuals = actuals;
    this.expecteds = expecteds;
    this.place = place;
    this.inAnyOrder = inAnyOrder;
  }

  void compare() {
    boolean isSameSize = actuals.size() == expecteds.size();
    if (place.found().areOnlyAsked()) {
      boolean areEqual = isSameSize && (inAnyOrder ? areAllMatched() : areEqualInOrder());
      if (!areEqual) {
        place.found().add(place.path(), field, null, null);
      }
    } else if (!isSameSize || !areEqualInOrder()) {
      if (inAnyOrder) {
        compareInAnyOrder();
      } else {
        compareInOrder();
      }
    }
  }

  private boolean isEqual(int actual, int expected) {
    return comparison.isEqual(actuals.get(actual), expecteds.get(expected), place.scope());
  }

  private boolean isAligned(int actual, int expected) {
    return comparison.isAligned(actuals.get(actual), expecteds.get(expected), place.scope());
  }

  private boolean areEqualInOrder() {
    return IntStream.range(0, actuals.size()).allMatch(i -> isEqual(i, i));
  }

  private boolean areAllMatched() {
    return IntStream.of(match()).noneMatch(partner -> partner == -1);
  }

  private int[] match() {
    return Matching.of(
        sketches(actuals), sketches(expecteds), this::isAlike, comparison.options().isTransitive());
  }

  private boolean isAlike(int actual, int expected) {
    int size = Math.max(actuals.size(), expecteds.size());
    return comparison.isMatch(actuals.get(actual), expecteds.get(expected), place.scope(), size);
  }

  private int[] sketches(List<?> elements) {
    return elements.stream()
        .mapToInt(element -> comparison.sketch(element, place.scope()))
        .toArray();
  }

  /** Matches equal elements, and compares each of the rest to the one that it resembles most. */
  private void compareInAnyOrder() {
    int[] partners = match();
    Set<Integer> left = new LinkedHashSet<>();
    Set<Integer> right = new LinkedHashSet<>();
    IntStream.range(0, actuals.size()).filter(i -> partners[i] == -1).forEach(left::add);
    IntStream.range(0, expecteds.size()).forEach(right::add);
    IntStream.of(partners).forEach(right::remove);
    Map<Integer, Integer> pairs = new TreeMap<>();
    if (place.found().areShown() && (long) left.size() * right.size() <= MAX_LIKENED) {
      pairs.putAll(likeliest(left, right));
    }
    left.removeAll(pairs.keySet());
    right.removeAll(pairs.values());
    compare(
        Stream.concat(pairs.keySet().stream(), left.stream()).toList(),
        Stream.concat(pairs.values().stream(), right.stream()).toList(),
        place);
  }

  /**
   * Pairs the elements that differ least, since each pair is probably one changed element; none if
   * that takes too long.
   */
  private Map<Integer, Integer> likeliest(Set<Integer> left, Set<Integer> right) {
    record Candidate(int actual, int expected, int differences) {}
    List<Candidate> candidates = new ArrayList<>();
    for (int i : left) {
      for (int j : right) {
        if (!comparison.canAlign()) {
          return Map.of();
        }
        int differences =
            comparison.differences(field, actuals.get(i), expecteds.get(j), place.scope());
        candidates.add(new Candidate(i, j, differences));
      }
    }
    candidates.sort(Comparator.comparingInt(Candidate::differences));
    Map<Integer, Integer> pairs = new HashMap<>();
    for (Candidate candidate : candidates) {
      if (!pairs.containsValue(candidate.expected)) {
        pairs.putIfAbsent(candidate.actual, candidate.expected);
      }
    }
    return pairs;
  }

  /**
   * Aligns equal elements, and compares the rest position by position between them; or compares all
   * of them so, if that gives no more differences.
   */
  private void compareInOrder() {
    int[] left = sketches(actuals);
    int[] right = sketches(expecteds);
    int[] partners =
        Alignment.of(
            actuals.size(),
            expecteds.size(),
            (i, j) -> left[i] == right[j] && isAligned(i, j),
            comparison::canAlign);
    int[] unaligned = new int[partners.length];
    Arrays.fill(unaligned, -1);
    boolean isByPosition =
        left.length == right.length && place.found().areShown() && !isMore(unaligned, partners);
    compareBetween(isByPosition ? unaligned : partners, place);
  }

  /** Returns whether one way to pair the elements gives more differences than another. */
  private boolean isMore(int[] partners, int[] others) {
    Differences most = Differences.counted(Differences.MAX_COUNTED);
    compareBetween(others, new Place("", place.scope(), most));
    Differences found = Differences.counted(most.count() + 1);
    compareBetween(partners, new Place("", place.scope(), found));
    return found.isEnough();
  }

  private void compareBetween(int[] partners, Place in) {
    int next = 0;
    int nextExpected = 0;
    for (int i = 0; i <= partners.length; i++) {
      int partner = i == partners.length ? expecteds.size() : partners[i];
      if (partner != -1) {
        compare(range(next, i), range(nextExpected, partner), in);
        next = i + 1;
        nextExpected = partner + 1;
      }
    }
  }

  private static List<Integer> range(int from, int to) {
    return IntStream.range(from, to).boxed().toList();
  }

  /** Compares elements pair by pair. The rest of the longer list is missing from the other. */
  private void compare(List<Integer> left, List<Integer> right, Place in) {
    int longer = Math.max(left.size(), right.size());
    for (int i = 0; i < longer && !in.found().isEnough(); i++) {
      int actual = i < left.size() ? left.get(i) : -1;
      int expected = i < right.size() ? right.get(i) : -1;
      if (expected == -1) {
        in.found().addAlone(in.at(actual).path(), field, actuals.get(actual), false);
      } else if (actual != -1) {
        comparison.value(field, actuals.get(actual), expecteds.get(expected), in.at(actual));
      } else if (expected < actuals.size()) {
        in.found().addMissing(in.path(), expected, field, expecteds.get(expected));
      } else {
        in.found().addAlone(in.at(expected).path(), field, expecteds.get(expected), true);
      }
      if (in.path().isEmpty()) {
        in.found().locate(actual == -1 ? expected : actual, expected == -1 ? actual : expected);
      }
    }
  }
}
