package io.github.durablestore.kinds;

import acme.billing.AccountState;
import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Messages with every kind of field, of few values, so that two of them are often alike. */
public final class RandomKinds {
  private static final List<Any> ANYS =
      List.of(
          Any.pack(AccountState.newBuilder().setAccountId("a").build()),
          Any.pack(AccountState.newBuilder().setAccountId("b").build()),
          Any.pack(Kinds.newBuilder().putBytesMap("k", ByteString.EMPTY).addInt32S(1).build()),
          Any.newBuilder()
              .setTypeUrl("acme/durablestore.kinds.Kinds")
              .setValue(ByteString.copyFromUtf8("\7"))
              .build(),
          Any.newBuilder().setTypeUrl("acme/no.Such").build());

  private final Random random;
  private final List<FieldDescriptor> extensions;

  public RandomKinds(long seed) {
    this(seed, List.of());
  }

  /** Creates a source of messages that are also extended. */
  public RandomKinds(long seed, List<FieldDescriptor> extensions) {
    this.random = new Random(seed);
    this.extensions = extensions;
  }

  public Kinds next() {
    return (Kinds) message(Kinds.newBuilder(), 1);
  }

  /** Returns a message that differs in up to two fields, if at all. */
  public Kinds alike(Kinds message) {
    Kinds.Builder alike = message.toBuilder();
    for (int i = random.nextInt(3); i > 0; i--) {
      change(alike, 1);
    }
    return alike.build();
  }

  private Message message(Message.Builder message, int depth) {
    message.getDescriptorForType().getFields().stream()
        .filter(FieldDescriptor::isRequired)
        .forEach(field -> message.setField(field, value(message, field, depth)));
    for (int i = random.nextInt(6); i > 0; i--) {
      change(message, depth);
    }
    return message.build();
  }

  private void change(Message.Builder message, int depth) {
    if (random.nextInt(20) == 0) {
      addUnknown(message);
      return;
    }
    List<FieldDescriptor> fields = new ArrayList<>(message.getDescriptorForType().getFields());
    extensions.stream()
        .filter(field -> field.getContainingType().equals(message.getDescriptorForType()))
        .forEach(fields::add);
    FieldDescriptor field = fields.get(random.nextInt(fields.size()));
    if (depth == 0 && (nests(field) || (field.isMapField() && nests(valueOf(field))))) {
      return;
    }
    if (random.nextInt(4) == 0 && !field.isRequired()) {
      message.clearField(field);
    } else if (field.isMapField()) {
      Message.Builder entry = message.newBuilderForField(field);
      for (FieldDescriptor part : entry.getDescriptorForType().getFields()) {
        entry.setField(part, value(entry, part, depth));
      }
      message.addRepeatedField(field, entry.build());
    } else if (field.isRepeated() && random.nextInt(3) == 0) {
      List<?> elements = new ArrayList<>((List<?>) message.getField(field));
      Collections.shuffle(elements, random);
      message.setField(field, elements);
    } else if (field.isRepeated()) {
      message.addRepeatedField(field, value(message, field, depth));
    } else {
      message.setField(field, value(message, field, depth));
    }
  }

  private void addUnknown(Message.Builder message) {
    try {
      message.mergeFrom(new byte[] {(byte) 0xC0, 0x3E, (byte) (1 + random.nextInt(2))}); // 1000: 1
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private Object value(Message.Builder message, FieldDescriptor field, int depth) {
    return switch (field.getJavaType()) {
      case INT -> one(0, 1, -1, Integer.MIN_VALUE);
      case LONG -> one(0L, 1L, -1L, Long.MIN_VALUE);
      case FLOAT -> one(0f, -0f, 0.05f, 1f, 1.05f, 1e30f);
      case DOUBLE -> one(0.0, -0.0, 0.05, 1.0, 1.05, 1e300);
      case BOOLEAN -> random.nextBoolean();
      case STRING -> one("", "a", "\"\u00e9\n\\");
      case BYTE_STRING -> one(ByteString.EMPTY, ByteString.copyFrom(new byte[] {0, 'a', -1}));
      case ENUM -> enumValue(field.getEnumType());
      case MESSAGE ->
          field.getMessageType().equals(Any.getDescriptor())
              ? ANYS.get(random.nextInt(ANYS.size()))
              : message(builder(message, field), depth - 1);
    };
  }

  private static Message.Builder builder(Message.Builder message, FieldDescriptor field) {
    return field.isExtension() // generated builders make none for these
        ? Kinds.newBuilder()
        : message.newBuilderForField(field);
  }

  private Object enumValue(EnumDescriptor type) {
    boolean isOpen = type.equals(Kinds.Colour.getDescriptor());
    return type.findValueByNumberCreatingIfUnknown(isOpen ? one(0, 1, 7) : one(1, 2));
  }

  @SafeVarargs
  private <T> T one(T... values) {
    return values[random.nextInt(values.length)];
  }

  private static boolean nests(FieldDescriptor field) {
    return field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
        && field.getMessageType().equals(Kinds.getDescriptor());
  }

  private static FieldDescriptor valueOf(FieldDescriptor map) {
    return map.getMessageType().findFieldByNumber(2);
  }
}
