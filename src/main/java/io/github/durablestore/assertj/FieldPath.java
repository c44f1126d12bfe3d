package io.github.durablestore.assertj;

import static io.github.durablestore.text.Text.quote;
import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import io.github.durablestore.text.Limits;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The path to a field by proto names, through repeated fields and the values of maps. */
record FieldPath(List<FieldDescriptor> fields) {
  /**
   * Finds a path.
   *
   * @throws IllegalArgumentException if the type has no such field
   */
  static FieldPath of(Descriptor type, String path) {
    List<FieldDescriptor> fields = new ArrayList<>();
    @Nullable Descriptor at = type;
    for (String name : requireNonNull(path, "path").split("\\.", -1)) {
      FieldDescriptor field = at == null ? null : at.findFieldByName(name);
      if (field == null) {
        throw new IllegalArgumentException(
            "cannot find field %s of message %s: %s"
                .formatted(quote(path), quote(type.getFullName()), known(at, name)));
      }
      fields.add(field);
      at = messageTypeOf(field);
    }
    return new FieldPath(List.copyOf(fields));
  }

  private static String known(@Nullable Descriptor type, String name) {
    if (type == null) {
      return "%s is not in a message; remove it".formatted(quote(name));
    }
    if (name.contains("[")) {
      return "a path goes through all elements; remove \"[...]\"";
    }
    String fields =
        type.getFields().stream()
            .limit(Limits.FIELDS_OF_TYPE)
            .map(FieldDescriptor::getName)
            .collect(joining(", "));
    return "%s has no %s; its fields are %s"
        .formatted(quote(type.getFullName()), quote(name), fields);
  }

  /** Returns the message type of a field or of a map's values; null for other types. */
  private static @Nullable Descriptor messageTypeOf(FieldDescriptor field) {
    FieldDescriptor value = field.isMapField() ? MessageFields.valueOf(field) : field;
    return value.getJavaType() == FieldDescriptor.JavaType.MESSAGE ? value.getMessageType() : null;
  }
}
