package io.github.durablestore.probe;

import static io.github.durablestore.TestStates.state;
import static io.github.durablestore.probe.CallMatcher.anyCall;
import static io.github.durablestore.probe.CallMatcher.reads;
import static io.github.durablestore.probe.CallMatcher.writes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.durablestore.ForeignStateStore;
import io.github.durablestore.NotConnectedException;
import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.memory.MemoryStateStore;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** {@link StateStoreProbe} and {@link Call}: what is passed on and recorded. */
@Tag("same-on-any-jdk")
@Tag("same-on-any-protobuf")
class StateStoreProbeTest extends ProbeTestBase {
  // Forwarding

  @Test
  void allIn_probesAndDecorators_areTheProbesFromTheOutside() {
    var decorator = new ForwardingStateStore(probe) {};
    var outer = new StateStoreProbe(decorator);

    assertThat(StateStoreProbe.allIn(outer)).containsExactly(outer, probe);
    assertThat(StateStoreProbe.allIn(decorator)).containsExactly(probe);
    assertThat(StateStoreProbe.allIn(new MemoryStateStore())).isEmpty();
  }

  @Test
  void everyMethodOfStateStore_isForwarded() throws Exception {
    var forwarded = new ArrayList<Method>();
    StateStore recorder =
        (StateStore)
            Proxy.newProxyInstance(
                StateStore.class.getClassLoader(),
                new Class<?>[] {StateStore.class},
                (proxy, method, arguments) -> {
                  forwarded.add(method);
                  return method.getReturnType() == Optional.class ? Optional.empty() : null;
                });
    List<Method> methods = Arrays.asList(StateStore.class.getMethods());

    for (Method method : methods) {
      method.invoke(new StateStoreProbe(recorder), arguments(method));
    }

    assertThat(forwarded).hasSameSizeAs(methods).containsExactlyElementsOf(methods);
  }

  // Recording

  @Test
  void calls_severalMade_areInOrderWithTheirOutcomes() {
    probe.connect();
    probe.writeState(state("account-42", 3));
    probe.getLatestState("account-42");
    probe.getLatestState("account-7");
    probe.ping();
    probe.disconnect();
    assertThatThrownBy(() -> probe.getLatestState("account-42"))
        .isInstanceOf(NotConnectedException.class);
    probe.close();

    assertThat(probe.calls())
        .extracting(Call::toString)
        .containsExactly(
            "connect",
            "write \"account-42\" version 3",
            "read \"account-42\" version 3",
            "read \"account-7\" empty",
            "ping",
            "disconnect",
            "read \"account-42\" threw io.github.durablestore.NotConnectedException:"
                + " cannot read state of \"account-42\": store is not connected; call connect()"
                + " first",
            "close");
  }

  @Test
  void call_ofARead_hasWhatWasRead() {
    probe.connect();
    probe.writeState(state("account-42", 3));
    probe.getLatestState("account-42");

    assertThat(probe.lastCall())
        .contains(
            new Call(Operation.GET_LATEST_STATE, "account-42", state("account-42", 3), null, true));
  }

  @Test
  void call_thatThrew_hasWhatWasThrown() {
    assertThatThrownBy(() -> probe.writeState(state("account-42", 3)));

    Call call = probe.lastCall().orElseThrow();
    assertThat(call.succeeded()).isFalse();
    assertThat(call.thrown()).isInstanceOf(NotConnectedException.class);
    assertThat(call.state()).isEqualTo(state("account-42", 3));
  }

  @Test
  @SuppressWarnings("NullAway") // on purpose
  void call_withNull_isRecordedAndRefusedByTheStore() {
    probe.connect();

    assertThatThrownBy(() -> probe.writeState(null)).hasMessage("state");
    assertThatThrownBy(() -> probe.getLatestState(null)).hasMessage("persistenceId");

    assertThat(probe.calls(writes())).hasSize(1);
    assertThat(probe.calls(reads())).hasSize(1);
  }

  @Test
  void lastCall_noneMade_isEmpty() {
    assertThat(probe.lastCall()).isEmpty();
  }

  @Test
  void written_someRefused_areThoseOfTheIdThatTookEffect() {
    assertThatThrownBy(() -> probe.writeState(state("account-42", 1)));
    probe.connect();
    probe.writeState(state("account-42", 2));
    probe.writeState(state("account-7", 9));
    probe.writeState(state("account-42", -1));

    assertThat(probe.written("account-42"))
        .containsExactly(state("account-42", 2), state("account-42", -1));
    assertThat(probe.writtenVersions("account-42")).containsExactly(2L, -1L);
    assertThat(probe.writtenVersions("account-1")).isEmpty();
  }

  @Test
  void calls_fromManyThreads_areAllRecorded() throws Exception {
    probe.connect();
    var threads = new ArrayList<Future<?>>();
    for (int thread = 0; thread < 4; thread++) {
      String id = "account-" + thread;
      threads.add(
          executor.submit(
              () -> {
                for (int version = 0; version < 1_000; version++) {
                  probe.writeState(state(id, version));
                }
              }));
    }
    for (Future<?> thread : threads) {
      thread.get();
    }

    assertThat(probe.calls(writes())).hasSize(4_000);
    for (int thread = 0; thread < 4; thread++) {
      assertThat(probe.writtenVersions("account-" + thread)).hasSize(1_000).isSorted();
    }
  }

  @Test
  void call_thatThrowsACheckedException_isRecorded() {
    var timeout = new TimeoutException("no answer");
    var sneaky = new StateStoreProbe(new UncheckingStore(timeout));

    assertThatThrownBy(sneaky::ping).isSameAs(timeout);

    assertThat(sneaky.lastCall().orElseThrow().thrown()).isSameAs(timeout);
  }

  @Test
  void store_isTheOneWrapped() {
    assertThat(probe.store()).isSameAs(store);
  }

  // Clearing

  @Test
  void clear_forgetsAllButTheStore() throws Exception {
    probe.connect();
    probe.writeState(state("account-42", 1));
    probe.inject(Fault.on(reads()));
    Hold hold = probe.hold(writes());
    Future<?> held = executor.submit(() -> probe.writeState(state("account-7", 1)));
    hold.awaitHeld();

    probe.clear();
    held.get();
    probe.clear();

    assertThat(probe.calls()).isEmpty();
    assertThat(probe.unusedFaults()).isEmpty();
    assertThat(probe.getLatestState("account-42")).contains(state("account-42", 1));
    probe.writeState(state("account-42", 2));
  }

  @Test
  void clear_callInFlight_isRecordedWhenItEnds() {
    var self = new AtomicReference<StateStoreProbe>();
    var probe =
        new StateStoreProbe(
            new UncheckingStore(new Exception()) {
              @Override
              public void connect() {
                self.get().clear();
              }
            });
    self.set(probe);

    probe.connect();

    assertThat(probe.calls()).hasToString("[connect]");
    assertThat(probe.callsInFlight()).isEmpty();
  }

  @Test
  void call_inWords_isOneBoundedLine() {
    var forged = new IllegalStateException("a\n\u001b[2J\"b\"" + "x".repeat(1_000_000));
    probe.inject(Fault.on(anyCall()).throwing(() -> forged));
    assertThatThrownBy(() -> probe.writeState(state("a\n\u202e" + "y".repeat(1_000_000), 1)));

    assertThat(probe.lastCall().orElseThrow().toString())
        .startsWith("write \"a\\n\\u202eyyy")
        .contains(" threw java.lang.IllegalStateException: a\\n\\u001b[2J\"b\"xxx")
        .hasLineCount(1)
        .hasSizeLessThan(1_000);
  }

  @Test
  @SuppressWarnings("OverrideThrowableToString") // what is tested
  void call_exceptionWithoutText_isStillShown() {
    probe.inject(
        Fault.on(anyCall())
            .throwing(
                () ->
                    new IllegalStateException() {
                      @Override
                      public String toString() {
                        throw new StackOverflowError();
                      }
                    }));
    assertThatThrownBy(probe::connect);

    assertThat(probe.calls()).hasSize(1);
    assertThat(probe.lastCall().orElseThrow().toString()).startsWith("connect threw io.github.dur");
  }

  @Test
  @SuppressWarnings({"NullAway", "OverrideThrowableToString", "ToStringReturnsNull"}) // tested
  void call_exceptionWhoseTextIsNull_isStillShown() {
    probe.inject(
        Fault.on(anyCall())
            .throwing(
                () ->
                    new IllegalStateException() {
                      @Override
                      public String toString() {
                        return null;
                      }
                    }));
    assertThatThrownBy(probe::connect);

    assertThat(probe.lastCall().orElseThrow().toString()).startsWith("connect threw io.github.dur");
  }

  @Test
  void call_replyLost_saysThatItTookEffect() {
    probe.connect();
    probe.inject(
        Fault.on(writes()).replyLost().throwing(() -> new IllegalStateException("no answer")));
    assertThatThrownBy(() -> probe.writeState(state("account-42", 1)));

    assertThat(probe.lastCall().orElseThrow())
        .hasToString(
            "write \"account-42\" version 1 (reply lost) threw"
                + " java.lang.IllegalStateException: no answer");
  }

  @Test
  @SuppressWarnings("NullAway") // a store that breaks its contract
  void getLatestState_storeReturnsNull_passesItOn() {
    var broken =
        new StateStoreProbe(
            new UncheckingStore(new Exception()) {
              @Override
              public Optional<DurableState> getLatestState(String persistenceId) {
                return null;
              }
            });

    assertThat(broken.getLatestState("account-42")).isNull();
    assertThat(broken.calls()).hasToString("[read \"account-42\" empty]");
  }

  private static @Nullable Object[] arguments(Method method) {
    return Arrays.stream(method.getParameterTypes())
        .map(type -> type == String.class ? "account-42" : state("account-42", 1))
        .toArray();
  }

  /** A store as other languages than Java may have one: it throws what it does not declare. */
  private static class UncheckingStore extends ForeignStateStore {
    private final Exception exception;

    UncheckingStore(Exception exception) {
      this.exception = exception;
    }

    @Override
    public void ping() {
      this.<RuntimeException>throwUnchecked();
    }

    @SuppressWarnings("unchecked")
    private <E extends Exception> void throwUnchecked() throws E {
      throw (E) exception;
    }
  }
}
