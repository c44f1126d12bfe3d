package acme;

import com.google.protobuf.Any;
import com.google.protobuf.StringValue;
import com.google.protobuf.TypeRegistry;
import io.github.durablestore.StateStoreException;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.fixture.StateFixtures;
import io.github.durablestore.memory.MemoryStateStore;
import io.github.durablestore.probe.CallMatcher;
import io.github.durablestore.probe.Fault;
import io.github.durablestore.probe.StateStoreProbe;
import java.util.List;

/** Uses the built jar on the class path, with the newest protobuf-java and nothing else. */
final class Consumer {
  private static final TypeRegistry TYPES =
      TypeRegistry.newBuilder().add(StringValue.getDescriptor()).build();
  private static final StringValue VALUE = StringValue.of("4200 cents");
  private static final DurableState STATE =
      DurableState.newBuilder()
          .setPersistenceId("account-42")
          .setResultingState(Any.pack(VALUE))
          .build();

  private Consumer() {}

  public static void main(String[] args) {
    requireAbsent("org.junit.jupiter.api.Test");
    requireAbsent("org.assertj.core.api.Assertions");
    requireAbsent("org.jspecify.annotations.NullMarked");

    useStore();
    useProbe();
    useFixtures();
  }

  private static void useStore() {
    try (var store = new MemoryStateStore(TYPES)) {
      store.connect();
      store.writeState(STATE);

      DurableState latest = store.getLatestState("account-42").orElseThrow();
      requireEqual(
          List.of(VALUE, VALUE),
          List.of(store.unpack(latest), store.unpack(latest, StringValue.class)));
    }
  }

  private static void useProbe() {
    try (var probe = new StateStoreProbe(new MemoryStateStore())) {
      probe.connect();
      probe.inject(Fault.on(CallMatcher.writes()));
      try {
        probe.writeState(STATE);
      } catch (StateStoreException expected) {
        probe.writeState(STATE);
      }

      requireEqual(2, probe.calls(CallMatcher.writes()).size());
      requireEqual(List.of(STATE), probe.written("account-42"));
    }
  }

  private static void useFixtures() {
    var fixtures = new StateFixtures(TYPES);
    requireEqual(List.of(STATE), fixtures.parse(fixtures.print(List.of(STATE))));
  }

  private static void requireEqual(Object expected, Object actual) {
    if (!expected.equals(actual)) {
      throw new AssertionError("expected " + expected + " but was " + actual);
    }
  }

  private static void requireAbsent(String className) {
    try {
      Class.forName(className);
    } catch (ClassNotFoundException expected) {
      return;
    }
    throw new AssertionError(className + " is on the class path");
  }
}
