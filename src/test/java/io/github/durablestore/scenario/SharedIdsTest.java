package io.github.durablestore.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import com.google.protobuf.TypeRegistry;
import io.github.durablestore.StaleWriteException;
import io.github.durablestore.StateStore;
import io.github.durablestore.egopb.DurableState;
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
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Scenarios over stores of one database: {@link SharedIds}. */
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
    assertThat(
            Failing.of(
                () ->
                    Scenario.<StateStore>of(store -> store)
                        .overShared(clients(database()))
                        .whenRunning(
                            "write",
                            store -> {
                              Values.put(store, "account", 2, 1);
                              Values.put(store, "account", 2, 1);
                            })
                        .then((store, run) -> {})))
        .startsWith("write threw " + StaleWriteException.class.getName())
        .contains("\"account\"")
        .doesNotContainPattern("run-[0-9a-z]{12}");
  }

  /** Has an id and a cause, and cannot be made from a message. */
  private static final class Conflict extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int code;

    Conflict(String id, int code, Throwable cause) {
      super("version conflict on " + id, cause);
      this.code = code;
    }
  }

  /** Returns clients that throw the database's exceptions as their own. */
  private static Supplier<StateStore> conflicting(AtomicReference<Throwable> last) {
    MemoryStateStore database = database();
    return () ->
        new ForwardingStateStore(new Client(database)) {
          @Override
          public void writeState(DurableState state) {
            try {
              super.writeState(state);
            } catch (StaleWriteException e) {
              var conflict = new Conflict(state.getPersistenceId(), 40001, e);
              last.set(conflict);
              throw conflict;
            }
          }
        };
  }

  private static long deposit(StateStore store) {
    DurableState old = store.getLatestState("account").orElse(DurableState.getDefaultInstance());
    long sum = old.getVersionNumber() + 1; // each deposits 1
    Values.put(store, "account", sum, sum);
    return sum;
  }

  @Test
  void overShared_exceptionOfTheStore_reachesTheProcessAsItIs() {
    var last = new AtomicReference<Throwable>();

    Exploration found =
        Scenario.<StateStore>of(store -> store)
            .overShared(conflicting(last))
            .when("ann", store -> depositAgain(store, last))
            .when("bob", store -> depositAgain(store, last))
            .thenAsIfOneByOne(store -> Values.get(store, "account"));

    assertThat(found.complete()).isTrue();
    assertThat(last.get()).hasMessageMatching("version conflict on run-[0-9a-z]{12}account");
  }

  private static long depositAgain(StateStore store, AtomicReference<Throwable> last) {
    while (true) {
      try {
        return deposit(store);
      } catch (Conflict e) {
        boolean isAsItWas =
            e == last.get() && e.code == 40001 && e.getCause() instanceof StaleWriteException;
        if (!isAsItWas) {
          throw e;
        }
      }
    }
  }

  @Test
  void overShared_exceptionThatIsRefused_isTheSameEachTime() {
    Exploration found =
        Scenario.<StateStore>of(store -> store)
            .overShared(conflicting(new AtomicReference<>()))
            .when("ann", SharedIdsTest::deposit)
            .when("bob", SharedIdsTest::deposit)
            .refusing(Conflict.class)
            .thenAsIfOneByOne(store -> Values.get(store, "account"));

    assertThat(found.runs()).isEqualTo(252);
  }

  @Test
  void overShared_exceptionInAResult_isComparedAndShownWithoutThePrefix() {
    assertThat(
            Failing.of(
                () ->
                    Scenario.<StateStore>of(store -> store)
                        .overShared(conflicting(new AtomicReference<>()))
                        .when("ann", SharedIdsTest::depositOrExplain)
                        .when("bob", SharedIdsTest::depositOrExplain)
                        .thenAsIfOneByOne(store -> deposit(store))))
        .contains(
            "ann returned [%1$s: version conflict on account, version conflict on account];"
                .formatted(Conflict.class.getName()))
        .doesNotContainPattern("run-[0-9a-z]{12}");
  }

  private static Object depositOrExplain(StateStore store) {
    try {
      return deposit(store);
    } catch (Conflict e) {
      return List.of(e, String.valueOf(e.getMessage()));
    }
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
        .withMessage("overShared(...) returned null; return a store");
  }

  record Failure(String message) {}

  @Test
  void overShared_textOfTheStoreInARecord_isNamed() {
    try (var shared =
        new MemoryStateStore(
            TypeRegistry.getEmptyTypeRegistry(), OnDisconnect.KEEP, OnStaleWrite.REFUSE)) {
      assertThatIllegalStateException()
          .isThrownBy(
              () ->
                  Scenario.<StateStore>of(store -> store)
                      .overShared(() -> shared)
                      .given(store -> Values.put(store, "x", 1, 1))
                      .when("write", SharedIdsTest::staleWrite)
                      .then((store, run) -> {}))
          .withMessageContaining(
              "$Failure contains the prefix of the run's ids, from a message of the store; keep ");
    }
  }

  private static Object staleWrite(StateStore store) {
    try {
      Values.put(store, "x", 1, 1);
    } catch (StaleWriteException e) {
      return new Failure(String.valueOf(e.getMessage()));
    }
    return "written";
  }
}
