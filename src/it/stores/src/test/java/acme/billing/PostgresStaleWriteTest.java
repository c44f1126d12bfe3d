package acme.billing;

import com.zaxxer.hikari.HikariDataSource;
import io.github.durablestore.StateStore;
import io.github.durablestore.contract.StateStoreContract;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What the contract asks of a store that refuses stale writes. */
@Tries({16, 18})
@Execution(ExecutionMode.CONCURRENT)
@ExtendWith(PostgresServer.class)
class PostgresStaleWriteTest extends StateStoreContract {
  private static HikariDataSource pool;

  @BeforeAll
  static void createTable() throws SQLException {
    pool = new HikariDataSource(PostgresServer.poolConfig());
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(PostgresStateStore.CREATE_TABLE);
    }
  }

  @AfterAll
  static void closePool() {
    pool.close();
  }

  @Override
  protected StateStore createStore() {
    return new PostgresStateStore(pool, true);
  }

  @Override
  protected StateStore createStoreOnSameData(StateStore store) {
    return createStore();
  }

  @Override
  protected boolean refusesStaleWrites() {
    return true;
  }
}
