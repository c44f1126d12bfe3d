package io.github.durablestore.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import com.google.protobuf.TypeRegistry;
import io.github.durablestore.StaleWriteException;
import io.github.durablestore.StateStore;
import io.github.durablestore.memory.MemoryStateStore;
import io.github.durablestore.memory.OnDisconnect;
import io.github.durablestore.memory.OnStaleWrite;
import io.github.durablestore.probe.Call;
import io.github.durablestore.probe.ForwardingStateStore;
import io.github.durablestore.scenario.Services.MonitoredDeposits;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Scenarios over stores of one database. */
class SharedIdsTest {

  /** A client of a database: to close it does not close the database. */
  private static final class Client extends ForwardingStateStore {
    Client(StateStore database) {
      super(database);
    }

    @Override
    public void connect() {}

    @Override
    public void disconnect() {}

    @Override
    public void close() {}
  }

  private static MemoryStateStore database() {
    var database =
        new MemoryStateStore(
            TypeRegistry.getEmptyTypeRegistry(), OnDisconnect.KEEP, OnStaleWrite.REFUSE);
    database.connect();
    Values.put(database, "account", 7, 4200);
    return database;
  }

  private static Supplier<StateStore> clients(MemoryStateStore database) {
    return () -> new Client(database);
  }

  @Test
  void overShared_databaseThatIsNotEmpty_isNotSeen() {
    MemoryStateStore database = database();

    Exploration found =
        Scenario.<StateStore>of(store -> store)
            .overShared(clients(database))
            .when(
                "write",
                store -> {
                  boolean isThere = store.getLatestState("account").isPresent();
                  Values.put(store, "account", 1, 1);
                  return isThere;
                })
            .then(
                (store, run) -> {
                  assertThat(run.result("write")).contains(false);
                  assertThat(store.getLatestState("account"))
                      .get()
                      .isEqualTo(Values.state("account", 1, 1));
                  assertThat(run.store().calls())
                      .extracting(Call::persistenceId)
                      .containsOnly("account");
                });

    assertThat(found.complete()).isTrue();
    assertThat(Values.get(database, "account")).isEqualTo(4200);
    assertThat(database.states().keySet())
        .hasSizeGreaterThan(1)
        .allMatch(id -> id.matches("(run-[0-9a-z]{12})?account"));
  }

  @Test
  void overShared_exceptionOfTheStore_hasTheIdOfTheProcess() {
    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(
            () ->
                Scenario.<StateStore>of(store -> store)
                    .overShared(clients(database()))
                    .whenRunning(
                        "write",
                        store -> {
                          Values.put(store, "account", 2, 1);
                          Values.put(store, "account", 2, 1);
                        })
                    .then((store, run) -> {}))
        .withMessageStartingWith("write threw " + StaleWriteException.class.getName())
        .withMessageContaining("\"account\"")
        .satisfies(
            failure -> assertThat(failure.getMessage()).doesNotContainPattern("run-[0-9a-z]{12}"));
  }

  @Test
  void overShared_noId_isRefusedByTheStore() {
    Exploration found =
        Scenario.<StateStore>of(store -> store)
            .overShared(clients(database()))
            .whenRunning("break it", SharedIdsTest::passNoIds)
            .then((store, run) -> {});

    assertThat(found.runs()).isOne();
  }

  @SuppressWarnings("NullAway") // it is what is tested
  private static void passNoIds(StateStore store) {
    assertThatNullPointerException().isThrownBy(() -> store.writeState(null));
    assertThatNullPointerException().isThrownBy(() -> store.getLatestState(null));
    assertThatIllegalArgumentException().isThrownBy(() -> Values.put(store, "", 1, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> store.getLatestState(""));
  }

  private static Exploration explore(MemoryStateStore database) {
    return Scenario.of(MonitoredDeposits::new)
        .overShared(clients(database))
        .when("deposit 100", deposits -> deposits.deposit("other", 100))
        .when("deposit 50", deposits -> deposits.deposit("other", 50))
        .faults()
        .crashes()
        .then((deposits, run) -> assertThat(deposits.balance("account")).isZero());
  }

  @Test
  void overShared_explorationsInParallel_doNotMeet() throws Exception {
    var database = new MemoryStateStore();
    database.connect();
    Values.put(database, "account", 1, 4200);
    ExecutorService pool = Executors.newFixedThreadPool(2);
    List<Future<Exploration>> found =
        pool.invokeAll(List.of(() -> explore(database), () -> explore(database)));
    pool.shutdown();

    assertThat(found.get(0).get()).isEqualTo(found.get(1).get()).isEqualTo(explore(database));
  }

  @Test
  void overShared_besideOver_isRefused() {
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                Calls.scenario(1, 1)
                    .over(MemoryStateStore::new)
                    .overShared(MemoryStateStore::new)
                    .then((calls, run) -> {}))
        .withMessage(
            "cannot explore the scenario: it has stores from over(...) and overShared(...); use one of them");
  }

  @Test
  @SuppressWarnings("NullAway") // it is what is tested
  void overShared_null_isRefused() {
    assertThatNullPointerException()
        .isThrownBy(() -> Calls.scenario(1, 1).overShared(null))
        .withMessage("stores");
    assertThatNullPointerException()
        .isThrownBy(() -> Calls.scenario(1, 1).overShared(() -> null).then((calls, run) -> {}))
        .withMessageStartingWith("overShared(...)");
  }
}
