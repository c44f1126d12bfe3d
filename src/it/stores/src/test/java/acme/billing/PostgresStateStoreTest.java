package acme.billing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.github.durablestore.NotConnectedException;
import io.github.durablestore.StateStore;
import io.github.durablestore.StateStoreException;
import io.github.durablestore.contract.StateStoreContract;
import io.github.durablestore.egopb.DurableState;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Execution(ExecutionMode.CONCURRENT)
@ExtendWith(PostgresServer.class)
class PostgresStateStoreTest extends StateStoreContract {
  private static HikariDataSource pool;

  private final String id = "account-" + UUID.randomUUID();

  @BeforeAll
  static void createTable() throws SQLException {
    pool = new HikariDataSource(PostgresServer.poolConfig());
    execute(PostgresStateStore.CREATE_TABLE);
  }

  @AfterAll
  static void closePool() {
    pool.close();
  }

  @Override
  protected StateStore createStore() {
    return new PostgresStateStore(pool);
  }

  @Override
  protected StateStore createStoreOnSameData(StateStore store) {
    return createStore();
  }

  @Test
  void anotherStore_sameDatabase_readsWhatWasWritten() {
    connected(pool).writeState(state(id));

    assertThat(connected(pool).getLatestState(id)).contains(state(id));
  }

  @Test
  void writeState_poolWithoutAutoCommit_commits() {
    HikariConfig config = PostgresServer.poolConfig();
    config.setAutoCommit(false);
    try (var withoutAutoCommit = new HikariDataSource(config)) {
      connected(withoutAutoCommit).writeState(state(id));
    }

    assertThat(connected(pool).getLatestState(id)).contains(state(id));
  }

  @Test
  void writeState_idWithZeroCharacter_survives() {
    PostgresStateStore store = connected(pool);

    store.writeState(state(id + '\0'));

    assertThat(store.getLatestState(id + '\0')).contains(state(id + '\0'));
    assertThat(store.getLatestState(id)).isEmpty();
  }

  @Test
  void halfASurrogatePair_isRefused() {
    PostgresStateStore store = connected(pool);
    String half = id + '\uD83D';

    assertThatThrownBy(() -> store.writeState(state(half)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("persistence id has half of a surrogate pair; pass valid Unicode");
    assertThatThrownBy(() -> store.getLatestState(half))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void connect_noTable_fails() {
    HikariConfig config = PostgresServer.poolConfig();
    config.setSchema("pg_catalog");
    try (var elsewhere = new HikariDataSource(config)) {
      var store = new PostgresStateStore(elsewhere);

      assertThatThrownBy(store::connect)
          .isExactlyInstanceOf(StateStoreException.class)
          .hasMessageStartingWith("cannot reach table \"durable_state\": ERROR: relation")
          .hasCauseInstanceOf(SQLException.class);
      assertThatThrownBy(() -> store.getLatestState(id)).isInstanceOf(NotConnectedException.class);
    }
  }

  @Test
  void databaseFails_isWrapped() {
    var closed = new HikariDataSource(PostgresServer.poolConfig());
    PostgresStateStore store = connected(closed);
    closed.close();

    assertThatThrownBy(() -> store.writeState(state(id)))
        .isExactlyInstanceOf(StateStoreException.class)
        .hasMessageStartingWith("cannot write state of \"" + id + "\": HikariDataSource")
        .hasMessageEndingWith("; see the cause")
        .hasCauseInstanceOf(SQLException.class);
    assertThatThrownBy(() -> store.getLatestState(id))
        .isExactlyInstanceOf(StateStoreException.class)
        .hasCauseInstanceOf(SQLException.class);
  }

  @Test
  void getLatestState_foreignRow_isWrapped() throws SQLException {
    execute(
        "INSERT INTO durable_state (persistence_id, version_number, state) VALUES ('"
            + id
            + "', 1, 'rubbish')");

    assertThatThrownBy(() -> connected(pool).getLatestState(id))
        .isExactlyInstanceOf(StateStoreException.class)
        .hasMessage(
            "cannot read state of \"%s\": its row is not a DurableState; see what else writes the table",
            id);
  }

  private static PostgresStateStore connected(HikariDataSource pool) {
    var store = new PostgresStateStore(pool);
    store.connect();
    return store;
  }

  private static DurableState state(String persistenceId) {
    return DurableState.newBuilder().setPersistenceId(persistenceId).setVersionNumber(1).build();
  }

  private static void execute(String sql) throws SQLException {
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
