package io.github.durablestore.assertj;

import static java.util.Collections.nCopies;
import static java.util.stream.Collectors.joining;

import com.google.protobuf.Message;
import io.github.durablestore.assertj.Differences.Pair;
import io.github.durablestore.text.Entries;
import io.github.durablestore.text.Limits;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ListAssert;
import org.jspecify.annotations.Nullable;

/**
 * Assertions about several messages, which are compared with the options of {@link MessageAssert}.
 * A path starts at each of them. If only expected fields are compared, these are the fields that
 * are set in any of the expected messages of a type. A comparator compares whole lists, so what
 * compares message by message refuses it. If there is no message on either side, no path is
 * checked.
 *
 * <p>A collection whose order is not defined, such as a {@code HashSet}, is refused by what
 * compares in order: {@code isEqualTo}, {@code containsExactly}, {@code isIn} and their opposites.
 *
 * <p>For a single element, use {@code StateStoreAssertions.assertThat(list.get(0))}, and for
 * assertions about each, AssertJ's {@code assertThat(list).allSatisfy(...)}.
 *
 * <pre>{@code
 * assertThatMessages(published)
 *     .ignoringFields("event_id", "at")
 *     .containsExactly(opened, closed);
 * }</pre>
 *
 * @param <T> the type of the messages
 */
public final class MessageListAssert<T extends Message>
    extends AbstractMessageAssert<MessageListAssert<T>, List<T>> {
  private final @Nullable Iterable<?> source;

  MessageListAssert(@Nullable List<T> actual) {
    this(actual, actual);
  }

  /**
   * Creates assertions.
   *
   * @param source what the messages were taken from
   */
  MessageListAssert(@Nullable List<T> actual, @Nullable Iterable<?> source) {
    super(actual, MessageListAssert.class, new MessageOptions());
    this.source = source;
  }

  /**
   * Verifies the number of messages.
   *
   * @param expected the number
   * @return this
   */
  public MessageListAssert<T> hasSize(int expected) {
    elements("hasSize(...)").hasSize(expected);
    return this;
  }

  /** Verifies that there is no message. */
  public void isEmpty() {
    elements("isEmpty()").isEmpty();
  }

  /**
   * Verifies that there is a message.
   *
   * @return this
   */
  public MessageListAssert<T> isNotEmpty() {
    elements("isNotEmpty()").isNotEmpty();
    return this;
  }

  /** Returns AssertJ's assertions about the list, which use no option. */
  private ListAssert<T> elements(String method) {
    options.requireUsed(method);
    return MessageRepresentation.carryOver(info, Assertions.assertThatList(actual));
  }

  /**
   * Verifies that the messages are equal to others, in this order. A failure lists every
   * difference.
   *
   * @param expected the other messages
   * @return this
   */
  public MessageListAssert<T> containsExactly(@Nullable Message... expected) {
    return isEqualTo(Arrays.asList(expected));
  }

  /**
   * Verifies that the messages are equal to others, in any order. A failure lists every difference.
   * In repeated fields, order matters, unless it is ignored.
   *
   * @param expected the other messages
   * @return this
   */
  public MessageListAssert<T> containsExactlyInAnyOrder(@Nullable Message... expected) {
    return containsExactlyInAnyOrderElementsOf(Arrays.asList(expected));
  }

  /**
   * Verifies that the messages are equal to others, in any order. A failure lists every difference.
   *
   * @param expected the other messages
   * @return this
   */
  public MessageListAssert<T> containsExactlyInAnyOrderElementsOf(
      Iterable<? extends @Nullable Message> expected) {
    List<Message> messages = Objects.requireNonNull(messagesIn(expected), "expected");
    requireNoComparator("containsExactlyInAnyOrder(...)");
    return compared(
        messages,
        comparison ->
            requireNone(
                comparison.ofLists(true, new Differences()), comparison, "the list in any order"));
  }

  /**
   * Verifies that each of some messages is equal to one in the list.
   *
   * @param expected the messages
   * @return this
   */
  public MessageListAssert<T> contains(@Nullable Message... expected) {
    return requireIn(true, "contains(...)", expected);
  }

  /**
   * Verifies that none of some messages is equal to one in the list.
   *
   * @param unexpected the messages
   * @return this
   */
  public MessageListAssert<T> doesNotContain(@Nullable Message... unexpected) {
    return requireIn(false, "doesNotContain(...)", unexpected);
  }

  private MessageListAssert<T> requireIn(
      boolean isExpected, String method, @Nullable Message... others) {
    requireNoComparator(method);
    List<Message> messages = Objects.requireNonNull(messagesIn(Arrays.asList(others)), "others");
    Operands.requireAny(messages, method);
    int wrong = compared(messages, comparison -> comparison.firstExpected(!isExpected));
    if (wrong != -1) {
      List<Message> one = messages.subList(wrong, wrong + 1);
      List<Message> beside = isExpected ? nCopies(actual.size(), one.get(0)) : messages();
      throw failure(
          "expected %s message that is equal to this%s:\n%sbut the messages were:\n%s",
          isExpected ? "a" : "no", options, shown(one, messages()), shown(messages(), beside));
    }
    return this;
  }

  @Override
  void requireComparable(@Nullable Object other) {
    Operands.requireList(other);
    if (other instanceof Iterable<?>) {
      Operands.requireOrder(other);
      Operands.requireOrder(source);
    }
  }

  @Override
  @Nullable List<Message> messagesIn(@Nullable Object value) {
    if (!(value instanceof Iterable<?> iterable)) {
      return null;
    }
    List<?> elements = StreamSupport.stream(iterable.spliterator(), false).toList();
    return elements.stream().allMatch(each -> each == null || each instanceof Message)
        ? elements.stream().map(each -> (Message) each).toList()
        : null;
  }

  @Override
  Differences differences(MessageComparison comparison, Differences found) {
    return comparison.ofLists(false, found);
  }

  @Override
  String noun() {
    return "list";
  }

  /** Returns a line for each message, around the first that is not equal to its counterpart. */
  @Override
  String text(
      List<Message> messages, List<Message> others, @Nullable Pair first, MessageReader reader) {
    Pair pair = first == null ? firstUnequal(messages, others) : first;
    int middle = Math.min(pair.index(), messages.size());
    int from =
        middle < Limits.DIFFERENCES - Limits.MESSAGES_BEFORE ? 0 : middle - Limits.MESSAGES_BEFORE;
    return messages.isEmpty()
        ? Differences.line("no message")
        : Entries.around(
                messages.size(),
                from,
                Limits.DIFFERENCES,
                i -> line(i, messages.get(i), at(i + pair.other() - pair.index(), others)))
            .map(Differences::line)
            .collect(joining());
  }

  private static Pair firstUnequal(List<Message> messages, List<Message> others) {
    int index =
        IntStream.range(0, Math.min(messages.size(), others.size()))
            .filter(i -> !Objects.equals(messages.get(i), others.get(i)))
            .findFirst()
            .orElse(0);
    return new Pair(index, index);
  }

  private static @Nullable Message at(int index, List<Message> messages) {
    return index >= 0 && index < messages.size() ? messages.get(index) : null;
  }

  private static String line(int index, @Nullable Message message, @Nullable Message other) {
    return "[%d] %s".formatted(index, Differences.inOneLine(message, other));
  }
}
