package acme.billing;

import static io.github.durablestore.StateStoreException.quote;
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
 * A {@link StateStore} over PostgreSQL, in plain JDBC: an example to copy, for states that outlive
 * the process.
 *
 * <p>Run {@link #CREATE_TABLE} once, with whatever else sets up your database. Every call takes a
 * connection of its own from the {@link DataSource}: give it one that pools, on the primary. The
 * store does not close it.
 *
 * <p>A write is one statement in a transaction of its own, committed when it returns. So {@link
 * #disconnect()} has nothing to save: it refuses the calls that come after it. It does not wait for
 * a write in flight, which may be committed after it has returned.
 *
 * <p>A store that refuses stale writes compares versions in the same statement, under the lock of
 * the row: of writers that all read one version, one gets through.
 *
 * <p>The SQL keeps to what CockroachDB and YugabyteDB document as theirs too; it was run on
 * PostgreSQL alone.
 */
public final class PostgresStateStore implements StateStore {
  /**
   * Creates the table. Ids are bytes: these are compared exactly whatever the collation, and hold
   * U+0000, which {@code text} does not. A state is kept whole, so that no unknown field is lost.
   * The version stands beside it, in a type that has room for 2^64-1, to be compared. Add columns
   * for what you query by.
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
  // A flag is enough: a write that a disconnect overtakes lands in the one table there is.
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
    String action = "write state of " + quote(persistenceId);
    byte[] key = key(persistenceId, action);
    requireConnected(action);
    String version = Long.toUnsignedString(state.getVersionNumber());
    try (Connection connection = dataSource.getConnection();
        PreparedStatement write =
            connection.prepareStatement(refusesStaleWrites ? WRITE_NEXT : WRITE)) {
      // A pool may be set not to, and would roll back what is acknowledged here.
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
    String action = "read state of " + quote(requireNonNull(persistenceId, "persistenceId"));
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
    // Half of a surrogate pair would become a "?", and the ids of two entities one.
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
