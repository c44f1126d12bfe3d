package acme.billing;

import com.google.protobuf.Any;
import io.github.durablestore.StateStore;
import io.github.durablestore.StateUnpacker;
import io.github.durablestore.egopb.DurableState;
import java.util.Optional;

/** Keeps the balances of accounts. It is an example of code that a user of the library tests. */
public final class AccountService {
  private final StateStore store;

  public AccountService(StateStore store) {
    this.store = store;
  }

  /** Returns the balance in cents, 0 for an account without deposits. */
  public long balance(String accountId) {
    return balance(store.getLatestState(accountId));
  }

  /** Adds to the stored balance, and returns the new one. */
  public long deposit(String accountId, long cents) {
    Optional<DurableState> latest = store.getLatestState(accountId);
    AccountState account =
        AccountState.newBuilder()
            .setAccountId(accountId)
            .setBalanceCents(balance(latest) + cents)
            .build();
    store.writeState(
        DurableState.newBuilder()
            .setPersistenceId(accountId)
            .setVersionNumber(latest.map(DurableState::getVersionNumber).orElse(0L) + 1)
            .setResultingState(Any.pack(account))
            .setTimestamp(System.currentTimeMillis())
            .build());
    return account.getBalanceCents();
  }

  private long balance(Optional<DurableState> latest) {
    return latest
        .map(state -> StateUnpacker.unpack(state, AccountState.class).getBalanceCents())
        .orElse(0L);
  }
}
