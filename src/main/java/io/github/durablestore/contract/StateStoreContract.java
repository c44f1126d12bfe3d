package io.github.durablestore.contract;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.durablestore.StateStore;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * The rules of {@link StateStore} as tests that any store can run. The name of each test starts
 * with the number of its rule.
 *
 * <pre>{@code
 * class PostgresStateStoreTest extends StateStoreContract {
 *   @Override
 *   protected StateStore createStore() {
 *     return new PostgresStateStore(dataSource);
 *   }
 * }
 * }</pre>
 *
 * <p>To declare what your store does differently, override {@link #purgesOnDisconnect()}, {@link
 * #maximumIdLength()}, {@link #maximumStateSize()}, {@link #timestampResolution()}, {@link
 * #keepsUnknownFields()}, {@link #refusesStaleWrites()} or {@link #acceptsOnlyNextVersion()}. If
 * its data can be shared, override {@link #createStoreOnSameData}. A test that does not apply is
 * then reported as skipped, with the reason. If a declaration is missing, the test that is about it
 * fails, and others that would pass with it are skipped. To disable any other test, override it:
 *
 * <pre>{@code
 * @Test
 * @Disabled("text in PostgreSQL cannot contain U+0000")
 * @Override
 * protected void r14_zeroCharacterInTypeUrl_isUntouched() {}
 * }</pre>
 *
 * <p>Each test creates a store, or several, and closes them. It writes under persistence ids that
 * no other test uses, so stores may share one database that also contains other records. These ids
 * contain {@code contract-}, in lower or upper case, except for those of R10 that start with a
 * random UUID or number, or are characters of 4 bytes. The tests do not delete their records: if
 * that matters, delete them in an {@code @AfterEach} or {@code @AfterAll} method. The tests share
 * no state: they may run concurrently, and on one instance of the class.
 *
 * <p>A test has no time limit. A single call that does not return within 30 s, or within 300 s
 * while those of other threads return, fails its test, with the stack traces of the test's threads,
 * and the other tests continue. The hanging thread is abandoned, and its store is not closed.
 *
 * <p>Races are found by chance. {@linkplain io.github.durablestore.contract The package} says how
 * often, how long all tests take, and how to generate the same ids again.
 */
public abstract class StateStoreContract {
  /** For subclasses. */
  protected StateStoreContract() {}

  /**
   * Creates the store under test. It is called on a thread that the test starts, not on JUnit's.
   *
   * @return a new store, not connected
   */
  protected abstract StateStore createStore();

  /**
   * Returns whether {@link StateStore#disconnect()} discards the records.
   *
   * @return {@code false} by default: the records are still there after the next {@code connect()}
   */
  protected boolean purgesOnDisconnect() {
    return false;
  }

  /**
   * Returns the maximum length of a persistence id in Unicode code points, each of up to 4 bytes in
   * UTF-8. The tests need at least 64.
   *
   * @return 255 by default
   */
  protected int maximumIdLength() {
    return Ids.LONGEST;
  }

  /**
   * Returns the maximum size of a serialized state in bytes. The store must refuse a larger one, or
   * keep it whole. The tests need at least 4,096.
   *
   * @return {@link Long#MAX_VALUE} by default: unlimited
   */
  protected long maximumStateSize() {
    return Long.MAX_VALUE;
  }

  /**
   * Returns the number of which each timestamp must be a multiple to be kept as it is. The unit is
   * that of the timestamps that you write. If these are in milliseconds, as eGo's are, a store that
   * keeps whole seconds returns 1,000. R12 then tries multiples of this number only. The other
   * tests write multiples of 1,000.
   *
   * @return 1 by default: any timestamp is kept; otherwise a divisor of 1,000
   */
  protected long timestampResolution() {
    return 1;
  }

  /**
   * Returns whether the store keeps unknown fields, both of the state and of its {@link
   * com.google.protobuf.Any}. A store with a column for each field does not. Every store keeps the
   * unknown fields of the payload, since they are part of its bytes.
   *
   * @return {@code true} by default
   */
  protected boolean keepsUnknownFields() {
    return true;
  }

  /**
   * Returns whether the store refuses a write whose version is not greater than that of the latest
   * state, as R18 says.
   *
   * @return {@code false} by default: the last write wins, whatever its version
   */
  protected boolean refusesStaleWrites() {
    return false;
  }

  /**
   * Returns whether the store refuses all versions but the next one, as {@code UPDATE ... WHERE
   * version = :version - 1} does. It then {@linkplain #refusesStaleWrites() refuses stale writes}
   * too. The first version of an id may be any.
   *
   * @return {@code false} by default: a version may be greater than the next one
   */
  protected boolean acceptsOnlyNextVersion() {
    return false;
  }

  /**
   * Creates a second store over the data of another, for R19: as a second process would, without
   * the connection and the caches of the first.
   *
   * @param store a store from {@link #createStore()}, or from this method, which may be connected
   * @return a new store, not connected; {@code null} by default, which skips R19. R8 and R10 to R14
   *     read from it too, unless the store purges.
   */
  protected @Nullable StateStore createStoreOnSameData(StateStore store) {
    return null;
  }

  /** Returns what the store can do, as the methods above declare it. */
  Capabilities capabilities() {
    return new Capabilities(
        purgesOnDisconnect(),
        maximumIdLength(),
        maximumStateSize(),
        timestampResolution(),
        keepsUnknownFields(),
        refusesStaleWrites(),
        acceptsOnlyNextVersion());
  }

  /** Returns how long a call may take before it counts as hung, and how long to look for a race. */
  TimeLimits limits() {
    return new TimeLimits(Duration.ofSeconds(30), Duration.ofMillis(200));
  }

  /** If it fails, a test may unknowingly use a store that another test has set up. */
  @Test
  @DisplayName("R1 a new store is not connected")
  protected void r1_newStore_isNotConnected() {
    check(Lifecycle::newStore);
  }

  /** If it fails, connecting again loses records, or outlives a disconnect. */
  @Test
  @DisplayName("R2 connect() on a connected store changes nothing")
  protected void r2_connectWhenConnected_changesNothing() {
    check(Lifecycle::connectAgain);
  }

  /** If it fails, a component that connects again disturbs concurrent writes and reads. */
  @Test
  @DisplayName("R2 connect() while others write and read changes nothing")
  protected void r2_connectDuringCalls_changesNothing() {
    check(trial -> Lifecycle.meanwhile(trial, "connect()", trial.store::connect));
  }

  /** If it fails, components that connect at once lose writes, or find the store not connected. */
  @Test
  @DisplayName("R2 connect() and ping() by several threads at once make one connection")
  protected void r2_connectAtOnce_makesOneConnection() {
    check(Crowds::connectAtOnce);
  }

  /** If it fails, shutting down in an unexpected order fails, or leaves the store connected. */
  @Test
  @DisplayName("R3 disconnect() on a disconnected store does nothing; close() is disconnect()")
  protected void r3_disconnectWhenDisconnected_doesNothing() {
    check(Lifecycle::disconnectAgain);
  }

  /** If it fails, two components that shut down at the same time disturb each other. */
  @Test
  @DisplayName("R3 disconnect() by several threads at once does not fail")
  protected void r3_disconnectAtOnce_doesNotFail() {
    check(Lifecycle::disconnectAtOnce);
  }

  /** If it fails, a health check disturbs the store that it checks, or does not reconnect it. */
  @Test
  @DisplayName("R4 ping() leaves a connected store as it is, and connects a disconnected one")
  protected void r4_ping_connectsOnlyWhenDisconnected() {
    check(Lifecycle::ping);
  }

  /** If it fails, a health check disturbs concurrent writes and reads. */
  @Test
  @DisplayName("R4 ping() while others write and read changes nothing")
  protected void r4_pingDuringCalls_changesNothing() {
    check(trial -> Lifecycle.meanwhile(trial, "ping()", trial.store::ping));
  }

  /** If it fails, code that forgets to connect appears to work, or fails in another way. */
  @Test
  @DisplayName("R5 a store that is not connected refuses writes and reads, and nothing changes")
  protected void r5_notConnected_refusesAndChangesNothing() {
    check(Lifecycle::notConnected);
  }

  /** If it fails, a thread goes on to use a store that another has disconnected. */
  @Test
  @DisplayName("R5 a disconnect ends the connection of every thread")
  protected void r5_otherThreads_areRefusedToo() {
    check(Crowds::afterDisconnect);
  }

  /** If it fails, a service cannot recover from a lost connection. */
  @Test
  @DisplayName("R6 a disconnected store can be connected again")
  protected void r6_reconnect_works() {
    check(Lifecycle::reconnect);
  }

  /** If it fails, a new entity starts from the state of another. */
  @Test
  @DisplayName("R7 an id never written reads as empty")
  protected void r7_unknownId_readsAsEmpty() {
    check(Identity::neverWritten);
  }

  /** If it fails, part of what a user writes is lost. */
  @Test
  @DisplayName("R8 what is read equals what was written")
  protected void r8_everyField_survives() {
    check(Contents::everyField);
  }

  /** If it fails, an old version of a service discards what a newer one wrote. */
  @Test
  @DisplayName("R8 unknown fields survive")
  protected void r8_unknownFields_survive() {
    check(Contents::unknownFields);
  }

  /** If it fails, a state may be a mix of an earlier one and a later one. */
  @Test
  @DisplayName("R9 a later write replaces the earlier one whole")
  protected void r9_laterWrite_replacesWhole() {
    check(Replacements::anyField);
  }

  /** If it fails, the end of a longer state stays when a shorter one is written. */
  @Test
  @DisplayName("R9 a later write replaces the earlier one whole, whatever their sizes")
  protected void r9_anySize_isReplacedWhole() {
    check(Replacements::anySize);
  }

  /** If it fails, a write that repeats a version, or starts again from 0, is refused or ignored. */
  @Test
  @DisplayName("R9 the last write wins, whatever its version")
  protected void r9_anyVersion_lastWriteWins() {
    check(Replacements::anyVersion);
  }

  /** If it fails, two entities share one state, or an id cannot be written. */
  @Test
  @DisplayName("R10 ids are independent and compared exactly")
  protected void r10_ids_areComparedExactly() {
    check(Identity::alike);
  }

  /** If it fails, two entities with unusual ids share one state, or cannot be written. */
  @Test
  @DisplayName("R10 generated ids, and ids of equal hash, are independent and compared exactly")
  protected void r10_generatedIds_areComparedExactly() {
    check(Identity::generated);
  }

  /**
   * If it fails, long ids are refused, or are truncated and become equal. A store with a lower
   * maximum is tested up to that maximum, and the test is then reported as skipped.
   */
  @Test
  @DisplayName("R10 ids of 255 characters are told apart")
  protected void r10_longIds_areComparedWhole() {
    check(Identity::longest);
    assumeTrue(maximumIdLength() >= Ids.LONGEST, "maximumIdLength() is " + maximumIdLength());
  }

  /** If it fails, an id that is too long is shortened, and overwrites another. */
  @Test
  @DisplayName("R10 an id longer than the maximum is kept whole or refused")
  protected void r10_tooLongIds_areNeverShortened() {
    assumeTrue(maximumIdLength() < Ids.FAR, "maximumIdLength() is " + maximumIdLength());
    check(Identity::beyondMaximum);
  }

  /** If it fails, two entities whose ids consist of several parts share one state. */
  @Test
  @DisplayName("R10 ids that differ in one part, or by a reserved word, are told apart")
  protected void r10_idsOfParts_areComparedWhole() {
    check(Identity::ofParts);
  }

  /**
   * If it fails, an id that contains U+0000 is refused, or ends there. Disable it for a database
   * that has no such character, as PostgreSQL's {@code text}.
   */
  @Test
  @DisplayName("R10 ids may contain U+0000")
  protected void r10_idsWithZero_areComparedExactly() {
    check(Identity::withZero);
  }

  /** If it fails, large numbers turn negative, are rounded or are refused. */
  @Test
  @DisplayName("R11 version number and shard are unsigned")
  protected void r11_versionAndShard_areUnsigned() {
    check(Contents::unsignedNumbers);
  }

  /** If it fails, the store rounds times, or takes them from a clock that a test cannot set. */
  @Test
  @DisplayName("R12 any timestamp survives")
  protected void r12_anyTimestamp_survives() {
    check(Contents::timestamps);
  }

  /** If it fails, a rare but legal state cannot be stored. */
  @Test
  @DisplayName("R13 a state survives without, with an empty and with any resulting state")
  protected void r13_anyResultingState_survives() {
    check(Contents::payloads);
  }

  /** If it fails, an entity that grows can no longer be written. */
  @Test
  @DisplayName("R13 a state with a resulting state of 1 MiB survives")
  protected void r13_largeResultingState_survives() {
    check(Contents::mebibyte);
  }

  /** If it fails, a state that has grown too large is lost, or is only kept in part. */
  @Test
  @DisplayName("R13 a state above the maximum size is kept whole or refused, never shortened")
  protected void r13_tooLargeState_isWholeOrRefused() {
    check(Contents::tooLarge);
  }

  /** If it fails, the store interprets payloads that it should only keep. */
  @Test
  @DisplayName("R14 a payload of an unknown type is read back untouched")
  protected void r14_unknownPayload_isUntouched() {
    check(Contents::untouchedPayloads);
  }

  /** If it fails, the store cuts type URLs at a zero character, or refuses them. */
  @Test
  @DisplayName("R14 a type URL that contains U+0000 is read back untouched")
  protected void r14_zeroCharacterInTypeUrl_isUntouched() {
    check(Contents::zeroCharacters);
  }

  /** If it fails, a mistake is found late, far from where it was made. */
  @Test
  @DisplayName("R15 null and empty arguments are refused, nothing is stored, the store still works")
  protected void r15_badInput_isRefused() {
    check(Identity::badInput);
  }

  /** If it fails, concurrent writes are lost or mixed. */
  @Test
  @DisplayName("R16 concurrent writes are kept, whole, and read by the thread that made them")
  protected void r16_concurrentWrites_areKeptWhole() {
    check(ConcurrentWrites::run);
  }

  /** If it fails, a reader sees parts of two large states, as they are written one by one. */
  @Test
  @DisplayName("R16 concurrent writes of large states are kept whole")
  protected void r16_concurrentLargeWrites_areKeptWhole() {
    check(ConcurrentWrites::large);
  }

  /** If it fails, two threads cannot both write a new entity, or it has the state of neither. */
  @Test
  @DisplayName("R16 of concurrent first writes to an id, one wins")
  protected void r16_concurrentFirstWrites_oneWins() {
    check(Sightings::firstWrites);
  }

  /** If it fails, a thread reads an old state, from a cache or because a write is not done. */
  @Test
  @DisplayName("R16 an acknowledged write is read by every thread")
  protected void r16_acknowledgedWrite_isReadByEveryThread() {
    check(Sightings::handedOver);
  }

  /** If it fails, a reader sees an entity return to an old state, or sees an incomplete one. */
  @Test
  @DisplayName("R16 a reader sees the writes in their order")
  protected void r16_reader_seesWritesInOrder() {
    check(Sightings::inOrder);
  }

  /** If it fails, the store runs out of connections, or waits for itself, once many use it. */
  @Test
  @DisplayName("R16 24 threads write, read, find nothing and are refused")
  protected void r16_manyThreads_useTheStore() {
    check(Crowds::manyCalls);
  }

  /** If it fails, an interrupted thread, as after a timeout, takes the store from all others. */
  @Test
  @DisplayName("R16 a call of an interrupted thread harms no other")
  protected void r16_interruptedThread_harmsNoOther() {
    check(trial -> new Interrupts(trial).check());
  }

  /** If it fails, purged records show up in the next test. */
  @Test
  @DisplayName("R17 disconnecting during writes purges them all")
  protected void r17_purgingDisconnect_isClean() {
    check(trial -> Disconnects.run(trial, true));
  }

  /** If it fails, an acknowledged write is lost when the store is disconnected. */
  @Test
  @DisplayName("R17 disconnecting during writes keeps the acknowledged ones")
  protected void r17_keepingDisconnect_isClean() {
    check(trial -> Disconnects.run(trial, false));
  }

  /** If it fails, a writer that read an old state overwrites a newer one. */
  @Test
  @DisplayName("R18 a write whose version is not greater than the latest is refused")
  protected void r18_staleWrite_isRefused() {
    check(Versions::oneByOne);
  }

  /** If it fails, versions of 2^63 and more, or rounded ones, are taken for others. */
  @Test
  @DisplayName("R18 versions are compared as unsigned numbers, from 0 to 2^64-1")
  protected void r18_versions_areComparedUnsigned() {
    check(Versions::unsigned);
  }

  /** If it fails, two writers that read one version both succeed, and one write is lost. */
  @Test
  @DisplayName("R18 of concurrent writes of one version, exactly one is accepted")
  protected void r18_concurrentWritesOfOneVersion_oneIsAccepted() {
    check(Versions::sameVersionAtOnce);
  }

  /** If it fails, a late writer overwrites a greater version. */
  @Test
  @DisplayName("R18 of concurrent writes of rising versions, the greatest remains")
  protected void r18_concurrentWritesOfRisingVersions_greatestIsLeft() {
    check(Versions::risingVersionsAtOnce);
  }

  /** If it fails, a write is lost with its process, or other processes read old states. */
  @Test
  @DisplayName("R19 what one store has acknowledged, another over the same data reads")
  protected void r19_anotherStore_readsWhatWasWritten() {
    check(trial -> new Sharing(trial).inTurn());
  }

  /** If it fails, two processes that write at the same time lose or mix what they write. */
  @Test
  @DisplayName("R19 stores over the same data write at the same time")
  protected void r19_storesAtOnce_keepWritesWhole() {
    check(trial -> new Sharing(trial).atOnce());
  }

  private void check(Consumer<Trial> rule) {
    TrialRun.run(this, rule);
  }
}
