package io.github.durablestore.assertj;

import static io.github.durablestore.text.Text.quote;
import static java.util.Objects.requireNonNull;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.Message;
import io.github.durablestore.egopb.DurableState;
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
                  field.getContainingType(),
                  message -> MessageFields.isAny(message) || MessageFields.isSet(message, field),
                  message -> MessageFields.messages(message, field).stream());
        });
  }

  /** Returns the scope of an unknown field, and of groups in it; null if it is not compared. */
  @Nullable Scope ofUnknown(Descriptor type, int number) {
    return inner(
        List.of(type, number),
        () -> {
          NamedPlace at = place.of(Integer.toString(number));
          return at.isIgnored() || options.ignoresUnknown()
              ? null
              : narrowed(
                  at,
                  type,
                  message -> message.getUnknownFields().hasField(number),
                  message -> MessageFields.groups(message, number));
        });
  }

  /** Returns whether a field of an {@code Any} is ignored, by a name that its payload lacks. */
  boolean ignores(FieldDescriptor field, Descriptor payload) {
    return place.of(field.getName()).isIgnored()
        && payload.findFieldByName(field.getName()) == null;
  }

  /** Returns the scope of the message in an {@code Any}. */
  Scope ofPayload(Descriptor type, MessageReader reader) {
    Scope payload = inner(type, () -> new Scope(options, place, payloads(type, reader)));
    return requireNonNull(payload, "payload");
  }

  /**
   * Returns the scope of an expected message in an {@code Any}. One that sets no field is compared
   * in all of them: else, unpacking it would hide what differs.
   */
  Scope ofPayload(Message payload, MessageReader reader) {
    Descriptor type = payload.getDescriptorForType();
    boolean isUnset =
        payload.getAllFields().isEmpty() && payload.getUnknownFields().asMap().isEmpty();
    if (!isUnset) {
      return ofPayload(type, reader);
    }
    Scope whole = inner(List.of(type), () -> new Scope(options, place, null));
    return requireNonNull(whole, "whole");
  }

  private @Nullable List<Message> payloads(Descriptor type, MessageReader reader) {
    return expected == null
        ? null
        : expected.stream()
            .flatMap(any -> Stream.ofNullable(reader.payload(any)))
            .filter(payload -> isOf(type, payload))
            .toList();
  }

  private @Nullable Scope inner(Object key, Supplier<@Nullable Scope> scope) {
    return inner.computeIfAbsent(key, each -> Optional.ofNullable(scope.get())).orElse(null);
  }

  private @Nullable Scope narrowed(
      NamedPlace at,
      Descriptor type,
      Predicate<Message> isSet,
      Function<Message, Stream<Message>> messages) {
    if (expected == null) {
      return new Scope(options, at, null);
    }
    List<Message> setting =
        expected.stream().filter(message -> isOf(type, message) && isSet.test(message)).toList();
    return setting.isEmpty()
        ? null
        : new Scope(options, at, setting.stream().flatMap(messages).toList());
  }

  private static boolean isOf(Descriptor type, Message message) {
    return message.getDescriptorForType().equals(type);
  }

  /** Returns whether lists in this place are compared in any order. */
  boolean ignoresOrder() {
    return options.ignoresAllOrder() || place.isUnordered();
  }

  /**
   * Requires that the expected messages of each type set a field that is compared. The same goes
   * for the payload of an {@code Any} and of a state, but not for a message in a field.
   *
   * @throws IllegalArgumentException if those of a type set none, and would equal any other
   */
  void requireExpectedFields(MessageReader reader) {
    if (expected == null) {
      return;
    }
    for (Descriptor type :
        expected.stream().map(Message::getDescriptorForType).distinct().toList()) {
      boolean isSet =
          expected.stream().anyMatch(message -> isOf(type, message) && hasComparedField(message));
      if (!isSet && !type.getFields().isEmpty()) {
        throw new IllegalArgumentException(
            "cannot compare only the expected fields of %s: the expected message sets no field that is compared, and a default value without presence does not count as set; set another field, or leave out comparingExpectedFieldsOnly()"
                .formatted(quote(type.getFullName())));
      }
    }
    expected.stream()
        .flatMap(message -> payload(message, reader))
        .distinct()
        .toList()
        .forEach(payload -> payload.requireExpectedFields(reader));
  }

  /**
   * Requires that something is compared of messages, of both sides. Of several types, that is at
   * least the type.
   *
   * @throws IllegalArgumentException if every field is ignored, and each would equal any other
   */
  void requireComparedFields(List<Message> messages) {
    List<Descriptor> types =
        messages.stream().map(Message::getDescriptorForType).distinct().limit(2).toList();
    List<FieldDescriptor> fields = types.size() == 1 ? types.get(0).getFields() : List.of();
    if (expected == null
        && !fields.isEmpty()
        && fields.stream().allMatch(field -> of(field) == null)
        && messages.stream().noneMatch(this::hasComparedField)) {
      throw new IllegalArgumentException(
          "cannot compare messages of %s: every field is ignored; ignore fewer of them"
              .formatted(quote(types.get(0).getFullName())));
    }
  }

  private boolean hasComparedField(Message message) {
    Descriptor type = message.getDescriptorForType();
    return message.getAllFields().keySet().stream().anyMatch(field -> of(field) != null)
        || message.getUnknownFields().asMap().keySet().stream()
            .anyMatch(number -> ofUnknown(type, number) != null);
  }

  private Stream<Scope> payload(Message message, MessageReader reader) {
    Descriptor type = message.getDescriptorForType();
    if (type.getFullName().equals(DurableState.getDescriptor().getFullName())) {
      FieldDescriptor field = type.findFieldByNumber(DurableState.RESULTING_STATE_FIELD_NUMBER);
      Scope any = of(field);
      return any == null ? Stream.of() : any.payload((Message) message.getField(field), reader);
    }
    Message payload = MessageFields.isAny(message) ? reader.payload(message) : null;
    return payload == null || ignores(MessageFields.valueOf(type), payload.getDescriptorForType())
        ? Stream.of()
        : Stream.of(ofPayload(payload.getDescriptorForType(), reader));
  }
}
