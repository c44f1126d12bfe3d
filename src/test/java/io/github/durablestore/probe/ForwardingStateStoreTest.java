package io.github.durablestore.probe;

import static io.github.durablestore.TestStates.state;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.github.durablestore.NotConnectedException;
import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.memory.MemoryStateStore;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@link ForwardingStateStore} and {@link Operation}: no method of a store is forgotten. */
class ForwardingStateStoreTest {
  private static final Optional<DurableState> READ = Optional.of(state("read"));

  private final List<String> calls = new ArrayList<>();

  /** Default methods too, as those of a store need not be the interface's own. */
  static Stream<Method> methods() {
    return Stream.of(StateStore.class.getMethods());
  }

  @ParameterizedTest
  @MethodSource("methods")
  void method_any_goesThroughCallToTheSameMethod(Method method) throws Exception {
    Object[] arguments =
        Stream.of(method.getParameterTypes())
            .map(type -> type == DurableState.class ? state("account-42") : "account-42")
            .toArray();
    StateStore store = new Logging(delegate());

    Object result = method.invoke(store, arguments);

    String id = arguments.length == 0 ? "null" : "account-42";
    assertThat(calls)
        .containsExactly(
            method.getName() + " " + id + " begins",
            "delegate: " + method.getName() + List.of(arguments),
            method.getName() + " " + id + " ends");
    assertThat(result).isEqualTo(method.getReturnType() == void.class ? null : READ);
  }

  @Test
  void operations_all_areMethods() {
    assertThat(methods().map(Method::getName))
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(Operation.values()).map(ForwardingStateStoreTest::method).toList());
  }

  /** Returns the name of the method that an operation is. */
  private static String method(Operation operation) {
    return Pattern.compile("_(.)")
        .matcher(operation.name().toLowerCase(Locale.ROOT))
        .replaceAll(letter -> letter.group(1).toUpperCase(Locale.ROOT));
  }

  @Test
  @SuppressWarnings("NullAway") // on purpose
  void method_null_isPassedOn() {
    var memory = new MemoryStateStore();
    memory.connect();
    StateStore store = new Logging(memory);

    assertThatNullPointerException().isThrownBy(() -> store.writeState(null)).withMessage("state");
    assertThatNullPointerException()
        .isThrownBy(() -> store.getLatestState(null))
        .withMessage("persistenceId");
    assertThat(calls).startsWith("writeState null begins").contains("getLatestState null begins");
  }

  @Test
  void method_throws_isPassedBack() {
    StateStore store = new ForwardingStateStore(new MemoryStateStore()) {};

    assertThatExceptionOfType(NotConnectedException.class)
        .isThrownBy(() -> store.getLatestState("account-42"));
  }

  @Test
  void call_overridden_decidesWhatTheStoreGetsAndTheCallerReads() {
    var probe = new StateStoreProbe(new MemoryStateStore());
    StateStore store =
        new ForwardingStateStore(probe) {
          @Override
          protected Optional<DurableState> call(
              Operation operation,
              @Nullable String persistenceId,
              @Nullable DurableState written,
              Supplier<Optional<DurableState>> call) {
            return READ;
          }
        };

    store.connect();

    assertThat(store.getLatestState("account-42")).isSameAs(READ);
    assertThat(probe.calls()).isEmpty();
  }

  @Test
  @SuppressWarnings("NullAway") // on purpose
  void constructor_null_isRefused() {
    assertThatNullPointerException()
        .isThrownBy(() -> new ForwardingStateStore(null) {})
        .withMessage("store");
  }

  private StateStore delegate() {
    return (StateStore)
        Proxy.newProxyInstance(
            StateStore.class.getClassLoader(),
            new Class<?>[] {StateStore.class},
            (proxy, method, arguments) -> {
              calls.add(
                  "delegate: "
                      + method.getName()
                      + (arguments == null ? List.of() : List.of(arguments)));
              return method.getReturnType() == void.class ? null : READ;
            });
  }

  private final class Logging extends ForwardingStateStore {
    Logging(StateStore delegate) {
      super(delegate);
    }

    @Override
    protected Optional<DurableState> call(
        Operation operation,
        @Nullable String persistenceId,
        @Nullable DurableState written,
        Supplier<Optional<DurableState>> call) {
      assertThat(written == null ? null : written.getPersistenceId())
          .isEqualTo(operation == Operation.WRITE_STATE ? persistenceId : null);
      calls.add(method(operation) + " " + persistenceId + " begins");
      Optional<DurableState> result = super.call(operation, persistenceId, written, call);
      calls.add(method(operation) + " " + persistenceId + " ends");
      return result;
    }
  }
}
