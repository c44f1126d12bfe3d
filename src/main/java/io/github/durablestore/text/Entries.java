package io.github.durablestore.text;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The entries of a list that are shown, and how many are not. */
public final class Entries {
  private Entries() {}

  /**
   * Returns the first entries, and how many more there are: at least one, and as many as {@link
   * Limits#ENTRIES} and {@link Limits#LIST} permit.
   *
   * @param all all entries
   * @param show returns an entry as text
   * @param line returns a text as a line, with its indentation and line break
   * @return the lines
   */
  public static <T> String first(
      Collection<T> all, Function<? super T, String> show, UnaryOperator<String> line) {
    List<String> shown = fitting(all.stream().map(show).map(line).iterator());
    int rest = all.size() - shown.size();
    return String.join("", shown) + (rest > 0 ? line.apply(more(rest)) : "");
  }

  /**
   * Returns the last entries, as many as {@link #first} would return, and how many there are before
   * them.
   *
   * @param all all entries
   * @param line returns a text as a line, with its indentation and line break
   * @return the lines, in the order of the entries
   */
  public static String last(List<?> all, UnaryOperator<String> line) {
    Stream<?> backwards = Stream.iterate(all.size() - 1, i -> i >= 0, i -> i - 1).map(all::get);
    List<String> shown = fitting(backwards.map(String::valueOf).map(line).iterator());
    Collections.reverse(shown);
    int rest = all.size() - shown.size();
    return (rest > 0 ? line.apply(earlier(rest)) : "") + String.join("", shown);
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
   * Returns the first entries, and how many more there are.
   *
   * @param all all entries
   * @param most how many to show
   * @param line returns a text as a line, with its indentation and line break
   * @return the lines
   */
  public static String firstLines(List<String> all, int most, UnaryOperator<String> line) {
    return around(all.size(), 0, most, all::get).map(line).collect(joining());
  }

  /**
   * Returns some entries, and how many there are before and after them.
   *
   * @param size the number of all entries
   * @param from the first that is shown
   * @param most how many to show
   * @param show returns an entry as text
   * @return the texts
   */
  public static Stream<String> around(int size, int from, int most, IntFunction<String> show) {
    int to = Math.min(size, from + most);
    return Stream.of(
            Stream.of(earlier(from)).filter(words -> from > 0),
            IntStream.range(from, to).mapToObj(show),
            Stream.of(more(size - to)).filter(words -> to < size))
        .flatMap(words -> words);
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

  private static List<String> fitting(Iterator<String> lines) {
    var shown = new ArrayList<String>();
    int size = 0;
    while (shown.size() < Limits.ENTRIES && lines.hasNext()) {
      String line = lines.next();
      size += line.length();
      if (size > Limits.LIST && !shown.isEmpty()) {
        break;
      }
      shown.add(line);
    }
    return shown;
  }
}
