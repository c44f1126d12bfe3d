package io.github.durablestore.broken;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.StringValue;
import com.google.protobuf.UnknownFieldSet;
import io.github.durablestore.StateStoreException;
import io.github.durablestore.egopb.DurableState;
import java.net.URLDecoder;
import java.nio.charset.Charset;
import java.text.Normalizer;
import java.util.function.IntUnaryOperator;
import java.util.function.Predicate;
import java.util.zip.Checksum;

/** What the maps of {@link BrokenStates} are made of. */
public final class BrokenStores {
  public static final Charset CP1252 = Charset.forName("windows-1252");

  private BrokenStores() {}

  public static String mapChars(String id, IntUnaryOperator map) {
    return id.chars()
        .map(map)
        .collect(StringBuilder::new, (text, c) -> text.append((char) c), StringBuilder::append)
        .toString();
  }

  public static long checksum(Checksum checksum, String id) {
    checksum.update(id.getBytes(UTF_8));
    return checksum.getValue();
  }

  public static String withoutAccents(String id) {
    return Normalizer.normalize(id, Normalizer.Form.NFD).replaceAll("\\p{Mn}", "");
  }

  public static String head(String id, int length) {
    return id.substring(0, Math.min(id.length(), length));
  }

  public static String bytes255(String id) {
    ByteString bytes = ByteString.copyFromUtf8(id);
    return bytes.substring(0, Math.min(bytes.size(), 255)).toString(UTF_8);
  }

  public static String until(String id, String end) {
    int at = id.indexOf(end);
    return at <= 0 ? id : id.substring(0, at);
  }

  public static String decoded(String id) {
    try {
      return URLDecoder.decode(id.replace("+", "%2B"), UTF_8);
    } catch (IllegalArgumentException e) {
      return id;
    }
  }

  public static Any.Builder withoutUnknown(Any.Builder any) {
    Message.Builder builder = any;
    builder.setUnknownFields(none());
    return any;
  }

  public static UnknownFieldSet none() {
    return UnknownFieldSet.getDefaultInstance();
  }

  public static UnknownFieldSet only(
      UnknownFieldSet fields, Predicate<UnknownFieldSet.Field> kept) {
    UnknownFieldSet.Builder left = UnknownFieldSet.newBuilder();
    fields
        .asMap()
        .forEach(
            (number, field) -> {
              if (kept.test(field)) {
                left.addField(number, field);
              }
            });
    return left.build();
  }

  public static UnknownFieldSet below(int limit, UnknownFieldSet fields) {
    UnknownFieldSet.Builder left = UnknownFieldSet.newBuilder();
    fields
        .asMap()
        .forEach(
            (number, field) -> {
              if (number < limit) {
                left.addField(number, field);
              }
            });
    return left.build();
  }

  public static DurableState.Builder limited(DurableState.Builder state, int limit) {
    if (state.build().getSerializedSize() > limit) {
      throw new StateStoreException("item size has exceeded the maximum allowed size");
    }
    return state;
  }

  public static ByteString withoutZeros(ByteString bytes) {
    int end = bytes.size();
    while (end > 0 && bytes.byteAt(end - 1) == 0) {
      end--;
    }
    return bytes.substring(0, end);
  }

  /** Parses what is of a known type, and serializes it again. */
  public static Any.Builder canonical(Any.Builder any) {
    try {
      return any.getTypeUrl().endsWith("google.protobuf.StringValue")
          ? any.setValue(StringValue.parseFrom(any.getValue()).toByteString())
          : any;
    } catch (InvalidProtocolBufferException e) {
      return any;
    }
  }
}
