package acme.billing;

import static io.github.durablestore.assertj.StateStoreAssertions.assertThat;
import static io.github.durablestore.probe.CallMatcher.writes;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.TypeRegistry;
import io.github.durablestore.StateStore;
import io.github.durablestore.StateStoreException;
import io.github.durablestore.junit.StateFixture;
import io.github.durablestore.junit.StateStoreExtension;
import io.github.durablestore.memory.MemoryStateStore;
import io.github.durablestore.memory.OnDisconnect;
import io.github.durablestore.probe.Fault;
import io.github.durablestore.probe.Hold;
import io.github.durablestore.probe.StateStoreProbe;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class AccountServiceTest {
  static final TypeRegistry TYPES =
      TypeRegistry.newBuilder().add(AccountState.getDescriptor()).build();

  @RegisterExtension
  final StateStoreExtension stores = new StateStoreExtension(TYPES, this::createStore);

  StateStore createStore() {
    return new MemoryStateStore(TYPES, OnDisconnect.KEEP);
  }

  @Test
  void deposit_newAccount_isWritten(StateStore store) {
    new AccountService(store).deposit("account-42", 4200);

    var account = AccountState.newBuilder().setAccountId("account-42").setBalanceCents(4200);
    assertThat(store).state("account-42").hasVersion(1).hasPayload(account.build());
  }

  @Test
  void deposit_storeFails_leavesTheBalance(StateStoreProbe store) {
    var service = new AccountService(store);
    service.deposit("account-42", 4200);

    store.inject(Fault.on(writes().of("account-42")));

    assertThatExceptionOfType(StateStoreException.class)
        .isThrownBy(() -> service.deposit("account-42", 100));
    assertThat(service.balance("account-42")).isEqualTo(4200);
    assertThat(store).hasNoUnusedFaults();
  }

  @Test
  void balance_whileADepositIsUnderWay_isTheOldOne(StateStoreProbe store) {
    var service = new AccountService(store);
    service.deposit("account-42", 4200);

    try (Hold hold = store.hold(writes())) {
      var deposit = CompletableFuture.supplyAsync(() -> service.deposit("account-42", 100));
      hold.awaitHeld();
      assertThat(service.balance("account-42")).isEqualTo(4200);

      hold.release();
      assertThat(deposit.join()).isEqualTo(4300);
    }
  }

  @Test
  void balance_afterARestart_isKept(StateStore store) {
    new AccountService(store).deposit("account-42", 4200);

    store.disconnect(); // the process ends
    store.connect(); // and starts again; what it had stored is there

    assertThat(new AccountService(store).balance("account-42")).isEqualTo(4200);
  }

  @Test
  @StateFixture("accounts.textproto")
  void deposit_knownAccount_addsToTheBalance(StateStoreProbe store) {
    assertThat(new AccountService(store).deposit("account-7", 1)).isEqualTo(100_000_000);

    assertThat(store).wroteVersions("account-7", 13);
  }
}
