package io.github.durablestore.assertj;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.groupingBy;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import io.github.durablestore.text.Limits;
import io.github.durablestore.text.Lookalikes;
import io.github.durablestore.text.Text;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Compares messages field by field and collects every difference. */
final class MessageComparison {
  /** To find which elements are equal takes more than a few seconds. */
  static final class TooManyPairs extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooManyPairs(int size) {
      super(
          "cannot compare %d elements in any order: with a tolerance or an unpacked Any, each may equal any other; compare them in order, or fewer of them"
              .formatted(size));
    }
  }

  /** How many values are compared to find which elements of two lists are equal. */
  private static final int MAX_VALUES = 5_000_000;

  private final MessageOptions options;
  private final MessageReader reader;
  private final List<Message> actuals;
  private final List<Message> expecteds;
  private final Scope scope;
  private final Sketch sketch;
  private long values;
  private long matched;
  private long aligned;

  /**
   * Creates a comparison.
   *
   * @throws IllegalArgumentException if only expected fields are compared, and there are none, or
   *     if every field is ignored
   */
  MessageComparison(MessageOptions options, List<Message> actuals, List<Message> expecteds) {
    List<Message> all = present(actuals, expecteds);
    this.options = options;
    this.reader = options.reader(all);
    this.sketch = new Sketch(options, reader);
    Map<String, Descriptor> types = new HashMap<>();
    all.forEach(each -> types.putIfAbsent(typeOf(each).getFullName(), typeOf(each)));
    this.actuals = read(actuals, types);
    this.expecteds = read(expecteds, types);
    this.scope = options.scope(present(List.of(), this.expecteds));
    scope.requireExpectedFields(reader);
    scope.requireComparedFields(present(this.actuals, this.expecteds));
  }

  /** Returns the messages of both sides that are not null. */
  static List<Message> present(List<Message> actuals, List<Message> expecteds) {
    return Stream.concat(actuals.stream(), expecteds.stream()).filter(Objects::nonNull).toList();
  }

  private List<Message> read(List<Message> messages, Map<String, Descriptor> types) {
    return messages.stream()
        .map(
            message ->
                message == null
                    ? null
                    : reader.read(
                        message, requireNonNull(types.get(typeOf(message).getFullName()))))
        .toList();
  }

  /** Adds the differences between the first messages. */
  Differences ofMessages(Differences found) {
    message(actuals.get(0), expecteds.get(0), new Place("", scope, found));
    return found;
  }

  /** Adds the differences between the lists. */
  Differences ofLists(boolean inAnyOrder, Differences found) {
    new ListComparison(this, null, actuals, expecteds, new Place("", scope, found), inAnyOrder)
        .compare();
    return found;
  }

  /** Returns the index of the first expected message that is or is not contained; -1 for none. */
  int firstExpected(boolean isContained) {
    Map<Set<String>, Map<Integer, List<Message>>> groups = new HashMap<>();
    return IntStream.range(0, expecteds.size())
        .filter(i -> isContained(expecteds.get(i), groups) == isContained)
        .findFirst()
        .orElse(-1);
  }

  /**
   * Returns whether a message is contained. If only expected fields are compared, those that it
   * sets decide what is compared. The actual messages are grouped once for all that set the same.
   */
  private boolean isContained(
      @Nullable Message expected, Map<Set<String>, Map<Integer, List<Message>>> groups) {
    Scope alone = scope;
    Set<String> shape = new HashSet<>();
    if (options.comparesExpectedOnly()) {
      alone = options.scope(present(List.of(), Collections.singletonList(expected)));
      alone.requireExpectedFields(reader);
      addShape(expected, "", shape);
    }
    Map<Integer, List<Message>> known = groups.get(shape);
    if (known == null) {
      known = grouped(alone);
      groups.put(shape, known);
    }
    int size = Math.max(actuals.size(), expecteds.size());
    for (Message actual : known.getOrDefault(sketch(expected, alone), List.of())) {
      if (isMatch(actual, expected, alone, size)) {
        return true;
      }
    }
    return false;
  }

  private Map<Integer, List<Message>> grouped(Scope alone) {
    long free = work() - matched;
    Map<Integer, List<Message>> groups =
        actuals.stream().collect(groupingBy(actual -> sketch(actual, alone)));
    spend(free, actuals.size());
    return groups;
  }

  int sketch(@Nullable Object element, Scope in) {
    return sketch.of(element, in);
  }

  /** Adds the fields that a message sets, on which its scope depends. */
  private void addShape(@Nullable Message message, String path, Set<String> shape) {
    if (message == null) {
      return;
    }
    String type = path + "/" + typeOf(message).getFullName();
    shape.add(type);
    for (FieldDescriptor field : reader.fieldsOf(message).keySet()) {
      String inner = type + "/" + field.getNumber();
      shape.add(inner);
      MessageFields.messages(message, field).forEach(each -> addShape(each, inner, shape));
    }
    for (int number : message.getUnknownFields().asMap().keySet()) {
      String inner = type + "/" + number;
      shape.add(inner);
      MessageFields.groups(message, number).forEach(each -> addShape(each, inner, shape));
    }
    if (MessageFields.isAny(message)) {
      addShape(reader.payload(message), type, shape);
    }
  }

  /** Returns the actual messages as they are compared. */
  List<Message> actuals() {
    return actuals;
  }

  /** Returns the expected messages as they are compared. */
  List<Message> expecteds() {
    return expecteds;
  }

  MessageOptions options() {
    return options;
  }

  /** Compares the values of a field, or elements; {@code null} is none. */
  void value(
      @Nullable FieldDescriptor field,
      @Nullable Object actual,
      @Nullable Object expected,
      Place place) {
    values++;
    if (actual instanceof Message left && expected instanceof Message right) {
      message(left, right, place);
    } else if (!options.areEqual(actual, expected)) {
      place.found().add(place.path(), field, actual, expected);
    }
  }

  /** Returns whether elements are equal. */
  boolean isEqual(@Nullable Object actual, @Nullable Object expected, Scope scope) {
    Differences first = Differences.first();
    value(null, actual, expected, new Place("", scope, first));
    return first.isEmpty();
  }

  /**
   * Returns whether elements of two lists are equal, which may be asked of each pair. All lists
   * draw on one limit of values, as lists in lists multiply the pairs. An element has only one that
   * is equal to it and counts for nothing, unless equality is not transitive.
   *
   * @param size the size of the lists
   */
  boolean isMatch(@Nullable Object actual, @Nullable Object expected, Scope scope, int size) {
    long free = work() - matched;
    boolean isEqual = isEqual(actual, expected, scope);
    if (!isEqual || !options.isTransitive()) {
      spend(free, size);
    }
    return isEqual;
  }

  /** Returns the number of values that have been compared or sketched. */
  private long work() {
    return values + sketch.values();
  }

  /** Counts the work that has been done, except some, for finding equal elements in any order. */
  private void spend(long free, int size) {
    matched = work() - free;
    if (matched > MAX_VALUES) {
      throw new TooManyPairs(size);
    }
  }

  /** Returns whether elements are equal, to align two lists with a limit of its own. */
  boolean isAligned(@Nullable Object actual, @Nullable Object expected, Scope scope) {
    long before = work();
    long matchedBefore = matched;
    boolean isEqual = isEqual(actual, expected, scope);
    aligned += work() - before;
    matched = matchedBefore;
    return isEqual;
  }

  /** Returns the number of differences of elements, to pair similar ones with the same limit. */
  int differences(
      @Nullable FieldDescriptor field,
      @Nullable Object actual,
      @Nullable Object expected,
      Scope scope) {
    long free = work() - aligned;
    Differences found = Differences.counted(Limits.DIFFERENCES);
    value(field, actual, expected, new Place("", scope, found));
    aligned = work() - free;
    return found.count();
  }

  /** Returns whether lists may be aligned further, and similar elements be paired. */
  boolean canAlign() {
    return aligned <= MAX_VALUES;
  }

  private void message(Message actual, Message expected, Place place) {
    if (place.found().isEnough()) {
      return;
    }
    if (!typeOf(actual).equals(typeOf(expected))) {
      place.found().add(place.path(), null, actual, expected);
      return;
    }
    if (!MessageFields.isAny(actual) || !any(actual, expected, place)) {
      fields(actual, expected, place);
    }
    unknown(typeOf(actual), actual.getUnknownFields(), expected.getUnknownFields(), place);
  }

  private void fields(Message actual, Message expected, Place place) {
    Set<FieldDescriptor> fields = reader.fieldsOf(expected).keySet();
    Set<FieldDescriptor> others = reader.fieldsOf(actual).keySet();
    if (!fields.equals(others)) {
      fields = new TreeSet<>(fields);
      fields.addAll(others);
    }
    for (FieldDescriptor field : fields) {
      if (place.found().areOnlyAsked() && place.found().isEnough()) {
        return;
      }
      Place inner = place.of(field);
      if (inner != null) {
        field(field, actual, expected, inner);
      }
    }
  }

  private static Descriptor typeOf(Message message) {
    return message.getDescriptorForType();
  }

  private void field(FieldDescriptor field, Message actual, Message expected, Place place) {
    if (field.isMapField()) {
      map(field, actual, expected, place);
    } else if (field.isRepeated()) {
      List<Object> left = MessageFields.list(actual, field);
      List<Object> right = MessageFields.list(expected, field);
      new ListComparison(this, field, left, right, place, place.scope().ignoresOrder()).compare();
    } else {
      boolean isMissed = field.hasPresence() && !expected.hasField(field);
      boolean isMissing = field.hasPresence() && !actual.hasField(field);
      value(
          field,
          isMissing ? null : actual.getField(field),
          isMissed ? null : expected.getField(field),
          place);
    }
  }

  private void map(FieldDescriptor field, Message actual, Message expected, Place place) {
    FieldDescriptor key = MessageFields.keyOf(field.getMessageType());
    FieldDescriptor value = MessageFields.valueOf(field.getMessageType());
    Map<Object, Object> left = MessageFields.map(actual, field);
    Map<Object, Object> right = MessageFields.map(expected, field);
    Set<Object> keys = new LinkedHashSet<>(right.keySet());
    keys.addAll(left.keySet());
    var lookalikes = new Lookalikes(keys);
    for (Object each : keys) {
      Object beside = each instanceof String text ? lookalikes.of(text) : each;
      Place entry = place.at(Text.scalar(key, each, beside));
      value(value, left.get(each), right.get(each), entry);
    }
  }

  /** Compares the messages in two {@code Any}s; returns false if they cannot be unpacked. */
  private boolean any(Message actual, Message expected, Place place) {
    Message left = reader.payload(actual);
    Message right = reader.payload(expected);
    if (left == null || right == null || !typeOf(left).equals(typeOf(right))) {
      return false;
    }
    Descriptor any = typeOf(actual);
    boolean isOfOneUrl =
        place.scope().ignores(MessageFields.typeUrlOf(any), typeOf(right))
            || MessageFields.typeUrl(actual).equals(MessageFields.typeUrl(expected));
    if (!isOfOneUrl || place.scope().ignores(MessageFields.valueOf(any), typeOf(right))) {
      return false;
    }
    message(left, right, place.ofPayload(right, reader));
    return true;
  }

  private void unknown(
      Descriptor type, UnknownFieldSet actual, UnknownFieldSet expected, Place place) {
    if (actual.asMap().isEmpty() && expected.asMap().isEmpty()) {
      return;
    }
    Set<Integer> numbers = new TreeSet<>(expected.asMap().keySet());
    numbers.addAll(actual.asMap().keySet());
    for (int number : numbers) {
      Place inner = place.ofUnknown(type, number);
      if (inner != null) {
        values++;
        unknown(number, actual.getField(number), expected.getField(number), inner);
      }
    }
  }

  private void unknown(
      int number, UnknownFieldSet.Field actual, UnknownFieldSet.Field expected, Place place) {
    List<UnknownFieldSet> left = actual.getGroupList();
    List<UnknownFieldSet> right = expected.getGroupList();
    boolean haveSameGroups = !left.isEmpty() && left.size() == right.size();
    if (haveSameGroups
        && MessageFields.withoutGroups(actual).equals(MessageFields.withoutGroups(expected))) {
      for (int i = 0; i < left.size(); i++) {
        Place inner = left.size() == 1 ? place : place.at(i);
        message(MessageFields.ofUnknown(left.get(i)), MessageFields.ofUnknown(right.get(i)), inner);
      }
    } else if (!actual.equals(expected)) {
      place.found().addUnknown(place.path(), number, actual, expected);
    }
  }
}
