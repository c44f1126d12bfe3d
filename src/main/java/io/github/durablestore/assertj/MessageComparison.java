package io.github.durablestore.assertj;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Compares messages field by field and collects every difference. */
final class MessageComparison {
  /** Up to this product of two lengths, unmatched elements are paired by likeness. */
  private static final int MAX_LIKENED = 400;

  private final MessageOptions options;

  MessageComparison(MessageOptions options) {
    this.options = options;
  }

  Differences between(Message actual, Message expected) {
    var differences = new Differences();
    Scope scope = options.scope(expected);
    message("", actual, expected, scope, differences);
    return differences;
  }

  private void message(
      String path, Message actual, Message expected, Scope scope, Differences found) {
    if (found.isEnough()) {
      return;
    }
    if (MessageFields.isAny(actual) && any(path, actual, expected, scope, found)) {
      return;
    }
    Set<FieldDescriptor> fields = new TreeSet<>(expected.getAllFields().keySet());
    fields.addAll(actual.getAllFields().keySet());
    for (FieldDescriptor field : fields) {
      Scope inner = scope.of(field);
      if (inner != null) {
        String at = path.isEmpty() ? field.getName() : path + "." + field.getName();
        field(at, field, actual, expected, inner, found);
      }
    }
    if (!scope.isExpectedOnly() || !expected.getUnknownFields().asMap().isEmpty()) {
      unknown(path, actual.getUnknownFields(), expected.getUnknownFields(), scope, found);
    }
  }

  private void field(
      String path,
      FieldDescriptor field,
      Message actual,
      Message expected,
      Scope scope,
      Differences found) {
    if (field.isMapField()) {
      map(path, field, actual, expected, scope, found);
    } else if (field.isRepeated()) {
      List<Object> actuals = MessageFields.list(actual, field);
      List<Object> expecteds = MessageFields.list(expected, field);
      repeated(path, field, actuals, expecteds, scope, found);
    } else {
      singular(path, field, actual, expected, scope, found);
    }
  }

  private void singular(
      String path,
      FieldDescriptor field,
      Message actual,
      Message expected,
      Scope scope,
      Differences found) {
    boolean isThere = actual.hasField(field);
    boolean isExpected = expected.hasField(field);
    if (field.hasPresence() && isThere != isExpected) {
      found.add(
          path,
          field,
          isThere ? actual.getField(field) : null,
          isExpected ? expected.getField(field) : null);
    } else {
      value(path, field, actual.getField(field), expected.getField(field), scope, found);
    }
  }

  private void value(
      String path,
      FieldDescriptor field,
      Object actual,
      Object expected,
      Scope scope,
      Differences found) {
    if (actual instanceof Message left && expected instanceof Message right) {
      message(path, left, right, scope, found);
    } else if (!options.areEqual(actual, expected)) {
      found.add(path, field, actual, expected);
    }
  }

  private void map(
      String path,
      FieldDescriptor field,
      Message actual,
      Message expected,
      Scope scope,
      Differences found) {
    FieldDescriptor value = MessageFields.valueOf(field);
    Map<Object, Object> actuals = MessageFields.map(actual, field);
    Map<Object, Object> expecteds = MessageFields.map(expected, field);
    Set<Object> keys = new LinkedHashSet<>(expecteds.keySet());
    keys.addAll(actuals.keySet());
    for (Object key : keys) {
      String at = path + "[" + Differences.scalar(MessageFields.keyOf(field), key) + "]";
      Object left = actuals.get(key);
      Object right = expecteds.get(key);
      if (left == null || right == null) {
        found.add(at, value, left, right);
      } else {
        value(at, value, left, right, scope, found);
      }
    }
  }

  private void repeated(
      String path,
      FieldDescriptor field,
      List<Object> actuals,
      List<Object> expecteds,
      Scope scope,
      Differences found) {
    boolean inAnyOrder = options.ignoresOrder(scope);
    boolean isSameSize = actuals.size() == expecteds.size();
    if (found.areOnlyAsked()) {
      boolean areEqual =
          isSameSize
              && (inAnyOrder
                  ? IntStream.of(match(field, actuals, expecteds, scope)).noneMatch(j -> j == -1)
                  : areEqualInOrder(field, actuals, expecteds, scope));
      if (!areEqual) {
        found.add(path, field, null, null);
      }
    } else if (!isSameSize || !areEqualInOrder(field, actuals, expecteds, scope)) {
      if (inAnyOrder) {
        inAnyOrder(path, field, actuals, expecteds, scope, found);
      } else {
        inOrder(path, field, actuals, expecteds, scope, found);
      }
    }
  }

  private boolean areEqualInOrder(
      FieldDescriptor field, List<Object> actuals, List<Object> expecteds, Scope scope) {
    return IntStream.range(0, actuals.size())
        .allMatch(i -> isEqual(field, actuals.get(i), expecteds.get(i), scope));
  }

  private int[] match(
      FieldDescriptor field, List<Object> actuals, List<Object> expecteds, Scope scope) {
    return Matching.of(
        Sketch.ofAll(actuals, options, scope),
        Sketch.ofAll(expecteds, options, scope),
        (i, j) -> isEqual(field, actuals.get(i), expecteds.get(j), scope),
        options.isTransitive());
  }

  private static List<Integer> range(int end) {
    return IntStream.range(0, end).boxed().toList();
  }

  /** Matches equal elements, and compares each of the rest to the one that it resembles most. */
  private void inAnyOrder(
      String path,
      FieldDescriptor field,
      List<Object> actuals,
      List<Object> expecteds,
      Scope scope,
      Differences found) {
    int[] partners = match(field, actuals, expecteds, scope);
    Set<Integer> left = new LinkedHashSet<>(range(actuals.size()));
    left.removeIf(i -> partners[i] != -1);
    Set<Integer> right = new LinkedHashSet<>(range(expecteds.size()));
    IntStream.of(partners).forEach(right::remove);
    Map<Integer, Integer> pairs = new TreeMap<>();
    if (found.areShown() && (long) left.size() * right.size() <= MAX_LIKENED) {
      pairs.putAll(likeliest(field, actuals, left, expecteds, right, scope));
    }
    left.removeAll(pairs.keySet());
    right.removeAll(pairs.values());
    elements(
        path,
        field,
        actuals,
        Stream.concat(pairs.keySet().stream(), left.stream()).toList(),
        expecteds,
        Stream.concat(pairs.values().stream(), right.stream()).toList(),
        scope,
        found);
  }

  /** Pairs the elements that differ least, since each pair is probably one changed element. */
  private Map<Integer, Integer> likeliest(
      FieldDescriptor field,
      List<Object> actuals,
      Set<Integer> left,
      List<Object> expecteds,
      Set<Integer> right,
      Scope scope) {
    record Candidate(int actual, int expected, int differences) {}
    List<Candidate> candidates = new ArrayList<>();
    for (int i : left) {
      for (int j : right) {
        Differences differences = Differences.counted();
        value("", field, actuals.get(i), expecteds.get(j), scope, differences);
        candidates.add(new Candidate(i, j, differences.count()));
      }
    }
    candidates.sort(Comparator.comparingInt(Candidate::differences));
    Map<Integer, Integer> pairs = new HashMap<>();
    for (Candidate candidate : candidates) {
      if (!pairs.containsValue(candidate.expected)) {
        pairs.putIfAbsent(candidate.actual, candidate.expected);
      }
    }
    return pairs;
  }

  /** Aligns equal elements, and compares the rest position by position between them. */
  private void inOrder(
      String path,
      FieldDescriptor field,
      List<Object> actuals,
      List<Object> expecteds,
      Scope scope,
      Differences found) {
    List<Sketch> sketches = Sketch.ofAll(actuals, options, scope);
    List<Sketch> expectedSketches = Sketch.ofAll(expecteds, options, scope);
    int[] partners =
        Alignment.of(
            actuals.size(),
            expecteds.size(),
            (i, j) ->
                sketches.get(i).mayEqual(expectedSketches.get(j))
                    && isEqual(field, actuals.get(i), expecteds.get(j), scope));
    List<Integer> left = new ArrayList<>();
    int next = 0;
    for (int i = 0; i <= partners.length; i++) {
      int partner = i == partners.length ? expecteds.size() : partners[i];
      if (partner == -1) {
        left.add(i);
      } else {
        List<Integer> right = IntStream.range(next, partner).boxed().toList();
        elements(path, field, actuals, left, expecteds, right, scope, found);
        left.clear();
        next = partner + 1;
      }
    }
  }

  /** Compares elements pair by pair. The rest of the longer list is missing from the other. */
  private void elements(
      String path,
      FieldDescriptor field,
      List<Object> actuals,
      List<Integer> left,
      List<Object> expecteds,
      List<Integer> right,
      Scope scope,
      Differences found) {
    for (int i = 0; i < Math.max(left.size(), right.size()) && !found.isEnough(); i++) {
      if (i >= left.size()) {
        found.add(path + "[" + right.get(i) + "]", field, null, expecteds.get(right.get(i)));
      } else if (i >= right.size()) {
        found.add(path + "[" + left.get(i) + "]", field, actuals.get(left.get(i)), null);
      } else {
        value(
            path + "[" + left.get(i) + "]",
            field,
            actuals.get(left.get(i)),
            expecteds.get(right.get(i)),
            scope,
            found);
      }
    }
  }

  private boolean isEqual(FieldDescriptor field, Object actual, Object expected, Scope scope) {
    if (!(actual instanceof Message)) {
      return options.areEqual(actual, expected);
    }
    Differences first = Differences.first();
    value("", field, actual, expected, scope, first);
    return first.isEmpty();
  }

  /** Compares the messages in two {@code Any}s; returns false if they cannot be unpacked. */
  private boolean any(
      String path, Message actual, Message expected, Scope scope, Differences found) {
    Message left = MessageFields.payload(actual, options.types());
    Message right = MessageFields.payload(expected, options.types());
    if (left == null
        || right == null
        || left.getDescriptorForType() != right.getDescriptorForType()
        || !MessageFields.typeUrl(actual).equals(MessageFields.typeUrl(expected))) {
      return false;
    }
    message(path, left, right, scope.inAny(right), found);
    return true;
  }

  private static void unknown(
      String path,
      UnknownFieldSet actual,
      UnknownFieldSet expected,
      Scope scope,
      Differences found) {
    Map<Integer, UnknownFieldSet.Field> left = new HashMap<>(actual.asMap());
    Map<Integer, UnknownFieldSet.Field> right = expected.asMap();
    Set<Integer> numbers = new TreeSet<>(right.keySet());
    if (!scope.isExpectedOnly()) {
      numbers.addAll(left.keySet());
    }
    for (int number : numbers) {
      UnknownFieldSet.Field one = left.get(number);
      UnknownFieldSet.Field other = right.get(number);
      if (one == null || !one.equals(other)) {
        found.addUnknown((path.isEmpty() ? "" : path + ".") + number, number, one, other);
      }
    }
  }
}
