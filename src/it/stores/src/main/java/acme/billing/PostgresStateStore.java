package acme.billing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.google.protobuf.InvalidProtocolBufferException;
import io.github.durablestore.NotConnectedException;
import io.github.durablestore.StaleWriteException;
import io.github.durablestore.StateStore;
import io.github.durablestore.StateStoreException;
import io.github.durablestore.egopb.DurableState;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * A {@link StateStore} over PostgreSQL, in plain JDBC, for states that outlive the process. It is
 * an example to copy.
 *
 * <p>Run {@link #CREATE_TABLE} once, as part of the setup of your database. Every call takes its
 * own connection from the {@link DataSource}, so pass one that pools connections to the primary.
 * The store does not close it.
 *
 * <p>A write is one statement in its own transaction, which is committed when the call returns. So
 * {@link #disconnect()} has nothing to save, and only makes later calls fail. It does not wait for
 * a write in flight, which may be committed after it has returned.
 *
 * <p>A store that refuses stale writes compares versions in the same statement, under the lock of
 * the row. Of several writers that read the same version, only one succeeds.
 *
 * <p>The SQL is limited to what CockroachDB and YugabyteDB also document, but has been run only on
 * PostgreSQL.
 */
public final class PostgresStateStore implements StateStore {
  /**
   * Creates the table. Ids are bytes, which are compared exactly whatever the collation, and may
   * contain U+0000, unlike {@code text}. A state is kept whole, so that no unknown field is lost.
   * The version has its own column to be compared by, of a type with room for 2^64-1. Add columns
   * for your own queries.
   */
  public static final String CREATE_TABLE =
      """
      CREATE TABLE IF NOT EXISTS durable_state (
        persistence_id bytea PRIMARY KEY,
        version_number numeric(20) NOT NULL,
        state bytea NOT NULL
      )
      """;

  private static final String WRITE =
      """
      INSERT INTO durable_state (persistence_id, version_number, state) VALUES (?, ?, ?)
      ON CONFLICT (persistence_id) DO UPDATE
        SET version_number = excluded.version_number, state = excluded.state
      """;
  private static final String WRITE_NEXT =
      WRITE + "  WHERE durable_state.version_number < excluded.version_number";
  private static final String READ = "SELECT state FROM durable_state WHERE persistence_id = ?";
  private static final String READ_VERSION =
      "SELECT version_number FROM durable_state WHERE persistence_id = ?";
  private static final String PING = "SELECT state FROM durable_state LIMIT 0";

  private final DataSource dataSource;
  private final boolean refusesStaleWrites;
  // A flag is enough: a write that a disconnect overtakes still lands in the only table.
  private volatile boolean connected;

  /**
   * Creates a store in which the last write wins.
   *
   * @param dataSource the database, with the table of {@link #CREATE_TABLE} in it
   */
  public PostgresStateStore(DataSource dataSource) {
    this(dataSource, false);
  }

  /**
   * Creates a store.
   *
   * @param dataSource the database, with the table of {@link #CREATE_TABLE} in it
   * @param refusesStaleWrites whether a write whose version is not greater than that of the state
   *     in the table fails with a {@link StaleWriteException}
   */
  public PostgresStateStore(DataSource dataSource, boolean refusesStaleWrites) {
    this.dataSource = requireNonNull(dataSource, "dataSource");
    this.refusesStaleWrites = refusesStaleWrites;
  }

  @Override
  public void connect() {
    if (!connected) {
      ping();
    }
  }

  @Override
  public void disconnect() {
    connected = false;
  }

  @Override
  public void ping() {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement ping = connection.prepareStatement(PING)) {
      ping.execute();
    } catch (SQLException e) {
      throw failure("reach table \"durable_state\"", e);
    }
    connected = true;
  }

  @Override
  public void writeState(DurableState state) {
    String persistenceId = requireNonNull(state, "state").getPersistenceId();
    String action = "write state of \"" + persistenceId + '"';
    byte[] key = key(persistenceId, action);
    requireConnected(action);
    String version = Long.toUnsignedString(state.getVersionNumber());
    try (Connection connection = dataSource.getConnection();
        PreparedStatement write =
            connection.prepareStatement(refusesStaleWrites ? WRITE_NEXT : WRITE)) {
      // A pool may turn this off, and would then roll back an acknowledged write.
      connection.setAutoCommit(true);
      write.setBytes(1, key);
      write.setBigDecimal(2, new BigDecimal(version));
      write.setBytes(3, state.toByteArray());
      if (write.executeUpdate() == 0) {
        throw new StaleWriteException(
            "cannot %s version %s: store has version %s; read it and write a greater version"
                .formatted(action, version, readVersion(connection, key)));
      }
    } catch (SQLException e) {
      throw failure(action, e);
    }
  }

  @Override
  public Optional<DurableState> getLatestState(String persistenceId) {
    String action = "read state of \"" + requireNonNull(persistenceId, "persistenceId") + '"';
    byte[] key = key(persistenceId, action);
    requireConnected(action);
    try (Connection connection = dataSource.getConnection();
        PreparedStatement read = connection.prepareStatement(READ)) {
      read.setBytes(1, key);
      try (ResultSet row = read.executeQuery()) {
        return row.next() ? Optional.of(DurableState.parseFrom(row.getBytes(1))) : Optional.empty();
      }
    } catch (SQLException e) {
      throw failure(action, e);
    } catch (InvalidProtocolBufferException e) {
      throw new StateStoreException(
          "cannot " + action + ": its row is not a DurableState; see what else writes the table",
          e);
    }
  }

  private static String readVersion(Connection connection, byte[] key) throws SQLException {
    try (PreparedStatement read = connection.prepareStatement(READ_VERSION)) {
      read.setBytes(1, key);
      try (ResultSet row = read.executeQuery()) {
        return row.next() ? row.getString(1) : "none any more";
      }
    }
  }

  private void requireConnected(String action) {
    if (!connected) {
      throw new NotConnectedException(
          "cannot " + action + ": store is not connected; call connect() first");
    }
  }

  private static byte[] key(String persistenceId, String action) {
    if (persistenceId.isEmpty()) {
      throw new IllegalArgumentException(
          "cannot " + action + ": persistence id is empty; pass that of an entity");
    }
    byte[] key = persistenceId.getBytes(UTF_8);
    // An unpaired surrogate would become a "?", and two entities could share one id.
    if (!new String(key, UTF_8).equals(persistenceId)) {
      throw new IllegalArgumentException(
          "cannot " + action + ": persistence id has half of a surrogate pair; pass valid Unicode");
    }
    return key;
  }

  private static StateStoreException failure(String action, SQLException e) {
    return new StateStoreException(
        "cannot " + action + ": " + e.getMessage() + "; see the cause", e);
  }
}
