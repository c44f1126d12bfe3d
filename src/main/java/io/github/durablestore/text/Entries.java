package io.github.durablestore.text;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The entries of a list that are shown: at least one, and as many more as {@link Limits#ENTRIES}
 * and {@link Limits#LIST} permit.
 */
public final class Entries {
  private Entries() {}

  /**
   * Returns the first entries.
   *
   * @param all all entries
   * @param show returns an entry as text
   * @return the texts of those that are shown
   */
  public static <T> List<String> first(Collection<T> all, Function<? super T, String> show) {
    return fitting(all.iterator(), show);
  }

  /**
   * Returns the last entries.
   *
   * @param all all entries
   * @param show returns an entry as text
   * @return the texts of those that are shown, in the order of the entries
   */
  public static <T> List<String> last(List<T> all, Function<? super T, String> show) {
    int end = all.size();
    List<String> shown =
        fitting(Stream.iterate(end - 1, i -> i >= 0, i -> i - 1).map(all::get).iterator(), show);
    Collections.reverse(shown);
    return shown;
  }

  private static <T> List<String> fitting(
      Iterator<? extends T> all, Function<? super T, String> show) {
    var shown = new ArrayList<String>();
    int size = 0;
    while (all.hasNext() && shown.size() < Limits.ENTRIES) {
      String text = show.apply(all.next());
      size += text.length();
      if (size > Limits.LIST && !shown.isEmpty()) {
        break;
      }
      shown.add(text);
    }
    return shown;
  }
}
