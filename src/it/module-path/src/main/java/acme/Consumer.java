package acme;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import com.google.protobuf.StringValue;
import com.google.protobuf.TypeRegistry;
import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.memory.MemoryStateStore;
import java.util.List;

/** Uses the built jar on the module path, and protobuf-java through the module that it requires. */
final class Consumer {
  private Consumer() {}

  public static void main(String[] args) {
    if (!"io.github.durablestore".equals(StateStore.class.getModule().getName())) {
      throw new AssertionError("found in " + StateStore.class.getModule());
    }

    var types = TypeRegistry.newBuilder().add(StringValue.getDescriptor()).build();
    StringValue value = StringValue.of("4200 cents");
    try (var store = new MemoryStateStore(types)) {
      store.connect();
      store.writeState(
          DurableState.newBuilder()
              .setPersistenceId("account-42")
              .setResultingState(Any.pack(value))
              .build());

      DurableState latest = store.getLatestState("account-42").orElseThrow();
      List<Message> unpacked =
          List.of(store.unpack(latest), store.unpack(latest, StringValue.class));
      if (!unpacked.equals(List.of(value, value)) || latest.toString().isEmpty()) {
        throw new AssertionError("unpacked " + unpacked);
      }
    }
  }
}
