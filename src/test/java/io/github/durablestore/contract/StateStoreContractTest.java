package io.github.durablestore.contract;

import static io.github.durablestore.contract.ContractRuns.BRIEF;
import static io.github.durablestore.contract.ContractRuns.KEEPING;
import static io.github.durablestore.contract.ContractRuns.LONGEST_CALL;
import static io.github.durablestore.contract.ContractRuns.PURGING;
import static io.github.durablestore.contract.ContractRuns.configure;
import static io.github.durablestore.contract.ContractRuns.firstFailure;
import static io.github.durablestore.contract.ContractRuns.ruleOf;
import static io.github.durablestore.contract.ContractRuns.rulesOfContract;
import static io.github.durablestore.contract.ContractRuns.run;
import static io.github.durablestore.contract.ContractRuns.runRule;
import static io.github.durablestore.contract.ContractRuns.runTests;
import static io.github.durablestore.contract.ContractRuns.thrownBy;
import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import io.github.durablestore.StateStore;
import io.github.durablestore.broken.Broken;
import io.github.durablestore.broken.BrokenBlobs;
import io.github.durablestore.broken.BrokenCalls;
import io.github.durablestore.broken.BrokenClosing;
import io.github.durablestore.broken.BrokenColumns;
import io.github.durablestore.broken.BrokenConnections;
import io.github.durablestore.broken.BrokenContents;
import io.github.durablestore.broken.BrokenCrowds;
import io.github.durablestore.broken.BrokenForms;
import io.github.durablestore.broken.BrokenIdKinds;
import io.github.durablestore.broken.BrokenIds;
import io.github.durablestore.broken.BrokenKeys;
import io.github.durablestore.broken.BrokenLookalikes;
import io.github.durablestore.broken.BrokenNumbers;
import io.github.durablestore.broken.BrokenPayloads;
import io.github.durablestore.broken.BrokenRaces;
import io.github.durablestore.broken.BrokenRefusals;
import io.github.durablestore.broken.BrokenSeldom;
import io.github.durablestore.broken.BrokenSharedConnections;
import io.github.durablestore.broken.BrokenSharedLocks;
import io.github.durablestore.broken.BrokenSharing;
import io.github.durablestore.broken.BrokenSizes;
import io.github.durablestore.broken.BrokenThreads;
import io.github.durablestore.broken.BrokenValues;
import io.github.durablestore.broken.BrokenVersions;
import io.github.durablestore.broken.WithoutTimestamps;
import io.github.durablestore.contract.ContractRuns.Binding;
import io.github.durablestore.memory.MemoryStateStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;
import org.junit.platform.testkit.engine.Events;

/**
 * {@link StateStoreContract} rejects each broken store by the rule it breaks, and accepts correct
 * stores.
 */
@Tag("same-on-any-jdk")
@Tag("same-on-any-protobuf")
class StateStoreContractTest {
  @AfterEach
  void forgetStore() {
    Binding.store = MemoryStateStore::new;
  }

  static Stream<Broken> brokenStores() {
    return Stream.of(
            BrokenBlobs.stores(),
            BrokenCalls.stores(),
            BrokenClosing.stores(),
            BrokenColumns.stores(),
            BrokenConnections.stores(),
            BrokenContents.stores(),
            BrokenCrowds.stores(),
            BrokenForms.stores(),
            BrokenIdKinds.stores(),
            BrokenIds.stores(),
            BrokenKeys.stores(),
            BrokenLookalikes.stores(),
            BrokenNumbers.stores(),
            BrokenPayloads.stores(),
            BrokenRaces.stores(),
            BrokenRefusals.stores(),
            BrokenSeldom.stores(),
            BrokenSharedConnections.stores(),
            BrokenSharedLocks.stores(),
            BrokenSharing.stores(),
            BrokenSizes.stores(),
            BrokenThreads.stores(),
            BrokenValues.stores(),
            BrokenVersions.stores())
        .flatMap(stores -> stores);
  }

  static Stream<Broken> others() {
    return brokenStores().filter(broken -> !broken.rule().equals(BrokenIdsTest.RULE));
  }

  @ParameterizedTest
  @MethodSource("others")
  void brokenStore_isRefusedByItsRule(Broken broken) {
    requireRefused(broken);
  }

  static void requireRefused(Broken broken) {
    Optional<Event> failure = firstFailure(broken, BRIEF);
    // A race, which a busy machine may run on one processor for seconds.
    for (int again = 1; again <= 30 && failure.isEmpty(); again++) {
      failure = firstFailure(broken, new TimeLimits(LONGEST_CALL, Duration.ofMillis(500)));
    }

    assertThat(failure.map(ContractRuns::messageOf).orElse("accepted"))
        .containsAnyOf(": expected ", "differ in field", "returned null")
        .hasSizeLessThan(1_500);
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

  @Test
  void secondStores_areClosedAndDoNotHideTheFirstFailure() {
    Set<StateStore> open = ConcurrentHashMap.newKeySet();
    configure(() -> BrokenSharing.recording(open), KEEPING, BRIEF);
    runTests(method -> ruleOf(method).equals("R19"));
    assertThat(open).isEmpty();

    configure(BrokenSharing::unclosable, KEEPING, BRIEF);
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
    BrokenIdKinds.HASHES.values().forEach(hash -> hashes.add((long) hash.applyAsInt(bytes)));
    hashes.add(IntStream.range(0, bytes.length).mapToLong(at -> bytes[at]).sum());
    return hashes;
  }

  static Stream<Broken> hangingStores() {
    return Stream.concat(BrokenThreads.hanging(), BrokenSharing.hanging());
  }

  @ParameterizedTest
  @MethodSource("hangingStores")
  void hangingStore_failsItsTestAndTheOthersGoOn(Broken broken) {
    var limits = new TimeLimits(Duration.ofMillis(150), Duration.ofMillis(1));
    configure(broken.store(), ContractRuns.capabilitiesOf(broken), limits);
    Events tests = runTests(method -> Set.of(broken.rule(), "R7", "R15").contains(ruleOf(method)));

    assertThat(tests.started().count()).isEqualTo(tests.finished().count()).isGreaterThan(2);
    assertThat(tests.failed().stream().map(ContractRuns::ruleOf)).contains(broken.rule());
    assertThat(tests.failed().stream().map(ContractRuns::messageOf))
        .anySatisfy(message -> assertThat(message).startsWith("the store hangs: no call has"));
    assertThat(tests.failed().stream().map(ContractRuns::thrownBy))
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

  @ParameterizedTest
  @CsvSource({
    "R17 purges though it says that it keeps,   override it",
    "R17 keeps though it says that it purges,   override it",
    "R17 purges though it says that it keeps,   purgesOnDisconnect() is false",
    "R8 drops unknown fields,                   override keepsUnknownFields()",
    "R3 purges nothing when closed,             a state after close() and connect()",
    "R17 writes what it refuses,                of a state whose write was refused",
    "R17 has no session once disconnected,      () while another thread calls disconnect()",
    "R13 refuses 400 KiB,                       override maximumStateSize()",
    "R1 fails in its own way when new,          expected NotConnectedException but was java.lang",
    "R1 ignores writes when new,                expected NotConnectedException but it returned",
    "R15 ignores null,                          expected NullPointerException but it returned",
    "R15 ignores empty ids,                     expected IllegalArgumentException but it returned",
    "R7 returns null when there is none,        getLatestState() returned null",
    "R11 keeps versions as 32 bits,             version_number: expected 2147483648 but was",
    "R18 checks nothing,                        expected StaleWriteException but it returned",
    "R10 keeps ASCII,                           after writes to ids like it: expected its own state",
    "R10 takes colons for slashes,              which was written to id",
    "R10 keeps metadata under id:meta,          after writes to id",
    "R10 keys by murmur3,                       of the same hash as another",
    "R10 cuts at 255 characters,                an id of 255 characters (maximumIdLength() is 255)"
  })
  void brokenStore_saysWhatWasExpected(String broken, String message) {
    assertThat(runRule(find(broken), BRIEF).failed().stream())
        .map(ContractRuns::messageOf)
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
  @SuppressWarnings("NullAway") // on purpose
  void createStore_returnsNull_saysWhatToDo() {
    Events tests = run(() -> null, KEEPING);

    assertThat(tests.failed().stream().map(ContractRuns::messageOf))
        .isNotEmpty()
        .containsOnly("createStore() returned null; return a new store, not connected");
  }

  @Test
  void rules_oneInstanceAndConcurrently_pass() {
    configure(MemoryStateStore::new, PURGING, BRIEF);

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

    assertThat(tests.failed().stream().map(ContractRuns::messageOf)).isEmpty();
    assertThat(tests.succeeded().count()).isGreaterThan(25);
  }

  @Test
  void rule_overriddenAndDisabledInAnotherPackage_isSkippedWithItsReason() {
    Events tests =
        ContractRuns.execute(selectMethod(WithoutTimestamps.class, "r12_anyTimestamp_survives"));

    assertThat(
            tests.skipped().stream().map(event -> event.getRequiredPayload(String.class)).toList())
        .containsExactly("has no timestamps");
  }

  static Broken find(String name) {
    return brokenStores().filter(one -> one.toString().equals(name)).findFirst().orElseThrow();
  }
}
