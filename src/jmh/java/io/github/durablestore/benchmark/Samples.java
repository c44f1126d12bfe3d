package io.github.durablestore.benchmark;

import java.util.ArrayList;
import java.util.List;

/** Repeated measurements of one quantity. */
final class Samples {
  private final List<Double> sorted = new ArrayList<>();

  void add(double sample) {
    sorted.add(sample);
    sorted.sort(null);
  }

  double median() {
    int size = sorted.size();
    return (sorted.get((size - 1) / 2) + sorted.get(size / 2)) / 2;
  }

  double min() {
    return sorted.get(0);
  }

  double max() {
    return sorted.get(sorted.size() - 1);
  }
}
