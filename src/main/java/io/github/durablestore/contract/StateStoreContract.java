package io.github.durablestore.contract;

import io.github.durablestore.StateStore;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * The rules of {@link StateStore} as tests that any store can run: each carries its rule's number.
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
 * <p>What a store is unable to do, it says by overriding a method: {@link #purgesOnDisconnect()},
 * {@link #maximumIdLength()}, {@link #maximumStateSize()}, {@link #keepsUnknownFields()} and {@link
 * #refusesStaleWrites()}. A rule that then does not apply is shown as skipped, with the reason. To
 * leave out any other rule, override its method:
 *
 * <pre>{@code
 * @Test
 * @Disabled("our driver sends timestamps in whole milliseconds")
 * @Override
 * protected void r12_anyTimestamp_survives() {}
 * }</pre>
 *
 * <p>Each test makes a store, closes it, and uses persistence ids that no other test uses, so that
 * stores may share one database that also has other records. The ids hold {@code contract-}, in
 * lower or upper case. Their records are left behind: if that matters, clean up in an
 * {@code @AfterEach} or {@code @AfterAll} method. The tests have no state in common: they may run
 * concurrently, and on one instance of the class.
 *
 * <p>A store in memory takes less than 5 s for all rules, one of 1 ms a call about 7 s, one of 5 ms
 * about 15 s, one of 20 ms less than 60 s. A search for a race has fewer rounds the longer a call
 * takes, and less is read a second time. The other tests have a fixed number of calls, and so take
 * as long as the store does. No test has a limit for itself. A single call that does not return
 * within 30 s fails its test, with the stack traces of the test's threads, and the other tests go
 * on. The thread that hangs is left behind, and its store is not closed.
 *
 * <p>Some ids are generated. A failure states the number they are generated from, for the system
 * property {@code durablestore.contract.seed}. Halves of surrogate pairs are not tried: protobuf
 * cannot write them.
 *
 * <p>The idea of a numbered contract is that of the Reactive Streams TCK; that of an abstract test
 * class to bind, Zipkin's.
 */
public abstract class StateStoreContract {
  /** For subclasses. */
  protected StateStoreContract() {}

  /**
   * Creates the store under test. It is called in a thread of the test's own.
   *
   * @return a new store, not connected
   */
  protected abstract StateStore createStore();

  /**
   * Returns whether {@link StateStore#disconnect()} drops the records.
   *
   * @return by default {@code false}: the records are there again after the next {@code connect()}
   */
  protected boolean purgesOnDisconnect() {
    return false;
  }

  /**
   * Returns how long a persistence id may be.
   *
   * @return the number of Unicode characters, each of up to 4 bytes in UTF-8; by default 255, and
   *     at least 64, which the tests need
   */
  protected int maximumIdLength() {
    return Ids.LONGEST;
  }

  /**
   * Returns how large a state may be.
   *
   * @return the number of bytes of the serialized state; by default unlimited, and at least 4,096,
   *     which the tests need
   */
  protected long maximumStateSize() {
    return Long.MAX_VALUE;
  }

  /**
   * Returns whether the store keeps fields that it does not know, those of the state and of its
   * {@link com.google.protobuf.Any}. A store with a column for each field does not. Unknown fields
   * within the payload are bytes of its value, which every store keeps.
   *
   * @return by default {@code true}
   */
  protected boolean keepsUnknownFields() {
    return true;
  }

  /**
   * Returns whether the store refuses a write whose version is not greater than that of the latest
   * state, as R18 says.
   *
   * @return by default {@code false}: the last write wins, whatever its version
   */
  protected boolean refusesStaleWrites() {
    return false;
  }

  /** How long a call may take before it is taken to hang, and how long to look for a race. */
  Limits limits() {
    return new Limits(Duration.ofSeconds(30), Duration.ofMillis(200));
  }

  /**
   * If it fails, a test may use a store that another has set up, and not notice.
   *
   * @throws Exception if it fails
   */
  @Test
  @DisplayName("R1 a new store is not connected")
  protected void r1_newStore_isNotConnected() throws Exception {
    check(Lifecycle::newStore);
  }

  /**
   * If it fails, a component that connects once more loses the records of all others, or leaves the
   * store connected when it is disconnected.
   *
   * @throws Exception if it fails
   */
  @Test
  @DisplayName("R2 connect() on a connected store changes nothing")
  protected void r2_connectWhenConnected_changesNothing() throws Exception {
    check(Lifecycle::connectAgain);
  }

  /**
   * If it fails, a component that connects once more disturbs those that write and read.
   *
   * @throws Exception if it fails
   */
  @Test
  @DisplayName("R2 connect() while others write and read changes nothing")
  protected void r2_connectDuringCalls_changesNothing() throws Exception {
    check(trial -> Lifecycle.meanwhile(trial, "connect()", trial.store::connect));
  }

  /**
   * If it fails, shutting down in an unforeseen order fails, or leaves the store open.
   *
   * @throws Exception if it fails
   */
  @Test
  @DisplayName("R3 disconnect() on a disconnected store does nothing; close() is disconnect()")
  protected void r3_disconnectWhenDisconnected_doesNothing() throws Exception {
    check(Lifecycle::disconnectAgain);
  }

  /**
   * If it fails, two components that shut down at once disturb each other.
   *
   * @throws Exception if it fails
   */
  @Test
  @DisplayName("R3 disconnect() by several threads at once does not fail")
  protected void r3_disconnectAtOnce_doesNotFail() throws Exception {
    check(Lifecycle::disconnectAtOnce);
  }

  /**
   * If it fails, a health check disturbs what it checks, or does not repair it.
   *
   * @throws Exception if it fails
   */
  @Test
  @DisplayName("R4 ping() leaves a connected store as it is, and connects a disconnected one")
  protected void r4_ping_connectsOnlyWhenDisconnected() throws Exception {
    check(Lifecycle::ping);
  }

  /**
   * If it fails, a health check disturbs those that write and read.
   *
   * @throws Exception if it fails
   */
  @Test
  @DisplayName("R4 ping() while others write and read changes nothing")
  protected void r4_pingDuringCalls_changesNothing() throws Exception {
    check(trial -> Lifecycle.meanwhile(trial, "ping()", trial.store::ping));
  }

  /**
   * If it fails, code that forgot to connect seems to work, or its error is not recognized.
   *
   * @throws Exception if it fails
   */
  @Test
  @DisplayName("R5 a store that is not connected refuses writes and reads, and nothing changes")
  protected void r5_notConnected_refusesAndChangesNothing() throws Exception {
    check(Lifecycle::notConnected);
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
   * If it fails, a new entity does not start from nothing, but from the state of another.
   *
   * @throws Exception if it fails
   */
  @Test
  @DisplayName("R7 an id never written reads as empty")
  protected void r7_unknownId_readsAsEmpty() throws Exception {
    check(Identity::neverWritten);
  }

  /**
   * If it fails, a part of what a user writes is lost.
   *
   * @throws Exception if it fails
   */
  @Test
  @DisplayName("R8 what is read equals what was written")
  protected void r8_everyField_survives() throws Exception {
    check(Contents::everyField);
  }

  /**
   * If it fails, an old version of a service drops what a new one wrote.
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
   * If it fails, a state is a mix of an earlier one and a later.
   *
   * @throws Exception if it fails
   */
  @Test
  @DisplayName("R9 a later write replaces the earlier one whole")
  protected void r9_laterWrite_replacesWhole() throws Exception {
    check(Contents::replaced);
  }

  /**
   * If it fails, an entity that rewrites its version, or starts again from 0, is refused or
   * ignored.
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
   * If it fails, two entities whose ids nobody thought of share one state, or cannot be written.
   *
   * @throws Exception if it fails
   */
  @Test
  @DisplayName("R10 generated ids are independent and compared exactly")
  protected void r10_generatedIds_areComparedExactly() throws Exception {
    check(Identity::generated);
  }

  /**
   * If it fails, long ids are refused, or truncated and then the same. A store with a lower maximum
   * is tried up to that, and the test then shown as skipped.
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
   * If it fails, the store rounds times, or sets them by a clock that a test cannot set.
   *
   * @throws Exception if it fails
   */
  @Test
  @DisplayName("R12 any timestamp survives")
  protected void r12_anyTimestamp_survives() throws Exception {
    check(Contents::timestamps);
  }

  /**
   * If it fails, a state that is legal, if rare, cannot be kept.
   *
   * @throws Exception if it fails
   */
  @Test
  @DisplayName("R13 a state without, with an empty and with any resulting state survives")
  protected void r13_anyResultingState_survives() throws Exception {
    check(Contents::payloads);
  }

  /**
   * If it fails, an entity that grows cannot be written any more.
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
   * If it fails, the store interprets what it should only keep.
   *
   * @throws Exception if it fails
   */
  @Test
  @DisplayName("R14 a payload of a type never heard of is read back untouched")
  protected void r14_unknownPayload_isUntouched() throws Exception {
    check(Contents::untouchedPayloads);
  }

  /**
   * If it fails, a mistake is found late, far from where it was made.
   *
   * @throws Exception if it fails
   */
  @Test
  @DisplayName("R15 null and empty arguments are refused, nothing is stored, the store works on")
  protected void r15_badInput_isRefused() throws Exception {
    check(Identity::badInput);
  }

  /**
   * If it fails, writes are lost or mixed when threads meet.
   *
   * @throws Exception if it fails
   */
  @Test
  @DisplayName("R16 concurrent writes are kept, whole, and read by the thread that made them")
  protected void r16_concurrentWrites_areKeptWhole() throws Exception {
    check(ConcurrentWrites::run);
  }

  /**
   * If it fails, a new entity cannot be written by two threads, or has the state of neither.
   *
   * @throws Exception if it fails
   */
  @Test
  @DisplayName("R16 of concurrent first writes to an id one wins")
  protected void r16_concurrentFirstWrites_oneWins() throws Exception {
    check(Sightings::firstWrites);
  }

  /**
   * If it fails, a thread reads an old state: a cache of a thread's own, or a write that is
   * acknowledged before it is done.
   *
   * @throws Exception if it fails
   */
  @Test
  @DisplayName("R16 an acknowledged write is read by every thread")
  protected void r16_acknowledgedWrite_isReadByEveryThread() throws Exception {
    check(Sightings::handedOver);
  }

  /**
   * If it fails, a reader sees an entity go back to an old state, or sees one that is not whole.
   *
   * @throws Exception if it fails
   */
  @Test
  @DisplayName("R16 a reader sees the writes in their order")
  protected void r16_reader_seesWritesInOrder() throws Exception {
    check(Sightings::inOrder);
  }

  /**
   * If it fails, what was purged shows up in the next test.
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
   * If it fails, a write that was acknowledged is lost when the store is disconnected.
   *
   * @throws Exception if it fails
   */
  @Test
  @DisplayName("R17 disconnecting during writes keeps those acknowledged")
  protected void r17_keepingDisconnect_isClean() throws Exception {
    Trial.skipUnless(!purgesOnDisconnect(), "purgesOnDisconnect() is true");
    checkDisconnects();
  }

  /**
   * If it fails, a writer that read an old state overwrites the work of another.
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
   * If it fails, of two writers that read one version both seem to succeed, and one is lost.
   *
   * @throws Exception if it fails
   */
  @Test
  @DisplayName("R18 of concurrent writes of one version exactly one is accepted")
  protected void r18_concurrentWritesOfOneVersion_oneIsAccepted() throws Exception {
    Trial.skipUnless(refusesStaleWrites(), "refusesStaleWrites() is false");
    check(Versions::sameVersionAtOnce);
  }

  /**
   * If it fails, a writer that is late overwrites a greater version.
   *
   * @throws Exception if it fails
   */
  @Test
  @DisplayName("R18 of concurrent writes of rising versions the greatest is left")
  protected void r18_concurrentWritesOfRisingVersions_greatestIsLeft() throws Exception {
    Trial.skipUnless(refusesStaleWrites(), "refusesStaleWrites() is false");
    check(Versions::risingVersionsAtOnce);
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
