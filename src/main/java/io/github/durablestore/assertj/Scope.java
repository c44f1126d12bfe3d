package io.github.durablestore.assertj;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A place in a message, and the fields that are compared below it.
 *
 * <p>If only expected fields are compared, the elements of a repeated field have one scope, as in
 * ProtoTruth: the fields that are set in any expected element.
 */
final class Scope {
  private final List<FieldDescriptor> place;
  private final Set<List<FieldDescriptor>> ignored;
  private final @Nullable Set<List<FieldDescriptor>> expected;

  private Scope(
      List<FieldDescriptor> place,
      Set<List<FieldDescriptor>> ignored,
      @Nullable Set<List<FieldDescriptor>> expected) {
    this.place = place;
    this.ignored = ignored;
    this.expected = expected;
  }

  static Scope whole(Set<List<FieldDescriptor>> ignored) {
    return new Scope(List.of(), ignored, null);
  }

  static Scope ofFieldsIn(Message expected, Set<List<FieldDescriptor>> ignored) {
    Set<List<FieldDescriptor>> places = new HashSet<>();
    collect(expected, List.of(), places);
    return new Scope(List.of(), ignored, places);
  }

  private static void collect(
      Message message, List<FieldDescriptor> place, Set<List<FieldDescriptor>> places) {
    message
        .getAllFields()
        .forEach(
            (field, value) -> {
              List<FieldDescriptor> at = append(place, field);
              places.add(at);
              if (field.isMapField()) {
                MessageFields.map(message, field)
                    .values()
                    .forEach(entry -> collectIfMessage(entry, at, places));
              } else if (value instanceof List<?> elements) {
                elements.forEach(element -> collectIfMessage(element, at, places));
              } else {
                collectIfMessage(value, at, places);
              }
            });
  }

  private static void collectIfMessage(
      Object value, List<FieldDescriptor> place, Set<List<FieldDescriptor>> places) {
    if (value instanceof Message message) {
      collect(message, place, places);
    }
  }

  /** Returns the scope of a field; null if it is not compared. */
  @Nullable Scope of(FieldDescriptor field) {
    List<FieldDescriptor> at = append(place, field);
    return ignored.contains(at) || (expected != null && !expected.contains(at))
        ? null
        : new Scope(at, ignored, expected);
  }

  /** Returns whether any field of a message at this place is not compared. */
  boolean leavesOutFieldsOf(Message message) {
    return message.getDescriptorForType().getFields().stream().anyMatch(field -> of(field) == null);
  }

  /** Returns the scope of the message in an {@code Any}, into which paths do not lead. */
  Scope inAny(Message payload) {
    return expected == null ? whole(Set.of()) : ofFieldsIn(payload, Set.of());
  }

  List<FieldDescriptor> place() {
    return place;
  }

  boolean isExpectedOnly() {
    return expected != null;
  }

  private static List<FieldDescriptor> append(List<FieldDescriptor> place, FieldDescriptor field) {
    List<FieldDescriptor> longer = new ArrayList<>(place);
    longer.add(Objects.requireNonNull(field));
    return longer;
  }
}
