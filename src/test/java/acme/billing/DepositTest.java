package acme.billing;

import static io.github.durablestore.assertj.StateStoreAssertions.assertThat;
import static io.github.durablestore.assertj.StateStoreAssertions.assertThatThrownBy;
import static io.github.durablestore.probe.CallMatcher.writes;

import io.github.durablestore.StateStoreException;
import io.github.durablestore.junit.StateStoreExtension;
import io.github.durablestore.probe.Fault;
import io.github.durablestore.probe.StateStoreProbe;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(StateStoreExtension.class)
class DepositTest {
  @Test
  void deposit_storeFails_isNotWritten(StateStoreProbe store) {
    var accounts = new AccountService(store);
    accounts.deposit("account-42", 4200);
    store.inject(Fault.on(writes()));

    assertThatThrownBy(() -> accounts.deposit("account-42", 100))
        .isInstanceOf(StateStoreException.class);

    assertThat(store).wroteVersions("account-42", 1);
  }
}
