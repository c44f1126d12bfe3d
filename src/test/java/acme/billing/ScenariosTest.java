package acme.billing;

import static acme.billing.AccountServiceTest.TYPES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.durablestore.StaleWriteException;
import io.github.durablestore.memory.MemoryStateStore;
import io.github.durablestore.memory.OnDisconnect;
import io.github.durablestore.memory.OnStaleWrite;
import io.github.durablestore.scenario.Exploration;
import io.github.durablestore.scenario.Scenario;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Each form of a {@link Scenario} that {@link AccountServiceTest} does not show. */
class ScenariosTest {
  @Test
  void operations_ofACheckedService_areAsIfOneByOne() {
    Exploration explored =
        Scenario.of(CheckedAccountService::new)
            .over(() -> new MemoryStateStore(TYPES, OnDisconnect.KEEP, OnStaleWrite.REFUSE))
            .operation("deposit", accounts -> accounts.deposit("account-42", 100))
            .operation("balance", accounts -> accounts.balance("account-42"))
            .faults()
            .crashes()
            .thenAsIfOneByOne(accounts -> accounts.balance("account-42"));

    assertThat(explored.complete()).isTrue();
    assertThat(explored.runs()).isBetween(900, 1_000);
  }

  @Test
  void operations_ofAServiceWithoutCheck_loseADeposit() {
    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(
            () ->
                Scenario.of(AccountService::new)
                    .operation("deposit", accounts -> accounts.deposit("account-42", 100))
                    .operation("balance", accounts -> accounts.balance("account-42"))
                    .thenAsIfOneByOne(accounts -> accounts.balance("account-42")))
        .withMessageContaining("of the program deposit | deposit, which did this:");
  }

  @Test
  void nextOperation_ofAnActor_readsWhatItWrote() {
    Scenario.of(CheckedAccountService::new)
        .over(() -> new MemoryStateStore(TYPES, OnDisconnect.KEEP, OnStaleWrite.REFUSE))
        .when("ann", accounts -> accounts.deposit("account-42", 100))
        .when("ann", accounts -> accounts.balance("account-42"))
        .when("bob", accounts -> accounts.deposit("account-42", 50))
        .then(
            (accounts, run) ->
                assertThat(run.result("ann", 2)).isIn(Optional.of(100L), Optional.of(150L)));
  }

  @Test
  void deposits_refusedByTheStore_haveDoneNothing() {
    Scenario.of(AccountService::new)
        .over(() -> new MemoryStateStore(TYPES, OnDisconnect.KEEP, OnStaleWrite.REFUSE))
        .when("deposit 100", accounts -> accounts.deposit("account-42", 100))
        .when("deposit 50", accounts -> accounts.deposit("account-42", 50))
        .refusing(StaleWriteException.class)
        .thenAsIfOneByOne(accounts -> accounts.balance("account-42"));
  }

  @Test
  void deposits_inOneThread_areBothKept() {
    Scenario.withThreads((store, threads) -> new DepositQueue(store, threads.pool(1)))
        .when("deposit 100", deposits -> deposits.deposit("account-42", 100).get())
        .when("deposit 50", deposits -> deposits.deposit("account-42", 50).get())
        .crashes()
        .thenAsIfOneByOne(deposits -> deposits.balance("account-42"));
  }

  @Test
  void deposits_inTwoThreads_loseOne() {
    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(
            () ->
                Scenario.withThreads((store, threads) -> new DepositQueue(store, threads.pool(2)))
                    .when("deposit 100", deposits -> deposits.deposit("account-42", 100).get())
                    .when("deposit 50", deposits -> deposits.deposit("account-42", 50).get())
                    .thenAsIfOneByOne(deposits -> deposits.balance("account-42")))
        .withMessageStartingWith("no order of the operations, one by one, gives this:");
  }

  @Test
  void mail_ofADeposit_isSentAfterTheWrite() {
    List<String> mails = new ArrayList<>();
    Scenario.of(store -> new MailedDeposits(store, mails::add))
        .over(
            () -> {
              mails.clear();
              return new MemoryStateStore();
            })
        .when("deposit 100", deposits -> deposits.deposit("account-42", 100))
        .faults()
        .crashes()
        .then(
            (deposits, run) -> {
              if (run.succeeded("deposit 100")) {
                assertThat(mails).hasSize(1);
              }
              if (!mails.isEmpty()) {
                assertThat(deposits.balance("account-42")).isEqualTo(100);
              }
            });
  }

  @Test
  void invoices_withGivenIdsAndTimes_areTheSameInEachRun() {
    var clock = Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC);
    var issued = new AtomicInteger();
    Scenario.of(store -> new Invoices(store, () -> "invoice-" + issued.incrementAndGet(), clock))
        .over(
            () -> {
              issued.set(0);
              return new MemoryStateStore();
            })
        .when("ann", invoices -> invoices.issue(100))
        .when("bob", invoices -> invoices.issue(50))
        .thenAsIfOneByOne(invoices -> invoices.issuedAt("invoice-2"));
  }

  @Test
  void invoices_withIdsOfTheCaller_surviveFaultsAndCrashes() {
    var clock = Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC);
    Scenario.of(store -> new Invoices(store, clock))
        .when("ann", invoices -> invoices.issue("invoice-1", 100))
        .when("bob", invoices -> invoices.issue("invoice-2", 50))
        .faults()
        .crashes()
        .thenAsIfOneByOne(invoices -> invoices.issuedAt("invoice-2"));
  }

  @Test
  void invoices_withRandomIds_cannotBeExplored() {
    assertThatThrownBy(
            () ->
                Scenario.of(
                        store ->
                            new Invoices(
                                store, () -> UUID.randomUUID().toString(), Clock.systemUTC()))
                    .when("ann", invoices -> invoices.issue(100))
                    .thenAsIfOneByOne(invoices -> invoices.issuedAt("invoice-1")))
        .hasMessageContaining("keep times, random values");
  }
}
