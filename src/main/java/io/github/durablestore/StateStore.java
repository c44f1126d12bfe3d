package io.github.durablestore;

import io.github.durablestore.egopb.DurableState;
import java.util.Optional;

/**
 * A store of durable state. It keeps the latest state of each entity under its persistence id.
 *
 * <p>It follows the interface of eGo, a Go framework for durable-state entities. In production, the
 * implementation uses a database; in tests, it is {@link
 * io.github.durablestore.memory.MemoryStateStore}.
 *
 * <p>A store is safe for use by many threads. No parameter may be {@code null}, and no method
 * returns {@code null}. If a store cannot do its work for other reasons than those below, it throws
 * a {@link StateStoreException}.
 *
 * <pre>{@code
 * store.connect();
 * store.writeState(state);
 * Optional<DurableState> latest = store.getLatestState("account-42");
 * store.disconnect();
 * }</pre>
 *
 * <h2>The contract</h2>
 *
 * Every store keeps these rules, except for R18 and R19, which are optional. {@code
 * io.github.durablestore.contract.StateStoreContract} tests them, and has methods to override for
 * what a store cannot do.
 *
 * <h3>Lifecycle</h3>
 *
 * <ul>
 *   <li><b>R1</b> A new store is not connected.
 *   <li><b>R2</b> {@link #connect()} on a connected store changes nothing: its records stay.
 *   <li><b>R3</b> {@link #disconnect()} on a disconnected store does nothing. {@link #close()} is
 *       {@code disconnect()}.
 *   <li><b>R4</b> {@link #ping()} leaves a connected store as it is, and connects a disconnected
 *       one.
 *   <li><b>R5</b> On a store that is not connected, {@link #writeState} and {@link #getLatestState}
 *       throw {@link NotConnectedException} and change nothing.
 *   <li><b>R6</b> A disconnected store can be connected again.
 * </ul>
 *
 * <h3>State</h3>
 *
 * <ul>
 *   <li><b>R7</b> An id never written reads as {@link Optional#empty()}.
 *   <li><b>R8</b> What is read equals what was written: every field, unknown fields too.
 *   <li><b>R9</b> A later write replaces the earlier one whole. The last write wins, whatever its
 *       version. Repeated and lower versions are accepted, because eGo rewrites the current version
 *       when an entity stops, and writes version 0 for one that took no command.
 *   <li><b>R10</b> Ids are independent and compared exactly: case, Unicode form, white space,
 *       {@code /}, 255 characters.
 *   <li><b>R11</b> {@code version_number} and {@code shard} are unsigned: 0, 2<sup>63</sup> and
 *       2<sup>64</sup>-1 survive, and print as such.
 *   <li><b>R12</b> Any {@code timestamp} survives; the store never reads a clock.
 *   <li><b>R13</b> A state without {@code resulting_state}, with an empty one, and with one of 1
 *       MiB survive. A store refuses a larger one, or keeps it whole.
 *   <li><b>R14</b> A payload whose type the store has never heard of is stored and read back
 *       untouched.
 * </ul>
 *
 * <h3>Bad input</h3>
 *
 * <ul>
 *   <li><b>R15</b> A {@code null} state or id throws {@link NullPointerException}, which names the
 *       parameter. An empty id, in a state or asked for, throws {@link IllegalArgumentException}.
 *       Nothing is stored, and the store goes on working.
 * </ul>
 *
 * <h3>Concurrency</h3>
 *
 * <ul>
 *   <li><b>R16</b> Writes to different ids are all kept; of concurrent writes to one id, exactly
 *       one wins; readers never see a mixture; a thread reads its own last write.
 *   <li><b>R17</b> A store is disconnected at one instant for all its records. A store that purges
 *       shows nothing from before it after the next {@code connect()}, even if a write was in
 *       flight. A store that keeps its records shows every acknowledged write.
 * </ul>
 *
 * <h3>Optional: a store that checks versions</h3>
 *
 * <ul>
 *   <li><b>R18</b> A store that checks versions refuses a write whose version is not greater, as an
 *       unsigned number, than that of the state it has: {@link StaleWriteException}, which names
 *       the id and both versions. Nothing changes. Of concurrent writes of one version to one id
 *       exactly one is accepted. R9 then holds for greater versions. A store may also refuse all
 *       versions but the next one. Without R18, two writers that both read version 3 both write
 *       version 4, and one of the writes is lost.
 * </ul>
 *
 * <h3>Optional: stores that share their data</h3>
 *
 * <ul>
 *   <li><b>R19</b> What one store has acknowledged, another store over the same data reads, also if
 *       the first is still connected, or is never closed. R16 holds for several stores as for the
 *       threads of one.
 * </ul>
 */
public interface StateStore extends AutoCloseable {

  /** Connects the store; does nothing when it is connected. */
  void connect();

  /**
   * Disconnects the store; does nothing when it is not connected. Whether records survive depends
   * on the store: a database keeps them.
   */
  void disconnect();

  /** Checks that the store can be reached, and connects it when it is not connected. */
  void ping();

  /**
   * Writes a state, replacing the previous one of its persistence id. When this returns, the whole
   * state is stored. When it throws one of the exceptions below, nothing has changed.
   *
   * @param state the state, with a persistence id
   * @throws NullPointerException if {@code state} is {@code null}
   * @throws IllegalArgumentException if its persistence id is empty
   * @throws NotConnectedException if the store is not connected
   * @throws StaleWriteException if the store checks versions, and that of the state is not greater
   *     than the version it has, or not the next one if the store accepts no other
   */
  void writeState(DurableState state);

  /**
   * Returns the state last written under an id.
   *
   * @param persistenceId the id, compared exactly
   * @return the state, or empty if the store has none under this id
   * @throws NullPointerException if {@code persistenceId} is {@code null}
   * @throws IllegalArgumentException if {@code persistenceId} is empty
   * @throws NotConnectedException if the store is not connected
   */
  Optional<DurableState> getLatestState(String persistenceId);

  /** Disconnects the store: the same as {@link #disconnect()}. */
  @Override
  default void close() {
    disconnect();
  }
}
