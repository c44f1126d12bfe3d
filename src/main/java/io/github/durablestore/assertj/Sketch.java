package io.github.durablestore.assertj;

import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.List;
import java.util.Map;

/**
 * A rough image of a value. If a comparison treats two values as equal, their sketches have the
 * same hash code, and their sums differ by at most the sum of both slacks. Long lists are searched
 * by sketches, since comparing every pair of elements can take minutes.
 *
 * @param hash the hash code of everything that must be the same
 * @param sum the weighted sum of the numbers that have a tolerance
 * @param slack the weighted sum of their tolerances, and an upper bound of the rounding error
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
    return new Sketch(hash, artist.sum, artist.slack + artist.rounding());
  }

  /** Draws one sketch. A place is a hash code of the path to a value; it determines the weight. */
  private static final class Artist {
    private static final double SCALE = 0x1p-30; // so that sums do not overflow

    private final MessageOptions options;
    private double sum;
    private double slack;
    private double magnitude;
    private int numbers;

    Artist(MessageOptions options) {
      this.options = options;
    }

    /** Returns the hash code of a value, and adds up its numbers. */
    int draw(Object value, Scope scope, int place) {
      if (value instanceof Message message) {
        return ofMessage(message, scope, place);
      }
      if (value instanceof EnumValueDescriptor constant) {
        return constant.getNumber(); // protobuf makes that of an unknown number again and again
      }
      if (!options.isTolerant(value)) {
        return value.hashCode();
      }
      addNumber(((Number) value).doubleValue(), options.tolerance(value), place);
      return 0;
    }

    private void addNumber(double number, double tolerance, int place) {
      if (Double.isFinite(number)) { // others equal no finite number
        double weight =
            SCALE * (0.5 + ((place * 0x9E3779B9) >>> 1) / (double) Integer.MAX_VALUE / 2);
        sum += weight * number;
        slack += weight * tolerance;
        magnitude += SCALE * Math.abs(number);
        numbers++;
      } else if (Double.isInfinite(tolerance)) {
        slack = tolerance;
      }
    }

    /** Returns an upper bound of the rounding error of the sum. */
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
        return 0; // which fields count depends on the other Any
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
        if (!options.isTolerant(entry.getValue())) { // near 0, it may equal an unset number
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
