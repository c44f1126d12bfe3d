package io.github.durablestore.assertj;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Pairs as many equal elements of two lists as possible without changing their order, so that one
 * extra element is one difference. The algorithm is that of Myers, "An O(ND) Difference Algorithm
 * and Its Variations" (1986).
 */
final class Alignment {
  /**
   * With more elements without a partner than this, only both ends of the lists are paired; and so
   * if it is not affordable to search further.
   */
  private static final int MAX_DISTANCE = 2_000;

  private final int actuals;
  private final int expecteds;
  private final Matching.Equality equality;
  private final BooleanSupplier isAffordable;

  /** For each d, how many actual elements d steps can pass on the diagonals from -d to d. */
  private final List<int[]> reached = new ArrayList<>();

  private Alignment(
      int actuals, int expecteds, Matching.Equality equality, BooleanSupplier isAffordable) {
    this.actuals = actuals;
    this.expecteds = expecteds;
    this.equality = equality;
    this.isAffordable = isAffordable;
  }

  /**
   * Returns the partner of each actual element, -1 for none.
   *
   * @param isAffordable whether more elements may be compared
   */
  static int[] of(
      int actuals, int expecteds, Matching.Equality equality, BooleanSupplier isAffordable) {
    int shorter = Math.min(actuals, expecteds);
    int start = 0;
    while (start < shorter && equality.test(start, start)) {
      start++;
    }
    int end = 0;
    while (end < shorter - start && equality.test(actuals - 1 - end, expecteds - 1 - end)) {
      end++;
    }
    int[] partners = new int[actuals];
    Arrays.fill(partners, -1);
    for (int i = 0; i < start; i++) {
      partners[i] = i;
    }
    for (int i = 1; i <= end; i++) {
      partners[actuals - i] = expecteds - i;
    }
    int offset = start;
    new Alignment(
            actuals - start - end,
            expecteds - start - end,
            (i, j) -> equality.test(offset + i, offset + j),
            isAffordable)
        .pair(partners, offset);
    return partners;
  }

  private void pair(int[] partners, int offset) {
    int distance = explore();
    int i = actuals;
    int j = expecteds;
    for (int d = distance; d >= 0; d--) {
      int from = d == 0 ? 0 : start(d, i - j);
      boolean isDown = d > 0 && isDown(d, i - j);
      while (i > from) {
        partners[offset + --i] = offset + --j;
      }
      j -= isDown ? 1 : 0;
      i -= isDown ? 0 : 1;
    }
  }

  /** Returns the number of elements without a partner, or -1 if it is too large or costly. */
  private int explore() {
    for (int d = 0; d <= Math.min(actuals + expecteds, MAX_DISTANCE); d++) {
      int[] now = new int[2 * d + 1];
      reached.add(now);
      for (int diagonal = -d; diagonal <= d; diagonal += 2) {
        if (!isAffordable.getAsBoolean()) {
          return -1;
        }
        int i = d == 0 ? 0 : start(d, diagonal);
        while (i < actuals && i - diagonal < expecteds && equality.test(i, i - diagonal)) {
          i++;
        }
        now[diagonal + d] = i;
        if (i >= actuals && i - diagonal >= expecteds) {
          return d;
        }
      }
    }
    return -1;
  }

  /** Returns how many actual elements are passed after step d, before any equal ones. */
  private int start(int d, int diagonal) {
    int[] before = reached.get(d - 1);
    return isDown(d, diagonal) ? before[diagonal + d] : before[diagonal + d - 2] + 1;
  }

  private boolean isDown(int d, int diagonal) {
    int[] before = reached.get(d - 1);
    return diagonal == -d || (diagonal != d && before[diagonal + d - 2] < before[diagonal + d]);
  }
}
