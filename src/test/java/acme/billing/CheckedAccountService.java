package acme.billing;

import com.google.protobuf.Any;
import io.github.durablestore.StaleWriteException;
import io.github.durablestore.StateStore;
import io.github.durablestore.StateUnpacker;
import io.github.durablestore.egopb.DurableState;
import java.util.Optional;

/**
 * Keeps the balances of accounts in a store that refuses stale writes. If another deposit comes
 * first, a deposit reads the balance again.
 */
public final class CheckedAccountService {
  private final StateStore store;

  public CheckedAccountService(StateStore store) {
    this.store = store;
  }

  /** Returns the balance in cents, 0 for an account without deposits. */
  public long balance(String accountId) {
    return balance(store.getLatestState(accountId));
  }

  /** Adds to the stored balance, and returns the new one. */
  public long deposit(String accountId, long cents) {
    while (true) {
      Optional<DurableState> latest = store.getLatestState(accountId);
      long balance = balance(latest) + cents;
      try {
        store.writeState(next(accountId, latest, balance));
        return balance;
      } catch (StaleWriteException e) {
        // another deposit came first: read again
      }
    }
  }

  private static DurableState next(String accountId, Optional<DurableState> latest, long balance) {
    AccountState account =
        AccountState.newBuilder().setAccountId(accountId).setBalanceCents(balance).build();
    return DurableState.newBuilder()
        .setPersistenceId(accountId)
        .setVersionNumber(latest.map(DurableState::getVersionNumber).orElse(0L) + 1)
        .setResultingState(Any.pack(account))
        .build();
  }

  private static long balance(Optional<DurableState> latest) {
    return latest
        .map(state -> StateUnpacker.unpack(state, AccountState.class).getBalanceCents())
        .orElse(0L);
  }
}
