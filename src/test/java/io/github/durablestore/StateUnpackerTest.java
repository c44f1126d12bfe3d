package io.github.durablestore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import acme.billing.AccountState;
import com.google.protobuf.AbstractMessage;
import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.UninterpretedOption;
import com.google.protobuf.DescriptorProtos.UninterpretedOption.NamePart;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.ListValue;
import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.Value;
import io.github.durablestore.egopb.DurableState;
import java.util.Arrays;
import java.util.Collections;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Payloads are unpacked, or refused in words that help: {@link StateUnpacker}. */
class StateUnpackerTest {
  static final AccountState ACCOUNT =
      AccountState.newBuilder().setAccountId("account-42").setBalanceCents(4200).build();
  private static final String ACCOUNT_URL = "type.googleapis.com/acme.billing.AccountState";

  static volatile boolean tripped;

  private final StateUnpacker unpacker =
      new StateUnpacker(
          TypeRegistry.newBuilder()
              .add(AccountState.getDescriptor())
              .add(Struct.getDescriptor())
              .add(NamePart.getDescriptor())
              .build());

  @Test
  void unpack_byRegistry_isDynamicMessageEqualToGeneratedOne() {
    assertThat(unpacker.unpack(stateOf(ACCOUNT)))
        .isInstanceOf(DynamicMessage.class)
        .isEqualTo(ACCOUNT);
  }

  @Test
  void unpack_byClass_isGeneratedMessage() {
    AccountState account = StateUnpacker.unpack(stateOf(ACCOUNT), AccountState.class);

    assertThat(account).isEqualTo(ACCOUNT);
  }

  @Test
  void unpack_emptyPayload_isDefaultInstance() {
    DurableState state = stateOf(ACCOUNT_URL, ByteString.EMPTY);

    assertThat(StateUnpacker.unpack(state, AccountState.class))
        .isEqualTo(AccountState.getDefaultInstance());
    assertThat(unpacker.unpack(state)).isEqualTo(AccountState.getDefaultInstance());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/acme.billing.AccountState", "a/b/c/acme.billing.AccountState"})
  void unpack_anyUrlPrefix_countsTheLastSegment(String typeUrl) {
    DurableState state = stateOf(typeUrl, ACCOUNT.toByteString());

    assertThat(unpacker.unpack(state)).isEqualTo(ACCOUNT);
    assertThat(StateUnpacker.unpack(state, AccountState.class)).isEqualTo(ACCOUNT);
  }

  @Test
  void unpack_bothWaysFromManyThreads_leavesStateAsItWas() throws Exception {
    DurableState state = stateOf(ACCOUNT);
    ExecutorService executor = Executors.newFixedThreadPool(4);
    try {
      Callable<Void> bothWays =
          () -> {
            for (int round = 0; round < 1_000; round++) {
              assertThat(unpacker.unpack(state)).isEqualTo(ACCOUNT);
              assertThat(StateUnpacker.unpack(state, AccountState.class)).isEqualTo(ACCOUNT);
            }
            return null;
          };
      for (Future<Void> result : executor.invokeAll(Collections.nCopies(4, bothWays))) {
        result.get();
      }
    } finally {
      executor.shutdownNow();
    }

    assertThat(state).isEqualTo(stateOf(ACCOUNT));
    // What a DynamicMessage cached in the Any would break.
    assertThat(state.getResultingState().unpack(AccountState.class)).isEqualTo(ACCOUNT);
  }

  @Test
  void unpack_noResultingState_saysSo() {
    DurableState state = DurableState.newBuilder().setPersistenceId("account-42").build();
    String message =
        "cannot unpack state of \"account-42\": it has no resulting_state; check"
            + " hasResultingState() first";

    assertThatThrownBy(() -> unpacker.unpack(state))
        .isInstanceOf(StateUnpackException.class)
        .hasMessage(message);
    assertThatThrownBy(() -> StateUnpacker.unpack(state, AccountState.class))
        .isInstanceOf(StateUnpackException.class)
        .hasMessage(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/", "//", "acme.billing.AccountState", "type.googleapis.com/"})
  void unpack_urlWithoutType_saysSo(String typeUrl) {
    DurableState state = stateOf(typeUrl, ACCOUNT.toByteString());
    String message =
        "cannot unpack state of \"account-42\": type URL \"%s\" does not end in \"/\" and the name"
            + " of a type; pack it with Any.pack";

    assertThatThrownBy(() -> unpacker.unpack(state))
        .isInstanceOf(StateUnpackException.class)
        .hasMessage(message, typeUrl);
    assertThatThrownBy(() -> StateUnpacker.unpack(state, AccountState.class))
        .isInstanceOf(StateUnpackException.class)
        .hasMessage(message, typeUrl);
  }

  @Test
  void unpack_typeNotInRegistry_namesItAndTheRemedy() {
    var knowsNothing = new StateUnpacker(TypeRegistry.getEmptyTypeRegistry());

    assertThatThrownBy(() -> knowsNothing.unpack(stateOf(ACCOUNT)))
        .isInstanceOf(StateUnpackException.class)
        .hasMessage(
            "cannot unpack state of \"account-42\": type URL \"%s\" is not in the TypeRegistry;"
                + " add its descriptor, or that of any message in its file or in a file that"
                + " imports it, or unpack to the generated class",
            ACCOUNT_URL);
  }

  @Test
  void unpack_registryGivenAnImportingFile_knowsTheImportedType() {
    var imports =
        new StateUnpacker(TypeRegistry.newBuilder().add(DurableState.getDescriptor()).build());
    Any inner = Any.pack(ACCOUNT);

    assertThat(imports.unpack(stateOf(inner))).isEqualTo(inner);
  }

  @Test
  void unpack_otherType_namesBoth() {
    assertThatThrownBy(() -> StateUnpacker.unpack(stateOf(ACCOUNT), Struct.class))
        .isInstanceOf(StateUnpackException.class)
        .hasMessage(
            "cannot unpack state of \"account-42\": type URL \"%s\" is not of the type asked for,"
                + " \"google.protobuf.Struct\"; ask for the class of"
                + " \"acme.billing.AccountState\"",
            ACCOUNT_URL);
  }

  @Test
  void unpack_typeWhoseNameEndsAlike_isOtherType() {
    DurableState state = stateOf("x/not.acme.billing.AccountState", ACCOUNT.toByteString());

    assertThatThrownBy(() -> StateUnpacker.unpack(state, AccountState.class))
        .isInstanceOf(StateUnpackException.class)
        .hasMessageContaining("ask for the class of \"not.acme.billing.AccountState\"");
  }

  @Test
  void unpack_bytesThatDoNotParse_keepsTheCause() {
    DurableState state = stateOf(ACCOUNT_URL, ByteString.copyFrom(new byte[] {10, 100, 1}));
    String message =
        "cannot unpack state of \"account-42\": its 3 bytes do not parse as type URL \"%s\"; write"
            + " and read it by the same definition";

    assertThatThrownBy(() -> unpacker.unpack(state))
        .isInstanceOf(StateUnpackException.class)
        .hasMessage(message, ACCOUNT_URL)
        .hasCauseInstanceOf(InvalidProtocolBufferException.class);
    assertThatThrownBy(() -> StateUnpacker.unpack(state, AccountState.class))
        .isInstanceOf(StateUnpackException.class)
        .hasMessage(message, ACCOUNT_URL)
        .hasCauseInstanceOf(InvalidProtocolBufferException.class);
  }

  @Test
  void unpack_requiredFieldMissing_doesNotParse() {
    DurableState state =
        stateOf(
            "x/google.protobuf.UninterpretedOption.NamePart",
            NamePart.newBuilder().setNamePart("only one of two").buildPartial().toByteString());

    assertDoesNotParse(state, NamePart.class);
    assertThatThrownBy(() -> unpacker.unpack(state))
        .hasMessageContaining(": missing required fields: is_extension; write and read it by");
    assertThatThrownBy(() -> StateUnpacker.unpack(state, NamePart.class))
        .hasMessageContaining(": missing required fields: is_extension; write and read it by");
  }

  @Test
  void unpack_manyRequiredFieldsMissing_listsTheFirst() {
    var parts =
        UninterpretedOption.newBuilder()
            .addAllName(Collections.nCopies(1_000, NamePart.getDefaultInstance()))
            .buildPartial();
    DurableState state = stateOf("x/google.protobuf.UninterpretedOption", parts.toByteString());

    assertThatThrownBy(() -> unpacker.unpack(state))
        .hasMessageContaining("name[4].is_extension and 1990 more; write")
        .message()
        .hasSizeLessThan(500);
  }

  @Test
  void unpack_hostileIdAndUrl_areEscapedAndCut() {
    DurableState state =
        stateOf("x/\u001b[2J\n" + "y".repeat(100_000), ByteString.EMPTY).toBuilder()
            .setPersistenceId("a\u202e\nb")
            .build();

    assertThatThrownBy(() -> unpacker.unpack(state))
        .hasMessageStartingWith(
            "cannot unpack state of \"a\\u202e\\nb\": type URL \"x/\\u001b[2J\\nyyy")
        .hasMessageContaining("y\" (100007 characters) is not in the TypeRegistry")
        .message()
        .hasSizeLessThan(1_000);
  }

  @Test
  void unpack_nestedTooDeep_doesNotParse() {
    ListValue nested = ListValue.getDefaultInstance();
    for (int depth = 0; depth < 500; depth++) {
      nested = ListValue.newBuilder().addValues(Value.newBuilder().setListValue(nested)).build();
    }

    assertDoesNotParse(stateOf(nested), ListValue.class);
  }

  @Test
  void unpack_groupsNestedTooDeep_doesNotParse() {
    byte[] startGroups = new byte[100_000];
    Arrays.fill(startGroups, (byte) (100 << 3 | 3));

    assertDoesNotParse(stateOf(ACCOUNT_URL, ByteString.copyFrom(startGroups)), AccountState.class);
  }

  @Test
  void unpack_truncated_neverThrowsAnythingElse() {
    ByteString whole = nestedStruct().toByteString();

    for (int size = 0; size < whole.size(); size++) {
      assertUnpacksOrRefuses(stateOf("x/google.protobuf.Struct", whole.substring(0, size)));
    }
  }

  @Test
  void unpack_random_neverThrowsAnythingElse() {
    var random = new Random(42);
    byte[] valid = nestedStruct().toByteArray();

    for (int round = 0; round < 20_000; round++) {
      byte[] noise = new byte[random.nextInt(64)];
      random.nextBytes(noise);
      assertUnpacksOrRefuses(stateOf("x/google.protobuf.Struct", ByteString.copyFrom(noise)));

      byte[] flipped = valid.clone();
      flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
      assertUnpacksOrRefuses(stateOf("x/google.protobuf.Struct", ByteString.copyFrom(flipped)));
    }
  }

  @Test
  void unpack_urlNamesAClass_doesNotLoadIt() throws Exception {
    Descriptor descriptor = descriptorOf("io.github.durablestore", "Tripwire");
    var knowsIt = new StateUnpacker(TypeRegistry.newBuilder().add(descriptor).build());
    DurableState state = stateOf("x/io.github.durablestore.Tripwire", ByteString.EMPTY);

    assertThat(knowsIt.unpack(state).getDescriptorForType()).isEqualTo(descriptor);
    assertThatThrownBy(() -> unpacker.unpack(state)).isInstanceOf(StateUnpackException.class);
    assertThatThrownBy(() -> StateUnpacker.unpack(state, AccountState.class))
        .isInstanceOf(StateUnpackException.class);

    assertThat(tripped).as("class is initialized").isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        Message.class,
        AbstractMessage.class,
        DynamicMessage.class,
        NullPrototype.class,
        ThrowingPrototype.class,
        OtherPrototype.class,
        InstanceMethod.class,
        FailingClass.class
      })
  void unpack_notAGeneratedClass_saysSo(Class<? extends Message> type) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> StateUnpacker.unpack(stateOf(ACCOUNT), type))
        .withMessage(
            "cannot unpack to %s: it is not an accessible generated message class; pass"
                + " a public one in an exported package, or unpack by the TypeRegistry",
            type.getName());
  }

  @Test
  @SuppressWarnings("NullAway") // on purpose
  void unpack_null_namesParameter() {
    assertThatNullPointerException().isThrownBy(() -> new StateUnpacker(null)).withMessage("types");
    assertThatNullPointerException().isThrownBy(() -> unpacker.unpack(null)).withMessage("state");
    assertThatNullPointerException()
        .isThrownBy(() -> StateUnpacker.unpack(null, AccountState.class))
        .withMessage("state");
    assertThatNullPointerException()
        .isThrownBy(() -> StateUnpacker.unpack(DurableState.getDefaultInstance(), null))
        .withMessage("type");
  }

  private void assertDoesNotParse(DurableState state, Class<? extends Message> type) {
    assertThatThrownBy(() -> StateUnpacker.unpack(state, type))
        .isInstanceOf(StateUnpackException.class)
        .hasMessageContaining("do not parse");
    assertThatThrownBy(() -> unpacker.unpack(state))
        .isInstanceOf(StateUnpackException.class)
        .hasMessageContaining("do not parse");
  }

  private void assertUnpacksOrRefuses(DurableState state) {
    unpackOrRefuse(() -> unpacker.unpack(state));
    unpackOrRefuse(() -> StateUnpacker.unpack(state, Struct.class));
  }

  private static void unpackOrRefuse(Supplier<Message> unpacking) {
    try {
      assertThat(unpacking.get()).isNotNull();
    } catch (StateUnpackException e) {
      assertThat(e).hasCauseInstanceOf(InvalidProtocolBufferException.class);
    }
  }

  private static Descriptor descriptorOf(String protoPackage, String name) throws Exception {
    var file =
        FileDescriptorProto.newBuilder()
            .setPackage(protoPackage)
            .addMessageType(DescriptorProto.newBuilder().setName(name))
            .build();
    return FileDescriptor.buildFrom(file, new FileDescriptor[0]).findMessageTypeByName(name);
  }

  private static Struct nestedStruct() {
    Value number = Value.newBuilder().setNumberValue(4200).build();
    Value text = Value.newBuilder().setStringValue("caf\u00e9").build();
    Value list =
        Value.newBuilder()
            .setListValue(ListValue.newBuilder().addValues(number).addValues(text))
            .build();
    Struct inner = Struct.newBuilder().putFields("list", list).build();
    return Struct.newBuilder()
        .putFields("inner", Value.newBuilder().setStructValue(inner).build())
        .putFields("number", number)
        .build();
  }

  private static DurableState stateOf(Message message) {
    return TestStates.state("account-42", message);
  }

  private static DurableState stateOf(String typeUrl, ByteString value) {
    return TestStates.state(
        "account-42", Any.newBuilder().setTypeUrl(typeUrl).setValue(value).build());
  }

  // Classes that look like generated ones, each in one way less.

  abstract static class NullPrototype extends AbstractMessage {
    @SuppressWarnings("NullAway") // on purpose
    public static NullPrototype getDefaultInstance() {
      return null;
    }
  }

  abstract static class ThrowingPrototype extends AbstractMessage {
    @SuppressWarnings("DoNotCallSuggester") // what is tested
    public static ThrowingPrototype getDefaultInstance() {
      throw new IllegalStateException("no prototype");
    }
  }

  abstract static class OtherPrototype extends AbstractMessage {
    public static Message getDefaultInstance() {
      return AccountState.getDefaultInstance();
    }
  }

  abstract static class InstanceMethod extends AbstractMessage {
    public Message getDefaultInstance() {
      return AccountState.getDefaultInstance();
    }
  }

  abstract static class FailingClass extends AbstractMessage {
    static final int NUMBER = Integer.parseInt("not a number");

    public static Message getDefaultInstance() {
      return AccountState.getDefaultInstance();
    }
  }
}
