package io.github.durablestore.contract;

import static io.github.durablestore.broken.BrokenStores.CP1252;
import static io.github.durablestore.broken.BrokenStores.below;
import static io.github.durablestore.broken.BrokenStores.checksum;
import static io.github.durablestore.broken.BrokenStores.decoded;
import static io.github.durablestore.broken.BrokenStores.head;
import static io.github.durablestore.broken.BrokenStores.limited;
import static io.github.durablestore.broken.BrokenStores.mapChars;
import static io.github.durablestore.broken.BrokenStores.none;
import static io.github.durablestore.broken.BrokenStores.only;
import static io.github.durablestore.broken.BrokenStores.until;
import static io.github.durablestore.broken.BrokenStores.withoutZeros;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Named.named;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.UnknownFieldSet;
import io.github.durablestore.StateStore;
import io.github.durablestore.broken.BrokenStateStore.AppliesLate;
import io.github.durablestore.broken.BrokenStateStore.CachesByThread;
import io.github.durablestore.broken.BrokenStateStore.ChecksVersions;
import io.github.durablestore.broken.BrokenStateStore.ConnectedWhenNew;
import io.github.durablestore.broken.BrokenStateStore.ConnectsAnew;
import io.github.durablestore.broken.BrokenStateStore.ConnectsOnRefusedRead;
import io.github.durablestore.broken.BrokenStateStore.DisconnectsWhatItHas;
import io.github.durablestore.broken.BrokenStateStore.IgnoresWritesWhenClosed;
import io.github.durablestore.broken.BrokenStateStore.IgnoresWritesWhenDisconnected;
import io.github.durablestore.broken.BrokenStateStore.IgnoresWritesWhenNew;
import io.github.durablestore.broken.BrokenStateStore.KeepsAbsentPayloads;
import io.github.durablestore.broken.BrokenStateStore.KeepsOneRecordWhenConnectedAgain;
import io.github.durablestore.broken.BrokenStateStore.KeepsUnknownFields;
import io.github.durablestore.broken.BrokenStateStore.LosesUpdates;
import io.github.durablestore.broken.BrokenStateStore.Merges;
import io.github.durablestore.broken.BrokenStateStore.NamesNoParameter;
import io.github.durablestore.broken.BrokenStateStore.NamesNoVersions;
import io.github.durablestore.broken.BrokenStateStore.NeverUnlocks;
import io.github.durablestore.broken.BrokenStateStore.OpenWhenClosed;
import io.github.durablestore.broken.BrokenStateStore.PingsAnew;
import io.github.durablestore.broken.BrokenStateStore.PingsOnly;
import io.github.durablestore.broken.BrokenStateStore.PingsTheFirstConnection;
import io.github.durablestore.broken.BrokenStateStore.ReadsAbsentWhenDisconnected;
import io.github.durablestore.broken.BrokenStateStore.ReadsDefaults;
import io.github.durablestore.broken.BrokenStateStore.RefusesLowerVersions;
import io.github.durablestore.broken.BrokenStateStore.RefusesWhilePinged;
import io.github.durablestore.broken.BrokenStateStore.RefusesWritesTooLate;
import io.github.durablestore.broken.BrokenStateStore.TakesEmptyIds;
import io.github.durablestore.broken.BrokenStateStore.TearsStates;
import io.github.durablestore.broken.BrokenStates;
import io.github.durablestore.broken.BrokenStores;
import io.github.durablestore.broken.NaiveStateStore.Clearing;
import io.github.durablestore.broken.NaiveStateStore.Copying;
import io.github.durablestore.broken.NaiveStateStore.Swapping;
import io.github.durablestore.broken.RightStores;
import io.github.durablestore.egopb.DurableState;
import io.github.durablestore.memory.MemoryStateStore;
import io.github.durablestore.memory.OnDisconnect;
import io.github.durablestore.memory.OnStaleWrite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.Adler32;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;
import org.junit.platform.testkit.engine.Events;

/** The contract fails a store on the rule that it breaks, on that alone, and says what is wrong. */
class StateStoreContractTest {
  private static final Duration GAP = Duration.ofMillis(2);

  @BeforeEach
  void lookForRacesBriefly() {
    RoundLimit.nanos = Duration.ofMillis(200).toNanos();
  }

  @AfterEach
  void lookForRacesAsEver() {
    RoundLimit.nanos = Duration.ofSeconds(2).toNanos();
  }

  static Stream<Arguments> brokenStores() {
    return Stream.of(
        broken("R1", ConnectedWhenNew::new, "read of a store that is new"),
        broken("R1", IgnoresWritesWhenNew::new, "write to a store that is new"),
        broken("R2 R4", ConnectsAnew::new, "read after another connect()"),
        broken("R2 R4", KeepsOneRecordWhenConnectedAgain::new, "read after another connect()"),
        broken("R3", DisconnectsWhatItHas::new, "disconnect() before connect()"),
        broken("R3", OpenWhenClosed::new, "read of a store that was closed"),
        broken("R3", IgnoresWritesWhenClosed::new, "write to a store that was closed"),
        broken("R4", PingsOnly::new, "write after ping() on a new store"),
        broken("R4", PingsAnew::new, "ping()"),
        broken("R4", RefusesWhilePinged::new, "that is written during connect() and ping()"),
        broken("R5", IgnoresWritesWhenDisconnected::new, "write to a store that was disconnected"),
        broken("R5", ConnectsOnRefusedRead::new, "a store that was disconnected"),
        broken(
            "R5", ReadsAbsentWhenDisconnected::new, "NotConnectedException but it threw nothing"),
        broken("R6", PingsTheFirstConnection::new, "ping() after reconnecting"),
        broken("R9", Merges::new, "in place of"),
        broken("R9", KeepsAbsentPayloads::new, "in place of one with other fields"),
        broken("R9", KeepsUnknownFields::new, "in place of one with other fields"),
        broken("R9", RefusesLowerVersions::new, "override refusesStaleWrites()"),
        broken("R15", TakesEmptyIds::new, "write of an empty id"),
        broken("R15", NamesNoParameter::new, "that names \"persistenceId\""),
        broken("R16 R4", LosesUpdates::new, "read of a"),
        broken("R16 R4", TearsStates::new, "one of them, whole"),
        broken("R16 R4", CachesByThread::new, "read of what another thread has written"),
        broken("R16 R4", AppliesLate::new, "read of what another thread has written"),
        broken("R17", () -> new Clearing(GAP), "read after disconnect() and connect()"),
        broken("R17", () -> new Swapping(GAP), "read in the connection in which"));
  }

  static Stream<Arguments> brokenKeepingStores() {
    return Stream.of(
        broken("R5", RefusesWritesTooLate::new, "read of an id whose write was refused"),
        broken("R7 R5", ReadsDefaults::new, "read of an id never written"),
        broken("R17", () -> new Copying(GAP), "read after disconnect() and connect()"));
  }

  /** Stores that check versions, and do it wrong. */
  static Stream<Arguments> brokenCheckingStores() {
    return Stream.of(
        checking("signed", (next, latest) -> next > latest),
        checking("equal is greater", (next, latest) -> Long.compareUnsigned(next, latest) >= 0),
        checking("equal only is refused", (next, latest) -> !next.equals(latest)),
        checking("never", (next, latest) -> true),
        checking("one by one", (next, latest) -> next == latest + 1),
        checking("in two steps", (next, latest) -> Long.compareUnsigned(next, latest) > 0),
        broken("R18", NamesNoVersions::new, "a message that contains"));
  }

  private static Arguments checking(String name, BiPredicate<Long, Long> isGreater) {
    return arguments(
        "R18", named(name, (Supplier<StateStore>) () -> new ChecksVersions(isGreater)), "version");
  }

  /** Stores that take ids for one another. */
  static Stream<Arguments> brokenIds() {
    return Stream.of(
        ids("ASCII", id -> new String(id.getBytes(US_ASCII), US_ASCII)),
        ids("Latin 1", id -> new String(id.getBytes(ISO_8859_1), ISO_8859_1)),
        ids("code page 1252", id -> new String(id.getBytes(CP1252), CP1252)),
        ids("no supplementary letters", id -> id.replaceAll("[^\\x{0}-\\x{ffff}]", "?")),
        ids("7 bits", id -> mapChars(id, c -> c & 0x7f)),
        ids("8 bits", id -> mapChars(id, c -> c & 0xff)),
        ids("hash code", id -> "h" + id.hashCode()),
        ids("hash of bytes", id -> "h" + Arrays.hashCode(id.getBytes(UTF_8))),
        ids("CRC", id -> "h" + checksum(new CRC32(), id)),
        ids("Adler", id -> "h" + checksum(new Adler32(), id)),
        ids("16-bit hash", id -> "h" + (id.hashCode() & 0xffff)),
        ids("lower case", id -> id.toLowerCase(Locale.ROOT)),
        ids("upper case", id -> id.toUpperCase(Locale.ROOT)),
        ids("Turkish", id -> id.toLowerCase(Locale.forLanguageTag("tr"))),
        ids("ASCII case", id -> mapChars(id, c -> c >= 'A' && c <= 'Z' ? c + 32 : c)),
        ids("case beyond ASCII", id -> mapChars(id, c -> c < 128 ? c : Character.toLowerCase(c))),
        ids("folded", id -> id.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT)),
        ids("NFC", id -> Normalizer.normalize(id, Normalizer.Form.NFC)),
        ids("NFD", id -> Normalizer.normalize(id, Normalizer.Form.NFD)),
        ids("NFKC", id -> Normalizer.normalize(id, Normalizer.Form.NFKC)),
        ids("NFKD", id -> Normalizer.normalize(id, Normalizer.Form.NFKD)),
        ids("no accents", BrokenStores::withoutAccents),
        ids("trim", String::trim),
        ids("strip", String::strip),
        ids("strip leading", String::stripLeading),
        ids("strip trailing", String::stripTrailing),
        ids("one blank", id -> id.replaceAll("\\s+", " ")),
        ids("no blanks", id -> id.replaceAll("\\s", "")),
        ids("no control characters", id -> id.replaceAll("\\p{Cntrl}", "")),
        ids("no format characters", id -> id.replaceAll("\\p{Cf}", "")),
        ids("no variation selectors", id -> id.replace("\ufe0f", "")),
        ids("no marks", id -> id.replaceAll("\\p{M}", "")),
        ids("64 characters", id -> head(id, 64)),
        ids("128 characters", id -> head(id, 128)),
        ids("254 characters", id -> head(id, 254)),
        ids("the last 254", id -> id.substring(Math.max(0, id.length() - 254))),
        ids("255 bytes", BrokenStores::bytes255),
        ids("head and tail", id -> id.length() < 200 ? id : head(id, 99) + id.substring(156)),
        ids("until NUL", id -> until(id, "\0")),
        ids("until a colon", id -> until(id, ":")),
        ids("until a slash", id -> until(id, "/")),
        ids("until a hash", id -> until(id, "#")),
        ids("until a question mark", id -> until(id, "?")),
        ids("until a line break", id -> until(id, "\n")),
        ids("until an at", id -> until(id, "@")),
        ids("after a bar", id -> id.substring(id.lastIndexOf('|') + 1)),
        ids("decoded", id -> decoded(id)),
        ids("decoded blanks", id -> id.replace("%20", " ")),
        ids("plus is a blank", id -> id.replace('+', ' ')),
        ids("HTML", id -> id.replace("&amp;", "&")),
        ids("unescaped", id -> id.replace("\\\\", "\\")),
        ids("unquoted", id -> id.replace("''", "'")),
        ids("no quotes", id -> id.replaceAll("['\"]", "")),
        ids("one slash", id -> id.replaceAll("/+", "/")),
        ids("no slash at the end", id -> id.replaceAll("/+$", "")),
        ids("path", id -> id.replace("/./", "/").replace("/b/../", "/")),
        ids("backslash", id -> id.replace('\\', '/')),
        ids("safe letters", id -> id.replaceAll("[^A-Za-z0-9-]", "_")),
        ids("dots", id -> id.replace('.', '_')),
        ids("no hyphens", id -> id.replace("-", "")),
        ids("numbers", id -> id.replaceAll("(?<=-[0-9a-f]{12})0+(?=\\d)", "")),
        ids(
            "bag of letters",
            id -> id.chars().sorted().mapToObj(Character::toString).collect(joining())),
        ids("reversed pairs", id -> id.replace("ba", "ab")),
        refusing("quotes", id -> id.contains("'")),
        refusing("NUL", id -> id.contains("\0")),
        refusing("supplementary letters", id -> id.codePoints().anyMatch(c -> c > 0xffff)),
        refusing("200 characters", id -> id.length() > 200),
        refusing("255 bytes", id -> id.getBytes(UTF_8).length > 255),
        refusing("per cents", id -> id.contains("%zz")),
        refusing("slashes", id -> id.contains("/")),
        refusing("blanks around", id -> !id.strip().equals(id)),
        refusing("braces", id -> id.contains("{")),
        refusing("noncharacters", id -> id.contains("\uffff")));
  }

  /** Stores that change what they keep; each rule is one that notices. */
  @SuppressWarnings({"UnnecessaryLongToIntConversion", "SelfSet"}) // as a broken store does
  static Stream<Arguments> brokenStates() {
    return Stream.of(
        edits("R8", "no version", DurableState.Builder::clearVersionNumber),
        edits("R8", "no payload", DurableState.Builder::clearResultingState),
        edits("R8", "no time", DurableState.Builder::clearTimestamp),
        edits("R8", "no shard", DurableState.Builder::clearShard),
        edits("R8", "no unknown fields", s -> s.setUnknownFields(none())),
        payloads("R8", "no unknown fields in Any", BrokenStores::withoutUnknown),
        edits(
            "R8",
            "no groups",
            s -> s.setUnknownFields(only(s.getUnknownFields(), f -> f.getGroupList().isEmpty()))),
        edits(
            "R8",
            "varints",
            s -> s.setUnknownFields(only(s.getUnknownFields(), f -> !f.getVarintList().isEmpty()))),
        edits(
            "R8",
            "one value",
            s -> s.setUnknownFields(only(s.getUnknownFields(), f -> f.getVarintList().size() < 2))),
        edits("R8", "small numbers", s -> s.setUnknownFields(below(1 << 20, s.getUnknownFields()))),
        edits(
            "R8",
            "no field 4",
            s ->
                s.setUnknownFields(
                    UnknownFieldSet.newBuilder(s.getUnknownFields()).clearField(4).build())),
        edits("R8", "shard 0 is 1", s -> s.getShard() == 0 ? s.setShard(1) : s),
        edits("R8", "now", s -> s.getTimestamp() == 0 ? s.setTimestamp(42) : s),
        edits("R8", "version 0 is 1", s -> s.getVersionNumber() == 0 ? s.setVersionNumber(1) : s),
        edits(
            "R11",
            "version is a float",
            s -> s.setVersionNumber((long) (float) s.getVersionNumber())),
        edits(
            "R11",
            "version is a double",
            s -> s.setVersionNumber((long) (double) s.getVersionNumber())),
        edits("R11", "version is an int", s -> s.setVersionNumber((int) s.getVersionNumber())),
        edits(
            "R11",
            "version is unsigned int",
            s -> s.setVersionNumber(s.getVersionNumber() & 0xffffffffL)),
        edits(
            "R11",
            "version is not negative",
            s -> s.setVersionNumber(Math.abs(s.getVersionNumber()))),
        edits(
            "R11",
            "version has 63 bits",
            s -> s.setVersionNumber(s.getVersionNumber() & Long.MAX_VALUE)),
        edits(
            "R11",
            "version is at most 2^63-1",
            s -> s.getVersionNumber() < 0 ? s.setVersionNumber(Long.MAX_VALUE) : s),
        edits(
            "R11",
            "versions and shards are mixed up",
            s -> s.getVersionNumber() < 0 ? s.setVersionNumber(s.getShard()) : s),
        edits("R11", "shard is a float", s -> s.setShard((long) (float) s.getShard())),
        edits("R11", "shard is a double", s -> s.setShard((long) (double) s.getShard())),
        edits("R11", "shard is an int", s -> s.setShard((int) s.getShard())),
        edits("R11", "shard is a short", s -> s.setShard((short) s.getShard())),
        edits("R11", "shard is not negative", s -> s.setShard(Math.abs(s.getShard()))),
        edits(
            "R12",
            "time in seconds",
            s ->
                s.setTimestamp(
                    s.getTimestamp() / 1_000 * 1_000
                        + (s.getTimestamp() < 1_000 ? s.getTimestamp() % 1_000 : 0))),
        edits("R12", "time is a double", s -> s.setTimestamp((long) (double) s.getTimestamp())),
        edits("R12", "time is an int", s -> s.setTimestamp((int) s.getTimestamp())),
        edits("R12", "time is not negative", s -> s.setTimestamp(Math.max(0, s.getTimestamp()))),
        edits("R12", "time is not -1", s -> s.getTimestamp() == -1 ? s.clearTimestamp() : s),
        edits(
            "R12",
            "time ends in 9999",
            s -> s.setTimestamp(Math.min(s.getTimestamp(), 253402300799999L))),
        edits(
            "R12",
            "time begins in the year 1",
            s -> s.setTimestamp(Math.max(s.getTimestamp(), -62135596800000L))),
        edits(
            "R12",
            "microseconds",
            s -> s.setTimestamp(Math.floorDiv(s.getTimestamp() * 1_000, 1_000L))),
        edits("R13", "absent is empty", s -> s.setResultingState(s.getResultingState())),
        edits(
            "R13",
            "empty is absent",
            s ->
                s.getResultingState().equals(Any.getDefaultInstance())
                    ? s.clearResultingState()
                    : s),
        payloads(
            "R13",
            "64 KiB",
            any ->
                any.setValue(any.getValue().substring(0, Math.min(any.getValue().size(), 65_535)))),
        payloads(
            "R13",
            "8,000 bytes",
            any ->
                any.setValue(
                    any.getValue().substring(0, Math.min(any.getValue().size(), 8_000 - 1)))),
        edits("R13", "400 KiB", s -> limited(s, 400 << 10)),
        edits("R13", "1 MiB", s -> limited(s, 1 << 20)),
        payloads("R14", "no zeros at the end", any -> any.setValue(withoutZeros(any.getValue()))),
        payloads(
            "R14",
            "text",
            any -> any.setValue(ByteString.copyFromUtf8(any.getValue().toStringUtf8()))),
        payloads(
            "R14", "known types", any -> any.getTypeUrl().contains("no.such") ? any.clear() : any),
        payloads("R14", "canonical bytes", BrokenStores::canonical),
        payloads(
            "R14",
            "one prefix",
            any -> any.setTypeUrl(any.getTypeUrl().replaceAll("^.*/", "type.googleapis.com/"))),
        payloads(
            "R14",
            "a prefix",
            any ->
                any.getTypeUrl().contains("/")
                    ? any
                    : any.setTypeUrl("type.googleapis.com/" + any.getTypeUrl())),
        payloads(
            "R14",
            "lower case",
            any ->
                any.setTypeUrl(
                    any.getTypeUrl()
                        .toLowerCase(Locale.ROOT)
                        .replace("stringvalue", "StringValue")
                        .replace("type", "type"))),
        payloads(
            "R14",
            "no value without a type",
            any -> any.getTypeUrl().isEmpty() ? any.clearValue() : any),
        payloads(
            "R14",
            "no type without a value",
            any -> any.getValue().isEmpty() ? any.clearTypeUrl() : any),
        payloads(
            "R14",
            "trimmed",
            any ->
                any.setValue(
                    ByteString.copyFrom(any.getValue().toString(ISO_8859_1).strip(), ISO_8859_1))),
        payloads(
            "R14",
            "ASCII types",
            any -> any.setTypeUrl(new String(any.getTypeUrl().getBytes(US_ASCII), US_ASCII))));
  }

  private static Arguments ids(String name, UnaryOperator<String> ids) {
    return arguments(named(name, (Supplier<StateStore>) () -> BrokenStates.ids(ids)));
  }

  private static Arguments refusing(String name, Predicate<String> refused) {
    return arguments(
        named("refuses " + name, (Supplier<StateStore>) () -> BrokenStates.refusingIds(refused)));
  }

  private static Arguments edits(
      String rule, String name, UnaryOperator<DurableState.Builder> edit) {
    return arguments(rule, named(name, (Supplier<StateStore>) () -> BrokenStates.edits(edit)));
  }

  private static Arguments payloads(String rule, String name, UnaryOperator<Any.Builder> edit) {
    return edits(
        rule,
        name,
        state ->
            state.hasResultingState()
                ? state.setResultingState(edit.apply(state.getResultingState().toBuilder()))
                : state);
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

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("brokenCheckingStores")
  void brokenCheckingStore_failsTheRuleItBreaks(
      String rule, Supplier<StateStore> store, String message) {
    Binding.refusesStaleWrites = true;
    try {
      Events tests = Binding.run(store, false);
      assertThat(rulesFailed(tests)).contains(rule);
      assertThat(messageOf(ofRule(rule, tests))).contains(message);
    } finally {
      Binding.refusesStaleWrites = false;
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("brokenIds")
  void storeThatMixesUpIds_failsR10(Supplier<StateStore> store) {
    Events tests = Binding.run(store, true, "r10_");

    assertThat(rulesFailed(tests)).containsOnly("R10");
    assertThat(messageOf(ofRule("R10", tests)))
        .containsPattern("(read|write) of an id |of a random id, seed ")
        .hasSizeLessThan(2_000);
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("brokenStates")
  void storeThatChangesStates_failsTheRule(String rule, Supplier<StateStore> store) {
    Events tests = Binding.run(store, true, rule.toLowerCase(Locale.ROOT) + "_");

    assertThat(rulesFailed(tests)).containsOnly(rule);
    assertThat(messageOf(ofRule(rule, tests)))
        .containsPattern("(read|write|text) of a state")
        .hasSizeLessThan(2_000);
  }

  @Test
  void storeThatHangs_failsItsTestAndTheOthersGoOn() {
    Trial.limit = 1;
    try {
      Events tests = Binding.run(NeverUnlocks::new, true, "r1");

      assertThat(messageOf(ofRule("R15", tests)))
          .startsWith("the store hangs: after 1 s it was in")
          .contains("NeverUnlocks.writeState");
      assertThat(tests.succeeded().count()).isPositive();
    } finally {
      Trial.limit = 50;
    }
  }

  @Test
  @SuppressWarnings("NullAway") // on purpose
  void createStore_ofNull_isRefused() {
    assertThat(messageOf(ofRule("R7", Binding.run(() -> null, true, "r7_"))))
        .isEqualTo("createStore() returned null; return a new store that is not connected");
  }

  static Stream<Arguments> rightStores() {
    return Stream.of(
        right("memory", true, MemoryStateStore::new),
        right("memory that keeps", false, () -> new MemoryStateStore(OnDisconnect.KEEP)),
        right("one lock", true, RightStores.OneLock::new),
        right("serialized", true, RightStores.Serialized::new),
        right("a table", true, RightStores.Table::new),
        right("escaped ids", true, RightStores.EscapedIds::new),
        right("slow", true, RightStores.Slow::new));
  }

  private static Arguments right(String name, boolean purges, Supplier<StateStore> store) {
    return arguments(named(name, store), purges);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rightStores")
  void rightStore_passes(Supplier<StateStore> store, boolean purges) {
    lookForRacesAsEver();
    Events tests = Binding.run(store, purges);

    assertThat(tests.failed().stream().map(StateStoreContractTest::messageOf)).isEmpty();
    assertThat(tests.succeeded().count()).isGreaterThan(20);
  }

  @Test
  void rightStoreThatChecksVersions_passes() {
    Binding.refusesStaleWrites = true;
    try {
      Events tests =
          Binding.run(
              () ->
                  new MemoryStateStore(
                      TypeRegistry.getEmptyTypeRegistry(), OnDisconnect.KEEP, OnStaleWrite.REFUSE),
              false);

      assertThat(tests.failed().stream().map(StateStoreContractTest::messageOf)).isEmpty();
      assertThat(tests.aborted().stream().map(StateStoreContractTest::messageOf))
          .containsExactly("Assumption failed: purgesOnDisconnect() is false");
    } finally {
      Binding.refusesStaleWrites = false;
    }
  }

  @Test
  void instanceForAllTestsAtOnce_getsTheSameVerdicts() {
    Events tests =
        EngineTestKit.engine("junit-jupiter")
            .selectors(selectClass(AtOnce.class))
            .configurationParameter("junit.jupiter.execution.parallel.enabled", "true")
            .configurationParameter("junit.jupiter.execution.parallel.config.strategy", "fixed")
            .configurationParameter(
                "junit.jupiter.execution.parallel.config.fixed.parallelism", "4")
            .execute()
            .testEvents();

    assertThat(tests.failed().stream().map(StateStoreContractTest::messageOf)).isEmpty();
    assertThat(tests.succeeded().count()).isGreaterThan(20);
  }

  @TestInstance(Lifecycle.PER_CLASS)
  @Execution(ExecutionMode.CONCURRENT)
  static final class AtOnce extends StateStoreContract {
    @Override
    protected StateStore createStore() {
      return new MemoryStateStore(OnDisconnect.KEEP);
    }
  }

  @Test
  void rule_disabledInASubclass_isSkipped() {
    Events tests =
        EngineTestKit.engine("junit-jupiter")
            .selectors(selectClass(acme.billing.CaseInsensitiveStoreTest.class))
            .execute()
            .testEvents();

    assertThat(tests.failed().count()).isZero();
    assertThat(
            tests.skipped().stream()
                .map(event -> ruleOf(event.getTestDescriptor().getDisplayName())))
        .hasSize(2);
  }

  @Test
  void everyRule_hasABrokenStore() {
    Set<String> broken =
        Stream.of(
                brokenStores(),
                brokenKeepingStores(),
                brokenCheckingStores(),
                brokenStates(),
                Stream.of(arguments("R10")))
            .flatMap(stores -> stores)
            .map(arguments -> ((String) arguments.get()[0]).split(" ", 2)[0])
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

    assertThat(rulesOfContract()).hasSize(18).isEqualTo(documented);
  }

  @Test
  void absentCapability_isSkippedWithItsReason() {
    Binding.limited = true;
    try {
      Events tests = Binding.run(MemoryStateStore::new, true);

      assertThat(tests.failed().count()).isZero();
      assertThat(tests.aborted().stream().map(StateStoreContractTest::messageOf))
          .containsExactlyInAnyOrder(
              "Assumption failed: maximumIdLength() is 100",
              "Assumption failed: maximumStateSize() is 409600",
              "Assumption failed: keepsUnknownFields() is false",
              "Assumption failed: refusesStaleWrites() is false",
              "Assumption failed: purgesOnDisconnect() is true");
    } finally {
      Binding.limited = false;
    }
  }

  /** Verifies that the first of the rules fails, with a message, and none but them. */
  private static void assertFailsOnly(String rules, String message, Events tests) {
    String first = rules.split(" ", 2)[0];
    assertThat(rulesFailed(tests)).contains(first).isSubsetOf(rules.split(" "));
    assertThat(messageOf(ofRule(first, tests))).contains(message);
  }

  private static Set<String> rulesFailed(Events tests) {
    return tests.failed().stream()
        .map(StateStoreContractTest::ruleOf)
        .collect(toCollection(TreeSet::new));
  }

  private static Event ofRule(String rule, Events tests) {
    return tests.failed().stream()
        .filter(event -> ruleOf(event).equals(rule))
        .findFirst()
        .orElseThrow();
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
    private static boolean limited;
    private static boolean refusesStaleWrites;

    static Events run(Supplier<StateStore> store, boolean purges) {
      return run(store, purges, "r");
    }

    /** Runs the rules whose methods are named so. */
    static Events run(Supplier<StateStore> store, boolean purges, String prefix) {
      Binding.store = store;
      Binding.purges = purges;
      return EngineTestKit.engine("junit-jupiter")
          .selectors(
              Arrays.stream(StateStoreContract.class.getDeclaredMethods())
                  .filter(method -> method.isAnnotationPresent(Test.class))
                  .filter(method -> method.getName().startsWith(prefix))
                  .map(method -> selectMethod(Binding.class, method))
                  .toArray(DiscoverySelector[]::new))
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
      return limited ? 100 : 255;
    }

    @Override
    protected long maximumStateSize() {
      return limited ? 400 << 10 : Long.MAX_VALUE;
    }

    @Override
    protected boolean keepsUnknownFields() {
      return !limited;
    }

    @Override
    protected boolean refusesStaleWrites() {
      return refusesStaleWrites;
    }
  }
}
