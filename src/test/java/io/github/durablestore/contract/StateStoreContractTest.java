package io.github.durablestore.contract;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import io.github.durablestore.StateStore;
import io.github.durablestore.broken.Broken;
import io.github.durablestore.broken.BrokenConnections;
import io.github.durablestore.broken.BrokenContents;
import io.github.durablestore.broken.BrokenCrowds;
import io.github.durablestore.broken.BrokenIdKinds;
import io.github.durablestore.broken.BrokenIds;
import io.github.durablestore.broken.BrokenLookalikes;
import io.github.durablestore.broken.BrokenNumbers;
import io.github.durablestore.broken.BrokenPayloads;
import io.github.durablestore.broken.BrokenRefusals;
import io.github.durablestore.broken.BrokenSharing;
import io.github.durablestore.broken.BrokenSizes;
import io.github.durablestore.broken.BrokenThreads;
import io.github.durablestore.broken.BrokenVersions;
import io.github.durablestore.broken.WithoutTimestamps;
import io.github.durablestore.memory.MemoryStateStore;
import io.github.durablestore.memory.OnDisconnect;
import io.github.durablestore.memory.OnStaleWrite;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.Adler32;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;
import org.junit.platform.testkit.engine.Events;

/** The contract rejects each broken store by the rule it breaks, and accepts correct stores. */
class StateStoreContractTest {
  private static final Duration LONGEST_CALL = Duration.ofSeconds(30);
  private static final Capabilities KEEPING =
      new Capabilities(false, 255, Long.MAX_VALUE, 1, true, false, false);
  private static final Capabilities PURGING = KEEPING.with("purgesOnDisconnect", 1);
  private static final Capabilities CHECKING = KEEPING.with("refusesStaleWrites", 1);
  private static final Capabilities ONLY_NEXT = KEEPING.with("acceptsOnlyNextVersion", 1);
  private static final Capabilities COLUMNS = KEEPING.with("keepsUnknownFields", 0);

  @AfterEach
  void forgetStore() {
    Binding.store = MemoryStateStore::new;
  }

  static Stream<Broken> brokenStores() {
    return Stream.of(
            BrokenConnections.stores(),
            BrokenContents.stores(),
            BrokenCrowds.stores(),
            BrokenIdKinds.stores(),
            BrokenIds.stores(),
            BrokenLookalikes.stores(),
            BrokenNumbers.stores(),
            BrokenPayloads.stores(),
            BrokenRefusals.stores(),
            BrokenSharing.stores(),
            BrokenSizes.stores(),
            BrokenThreads.stores(),
            BrokenVersions.stores())
        .flatMap(stores -> stores);
  }

  @ParameterizedTest
  @MethodSource("brokenStores")
  void brokenStore_isRefusedByItsRule(Broken broken) {
    boolean races = broken.rule().matches("R16|R17|R19") || broken.what().contains("again");
    int race = races ? 200 : broken.rule().equals("R18") ? 20 : 5; // R18 looks 20 times as long

    Events tests = runRule(broken, new Limits(LONGEST_CALL, Duration.ofMillis(race)));

    assertThat(tests.failed().count()).isPositive();
    assertThat(tests.failed().stream().map(StateStoreContractTest::messageOf))
        .allSatisfy(
            message ->
                assertThat(message)
                    .containsAnyOf(": expected ", "differ in field", "returned null")
                    .hasSizeLessThan(1_500));
  }

  @Test
  void everyRule_hasABrokenStore() {
    Set<String> broken = brokenStores().map(Broken::rule).collect(toCollection(TreeSet::new));

    assertThat(broken).isEqualTo(rulesOfContract());
  }

  @Test
  void brokenStores_areAllUnlikeEachOther() {
    assertThat(brokenStores().map(Broken::toString)).doesNotHaveDuplicates();
  }

  static Stream<Arguments> rightStores() {
    return Stream.of(
        right("memory, purging", MemoryStateStore::new, PURGING),
        right("memory, keeping", () -> new MemoryStateStore(OnDisconnect.KEEP), KEEPING),
        right("memory, checking", () -> RightStores.refusing(OnDisconnect.KEEP), CHECKING),
        right(
            "memory, checking and purging",
            () -> RightStores.refusing(OnDisconnect.PURGE),
            PURGING.with("refusesStaleWrites", 1)),
        right("table", RightStores::table, COLUMNS),
        right("serialized", RightStores::serialized, KEEPING),
        right("escaped ids", RightStores::escapedIds, KEEPING),
        right("one lock", RightStores::oneLock, PURGING),
        right("slow", () -> RightStores.slow(500_000), KEEPING),
        right("shared data", BrokenSharing::right, KEEPING),
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
    Events tests = run(store, can, new Limits(LONGEST_CALL, Duration.ofMillis(100)));

    assertThat(tests.failed().stream().map(StateStoreContractTest::messageOf)).isEmpty();
    assertThat(tests.succeeded().count()).isGreaterThan(25);
  }

  @Test
  void rightStore_slowUnderOneLock_doesNotHang() {
    Supplier<StateStore> store = () -> RightStores.slowUnderOneLock(15_000_000);
    configure(store, KEEPING, new Limits(Duration.ofMillis(500), Duration.ofMillis(5)));

    Events tests = runTests(method -> method.getName().equals("r16_manyThreads_useTheStore"));

    assertThat(tests.failed().stream().map(StateStoreContractTest::messageOf)).isEmpty();
    assertThat(tests.succeeded().count()).isOne();
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
            "r8_unknownFields_survive r9_laterWrite_replacesWhole"),
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
            "r10_longIds_areComparedWhole"),
        arguments(
            right("50,000 bytes", () -> RightStores.small(50_000), KEEPING),
            "bytes, override maximumStateSize()",
            "r8_unknownFields_survive r9_anySize_isReplacedWhole r13_anyResultingState_survives"
                + " r13_largeResultingState_survives r16_concurrentLargeWrites_areKeptWhole"),
        arguments(
            right("only the next version", RightStores::onlyNext, CHECKING),
            "; if the store accepts only the next version, override acceptsOnlyNextVersion()",
            "r16_interruptedThread_harmsNoOther r17_keepingDisconnect_isClean"
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

    assertThat(tests.failed().stream().map(StateStoreContractTest::messageOf))
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
            "cuts states",
            () -> BrokenSizes.cutting(300_000),
            small.with("purgesOnDisconnect", 1)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("wrongAboutWhatTheyDeclare")
  void brokenStore_thatDeclaresWhatItDoes_isRefused(
      String what, Supplier<StateStore> store, Capabilities can) {
    configure(store, can, new Limits(LONGEST_CALL, Duration.ofMillis(20)));

    Events tests = runTests(method -> ruleOf(method).matches("R13|R18"));

    assertThat(tests.failed().stream().map(StateStoreContractTest::messageOf))
        .isNotEmpty()
        .allSatisfy(message -> assertThat(message).doesNotContain("override"));
  }

  @Test
  void advice_thatWouldNotHelp_isNotGiven() {
    Broken drops = find("R8 drops unknown fields of 32 bits");
    Broken ages = find("R12 keeps local times in Europe/Berlin");
    for (Broken broken : List.of(drops, ages)) {
      assertThat(runRule(broken, new Limits(LONGEST_CALL, Duration.ofMillis(5))).failed().stream())
          .map(StateStoreContractTest::messageOf)
          .isNotEmpty()
          .allSatisfy(message -> assertThat(message).doesNotContain("override"));
    }
  }

  @Test
  void advice_storeThatDropsLargeStatesOnly_isNotGiven() {
    configure(
        BrokenSizes::forgettingLarge, KEEPING, new Limits(LONGEST_CALL, Duration.ofMillis(5)));

    Events tests = runTests(method -> method.getName().matches("r(9_any|13).*"));

    assertThat(tests.failed().stream().map(StateStoreContractTest::messageOf))
        .hasSizeGreaterThan(1)
        .allSatisfy(
            message -> assertThat(message).contains("there was none").doesNotContain("overr"));
  }

  @Test
  void secondStores_areClosedAndDoNotHideTheFirstFailure() {
    Set<StateStore> open = ConcurrentHashMap.newKeySet();
    configure(
        () -> BrokenSharing.recording(open),
        KEEPING,
        new Limits(LONGEST_CALL, Duration.ofMillis(5)));
    runTests(method -> ruleOf(method).equals("R19"));
    assertThat(open).isEmpty();

    configure(BrokenSharing::unclosable, KEEPING, new Limits(LONGEST_CALL, Duration.ofMillis(5)));
    Events tests =
        runTests(method -> method.getName().equals("r19_anotherStore_readsWhatWasWritten"));
    Throwable failure = thrownBy(tests.failed().stream().findFirst().orElseThrow());
    assertThat(failure).hasMessageContaining("expected a state but there was none");
    assertThat(failure.getSuppressed()).singleElement().asString().contains("cannot be closed");
  }

  @Test
  void valuesOfEqualHashes_haveEqualLengthsAndHashes() {
    assertThat(Payloads.ofEqualHashes())
        .hasSizeGreaterThan(10)
        .allSatisfy(
            pair -> {
              byte[] first = pair.get(0).toByteArray();
              byte[] second = pair.get(1).toByteArray();
              assertThat(first).hasSameSizeAs(second).isNotEqualTo(second);
              assertThat(hashes(first)).containsAnyElementsOf(hashes(second));
            });
  }

  private static List<Long> hashes(byte[] bytes) {
    var hashes = new ArrayList<>(List.of((long) Arrays.hashCode(bytes)));
    for (Checksum checksum : List.of(new CRC32(), new CRC32C(), new Adler32())) {
      checksum.update(bytes);
      hashes.add(checksum.getValue());
    }
    return hashes;
  }

  static Stream<Broken> hangingStores() {
    return Stream.concat(BrokenThreads.hanging(), BrokenSharing.hanging());
  }

  @ParameterizedTest
  @MethodSource("hangingStores")
  void hangingStore_failsItsTestAndTheOthersGoOn(Broken broken) {
    Events tests = run(broken, new Limits(Duration.ofMillis(150), Duration.ofMillis(20)));

    assertThat(tests.started().count()).isEqualTo(tests.finished().count());
    assertThat(tests.failed().stream().map(StateStoreContractTest::ruleOf)).contains(broken.rule());
    assertThat(tests.failed().stream().map(StateStoreContractTest::messageOf))
        .anySatisfy(message -> assertThat(message).startsWith("the store hangs: no call has"));
    assertThat(tests.failed().stream().map(StateStoreContractTest::thrownBy))
        .anySatisfy(
            failure ->
                assertThat(failure.getSuppressed())
                    .anySatisfy(
                        where ->
                            assertThat(where.getStackTrace())
                                .anySatisfy(
                                    frame -> assertThat(frame.getClassName()).contains("broken"))));
  }

  @Test
  void rules_areThoseOfTheJavadoc() throws IOException {
    String source =
        Files.readString(Path.of("src/main/java/io/github/durablestore/StateStore.java"));
    Set<String> documented =
        Pattern.compile("<li><b>(R\\d+)</b>")
            .matcher(source)
            .results()
            .map(match -> match.group(1))
            .collect(toCollection(TreeSet::new));

    assertThat(rulesOfContract()).hasSize(19).isEqualTo(documented);
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

    assertThat(tests.failed().stream().map(StateStoreContractTest::messageOf)).isEmpty();
    assertThat(tests.aborted().stream().map(StateStoreContractTest::messageOf))
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

    assertThat(tests.aborted().stream().map(StateStoreContractTest::messageOf))
        .containsExactlyInAnyOrder(
            "Assumption failed: refusesStaleWrites() is true",
            "Assumption failed: purgesOnDisconnect() is false",
            "Assumption failed: createStoreOnSameData(...) returns null",
            "Assumption failed: createStoreOnSameData(...) returns null");
  }

  @ParameterizedTest
  @CsvSource({
    "R5 purges though it says that it keeps,    override it",
    "R5 keeps though it says that it purges,    override it",
    "R5 purges though it says that it keeps,    purgesOnDisconnect() is false",
    "R8 drops unknown fields,                   override keepsUnknownFields()",
    "R13 refuses 400 KiB,                       override maximumStateSize()",
    "R1 fails in its own way when new,          expected NotConnectedException but was java.lang",
    "R1 ignores writes when new,                expected NotConnectedException but it returned",
    "R15 ignores null,                          expected NullPointerException but it returned",
    "R15 ignores empty ids,                     expected IllegalArgumentException but it returned",
    "R7 returns null when there is none,        getLatestState() returned null",
    "R11 keeps versions as 32 bits,             version_number: expected 2147483648 but was",
    "R18 checks nothing,                        expected StaleWriteException but it returned",
    "R10 keeps ASCII,                           after writes to ids like it: version_number:",
    "R10 takes colons for slashes,              which was written to id",
    "R10 keys by murmur3,                       of the same hash as another",
    "R10 cuts at 255 characters,                an id of 255 characters (maximumIdLength() is 255)"
  })
  void brokenStore_saysWhatWasExpected(String broken, String message) {
    assertThat(
            runRule(find(broken), new Limits(LONGEST_CALL, Duration.ofMillis(5))).failed().stream())
        .map(StateStoreContractTest::messageOf)
        .anySatisfy(failure -> assertThat(failure).contains(message));
  }

  @Test
  void storeWithoutZeroCharacter_failsOneTest() {
    Events tests = run(BrokenIdKinds::withoutZero, PURGING);

    assertThat(tests.failed().stream().map(event -> event.getTestDescriptor().getDisplayName()))
        .containsExactly("R10 ids may contain U+0000");
  }

  @Test
  void storeThatCutsLongIds_failsOneTest() {
    Events tests = run(BrokenIdKinds::cuttingBeyondMaximum, PURGING);

    assertThat(tests.failed().stream().map(event -> event.getTestDescriptor().getDisplayName()))
        .containsExactly("R10 an id longer than the maximum is kept whole or refused");
  }

  @Test
  void storeThatChecks_undeclared_namesTheMethod() {
    Events tests = run(() -> RightStores.refusing(OnDisconnect.KEEP), KEEPING);

    assertThat(tests.failed().stream().map(StateStoreContractTest::ruleOf)).contains("R9");
    assertThat(tests.failed().stream().map(StateStoreContractTest::messageOf))
        .allSatisfy(failure -> assertThat(failure).contains("override refusesStaleWrites()"));
  }

  @Test
  void storeThatPurges_undeclared_namesTheMethod() {
    Events tests = run(MemoryStateStore::new, KEEPING);

    assertThat(tests.failed().count()).isGreaterThan(10);
    assertThat(tests.failed().stream().map(StateStoreContractTest::messageOf))
        .allSatisfy(failure -> assertThat(failure).contains("purgesOnDisconnect() is false"));
  }

  @Test
  @SuppressWarnings("NullAway") // on purpose
  void createStore_returnsNull_saysWhatToDo() {
    Events tests = run(() -> null, KEEPING);

    assertThat(tests.failed().stream().map(StateStoreContractTest::messageOf))
        .isNotEmpty()
        .containsOnly("createStore() returned null; return a new store, not connected");
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

  @Test
  void rules_oneInstanceAndConcurrently_pass() {
    configure(MemoryStateStore::new, PURGING, new Limits(LONGEST_CALL, Duration.ofMillis(50)));

    Events tests =
        EngineTestKit.engine("junit-jupiter")
            .selectors(selectClass(Binding.class))
            .configurationParameter("junit.jupiter.testinstance.lifecycle.default", "per_class")
            .configurationParameter("junit.jupiter.execution.parallel.enabled", "true")
            .configurationParameter("junit.jupiter.execution.parallel.mode.default", "concurrent")
            .configurationParameter("junit.jupiter.execution.parallel.config.strategy", "fixed")
            .configurationParameter(
                "junit.jupiter.execution.parallel.config.fixed.parallelism", "4")
            .execute()
            .testEvents();

    assertThat(tests.failed().stream().map(StateStoreContractTest::messageOf)).isEmpty();
    assertThat(tests.succeeded().count()).isGreaterThan(25);
  }

  @Test
  void rule_overriddenAndDisabledInAnotherPackage_isSkippedWithItsReason() {
    Events tests = run(WithoutTimestamps.class);

    assertThat(
            tests.skipped().stream().map(event -> event.getRequiredPayload(String.class)).toList())
        .containsExactly("has no timestamps");
  }

  private static Broken find(String name) {
    return brokenStores().filter(one -> one.toString().equals(name)).findFirst().orElseThrow();
  }

  private static Events run(Broken broken, Limits limits) {
    return run(broken.store(), capabilitiesOf(broken), limits);
  }

  /** Runs the tests of the rule that the store breaks, and no others. */
  private static Events runRule(Broken broken, Limits limits) {
    configure(broken.store(), capabilitiesOf(broken), limits);
    return runTests(method -> ruleOf(method).equals(broken.rule()));
  }

  private static Events runTests(Predicate<Method> areMeant) {
    return EngineTestKit.engine("junit-jupiter")
        .selectors(
            rules()
                .filter(areMeant)
                .map(method -> selectMethod(Binding.class, method))
                .toArray(DiscoverySelector[]::new))
        .execute()
        .testEvents();
  }

  private static Capabilities capabilitiesOf(Broken broken) {
    return (broken.purges() ? PURGING : KEEPING)
        .with("refusesStaleWrites", broken.checks() ? 1 : 0);
  }

  private static Events run(Supplier<StateStore> store, Capabilities can) {
    return run(store, can, new Limits(LONGEST_CALL, Duration.ofMillis(5)));
  }

  private static Events run(Supplier<StateStore> store, Capabilities can, Limits limits) {
    configure(store, can, limits);
    return run(Binding.class);
  }

  private static void configure(Supplier<StateStore> store, Capabilities can, Limits limits) {
    Binding.store = store;
    Binding.can = can;
    Binding.limits = limits;
  }

  private static Events run(Class<?> contract) {
    return EngineTestKit.engine("junit-jupiter")
        .selectors(selectClass(contract))
        .execute()
        .testEvents();
  }

  private static String ruleOf(Event event) {
    return ruleOf(event.getTestDescriptor().getDisplayName());
  }

  private static String ruleOf(String displayName) {
    return displayName.split(" ", 2)[0];
  }

  private static String messageOf(Event failure) {
    return String.valueOf(thrownBy(failure).getMessage());
  }

  private static Throwable thrownBy(Event failure) {
    return failure.getRequiredPayload(TestExecutionResult.class).getThrowable().orElseThrow();
  }

  private static String ruleOf(Method method) {
    return ruleOf(method.getAnnotation(DisplayName.class).value());
  }

  private static Stream<Method> rules() {
    return Arrays.stream(StateStoreContract.class.getDeclaredMethods())
        .filter(method -> method.isAnnotationPresent(Test.class));
  }

  private static Set<String> rulesOfContract() {
    return rules().map(StateStoreContractTest::ruleOf).collect(toCollection(TreeSet::new));
  }

  /** The contract, bound to the store of the running test. */
  static final class Binding extends StateStoreContract {
    private static volatile Supplier<StateStore> store = MemoryStateStore::new;
    private static volatile Capabilities can = PURGING;
    private static volatile Limits limits = new Limits(LONGEST_CALL, Duration.ofMillis(5));

    @Override
    protected StateStore createStore() {
      return store.get();
    }

    @Override
    protected boolean purgesOnDisconnect() {
      return can.purgesOnDisconnect();
    }

    @Override
    protected int maximumIdLength() {
      return can.maximumIdLength();
    }

    @Override
    protected long maximumStateSize() {
      return can.maximumStateSize();
    }

    @Override
    protected boolean keepsUnknownFields() {
      return can.keepsUnknownFields();
    }

    @Override
    protected long timestampResolution() {
      return can.timestampResolution();
    }

    @Override
    protected boolean refusesStaleWrites() {
      return can.refusesStaleWrites() && !can.acceptsOnlyNextVersion();
    }

    @Override
    protected boolean acceptsOnlyNextVersion() {
      return can.acceptsOnlyNextVersion();
    }

    @Override
    protected @Nullable StateStore createStoreOnSameData(StateStore store) {
      return store instanceof BrokenSharing.Shared shared ? shared.again() : null;
    }

    @Override
    Limits limits() {
      return limits;
    }
  }
}
