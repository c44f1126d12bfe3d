package io.github.durablestore.text;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** The entries of a list that are shown, and how many are not. */
public final class Entries {
  private Entries() {}

  /**
   * Returns the first entries: at least one, and as many more as {@link Limits#ENTRIES} and {@link
   * Limits#LIST} permit.
   *
   * @param all all entries
   * @param show returns an entry as text
   * @return the texts of those that are shown
   */
  public static <T> List<String> first(Collection<T> all, Function<? super T, String> show) {
    return fitting(all.iterator(), show);
  }

  /**
   * Returns the last entries, as many as {@link #first} would return.
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

  /**
   * Returns the first items of a list, and how many more there are.
   *
   * @param items the items; no more are taken than are shown
   * @param size the number of all items
   * @param most how many to show
   * @return the text, as in {@code "a", "b" and 3 more}
   */
  public static String list(Stream<String> items, int size, int most) {
    return items.limit(most).collect(joining(", ")) + (size > most ? ' ' + more(size - most) : "");
  }

  /**
   * Returns the first items of a list, and how many more there are.
   *
   * @param items the items
   * @param most how many to show
   * @return the text, as in {@code "a", "b" and 3 more}
   */
  public static String list(Collection<String> items, int most) {
    return list(items.stream(), items.size(), most);
  }

  /**
   * Returns the last items of a list, below a sentence, and how many there are before them.
   *
   * @param items the items
   * @param most how many to show
   * @return a line each, indented and after a line break
   */
  public static String lastLines(List<?> items, int most) {
    int earlier = Math.max(0, items.size() - most);
    return (earlier == 0 ? "" : "\n  " + earlier(earlier))
        + items.stream().skip(earlier).map(item -> "\n  " + item).collect(joining());
  }

  /**
   * Returns how many entries are left out at the end.
   *
   * @param count their number
   * @return the text, as in {@code and 3 more}
   */
  public static String more(int count) {
    return "and " + count + " more";
  }

  /**
   * Returns how many entries are left out at the beginning.
   *
   * @param count their number
   * @return the text, as in {@code 3 earlier ones}
   */
  public static String earlier(int count) {
    return count == 1 ? "1 earlier one" : count + " earlier ones";
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
