package io.github.durablestore.contract;

import io.github.durablestore.StateStore;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
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
 * #maximumIdLength()}, {@link #maximumStateSize()}, {@link #keepsUnknownFields()} or {@link
 * #refusesStaleWrites()}. If its data can be shared, override {@link #createStoreOnSameData}. A
 * test that does not apply is then reported as skipped, with the reason. To disable any other test,
 * override it:
 *
 * <pre>{@code
 * @Test
 * @Disabled("our driver sends timestamps in whole milliseconds")
 * @Override
 * protected void r12_anyTimestamp_survives() {}
 * }</pre>
 *
 * <p>Each test creates a store and closes it. It writes under persistence ids that no other test
 * uses, so stores may share one database that also contains other records. These ids all contain
 * {@code contract-}, in lower or upper case. The tests do not delete their records: if that
 * matters, delete them in an {@code @AfterEach} or {@code @AfterAll} method. The tests share no
 * state: they may run concurrently, and on one instance of the class.
 *
 * <p>All tests together take less than 5 s on a store in memory, about 7 s if a call takes 1 ms,
 * about 15 s if it takes 5 ms, and less than 60 s if it takes 20 ms. The longer a call takes, the
 * fewer rounds a search for a race runs, the fewer ids are tried, and the fewer states are read a
 * second time. The other tests make a fixed number of calls. A test has no time limit as a whole. A
 * single call that does not return within 30 s fails its test, with the stack traces of the test's
 * threads, and the other tests continue. The hanging thread is abandoned, and its store is not
 * closed.
 *
 * <p>A race is found by chance. Stores in memory that check and then write, that insert or update,
 * or that connect twice were rejected in 200 of 200 tries on 2 idle cores, and in 100 of 100 beside
 * 4 busy threads.
 *
 * <p>Some ids are generated. A failure states their seed; to generate them again, set the system
 * property {@code durablestore.contract.seed} to it. Unpaired surrogates are not tried: protobuf
 * cannot write them.
 *
 * <p>The numbered rules follow the Reactive Streams TCK, the abstract test class follows Zipkin.
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
   * Returns the maximum length of a persistence id.
   *
   * @return the length in Unicode code points, each of up to 4 bytes in UTF-8; 255 by default; the
   *     tests need at least 64
   */
  protected int maximumIdLength() {
    return Ids.LONGEST;
  }

  /**
   * Returns the maximum size of a state.
   *
   * @return the size of the serialized state in bytes; unlimited by default; the tests need at
   *     least 4,096
   */
  protected long maximumStateSize() {
    return Long.MAX_VALUE;
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
   * Creates a second store over the data of another, for R19: as a second process would, without
   * the connection and the caches of the first.
   *
   * @param store a store from {@link #createStore()}, or from this method, which may be connected
   * @return a new store, not connected; {@code null} by default, which skips R19
   */
  protected @Nullable StateStore createStoreOnSameData(StateStore store) {
    return null;
  }

  /** Returns how long a call may take before it counts as hung, and how long to look for a race. */
  Limits limits() {
    return new Limits(Duration.ofSeconds(30), Duration.ofMillis(200));
  }

  /**
   * If it fails, a test may unknowingly use a store that another test has set up.
   *
   * @throws Exception if it fails
   */
  @Test
  @DisplayName("R1 a new store is not connected")
  protected void r1_newStore_isNotConnected() throws Exception {
    check(Lifecycle::newStore);
  }

  /**
   * If it fails, a component that connects again loses the records of all others, or keeps the
   * store connected after it is disconnected.
   *
   * @throws Exception if it fails
   */
  @Test
  @DisplayName("R2 connect() on a connected store changes nothing")
  protected void r2_connectWhenConnected_changesNothing() throws Exception {
    check(Lifecycle::connectAgain);
  }

  /**
   * If it fails, a component that connects again disturbs concurrent writes and reads.
   *
   * @throws Exception if it fails
   */
  @Test
  @DisplayName("R2 connect() while others write and read changes nothing")
  protected void r2_connectDuringCalls_changesNothing() throws Exception {
    check(trial -> Lifecycle.meanwhile(trial, "connect()", trial.store::connect));
  }

  /**
   * If it fails, two components that connect at the same time lose what one of them writes, or one
   * of them finds the store not connected.
   *
   * @throws Exception if it fails
   */
  @Test
  @DisplayName("R2 connect() and ping() by several threads at once make one connection")
  protected void r2_connectAtOnce_makesOneConnection() throws Exception {
    check(Crowds::connectAtOnce);
  }

  /**
   * If it fails, shutting down in an unexpected order fails, or leaves the store connected.
   *
   * @throws Exception if it fails
   */
  @Test
  @DisplayName("R3 disconnect() on a disconnected store does nothing; close() is disconnect()")
  protected void r3_disconnectWhenDisconnected_doesNothing() throws Exception {
    check(Lifecycle::disconnectAgain);
  }

  /**
   * If it fails, two components that shut down at the same time disturb each other.
   *
   * @throws Exception if it fails
   */
  @Test
  @DisplayName("R3 disconnect() by several threads at once does not fail")
  protected void r3_disconnectAtOnce_doesNotFail() throws Exception {
    check(Lifecycle::disconnectAtOnce);
  }

  /**
   * If it fails, a health check disturbs the store that it checks, or does not reconnect it.
   *
   * @throws Exception if it fails
   */
  @Test
  @DisplayName("R4 ping() leaves a connected store as it is, and connects a disconnected one")
  protected void r4_ping_connectsOnlyWhenDisconnected() throws Exception {
    check(Lifecycle::ping);
  }

  /**
   * If it fails, a health check disturbs concurrent writes and reads.
   *
   * @throws Exception if it fails
   */
  @Test
  @DisplayName("R4 ping() while others write and read changes nothing")
  protected void r4_pingDuringCalls_changesNothing() throws Exception {
    check(trial -> Lifecycle.meanwhile(trial, "ping()", trial.store::ping));
  }

  /**
   * If it fails, code that forgets to connect appears to work, or fails with an unexpected
   * exception.
   *
   * @throws Exception if it fails
   */
  @Test
  @DisplayName("R5 a store that is not connected refuses writes and reads, and nothing changes")
  protected void r5_notConnected_refusesAndChangesNothing() throws Exception {
    check(Lifecycle::notConnected);
  }

  /**
   * If it fails, a thread goes on to use a store that another has disconnected.
   *
   * @throws Exception if it fails
   */
  @Test
  @DisplayName("R5 a disconnect ends the connection of every thread")
  protected void r5_otherThreads_areRefusedToo() throws Exception {
    check(Crowds::afterDisconnect);
  }

  /**
   * If it fails, a service cannot recover from a lost connection.
   *
   * @throws Exception if it fails
   */
  @Test
  @DisplayName("R6 a disconnected store can be connected again")
  protected void r6_reconnect_works() throws Exception {
    check(Lifecycle::reconnect);
  }

  /**
   * If it fails, a new entity starts from the state of another.
   *
   * @throws Exception if it fails
   */
  @Test
  @DisplayName("R7 an id never written reads as empty")
  protected void r7_unknownId_readsAsEmpty() throws Exception {
    check(Identity::neverWritten);
  }

  /**
   * If it fails, part of what a user writes is lost.
   *
   * @throws Exception if it fails
   */
  @Test
  @DisplayName("R8 what is read equals what was written")
  protected void r8_everyField_survives() throws Exception {
    check(Contents::everyField);
  }

  /**
   * If it fails, an old version of a service discards what a newer one wrote.
   *
   * @throws Exception if it fails
   */
  @Test
  @DisplayName("R8 unknown fields survive")
  protected void r8_unknownFields_survive() throws Exception {
    Trial.skipUnless(keepsUnknownFields(), "keepsUnknownFields() is false");
    check(Contents::unknownFields);
  }

  /**
   * If it fails, a state may be a mix of an earlier one and a later one.
   *
   * @throws Exception if it fails
   */
  @Test
  @DisplayName("R9 a later write replaces the earlier one whole")
  protected void r9_laterWrite_replacesWhole() throws Exception {
    check(Contents::replaced);
  }

  /**
   * If it fails, a write that repeats a version, or starts again from 0, is refused or ignored.
   *
   * @throws Exception if it fails
   */
  @Test
  @DisplayName("R9 the last write wins, whatever its version")
  protected void r9_anyVersion_lastWriteWins() throws Exception {
    Trial.skipUnless(!refusesStaleWrites(), "refusesStaleWrites() is true");
    check(Contents::replacedByAnyVersion);
  }

  /**
   * If it fails, two entities share one state, or an id cannot be written.
   *
   * @throws Exception if it fails
   */
  @Test
  @DisplayName("R10 ids are independent and compared exactly")
  protected void r10_ids_areComparedExactly() throws Exception {
    check(Identity::alike);
  }

  /**
   * If it fails, two entities with unusual ids, or with ids of the same hash, share one state, or
   * cannot be written.
   *
   * @throws Exception if it fails
   */
  @Test
  @DisplayName("R10 generated ids, and ids of equal hash, are independent and compared exactly")
  protected void r10_generatedIds_areComparedExactly() throws Exception {
    check(Identity::generated);
  }

  /**
   * If it fails, long ids are refused, or are truncated and become equal. A store with a lower
   * maximum is tested up to that maximum, and the test is then reported as skipped.
   *
   * @throws Exception if it fails
   */
  @Test
  @DisplayName("R10 ids of 255 characters are told apart")
  protected void r10_longIds_areComparedWhole() throws Exception {
    check(Identity::longest);
    Trial.skipUnless(maximumIdLength() >= Ids.LONGEST, "maximumIdLength() is " + maximumIdLength());
  }

  /**
   * If it fails, an id that is too long is shortened, and overwrites another.
   *
   * @throws Exception if it fails
   */
  @Test
  @DisplayName("R10 an id longer than the maximum is kept whole or refused")
  protected void r10_tooLongIds_areNeverShortened() throws Exception {
    Trial.skipUnless(maximumIdLength() < Ids.FAR, "maximumIdLength() is " + maximumIdLength());
    check(Identity::beyondMaximum);
  }

  /**
   * If it fails, two entities whose ids consist of several parts share one state.
   *
   * @throws Exception if it fails
   */
  @Test
  @DisplayName("R10 ids that differ in one part, or by a reserved word, are told apart")
  protected void r10_idsOfParts_areComparedWhole() throws Exception {
    check(Identity::ofParts);
  }

  /**
   * If it fails, an id that contains U+0000 is refused, or ends there. A store over a database that
   * has no such character, as PostgreSQL's {@code text}, overrides this test with
   * {@code @Disabled}.
   *
   * @throws Exception if it fails
   */
  @Test
  @DisplayName("R10 ids may contain U+0000")
  protected void r10_idsWithZero_areComparedExactly() throws Exception {
    check(Identity::withZero);
  }

  /**
   * If it fails, large numbers turn negative, are rounded or are refused.
   *
   * @throws Exception if it fails
   */
  @Test
  @DisplayName("R11 version number and shard are unsigned")
  protected void r11_versionAndShard_areUnsigned() throws Exception {
    check(Contents::unsignedNumbers);
  }

  /**
   * If it fails, the store rounds times, or takes them from a clock that a test cannot set.
   *
   * @throws Exception if it fails
   */
  @Test
  @DisplayName("R12 any timestamp survives")
  protected void r12_anyTimestamp_survives() throws Exception {
    check(Contents::timestamps);
  }

  /**
   * If it fails, a rare but legal state cannot be stored.
   *
   * @throws Exception if it fails
   */
  @Test
  @DisplayName("R13 a state survives without, with an empty and with any resulting state")
  protected void r13_anyResultingState_survives() throws Exception {
    check(Contents::payloads);
  }

  /**
   * If it fails, an entity that grows can no longer be written.
   *
   * @throws Exception if it fails
   */
  @Test
  @DisplayName("R13 a state with a resulting state of 1 MiB survives")
  protected void r13_largeResultingState_survives() throws Exception {
    Trial.skipUnless(
        Contents.takesLargePayloads(capabilities()), "maximumStateSize() is " + maximumStateSize());
    check(Contents::largePayloads);
  }

  /**
   * If it fails, the store interprets payloads that it should only keep.
   *
   * @throws Exception if it fails
   */
  @Test
  @DisplayName("R14 a payload of an unknown type is read back untouched")
  protected void r14_unknownPayload_isUntouched() throws Exception {
    check(Contents::untouchedPayloads);
  }

  /**
   * If it fails, a mistake is found late, far from where it was made.
   *
   * @throws Exception if it fails
   */
  @Test
  @DisplayName("R15 null and empty arguments are refused, nothing is stored, the store still works")
  protected void r15_badInput_isRefused() throws Exception {
    check(Identity::badInput);
  }

  /**
   * If it fails, concurrent writes are lost or mixed.
   *
   * @throws Exception if it fails
   */
  @Test
  @DisplayName("R16 concurrent writes are kept, whole, and read by the thread that made them")
  protected void r16_concurrentWrites_areKeptWhole() throws Exception {
    check(ConcurrentWrites::run);
  }

  /**
   * If it fails, two threads cannot both write a new entity, or it has the state of neither.
   *
   * @throws Exception if it fails
   */
  @Test
  @DisplayName("R16 of concurrent first writes to an id, one wins")
  protected void r16_concurrentFirstWrites_oneWins() throws Exception {
    check(Sightings::firstWrites);
  }

  /**
   * If it fails, a thread reads an old state, from its own cache or because a write was
   * acknowledged before it was done.
   *
   * @throws Exception if it fails
   */
  @Test
  @DisplayName("R16 an acknowledged write is read by every thread")
  protected void r16_acknowledgedWrite_isReadByEveryThread() throws Exception {
    check(Sightings::handedOver);
  }

  /**
   * If it fails, a reader sees an entity return to an old state, or sees an incomplete one.
   *
   * @throws Exception if it fails
   */
  @Test
  @DisplayName("R16 a reader sees the writes in their order")
  protected void r16_reader_seesWritesInOrder() throws Exception {
    check(Sightings::inOrder);
  }

  /**
   * If it fails, the store runs out of connections, or waits for itself, once many use it.
   *
   * @throws Exception if it fails
   */
  @Test
  @DisplayName("R16 24 threads write, read, find nothing and are refused")
  protected void r16_manyThreads_useTheStore() throws Exception {
    check(Crowds::manyCalls);
  }

  /**
   * If it fails, a thread that is interrupted, as by a timeout, takes the store from all others.
   *
   * @throws Exception if it fails
   */
  @Test
  @DisplayName("R16 a call of an interrupted thread harms no other")
  protected void r16_interruptedThread_harmsNoOther() throws Exception {
    check(Crowds::interrupted);
  }

  /**
   * If it fails, purged records show up in the next test.
   *
   * @throws Exception if it fails
   */
  @Test
  @DisplayName("R17 disconnecting during writes purges them all")
  protected void r17_purgingDisconnect_isClean() throws Exception {
    Trial.skipUnless(purgesOnDisconnect(), "purgesOnDisconnect() is false");
    checkDisconnects();
  }

  /**
   * If it fails, an acknowledged write is lost when the store is disconnected.
   *
   * @throws Exception if it fails
   */
  @Test
  @DisplayName("R17 disconnecting during writes keeps the acknowledged ones")
  protected void r17_keepingDisconnect_isClean() throws Exception {
    Trial.skipUnless(!purgesOnDisconnect(), "purgesOnDisconnect() is true");
    checkDisconnects();
  }

  /**
   * If it fails, a writer that read an old state overwrites a newer one.
   *
   * @throws Exception if it fails
   */
  @Test
  @DisplayName("R18 a write whose version is not greater than the latest is refused")
  protected void r18_staleWrite_isRefused() throws Exception {
    Trial.skipUnless(refusesStaleWrites(), "refusesStaleWrites() is false");
    check(Versions::oneByOne);
  }

  /**
   * If it fails, two writers that read the same version both appear to succeed, and one write is
   * lost.
   *
   * @throws Exception if it fails
   */
  @Test
  @DisplayName("R18 of concurrent writes of one version, exactly one is accepted")
  protected void r18_concurrentWritesOfOneVersion_oneIsAccepted() throws Exception {
    Trial.skipUnless(refusesStaleWrites(), "refusesStaleWrites() is false");
    check(Versions::sameVersionAtOnce);
  }

  /**
   * If it fails, a late writer overwrites a greater version.
   *
   * @throws Exception if it fails
   */
  @Test
  @DisplayName("R18 of concurrent writes of rising versions, the greatest remains")
  protected void r18_concurrentWritesOfRisingVersions_greatestIsLeft() throws Exception {
    Trial.skipUnless(refusesStaleWrites(), "refusesStaleWrites() is false");
    check(Versions::risingVersionsAtOnce);
  }

  /**
   * If it fails, an acknowledged write is lost with its process, or other processes read old
   * states.
   *
   * @throws Exception if it fails
   */
  @Test
  @DisplayName("R19 what one store has acknowledged, another over the same data reads")
  protected void r19_anotherStore_readsWhatWasWritten() throws Exception {
    var isShared = new AtomicBoolean();
    check(trial -> isShared.set(Sharing.check(trial, this::createStoreOnSameData)));
    Trial.skipUnless(isShared.get(), "createStoreOnSameData(...) returns null");
  }

  private void checkDisconnects() throws Exception {
    check(Disconnects::duringWrites);
    check(Disconnects::duringConnects);
  }

  private void check(TrialRun.Rule rule) throws Exception {
    TrialRun.run(this::createStore, capabilities(), limits(), rule);
  }

  private Capabilities capabilities() {
    return new Capabilities(
        purgesOnDisconnect(),
        maximumIdLength(),
        maximumStateSize(),
        keepsUnknownFields(),
        refusesStaleWrites());
  }
}
