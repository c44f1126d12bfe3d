package io.github.durablestore.assertj;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.List;
import java.util.Map;

/**
 * What a value looks like from afar. Two values that a comparison takes as equal have the same hash
 * code, and their sums differ by no more than both slacks. Long lists are searched by this, as
 * comparing each element to each takes minutes.
 *
 * @param hash of all that must be the same
 * @param sum of the numbers that have a tolerance, each times a weight
 * @param slack of the sum: the tolerances with the same weights, and what rounding may lose
 */
record Sketch(int hash, double sum, double slack) {
  boolean mayEqual(Sketch other) {
    return hash == other.hash && Math.abs(sum - other.sum) <= slack + other.slack;
  }

  static List<Sketch> ofAll(List<Object> elements, MessageOptions options, Scope scope) {
    return elements.stream().map(element -> of(element, options, scope)).toList();
  }

  private static Sketch of(Object element, MessageOptions options, Scope scope) {
    var artist = new Artist(options);
    int hash = artist.draw(element, scope, 1);
    double slack = artist.slack + artist.rounding();
    return Double.isFinite(artist.sum) && Double.isFinite(slack)
        ? new Sketch(hash, artist.sum, slack)
        : new Sketch(hash, 0, Double.POSITIVE_INFINITY);
  }

  /** Draws one sketch. A place is a number for the fields that lead to a value. */
  private static final class Artist {
    private final MessageOptions options;
    private double sum;
    private double slack;
    private double magnitude;
    private int numbers;

    Artist(MessageOptions options) {
      this.options = options;
    }

    /** Returns the hash code of a value, and takes its numbers in. */
    int draw(Object value, Scope scope, int place) {
      if (value instanceof Message message) {
        return ofMessage(message, scope, place);
      }
      if (!options.isTolerant(value)) {
        return value.hashCode();
      }
      addNumber(((Number) value).doubleValue(), options.tolerance(value), place);
      return 0;
    }

    private void addNumber(double number, double tolerance, int place) {
      if (Double.isFinite(number)) { // what is not equals none that is
        double weight = 0.5 + (place * 0x9E3779B9 >>> 1) / (double) Integer.MAX_VALUE / 2;
        sum += weight * number;
        slack += weight * tolerance;
        magnitude += Math.abs(number);
        numbers++;
      } else if (Double.isInfinite(tolerance)) {
        slack = tolerance;
      }
    }

    /** Returns what the additions may have lost. */
    double rounding() {
      return Math.ulp(magnitude) * (numbers + 1);
    }

    private int ofMessage(Message message, Scope scope, int place) {
      if (options.unpacksAny() && MessageFields.isAny(message)) {
        return ofAny(message, scope, place);
      }
      return ofFields(message, scope, place);
    }

    private int ofAny(Message any, Scope scope, int place) {
      if (scope.isExpectedOnly() || scope.leavesOutFieldsOf(any)) {
        return 0; // which fields count depends on what it is compared to
      }
      Message payload = MessageFields.payload(any, options.types());
      return payload == null
          ? ofFields(any, scope, place)
          : 31 * MessageFields.typeUrl(any).hashCode()
              + ofFields(payload, scope.inAny(payload), place);
    }

    private int ofFields(Message message, Scope scope, int place) {
      int hash = scope.isExpectedOnly() ? 0 : message.getUnknownFields().hashCode();
      for (Map.Entry<FieldDescriptor, Object> entry : message.getAllFields().entrySet()) {
        FieldDescriptor field = entry.getKey();
        Scope inner = scope.of(field);
        if (inner == null) {
          continue;
        }
        int drawn =
            ofField(message, field, entry.getValue(), inner, 31 * place + field.getNumber());
        if (!options.isTolerant(entry.getValue())) { // which, near 0, may equal one that is not set
          hash = 31 * hash + field.getNumber();
          hash = 31 * hash + drawn;
        }
      }
      return hash;
    }

    private int ofField(
        Message message, FieldDescriptor field, Object value, Scope scope, int place) {
      if (field.isMapField()) {
        return MessageFields.map(message, field).entrySet().stream()
            .mapToInt(entry -> ofEntry(entry.getKey().hashCode(), entry.getValue(), scope, place))
            .sum();
      }
      if (!field.isRepeated()) {
        return draw(value, scope, place);
      }
      boolean inAnyOrder = options.ignoresOrder(scope);
      int hash = 0;
      int at = place;
      for (Object element : MessageFields.list(message, field)) {
        hash = (inAnyOrder ? hash : 31 * hash) + 1 + draw(element, scope, at);
        at += inAnyOrder ? 0 : 1;
      }
      return hash;
    }

    private int ofEntry(int key, Object value, Scope scope, int place) {
      return 31 * key + draw(value, scope, 31 * place + key);
    }
  }
}
