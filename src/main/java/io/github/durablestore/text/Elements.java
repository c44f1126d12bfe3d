package io.github.durablestore.text;

import java.lang.reflect.Array;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An object as its {@code toString()}, but with the elements of arrays, also of those in the JDK's
 * collections, maps and optionals.
 */
final class Elements {
  private final StringBuilder text = new StringBuilder();

  private Elements() {}

  static String of(@Nullable Object value) {
    var elements = new Elements();
    elements.append(value, 0);
    return elements.text.toString();
  }

  private void append(@Nullable Object value, int depth) {
    boolean isOfJdk = value != null && value.getClass().getName().startsWith("java.");
    if (depth > Limits.DEPTH || text.length() > Limits.SEARCHED) {
      text.append("...");
    } else if (value != null && value.getClass().isArray()) {
      text.append('[');
      for (int i = 0; i < Array.getLength(value) && mayAppend(i); i++) {
        append(Array.get(value, i), depth + 1);
      }
      text.append(']');
    } else if (isOfJdk && value instanceof Collection<?> collection) {
      text.append('[');
      int i = 0;
      for (Object element : collection) {
        if (!mayAppend(i++)) {
          break;
        }
        append(element, depth + 1);
      }
      text.append(']');
    } else if (isOfJdk && value instanceof Map<?, ?> map) {
      text.append('{');
      int i = 0;
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        if (!mayAppend(i++)) {
          break;
        }
        append(entry.getKey(), depth + 1);
        text.append('=');
        append(entry.getValue(), depth + 1);
      }
      text.append('}');
    } else if (value instanceof Optional<?> optional && optional.isPresent()) {
      text.append("Optional[");
      append(optional.get(), depth + 1);
      text.append(']');
    } else {
      text.append(value);
    }
  }

  /** Returns whether there is room for an element, and separates it from the one before. */
  private boolean mayAppend(int index) {
    text.append(index == 0 ? "" : ", ");
    return text.length() <= Limits.SEARCHED;
  }
}
