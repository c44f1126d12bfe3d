package io.github.durablestore.assertj;

import io.github.durablestore.assertj.FieldPath.Use;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** A place in a message, and what the options say of it and of the places below. */
final class NamedPlace {
  private static final NamedPlace OTHER = new NamedPlace();

  private final Map<String, NamedPlace> inner = new HashMap<>();
  private final Set<Use> uses = EnumSet.noneOf(Use.class);

  /** Returns the place of a field. */
  NamedPlace of(String name) {
    return inner.getOrDefault(name, OTHER);
  }

  boolean isIgnored() {
    return uses.contains(Use.IGNORE);
  }

  boolean isUnordered() {
    return uses.contains(Use.IGNORE_ORDER);
  }

  void add(Use use, FieldPath path) {
    NamedPlace at = this;
    for (String name : path.names()) {
      at = at.inner.computeIfAbsent(name, each -> new NamedPlace());
    }
    at.uses.add(use);
  }
}
