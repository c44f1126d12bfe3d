package io.github.durablestore.contract;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Named.named;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.github.durablestore.StateStore;
import io.github.durablestore.broken.BrokenStateStore.ConnectedWhenNew;
import io.github.durablestore.broken.BrokenStateStore.ConnectsAnew;
import io.github.durablestore.broken.BrokenStateStore.ConnectsOnRefusedRead;
import io.github.durablestore.broken.BrokenStateStore.CutsIdsOff;
import io.github.durablestore.broken.BrokenStateStore.DisconnectsWhatItHas;
import io.github.durablestore.broken.BrokenStateStore.DropsControlCharacters;
import io.github.durablestore.broken.BrokenStateStore.DropsUnknownFields;
import io.github.durablestore.broken.BrokenStateStore.IgnoresCase;
import io.github.durablestore.broken.BrokenStateStore.IgnoresWritesWhenClosed;
import io.github.durablestore.broken.BrokenStateStore.IgnoresWritesWhenDisconnected;
import io.github.durablestore.broken.BrokenStateStore.IgnoresWritesWhenNew;
import io.github.durablestore.broken.BrokenStateStore.KeepsAbsentPayloads;
import io.github.durablestore.broken.BrokenStateStore.KeepsOneRecordWhenConnectedAgain;
import io.github.durablestore.broken.BrokenStateStore.KeepsUnknownFields;
import io.github.durablestore.broken.BrokenStateStore.KnowsTypes;
import io.github.durablestore.broken.BrokenStateStore.LimitsPayloads;
import io.github.durablestore.broken.BrokenStateStore.LosesUpdates;
import io.github.durablestore.broken.BrokenStateStore.Merges;
import io.github.durablestore.broken.BrokenStateStore.NamesNoParameter;
import io.github.durablestore.broken.BrokenStateStore.NormalizesUnicode;
import io.github.durablestore.broken.BrokenStateStore.OpenWhenClosed;
import io.github.durablestore.broken.BrokenStateStore.PingsAnew;
import io.github.durablestore.broken.BrokenStateStore.PingsOnly;
import io.github.durablestore.broken.BrokenStateStore.PingsTheFirstConnection;
import io.github.durablestore.broken.BrokenStateStore.ReadsDefaults;
import io.github.durablestore.broken.BrokenStateStore.RefusesLowerVersions;
import io.github.durablestore.broken.BrokenStateStore.RefusesWritesTooLate;
import io.github.durablestore.broken.BrokenStateStore.RequiresPayloads;
import io.github.durablestore.broken.BrokenStateStore.SetsTimes;
import io.github.durablestore.broken.BrokenStateStore.SignedVersions;
import io.github.durablestore.broken.BrokenStateStore.SmallShards;
import io.github.durablestore.broken.BrokenStateStore.TakesEmptyIds;
import io.github.durablestore.broken.BrokenStateStore.TearsStates;
import io.github.durablestore.broken.BrokenStateStore.Trims;
import io.github.durablestore.broken.NaiveStateStore.Clearing;
import io.github.durablestore.broken.NaiveStateStore.Copying;
import io.github.durablestore.broken.NaiveStateStore.Swapping;
import io.github.durablestore.memory.MemoryStateStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;
import org.junit.platform.testkit.engine.Events;

/** The contract fails a store on the rule that it breaks, on that alone, and says what is wrong. */
class StateStoreContractTest {
  private static final Duration GAP = Duration.ofMillis(2);

  static Stream<Arguments> brokenStores() {
    return Stream.of(
        broken("R1", ConnectedWhenNew::new, "read of a store that is new"),
        broken("R1", IgnoresWritesWhenNew::new, "write to a store that is new"),
        broken("R2", ConnectsAnew::new, "read after the second connect()"),
        broken("R2", KeepsOneRecordWhenConnectedAgain::new, "read after the second connect()"),
        broken("R3", DisconnectsWhatItHas::new, "disconnect() before connect()"),
        broken("R3", OpenWhenClosed::new, "read of a store that was closed"),
        broken("R3", IgnoresWritesWhenClosed::new, "write to a store that was closed"),
        broken("R4", PingsOnly::new, "write after ping() on a new store"),
        broken("R4", PingsAnew::new, "read after ping() when connected"),
        broken("R5", IgnoresWritesWhenDisconnected::new, "write to a store that was disconnected"),
        broken("R5", ConnectsOnRefusedRead::new, "a store that was disconnected"),
        broken("R6", PingsTheFirstConnection::new, "ping() after reconnecting"),
        broken("R8", DropsUnknownFields::new, "read of a state with a field of a later version"),
        broken("R9", Merges::new, "read of a state of version 0, in place of it"),
        broken("R9", KeepsAbsentPayloads::new, "without a payload, in place of one with"),
        broken("R9", KeepsUnknownFields::new, "without unknown fields, in place of one with"),
        broken("R9", RefusesLowerVersions::new, "read of a state of a lower version"),
        broken("R10", IgnoresCase::new, "after writes to ids like it"),
        broken("R10", Trims::new, "after writes to ids like it"),
        broken("R10", DropsControlCharacters::new, "after writes to ids like it"),
        broken("R10", NormalizesUnicode::new, "after writes to ids like it"),
        broken("R10", CutsIdsOff::new, "after writes to ids like it"),
        broken("R11", SignedVersions::new, "write of a state of version and shard 92233"),
        broken("R11", SmallShards::new, "read of a state of version and shard 18446"),
        broken("R12", SetsTimes::new, "read of a state of timestamp -1"),
        broken("R13", RequiresPayloads::new, "write of a state without resulting_state"),
        broken("R13", LimitsPayloads::new, "write of a state with one of 1 MiB"),
        broken("R14", KnowsTypes::new, "read of a state of an unknown type"),
        broken("R15", TakesEmptyIds::new, "write of an empty id"),
        broken("R15", NamesNoParameter::new, "read of null"),
        broken("R16", LosesUpdates::new, "read of a"),
        broken("R16", TearsStates::new, "one of them, whole"),
        broken("R17", () -> new Clearing(GAP), "read after a cut"),
        broken("R17", () -> new Swapping(GAP), "read in the connection in which"));
  }

  static Stream<Arguments> brokenKeepingStores() {
    return Stream.of(
        broken("R5", RefusesWritesTooLate::new, "read after disconnecting and connecting"),
        broken("R7", ReadsDefaults::new, "read of an id never written"),
        broken("R17", () -> new Copying(GAP), "read after a cut"));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("brokenStores")
  void brokenStore_failsTheRuleItBreaks(String rule, Supplier<StateStore> store, String message) {
    assertFailsOnly(rule, message, Binding.run(store, true));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("brokenKeepingStores")
  void brokenKeepingStore_failsTheRuleItBreaks(
      String rule, Supplier<StateStore> store, String message) {
    assertFailsOnly(rule, message, Binding.run(store, false));
  }

  @Test
  void everyRule_hasABrokenStore() {
    Set<String> broken =
        Stream.concat(brokenStores(), brokenKeepingStores())
            .map(arguments -> (String) arguments.get()[0])
            .collect(toCollection(TreeSet::new));

    assertThat(broken).isEqualTo(rulesOfContract());
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

    assertThat(rulesOfContract()).hasSize(17).isEqualTo(documented);
  }

  @Test
  void absentCapability_isSkippedWithItsReason() {
    Binding.maximumIdLength = 100;
    try {
      Events tests = Binding.run(MemoryStateStore::new, true);

      assertThat(tests.failed().count()).isZero();
      assertThat(tests.aborted().stream().map(StateStoreContractTest::messageOf))
          .containsExactlyInAnyOrder(
              "Assumption failed: maximumIdLength() is 100",
              "Assumption failed: purgesOnDisconnect() is true");
    } finally {
      Binding.maximumIdLength = 255;
    }
  }

  private static void assertFailsOnly(String rule, String message, Events tests) {
    assertThat(tests.failed().stream().map(StateStoreContractTest::ruleOf)).containsOnly(rule);
    assertThat(tests.failed().stream().map(StateStoreContractTest::messageOf))
        .allSatisfy(failure -> assertThat(failure).contains(message));
  }

  private static String ruleOf(Event event) {
    return ruleOf(event.getTestDescriptor().getDisplayName());
  }

  private static String ruleOf(String displayName) {
    return displayName.split(" ", 2)[0];
  }

  private static String messageOf(Event failure) {
    return failure
        .getRequiredPayload(TestExecutionResult.class)
        .getThrowable()
        .map(Throwable::getMessage)
        .orElseThrow();
  }

  private static Set<String> rulesOfContract() {
    return Arrays.stream(StateStoreContract.class.getDeclaredMethods())
        .filter(method -> method.isAnnotationPresent(Test.class))
        .map(method -> ruleOf(method.getAnnotation(DisplayName.class).value()))
        .collect(toCollection(TreeSet::new));
  }

  private static Arguments broken(String rule, Supplier<StateStore> store, String message) {
    return arguments(rule, named(store.get().getClass().getSimpleName(), store), message);
  }

  /** The contract, bound to the store of the test that runs. */
  static final class Binding extends StateStoreContract {
    private static Supplier<StateStore> store = MemoryStateStore::new;
    private static boolean purges;
    private static int maximumIdLength = 255;

    static Events run(Supplier<StateStore> store, boolean purges) {
      Binding.store = store;
      Binding.purges = purges;
      return EngineTestKit.engine("junit-jupiter")
          .selectors(selectClass(Binding.class))
          .execute()
          .testEvents();
    }

    @Override
    protected StateStore createStore() {
      return store.get();
    }

    @Override
    protected boolean purgesOnDisconnect() {
      return purges;
    }

    @Override
    protected int maximumIdLength() {
      return maximumIdLength;
    }
  }
}
