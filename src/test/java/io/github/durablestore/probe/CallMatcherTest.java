package io.github.durablestore.probe;

import static io.github.durablestore.TestStates.state;
import static io.github.durablestore.probe.CallMatcher.anyCall;
import static io.github.durablestore.probe.CallMatcher.calls;
import static io.github.durablestore.probe.CallMatcher.reads;
import static io.github.durablestore.probe.CallMatcher.writes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.durablestore.memory.MemoryStateStore;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** {@link CallMatcher}: which calls match, how a matcher reads, and what it refuses. */
class CallMatcherTest extends ProbeTestBase {
  @Test
  void calls_byMatcher_areThoseThatMatch() {
    probe.connect();
    probe.writeState(state("account-42", 1));
    probe.writeState(state("account-42", 2));
    probe.writeState(state("account-7", 2));
    probe.getLatestState("account-42");

    assertThat(probe.calls(anyCall())).hasSize(5).isEqualTo(probe.calls());
    assertThat(probe.calls(calls(Operation.CONNECT))).hasSize(1);
    assertThat(probe.calls(writes())).hasSize(3);
    assertThat(probe.calls(writes().of("account-42"))).hasSize(2);
    assertThat(probe.calls(writes().where(state -> state.getVersionNumber() == 2))).hasSize(2);
    assertThat(probe.calls(writes().where(ProbeTestBase::isVersion2).where(state -> true)))
        .hasSize(2);
    assertThat(probe.calls(anyCall().of("account-42").where(ProbeTestBase::isVersion2)))
        .extracting(Call::operation)
        .containsExactly(Operation.WRITE_STATE, Operation.GET_LATEST_STATE);
  }

  @Test
  void of_predicate_matchesTheIdsThatSatisfyIt() {
    probe.connect();
    probe.writeState(state("account-42", 1));
    probe.writeState(state("order-7", 1));

    assertThat(probe.calls(writes().of(id -> id.startsWith("order-")))).hasSize(1);
    assertThat(probe.calls(anyCall().of(id -> true))).hasSize(2);
  }

  @Test
  void of_severalTimes_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> writes().of("account-42").of("account-7"))
        .withMessage(
            "cannot narrow write \"account-42\" to calls of \"account-7\": it names an id"
                + " already; use of(Predicate) for several ids");
  }

  @Test
  void matcher_inWords_isBounded() {
    assertThat(writes().of("a\n").where("the balance is negative", state -> true))
        .hasToString("write \"a\\n\" where the balance is negative");
    assertThat(reads().of(id -> true).where(state -> true).where("it is old", state -> true))
        .hasToString("any read with a matching id where the state matches and it is old");
    assertThat(writes().of("x".repeat(1_000_000)).toString()).hasSizeLessThan(500);
  }

  @ParameterizedTest
  @MethodSource
  void injectAndHold_matcherThatNoCallCanMatch_areRefused(CallMatcher matcher, String problem) {
    for (ThrowingCallable use :
        List.<ThrowingCallable>of(
            () -> probe.inject(Fault.on(matcher)),
            () -> probe.inject(Fault.on(matcher).always().replyLost()),
            () -> probe.hold(matcher),
            () -> probe.holdReply(matcher))) {
      assertThatIllegalArgumentException().isThrownBy(use).withMessageEndingWith(problem);
    }
    assertThat(probe.unused()).isEmpty();
  }

  static Stream<Arguments> injectAndHold_matcherThatNoCallCanMatch_areRefused() {
    return Stream.of(Operation.CONNECT, Operation.DISCONNECT, Operation.PING, Operation.CLOSE)
        .flatMap(
            operation ->
                Stream.of(
                    Arguments.of(
                        calls(operation).of("account-42"),
                        operation + " has no id and no state; remove of(...)"),
                    Arguments.of(
                        calls(operation).of(id -> true).where(state -> true),
                        operation + " has no id and no state; remove of(...)"),
                    Arguments.of(
                        calls(operation).where(state -> true),
                        operation + " has no id and no state; remove where(...)")));
  }

  @Test
  void injectAndHold_stateOfAReadBeforeTheStore_areRefused() {
    CallMatcher matcher = reads().of("account-42").where("it is old", state -> true);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> probe.inject(Fault.on(matcher)))
        .withMessage(
            "cannot fail read \"account-42\" where it is old: a read has no state before"
                + " the store returns it; add replyLost()");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> probe.hold(matcher, Duration.ofSeconds(1)))
        .withMessageEndingWith(
            "a read has no state before the store returns it; use holdReply(...)");
    probe.inject(Fault.on(matcher).replyLost());
    probe.holdReply(matcher).close();
    probe.inject(Fault.on(anyCall().of("account-42").where(state -> true)));
  }

  @Test
  void where_predicateThrows_failsTheCallWithThat() {
    probe.connect();
    probe.inject(Fault.on(writes().where(state -> Integer.parseInt("x") > 0)));

    assertThatThrownBy(() -> probe.writeState(state("account-42", 1)))
        .isInstanceOf(NumberFormatException.class);
    assertThat(probe.calls(writes())).hasSize(1);
    assertThat(store.getLatestState("account-42")).isEmpty();
  }

  @Test
  void of_sameIdTwice_isNoContradiction() {
    assertThat(writes().of("account-42").of("account-42")).hasToString("write \"account-42\"");
  }

  @Test
  void of_severalPredicates_matchesTheIdsThatSatisfyAll() {
    probe.connect();
    probe.writeState(state("account-42", 1));
    probe.writeState(state("account-7", 1));
    CallMatcher both = writes().of(id -> id.startsWith("account")).of(id -> id.endsWith("7"));

    assertThat(probe.calls(both)).hasSize(1);
    assertThat(probe.calls(writes().of("account-7").of(id -> id.endsWith("7")))).hasSize(1);
    assertThat(probe.calls(writes().of(id -> id.endsWith("7")).of("account-42"))).isEmpty();
    assertThat(both).hasToString("any write with a matching id");
    assertThat(writes().of("a").of(id -> true)).hasToString("write \"a\" with a matching id");
  }

  @Test
  void where_blankDescription_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> writes().where(" ", state -> true))
        .withMessage(
            "cannot describe a state as \" \": it is blank; pass words, or only the predicate");
  }

  @Test
  void calls_thatCannotMatch_areRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> probe.calls(calls(Operation.PING).of("a")))
        .withMessage("cannot list ping \"a\": ping has no id and no state; remove of(...)");
  }

  @Test
  void where_description_isOneBoundedLine() {
    assertThat(writes().where("a\n\u001b[2J" + "x".repeat(1_000_000), state -> true).toString())
        .startsWith("any write where a\\n\\u001b[2Jxxx")
        .hasLineCount(1)
        .hasSizeLessThan(500);
  }

  @ParameterizedTest
  @MethodSource("methodsWithAnId")
  void anyMethod_emptyId_isRefused(Consumer<String> method) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> method.accept(""))
        .withMessageMatching(
            "cannot (match calls|list writes|await writes) of \"\": persistence id is empty; pass a"
                + " non-empty id(, or a predicate for calls that a store refuses)?");
  }

  @ParameterizedTest
  @MethodSource("methodsWithAnId")
  @SuppressWarnings("NullAway") // on purpose
  void anyMethod_nullId_isRefused(Consumer<String> method) {
    assertThatThrownBy(() -> method.accept(null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("persistenceId");
  }

  static Stream<Consumer<String>> methodsWithAnId() {
    var probe = new StateStoreProbe(new MemoryStateStore());
    return Stream.of(
        id -> writes().of(id),
        id -> reads().of(id),
        id -> anyCall().of(id),
        id -> calls(Operation.CONNECT).of(id),
        id -> writes().of("account-42").of(id),
        probe::written,
        probe::writtenVersions,
        probe::awaitWrite,
        id -> probe.awaitWrite(id, Duration.ofMillis(1)));
  }

  @Test
  void calls_withAnEmptyId_areMatchedByAPredicate() {
    probe.connect();
    assertThatIllegalArgumentException().isThrownBy(() -> probe.getLatestState(""));

    assertThat(probe.calls(reads().of(String::isEmpty)))
        .hasToString(
            "[read \"\" threw java.lang.IllegalArgumentException: cannot read state of \"\":"
                + " persistence id is empty; pass a non-empty id]");
  }

  @Test
  @SuppressWarnings("NullAway") // on purpose
  void injectAndHold_null_nameTheParameter() {
    assertThatThrownBy(() -> probe.inject(null)).hasMessage("fault");
    assertThatThrownBy(() -> probe.hold(null)).hasMessage("matcher");
    assertThatThrownBy(() -> probe.holdReply(null)).hasMessage("matcher");
    assertThatThrownBy(() -> probe.hold(writes(), null)).hasMessage("limit");
  }
}
