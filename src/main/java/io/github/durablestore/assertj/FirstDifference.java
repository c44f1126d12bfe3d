package io.github.durablestore.assertj;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Finds the first field, by number, in which two messages of one type differ. */
final class FirstDifference {
  private FirstDifference() {}

  /** Returns the path of the field, as in {@code owners[1].limits["eur"]}. */
  static String between(Message actual, Message expected) {
    var fields = new TreeSet<>(expected.getAllFields().keySet());
    fields.addAll(actual.getAllFields().keySet());
    for (FieldDescriptor field : fields) {
      String path = between(values(field, actual), values(field, expected));
      if (path != null) {
        return field.getName() + path;
      }
    }
    return "an unknown field";
  }

  private static @Nullable String between(
      Map<String, Object> actual, Map<String, Object> expected) {
    var subscripts = new LinkedHashSet<>(expected.keySet());
    subscripts.addAll(actual.keySet());
    for (String subscript : subscripts) {
      Object left = actual.get(subscript);
      Object right = expected.get(subscript);
      if (left instanceof Message inner && right instanceof Message other && !inner.equals(other)) {
        return subscript + "." + between(inner, other);
      }
      if (left == null || !left.equals(right)) {
        return subscript;
      }
    }
    return null;
  }

  /** Returns the values of a field by their subscripts; a singular one that is set has "". */
  private static Map<String, Object> values(FieldDescriptor field, Message message) {
    if (!field.isRepeated()) {
      return message.hasField(field) ? Map.of("", message.getField(field)) : Map.of();
    }
    var values = new LinkedHashMap<String, Object>();
    for (Object element : (List<?>) message.getField(field)) {
      if (field.isMapField()) {
        Message entry = (Message) element;
        Object key = entry.getField(field.getMessageType().findFieldByNumber(1));
        values.put(
            key instanceof String ? "[\"" + key + "\"]" : "[" + key + "]",
            entry.getField(field.getMessageType().findFieldByNumber(2)));
      } else {
        values.put("[" + values.size() + "]", element);
      }
    }
    return values;
  }
}
