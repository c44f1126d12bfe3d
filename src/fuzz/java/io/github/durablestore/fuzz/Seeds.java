package io.github.durablestore.fuzz;

import acme.billing.AccountState;
import acme.billing.Portfolio;
import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.UninterpretedOption.NamePart;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.ListValue;
import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.Value;
import io.github.durablestore.egopb.DurableState;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** The inputs that the fuzzer starts from: proto3 and proto2, every kind of field, recursion. */
final class Seeds {
  static final TypeRegistry TYPES =
      TypeRegistry.newBuilder()
          .add(Portfolio.getDescriptor())
          .add(Struct.getDescriptor())
          .add(DescriptorProto.getDescriptor())
          .build();

  static final List<Message> MESSAGES =
      List.of(
          portfolio(),
          Struct.newBuilder().putFields("list", list()).putFields("none", list()).build(),
          AccountState.getDescriptor().toProto(),
          NamePart.newBuilder().setNamePart("a").setIsExtension(true).build());

  private Seeds() {}

  /** Returns arguments for {@link #states}. */
  static Stream<Arguments> arguments() {
    return MESSAGES.stream()
        .map(m -> Arguments.of(state(m).toByteArray(), "\u00e4\n", url(m), m.toByteArray()));
  }

  /** Returns the valid states among the arguments, ordered by id: one given whole, one in parts. */
  static List<DurableState> states(
      byte[] whole, String persistenceId, String typeUrl, byte[] payload) {
    var byId = new TreeMap<String, DurableState>();
    byId.put(persistenceId, state(persistenceId, typeUrl, payload));
    try {
      DurableState parsed = DurableState.parseFrom(whole);
      byId.put(parsed.getPersistenceId(), parsed);
    } catch (InvalidProtocolBufferException e) {
      // These bytes are not a state.
    }
    byId.remove("");
    return List.copyOf(byId.values());
  }

  static DurableState state(String persistenceId, String typeUrl, byte[] payload) {
    return DurableState.newBuilder()
        .setPersistenceId(persistenceId)
        .setVersionNumber(payload.length)
        .setResultingState(
            Any.newBuilder().setTypeUrl(typeUrl).setValue(ByteString.copyFrom(payload)))
        .build();
  }

  static DurableState state(Message message) {
    return state("account-42", url(message), message.toByteArray());
  }

  static String url(Message message) {
    return "t/" + message.getDescriptorForType().getFullName();
  }

  private static Portfolio portfolio() {
    var account = AccountState.newBuilder().setAccountId("a").setBalanceCents(-1).build();
    return Portfolio.newBuilder()
        .setOwner("\u00e4\n")
        .addAccounts(account)
        .putByName("b", account)
        .putNotes(-1, "c")
        .setMain(account)
        .setRank(0)
        .setStatus(Portfolio.Status.CLOSED)
        .setSeal(ByteString.copyFromUtf8("\0"))
        .setRate(0.1)
        .setExtra(Any.newBuilder().setTypeUrl(url(account)).setValue(account.toByteString()))
        .addTags("d")
        .putByFlag(true, Portfolio.Status.CLOSED)
        .build();
  }

  private static Value list() {
    Value number = Value.newBuilder().setNumberValue(1e9).build();
    return Value.newBuilder().setListValue(ListValue.newBuilder().addValues(number)).build();
  }
}
