package io.github.durablestore.memory;

import static org.assertj.core.api.Assertions.assertThat;

import acme.billing.AccountState;
import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Struct;
import com.google.protobuf.TypeRegistry;
import io.github.durablestore.StateUnpackException;
import io.github.durablestore.egopb.DurableState;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whatever is done in whatever order, by one thread, {@link MemoryStateStore} does what a map
 * would.
 */
class MemoryStateStoreModelTest {
  private static final int STEPS = 50_000;
  private static final String SEED = "model.seed";

  private static final TypeRegistry TYPES =
      TypeRegistry.newBuilder().add(AccountState.getDescriptor()).build();
  private static final AccountState ACCOUNT =
      AccountState.newBuilder().setAccountId("account-42").setBalanceCents(4200).build();

  private static final List<String> IDS = List.of("a", "A", "a ", " ", "\u00e4", "a\u0308", "a/b");

  /** Payloads, and what unpacking them by the registry and by their class comes to. */
  private static final List<Payload> PAYLOADS =
      List.of(
          new Payload(Any.pack(ACCOUNT), ACCOUNT),
          new Payload(
              Any.pack(AccountState.getDefaultInstance()), AccountState.getDefaultInstance()),
          new Payload(Any.pack(Struct.getDefaultInstance()), StateUnpackException.class),
          new Payload(Any.getDefaultInstance(), StateUnpackException.class),
          new Payload(malformed(), StateUnpackException.class));

  private final long seed = Long.getLong(SEED, new Random().nextLong());
  private final Random random = new Random(seed);
  private int step;

  @ParameterizedTest
  @CsvSource({"PURGE, ACCEPT", "KEEP, ACCEPT", "PURGE, REFUSE", "KEEP, REFUSE"})
  void anySequenceOfOperations_doesWhatTheModelDoes(
      OnDisconnect onDisconnect, OnStaleWrite onStaleWrite) {
    var store = new MemoryStateStore(TYPES, onDisconnect, onStaleWrite);
    var model = new ModelStateStore(onDisconnect, onStaleWrite);
    for (step = 0; step < STEPS; step++) {
      step(store, model);
    }
  }

  private void step(MemoryStateStore store, ModelStateStore model) {
    String id = any(IDS);
    switch (random.nextInt(16)) {
      case 0 -> assertSame("connect", run(store::connect), run(model::connect));
      case 1 -> assertSame("disconnect", run(store::disconnect), run(model::disconnect));
      case 2 -> assertSame("ping", run(store::ping), run(model::ping));
      case 3 -> assertSame("close", run(store::close), run(model::close));
      case 4 ->
          assertSame("states", call(store::states), call(() -> new TreeMap<>(model.states())));
      case 5 -> unpack(store, id);
      case 6 -> refuse(store);
      case 7, 8, 9, 10 ->
          assertSame(
              "read of " + id,
              call(() -> store.getLatestState(id)),
              call(() -> model.getLatestState(id)));
      default -> {
        DurableState state = state(id, any(PAYLOADS));
        assertSame(
            "write to " + id,
            run(() -> store.writeState(state)),
            run(() -> model.writeState(state)));
      }
    }
  }

  private void unpack(MemoryStateStore store, String id) {
    Payload payload = any(PAYLOADS);
    DurableState state = state(id, payload);
    assertSame("unpack by registry", call(() -> store.unpack(state)), payload.unpacked());
    assertSame(
        "unpack by class", call(() -> store.unpack(state, AccountState.class)), payload.unpacked());
  }

  @SuppressWarnings("NullAway") // on purpose
  private void refuse(MemoryStateStore store) {
    DurableState withoutId = DurableState.getDefaultInstance();
    switch (random.nextInt(6)) {
      case 0 -> assertRefused(() -> store.writeState(null), NullPointerException.class);
      case 1 -> assertRefused(() -> store.getLatestState(null), NullPointerException.class);
      case 2 -> assertRefused(() -> store.unpack(null), NullPointerException.class);
      case 3 -> assertRefused(() -> store.writeState(withoutId), IllegalArgumentException.class);
      case 4 -> assertRefused(() -> store.getLatestState(""), IllegalArgumentException.class);
      default -> assertRefused(() -> store.unpack(withoutId), StateUnpackException.class);
    }
  }

  private void assertRefused(Runnable operation, Class<? extends Exception> refusal) {
    assertSame("bad input", run(operation), refusal);
  }

  private void assertSame(String operation, Object actual, Object expected) {
    assertThat(actual)
        .as("step %d, %s; once more with -D%s=%d", step, operation, SEED, seed)
        .isEqualTo(expected);
  }

  private static Object run(Runnable operation) {
    return call(
        () -> {
          operation.run();
          return "done";
        });
  }

  /** Returns what is returned, or the class of what is thrown. */
  private static Object call(Callable<?> operation) {
    try {
      return operation.call();
    } catch (Exception e) {
      return e.getClass();
    }
  }

  private DurableState state(String id, Payload payload) {
    return DurableState.newBuilder()
        .setPersistenceId(id)
        .setVersionNumber(random.nextLong())
        .setResultingState(payload.packed())
        .build();
  }

  private <T> T any(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  private static Any malformed() {
    return Any.pack(ACCOUNT).toBuilder().setValue(ByteString.copyFromUtf8("\n")).build();
  }

  private record Payload(Any packed, Object unpacked) {}
}
