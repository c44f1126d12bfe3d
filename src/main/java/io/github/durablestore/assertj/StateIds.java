package io.github.durablestore.assertj;

import static java.util.Map.Entry.comparingByKey;

import io.github.durablestore.StateStore;
import io.github.durablestore.memory.MemoryStateStore;
import io.github.durablestore.text.Entries;
import io.github.durablestore.text.Limits;
import io.github.durablestore.text.Lookalikes;
import io.github.durablestore.text.Names;
import io.github.durablestore.text.Text;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Lists the ids in a store, for a failure about one that is not there. */
final class StateIds {
  private static final int MAX_COMPARED = 10_000;

  private StateIds() {}

  /** Returns the nearest ids, as part of a sentence; empty if the store cannot list its ids. */
  static String near(String wanted, @Nullable StateStore store) {
    Set<String> ids = of(store);
    if (ids == null) {
      return "";
    }
    return ids.isEmpty() ? "; the store is empty" : "; the store has " + nearest(wanted, ids);
  }

  /** Returns the ids that are most like another, and how many more there are. */
  static String nearest(String wanted, Set<String> ids) {
    return list(
        ids.stream()
            .limit(MAX_COMPARED)
            .map(id -> Map.entry(Names.distance(wanted, id), id))
            .sorted(comparingByKey())
            .map(entry -> Text.quote(entry.getValue(), wanted)),
        ids.size());
  }

  /** Quotes an id that is not in a store, beside those that are. */
  static String quote(String wanted, @Nullable StateStore store) {
    Set<String> ids = of(store);
    return ids == null ? Text.quote(wanted) : new Lookalikes(ids).quote(wanted);
  }

  /** Returns the ids in a store; {@code null} if it cannot list them. */
  static @Nullable Set<String> of(@Nullable StateStore store) {
    return store instanceof MemoryStateStore memory ? memory.states().keySet() : null;
  }

  /** Returns ids beside others that they are not equal to. */
  static String inWords(Set<String> ids, Set<String> others) {
    return "[" + list(ids.stream().map(new Lookalikes(others)::quote), ids.size()) + "]";
  }

  private static String list(Stream<String> ids, int size) {
    return Entries.list(ids, size, Limits.IDS);
  }
}
