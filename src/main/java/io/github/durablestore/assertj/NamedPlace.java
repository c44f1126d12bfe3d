package io.github.durablestore.assertj;

import java.util.HashMap;
import java.util.Map;

/** A place in a message, and what the options say of it and of the places below. */
final class NamedPlace {
  private static final NamedPlace OTHER = new NamedPlace();

  private final Map<String, NamedPlace> inner = new HashMap<>();
  private boolean isIgnored;
  private boolean isUnordered;

  /** Returns the place of a field. */
  NamedPlace of(String name) {
    return inner.getOrDefault(name, OTHER);
  }

  boolean isIgnored() {
    return isIgnored;
  }

  boolean isUnordered() {
    return isUnordered;
  }

  void ignore(FieldPath path) {
    at(path).isIgnored = true;
  }

  void ignoreOrder(FieldPath path) {
    at(path).isUnordered = true;
  }

  private NamedPlace at(FieldPath path) {
    NamedPlace at = this;
    for (String name : path.names()) {
      at = at.inner.computeIfAbsent(name, each -> new NamedPlace());
    }
    return at;
  }
}
