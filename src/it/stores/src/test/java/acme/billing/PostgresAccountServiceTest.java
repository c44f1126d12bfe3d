package acme.billing;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.zaxxer.hikari.HikariDataSource;
import io.github.durablestore.StateStore;
import io.github.durablestore.junit.StateStoreExtension;
import io.github.durablestore.scenario.Scenario;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The tests of the service, unchanged, on the store that it uses in production. */
@ExtendWith(PostgresServer.class)
class PostgresAccountServiceTest extends AccountServiceTest {
  @RegisterExtension
  static final StateStoreExtension STORES =
      new StateStoreExtension(TYPES, PostgresAccountServiceTest::createStore);

  private static HikariDataSource pool;

  @BeforeAll
  static void createTable() throws SQLException {
    pool = new HikariDataSource(PostgresServer.poolConfig());
    execute(PostgresStateStore.CREATE_TABLE);
  }

  @AfterAll
  static void closePool() {
    pool.close();
  }

  private static StateStore createStore() {
    try {
      execute("TRUNCATE durable_state");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return new PostgresStateStore(pool);
  }

  private static void execute(String sql) throws SQLException {
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Test
  void deposits_atTheSameTimeOnPostgres_loseOneByTheSameSchedule() {
    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(
            () ->
                Scenario.of(AccountService::new)
                    .overShared(() -> new PostgresStateStore(pool))
                    .given(accounts -> accounts.deposit("account-42", 4200))
                    .when("deposit 100", accounts -> accounts.deposit("account-42", 100))
                    .when("deposit 50", accounts -> accounts.deposit("account-42", 50))
                    .thenAsIfOneByOne(accounts -> accounts.balance("account-42")))
        .withMessage(text("lost-deposit.txt"));
  }
}
