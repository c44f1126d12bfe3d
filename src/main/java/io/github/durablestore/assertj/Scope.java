package io.github.durablestore.assertj;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is compared of the messages in a place. All elements of a repeated field, or all values of a
 * map, are in one place. If only expected fields are compared, these are therefore the fields that
 * are set in any expected element, as in ProtoTruth.
 */
final class Scope {
  private final MessageOptions options;
  private final NamedPlace place;
  private final @Nullable List<Message> expected;
  private final Map<Object, Optional<Scope>> inner = new HashMap<>();

  /**
   * Creates a scope.
   *
   * @param expected the expected messages in the place; {@code null} to compare all fields
   */
  Scope(MessageOptions options, NamedPlace place, @Nullable List<Message> expected) {
    this.options = options;
    this.place = place;
    this.expected = expected;
  }

  /** Returns the scope of a field; null if it is not compared. */
  @Nullable Scope of(FieldDescriptor field) {
    return inner(
        field,
        () -> {
          OneofDescriptor oneof = field.getRealContainingOneof();
          NamedPlace at = place.of(MessageFields.nameOf(field));
          return at.isIgnored() || (oneof != null && place.of(oneof.getName()).isIgnored())
              ? null
              : narrowed(
                  at,
                  message -> MessageFields.isSet(message, field),
                  message -> MessageFields.messages(message, field).stream());
        });
  }

  /** Returns the scope of an unknown field, and of groups in it; null if it is not compared. */
  @Nullable Scope ofUnknown(int number) {
    return inner(
        number,
        () -> {
          NamedPlace at = place.of(Integer.toString(number));
          return at.isIgnored() || options.ignoresUnknown()
              ? null
              : narrowed(
                  at,
                  message -> message.getUnknownFields().hasField(number),
                  message -> groups(message.getUnknownFields(), number));
        });
  }

  private static Stream<Message> groups(UnknownFieldSet fields, int number) {
    return fields.getField(number).getGroupList().stream().map(MessageFields::ofUnknown);
  }

  /** Returns the scope of the message in an {@code Any}. */
  Scope ofPayload(Descriptor type, MessageReader reader) {
    Scope payload = inner(type, () -> new Scope(options, place, payloads(type, reader)));
    return requireNonNull(payload, "payload");
  }

  private @Nullable List<Message> payloads(Descriptor type, MessageReader reader) {
    return expected == null
        ? null
        : expected.stream()
            .flatMap(any -> Stream.ofNullable(reader.payload(any)))
            .filter(payload -> payload.getDescriptorForType().equals(type))
            .toList();
  }

  private @Nullable Scope inner(Object key, Supplier<@Nullable Scope> scope) {
    Optional<Scope> known = inner.get(key);
    if (known == null) {
      known = Optional.ofNullable(scope.get());
      inner.put(key, known);
    }
    return known.orElse(null);
  }

  private @Nullable Scope narrowed(
      NamedPlace at, Predicate<Message> isSet, Function<Message, Stream<Message>> messages) {
    if (expected == null) {
      return new Scope(options, at, null);
    }
    return expected.stream().anyMatch(isSet)
        ? new Scope(options, at, expected.stream().flatMap(messages).toList())
        : null;
  }

  /** Returns whether lists in this place are compared in any order. */
  boolean ignoresOrder() {
    return options.ignoresAllOrder() || place.isUnordered();
  }

  /** Returns whether some messages are expected in this place, but none of their fields. */
  boolean expectsNothing() {
    return expected != null
        && !expected.isEmpty()
        && expected.stream().noneMatch(this::hasComparedField);
  }

  private boolean hasComparedField(Message message) {
    return message.getAllFields().keySet().stream().anyMatch(field -> of(field) != null)
        || message.getUnknownFields().asMap().keySet().stream().anyMatch(n -> ofUnknown(n) != null);
  }
}
