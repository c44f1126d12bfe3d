package acme.billing;

import static io.github.durablestore.assertj.StateStoreAssertions.assertThat;
import static io.github.durablestore.assertj.StateStoreAssertions.assertThatExceptionOfType;
import static io.github.durablestore.probe.CallMatcher.writes;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.TypeRegistry;
import io.github.durablestore.StateStore;
import io.github.durablestore.StateStoreException;
import io.github.durablestore.junit.StateFixture;
import io.github.durablestore.junit.StateStoreExtension;
import io.github.durablestore.memory.MemoryStateStore;
import io.github.durablestore.memory.OnDisconnect;
import io.github.durablestore.memory.OnStaleWrite;
import io.github.durablestore.probe.Fault;
import io.github.durablestore.probe.Hold;
import io.github.durablestore.probe.StateStoreProbe;
import io.github.durablestore.scenario.Scenario;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Each tool of the library at work on one service: {@link AccountService}. */
class AccountServiceTest {
  static final TypeRegistry TYPES =
      TypeRegistry.newBuilder().add(AccountState.getDescriptor()).build();

  @RegisterExtension
  static final StateStoreExtension STORES =
      new StateStoreExtension(TYPES, () -> new MemoryStateStore(TYPES, OnDisconnect.KEEP));

  @Test
  void deposit_newAccount_isWritten(StateStore store) {
    new AccountService(store).deposit("account-42", 4200);

    var account = AccountState.newBuilder().setAccountId("account-42").setBalanceCents(4200);
    assertThat(store).state("account-42").hasVersion(1).hasPayload(account.build());
  }

  @Test
  void deposit_replyLost_isStored(StateStoreProbe store) {
    var accounts = new AccountService(store);

    store.inject(Fault.on(writes().of("account-42")).replyLost());

    assertThatExceptionOfType(StateStoreException.class)
        .isThrownBy(() -> accounts.deposit("account-42", 100));
    assertThat(accounts.balance("account-42")).isEqualTo(100);
  }

  @Test
  void balance_whileADepositIsUnderWay_isTheOldOne(StateStoreProbe store) {
    var accounts = new AccountService(store);
    accounts.deposit("account-42", 4200);

    try (Hold hold = store.hold(writes())) {
      var deposit = CompletableFuture.supplyAsync(() -> accounts.deposit("account-42", 100));
      hold.awaitHeld();
      assertThat(accounts.balance("account-42")).isEqualTo(4200);

      hold.release();
      assertThat(deposit.join()).isEqualTo(4300);
    }
  }

  @Test
  void balance_afterARestart_isKept(StateStore store) {
    new AccountService(store).deposit("account-42", 4200);

    store.disconnect(); // the process ends
    store.connect(); // and restarts: its states are still there

    assertThat(new AccountService(store).balance("account-42")).isEqualTo(4200);
  }

  @Test
  @StateFixture("accounts.textproto")
  void deposit_knownAccount_addsToTheBalance(StateStoreProbe store) {
    assertThat(new AccountService(store).deposit("account-7", 1)).isEqualTo(100_000_000);

    assertThat(store).wroteVersions("account-7", 13);
  }

  @Test
  void deposits_atTheSameTime_loseOne() {
    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(AccountServiceTest::exploreTwoDeposits)
        .withMessage(text("lost-deposit.txt"));
  }

  private static void exploreTwoDeposits() {
    Scenario.of(AccountService::new)
        .given(accounts -> accounts.deposit("account-42", 4200))
        .when("deposit 100", accounts -> accounts.deposit("account-42", 100))
        .when("deposit 50", accounts -> accounts.deposit("account-42", 50))
        .thenAsIfOneByOne(accounts -> accounts.balance("account-42"));
  }

  @Test
  void deposits_atTheSameTime_areBothKeptByVersions() {
    Scenario.of(CheckedAccountService::new)
        .over(() -> new MemoryStateStore(TYPES, OnDisconnect.KEEP, OnStaleWrite.REFUSE))
        .given(accounts -> accounts.deposit("account-42", 4200))
        .when("deposit 100", accounts -> accounts.deposit("account-42", 100))
        .when("deposit 50", accounts -> accounts.deposit("account-42", 50))
        .thenAsIfOneByOne(accounts -> accounts.balance("account-42"));
  }

  @Test
  void deposit_storeFailsOrProcessDies_isDoneOrNot() {
    Scenario.of(AccountService::new)
        .given(accounts -> accounts.deposit("account-42", 4200))
        .when("deposit 100", accounts -> accounts.deposit("account-42", 100))
        .faults()
        .crashes()
        .then(
            (accounts, run) -> {
              long balance = accounts.balance("account-42");
              if (run.succeeded("deposit 100")) {
                assertThat(balance).isEqualTo(4300);
              } else {
                assertThat(balance).isIn(4200L, 4300L);
              }
            });
  }

  @Test
  void deposit_storeFailsOrProcessDies_isAsIfItHadRunOrNot() {
    Scenario.of(AccountService::new)
        .given(accounts -> accounts.deposit("account-42", 4200))
        .when("deposit 100", accounts -> accounts.deposit("account-42", 100))
        .faults()
        .crashes()
        .thenAsIfOneByOne(accounts -> accounts.balance("account-42"));
  }

  static String text(String resource) {
    try (InputStream in = AccountServiceTest.class.getResourceAsStream(resource)) {
      return new String(in.readAllBytes(), UTF_8).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
