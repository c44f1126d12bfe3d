package acme.billing;

import static acme.billing.AccountServiceTest.TYPES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.zaxxer.hikari.HikariDataSource;
import io.github.durablestore.StateStore;
import io.github.durablestore.memory.MemoryStateStore;
import io.github.durablestore.memory.OnDisconnect;
import io.github.durablestore.memory.OnStaleWrite;
import io.github.durablestore.scenario.Exploration;
import io.github.durablestore.scenario.Scenario;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * One scenario over three shared stores. The service relies on refused stale writes, which the etcd
 * store does not know. Only a run over that store shows it.
 */
@Timeout(120)
class SharedAccountServiceTest {
  @Test
  void deposits_inMemory_areBothKept() {
    var store = new MemoryStateStore(TYPES, OnDisconnect.KEEP, OnStaleWrite.REFUSE);

    Exploration explored = explore(() -> store);

    store.connect();
    assertThat(explored.complete()).isTrue();
    assertThat(store.states().size()).isGreaterThanOrEqualTo(explored.runs()); // an id for each
  }

  @Test
  @ExtendWith(PostgresServer.class)
  void deposits_onPostgres_areBothKept() throws SQLException {
    try (var pool = new HikariDataSource(PostgresServer.poolConfig())) {
      createTable(pool);

      Exploration explored = explore(() -> new PostgresStateStore(pool, true));

      assertThat(explored).isEqualTo(exploreInMemory());
    }
  }

  @Test
  @ExtendWith(EtcdInstalled.class)
  void deposits_onEtcd_loseOne() throws IOException {
    try (var cluster = new EtcdCluster()) {
      assertThatExceptionOfType(AssertionError.class)
          .isThrownBy(
              () ->
                  explore(
                      () ->
                          new EtcdStateStore(
                              cluster.client().getKVClient(), Duration.ofSeconds(10))))
          .withMessage(AccountServiceTest.text("lost-deposit.txt"));
    }
  }

  private static Exploration exploreInMemory() {
    var store = new MemoryStateStore(TYPES, OnDisconnect.KEEP, OnStaleWrite.REFUSE);
    return explore(() -> store);
  }

  private static Exploration explore(Supplier<StateStore> stores) {
    return Scenario.of(CheckedAccountService::new)
        .overShared(stores)
        .given(accounts -> accounts.deposit("account-42", 4200))
        .when("deposit 100", accounts -> accounts.deposit("account-42", 100))
        .when("deposit 50", accounts -> accounts.deposit("account-42", 50))
        .thenAsIfOneByOne(accounts -> accounts.balance("account-42"));
  }

  private static void createTable(HikariDataSource pool) throws SQLException {
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(PostgresStateStore.CREATE_TABLE);
    }
  }
}
