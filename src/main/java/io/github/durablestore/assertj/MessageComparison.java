package io.github.durablestore.assertj;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.UnknownFieldSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Compares messages field by field, and notes every difference. */
final class MessageComparison {
  /** The product of two lengths up to which the elements of lists are aligned. */
  private static final long MAX_ALIGNED = 1_000_000;

  private final MessageOptions options;
  private final MessageHash hash;

  MessageComparison(MessageOptions options) {
    this.options = options;
    this.hash = new MessageHash(options);
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
      if (options.ignoresOrder(scope)) {
        inAnyOrder(path, field, actuals, expecteds, scope, found);
      } else {
        inOrder(path, field, actuals, expecteds, scope, found);
      }
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

  /** Matches what is equal, and compares the rest in order. */
  private void inAnyOrder(
      String path,
      FieldDescriptor field,
      List<Object> actuals,
      List<Object> expecteds,
      Scope scope,
      Differences found) {
    int[] hashes = hash.ofAll(actuals, scope);
    int[] expectedHashes = hash.ofAll(expecteds, scope);
    Map<Integer, List<Integer>> unmatched = new HashMap<>();
    for (int j = 0; j < expectedHashes.length; j++) {
      unmatched.computeIfAbsent(expectedHashes[j], key -> new ArrayList<>()).add(j);
    }
    List<Integer> left = new ArrayList<>();
    for (int i = 0; i < hashes.length; i++) {
      List<Integer> candidates = unmatched.getOrDefault(hashes[i], List.of());
      if (!removeEqual(field, actuals.get(i), expecteds, candidates, scope)) {
        left.add(i);
      }
    }
    List<Integer> right = unmatched.values().stream().flatMap(List::stream).sorted().toList();
    elements(path, field, actuals, left, expecteds, right, scope, found);
  }

  /** Removes the first candidate that is equal; returns whether there is one. */
  private boolean removeEqual(
      FieldDescriptor field,
      Object actual,
      List<Object> expecteds,
      List<Integer> candidates,
      Scope scope) {
    for (Iterator<Integer> each = candidates.iterator(); each.hasNext(); ) {
      if (isEqual(field, actual, expecteds.get(each.next()), scope)) {
        each.remove();
        return true;
      }
    }
    return false;
  }

  /** Aligns the lists by their longest common sequence, so that one element more is one. */
  private void inOrder(
      String path,
      FieldDescriptor field,
      List<Object> actuals,
      List<Object> expecteds,
      Scope scope,
      Differences found) {
    BiPredicate<Integer, Integer> equal =
        (i, j) -> isEqual(field, actuals.get(i), expecteds.get(j), scope);
    int start = 0;
    int shorter = Math.min(actuals.size(), expecteds.size());
    while (start < shorter && equal.test(start, start)) {
      start++;
    }
    int endActual = actuals.size();
    int endExpected = expecteds.size();
    while (endActual > start && endExpected > start && equal.test(endActual - 1, endExpected - 1)) {
      endActual--;
      endExpected--;
    }
    int nextActual = start;
    int nextExpected = start;
    for (int[] match : common(actuals, start, endActual, expecteds, endExpected, scope, equal)) {
      List<Integer> left = range(nextActual, match[0]);
      List<Integer> right = range(nextExpected, match[1]);
      elements(path, field, actuals, left, expecteds, right, scope, found);
      nextActual = match[0] + 1;
      nextExpected = match[1] + 1;
    }
    List<Integer> left = range(nextActual, endActual);
    List<Integer> right = range(nextExpected, endExpected);
    elements(path, field, actuals, left, expecteds, right, scope, found);
  }

  private static List<Integer> range(int from, int to) {
    return IntStream.range(from, to).boxed().toList();
  }

  /** Returns the pairs of a longest common sequence; none if the lists are long. */
  private List<int[]> common(
      List<Object> actuals,
      int start,
      int endActual,
      List<Object> expecteds,
      int endExpected,
      Scope scope,
      BiPredicate<Integer, Integer> equal) {
    int n = endActual - start;
    int m = endExpected - start;
    if ((long) n * m > MAX_ALIGNED) {
      return List.of();
    }
    int[] hashes = hash.ofAll(actuals.subList(start, endActual), scope);
    int[] expectedHashes = hash.ofAll(expecteds.subList(start, endExpected), scope);
    int[][] lengths = new int[n + 1][m + 1];
    boolean[][] equals = new boolean[n][m];
    for (int i = n - 1; i >= 0; i--) {
      for (int j = m - 1; j >= 0; j--) {
        equals[i][j] = hashes[i] == expectedHashes[j] && equal.test(start + i, start + j);
        lengths[i][j] =
            equals[i][j]
                ? lengths[i + 1][j + 1] + 1
                : Math.max(lengths[i + 1][j], lengths[i][j + 1]);
      }
    }
    List<int[]> pairs = new ArrayList<>();
    int i = 0;
    int j = 0;
    while (i < n && j < m) {
      if (equals[i][j]) {
        pairs.add(new int[] {start + i++, start + j++});
      } else if (lengths[i + 1][j] >= lengths[i][j + 1]) {
        i++;
      } else {
        j++;
      }
    }
    return pairs;
  }

  /** Compares elements pair by pair; what is left of one list is missing in the other. */
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

  /** Compares what is in two {@code Any}s of one type; returns false if that is not known. */
  private boolean any(
      String path, Message actual, Message expected, Scope scope, Differences found) {
    Message left = unpacked(actual, options.types());
    Message right = unpacked(expected, options.types());
    if (left == null
        || right == null
        || left.getDescriptorForType() != right.getDescriptorForType()
        || !typeUrl(actual).equals(typeUrl(expected))) {
      return false;
    }
    message(path, left, right, scope.inAny(right), found);
    return true;
  }

  private static Object typeUrl(Message any) {
    return any.getField(any.getDescriptorForType().findFieldByNumber(Any.TYPE_URL_FIELD_NUMBER));
  }

  private static @Nullable Message unpacked(Message any, TypeRegistry types) {
    try {
      Descriptor type = types.getDescriptorForTypeUrl((String) typeUrl(any));
      Object value =
          any.getField(any.getDescriptorForType().findFieldByNumber(Any.VALUE_FIELD_NUMBER));
      return type == null
          ? null
          : DynamicMessage.newBuilder(type).mergeFrom((ByteString) value).buildPartial();
    } catch (InvalidProtocolBufferException e) {
      return null; // and so it is compared as bytes
    }
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
