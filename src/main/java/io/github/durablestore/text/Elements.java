package io.github.durablestore.text;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * An object as its {@code toString()}, but with the elements of arrays, the fields of messages, and
 * bytes in quotes, also of those in records and in the JDK's collections, maps and optionals.
 */
final class Elements {
  private final StringBuilder text = new StringBuilder();

  private Elements() {}

  /** Returns the text; of long bytes and messages, where they differ from those of another. */
  static String of(@Nullable Object value, @Nullable Object other) {
    var elements = new Elements();
    elements.append(value, other, 0);
    return elements.text.toString();
  }

  private void append(@Nullable Object value, @Nullable Object other, int depth) {
    if (depth > Limits.DEPTH || text.length() > Limits.SEARCHED) {
      text.append("...");
    } else if (value instanceof Message || value instanceof ByteString) {
      text.append(Text.value(value, other));
    } else if (value instanceof Map.Entry<?, ?> entry) {
      Map.Entry<?, ?> another = other instanceof Map.Entry<?, ?> each ? each : entry;
      append(entry.getKey(), another.getKey(), depth);
      text.append('=');
      append(entry.getValue(), another.getValue(), depth);
    } else {
      Iterator<?> parts = partsOf(value);
      if (value == null || parts == null) {
        text.append(value);
      } else {
        append(opening(value), parts, partsOf(other), value instanceof Map ? "}" : "]", depth);
      }
    }
  }

  private void append(
      String opening, Iterator<?> parts, @Nullable Iterator<?> others, String closing, int depth) {
    text.append(opening);
    for (int i = 0; parts.hasNext() && mayAppend(i); i++) {
      append(parts.next(), others != null && others.hasNext() ? others.next() : null, depth + 1);
    }
    text.append(closing);
  }

  /** Returns whether there is room for an element, and separates it from the one before. */
  private boolean mayAppend(int index) {
    text.append(index == 0 ? "" : ", ");
    return text.length() <= Limits.SEARCHED;
  }

  private static String opening(Object value) {
    if (value instanceof Record) {
      return value.getClass().getSimpleName() + "[";
    }
    return value instanceof Optional ? "Optional[" : value instanceof Map ? "{" : "[";
  }

  /** Returns what is in an object; null if it is shown by its {@code toString()}. */
  private static @Nullable Iterator<?> partsOf(@Nullable Object value) {
    boolean isOfJdk = value != null && value.getClass().getName().startsWith("java.");
    if (isOfJdk && value instanceof Collection<?> collection) {
      return collection.iterator();
    }
    if (isOfJdk && value instanceof Map<?, ?> map) {
      return map.entrySet().iterator();
    }
    if (value instanceof Optional<?> optional && optional.isPresent()) {
      return Collections.singleton(optional.get()).iterator();
    }
    if (value instanceof Record components) {
      return componentsOf(components);
    }
    return value != null && value.getClass().isArray()
        ? IntStream.range(0, Array.getLength(value)).mapToObj(i -> Array.get(value, i)).iterator()
        : null;
  }

  /** Returns the components of a record; null if it has a {@code toString()} of its own. */
  private static @Nullable Iterator<?> componentsOf(Record value) {
    try {
      if (!Modifier.isFinal(value.getClass().getMethod("toString").getModifiers())) {
        return null; // what a compiler generates is final
      }
      List<Map.Entry<String, @Nullable Object>> components = new ArrayList<>();
      for (RecordComponent component : value.getClass().getRecordComponents()) {
        Method accessor = component.getAccessor();
        accessor.setAccessible(true);
        components.add(new SimpleImmutableEntry<>(component.getName(), accessor.invoke(value)));
      }
      return components.iterator();
    } catch (ReflectiveOperationException | RuntimeException e) { // of a module that is not open
      return null;
    }
  }
}
