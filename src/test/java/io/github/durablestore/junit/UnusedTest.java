package io.github.durablestore.junit;

import static io.github.durablestore.TestStates.state;
import static io.github.durablestore.assertj.StateStoreAssertions.assertThat;
import static io.github.durablestore.assertj.StateStoreAssertions.assertThatExceptionOfType;
import static io.github.durablestore.junit.TestRuns.assertAllPass;
import static io.github.durablestore.junit.TestRuns.failureOf;
import static io.github.durablestore.junit.TestRuns.printedBy;
import static io.github.durablestore.junit.TestRuns.run;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.fail;

import com.google.protobuf.TypeRegistry;
import io.github.durablestore.NotConnectedException;
import io.github.durablestore.StateStore;
import io.github.durablestore.StateStoreException;
import io.github.durablestore.memory.MemoryStateStore;
import io.github.durablestore.probe.CallMatcher;
import io.github.durablestore.probe.Fault;
import io.github.durablestore.probe.ForwardingStateStore;
import io.github.durablestore.probe.StateStoreProbe;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.testkit.engine.EngineExecutionResults;

/** Runs small test classes with faults and holds that nothing uses: {@link StateStoreExtension}. */
class UnusedTest {
  @Test
  void unused_faultOrHold_failsTheTest() {
    assertThat(failureOf(run(WithUnused.class)))
        .isInstanceOf(AssertionError.class)
        .hasMessage(
            """
            a fault did not fire, or a hold was not reached; correct what it matches, call \
            clearFaults() or clear() if it is meant to be unused, or make the extension lenient():
              fail write "acount-42", 3 times: used 1 of 3 times; the calls were:
                write "acount-42" version 0 threw io.github.durablestore.StateStoreException: \
            injected fault: write "acount-42" version 0
                write "account-42" version 0
              hold any read: reached by no call; there was no read""");
    assertThat(printedBy(WithUnused.class)).startsWith("the store of WithUnused.test");
  }

  @ExtendWith(StateStoreExtension.class)
  static class WithUnused {
    @Test
    void test(StateStoreProbe probe) {
      probe.inject(Fault.on(CallMatcher.writes().of("acount-42")).times(3));
      probe.hold(CallMatcher.reads()).close();
      assertThatExceptionOfType(StateStoreException.class)
          .isThrownBy(() -> probe.writeState(state("acount-42")));
      probe.writeState(state("account-42"));
    }
  }

  @Test
  void unused_closeFails_isNotHiddenByThat() {
    assertThat(failureOf(run(CloseFails.class)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("fail any write, once: used 0 of 1 times")
        .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1))
        .hasSuppressedException(new IllegalStateException("closing"));
  }

  static class CloseFails {
    @RegisterExtension
    static final StateStoreExtension STORES =
        new StateStoreExtension(
            TypeRegistry.getEmptyTypeRegistry(),
            () ->
                new ForwardingStateStore(new MemoryStateStore()) {
                  @Override
                  public void close() {
                    throw new IllegalStateException("closing");
                  }
                });

    @Test
    void test(StateStoreProbe probe) {
      probe.inject(Fault.on(CallMatcher.writes()));
    }
  }

  @Test
  void unused_permittedOrCleared_passes() {
    assertAllPass(run(Lenient.class), 1);
    assertAllPass(run(Cleared.class), 2);
  }

  static class Lenient {
    @RegisterExtension
    static final StateStoreExtension STORES = new StateStoreExtension().lenient();

    @Test
    void test(StateStoreProbe probe) {
      probe.inject(Fault.on(CallMatcher.writes()));
      probe.hold(CallMatcher.writes());
    }
  }

  @ExtendWith(StateStoreExtension.class)
  static class Cleared {
    @Test
    void faults(StateStoreProbe probe) {
      probe.inject(Fault.on(CallMatcher.writes()));
      probe.clearFaults();
    }

    @Test
    void all(StateStoreProbe probe) {
      probe.inject(Fault.on(CallMatcher.writes()));
      probe.hold(CallMatcher.writes());
      probe.clear();
    }
  }

  @Test
  void unused_ofAMethodSource_failsTheTemplate() {
    assertThat(failureOf(run(UnusedInSource.class)))
        .isInstanceOf(AssertionError.class)
        .hasMessageEndingWith("fail any write, once: used 0 of 1 times; there was no write");
    assertAllPass(run(UnusedInSource.class), 2);
    assertThat(run(LenientSource.class).allEvents().failed().count()).isZero();
  }

  @Test
  void unused_ofAMethodSourceOfAnExtendedMethod_failsTheTemplateAndIsClosed() {
    for (Class<?> test : List.of(ExtendedMethod.class, ComposedMethod.class)) {
      EngineExecutionResults results = run(test);
      assertThat(failureOf(results))
          .isInstanceOf(AssertionError.class)
          .hasMessageEndingWith("fail any write, once: used 0 of 1 times; there was no write");
      assertAllPass(results, 1);
    }
  }

  private static Stream<StateStoreProbe> faulty(StateStoreProbe probe) {
    probe.inject(Fault.on(CallMatcher.writes()));
    return Stream.of(probe);
  }

  static class ExtendedMethod {
    private static @Nullable StateStoreProbe given;

    static Stream<StateStoreProbe> source(StateStoreProbe probe) {
      given = probe;
      return faulty(probe);
    }

    @ParameterizedTest
    @MethodSource("source")
    @ExtendWith(StateStoreExtension.class)
    void each(StateStoreProbe probe) {
      probe.ping();
    }

    @AfterAll
    static void end() {
      assertThatExceptionOfType(NotConnectedException.class)
          .isThrownBy(requireNonNull(given)::ping);
    }
  }

  static class ComposedMethod {
    static Stream<StateStoreProbe> source(StateStoreProbe probe) {
      return faulty(probe);
    }

    @ExtendedCases
    @MethodSource("source")
    void each(StateStoreProbe probe) {
      probe.ping();
    }
  }

  @ParameterizedTest
  @ExtendWith(StateStoreExtension.class)
  @Retention(RetentionPolicy.RUNTIME)
  @interface ExtendedCases {}

  static class UnusedInSource {
    @RegisterExtension static final StateStoreExtension STORES = new StateStoreExtension();

    static Stream<String> ids(StateStoreProbe probe) {
      probe.inject(Fault.on(CallMatcher.writes()));
      return Stream.of("a", "b");
    }

    @ParameterizedTest
    @MethodSource("ids")
    void each(String id, StateStoreProbe probe) {
      probe.writeState(state(id));
    }
  }

  static class LenientSource {
    @RegisterExtension
    static final StateStoreExtension STORES = new StateStoreExtension().lenient();

    static Stream<String> ids(StateStoreProbe probe) {
      probe.inject(Fault.on(CallMatcher.writes()));
      return Stream.of("a", "b");
    }

    @ParameterizedTest
    @MethodSource("ids")
    void each(String id) {
      assertThat(id).isNotEmpty();
    }
  }

  @Test
  void unused_ofAProbeInsideTheProbe_failsTheTest() {
    assertThat(failureOf(run(UnusedInside.class)))
        .isInstanceOf(AssertionError.class)
        .hasMessageEndingWith("fail any write, once: used 0 of 1 times; there was no write");
  }

  static class UnusedInside {
    @RegisterExtension
    static final StateStoreExtension STORES =
        new StateStoreExtension(
            TypeRegistry.getEmptyTypeRegistry(),
            () -> {
              var inner = new StateStoreProbe(new MemoryStateStore());
              inner.inject(Fault.on(CallMatcher.writes()));
              return new StateStoreProbe(inner);
            });

    @Test
    void test() {}
  }

  @Test
  void unused_ofAProbeInsideADecorator_failsTheTest() {
    for (Class<?> test : List.of(Decorated.class, Between.class)) {
      assertThat(failureOf(run(test)))
          .isInstanceOf(AssertionError.class)
          .hasMessageEndingWith("hold any write: reached by no call; there was no write");
    }
  }

  private static StateStore decorated() {
    var inner = new StateStoreProbe(new MemoryStateStore());
    inner.hold(CallMatcher.writes());
    return new ForwardingStateStore(new ForwardingStateStore(inner) {}) {};
  }

  static class Decorated {
    @RegisterExtension
    static final StateStoreExtension STORES =
        new StateStoreExtension(TypeRegistry.getEmptyTypeRegistry(), UnusedTest::decorated);

    @Test
    void test() {}
  }

  static class Between {
    @RegisterExtension
    static final StateStoreExtension STORES =
        new StateStoreExtension(
            TypeRegistry.getEmptyTypeRegistry(), () -> new StateStoreProbe(decorated()));

    @Test
    void test() {}
  }

  @Test
  void unused_inGreatNumber_isBounded() {
    assertThat(failureOf(run(WithManyFaults.class)).getMessage())
        .hasSizeLessThan(6_000)
        .matches("(?s).*\n  fail read \"account-(\\d+)\", [^\n]*\n  and 199\\d\\d more");
    assertThat(printedBy(FailingWithManyFaults.class))
        .hasSizeLessThan(20_000)
        .containsPattern("\n  and 199\\d\\d more\n")
        .contains("calls, 100000:\n  99900 earlier ones\n");
  }

  @Test
  void unused_several_showTheCallsOnce() {
    assertThat(failureOf(run(WithSeveralFaults.class)))
        .hasMessageEndingWith(
            """
              fail write "account-1", once: used 0 of 1 times; the calls were:
                write "account-0" version 0
              fail write "account-2", once: used 0 of 1 times
              fail read "account-1", once: used 0 of 1 times; there was no read
              fail read "account-2", once: used 0 of 1 times; there was no read"""
                .indent(2)
                .stripTrailing());
  }

  @ExtendWith(StateStoreExtension.class)
  static class WithSeveralFaults {
    @Test
    void test(StateStoreProbe probe) {
      for (CallMatcher calls : List.of(CallMatcher.writes(), CallMatcher.reads())) {
        probe.inject(Fault.on(calls.of("account-1")));
        probe.inject(Fault.on(calls.of("account-2")));
      }
      probe.writeState(state("account-0"));
    }
  }

  @Test
  void unused_ofALongDescription_saysHowOftenItWasUsed() {
    assertThat(failureOf(run(WithLongDescriptions.class)))
        .message()
        .hasSizeLessThan(6_000)
        .contains(
            "\n  fail write \"account-42\" where the balance is negative, as it ",
            "the end (584 characters), once: used 0 of 1 times; the calls were:\n    write \"account-42\" version 0\n");
  }

  @ExtendWith(StateStoreExtension.class)
  static class WithLongDescriptions {
    @Test
    void test(StateStoreProbe probe) {
      for (int i = 0; i < 20_000; i++) {
        CallMatcher writes = CallMatcher.writes().of("account-42");
        probe.inject(
            Fault.on(
                writes
                    .where(
                        "the balance is negative, " + "as it was before, ".repeat(30), s -> false)
                    .where("the end", s -> false)));
      }
      probe.writeState(state("account-42"));
    }
  }

  private static void injectMany(StateStoreProbe probe) {
    for (int i = 0; i < 20_000; i++) {
      probe.inject(Fault.on(CallMatcher.reads().of("account-" + i)));
    }
  }

  @ExtendWith(StateStoreExtension.class)
  static class WithManyFaults {
    @Test
    void test(StateStoreProbe probe) {
      injectMany(probe);
    }
  }

  @ExtendWith(StateStoreExtension.class)
  static class FailingWithManyFaults {
    @Test
    void test(StateStoreProbe probe) {
      for (int i = 0; i < 100_000; i++) {
        probe.writeState(state("account-42").toBuilder().setVersionNumber(i).build());
      }
      injectMany(probe);
      fail("on purpose");
    }
  }
}
