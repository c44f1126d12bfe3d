package io.github.durablestore.contract;

import static io.github.durablestore.contract.ContractRuns.BRIEF;
import static io.github.durablestore.contract.ContractRuns.CHECKING;
import static io.github.durablestore.contract.ContractRuns.COLUMNS;
import static io.github.durablestore.contract.ContractRuns.KEEPING;
import static io.github.durablestore.contract.ContractRuns.ONLY_NEXT;
import static io.github.durablestore.contract.ContractRuns.PURGING;
import static io.github.durablestore.contract.ContractRuns.configure;
import static io.github.durablestore.contract.ContractRuns.ruleOf;
import static io.github.durablestore.contract.ContractRuns.run;
import static io.github.durablestore.contract.ContractRuns.runRule;
import static io.github.durablestore.contract.ContractRuns.runTests;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.github.durablestore.ForeignStateStore;
import io.github.durablestore.StaleWriteException;
import io.github.durablestore.StateStore;
import io.github.durablestore.broken.Broken;
import io.github.durablestore.broken.BrokenSharedConnections;
import io.github.durablestore.broken.BrokenSharing;
import io.github.durablestore.broken.BrokenSizes;
import io.github.durablestore.contract.ContractRuns.Binding;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.memory.MemoryStateStore;
import io.github.durablestore.memory.OnDisconnect;
import io.github.durablestore.memory.OnStaleWrite;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.testkit.engine.Events;

/**
 * What a store can do decides which tests it must pass, and what a failure advises: {@link
 * Capabilities}.
 */
@Tag("same-on-any-jdk")
@Tag("same-on-any-protobuf")
class CapabilitiesTest {
  @AfterEach
  void forgetStore() {
    Binding.store = MemoryStateStore::new;
  }

  static Stream<Arguments> rightStores() {
    return Stream.of(
        right("memory, checking", () -> RightStores.refusing(OnDisconnect.KEEP), CHECKING),
        right(
            "memory, checking and purging",
            () -> RightStores.refusing(OnDisconnect.PURGE),
            PURGING.with("refusesStaleWrites", 1)),
        right("table", RightStores::table, COLUMNS),
        right("serialized", RightStores::serialized, KEEPING),
        right("escaped ids", RightStores::escapedIds, KEEPING),
        right("one lock", RightStores::oneLock, PURGING),
        right("slow", () -> RightStores.slow(100_000), KEEPING),
        right("shared data", BrokenSharing::right, KEEPING),
        right("dropped with the last", BrokenSharedConnections::rightDropping, PURGING),
        right("ids of 64 characters", RightStores::narrow, KEEPING.with("maximumIdLength", 64)),
        right(
            "4,096 bytes", () -> RightStores.small(4_096), KEEPING.with("maximumStateSize", 4_096)),
        right(
            "400,000 bytes",
            () -> RightStores.small(400_000),
            KEEPING.with("maximumStateSize", 400_000)),
        right(
            "whole seconds", RightStores::wholeSeconds, KEEPING.with("timestampResolution", 1_000)),
        right("only the next version", RightStores::onlyNext, ONLY_NEXT));
  }

  private static Arguments right(String what, Supplier<StateStore> store, Capabilities can) {
    return arguments(what, store, can);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rightStores")
  void rightStore_isAccepted(String what, Supplier<StateStore> store, Capabilities can) {
    Events tests = run(store, can, BRIEF);

    assertThat(tests.failed().stream().map(ContractRuns::messageOf)).isEmpty();
    assertThat(tests.succeeded().count()).isGreaterThan(25);
  }

  @Test
  void rightStore_slowUnderOneLock_doesNotHang() {
    Supplier<StateStore> store = () -> RightStores.slowUnderOneLock(15_000_000);
    configure(store, KEEPING, new TimeLimits(Duration.ofMillis(500), Duration.ofMillis(5)));

    Events tests = runTests(method -> method.getName().equals("r16_manyThreads_useTheStore"));

    assertThat(tests.failed().stream().map(ContractRuns::messageOf)).isEmpty();
    assertThat(tests.succeeded().count()).isOne();
  }

  @Test
  void rightStore_slowUnderOneLock_getsFewerCalls() {
    var calls = new AtomicInteger();
    configure(
        () -> {
          StateStore slow = RightStores.slowUnderOneLock(5_000_000);
          return new ForeignStateStore(slow) {
            @Override
            public void writeState(DurableState state) {
              calls.incrementAndGet();
              super.writeState(state);
            }
          };
        },
        KEEPING,
        BRIEF);

    Events tests = runTests(method -> method.getName().equals("r12_anyTimestamp_survives"));

    assertThat(tests.failed().stream().map(ContractRuns::messageOf)).isEmpty();
    assertThat(calls).hasValueBetween(24, 1_000); // of more than 1,500 timestamps
  }

  @Test
  void rightStore_slowReads_getsFewerReads() {
    var reads = new AtomicInteger();
    configure(
        () ->
            new ForeignStateStore(new MemoryStateStore(OnDisconnect.KEEP)) {
              @Override
              public Optional<DurableState> getLatestState(String persistenceId) {
                reads.incrementAndGet();
                LockSupport.parkNanos(20_000_000);
                return super.getLatestState(persistenceId);
              }
            },
        KEEPING,
        BRIEF);

    Events tests = runTests(method -> method.getName().equals("r9_anySize_isReplacedWhole"));

    assertThat(tests.failed().stream().map(ContractRuns::messageOf)).isEmpty();
    assertThat(reads).hasValueBetween(24, 200); // of more than 500 sizes
  }

  /** Correct stores that declare too little, the tests that fail, and what all of them advise. */
  static Stream<Arguments> undeclared() {
    return Stream.of(
        arguments(
            right("whole seconds", RightStores::wholeSeconds, KEEPING),
            "; if the store keeps coarser timestamps, override timestampResolution()",
            "r12_anyTimestamp_survives"),
        arguments(
            right("no zero characters", RightStores::withoutZeroCharacters, COLUMNS),
            "value out of range",
            "r14_zeroCharacterInTypeUrl_isUntouched"),
        arguments(
            right("columns", RightStores::table, KEEPING),
            "; if the store has a column for each field, override keepsUnknownFields()",
            "r8_unknownFields_survive"),
        arguments(
            right(
                "versions of 31 bits", () -> RightStores.intVersions(OnStaleWrite.ACCEPT), KEEPING),
            "value out of range",
            "r11_versionAndShard_areUnsigned"),
        arguments(
            right(
                "versions of 31 bits, checking",
                () -> RightStores.intVersions(OnStaleWrite.REFUSE),
                CHECKING),
            "value out of range",
            "r11_versionAndShard_areUnsigned r18_versions_areComparedUnsigned"),
        arguments(
            right("ids of 64 characters", RightStores::narrow, KEEPING),
            "characters, override maximumIdLength()",
            "r10_longIds_areComparedWhole r10_generatedIds_areComparedExactly"),
        arguments(
            right("50,000 bytes", () -> RightStores.small(50_000), KEEPING),
            "bytes, override maximumStateSize()",
            "r8_unknownFields_survive r9_anySize_isReplacedWhole r10_idsOfParts_areComparedWhole r13_anyResultingState_survives"
                + " r13_largeResultingState_survives r14_unknownPayload_isUntouched"
                + " r16_concurrentLargeWrites_areKeptWhole"),
        arguments(
            right("purging", MemoryStateStore::new, KEEPING),
            "purgesOnDisconnect() is false: if the store drops its records, override it",
            "r17_keepingDisconnect_isClean"),
        arguments(
            right("keeping", () -> new MemoryStateStore(OnDisconnect.KEEP), PURGING),
            "purgesOnDisconnect() is true: if the store keeps its records, override it",
            "r17_purgingDisconnect_isClean"),
        arguments(
            right("checking", () -> RightStores.refusing(OnDisconnect.KEEP), KEEPING),
            "; if the store checks versions, override refusesStaleWrites()",
            "r9_anyVersion_lastWriteWins"),
        arguments(
            right("only the next version", RightStores::onlyNext, CHECKING),
            "; if the store accepts only the next version, override acceptsOnlyNextVersion()",
            "r17_keepingDisconnect_isClean"
                + " r18_concurrentWritesOfRisingVersions_greatestIsLeft r18_staleWrite_isRefused"
                + " r18_versions_areComparedUnsigned"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("undeclared")
  void rightStore_thatDeclaresTooLittle_failsWhatIsAboutIt(
      Arguments store, String advice, String failing) {
    @SuppressWarnings("unchecked")
    var created = (Supplier<StateStore>) store.get()[1];
    Events tests = run(created, (Capabilities) store.get()[2]);

    assertThat(tests.failed().stream().map(ContractRuns::messageOf))
        .allSatisfy(message -> assertThat(message).contains(advice));
    assertThat(
            tests.failed().stream()
                .map(event -> event.getTestDescriptor().getLegacyReportingName())
                .map(name -> name.replace("()", "")))
        .containsExactlyInAnyOrder(failing.split(" "));
  }

  static Stream<Arguments> wrongAboutWhatTheyDeclare() {
    var noLock =
        new ReentrantLock() {
          @Override
          public void lock() {}

          @Override
          public void unlock() {}
        };
    Capabilities small = KEEPING.with("maximumStateSize", 300_000);
    return Stream.of(
        right(
            "any greater version",
            () -> RightStores.onlyNext(new ReentrantLock(), 1_000, 0),
            ONLY_NEXT),
        right("no later version", () -> RightStores.onlyNext(new ReentrantLock(), 0, 0), ONLY_NEXT),
        right("check, then write", () -> RightStores.onlyNext(noLock, 1, 100_000), ONLY_NEXT),
        right(
            "cuts states", () -> BrokenSizes.cutting(300_000), small.with("purgesOnDisconnect", 1)),
        right(
            "cuts states of 20 MiB",
            () -> BrokenSizes.cutting(20 << 20),
            PURGING.with("maximumStateSize", 20 << 20)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("wrongAboutWhatTheyDeclare")
  void brokenStore_thatDeclaresWhatItDoes_isRefused(
      String what, Supplier<StateStore> store, Capabilities can) {
    configure(store, can, BRIEF);

    Events tests = runTests(method -> ruleOf(method).matches("R13|R18"));

    assertThat(tests.failed().stream().map(ContractRuns::messageOf))
        .isNotEmpty()
        .allSatisfy(message -> assertThat(message).doesNotContain("override"));
  }

  @Test
  void advice_thatWouldNotHelp_isNotGiven() {
    Broken drops = StateStoreContractTest.find("R8 drops unknown fields of 32 bits");
    Broken ages = StateStoreContractTest.find("R12 keeps local times in Europe/Berlin");
    for (Broken broken : List.of(drops, ages)) {
      assertThat(runRule(broken, BRIEF).failed().stream())
          .map(ContractRuns::messageOf)
          .isNotEmpty()
          .allSatisfy(message -> assertThat(message).doesNotContain("override"));
    }
  }

  @Test
  void advice_storeThatDropsLargeStatesOnly_isNotGiven() {
    configure(BrokenSizes::forgettingLarge, KEEPING, BRIEF);

    Events tests = runTests(method -> method.getName().matches("r(9_any|13).*"));

    assertThat(tests.failed().stream().map(ContractRuns::messageOf))
        .hasSizeGreaterThan(1)
        .allSatisfy(
            message -> assertThat(message).contains("there was none").doesNotContain("overr"));
  }

  @Test
  void absentCapabilities_areSkippedWithTheirReasons() {
    Events tests =
        run(
            MemoryStateStore::new,
            PURGING
                .with("maximumIdLength", 100)
                .with("maximumStateSize", 400_000)
                .with("keepsUnknownFields", 0));

    assertThat(tests.failed().stream().map(ContractRuns::messageOf)).isEmpty();
    assertThat(tests.aborted().stream().map(ContractRuns::messageOf))
        .containsExactlyInAnyOrder(
            "Assumption failed: createStoreOnSameData(...) returns null",
            "Assumption failed: createStoreOnSameData(...) returns null",
            "Assumption failed: keepsUnknownFields() is false",
            "Assumption failed: maximumIdLength() is 100",
            "Assumption failed: maximumStateSize() is 400000",
            "Assumption failed: purgesOnDisconnect() is true",
            "Assumption failed: refusesStaleWrites() is false",
            "Assumption failed: refusesStaleWrites() is false",
            "Assumption failed: refusesStaleWrites() is false",
            "Assumption failed: refusesStaleWrites() is false");
  }

  @Test
  void rulesOfOtherVersions_storeThatChecks_areSkipped() {
    Events tests = run(() -> RightStores.refusing(OnDisconnect.KEEP), CHECKING);

    assertThat(tests.aborted().stream().map(ContractRuns::messageOf))
        .containsExactlyInAnyOrder(
            "Assumption failed: refusesStaleWrites() is true",
            "Assumption failed: purgesOnDisconnect() is false",
            "Assumption failed: createStoreOnSameData(...) returns null",
            "Assumption failed: createStoreOnSameData(...) returns null");
  }

  @Test
  void storeThatChecks_undeclared_namesTheMethod() {
    Events tests = run(() -> RightStores.refusing(OnDisconnect.KEEP), KEEPING);

    assertThat(tests.failed().stream().map(ContractRuns::ruleOf)).contains("R9");
    assertThat(tests.failed().stream().map(ContractRuns::messageOf))
        .allSatisfy(failure -> assertThat(failure).contains("override refusesStaleWrites()"));
  }

  @Test
  void storeThatStartsAtVersion1_learnsThatTheFirstMayBeAny() {
    for (Capabilities can : List.of(KEEPING, CHECKING, ONLY_NEXT)) {
      configure(CapabilitiesTest::startingAtVersion1, can, BRIEF);

      Events tests =
          runTests(method -> method.getName().matches("r8_everyField_survives|r(11|18).*Unsigned"));

      assertThat(tests.failed().stream().map(ContractRuns::messageOf))
          .hasSizeGreaterThan(1)
          .allSatisfy(
              message ->
                  assertThat(message)
                      .contains("expected no exception but was")
                      .endsWith("; the first version of an id may be any"));
    }
  }

  private static StateStore startingAtVersion1() {
    return new ForeignStateStore(RightStores.onlyNext()) {
      @Override
      public void writeState(DurableState state) {
        if (state.getVersionNumber() != 1
            && super.getLatestState(state.getPersistenceId()).isEmpty()) {
          throw new StaleWriteException("the first version is 1");
        }
        super.writeState(state);
      }
    };
  }

  @Test
  void capabilities_tooSmallForTheRules_areRefused() {
    assertThatIllegalStateException()
        .isThrownBy(() -> KEEPING.with("maximumIdLength", 63))
        .withMessage("maximumIdLength() is 63; the contract needs at least 64");
    assertThatIllegalStateException()
        .isThrownBy(() -> KEEPING.with("maximumStateSize", 4_095))
        .withMessage("maximumStateSize() is 4095; the contract needs at least 4096");
    assertThatIllegalStateException()
        .isThrownBy(() -> KEEPING.with("timestampResolution", 300))
        .withMessage("timestampResolution() is 300; the contract needs a divisor of 1000");
  }
}
