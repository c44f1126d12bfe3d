package io.github.durablestore.assertj;

import static io.github.durablestore.assertj.MessageRepresentation.carryOver;
import static io.github.durablestore.text.Text.quote;
import static java.util.Objects.requireNonNull;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Message;
import com.google.protobuf.TypeRegistry;
import io.github.durablestore.StateStore;
import io.github.durablestore.StateUnpackException;
import io.github.durablestore.StateUnpacker;
import io.github.durablestore.egopb.DurableState;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Assertions about a state, whose version and shard are unsigned. No parameter may be {@code null},
 * except a state to compare with.
 *
 * <p>{@link #isEqualTo} compares field by field, with the options of {@link MessageAssert}. It
 * compares the messages in {@code resulting_state} if it knows their type: from {@link
 * #unpackingAnyUsing}, or from the store if that is a {@code MemoryStateStore} with a {@code
 * TypeRegistry}. It compares others as bytes, in which the entries of a map can have another order.
 * {@link #hasPayload} and {@link #payload} use the same options, whose paths must start with {@code
 * resulting_state} then. An assertion that does not use an option is refused, unless a comparison
 * before it has used it.
 *
 * <pre>{@code
 * assertThat(store).state("cart-7")
 *     .ignoringFields("timestamp", "resulting_state.updated_at")
 *     .isEqualTo(expected);
 * }</pre>
 */
public final class DurableStateAssert
    extends AbstractMessageAssert<DurableStateAssert, DurableState> {
  /**
   * Creates assertions.
   *
   * @param store the store that the state comes from; {@code null} if it is not known
   */
  DurableStateAssert(@Nullable DurableState actual, @Nullable StateStore store) {
    super(actual, DurableStateAssert.class, new MessageOptions());
    options.know(MessageRepresentation.typesOf(store));
  }

  @Override
  void requireComparable(@Nullable Object other) {
    Operands.requireState(other);
  }

  @Override
  String noun() {
    return "state";
  }

  @Override
  String what() {
    return "state of " + quote(actual.getPersistenceId());
  }

  /**
   * Verifies the version number.
   *
   * @param expected the version, as an unsigned number
   * @return this
   */
  public DurableStateAssert hasVersion(long expected) {
    options.requireUsed("hasVersion(...)");
    return has("version", DurableState::getVersionNumber, expected, Long::toUnsignedString);
  }

  /**
   * Verifies the shard.
   *
   * @param expected the shard, as an unsigned number
   * @return this
   */
  public DurableStateAssert hasShard(long expected) {
    options.requireUsed("hasShard(...)");
    return has("shard", DurableState::getShard, expected, Long::toUnsignedString);
  }

  /**
   * Verifies the timestamp.
   *
   * @param expected the timestamp, by convention in milliseconds since 1970
   * @return this
   */
  public DurableStateAssert hasTimestamp(long expected) {
    options.requireUsed("hasTimestamp(...)");
    return has("timestamp", DurableState::getTimestamp, expected, Object::toString);
  }

  /**
   * Verifies that the payload is equal to a message and has its type. It compares the unpacked
   * messages, since equal messages may be packed into different bytes.
   *
   * @param expected the message, generated or dynamic
   * @return this
   * @throws IllegalStateException if {@code resulting_state} is ignored, a path leads elsewhere, or
   *     a comparator is set
   */
  public DurableStateAssert hasPayload(Message expected) {
    Message payload = payload(requireNonNull(expected, "expected").getDescriptorForType());
    assertPayload("hasPayload(...)", payload)
        .verify(List.of(expected), "payload of " + quote(actual.getPersistenceId()));
    return this;
  }

  /**
   * Verifies that the payload has a type and can be unpacked.
   *
   * @param type the generated class of the type
   * @return this
   */
  public DurableStateAssert hasPayloadOfType(Class<? extends Message> type) {
    options.requireUsed("hasPayloadOfType(...)");
    payload(type);
    return this;
  }

  /**
   * Verifies that the payload has a type, and returns assertions about it.
   *
   * @param <T> the type
   * @param type the generated class of the type
   * @return assertions about the unpacked payload
   * @throws IllegalStateException if {@code resulting_state} is ignored, a path leads elsewhere, or
   *     a comparator is set
   */
  public <T extends Message> MessageAssert<T> payload(Class<T> type) {
    requireNonNull(type, "type");
    return assertPayload("payload(...)", unpack(() -> StateUnpacker.unpack(actual, type)));
  }

  private <T extends Message> MessageAssert<T> assertPayload(String method, T payload) {
    requireNoComparator(method);
    return carryOver(info, new MessageAssert<>(payload, options.in("resulting_state")));
  }

  private Message payload(Descriptor type) {
    isNotNull();
    String typeUrl = actual.getResultingState().getTypeUrl();
    if (actual.hasResultingState() && !typeUrl.endsWith("/" + type.getFullName())) {
      throw failure(
          "expected state of %s to have a payload of type %s but its type URL is %s",
          quote(actual.getPersistenceId()), quote(type.getFullName()), quote(typeUrl));
    }
    var unpacker = new StateUnpacker(TypeRegistry.newBuilder().add(type).build());
    return unpack(() -> unpacker.unpack(actual));
  }

  private <T extends Message> T unpack(Supplier<T> unpacking) {
    isNotNull();
    try {
      return unpacking.get();
    } catch (StateUnpackException e) {
      String id = quote(actual.getPersistenceId());
      AssertionError failure =
          actual.hasResultingState()
              ? failure("%s", e.getMessage())
              : failure("cannot unpack state of %s: it has no resulting_state", id);
      failure.initCause(e);
      throw failure;
    }
  }

  private DurableStateAssert has(
      String what, Function<DurableState, Long> get, Long expected, Function<Long, String> print) {
    isNotNull();
    Long found = get.apply(actual);
    if (!found.equals(expected)) {
      throw failureWithActualExpected(
          print.apply(found),
          print.apply(expected),
          "expected state of %s to have %s %s but it has %s",
          quote(actual.getPersistenceId()),
          what,
          print.apply(expected),
          print.apply(found));
    }
    return this;
  }
}
