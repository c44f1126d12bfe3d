package io.github.durablestore.assertj;

import io.github.durablestore.text.Limits;
import io.github.durablestore.text.Text;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Ids or keys that are shown beside others. A long one is shown in the part where it differs from
 * the one that is most like it. Of sorted texts, that is one of its neighbours. One that looks the
 * same as another is quoted in ASCII.
 */
final class Lookalikes {
  private final Collection<?> values;
  private final TreeSet<String> texts;
  private @Nullable Map<String, Set<String>> shapes;

  Lookalikes(Collection<?> values) {
    this.values = values;
    texts =
        values.stream()
            .filter(value -> value instanceof String text && text.length() > Limits.TEXT)
            .map(value -> (String) value)
            .collect(Collectors.toCollection(TreeSet::new));
  }

  String quote(String text) {
    return shapes().getOrDefault(Text.shape(text), Set.of()).stream()
        .filter(alike -> !alike.equals(text))
        .findFirst()
        .map(alike -> Text.quote(text, alike))
        .orElseGet(() -> Text.quote(text, of(text)));
  }

  /** Groups those that look the same: only for a failure, while {@link #of} is for any map. */
  private Map<String, Set<String>> shapes() {
    Map<String, Set<String>> known = shapes;
    if (known == null) {
      known = new HashMap<>();
      for (Object value : values) {
        if (value instanceof String text) {
          known.computeIfAbsent(Text.shape(text), shape -> new LinkedHashSet<>()).add(text);
        }
      }
      shapes = known;
    }
    return known;
  }

  /** Returns the text that is most like another one; the other one itself if there is none. */
  String of(String text) {
    String lower = texts.lower(text);
    String higher = texts.higher(text);
    String nearest = common(text, lower) < common(text, higher) ? higher : lower;
    return nearest == null ? text : nearest;
  }

  /** Returns how many characters two texts have in common at their start; -1 if one is null. */
  private static int common(String text, @Nullable String other) {
    if (other == null) {
      return -1;
    }
    int most = Math.min(text.length(), other.length());
    int length = 0;
    while (length < most && text.charAt(length) == other.charAt(length)) {
      length++;
    }
    return length;
  }
}
