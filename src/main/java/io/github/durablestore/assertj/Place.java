package io.github.durablestore.assertj;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import org.jspecify.annotations.Nullable;

/**
 * A place that is being compared in both messages.
 *
 * @param path the path to it with its indices, as a difference names it
 * @param scope what is compared in it
 * @param found the differences that have been found
 */
record Place(String path, Scope scope, Differences found) {
  /** Returns the place of a field; null if it is not compared. */
  @Nullable Place of(FieldDescriptor field) {
    Scope inner = scope.of(field);
    return inner == null ? null : new Place(inner(MessageFields.nameOf(field)), inner, found);
  }

  /** Returns the place of an unknown field; null if it is not compared. */
  @Nullable Place ofUnknown(Descriptor type, int number) {
    Scope inner = scope.ofUnknown(type, number);
    return inner == null ? null : new Place(inner(Integer.toString(number)), inner, found);
  }

  /** Returns the place of an expected message in an {@code Any}. */
  Place ofPayload(Message payload, MessageReader reader) {
    return new Place(path, scope.ofPayload(payload, reader), found);
  }

  /** Returns the place of an element. */
  Place at(Object index) {
    return found.areShown() ? new Place(path + "[" + index + "]", scope, found) : this;
  }

  private String inner(String name) {
    return !found.areShown() || path.isEmpty() ? name : path + "." + name;
  }
}
