package io.github.durablestore.text;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
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
public final class Lookalikes {
  private final Collection<?> values;
  private final TreeSet<String> texts;
  private @Nullable Map<String, Set<String>> shapes;
  private @Nullable List<String> alike;

  /**
   * Groups values.
   *
   * @param values the ids or keys; what is not text is left out
   */
  public Lookalikes(Collection<?> values) {
    this.values = values;
    texts =
        values.stream()
            .filter(value -> value instanceof String text && text.length() > Limits.TEXT)
            .map(value -> (String) value)
            .collect(Collectors.toCollection(TreeSet::new));
  }

  /**
   * Quotes a text beside these.
   *
   * @param text the text
   * @return the text as in {@link Text#quote(String, String)} beside the one that is most like it
   */
  public String quote(String text) {
    return shapes().getOrDefault(Homoglyphs.shape(text), Set.of()).stream()
        .filter(alike -> !alike.equals(text))
        .findFirst()
        .map(alike -> Text.quote(text, alike))
        .orElseGet(() -> Text.quote(text, of(text)));
  }

  /**
   * Tells the ids in a sentence apart.
   *
   * @param sentence contains some of these, each as {@link Text#quote(String)} returns it
   * @return the sentence, with those in ASCII that look the same as another
   */
  public String apart(String sentence) {
    if (alike == null) {
      alike =
          shapes().values().stream()
              .filter(texts -> texts.size() > 1)
              .flatMap(Set::stream)
              .toList();
    }
    String told = sentence;
    for (String text : alike) {
      told = told.replace(Text.quote(text), quote(text));
    }
    return told;
  }

  /** Groups those that look the same: only for a failure, while {@link #of} is for any map. */
  private Map<String, Set<String>> shapes() {
    Map<String, Set<String>> known = shapes;
    if (known == null) {
      known = new HashMap<>();
      for (Object value : values) {
        if (value instanceof String text) {
          known.computeIfAbsent(Homoglyphs.shape(text), shape -> new LinkedHashSet<>()).add(text);
        }
      }
      shapes = known;
    }
    return known;
  }

  /**
   * Returns the text that is most like another one, if it is long.
   *
   * @param text the other one
   * @return one of these; the other one itself if there is none
   */
  public String of(String text) {
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
