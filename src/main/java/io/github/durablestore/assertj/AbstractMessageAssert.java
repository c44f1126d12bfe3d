package io.github.durablestore.assertj;

import static io.github.durablestore.text.Text.quote;
import static java.util.Objects.requireNonNull;

import com.google.protobuf.ExtensionRegistry;
import com.google.protobuf.Message;
import com.google.protobuf.TypeRegistry;
import io.github.durablestore.assertj.Differences.Pair;
import io.github.durablestore.text.Entries;
import io.github.durablestore.text.Limits;
import io.github.durablestore.text.Text;
import io.github.durablestore.text.Unpacking;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Assertions about what is compared message by message, with the same options. */
abstract class AbstractMessageAssert<S extends AbstractMessageAssert<S, A>, A>
    extends AbstractOptionsAssert<S, A> {
  private boolean usesComparator;

  AbstractMessageAssert(@Nullable A actual, Class<?> self, MessageOptions options) {
    super(actual, self, options);
    MessageRepresentation.use(info, null);
  }

  /** Returns the messages in a value to compare with; null if it is something else. */
  @Nullable List<Message> messagesIn(@Nullable Object value) {
    return value instanceof Message message ? List.of(message) : null;
  }

  /** Refuses what never equals the value; {@code null} stands for none. */
  void requireComparable(@Nullable Object other) {
    Operands.requireMessage(other);
  }

  /** Returns what one value is called. */
  String noun() {
    return "message";
  }

  /** Returns what the value is called in a sentence. */
  String what() {
    return "the " + noun();
  }

  /** Adds the differences that a comparison finds. */
  Differences differences(MessageComparison comparison, Differences found) {
    return comparison.ofMessages(found);
  }

  /**
   * Returns messages as text, as they are compared.
   *
   * @param first the first of each that differ; null if these are not known
   */
  String text(
      List<Message> messages, List<Message> others, @Nullable Pair first, MessageReader reader) {
    String hint =
        options.unpacksAny()
            ? "its type is not in the TypeRegistry"
            : "call unpackingAnyUsing(types)";
    var unpacking = new Unpacking(options.types(), hint, reader::payload);
    return Text.excerpt(messages.get(0), others.get(0), unpacking);
  }

  /** Returns the messages of one side as text. */
  final String shown(List<Message> messages, List<Message> others) {
    return shown(messages, others, null);
  }

  private String shown(List<Message> messages, List<Message> others, @Nullable Pair first) {
    if (!(info.representation() instanceof MessageRepresentation)) {
      return info.representation().toStringOf(actual instanceof List ? messages : messages.get(0));
    }
    MessageReader reader = options.reader(MessageComparison.present(messages, others));
    return text(reader.read(messages), reader.read(others), first, reader);
  }

  /**
   * Ignores some fields.
   *
   * @param paths the paths of fields, also of a oneof, an extension as in {@code [pkg.ext]}, or an
   *     unknown field by its number
   * @return this
   * @throws IllegalArgumentException if there is no such field; the error lists the fields. If the
   *     path leads through an {@code Any}, it is thrown by the comparison.
   */
  public S ignoringFields(String... paths) {
    MessageOptions set = optionsToSet();
    return orFail(
        () -> {
          set.ignore(messages(), paths);
          return myself;
        });
  }

  /**
   * Ignores the fields that a message contains but its type does not declare, at all levels.
   *
   * @return this
   */
  public S ignoringUnknownFields() {
    optionsToSet().ignoreUnknown();
    return myself;
  }

  /**
   * Compares repeated fields in any order, at all levels.
   *
   * @return this
   */
  public S ignoringRepeatedFieldOrder() {
    optionsToSet().ignoreOrder();
    return myself;
  }

  /**
   * Compares some repeated fields in any order.
   *
   * @param paths the paths of the fields
   * @return this
   * @throws IllegalArgumentException if there is no such field, or if it is not repeated
   */
  public S ignoringRepeatedFieldOrderOfFields(String... paths) {
    MessageOptions set = optionsToSet();
    return orFail(
        () -> {
          set.ignoreOrder(messages(), paths);
          return myself;
        });
  }

  /**
   * Compares only fields that are set in the expected message, at all levels. In the elements of a
   * repeated field, these are the fields that are set in any of the expected elements; each message
   * that {@code contains} looks for decides alone. A list or map that is set is compared with all
   * its elements, so an entry that only the actual map has is a difference. Of an {@code Any} that
   * is not unpacked, both fields are compared. A comparison with a message that sets no field
   * throws {@code IllegalArgumentException}, and so does one with an {@code Any} or a state whose
   * payload, of a known type, sets none. In a field, a message that sets none only requires the
   * field to be set, and an {@code Any} whose payload sets none is compared in all fields of the
   * payload.
   *
   * @return this
   */
  public S comparingExpectedFieldsOnly() {
    optionsToSet().compareExpectedOnly();
    return myself;
  }

  /**
   * Treats doubles as equal if they differ by at most this much.
   *
   * @param tolerance the greatest difference, finite and not negative
   * @return this
   * @throws IllegalArgumentException if it is negative, infinite or not a number
   */
  public S usingDoubleTolerance(double tolerance) {
    optionsToSet().tolerateDouble(tolerance);
    return myself;
  }

  /**
   * Treats floats as equal if they differ by at most this much.
   *
   * @param tolerance the greatest difference, finite and not negative
   * @return this
   * @throws IllegalArgumentException if it is negative, infinite or not a number
   */
  public S usingFloatTolerance(float tolerance) {
    optionsToSet().tolerateFloat(tolerance);
    return myself;
  }

  /**
   * Unpacks each {@code Any} of a known type, and compares the messages. Others are compared as
   * bytes.
   *
   * @param types the types
   * @return this
   * @throws IllegalArgumentException if {@code types} is the empty registry
   */
  public S unpackingAnyUsing(TypeRegistry types) {
    return unpackingAnyUsing(types, ExtensionRegistry.getEmptyRegistry());
  }

  /**
   * Unpacks each {@code Any} of a known type, and compares the messages. Others are compared as
   * bytes. The extensions can be named in paths, and are shown by name.
   *
   * @param types the types
   * @param extensions extensions that the proto files of the compared types do not declare
   * @return this
   * @throws IllegalArgumentException if both are the empty registries
   */
  public S unpackingAnyUsing(TypeRegistry types, ExtensionRegistry extensions) {
    optionsToSet()
        .unpackAny(requireNonNull(types, "types"), requireNonNull(extensions, "extensions"));
    return myself;
  }

  private MessageOptions optionsToSet() {
    if (usesComparator) {
      throw new IllegalStateException(
          "cannot set an option: usingComparator(...) compares the messages instead; leave out one of the two");
    }
    return options.toSet();
  }

  /** Requires that no comparator is set, which an assertion would not use. */
  final void requireNoComparator(String method) {
    if (usesComparator) {
      throw new IllegalStateException(
          "cannot call %s: it does not use the comparator before it; leave out one of the two"
              .formatted(method));
    }
  }

  /**
   * Compares with a comparator instead of field by field.
   *
   * @param comparator returns 0 for values that are equal
   * @param description its name in failures; {@code null} for its {@code toString()}
   * @return this
   * @throws IllegalStateException if an option is set
   */
  @Override
  public S usingComparator(Comparator<? super A> comparator, @Nullable String description) {
    options.requireNone("usingComparator(...)");
    usesComparator = true;
    return super.usingComparator(comparator, description);
  }

  /**
   * Compares field by field again.
   *
   * @return this
   */
  @Override
  public S usingDefaultComparator() {
    usesComparator = false;
    return super.usingDefaultComparator();
  }

  /**
   * Verifies that the value is equal to another. A failure lists every difference.
   *
   * @param expected the other value; its messages may be generated or dynamic
   * @return this
   */
  @Override
  public S isEqualTo(@Nullable Object expected) {
    List<Message> messages = comparable(expected);
    if (messages == null) {
      return super.isEqualTo(expected);
    }
    verify(messages, what());
    return myself;
  }

  /**
   * Verifies that the value is not equal to another.
   *
   * @param other the other value; its messages may be generated or dynamic
   * @return this
   */
  @Override
  public S isNotEqualTo(@Nullable Object other) {
    if (comparable(other) == null) {
      return super.isNotEqualTo(other);
    }
    requireEffect(ofSameType(other).flatMap(List::stream).toList());
    if (isEqual(other)) {
      throw failure("expected a %s other than this%s:\n%s", noun(), options, shown());
    }
    return myself;
  }

  /**
   * Verifies that the value is equal to one of some values.
   *
   * @param values the values
   * @return this
   */
  @Override
  public S isIn(Object... values) {
    return isIn(Arrays.asList(values));
  }

  /**
   * Verifies that the value is equal to one of some values.
   *
   * @param values the values
   * @return this
   */
  @Override
  public S isIn(Iterable<?> values) {
    return actual == null || usesComparator ? super.isIn(values) : requireAmong(values, true);
  }

  /**
   * Verifies that the value is equal to none of some values.
   *
   * @param values the values
   * @return this
   */
  @Override
  public S isNotIn(Object... values) {
    return isNotIn(Arrays.asList(values));
  }

  /**
   * Verifies that the value is equal to none of some values.
   *
   * @param values the values
   * @return this
   */
  @Override
  public S isNotIn(Iterable<?> values) {
    return actual == null || usesComparator ? super.isNotIn(values) : requireAmong(values, false);
  }

  private S requireAmong(Iterable<?> values, boolean isExpected) {
    List<@Nullable Object> all = new ArrayList<>();
    values.forEach(all::add);
    all.forEach(this::requireComparable);
    Operands.requireAny(all, isExpected ? "isIn(...)" : "isNotIn(...)");
    List<List<Message>> comparable = all.stream().flatMap(this::ofSameType).toList();
    requireEffect(comparable.stream().flatMap(List::stream).toList());
    if (all.stream().anyMatch(this::isEqual) != isExpected) {
      List<Message> beside = comparable.isEmpty() ? messages() : comparable.get(0);
      throw failure(
          "expected %s of these %ss%s:\n%sbut was:\n%s",
          isExpected ? "one" : "none", noun(), options, lines(all), shown(messages(), beside));
    }
    return myself;
  }

  /** Returns a line for each value, with the part in which it differs from the actual one. */
  private String lines(List<?> values) {
    return Entries.firstLines(
        values.stream().map(this::inOneLine).toList(), Limits.DIFFERENCES, Differences::line);
  }

  private String inOneLine(@Nullable Object value) {
    return ofSameType(value)
        .map(each -> Text.part(shown(each, messages()), shown(messages(), each)))
        .findFirst()
        .orElseGet(() -> Text.part(String.valueOf(info.representation().toStringOf(value)), ""));
  }

  private Stream<List<Message>> ofSameType(@Nullable Object value) {
    List<Message> messages = messagesIn(value);
    return messages == null || isOfOtherType(messages) ? Stream.of() : Stream.of(messages);
  }

  private @Nullable List<Message> comparable(@Nullable Object other) {
    if (actual == null || usesComparator) {
      return null;
    }
    requireComparable(other);
    return messagesIn(other);
  }

  private boolean isEqual(@Nullable Object other) {
    return ofSameType(other)
        .anyMatch(
            messages ->
                comparedAlone(
                    messages,
                    comparison -> differences(comparison, Differences.first()).isEmpty()));
  }

  /** Fails with every difference if the messages are not equal to others. */
  void verify(List<Message> expected, String what) {
    if (isOfOtherType(expected)) {
      throw failure(
          "expected %s to be of type %s but it is of type %s",
          what,
          quote(expected.get(0).getDescriptorForType().getFullName()),
          quote(messages().get(0).getDescriptorForType().getFullName()));
    }
    compared(
        expected,
        comparison -> requireNone(differences(comparison, new Differences()), comparison, what));
  }

  S requireNone(Differences differences, MessageComparison comparison, String what) {
    if (!differences.isEmpty()) {
      Pair first = differences.firstPair();
      Pair swapped = first == null ? null : first.swapped();
      String wanted = shown(comparison.expecteds(), comparison.actuals(), swapped);
      String found = shown(comparison.actuals(), comparison.expecteds(), first);
      String text =
          "expected %s to be equal to another%s, but %sexpected:\n%sbut was:\n%s"
              .formatted(what, options, differences, wanted, found);
      // AssertJ's error for a comparison in the IDE makes line breaks of these.
      throw text.contains("\n")
          ? failure("%s", text)
          : failureWithActualExpected(found, wanted, "%s", text);
    }
    return myself;
  }

  /** Compares with other messages, and fails if that is not possible. */
  <R> R compared(List<Message> expected, Function<MessageComparison, R> comparing) {
    requireEffect(expected);
    return comparedAlone(expected, comparing);
  }

  /** Requires that the options have an effect on this and on all messages to compare with. */
  final void requireEffect(List<Message> expected) {
    List<Message> all =
        Stream.concat(messages().stream(), expected.stream()).filter(Objects::nonNull).toList();
    orFail(
        () -> {
          options.requireEffect(all);
          return myself;
        });
  }

  /** Compares with some of several messages. */
  <R> R comparedAlone(List<Message> expected, Function<MessageComparison, R> comparing) {
    return orFail(() -> comparing.apply(new MessageComparison(options, messages(), expected)));
  }

  final <R> R orFail(Supplier<R> comparing) {
    try {
      return comparing.get();
    } catch (StackOverflowError e) {
      throw failure(
          "cannot compare the messages: they are nested too deeply; ignore the deepest field");
    } catch (MessageComparison.TooManyPairs e) {
      throw failure("%s", e.getMessage());
    }
  }

  final List<Message> messages() {
    isNotNull();
    return requireNonNull(messagesIn(actual), "messages");
  }

  final String shown() {
    return shown(messages(), messages());
  }

  private boolean isOfOtherType(List<Message> others) {
    return actual instanceof Message message
        && !message
            .getDescriptorForType()
            .getFullName()
            .equals(others.get(0).getDescriptorForType().getFullName());
  }
}
