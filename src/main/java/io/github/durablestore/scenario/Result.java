package io.github.durablestore.scenario;

import io.github.durablestore.text.Text;
import java.lang.reflect.RecordComponent;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import java.util.stream.BaseStream;
import org.jspecify.annotations.Nullable;

/**
 * What an operation returned, as it was then: collections, maps, optionals and arrays are copied,
 * with what they contain. Of other objects, the hash code must stay the same.
 */
final class Result {
  private static final int MAX_DEPTH = 100;
  private static final int MAX_ELEMENTS = 1_000_000;

  private final @Nullable Object original;
  private final @Nullable Object copy;

  /** The value as it is compared and shown. */
  private final @Nullable Object compared;

  private final List<Leaf> leaves;
  private final ProcessIds names;

  /** An object that is not copied. */
  private record Leaf(Object object, int hash) {}

  private Result(
      @Nullable Object original,
      @Nullable Object copy,
      @Nullable Object compared,
      List<Leaf> leaves,
      ProcessIds names) {
    this.names = names;
    this.original = original;
    this.copy = copy;
    this.compared = compared;
    this.leaves = leaves;
  }

  /**
   * Takes a result.
   *
   * @throws IllegalStateException if it cannot be taken; the message says why, and what to do
   */
  static Result of(@Nullable Object value, ProcessIds names) {
    var leaves = new ArrayList<Leaf>();
    try {
      Object copy = copy(value, leaf -> taken(leaf, leaves));
      return new Result(value, copy, copy(copy, leaf -> compared(leaf, names)), leaves, names);
    } catch (Untakable | Crash e) {
      throw e;
    } catch (Throwable e) { // the value's own
      throw new IllegalStateException(
          "reading it threw %s; return a copy, such as List.copyOf(...)".formatted(Text.oneLine(e)),
          e);
    }
  }

  private static final class Untakable extends IllegalStateException {
    private static final long serialVersionUID = 1;

    Untakable(String message) {
      super(message);
    }
  }

  private static Object taken(Object value, List<Leaf> leaves) {
    requireRepeatable(value);
    if (!isPlain(value)) {
      requireHashCode(value.getClass());
      leaves.add(new Leaf(value, hashCode(value)));
    }
    return value;
  }

  private static Object compared(Object value, ProcessIds names) {
    return value instanceof Throwable thrown
        ? Thrown.of(thrown, names)
        : value instanceof String text ? names.ofProcess(text) : value;
  }

  /** Returns the value itself, or its copy if it has changed since. */
  @Nullable Object value() {
    try {
      return same(copy(original, leaf -> leaf), copy) ? original : copy;
    } catch (RuntimeException | Error e) { // it is being changed, or cannot compare
      return copy;
    }
  }

  /**
   * Returns whether another result is equal.
   *
   * @param operation the name of the operation that returned both
   * @throws IllegalStateException if they cannot be compared
   */
  boolean equalTo(Result other, String operation) {
    try {
      return same(compared, other.compared);
    } catch (RuntimeException | Error e) { // the value's own
      throw new IllegalStateException(
          "cannot compare the results of %s: equals threw %s; return what can be compared"
              .formatted(Text.name(operation), Text.oneLine(e)),
          e);
    }
  }

  /** Returns why it differs from any other, if that can be seen. */
  String whyDifferent() {
    return leaves.stream()
        .map(leaf -> whyDifferent(leaf.object))
        .filter(why -> !why.isEmpty())
        .findFirst()
        .orElse("");
  }

  private String whyDifferent(Object leaf) {
    String type = leaf.getClass().getName();
    if (isWithoutEquals(leaf.getClass())) {
      return ", as a %s has no equals".formatted(type);
    }
    if (leaf instanceof Record && hasComponentWithoutEquals(leaf.getClass())) {
      return ", as %s has a component without equals, such as an array".formatted(type);
    }
    String text = Text.value(leaf);
    return names.ofProcess(text).equals(text)
        ? ""
        : ", as %s contains the prefix of the run's ids, from a message of the store"
            .formatted(type);
  }

  private static boolean hasComponentWithoutEquals(Class<?> type) {
    return Arrays.stream(type.getRecordComponents())
        .map(RecordComponent::getType)
        .anyMatch(each -> each != Object.class && isWithoutEquals(each));
  }

  private static boolean isWithoutEquals(Class<?> type) {
    return isWithout(type, "equals", Object.class);
  }

  /** Returns whether a type has a method of {@code Object} as it is there. */
  private static boolean isWithout(Class<?> type, String method, Class<?>... parameters) {
    try {
      return type.getMethod(method, parameters).getDeclaringClass() == Object.class;
    } catch (NoSuchMethodException e) {
      return false; // a primitive type, or an interface
    }
  }

  /**
   * Returns the text; of a long result, where it differs from that of another, and its type if only
   * that differs.
   */
  String describe(@Nullable Result other) {
    if (other == null) {
      return Text.value(compared, compared);
    }
    String text = Text.value(compared, other.compared);
    boolean areAlike = text.equals(Text.value(other.compared, compared));
    return areAlike && original != null && typeOf(original) != typeOf(other.original)
        ? "%s (a %s)".formatted(text, original.getClass().getName())
        : text;
  }

  private static @Nullable Class<?> typeOf(@Nullable Object value) {
    return value == null ? null : value.getClass();
  }

  /**
   * Requires that nothing in it has changed since.
   *
   * @param operation the name of the operation that returned it
   */
  void requireUnchanged(String operation) {
    for (Leaf leaf : leaves) {
      if (hashCode(leaf.object) != leaf.hash) {
        throw Failures.cannotExplore(
            "a %s in the result of %s changed after it was returned; return an immutable copy"
                .formatted(leaf.object.getClass().getName(), Text.name(operation)));
      }
    }
  }

  /**
   * Copies a value.
   *
   * @param leaf returns what stands for an object that contains no others
   */
  private static @Nullable Object copy(@Nullable Object value, UnaryOperator<Object> leaf) {
    return new Copying(leaf).copy(value);
  }

  private static final class Copying {
    private final UnaryOperator<Object> leaf;
    private final Set<Object> around = Collections.newSetFromMap(new IdentityHashMap<>());
    private int elements;

    Copying(UnaryOperator<Object> leaf) {
      this.leaf = leaf;
    }

    @Nullable Object copy(@Nullable Object value) {
      if (++elements > MAX_ELEMENTS) {
        throw new Untakable("it has more than %,d elements; return fewer".formatted(MAX_ELEMENTS));
      }
      if (value == null) {
        return null;
      }
      boolean isContainer =
          value instanceof Collection<?>
              || value instanceof Map<?, ?>
              || value instanceof Map.Entry<?, ?>
              || value instanceof Optional<?>
              || value.getClass().isArray();
      if (!isContainer) {
        return leaf.apply(value);
      }
      if (!around.add(value)) {
        throw new Untakable("it contains itself; return a value that does not");
      }
      if (around.size() > MAX_DEPTH) {
        throw new Untakable(
            "it is nested more than %d deep; return a flatter value".formatted(MAX_DEPTH));
      }
      Object copy = copyOfContainer(value);
      around.remove(value);
      return copy;
    }

    private Object copyOfContainer(Object value) {
      if (value instanceof Optional<?> optional) {
        return Optional.ofNullable(copy(optional.orElse(null)));
      }
      if (value instanceof Map.Entry<?, ?> entry) {
        return entry(entry);
      }
      int size = 0;
      if (value instanceof Map<?, ?> map) {
        var copy = new LinkedHashMap<@Nullable Object, @Nullable Object>();
        for (Map.Entry<?, ?> each : map.entrySet()) {
          copy.put(copy(each.getKey()), copy(each.getValue()));
          size++;
        }
        requireSize(size, copy.size(), value);
        return copy;
      }
      if (value instanceof Collection<?> collection) {
        Collection<@Nullable Object> copy =
            value instanceof Set<?> ? new LinkedHashSet<>() : new ArrayList<>();
        for (Object element : collection) {
          copy.add(copy(element));
          size++;
        }
        requireSize(size, copy.size(), value);
        return copy;
      }
      if (value instanceof Object[] array) {
        @Nullable Object[] copy = Arrays.copyOf(array, array.length, Object[].class);
        for (int i = 0; i < copy.length; i++) {
          copy[i] = copy(copy[i]);
        }
        return copy;
      }
      int length = java.lang.reflect.Array.getLength(value);
      Object copy =
          java.lang.reflect.Array.newInstance(value.getClass().getComponentType(), length);
      System.arraycopy(value, 0, copy, 0, length);
      return copy;
    }

    /** A copy compares by {@code equals}, and would lose what is equal. */
    private static void requireSize(int size, int sizeOfCopy, Object value) {
      if (size != sizeOfCopy) {
        throw new Untakable(
            "a %s has elements that are equal; return a list"
                .formatted(value.getClass().getName()));
      }
    }

    private Object entry(Map.Entry<?, ?> entry) {
      return new AbstractMap.SimpleImmutableEntry<@Nullable Object, @Nullable Object>(
          copy(entry.getKey()), copy(entry.getValue()));
    }
  }

  private static boolean isPlain(Object value) {
    return value instanceof String
        || value instanceof Boolean
        || value instanceof Character
        || value instanceof Enum<?>
        || (value instanceof Number && value instanceof Comparable<?>)
        || value instanceof Throwable;
  }

  private static void requireRepeatable(Object value) {
    if (value instanceof Future<?> || value instanceof CompletionStage<?>) {
      throw new Untakable(
          "it is a %s, which may not have completed; wait for it, and return its result"
              .formatted(value.getClass().getName()));
    }
    if (value instanceof Iterator<?> || value instanceof BaseStream<?, ?>) {
      throw new Untakable(
          "it is a %s, which can be read only once; return a list"
              .formatted(value.getClass().getName()));
    }
    if (value instanceof Thread) {
      throw new Untakable("it is a thread; return nothing that depends on the thread");
    }
  }

  /** Without a hash code, it would not be noticed that a value changes. */
  private static void requireHashCode(Class<?> type) {
    if (isWithout(type, "hashCode") && !isWithout(type, "equals", Object.class)) {
      throw new Untakable(
          "a %s has equals without hashCode; add hashCode".formatted(type.getName()));
    }
  }

  private static int hashCode(Object value) {
    try {
      return value.hashCode();
    } catch (StackOverflowError e) {
      throw new Untakable(
          "hashCode() of a %s does not end, perhaps as it contains itself; return a value that does not"
              .formatted(value.getClass().getName()));
    } catch (RuntimeException | Error e) { // the value's own
      return 0;
    }
  }

  /** Returns whether two values are equal: arrays by their elements. */
  private static boolean same(@Nullable Object one, @Nullable Object other) {
    if (one == null || other == null) {
      return one == null && other == null;
    }
    if (one instanceof Optional<?> a && other instanceof Optional<?> b) {
      return same(a.orElse(null), b.orElse(null));
    }
    if (one instanceof Map.Entry<?, ?> a && other instanceof Map.Entry<?, ?> b) {
      return same(a.getKey(), b.getKey()) && same(a.getValue(), b.getValue());
    }
    if (one instanceof List<?> a && other instanceof List<?> b) {
      return same(a.toArray(), b.toArray());
    }
    if (one instanceof Set<?> a && other instanceof Set<?> b) {
      return a.size() == b.size() && sameElements(a, b);
    }
    if (one instanceof Map<?, ?> a && other instanceof Map<?, ?> b) {
      return same(entries(a), entries(b));
    }
    if (one instanceof Object[] a && other instanceof Object[] b) {
      for (int i = 0; i < a.length && a.length == b.length; i++) {
        if (!same(a[i], b[i])) {
          return false;
        }
      }
      return a.length == b.length;
    }
    return Objects.deepEquals(one, other);
  }

  private static boolean sameElements(Set<?> one, Set<?> other) {
    List<@Nullable Object> left = new ArrayList<>(other);
    left.removeAll(one);
    return one.stream().allMatch(each -> other.contains(each) || removeFrom(left, each));
  }

  /** Removes an equal value; returns whether there was one. */
  private static boolean removeFrom(List<@Nullable Object> values, @Nullable Object value) {
    for (int i = 0; i < values.size(); i++) {
      if (same(values.get(i), value)) {
        values.remove(i);
        return true;
      }
    }
    return false;
  }

  private static Set<List<@Nullable Object>> entries(Map<?, ?> map) {
    Set<List<@Nullable Object>> entries = new LinkedHashSet<>();
    map.forEach((key, value) -> entries.add(Arrays.asList(key, value)));
    return entries;
  }
}
